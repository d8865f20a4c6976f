//! What a picture shows of a graph, whatever the view: layers fused into parts, and parts in a tree of groups.
//!
//! 1. `fuse`: layers that keep the places of values become bands of the layer before them.
//! 2. `shared`: connections of values that many blocks read become names in these.
//! 3. `repeats`: of equal parts in sequence, one is shown, in a group with their number.
//! 4. `named`: the groups of the network itself, notes, and branches that join again.
//! 5. `order`: the parts in topological order, those of a group together.
//! 6. `close`: groups drawn as one part each, down to what fits.

mod alike;
mod classes;
mod close;
mod fold;
mod fuse;
mod members;
mod named;
mod order;
mod repeats;
mod runs;
pub(crate) mod shared;
mod tree;

pub use fold::Fold;
pub(crate) use fuse::Unit;

use crate::detail::Detail;
use crate::properties::{LayerProperties, relative};
use crate::theme::Note;
use netviz_model::graph::{Graph, Source};
use std::collections::HashSet;
use tree::Tree;

/// How much of a graph is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(crate) struct Level {
    /// Below high, some layers are fused with the layer before them.
    pub(crate) detail: Detail,
    /// Number of levels of repeats of which every copy is shown.
    pub(crate) unfold: usize,
    /// Whether connections of values that many blocks read are named in the boxes, if repeats are folded.
    pub(crate) names_shared: bool,
    /// Whether parts that differ in sizes alone are folded.
    pub(crate) series: bool,
    /// Number of levels of groups that are open; `None` for all.
    pub(crate) depth: Option<usize>,
    /// Which branches that join again are closed.
    pub(crate) joins: Joins,
    /// Whether closed groups are drawn without what they are made of and their operations, and bands without text.
    pub(crate) brief: bool,
    /// Whether long lines that nest may be cut between columns, where a U is too long.
    pub(crate) cuts: bool,
    /// The largest number of parts, above which adjacent ones are put together.
    pub(crate) most: Option<usize>,
}

/// Which branches that join again are drawn as one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Joins {
    /// None.
    Never,
    /// Those without groups of the network among them.
    Layers,
    /// All.
    Groups,
}

/// The parts of a network that are shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outline {
    /// In topological order, those of a group together.
    pub(crate) parts: Vec<Part>,
    /// Sorted by target and then by source.
    pub(crate) links: Vec<Link>,
    /// The open groups, each after the one that contains it.
    pub(crate) groups: Vec<Fold>,
    /// The largest number of groups within each other before any was closed or left out.
    pub(crate) depth: usize,
}

/// A layer with its bands, or a closed group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The layer with its bands, or the closed group as if it were a layer.
    pub(crate) unit: Unit,
    /// The layers in its place in the other copies of a series.
    pub(crate) variants: Vec<Unit>,
    /// The group that it stands for, if it is no layer.
    pub(crate) closed: Option<Fold>,
    /// The repeat that it is all of.
    pub(crate) stack: Option<Fold>,
    /// The innermost open group that contains it.
    pub(crate) group: Option<usize>,
}

/// A connection, labelled with the shape of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Link {
    /// Index of its source.
    pub source: usize,
    /// Index of its target.
    pub target: usize,
    /// Which output of the source it comes from.
    pub port: usize,
}

/// A group while the outline is made.
#[derive(Debug, Clone, PartialEq)]
struct Draft {
    fold: Fold,
    /// Its units that are shown, in topological order.
    members: Vec<usize>,
    open: Open,
}

/// How a group is drawn where it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// In a frame: at most one unit outside feeds it, and one unit inside feeds others.
    Framed,
    /// In a frame over several groups of the network, such as the stages of a series, which is closed after these.
    Around,
    /// Without a frame, since none can be drawn around it.
    Bare,
    /// Without a frame, since branches that join again need none; closed for these and for more.
    Fork(Joins),
}

/// The inputs of each layer or unit: the index of another one, and of one of its outputs.
type Inputs = Vec<Vec<(usize, usize)>>;

impl Outline {
    /// The outline of a graph with notes over some layers.
    pub(crate) fn of(graph: &Graph, notes: &[Note], level: Level) -> Self {
        let layers: Vec<LayerProperties> = graph.order().map(|index| LayerProperties::of(graph, index)).collect();
        let sources = sources(graph);
        let outputs = || graph.outputs().iter().map(|output| output.node.index());
        let (mut units, mut unit_of) = fuse::units(layers, &sources, outputs(), level.detail);
        let mut sources = of_units(&sources, &unit_of, units.len());
        if level.names_shared && level.unfold == 0 {
            shared::name(&mut units, &mut sources, &mut unit_of);
        }
        let found = alike::find(&units, &sources, level);
        let first = shown(found.first);
        let members = classes::Members::new(graph, &units);
        let class = |repeat| classes::of_copies(graph, repeat, &units, &members);
        let classes = found.repeats.iter().map(class).collect();
        let mut tree = Tree::new(&found.repeats, classes, &units, links(&sources, &first), &first);
        let mut groups = named::notes(graph, notes, &unit_of, &first, &found.repeats);
        if level.unfold == 0 {
            groups.extend(named::groups(graph, &unit_of, &first, &found.repeats));
            groups.extend(named::forks(&found.forks, &units, &sources, &first));
        }
        if !groups.is_empty() {
            let leaving: HashSet<usize> = outputs().map(|output| first[unit_of[output]]).collect();
            tree.add_named(groups, &found.repeats, &units, &leaving);
        }
        let mut outline = tree.outline(units, &found.repeats, level);
        outline.shorten_titles();
        outline
    }
}

/// The first and the last member of each group, given the innermost group of each; `None` for a group without any.
pub(crate) fn ends(groups: &[Fold], innermost: impl Iterator<Item = Option<usize>>) -> Vec<Option<[usize; 2]>> {
    let mut ends: Vec<Option<[usize; 2]>> = vec![None; groups.len()];
    for (member, group) in innermost.enumerate() {
        for group in std::iter::successors(group, |&group| groups[group].parent) {
            ends[group].get_or_insert([member; 2])[1] = member;
        }
    }
    ends
}

/// The path of the innermost group of the network that is one of these or around it.
pub(crate) fn base(groups: &[Fold], group: Option<usize>) -> &str {
    let mut around = std::iter::successors(group, |&group| groups[group].parent);
    around.find_map(|group| groups[group].path.as_deref()).unwrap_or_default()
}

/// The names of a span, `a … b`, in the frame of a group.
pub(crate) fn spanned(span: &str, base: &str) -> String {
    span.split(" … ").map(|name| relative(name, base)).collect::<Vec<_>>().join(" … ")
}

impl Outline {
    /// The path of the innermost group of the network around a part, in whose frame names need not repeat it.
    pub(crate) fn base(&self, group: Option<usize>) -> &str {
        base(&self.groups, group)
    }

    /// Leaves out of titles what the frames around them say.
    fn shorten_titles(&mut self) {
        for index in 0..self.groups.len() {
            let base = self.base(self.groups[index].parent).to_owned();
            self.groups[index].shorten_title(&base);
        }
        for index in 0..self.parts.len() {
            let base = self.base(self.parts[index].group).to_owned();
            if let Some(closed) = &mut self.parts[index].closed {
                closed.shorten_title(&base);
            }
        }
    }
}

/// Values of the copies of a series: `16, 32, 64`; each once if there are many, or even `16 … 512`.
pub(crate) fn listed(mut values: Vec<String>) -> String {
    const MOST: usize = 6;
    if values.len() > MOST {
        values.dedup();
    }
    match &values[..] {
        [first, .., last] if values.len() > MOST => format!("{first} … {last}"),
        _ => values.join(", "),
    }
}

/// The output shapes of a unit and of those in its place in the other copies of a series, each once.
pub(crate) fn shapes(unit: &Unit, variants: &[Unit]) -> String {
    let mut shapes: Vec<String> =
        std::iter::once(unit).chain(variants).map(|unit| unit.layer.output_shapes()).collect();
    shapes.dedup();
    listed(shapes)
}

/// The inputs of each layer: a position in topological order, and the index of an output.
fn sources(graph: &Graph) -> Inputs {
    let place = |source: Source| (source.node.index(), source.port.0);
    graph.order().map(|node| graph.sources(node).into_iter().map(place).collect()).collect()
}

/// The inputs of each unit.
fn of_units(sources: &Inputs, unit_of: &[usize], units: usize) -> Inputs {
    let mut of_units: Vec<Option<Vec<(usize, usize)>>> = vec![None; units];
    for (sources, &unit) in sources.iter().zip(unit_of) {
        // The first layer of a unit is the one with inputs from outside.
        of_units[unit].get_or_insert_with(|| sources.iter().map(|&(source, port)| (unit_of[source], port)).collect());
    }
    of_units.into_iter().map(Option::unwrap_or_default).collect()
}

/// The unit that is shown for each unit: itself, or the one that it is a copy of.
fn shown(mut first: Vec<usize>) -> Vec<usize> {
    // The one that it is a copy of may itself be a copy of an earlier one.
    for unit in 0..first.len() {
        first[unit] = first[first[unit]];
    }
    first
}

/// The connections between units that are shown.
fn links(sources: &Inputs, first: &[usize]) -> Vec<Link> {
    let mut links = Vec::new();
    for (target, sources) in sources.iter().enumerate().filter(|(unit, _)| first[*unit] == *unit) {
        links.extend(sources.iter().map(|&(source, port)| Link { source: first[source], target, port }));
    }
    sorted(links)
}

/// Connections in order, of which there is one for each pair: `add: {from: [a, a]}` is one in a picture.
fn sorted(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_unstable_by_key(|link| (link.target, link.source, link.port));
    links.dedup_by_key(|link| (link.target, link.source));
    links
}
