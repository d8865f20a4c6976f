//! The tensors of a network as solids in perspective, in the style of `PlotNeuralNet`. The output of a layer is a solid
//! or a bar; a layer that keeps the shape is a band on it.

mod layout;

use crate::describe;
use crate::outline::{self, Fold, Level, Outline, Part};
use crate::picture::{Detail, Direction, Picture, View};
use crate::properties::LayerProperties;
use netviz_model::category::{self, Category};
use netviz_model::ir::TensorType;
use netviz_model::layer::Activation;

pub(super) const VIEW: View = View {
    name: "volumes",
    doc: "tensors as solids in perspective, for convolutional networks",
    direction: Direction::Right,
    always_folds: false,
    names_shared: false,
    turns: true,
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
    brackets: Vec<Bracket>,
}

/// A group of volumes, such as a repeated block, that stand in a row which no connection passes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bracket {
    /// The group.
    pub fold: Fold,
    /// Indices of its first and its last volume.
    pub volumes: [usize; 2],
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
    /// The group that it stands for, if it is not a layer.
    pub closed: Option<Fold>,
    /// The repeat of which it is the only solid.
    pub stack: Option<Fold>,
    /// The output shapes in the copies of a series.
    pub shapes: Vec<String>,
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
    fn of(Part { unit, variants, closed, stack, .. }: Part) -> Self {
        let is_joint =
            closed.is_none() && unit.layer.category.map(Category::form) == Some(category::VolumeStyle::Joint);
        let form = if is_joint { SolidShape::Joint(unit.layer.symbol) } else { SolidShape::of(unit.layer.ty()) };
        let mut shapes = Vec::new();
        if !variants.is_empty() {
            shapes = std::iter::once(&unit).chain(&variants).map(|unit| unit.layer.output_shapes()).collect();
            shapes.dedup();
        }
        Self { layer: unit.layer, form, bands: unit.bands, closed, stack, shapes }
    }

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
    /// How a part is drawn if it is the only consumer of a solid and has no other input.
    fn on(solid: &Solid, part: &Part) -> Self {
        if [&solid.closed, &solid.stack, &part.closed, &part.stack].into_iter().any(Option::is_some) {
            return Self::Alone;
        }
        let layer = &part.unit.layer;
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
        // Bands are what this view is about.
        let detail = picture.level.detail.min(Detail::Medium);
        let Outline { parts, links, groups } = picture.outline(Level { detail, ..picture.level }).in_rows();
        let mut consumers = vec![0_usize; parts.len()];
        let mut inputs: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
        for link in &links {
            consumers[link.source] += 1;
            inputs[link.target].push(link.source);
        }
        let mut volumes: Vec<Volume> = Vec::new();
        // The volume of each part, the names of its first and its last layer, and the group of each volume.
        let mut volume_of: Vec<usize> = Vec::with_capacity(parts.len());
        let mut names = Vec::with_capacity(parts.len());
        let mut within: Vec<Option<usize>> = Vec::new();
        for (part, inputs) in parts.into_iter().zip(inputs) {
            let host = match inputs[..] {
                [source] if consumers[source] == 1 => volumes.get_mut(volume_of[source]).zip(Some(volume_of[source])),
                _ => None,
            };
            let host = host.filter(|(_, host)| within[*host] == part.group);
            let last = host.as_ref().and_then(|(volume, _)| volume.solids.last());
            let place = last.map_or(Place::Alone, |last| Place::on(last, &part));
            names.push([part.unit.layer.name.clone(), part.unit.last().name.clone()]);
            match (place, host) {
                (Place::Band, Some((Volume { solids }, host))) => {
                    volume_of.push(host);
                    if let Some(last) = solids.last_mut() {
                        last.bands.push(part.unit.layer);
                        last.bands.extend(part.unit.bands);
                    }
                }
                (Place::Behind, Some((Volume { solids }, host))) => {
                    volume_of.push(host);
                    solids.push(Solid::of(part));
                }
                _ => {
                    volume_of.push(volumes.len());
                    within.push(part.group);
                    volumes.push(Volume { solids: vec![Solid::of(part)] });
                }
            }
        }
        let links = links.iter().map(|link| Link {
            volumes: [volume_of[link.source], volume_of[link.target]],
            layers: [names[link.source][1].clone(), names[link.target][0].clone()],
        });
        let links = links.filter(|link| link.volumes[0] != link.volumes[1]).collect();
        let ends = outline::ends(&groups, within.into_iter());
        let brackets =
            groups.into_iter().zip(ends).filter_map(|(fold, volumes)| Some(Bracket { fold, volumes: volumes? }));
        let brackets = brackets.collect();
        Self { description: describe::network(picture.graph), volumes, links, brackets }
    }

    /// The groups, each after the one that contains it.
    pub fn brackets(&self) -> &[Bracket] {
        &self.brackets
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
