//! The neurons of dense layers and their connections, other layers as glyphs, in the style of ann-visualizer.

#[cfg(feature = "dot")]
mod dot;
mod layout;
mod pick;
mod receptive;
mod row;
mod weights;

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use crate::describe;
use crate::outline::{self, Fold, Outline, Part};
use crate::picture::{Direction, Picture, View};
use netviz_model::diagnostics::Diagnostic;
use netviz_model::graph::{Content, Graph};
use netviz_model::layer::Glyph;
use netviz_model::limits;
use netviz_model::text::thousands;
use weights::Parameters;

pub use receptive::{Fields, Receptive};
pub(crate) use row::maps_lines;
pub use row::{Body, Image, Role, Row};
pub use weights::Weighted;

pub(super) const VIEW: View = View {
    name: "neurons",
    doc: "neurons and their connections, in ann-visualizer's style",
    direction: Direction::Down,
    always_folds: false,
    names_shared: false,
    turns: true,
    scene: |picture| Ok(layout::place(&NeuronView::of(picture)?, picture)),
    #[cfg(feature = "dot")]
    dot: |picture| Ok(dot::dot(&NeuronView::of(picture)?, picture)),
};

/// The drawn rows of a graph; free of cycles and with unique names, since the graph is.
#[derive(Debug, Clone, PartialEq)]
pub struct NeuronView {
    title: String,
    description: String,
    rows: Vec<Row>,
    links: Vec<Link>,
    brackets: Vec<Bracket>,
    receptive: Option<Fields>,
}

/// A group of rows, such as a repeated block, that stand in a chain.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bracket {
    /// The group.
    pub fold: Fold,
    /// Indices of its first and its last row.
    pub rows: [usize; 2],
}

/// A link between two rows: every drawn neuron is connected to every one of the other row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// Indices of its source and target rows.
    pub ends: [usize; 2],
    /// Weights of the drawn connections, if known.
    pub weights: Option<Weighted>,
}

impl NeuronView {
    /// Creates the view for the options of a picture.
    ///
    /// # Errors
    /// If there would be more than a million lines, if there are no weights to show or they are those of another network, or if a layer has fewer neurons than
    /// requested.
    pub fn of(picture: &Picture) -> Result<Self, Diagnostic> {
        let graph = picture.graph;
        pick::check(picture)?;
        if let Some(weights) = picture.weights {
            weights.check(graph.program())?;
        }
        let Outline { parts, links, groups } = picture.outline(picture.level).in_rows();
        let pairs: Vec<[usize; 2]> = links.iter().map(|link| [link.source, link.target]).collect();
        let parameters = Parameters::of(picture);
        let drawn = Drawn::of(picture, &parts);
        let counts = counts(&drawn, &pairs, &parameters);
        check(picture, lines(&counts, &pairs))?;
        let rows = rows(&drawn, &parts, &pairs, &counts, &parameters);
        let links = pairs.into_iter().map(|ends| Link { ends, weights: weighted(&rows, ends, &parameters) }).collect();
        let ends = outline::ends(&groups, parts.iter().map(|part| part.group));
        let brackets = groups.into_iter().zip(ends).filter_map(|(fold, rows)| Some(Bracket { fold, rows: rows? }));
        let brackets = brackets.collect();
        let receptive = match picture.options.receptive {
            0 => None,
            most => Some(receptive::fields(picture, &parameters, most)?),
        };
        let title = picture.title().to_owned();
        Ok(Self { title, description: describe::network(graph), rows, links, brackets, receptive })
    }

    /// The title of the picture.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The network in one sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The input and the layers, in topological order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The links between rows.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The groups, each after the one that contains it.
    pub fn brackets(&self) -> &[Bracket] {
        &self.brackets
    }

    /// The images that neurons of the first layer respond to, if requested.
    pub fn receptive(&self) -> Option<&Fields> {
        self.receptive.as_ref()
    }

    /// Whether any connection shows a trained weight.
    pub fn is_weighted(&self) -> bool {
        self.links.iter().any(|link| link.weights.is_some())
    }

    /// Number of lines in a picture: each drawn pair of neurons, and each row that a link passes.
    pub fn lines(&self) -> usize {
        let counts: Vec<Count> = self.rows.iter().map(Count::of).collect();
        let pairs: Vec<[usize; 2]> = self.links.iter().map(|link| link.ends).collect();
        lines(&counts, &pairs)
    }

    /// Whether the source's bias neuron is connected to the target.
    pub fn has_bias_between(&self, source: usize, target: usize) -> bool {
        self.rows[source].bias && self.rows[target].takes_bias
    }
}

/// The layers that are drawn as rows.
struct Drawn<'a> {
    picture: &'a Picture<'a>,
    /// The layer of each row; `None` for a closed group.
    nodes: Vec<Option<NodeIndex>>,
}

impl<'a> Drawn<'a> {
    fn of(picture: &'a Picture<'a>, parts: &[Part]) -> Self {
        let graph = picture.graph;
        let by_name: HashMap<&str, NodeIndex> =
            graph.order().map(|index| (graph.node(index).name.as_str(), index)).collect();
        let node = |part: &Part| by_name.get(part.unit.layer.name.as_str()).copied().filter(|_| part.closed.is_none());
        Self { picture, nodes: parts.iter().map(node).collect() }
    }

    /// Name and number of neurons of a row that is drawn as neurons.
    fn neurons(&self, row: usize) -> Option<(&'a str, usize)> {
        let node = self.nodes[row]?;
        Some((&self.picture.graph.node(node).name, row::neurons(self.picture.graph, node)?))
    }
}

/// Number of drawn points of a row, counted before the row is made, since a layer can have two billion neurons.
#[derive(Clone, Copy)]
struct Count {
    /// Number of points that connections lead to, without a bias neuron.
    points: usize,
    bias: bool,
    takes_bias: bool,
}

impl Count {
    fn of(row: &Row) -> Self {
        Self { points: row.points(), bias: row.bias, takes_bias: row.takes_bias }
    }
}

fn counts(drawn: &Drawn, pairs: &[[usize; 2]], parameters: &Parameters) -> Vec<Count> {
    let count = |row: usize| {
        let points = drawn.neurons(row).map_or(1, |(name, total)| pick::most(name, total, drawn.picture));
        Count { points, bias: false, takes_bias: false }
    };
    let mut counts: Vec<Count> = (0..drawn.nodes.len()).map(count).collect();
    if drawn.picture.options.bias {
        let has_biases =
            |row: usize| drawn.neurons(row).is_some_and(|(name, total)| parameters.has_biases(name, total));
        let has_biases: Vec<bool> = (0..drawn.nodes.len()).map(has_biases).collect();
        for &[source, target] in pairs.iter().filter(|pair| has_biases[pair[1]]) {
            counts[source].bias = true;
            counts[target].takes_bias = true;
        }
    }
    counts
}

fn lines(counts: &[Count], pairs: &[[usize; 2]]) -> usize {
    let mut ranks = vec![0_usize; counts.len()];
    for &[source, target] in pairs {
        ranks[target] = ranks[target].max(ranks[source] + 1);
    }
    let lines = |&[source, target]: &[usize; 2]| {
        let passed = ranks[target] - ranks[source] - 1;
        let (from, to) = (counts[source].points, counts[target].points);
        let bias = if counts[source].bias && counts[target].takes_bias { to } else { 0 };
        bias.saturating_add(if passed == 0 { from.saturating_mul(to) } else { from + passed + to })
    };
    pairs.iter().map(lines).fold(0, usize::saturating_add)
}

/// Refuses a picture that no viewer could open.
fn check(picture: &Picture, lines: usize) -> Result<(), Diagnostic> {
    if lines <= limits::NEURON_LINES {
        return Ok(());
    }
    let message = format!("a picture of `{}` would have {} lines", picture.title(), thousands(lines));
    let most = thousands(limits::NEURON_LINES);
    Err(Diagnostic::error(message)
        .hint(format!("at most {most} can be drawn; leave out `--full`, or use a smaller `--max-neurons`")))
}

fn rows(drawn: &Drawn, parts: &[Part], pairs: &[[usize; 2]], counts: &[Count], parameters: &Parameters) -> Vec<Row> {
    let graph = drawn.picture.graph;
    let result = result_row(graph);
    let strengths = Strengths::new(drawn, pairs, parameters);
    let row = |(index, (part, count)): (usize, (&Part, &Count))| {
        let &Count { bias, takes_bias, .. } = count;
        let Some(node) = drawn.nodes[index] else { return row::closed(part) };
        let role = match graph.node(node).content {
            Content::Input => Role::Input,
            _ if Some(node) == result => Role::Output,
            _ => Role::Hidden,
        };
        let pick = |total| {
            let most = pick::most(&graph.node(node).name, total, drawn.picture);
            pick::pick(most, total, strengths.of(index).as_deref(), drawn.picture.options.pick)
        };
        // A series is a box.
        let is_single = part.variants.is_empty();
        let row = row::row(drawn.picture, node, part, role, pick);
        Row { bias: bias && is_single, takes_bias: takes_bias && is_single, ..row }
    };
    parts.iter().zip(counts).enumerate().map(row).collect()
}

/// Strengths of the neurons of a row.
struct Strengths<'a> {
    drawn: &'a Drawn<'a>,
    /// Weights by target, and by source.
    pairs: [Vec<[usize; 2]>; 2],
    parameters: &'a Parameters<'a>,
}

impl<'a> Strengths<'a> {
    fn new(drawn: &'a Drawn<'a>, pairs: &[[usize; 2]], parameters: &'a Parameters<'a>) -> Self {
        let by = |end: usize| {
            let mut pairs = pairs.to_vec();
            pairs.sort_by_key(|pair| pair[end]);
            pairs
        };
        Self { drawn, pairs: [by(1), by(0)], parameters }
    }

    /// Computed from the incoming weights, or from the outgoing ones if there are none; unknown without weights.
    fn of(&self, row: usize) -> Option<Vec<f64>> {
        let from = |pairs: &[[usize; 2]], end: usize| pairs.partition_point(|pair| pair[end] < row);
        let [by_target, by_source] = &self.pairs;
        let into = by_target[from(by_target, 1)..].first().filter(|pair| pair[1] == row);
        let into = into.and_then(|&pair| self.matrix(pair)).map(|(matrix, inputs)| weights::norms_into(matrix, inputs));
        let out_of = || {
            let mut pairs = by_source[from(by_source, 0)..].iter().take_while(|pair| pair[0] == row);
            let (matrix, inputs) = pairs.find_map(|&pair| self.matrix(pair))?;
            Some(weights::norms_out_of(matrix, inputs))
        };
        into.or_else(out_of)
    }

    /// The weights between two rows, and the number of source neurons.
    fn matrix(&self, [source, target]: [usize; 2]) -> Option<(&[f32], usize)> {
        let graph = self.drawn.picture.graph;
        let [source, target] = [self.drawn.nodes[source]?, self.drawn.nodes[target]?];
        let [inputs, outputs] = [source, target].map(|node| graph.output_type(node).elements());
        Some((self.parameters.matrix(&graph.node(target).name, inputs?, outputs?)?, inputs?))
    }
}

/// The weights of the drawn connections between two rows of neurons.
fn weighted(rows: &[Row], [source, target]: [usize; 2], parameters: &Parameters) -> Option<Weighted> {
    let (from, to) = (&rows[source], &rows[target]);
    let (Body::Neurons { shown: sources, total: inputs }, Body::Neurons { shown: targets, total: outputs }) =
        (&from.body, &to.body)
    else {
        return None;
    };
    let matrix = parameters.matrix(&to.name, *inputs, *outputs)?;
    let biases = parameters.biases(&to.name, *outputs).filter(|_| from.bias && to.takes_bias);
    Some(Weighted::new(matrix, *inputs, [sources, targets], biases))
}

/// The last dense layer, if only layers that keep its values separate follow in a chain.
fn result_row(graph: &Graph) -> Option<NodeIndex> {
    let dense = graph.order().filter(|&index| is_dense(graph, index)).last()?;
    let ty = graph.output_type(dense);
    let mut after = graph.order().skip(dense.index() + 1);
    let follows = |node: NodeIndex| {
        graph.predecessors(node) == [NodeIndex::new(node.index() - 1)] && graph.output_type(node) == ty
    };
    after.all(follows).then_some(dense)
}

fn is_dense(graph: &Graph, index: NodeIndex) -> bool {
    graph.node(index).content.glyph(graph.output_type(index)) == Some(Glyph::Neurons)
}
