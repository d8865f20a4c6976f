//! A box per layer, repeated blocks folded.

#[cfg(feature = "dot")]
mod dot;
mod fuse;
mod layout;
mod repeats;
mod runs;
mod text;

use std::collections::HashMap;

use crate::picture::{Direction, Picture, View};
use crate::properties::LayerProperties;
use fuse::Unit;
use netviz_model::graph::{Graph, Source};
use netviz_model::ir::{ParameterCount, TensorType};
use netviz_model::layer::Category;
use repeats::{Layers, Repeat};
pub(crate) use text::costs;

pub(super) const VIEW: View = View {
    name: "blocks",
    doc: "a box per layer with its properties; repeated blocks are folded",
    direction: Direction::Down,
    scene: |picture| layout::place(&BlockView::of(picture), picture),
    #[cfg(feature = "dot")]
    dot: |picture| Ok(dot::dot(&BlockView::of(picture), picture)),
};

/// The drawn parts of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockView {
    blocks: Vec<Block>,
    links: Vec<Link>,
    folds: Vec<Fold>,
    description: String,
}

/// The box of the input or a layer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Block {
    /// Properties of the layer.
    pub properties: LayerProperties,
    /// Layers after it that keep the places of its values, if they are fused with it.
    pub bands: Vec<LayerProperties>,
    /// The text of each band: `batch_norm`, `relu a1`.
    pub band_texts: Vec<String>,
    /// Header: the bold text and the text after it.
    pub header: [String; 2],
    /// Lines below the header.
    pub lines: Vec<String>,
    /// Index of the innermost fold that contains it.
    pub fold: Option<usize>,
}

/// A connection, labelled with the shape of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Link {
    /// Index of its source block.
    pub source: usize,
    /// Index of its target block.
    pub target: usize,
    /// Which output of the source it comes from.
    pub port: usize,
}

/// Several copies of the same layers in sequence, of which one is drawn.
///
/// One block receives all input from outside, and only the last block of the fold has consumers outside.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fold {
    /// Unique and stable id: the names of its first and last layer, `conv2d_1..add_1`.
    pub name: String,
    /// Number of copies.
    pub count: usize,
    /// Index of the fold that contains it, smaller than its own index.
    pub parent: Option<usize>,
    /// Number of layers in all copies.
    pub layers: usize,
    /// Number of parameters in all copies.
    pub parameters: ParameterCount,
    /// Floating-point operations of all copies for one sample.
    pub flops: usize,
}

impl Block {
    /// The lines below the header, and those of its bands.
    pub(crate) fn all_lines(&self) -> Vec<String> {
        self.lines.iter().chain(&self.band_texts).cloned().collect()
    }
}

impl Fold {
    /// `× 3`.
    pub fn badge(&self) -> String {
        format!("× {}", self.count)
    }
}

impl BlockView {
    /// Creates the view for the options of a picture.
    pub fn of(picture: &Picture) -> Self {
        let graph = picture.graph;
        let layers: Vec<LayerProperties> = graph.order().map(|index| LayerProperties::of(graph, index)).collect();
        let sources = sources(graph);
        let outputs = graph.outputs().iter().map(|output| output.node.index());
        let (units, unit_of) = fuse::units(layers, &sources, outputs, picture.options.detail);
        let sources = of_units(&sources, &unit_of, units.len());
        let repeats = find(&units, &sources, picture.options.depth);
        let shown = shown(units.len(), &repeats);
        let folds = repeats.iter().map(|repeat| fold(repeat, &units)).collect();

        // The box that shows each layer, and the innermost repeat of each.
        let mut of_layer = vec![0; units.len()];
        let mut within = vec![None; units.len()];
        for (index, repeat) in repeats.iter().enumerate() {
            for &layer in &repeat.copies[0] {
                within[layer] = Some(index);
            }
        }
        let mut blocks = Vec::new();
        let mut links = Vec::new();
        for (layer, unit) in units.into_iter().enumerate() {
            if shown[layer] != layer {
                of_layer[layer] = of_layer[shown[layer]];
                continue;
            }
            let target = blocks.len();
            of_layer[layer] = target;
            links.extend(sources[layer].iter().map(|&(source, port)| Link { source: of_layer[source], target, port }));
            blocks.push(text::block(unit, within[layer], picture.options));
        }
        links.sort_unstable_by_key(|link| (link.target, link.source, link.port));
        // `add: {from: [a, a]}` is one connection in a picture.
        links.dedup_by_key(|link| (link.target, link.source));
        let mut view = Self { blocks, links, folds, description: String::new() };
        view.description = text::describe(graph, &view);
        view
    }

    /// The boxes, in topological order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The connections, sorted by target and then by source.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The folds, each after the fold that contains it.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// The network in one sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The categories that occur.
    pub fn categories(&self) -> impl Iterator<Item = Category> + '_ {
        let layers = || self.blocks.iter().flat_map(|block| std::iter::once(&block.properties).chain(&block.bands));
        let occurs = move |category: &Category| layers().any(|layer| layer.category == Some(*category));
        Category::ALL.into_iter().filter(occurs)
    }

    /// The folds that contain a block, from the innermost.
    pub fn folds_of(&self, block: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.blocks[block].fold, |&fold| self.folds[fold].parent)
    }
}

/// The inputs of each layer: a position in topological order, and the index of an output.
fn sources(graph: &Graph) -> Vec<Vec<(usize, usize)>> {
    let place = |source: Source| (source.node.index(), source.port.0);
    graph.order().map(|node| graph.sources(node).into_iter().map(place).collect()).collect()
}

/// Finds repeated blocks. Layers are compared by everything except their names.
fn find<'a>(units: &'a [Unit], inputs: &[Vec<(usize, usize)>], unfolded: usize) -> Vec<Repeat> {
    let sources: Vec<Vec<usize>> =
        inputs.iter().map(|inputs| inputs.iter().map(|&(source, _)| source).collect()).collect();
    let mut targets = vec![Vec::new(); units.len()];
    for (target, sources) in sources.iter().enumerate() {
        for &source in sources {
            targets[source].push(target);
        }
    }
    let mut known = HashMap::new();
    let mut number = |(unit, inputs): (&'a Unit, &Vec<(usize, usize)>)| {
        let layers: Vec<_> = std::iter::once(&unit.layer).chain(&unit.bands).map(alike).collect();
        let next = known.len();
        let ports: Vec<usize> = inputs.iter().map(|&(_, port)| port).collect();
        *known.entry((layers, ports)).or_insert(next)
    };
    let alike: Vec<usize> = units.iter().zip(inputs).map(&mut number).collect();
    // Blocks usually begin with a layer that has parameters, not with its activation or pooling.
    let heads: Vec<bool> = units.iter().map(|unit| unit.layer.parameters.total() > 0).collect();
    repeats::repeats(&Layers { sources: &sources, targets: &targets, alike: &alike, heads: &heads }, unfolded)
}

/// What must be equal for two layers to be alike.
type Alike<'a> = (&'static str, Vec<(&'static str, String)>, &'a TensorType, [usize; 3]);

fn alike(properties: &LayerProperties) -> Alike<'_> {
    let settings = properties.settings.iter().map(|setting| (setting.name, setting.value.to_string())).collect();
    let counts = [properties.parameters.trainable, properties.parameters.fixed, properties.flops];
    (properties.kind, settings, properties.ty(), counts)
}

/// The inputs of each unit: another unit, and the index of an output.
fn of_units(sources: &[Vec<(usize, usize)>], unit_of: &[usize], units: usize) -> Vec<Vec<(usize, usize)>> {
    let mut of_units: Vec<Option<Vec<(usize, usize)>>> = vec![None; units];
    for (sources, &unit) in sources.iter().zip(unit_of) {
        // The first layer of a unit is the one with inputs from outside.
        of_units[unit].get_or_insert_with(|| sources.iter().map(|&(source, port)| (unit_of[source], port)).collect());
    }
    of_units.into_iter().map(Option::unwrap_or_default).collect()
}

/// The layer that is drawn for each layer: itself, or the one that it is a copy of.
fn shown(count: usize, repeats: &[Repeat]) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..count).collect();
    for repeat in repeats {
        for copy in &repeat.copies[1..] {
            for (&layer, &first) in copy.iter().zip(&repeat.copies[0]) {
                shown[layer] = first;
            }
        }
    }
    // The layer that it is a copy of may itself be a copy of an earlier layer.
    for layer in 0..count {
        shown[layer] = shown[shown[layer]];
    }
    shown
}

fn fold(repeat: &Repeat, units: &[Unit]) -> Fold {
    let copy = &repeat.copies[0];
    let mut fold = Fold {
        name: format!("{}..{}", units[copy[0]].layer.name, units[copy[copy.len() - 1]].last().name),
        count: repeat.copies.len(),
        parent: repeat.parent,
        layers: repeat.copies.iter().flatten().map(|&unit| units[unit].count()).sum(),
        parameters: ParameterCount::default(),
        flops: 0,
    };
    for unit in repeat.copies.iter().flatten().map(|&unit| &units[unit]) {
        let (parameters, flops) = (unit.parameters(), unit.flops());
        fold.parameters.trainable = fold.parameters.trainable.saturating_add(parameters.trainable);
        fold.parameters.fixed = fold.parameters.fixed.saturating_add(parameters.fixed);
        fold.flops = fold.flops.saturating_add(flops);
    }
    fold
}
