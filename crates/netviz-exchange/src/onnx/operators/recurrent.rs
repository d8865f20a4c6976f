//! Layers with a state from step to step.

use netviz_model::category::Category::Recurrent;
use netviz_model::ir::Role::{Constant, Trainable};
use netviz_model::ir::{Dim, TensorType};

use super::common::{dim, ranked, volume};
use super::{Call, Operator, Types};
use crate::import::Tensor;

pub(super) const DEFAULTS: &[(&str, &str)] = &[
    ("direction", "forward"),
    ("input_forget", "0"),
    ("layout", "0"),
    ("linear_before_reset", "0"),
    ("output_sequence", "0"),
    ("output_sequence", "1"),
];

/// A layer whose states have outputs of their own after that of all steps.
const fn layer(name: &'static str, macs: fn(&Call, &[TensorType]) -> Option<usize>) -> Operator {
    Operator::new(name, Recurrent, steps)
        .macs(macs)
        // Input, weights, recurrent weights, biases, lengths, initial states, peepholes.
        .roles(&[Trainable, Trainable, Trainable, Trainable, Constant, Constant, Constant, Trainable])
        .weights(biases)
        .defaults(DEFAULTS)
}

pub(super) const OPERATORS: &[Operator] = &[
    layer("RNN", |call, _| products(call, 1)),
    layer("GRU", |call, _| products(call, 3)),
    layer("LSTM", |call, _| products(call, 4)),
];

/// The sizes of a layer.
struct Sizes {
    steps: Dim,
    batch: Dim,
    inputs: Dim,
    directions: Dim,
    hidden: Dim,
}

fn sizes(call: &Call) -> Result<Sizes, netviz_model::ir::Misfit> {
    let unknown = [Dim::Unknown, Dim::Unknown, Dim::Unknown];
    let [first, second, inputs] = ranked::<3>(call, 0)?.unwrap_or(&unknown).clone();
    let (steps, batch) = if is_batch_first(call) { (second, first) } else { (first, second) };
    let directions = if call.text("direction", "forward") == "bidirectional" { 2 } else { 1 };
    let recurrent = ranked::<3>(call, 2)?.unwrap_or(&unknown);
    let hidden = call.maybe_int("hidden_size").map_or(recurrent[2].clone(), dim);
    Ok(Sizes { steps, batch, inputs, directions: Dim::Size(directions), hidden })
}

fn is_batch_first(call: &Call) -> bool {
    call.int("layout", 0) != 0
}

pub(super) fn steps(call: &Call) -> Types {
    let dtype = call.at(0)?.dtype();
    let Sizes { steps, batch, directions, hidden, .. } = sizes(call)?;
    let [all, last] = if is_batch_first(call) {
        [vec![batch.clone(), steps, directions.clone(), hidden.clone()], vec![batch, directions, hidden]]
    } else {
        [vec![steps, directions.clone(), batch.clone(), hidden.clone()], vec![directions, batch, hidden]]
    };
    let last = TensorType::new(dtype, last);
    Ok(vec![TensorType::new(dtype, all), last.clone(), last])
}

/// The number of learned biases of a layer. ONNX has one of the input and one of the state for each gate; exporters of
/// layers that have one alone write zeros for the other.
pub(super) fn biases(call: &Call, index: usize, tensor: &Tensor) -> Option<usize> {
    /// Values that are looked at.
    const MOST: usize = 1 << 20;
    let &[_, size] = &tensor.shape[..] else { return None };
    if index != 3 || size == 0 {
        return None;
    }
    let values = tensor.floats(MOST)?;
    let is_zero = |part: fn(&[f64], usize) -> &[f64]| {
        values.chunks(size).all(|all| part(all, size / 2).iter().all(|&value| value == 0.0))
    };
    let (inputs, states) = (is_zero(|all, half| &all[..half]), is_zero(|all, half| &all[half..]));
    // Here the bias of the state is within a product, so that it is no copy of the other; of a layer that was not trained,
    // both may be zero.
    let is_used = inputs && call.int("linear_before_reset", 0) != 0;
    (states && !is_used).then_some(tensor.elements() / 2)
}

/// The multiply-adds of so many gates, each of which multiplies the input and the state with matrices.
pub(super) fn products(call: &Call, gates: usize) -> Option<usize> {
    let Sizes { steps, batch, inputs, directions, hidden } = sizes(call).ok()?;
    let columns = inputs.size()?.saturating_add(hidden.size()?);
    Some(volume([&steps, &batch, &directions, &hidden])?.saturating_mul(columns).saturating_mul(gates))
}

#[cfg(test)]
mod tests {
    use netviz_model::ir::{Attribute, DType};

    use super::super::Value;
    use super::*;

    #[test]
    fn an_lstm_counts_its_matrices_in_each_step() {
        let sized = |sizes: &[usize]| Some(TensorType::sized(DType::Float32, sizes));
        let types = [sized(&[100, 1, 64]), sized(&[1, 256, 64]), sized(&[1, 256, 64])];
        let attributes = [("hidden_size".into(), Value::Plain(Attribute::Int(64)))];
        let call = Call { attributes: &attributes, types: &types, values: &[], ..Call::of(&types) };
        // 64 inputs and 64 units, 100 steps: onnx-tool#64.
        assert_eq!(products(&call, 4), Some(3_276_800));
        assert_eq!(steps(&call).expect("it fits")[0], TensorType::sized(DType::Float32, &[100, 1, 1, 64]));
    }
}
