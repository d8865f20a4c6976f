//! What stands in the way of a model file.

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::text::plural;

/// An operation that is no layer.
pub(super) struct Obstacle {
    pub(super) operator: String,
    pub(super) reason: Option<String>,
    pub(super) node: String,
}

/// The most nodes that are named for one operator.
const NAMED: usize = 3;

/// The error about all of them.
pub(super) fn refused(obstacles: &[Obstacle]) -> Diagnostic {
    let mut kinds: BTreeMap<(&str, Option<&str>), Vec<&str>> = BTreeMap::new();
    for Obstacle { operator, reason, node } in obstacles {
        kinds.entry((operator, reason.as_deref())).or_default().push(node);
    }
    let lines = kinds.iter().map(|((operator, reason), nodes)| {
        let names: Vec<String> = nodes.iter().take(NAMED).map(|node| format!("`{}`", excerpt(node))).collect();
        let more = if nodes.len() > NAMED { ", …" } else { "" };
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("\n    {} × {}{reason} ({}{more})", excerpt(operator), nodes.len(), names.join(", "))
    });
    let lines: String = lines.collect();
    let what = plural(obstacles.len(), "operation");
    Diagnostic::error(format!("{what} of the network cannot be written as layers:{lines}"))
        .hint("`netviz check` and `netviz render` show the network as it is; a network without these can be imported")
}
