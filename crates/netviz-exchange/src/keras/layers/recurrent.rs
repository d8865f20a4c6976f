//! Recurrent layers, and wrappers that repeat a layer in time.

use netviz_model::category::Category::Recurrent;
use netviz_model::ir::{Dim, Misfit, TensorType};

use super::cells::{self, GATED};
use super::facts::{product, size};
use super::reshaping::{with, without};
use super::{Described, Facts, Kind, Layer};
use crate::keras::names::snake_case;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("LSTM", Recurrent, |layer| repeated(layer, cells::lstm)).defaults(GATED),
    Kind::new("GRU", Recurrent, |layer| repeated(layer, cells::gru)).defaults(GATED),
    Kind::new("SimpleRNN", Recurrent, |layer| repeated(layer, cells::simple)).defaults(GATED),
    Kind::new("CuDNNLSTM", Recurrent, |layer| repeated(layer, cells::cudnn_lstm)).defaults(GATED),
    Kind::new("CuDNNGRU", Recurrent, |layer| repeated(layer, cells::cudnn_gru)).defaults(GATED),
    Kind::new("ConvLSTM1D", Recurrent, |layer| repeated(layer, cells::conv_lstm)).defaults(GATED),
    Kind::new("ConvLSTM2D", Recurrent, |layer| repeated(layer, cells::conv_lstm)).defaults(GATED),
    Kind::new("ConvLSTM3D", Recurrent, |layer| repeated(layer, cells::conv_lstm)).defaults(GATED),
    Kind::new("RNN", Recurrent, rnn).wraps("cell").defaults(GATED),
    Kind::plain("TimeDistributed", time_distributed).wraps("layer"),
    Kind::new("Bidirectional", Recurrent, bidirectional).wraps("layer").defaults(&[("merge_mode", "concat")]),
];

/// The steps of what a layer is given.
fn steps(layer: &Layer) -> Result<Option<Dim>, Misfit> {
    Ok(layer.dims_of(2)?.map(|dims| dims[1].clone()))
}

/// What one step is given.
fn step(layer: &Layer) -> Result<TensorType, Misfit> {
    Ok(without(layer.input()?, 1))
}

/// A layer that repeats a cell.
fn repeated(layer: &Layer, cell: fn(&Layer) -> Described) -> Described {
    let steps = steps(layer)?;
    let inner = Layer { inputs: vec![step(layer)?].into(), ..layer.shared() };
    unrolled(layer, steps.as_ref(), cell(&inner)?)
}

fn rnn(layer: &Layer) -> Described {
    let steps = steps(layer)?;
    // Several cells may also be listed.
    let cell = layer.config.object("cell").ok_or_else(|| Misfit::new("has no `cell`"))?;
    let facts = layer.inner(&cell, vec![step(layer)?])?;
    unrolled(layer, steps.as_ref(), facts)
}

/// The outputs of all steps, or of the last one, and the states.
fn unrolled(layer: &Layer, steps: Option<&Dim>, cell: Facts) -> Described {
    let (result, states) = cell.outputs.split_first().ok_or_else(|| Misfit::new("has a cell without a result"))?;
    let steps = steps.unwrap_or(&Dim::Unknown);
    let result =
        if layer.config.flag("return_sequences", false) { with(result, 1, steps) } else { result.clone() };
    let states = if layer.config.flag("return_state", false) { states } else { &[] };
    let outputs = std::iter::once(result).chain(states.iter().cloned()).collect();
    let macs = product([cell.macs, size(steps)]);
    let name = match layer.config.object("cell") {
        Some(cell) => cell.name().to_owned(),
        // `ConvLSTM2D` has a `conv_lstm_cell`.
        None => format!("{}_cell", snake_case(layer.class).trim_end_matches(|it: char| it.is_ascii_digit() || it == 'd')),
    };
    Ok(Facts { outputs, ..Facts::default() }.macs(macs).inner(&name, "cell", cell.weights))
}

/// A layer that is applied to each step.
fn time_distributed(layer: &Layer) -> Described {
    let steps = steps(layer)?.unwrap_or(Dim::Unknown);
    let inner = layer.config.object("layer").ok_or_else(|| Misfit::new("has no `layer` inside"))?;
    let facts = layer.inner(&inner, vec![step(layer)?])?;
    let outputs = facts.outputs.iter().map(|ty| with(ty, 1, &steps)).collect();
    let macs = product([facts.macs, size(&steps)]);
    Ok(Facts { outputs, ..Facts::default() }.macs(macs).inner(inner.name(), "layer", facts.weights))
}

/// A layer for both directions of time.
fn bidirectional(layer: &Layer) -> Described {
    let forward = layer.config.object("layer").ok_or_else(|| Misfit::new("has no `layer` inside"))?;
    let backward = layer.config.object("backward_layer").unwrap_or(forward);
    let sequence = vec![layer.input()?.clone()];
    // Keras names both after the layer that they were made from.
    let base = forward.name().trim_start_matches("forward_");
    let names = ["forward", "backward"].map(|direction| format!("{direction}_{base}"));
    let (forward, backward) = (layer.inner(&forward, sequence.clone())?, layer.inner(&backward, sequence)?);
    let (Some((first, states)), Some((second, more))) =
        (forward.outputs.split_first(), backward.outputs.split_first())
    else {
        return Err(Misfit::new("has a layer without a result inside"));
    };
    let mut outputs = match layer.config.text("merge_mode") {
        Some("concat") => vec![doubled(first)],
        Some(_) => vec![first.clone()],
        None => vec![first.clone(), second.clone()],
    };
    outputs.extend(states.iter().chain(more).cloned());
    let macs = forward.macs.zip(backward.macs).map(|(sum, more)| sum.saturating_add(more));
    Ok(Facts { outputs, ..Facts::default() }
        .macs(macs)
        .inner(&names[0], "forward_layer", forward.weights)
        .inner(&names[1], "backward_layer", backward.weights))
}

/// A type whose last dimension is twice as large.
fn doubled(ty: &TensorType) -> TensorType {
    let Some((last, rest)) = ty.dims().and_then(<[Dim]>::split_last) else { return ty.clone() };
    let last = Dim::compute([last], |[size]| size.checked_mul(2));
    ty.with_dims(rest.iter().cloned().chain([last]))
}
