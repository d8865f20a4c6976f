//! DOT, the language of Graphviz: each view writes its own structure.

use super::{Format, InMarkdown};

pub(super) const FORMAT: Format = Format {
    name: "dot",
    endings: &["gv"],
    doc: "a Graphviz graph (DOT)",
    is_for_terminals: false,
    in_markdown: InMarkdown::Fence("dot"),
    write: |picture| (picture.view.dot)(picture).map(Into::into),
    scene: None,
};
