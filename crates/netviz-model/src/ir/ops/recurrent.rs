//! Recurrent operations.

use super::infer::{Misfit, Operands, at_least, expect};
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::ir::attribute::{Attribute, OnnxForm, int};
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// Long short-term memory (Hochreiter and Schmidhuber 1997). Operands: input (steps, batch, features), weights of the
/// input (directions, 4 · hidden, features), weights of the state (directions, 4 · hidden, hidden) and biases of both
/// (directions, 8 · hidden), which may be absent; the gates are input, output, forget and cell. Outputs: the state after
/// each step (steps, directions, batch, hidden), and the last state and the last cell (directions, batch, hidden).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lstm {
    /// Number of values of the state.
    pub hidden: usize,
    /// Whether a second direction reads the steps from the end.
    pub bidirectional: bool,
}

impl Lstm {
    /// The number of directions.
    pub const fn directions(self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }
}

impl Operation for Lstm {
    const NAME: &'static str = "LSTM";
    const SINCE: i64 = 14;
    const CATEGORY: Category = Category::Recurrent;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.float(0)?;
        let [steps, batch, features] = match at_least(input, 3)? {
            None => [Dim::Unknown, Dim::Unknown, Dim::Unknown],
            Some([steps, batch, features]) => [steps.clone(), batch.clone(), features.clone()],
            Some(_) => return Err(Misfit::new(format!("needs steps, batch and features, but gets {input}"))),
        };
        let directions = Dim::Size(self.directions());
        let hidden = Dim::Size(self.hidden);
        let gates = |count: usize| self.hidden.checked_mul(count).map_or(Dim::Unknown, Dim::Size);
        let weights = [directions.clone(), gates(4), features];
        expect(operands.float(1)?, "weight of the input", &weights)?;
        expect(operands.float(2)?, "weight of the state", &[directions.clone(), gates(4), hidden.clone()])?;
        if let Some(bias) = operands.get(3) {
            expect(bias, "bias", &[directions.clone(), gates(8)])?;
        }
        let last = input.with_dims([directions.clone(), batch.clone(), hidden.clone()]);
        Ok(vec![input.with_dims([steps, directions, batch, hidden]), last.clone(), last])
    }

    /// For each value of the state, step and direction: both products for four gates, their sums, the biases, five
    /// activation functions, and four operations for cell and state.
    fn flops(&self, operands: &Operands, _: &[TensorType]) -> Option<usize> {
        let [steps, _, features] = operands.get(0)?.dims()? else { return None };
        let biases = if operands.get(3).is_some() { 8 } else { 0 };
        let per_value = features.size()?.checked_add(self.hidden)?.checked_mul(8)?.checked_add(biases + 4 + 5 + 4)?;
        steps.size()?.checked_mul(self.directions())?.checked_mul(self.hidden)?.checked_mul(per_value)
    }

    /// The products with the input and the state, for four gates.
    fn macs(&self, operands: &Operands, _: &[TensorType]) -> Option<usize> {
        let [steps, _, features] = operands.get(0)?.dims()? else { return None };
        let per_value = features.size()?.checked_add(self.hidden)?.checked_mul(4)?;
        steps.size()?.checked_mul(self.directions())?.checked_mul(self.hidden)?.checked_mul(per_value)
    }

    fn form(&self) -> OnnxForm {
        let direction = if self.bidirectional { "bidirectional" } else { "forward" };
        OnnxForm::attributes([("direction", Attribute::Text(direction.into())), ("hidden_size", int(self.hidden))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let bidirectional = match form.text("direction") {
            None | Some("forward") => false,
            Some("bidirectional") => true,
            Some(_) => return None,
        };
        let is_plain = form.int("layout", 0)? == 0 && form.int("input_forget", 0)? == 0;
        let is_usual = ["activations", "activation_alpha", "activation_beta", "clip"]
            .iter()
            .all(|name| form.attributes.iter().all(|(other, _)| other != name));
        let hidden = usize::try_from(form.int("hidden_size", -1)?).ok()?;
        (is_plain && is_usual).then_some(Self { hidden, bidirectional })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let example = |bidirectional, has_bias: bool| {
            let op = Self { hidden: 3, bidirectional };
            let directions = op.directions();
            let sized = |sizes: &[usize]| Some(TensorType::sized(DType::Float32, sizes));
            let input = TensorType::new(DType::Float32, [Dim::Size(5), Dim::BATCH, Dim::Size(2)]);
            let bias = if has_bias { sized(&[directions, 24]) } else { None };
            (op, vec![Some(input), sized(&[directions, 12, 2]), sized(&[directions, 12, 3]), bias])
        };
        vec![example(false, true), example(true, true), example(false, false)]
    }
}
