//! The layers of PyTorch whose classes a file tells: all operations of one are that layer.

use std::collections::HashMap;

use netviz_model::category::Category::{
    self, Activation, Convolution, Dense, Embedding, Merge, Normalization, Pooling, Recurrent, Regularization, Shape,
};
use netviz_model::graph::Composite;

use super::net::Net;
use super::{Part, Parts};

/// Classes of `torch.nn` that are single layers.
const LAYERS: &[(Category, &[&str])] = &[
    (Dense, &["Linear", "Bilinear", "LazyLinear", "NonDynamicallyQuantizableLinear", "Conv1D"]),
    (Embedding, &["Embedding", "EmbeddingBag"]),
    (Convolution, &["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]),
    (Recurrent, &["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"]),
    (
        Pooling,
        &[
            "MaxPool1d",
            "MaxPool2d",
            "MaxPool3d",
            "AvgPool1d",
            "AvgPool2d",
            "AvgPool3d",
            "LPPool2d",
            "AdaptiveAvgPool1d",
            "AdaptiveAvgPool2d",
            "AdaptiveAvgPool3d",
            "AdaptiveMaxPool1d",
            "AdaptiveMaxPool2d",
            "AdaptiveMaxPool3d",
        ],
    ),
    (
        Normalization,
        &[
            "BatchNorm1d",
            "BatchNorm2d",
            "BatchNorm3d",
            "SyncBatchNorm",
            "FrozenBatchNorm2d",
            "InstanceNorm1d",
            "InstanceNorm2d",
            "InstanceNorm3d",
            "LayerNorm",
            "LayerNorm2d",
            "GroupNorm",
            "LocalResponseNorm",
            "RMSNorm",
        ],
    ),
    (
        Regularization,
        &["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "StochasticDepth", "DropPath"],
    ),
    (
        Activation,
        &[
            "ReLU",
            "ReLU6",
            "LeakyReLU",
            "PReLU",
            "ELU",
            "SELU",
            "CELU",
            "GELU",
            "SiLU",
            "Mish",
            "Sigmoid",
            "Tanh",
            "Hardswish",
            "Hardsigmoid",
            "Hardtanh",
            "Softplus",
            "Softsign",
            "Softmax",
            "LogSoftmax",
            "GLU",
            "Swish",
            "NewGELUActivation",
            "GELUActivation",
            "QuickGELUActivation",
            "PytorchGELUTanh",
            "SiLUActivation",
        ],
    ),
    (Shape, &["Flatten", "Unflatten", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle", "Permute", "Upsample"]),
    (Merge, &["Concat"]),
];

pub(super) fn join(net: &Net, parts: &mut Parts) {
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut order = Vec::new();
    for node in (0..net.count()).filter(|&node| parts.of[node] == Part::Single) {
        let Some((group, _)) = net.name(node).rsplit_once('.') else { continue };
        let nodes = groups.entry(group).or_default();
        if nodes.is_empty() {
            order.push(group);
        }
        nodes.push(node);
    }
    for group in order {
        let Some((class, category)) = net.graph().class(group).and_then(layer) else { continue };
        for call in calls(net, &groups[group]) {
            // A layer that is one operation is named by that, also if it reads what it gave before.
            let is_one = call.iter().all(|&node| net.kind(node) == net.kind(call[0]));
            if !is_one && parts.is_closed(net, &call) {
                let settings = net.main(&call).map(|main| net.settings(main)).unwrap_or_default();
                let composite = Composite { kind: class.to_owned(), category: Some(category), settings, symbol: None };
                let last = call.last().map_or(group, |&last| net.name(last));
                parts.join(last.to_owned(), composite, &call);
            }
        }
    }
}

/// A class that is a single layer, with its category.
fn layer(class: &str) -> Option<(&'static str, Category)> {
    LAYERS
        .iter()
        .find_map(|(category, classes)| classes.iter().find(|known| **known == class).map(|&known| (known, *category)))
}

/// The nodes of a group that are connected with each other: those of one call of the layer.
fn calls(net: &Net, nodes: &[usize]) -> Vec<Vec<usize>> {
    let mut call_of: HashMap<usize, usize> = HashMap::new();
    let mut calls: Vec<Vec<usize>> = Vec::new();
    for &node in nodes {
        let mut joined: Vec<usize> = net.sources(node).filter_map(|source| call_of.get(&source).copied()).collect();
        joined.sort_unstable();
        joined.dedup();
        let call = joined.first().copied().unwrap_or_else(|| {
            calls.push(Vec::new());
            calls.len() - 1
        });
        for other in joined.into_iter().skip(1) {
            let moved = std::mem::take(&mut calls[other]);
            call_of.extend(moved.iter().map(|&node| (node, call)));
            calls[call].extend(moved);
        }
        call_of.insert(node, call);
        calls[call].push(node);
    }
    calls.retain(|call| !call.is_empty());
    for call in &mut calls {
        call.sort_unstable();
    }
    calls
}
