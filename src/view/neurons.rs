//! The neurons of dense layers and their connections, other layers as glyphs, in the manner of
//! ann-visualizer.

use std::collections::HashSet;

use petgraph::graph::NodeIndex;

use super::View;
use crate::graph::{Content, Graph, Node};
use crate::layer::{Activation, Category, Glyph};
use crate::picture::{Direction, Picture, Refusal};
use crate::shape::Shape;
use crate::text::thousands;
use crate::{layout, render};

pub(super) const VIEW: View = View {
    name: "neurons",
    doc: "neurons and their connections, in ann-visualizer's style",
    direction: Direction::Down,
    scene: |picture| Ok(layout::neurons(&NeuronView::of(picture)?, picture)),
    dot: |picture| Ok(render::dot::neurons(&NeuronView::of(picture)?, &picture.options.theme)),
};

/// Enough for two layers of a thousand neurons, fully drawn; more would fill gigabytes.
const MOST_LINES: usize = 2_500_000;

/// What is drawn of a graph, and hence free of cycles and with unique names.
#[derive(Debug, Clone, PartialEq)]
pub struct NeuronView {
    title: String,
    description: String,
    rows: Vec<Row>,
    links: Vec<[usize; 2]>,
}

/// The input or a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Lines of text beside it.
    pub facts: Vec<String>,
    /// Where it stands in the network.
    pub role: Role,
    /// What is drawn of it.
    pub body: Body,
}

/// Where a row stands in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The sample.
    Input,
    /// In between.
    Hidden,
    /// The result.
    Output,
}

/// What is drawn of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Circles.
    Neurons {
        /// How many are drawn.
        shown: usize,
        /// How many there are.
        total: usize,
    },
    /// The sample as an image.
    Image(Image),
    /// A layer's own glyph.
    Glyph {
        /// The glyph, which is not [`Glyph::Neurons`].
        glyph: Glyph,
        /// Which gives it its colour.
        category: Category,
    },
}

/// The sample as an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Channels, height and width.
    pub shape: [usize; 3],
}

impl Image {
    /// The lines of text in it.
    pub fn lines(&self) -> Vec<String> {
        let [channels, height, width] = self.shape;
        let colour = match channels {
            1 => "Grayscale".into(),
            3 => "RGB".into(),
            _ => format!("{channels} channels"),
        };
        vec!["Image".into(), format!("{height} x {width} pixels"), colour]
    }
}

/// The text of the square that tells how many feature maps there are.
pub(crate) fn maps_lines(maps: usize) -> [String; 2] {
    [maps.to_string(), if maps == 1 { "Feature Map".into() } else { "Feature Maps".into() }]
}

impl Row {
    /// How many of its neurons are left out.
    pub fn omitted(&self) -> usize {
        match self.body {
            Body::Neurons { shown, total } => total - shown,
            Body::Image(_) | Body::Glyph { .. } => 0,
        }
    }

    /// How many points connections lead to.
    pub fn points(&self) -> usize {
        match self.body {
            Body::Neurons { shown, .. } => shown,
            Body::Image(_) | Body::Glyph { .. } => 1,
        }
    }

    /// Whether it is drawn as neurons.
    pub fn is_neurons(&self) -> bool {
        matches!(self.body, Body::Neurons { .. })
    }
}

impl NeuronView {
    /// Shows what the options of a picture ask for.
    ///
    /// # Errors
    /// Where it would have more than two and a half million lines.
    pub fn of(picture: &Picture) -> Result<Self, Refusal> {
        let graph = picture.graph;
        let max_neurons = picture.options.max_neurons;
        let order: Vec<NodeIndex> = graph.order().collect();
        let result = result_row(graph, &order);
        let rows: Vec<Row> = order
            .iter()
            .enumerate()
            .map(|(index, &node)| {
                let role = match index {
                    0 => Role::Input,
                    _ if Some(index) == result => Role::Output,
                    _ => Role::Hidden,
                };
                row(graph.node(node), role, max_neurons)
            })
            .collect();
        let mut position = vec![0; order.len()];
        for (row, node) in order.iter().enumerate() {
            position[node.index()] = row;
        }
        let sources = |node| graph.inputs(node).into_iter().map(|source| position[source.index()]);
        let links = order.iter().enumerate().flat_map(|(row, &node)| sources(node).map(move |source| [source, row]));
        let mut links: Vec<[usize; 2]> = links.collect();
        // `add: {from: [a, a]}` is one connection in a picture.
        let mut seen = HashSet::new();
        links.retain(|link| seen.insert(*link));
        let view = Self { title: picture.title().to_owned(), description: describe(graph, &order), rows, links };
        let count = view.lines();
        if count > MOST_LINES {
            let message = format!("a picture of `{}` would have {} lines", graph.name(), thousands(count));
            let hint = format!("at most {} can be drawn; try a smaller `--max-neurons`", thousands(MOST_LINES));
            return Err(Refusal::new(message, hint));
        }
        Ok(view)
    }
}

impl NeuronView {
    /// Name of the network.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The network in one sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The input and the layers, each after those that feed it.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many lines a picture of it has: each drawn pair of neurons, and each row that a link passes.
    pub fn lines(&self) -> usize {
        let mut ranks = vec![0_usize; self.rows.len()];
        for &[source, target] in &self.links {
            ranks[target] = ranks[target].max(ranks[source] + 1);
        }
        let lines = |&[source, target]: &[usize; 2]| {
            let passed = ranks[target] - ranks[source] - 1;
            let [from, to] = [source, target].map(|row| self.rows[row].points());
            if passed == 0 { from * to } else { from + passed + to }
        };
        self.links.iter().map(lines).sum()
    }

    /// Which rows feed which, as indices of the rows; every drawn neuron is connected to every one of the
    /// other row.
    pub fn links(&self) -> &[[usize; 2]] {
        &self.links
    }
}

/// The last dense layer, where only layers follow that keep its values apart, each fed by the one before.
fn result_row(graph: &Graph, order: &[NodeIndex]) -> Option<usize> {
    order.iter().rposition(|&index| is_dense(graph.node(index))).filter(|&row| {
        let shape = &graph.node(order[row]).shape;
        let follows = |pair: &[NodeIndex]| graph.inputs(pair[1]) == pair[..1] && graph.node(pair[1]).shape == *shape;
        order[row..].windows(2).all(follows)
    })
}

fn is_dense(node: &Node) -> bool {
    matches!(&node.content, Content::Layer { layer, .. } if layer.glyph(&node.shape) == Glyph::Neurons)
}

fn row(node: &Node, role: Role, max_neurons: usize) -> Row {
    let (body, activation) = match &node.content {
        Content::Input => (input_body(&node.shape, max_neurons), Activation::Linear),
        Content::Layer { kind, layer } => match layer.glyph(&node.shape) {
            Glyph::Neurons => (neurons(node.shape.elements(), max_neurons), layer.activation()),
            glyph => {
                (Body::Glyph { glyph, category: kind.category }, fused_activation(kind.category, layer.activation()))
            }
        },
    };
    let size = match body {
        Body::Neurons { total, .. } => {
            format!("{} {}", thousands(total), if total == 1 { "neuron" } else { "neurons" })
        }
        Body::Image(_) | Body::Glyph { .. } => node.shape.to_string(),
    };
    let mut facts = vec![size];
    if activation != Activation::Linear {
        facts.push(activation.name().to_owned());
    }
    Row { name: node.name.clone(), facts, role, body }
}

/// An activation that stands as a layer of its own says so in its glyph.
fn fused_activation(category: Category, activation: Activation) -> Activation {
    if category == Category::Activation { Activation::Linear } else { activation }
}

fn input_body(shape: &Shape, max_neurons: usize) -> Body {
    match shape.as_image() {
        Some(shape) => Body::Image(Image { shape }),
        None => neurons(shape.elements(), max_neurons),
    }
}

fn neurons(total: usize, max_neurons: usize) -> Body {
    Body::Neurons { shown: total.min(max_neurons.max(1)), total }
}

/// `mnist: input 784, dense_1 (dense) 512 relu, dense_2 (dense) 10 softmax; 407,050 parameters`
fn describe(graph: &Graph, order: &[NodeIndex]) -> String {
    let parts: Vec<String> = order
        .iter()
        .map(|&index| {
            let node = graph.node(index);
            match &node.content {
                Content::Input => format!("{} {}", node.name, node.shape),
                Content::Layer { kind, layer } => {
                    let activation = match fused_activation(kind.category, layer.activation()) {
                        Activation::Linear => String::new(),
                        activation => format!(" {}", activation.name()),
                    };
                    format!("{} ({}) {}{activation}", node.name, kind.name, node.shape)
                }
            }
        })
        .collect();
    format!("{}: {}; {} parameters", graph.name(), parts.join(", "), thousands(graph.parameters().total()))
}
