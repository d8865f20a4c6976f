//! The networks of the gallery: those of `models/`, published ones, and synthetic ones of growing size.

mod chain;
mod densenet;
mod inception;
mod network;
mod random;
mod resnet;
mod transformer;
mod unet;

use netviz::Model;
use netviz::graph::Graph;

pub(crate) use random::random_dag;

/// How long a network takes to draw and to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Size {
    /// Tens of layers.
    Small,
    /// Hundreds of layers.
    Middle,
    /// Thousands of layers.
    Large,
}

/// A network of the gallery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) size: Size,
    /// Trainable parameters that are published for it.
    pub(crate) published: Option<usize>,
    pub(crate) build: fn() -> Graph,
}

macro_rules! model {
    ($name:literal, $size:ident) => {
        Entry {
            name: $name,
            size: Size::$size,
            published: None,
            build: || {
                let model = Model::from_text(include_str!(concat!("../../../models/", $name, ".yaml")));
                model.expect("a built-in model is valid").graph
            },
        }
    };
}

const fn entry(name: &'static str, size: Size, published: Option<usize>, build: fn() -> Graph) -> Entry {
    Entry { name, size, published, build }
}

/// Every network, the built-in models first. The published counts are those of torchvision, of timm (Inception v4), of
/// Ronneberger's Caffe model without 960 biases (see `unet.rs`) and of GPT-2 with the head tied to the embedding.
pub(crate) const NETWORKS: &[Entry] = &[
    model!("tiny", Small),
    model!("mnist", Small),
    model!("lenet5", Small),
    model!("alexnet", Small),
    model!("vgg16", Small),
    model!("resnet_mini", Small),
    model!("resnet20", Small),
    entry("resnet50", Size::Middle, Some(25_557_032), || resnet::resnet("resnet50", [3, 4, 6, 3])),
    entry("resnet152", Size::Middle, Some(60_192_808), || resnet::resnet("resnet152", [3, 8, 36, 3])),
    entry("densenet121", Size::Middle, Some(7_978_856), densenet::densenet121),
    entry("inception_v4", Size::Middle, Some(42_679_816), inception::inception_v4),
    entry("unet5", Size::Small, Some(31_030_658 - 960), unet::unet5),
    entry("transformer12", Size::Middle, Some(124_439_808), || transformer::gpt2("transformer12", 12, 768)),
    entry("transformer48", Size::Middle, Some(1_557_611_200), || transformer::gpt2("transformer48", 48, 1600)),
    entry("chain10", Size::Small, None, || chain::varied("chain10", 10)),
    entry("chain100", Size::Middle, None, || chain::varied("chain100", 100)),
    entry("chain100_alike", Size::Middle, None, || chain::alike("chain100_alike", 100)),
    entry("chain1000", Size::Large, None, || chain::varied("chain1000", 1000)),
    entry("random50", Size::Small, None, || random_dag("random50", 50, 1)),
    entry("random500", Size::Middle, None, || random_dag("random500", 500, 2)),
    entry("random5000", Size::Large, None, || random_dag("random5000", 5000, 3)),
];
