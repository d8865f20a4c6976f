//! DOT, the language of Graphviz, with ann-visualizer's clusters, spacings and colours.

mod quoted;

use super::{Format, InMarkdown};
use graphviz_rust::dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::PrinterContext;

use crate::layer::{Category, Glyph, Outline};
use crate::text::thousands;
use crate::theme::{Paint, Theme};
use crate::view::neurons::{Body, Image, NeuronView, Role, Row, maps_lines};
use quoted::{quoted, string};

pub(super) const FORMAT: Format = Format {
    name: "dot",
    endings: &["gv"],
    doc: "a Graphviz graph",
    in_markdown: InMarkdown::Fence("dot"),
    write: |picture| (picture.options.view.dot)(picture).map(String::into_bytes),
};

/// Writes the neurons of a view as DOT; where everything goes is up to Graphviz.
pub fn neurons(view: &NeuronView, theme: &Theme) -> String {
    let dense = view.rows().iter().all(Row::is_neurons);
    let mut stmts = defaults(view, dense, theme);
    stmts.extend(view.rows().iter().map(|row| layer(row, theme)));
    for &[source, target] in view.links() {
        let (from, to) = (&view.rows()[source], &view.rows()[target]);
        for a in ends(from, Side::Out) {
            stmts.extend(ends(to, Side::In).iter().map(|b| edge_with(&a, b, Vec::new())));
        }
    }
    let graph = Graph::DiGraph { id: string(view.title()), strict: false, stmts };
    let mut printer = PrinterContext::default();
    printer.with_indent_step(2);
    graphviz_rust::print(graph, &mut printer) + "\n"
}

fn attribute(key: &str, value: Id) -> Attribute {
    Attribute(Id::Plain(key.to_owned()), value)
}

fn plain(key: &str, value: &str) -> Attribute {
    attribute(key, Id::Plain(value.to_owned()))
}

fn color(key: &str, color: Paint) -> Attribute {
    attribute(key, string(&color.light.hex()))
}

/// What holds for the whole graph; the distances of a network of neurons alone are ann-visualizer's.
fn defaults(view: &NeuronView, dense: bool, theme: &Theme) -> Vec<Stmt> {
    let font = || attribute("fontname", string("Helvetica"));
    let chain = view.links().iter().enumerate().all(|(index, link)| *link == [index, index + 1]);
    let [nodesep, ranksep] = if dense { ["1", "2"] } else { ["0.5", "1"] };
    let graph = vec![
        attribute("label", string(view.title())),
        color("bgcolor", theme.background),
        plain("labelloc", "t"),
        plain("fontsize", "20"),
        font(),
        color("fontcolor", theme.text),
        // Straight lines, unless they would run through what a branch goes round.
        plain("splines", if chain { "false" } else { "true" }),
        // A flat line would show on the neurons between its ends.
        plain("outputorder", "edgesfirst"),
        plain("nodesep", nodesep),
        plain("ranksep", ranksep),
    ];
    vec![
        Stmt::GAttribute(GraphAttributes::Graph(graph)),
        Stmt::GAttribute(GraphAttributes::Node(vec![font(), color("fontcolor", theme.text)])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![plain("arrowhead", "none"), color("color", theme.edge)])),
    ]
}

/// A layer: a row of neurons of one rank, or a cluster for a glyph.
fn layer(row: &Row, theme: &Theme) -> Stmt {
    let fill = |category: Category| theme.category(category);
    let stmts = match &row.body {
        Body::Neurons { shown, .. } => {
            return Stmt::Subgraph(Subgraph {
                // Not the name itself: Graphviz draws a frame round what is called `cluster…`.
                id: string(&format!("row_{}", row.name)),
                stmts: row_of_neurons(row, *shown, theme),
            });
        }
        Body::Image(image) => vec![picture(row, *image, theme)],
        Body::Glyph { glyph: Glyph::Outline { outline, lines }, category } => {
            vec![outlined(row, *outline, lines, fill(*category), theme)]
        }
        Body::Glyph { glyph: Glyph::FeatureMaps { lines, maps }, category } => {
            feature_maps(row, lines, *maps, fill(*category))
        }
        Body::Glyph { glyph: Glyph::Neurons, .. } => Vec::new(),
    };
    // Without a label of its own, a cluster takes the graph's.
    let mut all =
        vec![Stmt::Attribute(color("color", theme.background)), Stmt::Attribute(attribute("label", string("")))];
    all.extend(stmts);
    Stmt::Subgraph(Subgraph { id: string(&format!("cluster_{}", row.name)), stmts: all })
}

/// The caption, the neurons, and how many are left out, in a row: unseen edges keep their order, and a
/// label of the cluster would lie on the connections.
fn row_of_neurons(row: &Row, shown: usize, theme: &Theme) -> Vec<Stmt> {
    let fill = match row.role {
        Role::Input => theme.input,
        Role::Hidden => theme.hidden,
        Role::Output => theme.output,
    };
    let title = match row.role {
        Role::Input => "Input Layer".to_owned(),
        Role::Hidden => row.name.clone(),
        Role::Output => format!("Output Layer {}", row.name),
    };
    let text = |id: &str, lines: &[String]| node(id, labelled(lines, "plaintext"));
    let ids = ends(row, Side::Out);
    let caption = format!("{}.caption", row.name);
    let mut nodes = vec![text(&caption, &[title, row.facts.join(", ")])];
    nodes.extend(ids.iter().take(shown).map(|id| neuron(id, fill)));
    let mut chain = vec![caption];
    chain.extend(ids);
    if row.omitted() > 0 {
        let omitted = format!("{}.omitted", row.name);
        nodes.push(text(&omitted, &[format!("(+{})", thousands(row.omitted()))]));
        chain.push(omitted);
    }
    let mut stmts = vec![Stmt::Attribute(plain("rank", "same"))];
    stmts.extend(nodes);
    stmts.extend(chain.windows(2).map(|pair| edge_with(&pair[0], &pair[1], vec![plain("style", "invis")])));
    stmts
}

fn neuron(id: &str, fill: Paint) -> Stmt {
    let attributes = vec![
        attribute("label", string("")),
        plain("shape", "circle"),
        plain("width", "0.65"),
        plain("style", "filled"),
        color("color", fill),
    ];
    node(id, attributes)
}

fn picture(row: &Row, image: Image, theme: &Theme) -> Stmt {
    let fill = theme.image(image.shape[0]);
    let colors = if fill[0] == fill[1] { fill[0].light.hex() } else { fill.map(|paint| paint.light.hex()).join(":") };
    let text = theme.text_on(fill);
    let mut attributes = labelled(&image.lines(), "square");
    attributes.extend([plain("style", "filled"), attribute("fillcolor", string(&colors)), color("fontcolor", text)]);
    node(&row.name, attributes)
}

fn outlined(row: &Row, outline: Outline, lines: &[String], fill: Paint, theme: &Theme) -> Stmt {
    let mut attributes = labelled(&with_caption(row, lines), shape(outline));
    attributes.extend([plain("style", "filled"), color("color", fill), color("fontcolor", theme.text_on([fill; 2]))]);
    node(&row.name, attributes)
}

/// The operation above its feature maps, on the category's colour.
fn feature_maps(row: &Row, lines: &[String], maps: usize, fill: Paint) -> Vec<Stmt> {
    let operation = format!("{}.operation", row.name);
    let mut upper = vec![row.name.clone()];
    upper.extend(lines.iter().cloned());
    let [count, what] = maps_lines(maps);
    let lower = [count, what, row.facts.join(", ")];
    vec![
        Stmt::Attribute(plain("style", "filled")),
        Stmt::Attribute(color("color", fill)),
        node(&operation, labelled(&upper, "square")),
        node(&row.name, labelled(&lower, "square")),
        edge_with(&operation, &row.name, Vec::new()),
    ]
}

/// The glyph's own lines between the layer's name and its facts.
fn with_caption(row: &Row, lines: &[String]) -> Vec<String> {
    let mut all = vec![row.name.clone()];
    all.extend(lines.iter().cloned());
    all.push(row.facts.join(", "));
    all
}

fn shape(outline: Outline) -> &'static str {
    match outline {
        Outline::Ellipse => "ellipse",
        Outline::InvertedTriangle => "invtriangle",
        Outline::Octagon => "octagon",
        Outline::Rectangle => "box",
        Outline::Circle => "circle",
    }
}

fn labelled(lines: &[String], shape: &str) -> Vec<Attribute> {
    vec![attribute("label", quoted(lines.iter().map(String::as_str))), plain("shape", shape)]
}

fn node(id: &str, attributes: Vec<Attribute>) -> Stmt {
    Stmt::Node(Node { id: NodeId(string(id), None), attributes })
}

/// Which end of a row an edge is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
}

/// The nodes of a row that edges lead to or from.
fn ends(row: &Row, side: Side) -> Vec<String> {
    match &row.body {
        Body::Neurons { shown, .. } => (0..*shown).map(|index| format!("{}.{index}", row.name)).collect(),
        Body::Glyph { glyph: Glyph::FeatureMaps { .. }, .. } if side == Side::In => {
            vec![format!("{}.operation", row.name)]
        }
        Body::Image(_) | Body::Glyph { .. } => vec![row.name.clone()],
    }
}

fn edge_with(from: &str, to: &str, attributes: Vec<Attribute>) -> Stmt {
    let end = |id: &str| Vertex::N(NodeId(string(id), None));
    Stmt::Edge(Edge { ty: EdgeTy::Pair(end(from), end(to)), attributes })
}
