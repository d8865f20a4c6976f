//! Recurrent layers. Their weights are a list, of which the matrices count.

use netviz_model::category::Category::Recurrent;

use super::call::product;
use super::{Call, Operator, Sizes};

const fn layers(name: &'static str) -> Operator {
    Operator::new(name, Recurrent)
        .macs(|call| macs(call, &["input", "data"], &matrices(call)?))
        .derived("hidden_size", hidden)
        .defaults(&[
            ("has_biases", "true"),
            ("num_layers", "1"),
            ("dropout", "0"),
            ("bidirectional", "false"),
            ("batch_first", "false"),
        ])
        .hidden(&["train"])
}

const fn cell(name: &'static str) -> Operator {
    Operator::new(name, Recurrent).macs(|call| {
        let own = [call.tensor("w_ih")?, call.tensor("w_hh")?];
        macs(call, &["input"], &own)
    })
}

pub(super) const OPERATORS: &[Operator] = &[
    layers("lstm"),
    layers("gru"),
    layers("rnn_tanh"),
    layers("rnn_relu"),
    cell("lstm_cell"),
    cell("gru_cell"),
    cell("rnn_tanh_cell"),
    cell("rnn_relu_cell"),
];

/// Each value of each matrix is multiplied once in each step.
fn macs(call: &Call, inputs: &[&str], matrices: &[&[Option<usize>]]) -> Option<usize> {
    let input = inputs.iter().find_map(|name| call.tensor(name))?;
    let steps = product(input.get(..input.len().checked_sub(1)?)?)?;
    let weights = matrices.iter().try_fold(0_usize, |sum, matrix| Some(sum.saturating_add(product(matrix)?)))?;
    Some(steps.saturating_mul(weights))
}

fn matrices<'a>(call: &Call<'a>) -> Option<Vec<&'a [Option<usize>]>> {
    let own = call.tensors("params")?.iter().flatten().map(Sizes::as_slice);
    Some(own.filter(|sizes| sizes.len() == 2).collect())
}

/// Columns of the matrix from step to step, which is the second one.
fn hidden(call: &Call) -> Option<Vec<usize>> {
    let size = matrices(call)?.get(1)?.last().copied()??;
    Some(vec![size])
}
