//! The neurons as DOT, with ann-visualizer's clusters, spacings and colours.

use graphviz_rust::dot_structures::{Attribute, GraphAttributes, Stmt, Subgraph};
use netviz_model::layer::{Glyph, Outline};
use netviz_model::text::thousands;

use super::{Body, Image, Link, NeuronView, Role, Row, Weighted, maps_lines};
use crate::dot::{attribute, background, color, edge_with, labelled, node, plain, print, string};
use crate::picture::{Direction, Picture};
use crate::theme::{Paint, Theme};

/// Writes the neurons of a view as DOT; Graphviz computes the layout.
pub(super) fn dot(view: &NeuronView, picture: &Picture) -> String {
    let theme = &picture.options.theme;
    let dense = view.rows().iter().all(Row::is_neurons);
    let mut stmts = defaults(view, dense, picture);
    stmts.extend(view.rows().iter().map(|row| layer(row, picture)));
    stmts.extend(view.links().iter().flat_map(|link| connections(view, link, theme)));
    print(view.title(), stmts)
}

/// Connects every drawn neuron of one row to every one of the other, then the bias neuron.
fn connections(view: &NeuronView, link: &Link, theme: &Theme) -> Vec<Stmt> {
    let [source, target] = link.ends;
    let (from, to) = (&view.rows()[source], &view.rows()[target]);
    let mut sources = ends(from, Side::Out);
    if view.has_bias_between(source, target) {
        sources.push(bias_id(from));
    }
    let targets = ends(to, Side::In);
    let pairs = sources.iter().flat_map(|a| targets.iter().map(move |b| (a, b)));
    let look = |index: usize| link.weights.as_ref().map_or_else(Vec::new, |weights| weighted(weights, index, theme));
    pairs.enumerate().map(|(index, (a, b))| edge_with(a, b, look(index))).collect()
}

/// Colour of a connection by its sign; width and opacity by its size.
fn weighted(weights: &Weighted, index: usize, theme: &Theme) -> Vec<Attribute> {
    let weight = weights.values[index];
    let share = weights.share(weight);
    let is_positive = weight > 0.0;
    let sign = if is_positive { theme.positive } else { theme.negative };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 15 to 255")]
    let opacity = (255.0 * (0.06 + 0.94 * share)) as u8;
    let look = format!("{}{opacity:02x}", sign.light.hex());
    let mut attributes =
        vec![attribute("color", string(&look)), plain("penwidth", &format!("{:.2}", 0.6 + 3.4 * share))];
    if theme.dash_negative && !is_positive {
        attributes.push(plain("style", "dashed"));
    }
    attributes
}

/// The name of the row's own node. A dot separates the parts of a row, so dots in the row's name become slashes, which
/// no name contains.
fn id(row: &Row) -> String {
    row.name.replace('.', "/")
}

fn bias_id(row: &Row) -> String {
    format!("{}.bias", id(row))
}

/// Attributes of the whole graph. If all layers are drawn as neurons, the distances are those of ann-visualizer.
fn defaults(view: &NeuronView, dense: bool, picture: &Picture) -> Vec<Stmt> {
    let theme = &picture.options.theme;
    let font = || attribute("fontname", string("Helvetica"));
    let chain = view.links().iter().enumerate().all(|(index, link)| link.ends == [index, index + 1]);
    let [nodesep, ranksep] = if dense { ["1", "2"] } else { ["0.5", "1"] };
    let graph = vec![
        attribute("label", string(view.title())),
        background("bgcolor", picture),
        plain("labelloc", "t"),
        plain("rankdir", if picture.direction() == Direction::Down { "TB" } else { "LR" }),
        plain("fontsize", "20"),
        font(),
        color("fontcolor", theme.text),
        // Straight lines in a chain; elsewhere they would run through the layers that a branch bypasses.
        plain("splines", if chain { "false" } else { "true" }),
        // Edges first, since an edge within a rank would cover the neurons between its ends.
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
fn layer(row: &Row, picture: &Picture) -> Stmt {
    let theme = &picture.options.theme;
    let fill = row.fill(theme);
    let stmts = match &row.body {
        Body::Neurons { .. } => {
            return Stmt::Subgraph(Subgraph {
                // Not the name itself: Graphviz draws a frame around subgraphs called `cluster…`.
                id: string(&format!("row_{}", row.name)),
                stmts: row_of_neurons(row, theme),
            });
        }
        Body::Image(sample) => vec![image(row, *sample, theme)],
        Body::Glyph { glyph: Glyph::Outline { outline, lines }, .. } => {
            vec![outlined(row, *outline, lines, fill, picture)]
        }
        Body::Glyph { glyph: Glyph::FeatureMaps { lines, maps }, .. } => feature_maps(row, lines, *maps, fill, theme),
        Body::Glyph { glyph: Glyph::Neurons, .. } => Vec::new(),
    };
    // A cluster without a label inherits the graph's.
    let mut all = vec![Stmt::Attribute(background("color", picture)), Stmt::Attribute(attribute("label", string("")))];
    all.extend(stmts);
    Stmt::Subgraph(Subgraph { id: string(&format!("cluster_{}", row.name)), stmts: all })
}

/// The caption, the neurons, and the number of omitted ones, in a row: invisible edges keep their order, and a label of
/// the cluster would overlap the connections.
fn row_of_neurons(row: &Row, theme: &Theme) -> Vec<Stmt> {
    let fill = row.fill(theme);
    let mut lines = row.caption.clone();
    if let Some(heading) = lines.first_mut().filter(|heading| **heading == row.name) {
        *heading = match row.role {
            Role::Input => "Input Layer".to_owned(),
            Role::Hidden => row.name.clone(),
            Role::Output => format!("Output Layer {}", row.name),
        };
    }
    let text = |id: &str, lines: &[String]| node(id, labelled(lines, "plaintext"));
    let ids = ends(row, Side::Out);
    let caption = format!("{}.caption", id(row));
    let mut nodes = vec![text(&caption, &lines)];
    let mut chain = vec![caption];
    if row.bias {
        nodes.push(bias(row, theme));
        chain.push(bias_id(row));
    }
    let classes = row.classes.iter().map(String::as_str).chain(std::iter::repeat(""));
    nodes.extend(ids.iter().zip(classes).map(|(id, class)| neuron(id, fill, class, theme)));
    chain.extend(ids);
    if row.omitted() > 0 {
        let omitted = format!("{}.omitted", id(row));
        nodes.push(text(&omitted, &[format!("(+{})", thousands(row.omitted()))]));
        chain.push(omitted);
    }
    let mut stmts = vec![Stmt::Attribute(plain("rank", "same"))];
    stmts.extend(nodes);
    stmts.extend(chain.windows(2).map(|pair| edge_with(&pair[0], &pair[1], vec![plain("style", "invis")])));
    stmts
}

/// A class name is written inside its neuron if it is short, otherwise beside it.
fn neuron(id: &str, fill: Paint, class: &str, theme: &Theme) -> Stmt {
    let short = class.chars().count() <= 3;
    let mut attributes = vec![
        attribute("label", string(if short { class } else { "" })),
        plain("fixedsize", "true"),
        color("fontcolor", theme.text_on([fill; 2])),
        plain("shape", "circle"),
        plain("width", "0.65"),
    ];
    attributes.extend(filled(fill, theme));
    if !short {
        attributes.push(attribute("xlabel", string(class)));
    }
    node(id, attributes)
}

/// The bias neuron, which is always 1.
fn bias(row: &Row, theme: &Theme) -> Stmt {
    let attributes = vec![
        attribute("label", string("1")),
        plain("shape", "circle"),
        plain("width", "0.65"),
        plain("fixedsize", "true"),
        color("color", theme.edge),
    ];
    node(&bias_id(row), attributes)
}

fn image(row: &Row, image: Image, theme: &Theme) -> Stmt {
    let fill = theme.image(image.shape[0]);
    let colors = if fill[0] == fill[1] { fill[0].light.hex() } else { fill.map(|paint| paint.light.hex()).join(":") };
    let text = theme.text_on(fill);
    let mut attributes = labelled(&image.lines(), "square");
    attributes.extend([plain("style", "filled"), attribute("fillcolor", string(&colors)), color("fontcolor", text)]);
    node(&id(row), attributes)
}

fn outlined(row: &Row, outline: Outline, lines: &[String], fill: Paint, picture: &Picture) -> Stmt {
    let theme = &picture.options.theme;
    let mut attributes = labelled(&with_caption(row, lines), shape(outline));
    if outline == Outline::Triangle && picture.direction() == Direction::Right {
        // The triangle points down; this turns it along the flow.
        attributes.push(plain("orientation", "90"));
    }
    attributes.extend(filled(fill, theme));
    attributes.push(color("fontcolor", theme.text_on([fill; 2])));
    node(&id(row), attributes)
}

/// A fill, with a border if the theme has one or the fill would be invisible without.
fn filled(fill: Paint, theme: &Theme) -> Vec<Attribute> {
    let style = plain("style", "filled");
    match theme.border_of(fill) {
        Some(border) => vec![style, color("fillcolor", fill), color("color", border)],
        None => vec![style, color("color", fill)],
    }
}

/// The operation above its feature maps, in the colour of its category.
fn feature_maps(row: &Row, lines: &[String], maps: usize, fill: Paint, theme: &Theme) -> Vec<Stmt> {
    let operation = format!("{}.operation", id(row));
    let mut upper: Vec<String> = row.caption.iter().take(1).cloned().collect();
    upper.extend(lines.iter().cloned());
    let [count, what] = maps_lines(maps);
    let lower: Vec<String> = [count, what].into_iter().chain(row.caption.iter().skip(1).cloned()).collect();
    let mut stmts: Vec<Stmt> = filled(fill, theme).into_iter().map(Stmt::Attribute).collect();
    stmts.extend([
        node(&operation, labelled(&upper, "square")),
        node(&id(row), labelled(&lower, "square")),
        edge_with(&operation, &id(row), Vec::new()),
    ]);
    stmts
}

/// The glyph's own lines between the layer's name and its properties.
fn with_caption(row: &Row, lines: &[String]) -> Vec<String> {
    let mut all: Vec<String> = row.caption.iter().take(1).cloned().collect();
    all.extend(lines.iter().cloned());
    all.extend(row.caption.iter().skip(1).cloned());
    all
}

fn shape(outline: Outline) -> &'static str {
    match outline {
        Outline::Ellipse => "ellipse",
        Outline::Triangle => "invtriangle",
        Outline::Octagon => "octagon",
        Outline::Rectangle => "box",
        Outline::Circle => "circle",
    }
}

/// The end of a row that an edge connects to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
}

/// The nodes of a row that edges connect to.
fn ends(row: &Row, side: Side) -> Vec<String> {
    match &row.body {
        Body::Neurons { shown, .. } => shown.iter().map(|neuron| format!("{}.{neuron}", id(row))).collect(),
        Body::Glyph { glyph: Glyph::FeatureMaps { .. }, .. } if side == Side::In => {
            vec![format!("{}.operation", id(row))]
        }
        Body::Image(_) | Body::Glyph { .. } => vec![id(row)],
    }
}
