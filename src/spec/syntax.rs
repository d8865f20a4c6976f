//! Errors of the YAML parser in words for the author of a model.

use serde_yaml::{Error, budget::BudgetBreach};

use crate::diagnostics::{Diagnostic, excerpt};
use crate::limits;

/// What a parser's error means to the author of a model.
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
            ("this alias names no anchor".to_owned(), "an anchor, such as `&block`, must stand above its aliases")
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            ("this alias stands inside its own anchor".to_owned(), "write the value out")
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

/// Not YAML at all, in the words of the scanner.
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
