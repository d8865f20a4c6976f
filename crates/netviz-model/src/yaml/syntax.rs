//! Translates errors of the YAML parser for the author of a model.

use std::ops::Range;

use serde_yaml::{Error, budget::BudgetBreach};

use super::text::{Place, characters};
use crate::diagnostics::{Diagnostic, excerpt};
use crate::limits;

/// The diagnostic for an error of the parser.
pub(super) fn explain(error: &Error) -> Diagnostic {
    let (message, hint) = match error {
        Error::AliasError { error, .. } => return explain(error),
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => return too_deep(),
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasReplayStackDepthExceeded { .. } => {
            (
                "the file expands to too many values".to_owned(),
                "write the layers out instead of repeating them through YAML aliases",
            )
        }
        Error::MultipleDocuments { .. } => (
            "a model is one YAML document, but here a second one starts".to_owned(),
            "give the second model a file of its own, or remove the `---`",
        ),
        Error::UnknownAnchor { .. } => {
            ("this alias names no anchor".to_owned(), "an anchor, such as `&block`, must come before its aliases")
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            ("this alias is inside its own anchor".to_owned(), "write the value out")
        }
        Error::UnsupportedTag { tag, .. } => {
            (format!("unknown YAML tag `{}`", excerpt(tag)), "remove it: a model needs no tags")
        }
        Error::InvalidScalar { .. } => ("the value does not fit its YAML tag".to_owned(), "remove the tag"),
        Error::Unexpected { .. } | Error::NullIntoString { .. } => {
            ("a key must be a word".to_owned(), "keys look like `units` in `units: 10`")
        }
        other => return invalid(&other.to_string()),
    };
    Diagnostic::error(message).hint(hint)
}

fn too_deep() -> Diagnostic {
    Diagnostic::error(format!("the file is nested more than {} levels deep", limits::YAML_DEPTH))
        .hint("a model needs about six levels")
}

/// The diagnostic for invalid YAML: the message of the scanner, with a hint.
fn invalid(message: &str) -> Diagnostic {
    let message = message.split(" at line ").next().unwrap_or(message);
    let hint = match message {
        "recursion limit exceeded" => return too_deep(),
        _ if message.contains("tab") => "indent with spaces",
        _ if message.contains("bracket") || message.contains("flow") => "every `[` and `{` needs its `]` or `}`",
        _ if message.contains("quote") => "every quote needs its partner",
        _ if message.contains("expected ':'") => "a `:` is missing after it",
        _ if message.contains("':'") => "is a bracket or a quote above not closed?",
        _ => "keys of one mapping start in one column, and a space follows `:` and `-`",
    };
    Diagnostic::error(format!("not valid YAML: {message}")).hint(hint)
}

/// The actual cause of a parser error at byte `at`, and its range: the parser reports the start of a text, or a
/// character much later. `told` is the diagnostic of the parser.
pub(super) fn cause(text: &str, at: usize, told: &Diagnostic) -> Option<(Range<usize>, Diagnostic)> {
    if told.message.contains("escape") || told.message.contains("hex") {
        return bad_escape(text, at);
    }
    swallowed_bracket(text, at)
}

/// The first escape of the double-quoted text around byte `at` that is not valid in YAML 1.2 (section 5.7).
fn bad_escape(text: &str, at: usize) -> Option<(Range<usize>, Diagnostic)> {
    let quoted = characters(text).skip_while(|character| character.offset < at);
    let mut quoted = quoted.skip_while(|character| character.place != Place::Double);
    while let Some(backslash) =
        quoted.by_ref().take_while(|character| character.place == Place::Double).find(|c| c.c == '\\')
    {
        let escape = quoted.next()?;
        let digits = match escape.c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c if "0abt\tnvfre \"/\\N_LP\n\r".contains(c) => continue,
            _ => 0,
        };
        let end = escape.offset + escape.c.len_utf8();
        let number = text.get(end..end + digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if digits > 0 && number.is_some() {
            continue;
        }
        let message = format!("`\\{}` is no escape, but `\\` starts one in double quotes", escape.c);
        let mut hint = "put the text in single quotes, or write `\\\\` for a backslash".to_owned();
        if text[..at].lines().next_back().is_some_and(|line| line.trim_start().starts_with("data:")) {
            hint += "; `data` is the name of a data set, such as `mnist`, not a path";
        }
        return Some((backslash.offset..end, Diagnostic::error(message).hint(hint)));
    }
    None
}

/// A comment before byte `at` that contains the closing bracket the parser misses: `{color: #fff}`.
fn swallowed_bracket(text: &str, at: usize) -> Option<(Range<usize>, Diagnostic)> {
    let mut open = Vec::new();
    let mut comments = characters(text).take_while(|character| character.offset <= at).filter(|character| {
        match (character.place, character.c) {
            (Place::Plain, '[' | '{') => open.push(character.offset),
            (Place::Plain, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        character.place == Place::Comment && character.c == '#' && character.depth > 0
    });
    let swallowed = |offset: usize| {
        let line = text[offset..].lines().next().unwrap_or_default();
        line.contains([']', '}']).then_some(line.len())
    };
    let (offset, length) = comments.find_map(|comment| Some((comment.offset, swallowed(comment.offset)?)))?;
    let bracket = open.last().map_or("bracket", |&offset| &text[offset..=offset]);
    let message = format!("`#` starts a comment here, which hides the end of the `{bracket}` before it");
    let hint = "put the text in quotes, such as `\"#fff\"`, or move the comment behind the closing bracket";
    Some((offset..offset + length, Diagnostic::error(message).hint(hint)))
}
