//! Recurrent operations.

use netviz::ir::{Lstm, TensorType};
use tch::{Kind, Tensor};

use super::{Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;
use crate::storage::integer;

/// The gates in the order of libtorch (input, forget, cell, output), by their position in ONNX's order (input, output,
/// forget, cell).
const GATES: [usize; 4] = [0, 2, 3, 1];

/// The gates of a weight or a bias in the order of libtorch.
fn reordered(weight: &Tensor) -> Result<Tensor, EngineError> {
    let gates = weight.f_chunk(4, 0)?;
    Ok(Tensor::f_cat(&GATES.map(|gate| &gates[gate]), 0)?)
}

impl Kernel for Lstm {
    fn run(&self, operands: &Operands, mode: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        let mut weights = Vec::new();
        for direction in 0..integer(self.directions()) {
            for index in [1, 2] {
                weights.push(reordered(&operands.at(index)?.f_select(0, direction)?)?);
            }
            if let Some(bias) = operands.get(3) {
                for bias in bias.f_select(0, direction)?.f_chunk(2, 0)? {
                    weights.push(reordered(&bias)?);
                }
            }
        }
        let (steps, batch, hidden) = (input.size()[0], input.size()[1], integer(self.hidden));
        let zeros = Tensor::f_zeros([integer(self.directions()), batch, hidden], (Kind::Float, input.device()))?;
        let state = [&zeros, &zeros];
        let (has_biases, train) = (operands.get(3).is_some(), mode == Mode::Train);
        let (output, last, cell) = input.f_lstm(
            &state,
            &weights.iter().collect::<Vec<_>>(),
            has_biases,
            1,
            0.0,
            train,
            self.bidirectional,
            false,
        )?;
        let output = output.f_view([steps, batch, integer(self.directions()), hidden])?.f_permute([0, 2, 1, 3])?;
        Ok(vec![output, last, cell])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    /// For each step: both products of the gates; for the backward pass also the gates, the cell and its tanh.
    fn memory(&self, sizes: &Sizes) -> Memory {
        let steps = sizes.dims().first().copied().unwrap_or(0) as u64;
        let values = steps.saturating_mul((self.directions() * self.hidden) as u64);
        Memory { scratch: values.saturating_mul(9), kept: values.saturating_mul(14) }
    }
}
