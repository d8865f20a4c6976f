//! Characters that a font or format lacks.

use std::collections::BTreeSet;

use crate::font::takes_no_room;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;

/// A warning that lists characters, after `what` and before `consequence`; `None` if there are none.
pub(super) fn missing_characters(missing: &BTreeSet<char>, what: &str, consequence: &str) -> Option<Diagnostic> {
    let shown = missing.iter().take(limits::SHOWN_CHARACTERS);
    let name = |&c: &char| {
        // A combining mark would be drawn on the backquote before it.
        let sign = if takes_no_room(c) { String::new() } else { format!("`{c}` ") };
        format!("{sign}U+{:04X}", u32::from(c))
    };
    let shown: Vec<String> = shown.map(name).collect();
    let more = match missing.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!shown.is_empty()).then(|| Diagnostic::warning(format!("{what} {}{more}; {consequence}", shown.join(", "))))
}
