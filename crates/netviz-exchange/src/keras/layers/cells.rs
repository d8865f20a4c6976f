//! One step of recurrent layers. Its outputs are the result and the states.

use netviz_model::category::Category::Recurrent;
use netviz_model::ir::{Dim, Misfit, TensorType};

use super::facts::{product, volume};
use super::layer::single;
use super::spatial::{Axes, Window};
use super::{Described, Facts, Kind, Layer, find};
use crate::keras::names::snake_case;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("LSTMCell", Recurrent, lstm).defaults(GATED),
    Kind::new("GRUCell", Recurrent, gru).defaults(GATED),
    Kind::new("SimpleRNNCell", Recurrent, simple).defaults(GATED),
    Kind::new("StackedRNNCells", Recurrent, stacked),
    Kind::new("ConvLSTMCell", Recurrent, conv_lstm).defaults(GATED),
];

/// Defaults of cells, and of the layers that repeat them.
pub(super) const GATED: &[(&str, &str)] = &[
    ("activation", "tanh"),
    ("recurrent_activation", "sigmoid"),
    ("recurrent_activation", "hard_sigmoid"),
    ("unit_forget_bias", "true"),
    ("reset_after", "true"),
    ("recurrent_dropout", "0"),
    ("dropout", "0"),
    ("return_sequences", "false"),
    ("return_state", "false"),
    ("go_backwards", "false"),
    ("stateful", "false"),
    ("unroll", "false"),
    ("zero_output_for_mask", "false"),
    ("time_major", "false"),
    ("implementation", "1"),
    ("implementation", "2"),
];

/// A cell with so many gates, a bias of these sizes, and so many states.
fn gated(layer: &Layer, gates: usize, bias: impl FnOnce(usize) -> Vec<usize>, states: usize) -> Described {
    let units = layer.size("units")?;
    let wide = units.checked_mul(gates).ok_or_else(|| Misfit::new("has too many units"))?;
    let dims = layer.dims_of(1)?;
    let features = dims.and_then(<[Dim]>::last).and_then(Dim::size);
    let state = TensorType::new(layer.policy.compute, [Dim::BATCH, units.into()]);
    let macs = product([features.map(|features| features.saturating_add(units)), Some(wide)]);
    let dtype = layer.policy.variable;
    let facts = Facts { outputs: vec![state; states + 1], ..Facts::default() }
        .macs(macs)
        .weight("kernel", dtype, features.map(|features| vec![features, wide]))
        .weight("recurrent_kernel", dtype, Some(vec![units, wide]));
    Ok(if layer.use_bias() { facts.weight("bias", dtype, Some(bias(wide))) } else { facts })
}

pub(super) fn lstm(layer: &Layer) -> Described {
    gated(layer, 4, |wide| vec![wide], 2)
}

/// Keras' GRU has two biases if it resets after the matrix product, which early files do not say, since it did not.
pub(super) fn gru(layer: &Layer) -> Described {
    let two = layer.config.flag("reset_after", false);
    gated(layer, 3, |wide| if two { vec![2, wide] } else { vec![wide] }, 1)
}

pub(super) fn simple(layer: &Layer) -> Described {
    gated(layer, 1, |wide| vec![wide], 1)
}

/// The LSTM of cuDNN, in Keras before 2.2.
pub(super) fn cudnn_lstm(layer: &Layer) -> Described {
    gated(layer, 4, |wide| vec![wide.saturating_mul(2)], 2)
}

/// The GRU of cuDNN, in Keras before 2.2.
pub(super) fn cudnn_gru(layer: &Layer) -> Described {
    gated(layer, 3, |wide| vec![wide.saturating_mul(2)], 1)
}

/// Cells of which each is given the result of the one before.
fn stacked(layer: &Layer) -> Described {
    let cells = layer.config.objects("cells");
    let mut names = std::collections::HashMap::new();
    let mut facts = Facts::default().macs(Some(0));
    let mut input = layer.input()?.clone();
    for cell in &cells {
        let count = names.entry(cell.class).and_modify(|count| *count += 1).or_insert(0_usize);
        let group = format!("cells/{}", numbered(&snake_case(cell.class), *count));
        let kind = find(cell.class).ok_or_else(|| Misfit::new(format!("has a cell of class `{}`", cell.class)))?;
        let own = (kind.describe)(&Layer::new(cell, vec![input], layer.call))?;
        let (result, states) = own.outputs.split_first().ok_or_else(|| Misfit::new("has a cell without a result"))?;
        input = result.clone();
        facts.outputs.extend_from_slice(states);
        let macs = facts.macs.zip(own.macs).map(|(sum, more)| sum.saturating_add(more));
        facts = facts.macs(macs).inner(cell.name(), &group, own.weights);
    }
    facts.outputs.insert(0, input);
    Ok(facts)
}

/// A name of Keras' files: the first of its kind has no number.
fn numbered(name: &str, count: usize) -> String {
    if count == 0 { name.to_owned() } else { format!("{name}_{count}") }
}

/// A step of a convolutional LSTM.
pub(super) fn conv_lstm(layer: &Layer) -> Described {
    let kernel = layer.config.sizes("kernel_size").ok_or_else(|| Misfit::new("has no valid `kernel_size`"))?;
    let spatial = match layer.config.get("rank").and_then(single).and_then(|rank| usize::try_from(rank).ok()) {
        Some(rank) => rank,
        None => layer.spatial(),
    };
    if kernel.len() != spatial {
        return Err(Misfit::new(format!("has no `kernel_size` of {spatial} dimensions")));
    }
    let filters = layer.size("filters")?;
    let wide = filters.checked_mul(4).ok_or_else(|| Misfit::new("has too many filters"))?;
    let axes = Axes::new(layer, spatial);
    let window = Window::new(layer, kernel, layer.sizes("strides", spatial));
    let dims = axes.dims(layer)?;
    let channels = axes.channels(dims).and_then(Dim::size);
    let output = match dims {
        Some(dims) => {
            let sizes = window.outputs(&dims[axes.spatial.clone()])?;
            Some(axes.replaced(dims, sizes, Some(filters.into())))
        }
        None => None,
    };
    let each = channels.map(|channels| channels.saturating_add(filters).saturating_mul(4));
    let macs = product([output.as_deref().and_then(volume), each, Some(window.area())]);
    let state = layer.output(output);
    let shape = |last: [usize; 2]| window.kernel.iter().copied().chain(last).collect::<Vec<_>>();
    let dtype = layer.policy.variable;
    let facts = Facts { outputs: vec![state; 3], ..Facts::default() }
        .macs(macs)
        .weight("kernel", dtype, channels.map(|channels| shape([channels, wide])))
        .weight("recurrent_kernel", dtype, Some(shape([filters, wide])));
    Ok(if layer.use_bias() { facts.weight("bias", dtype, Some(vec![wide])) } else { facts })
}
