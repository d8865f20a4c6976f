//! Parts of DOT, the language of Graphviz, which every view writes its own structure in.

mod quoted;

pub(crate) use quoted::{quoted, string};

use graphviz_rust::dot_structures::{Attribute, Edge, EdgeTy, Graph, Id, Node, NodeId, Stmt, Vertex};
use graphviz_rust::printer::PrinterContext;

use crate::picture::Picture;
use crate::theme::Paint;

/// A directed graph as text.
pub(crate) fn print(title: &str, stmts: Vec<Stmt>) -> String {
    let graph = Graph::DiGraph { id: string(title), strict: false, stmts };
    let mut printer = PrinterContext::default();
    printer.with_indent_step(2);
    graphviz_rust::print(graph, &mut printer) + "\n"
}

pub(crate) fn attribute(key: &str, value: Id) -> Attribute {
    Attribute(Id::Plain(key.to_owned()), value)
}

pub(crate) fn plain(key: &str, value: &str) -> Attribute {
    attribute(key, Id::Plain(value.to_owned()))
}

pub(crate) fn color(key: &str, color: Paint) -> Attribute {
    attribute(key, string(&color.light.hex()))
}

/// A colour that is that of the background, if the picture has one.
pub(crate) fn background(key: &str, picture: &Picture) -> Attribute {
    if picture.options.transparent { plain(key, "transparent") } else { color(key, picture.options.theme.background) }
}

pub(crate) fn labelled(lines: &[String], shape: &str) -> Vec<Attribute> {
    vec![attribute("label", quoted(lines.iter().map(String::as_str))), plain("shape", shape)]
}

pub(crate) fn node(id: &str, attributes: Vec<Attribute>) -> Stmt {
    Stmt::Node(Node { id: NodeId(string(id), None), attributes })
}

pub(crate) fn edge_with(from: &str, to: &str, attributes: Vec<Attribute>) -> Stmt {
    let end = |id: &str| Vertex::N(NodeId(string(id), None));
    Stmt::Edge(Edge { ty: EdgeTy::Pair(end(from), end(to)), attributes })
}
