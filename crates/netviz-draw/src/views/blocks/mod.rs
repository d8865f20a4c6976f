//! A box per layer, repeated blocks folded.

pub(super) mod dot;
mod layout;
mod repeats;
mod runs;
mod text;

use std::collections::HashMap;

use crate::picture::{Direction, Picture, View};
use crate::properties::LayerProperties;
use netviz_model::graph::{Graph, Source};
use netviz_model::ir::ParameterCount;
use netviz_model::layer::Category;
use repeats::{Layers, Repeat};
pub(crate) use text::costs;

pub(super) const VIEW: View = View {
    name: "blocks",
    doc: "a box per layer with its properties; repeated blocks are folded",
    direction: Direction::Down,
    scene: |picture| layout::place(&BlockView::of(picture), picture),
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
        let repeats = find(&layers, &sources, picture.options.depth);
        let shown = shown(layers.len(), &repeats);
        let folds = repeats.iter().map(|repeat| fold(repeat, &layers)).collect();

        // The box that shows each layer, and the innermost repeat of each.
        let mut of_layer = vec![0; layers.len()];
        let mut within = vec![None; layers.len()];
        for (index, repeat) in repeats.iter().enumerate() {
            for &layer in &repeat.copies[0] {
                within[layer] = Some(index);
            }
        }
        let mut blocks = Vec::new();
        let mut links = Vec::new();
        for (layer, properties) in layers.into_iter().enumerate() {
            if shown[layer] != layer {
                of_layer[layer] = of_layer[shown[layer]];
                continue;
            }
            let target = blocks.len();
            of_layer[layer] = target;
            links.extend(sources[layer].iter().map(|&(source, port)| Link { source: of_layer[source], target, port }));
            blocks.push(text::block(properties, within[layer], picture.options.label.as_ref()));
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
        let occurs = |category: &Category| self.blocks.iter().any(|block| block.properties.category == Some(*category));
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
fn find<'a>(layers: &'a [LayerProperties], inputs: &[Vec<(usize, usize)>], unfolded: usize) -> Vec<Repeat> {
    let sources: Vec<Vec<usize>> =
        inputs.iter().map(|inputs| inputs.iter().map(|&(source, _)| source).collect()).collect();
    let mut targets = vec![Vec::new(); layers.len()];
    for (target, sources) in sources.iter().enumerate() {
        for &source in sources {
            targets[source].push(target);
        }
    }
    let mut known = HashMap::new();
    let mut number = |(properties, inputs): (&'a LayerProperties, &Vec<(usize, usize)>)| {
        let settings: Vec<_> =
            properties.settings.iter().map(|setting| (setting.name, setting.value.to_string())).collect();
        let counts = [properties.parameters.trainable, properties.parameters.fixed, properties.flops];
        let next = known.len();
        let ports: Vec<usize> = inputs.iter().map(|&(_, port)| port).collect();
        *known.entry((properties.kind, settings, properties.ty(), counts, ports)).or_insert(next)
    };
    let alike: Vec<usize> = layers.iter().zip(inputs).map(&mut number).collect();
    // Blocks usually begin with a layer that has parameters, not with its activation or pooling.
    let heads: Vec<bool> = layers.iter().map(|properties| properties.parameters.total() > 0).collect();
    repeats::repeats(&Layers { sources: &sources, targets: &targets, alike: &alike, heads: &heads }, unfolded)
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

fn fold(repeat: &Repeat, layers: &[LayerProperties]) -> Fold {
    let copy = &repeat.copies[0];
    let mut fold = Fold {
        name: format!("{}..{}", layers[copy[0]].name, layers[copy[copy.len() - 1]].name),
        count: repeat.copies.len(),
        parent: repeat.parent,
        layers: repeat.copies.len() * copy.len(),
        parameters: ParameterCount::default(),
        flops: 0,
    };
    for LayerProperties { parameters, flops, .. } in repeat.copies.iter().flatten().map(|&layer| &layers[layer]) {
        fold.parameters.trainable = fold.parameters.trainable.saturating_add(parameters.trainable);
        fold.parameters.fixed = fold.parameters.fixed.saturating_add(parameters.fixed);
        fold.flops = fold.flops.saturating_add(*flops);
    }
    fold
}
