//! The tensors of a network as solids in perspective, in the style of `PlotNeuralNet`. The output of a layer is a solid
//! or a bar; a layer that keeps the shape is a band on it.

mod layout;

use std::collections::HashSet;

use petgraph::graph::NodeIndex;

use crate::describe;
use crate::picture::{Direction, Picture, View};
use crate::properties::LayerProperties;
use netviz_model::category::{self, Category};
use netviz_model::graph::Graph;
use netviz_model::ir::TensorType;
use netviz_model::layer::Activation;

pub(super) const VIEW: View = View {
    name: "volumes",
    doc: "tensors as solids in perspective, for convolutional networks",
    direction: Direction::Right,
    scene: |picture| layout::place(&VolumeView::of(picture), picture),
    #[cfg(feature = "dot")]
    dot: super::blocks::VIEW.dot,
};

/// The drawn parts of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeView {
    description: String,
    volumes: Vec<Volume>,
    links: Vec<Link>,
}

/// Adjacent solids: that of a layer, and those of the pooling layers after it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Volume {
    /// The solids, at least one, in the order of the data flow.
    pub solids: Vec<Solid>,
}

/// The output tensor of a layer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Solid {
    /// The layer.
    pub layer: LayerProperties,
    /// How the tensor is drawn.
    pub form: SolidShape,
    /// The layers drawn as bands on it, and as rings around a circle, in the order of the data flow.
    pub bands: Vec<LayerProperties>,
}

/// How a tensor is drawn. A size that is not known is drawn as 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SolidShape {
    /// A solid: its length shows the number of channels, height and depth the size of each channel.
    Block {
        /// Number of channels.
        channels: usize,
        /// Height of each.
        height: usize,
        /// Width of each.
        width: usize,
    },
    /// A bar of this many units.
    Bar(usize),
    /// A circle where several tensors are merged, with the sign of the operation.
    Joint(Option<&'static str>),
}

/// A connection between two volumes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Indices of its source and target volumes.
    pub volumes: [usize; 2],
    /// Names of its source and target layers.
    pub layers: [String; 2],
}

impl SolidShape {
    /// The first dimension is the channels, the last two are height and width.
    fn of(ty: &TensorType) -> Self {
        let sizes: Vec<usize> = ty.sample_dims().iter().map(|dim| dim.size().unwrap_or(1)).collect();
        match *sizes {
            [] => Self::Bar(1),
            [units] => Self::Bar(units),
            [channels, height] => Self::Block { channels, height, width: 1 },
            [channels, .., height, width] => Self::Block { channels, height, width },
        }
    }

    /// Whether it hides behind another solid with as many channels.
    fn is_within(self, other: Self) -> bool {
        match (self, other) {
            (
                Self::Block { channels, height, width },
                Self::Block { channels: others, height: most, width: widest },
            ) => channels == others && height <= most && width <= widest,
            _ => false,
        }
    }
}

impl Solid {
    /// The layer, then those of its bands.
    pub fn layers(&self) -> impl Iterator<Item = &LayerProperties> {
        std::iter::once(&self.layer).chain(&self.bands)
    }

    /// The functions applied to its values: that of the layer, then those of its bands.
    pub fn activations(&self) -> impl Iterator<Item = Activation> {
        self.layers().map(|layer| layer.activation).filter(|&activation| activation != Activation::Linear)
    }

    /// The activation function of its layer, unless the layer is only that function.
    pub fn fused(&self) -> Option<Activation> {
        let activation = self.layer.activation;
        (activation != Activation::Linear && self.layer.category != Some(Category::Activation)).then_some(activation)
    }
}

/// How a layer is drawn.
enum Place {
    /// As a band on the solid of its input, or as a ring around the circle of its input.
    Band,
    /// As a solid directly behind that of its input.
    Behind,
    /// As a separate volume.
    Alone,
}

impl Place {
    /// How a layer is drawn if it is the only consumer of a solid and has no other input.
    fn on(solid: &Solid, layer: &LayerProperties) -> Self {
        match layer.category.map(Category::form) {
            Some(category::VolumeStyle::Band) if layer.ty() == solid.layer.ty() => Self::Band,
            Some(category::VolumeStyle::Behind) if SolidShape::of(layer.ty()).is_within(solid.form) => Self::Behind,
            _ => Self::Alone,
        }
    }
}

impl VolumeView {
    /// Creates the view of a picture's network.
    pub fn of(picture: &Picture) -> Self {
        let graph = picture.graph;
        let mut consumers = vec![0_usize; graph.order().len()];
        for source in graph.order().flat_map(|node| graph.predecessors(node)) {
            consumers[source.index()] += 1;
        }
        let mut volumes: Vec<Volume> = Vec::new();
        let mut volume_of = vec![0; graph.order().len()];
        for node in graph.order() {
            let layer = LayerProperties::of(graph, node);
            let host = match graph.predecessors(node)[..] {
                [source] if consumers[source.index()] == 1 => volume_of[source.index()],
                _ => volumes.len(),
            };
            let next = volumes.len();
            let solids = volumes.get_mut(host).map(|volume| &mut volume.solids);
            let last = solids.as_ref().and_then(|solids| solids.last());
            let place = last.map_or(Place::Alone, |last| Place::on(last, &layer));
            volume_of[node.index()] = if matches!(place, Place::Alone) { next } else { host };
            match (place, solids) {
                (Place::Band, Some(solids)) => {
                    if let Some(last) = solids.last_mut() {
                        last.bands.push(layer);
                    }
                }
                (Place::Behind, Some(solids)) => solids.push(solid(graph, node, layer)),
                _ => volumes.push(Volume { solids: vec![solid(graph, node, layer)] }),
            }
        }
        let links = links(graph, &volume_of);
        Self { description: describe::network(graph), volumes, links }
    }

    /// The network in one sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The volumes, in topological order.
    pub fn volumes(&self) -> &[Volume] {
        &self.volumes
    }

    /// The connections between volumes.
    pub fn links(&self) -> &[Link] {
        &self.links
    }
}

fn solid(graph: &Graph, node: NodeIndex, layer: LayerProperties) -> Solid {
    let content = &graph.node(node).content;
    let form = if content.category().map(Category::form) == Some(category::VolumeStyle::Joint) {
        SolidShape::Joint(content.symbol())
    } else {
        SolidShape::of(layer.ty())
    };
    Solid { layer, form, bands: Vec::new() }
}

fn links(graph: &Graph, volume_of: &[usize]) -> Vec<Link> {
    // `add: {from: [a, a]}` is one connection in a picture.
    let mut seen = HashSet::new();
    let pairs =
        graph.order().flat_map(|target| graph.predecessors(target).into_iter().map(move |source| [source, target]));
    pairs
        .filter(|&pair| seen.insert(pair))
        .map(|pair| Link {
            volumes: pair.map(|node| volume_of[node.index()]),
            layers: pair.map(|node| graph.node(node).name.clone()),
        })
        .filter(|link| link.volumes[0] != link.volumes[1])
        .collect()
}
