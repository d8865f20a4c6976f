//! `lstm`: long short-term memory.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{self, Concat, Initializer, Lstm as Op, Operand, Scope, Split, TensorType, Transpose, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::Size;
use crate::text::thousands;

pub(super) const KIND: Kind = Kind {
    name: "lstm",
    category: Category::Recurrent,
    arity: Arity::One,
    doc: "Long short-term memory (Hochreiter and Schmidhuber 1997) over the steps of a sequence (steps × features), with \
          the weights of PyTorch's.",
    fields: Lstm::FIELDS,
    shorthand: Some("units"),
    example: "lstm: 64",
    example_inputs: &[&[28, 28]],
    takes_integers: false,
    read: read::<Lstm>,
};

layer_arguments! {
    /// Long short-term memory.
    pub struct Lstm {
        /// Number of values of the state.
        units: Size,
        /// Whether a second direction reads the steps from the end; its values follow those of the first.
        bidirectional: bool = false,
        /// Whether the output has the state after every step, or only the last.
        return_sequences: bool = false,
        /// Whether the last state and the last cell are outputs too: `lstm_1:1` and `lstm_1:2`.
        return_state: bool = false,
    }
}

/// The gates in the order of ONNX (input, output, forget, cell), by their position in PyTorch's order (input, forget,
/// cell, output).
const GATES: [usize; 4] = [0, 3, 1, 2];

impl Lstm {
    fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }

    /// A parameter of PyTorch's layer, cut into its gates and in the order of ONNX.
    fn gates(&self, scope: &mut Scope, name: &str, columns: &[usize]) -> Result<Vec<Operand>, Misfit> {
        let hidden = self.units.get();
        let rows = hidden.checked_mul(4).ok_or_else(|| Misfit::new("has too many units"))?;
        let shape: Vec<usize> = [rows].into_iter().chain(columns.iter().copied()).collect();
        let parameter = scope.trainable(name, &shape, Initializer::Recurrent { hidden });
        let gates = scope.push_all(Split { axis: 0, sizes: vec![hidden; 4] }, &[parameter])?;
        Ok(GATES.iter().map(|&gate| gates[gate].into()).collect())
    }

    /// One direction's parameters of this name as one operand with a leading dimension.
    fn weight(&self, scope: &mut Scope, names: &[String], columns: &[usize]) -> Result<ValueId, Misfit> {
        let gates: Vec<Vec<Operand>> =
            names.iter().map(|name| self.gates(scope, name, columns)).collect::<Result<_, _>>()?;
        let joined = scope.push(Concat { axis: 0 }, &gates.concat())?;
        let rows = ir::to_i64(self.units.get() * 4 * names.len());
        let shape = [1, rows].into_iter().chain(columns.iter().copied().map(ir::to_i64)).collect();
        scope.push(ir::Reshape { shape }, &[joined.into()])
    }

    /// The weights of all directions as one operand.
    fn weights(&self, scope: &mut Scope, names: &[&str], columns: &[usize]) -> Result<Operand, Misfit> {
        let directions = ["", "_reverse"].into_iter().take(self.directions()).map(|suffix| {
            let names: Vec<String> = names.iter().map(|name| format!("{name}_l0{suffix}")).collect();
            self.weight(scope, &names, columns).map(Operand::Value)
        });
        let directions = directions.collect::<Result<Vec<_>, _>>()?;
        match directions[..] {
            [only] => Ok(only),
            _ => scope.push(Concat { axis: 0 }, &directions).map(Operand::Value),
        }
    }

    /// The last state or cell, whose directions follow each other.
    fn last(&self, scope: &mut Scope, state: ValueId) -> Result<ValueId, Misfit> {
        let turned = scope.push(Transpose { perm: vec![1, 0, 2] }, &[state.into()])?;
        let shape = vec![0, ir::to_i64(self.units.get() * self.directions())];
        scope.push(ir::Reshape { shape }, &[turned.into()])
    }
}

impl Layer for Lstm {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let [steps, features] = scope.sample(inputs[0])?[..] else {
            let message = format!("needs a sequence (steps×features), but gets {}", scope.ty(inputs[0]));
            return Err(Misfit::new(message).hint("put `- reshape: [steps, features]` before it"));
        };
        let units = self.units.get();
        let weights = [
            self.weights(scope, &["weight_ih"], &[features])?,
            self.weights(scope, &["weight_hh"], &[units])?,
            self.weights(scope, &["bias_ih", "bias_hh"], &[])?,
        ];
        let input = scope.push(Transpose { perm: vec![1, 0, 2] }, &[inputs[0].into()])?;
        let [input_weight, state_weight, bias] = weights;
        let op = Op { hidden: units, bidirectional: self.bidirectional };
        let outputs = scope.push_all(op, &[input.into(), input_weight, state_weight, bias])?;
        let output = if self.return_sequences {
            let turned = scope.push(Transpose { perm: vec![2, 0, 1, 3] }, &[outputs[0].into()])?;
            let shape = vec![0, ir::to_i64(steps), ir::to_i64(units * self.directions())];
            scope.push(ir::Reshape { shape }, &[turned.into()])?
        } else {
            self.last(scope, outputs[1])?
        };
        let mut all = vec![output];
        if self.return_state {
            let state = if self.return_sequences { self.last(scope, outputs[1])? } else { output };
            all.extend([state, self.last(scope, outputs[2])?]);
        }
        Ok(all)
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        let name = if self.bidirectional { "Bidirectional LSTM" } else { "LSTM" };
        let lines = vec![name.into(), format!("{} units", thousands(self.units.get()))];
        Glyph::Outline { outline: Outline::Rectangle, lines }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    /// The published count of onnx-tool#64: 4 · 64 · (64 + 64 + 2).
    #[test]
    fn a_direction_has_two_weights_and_two_biases() {
        assert_eq!(apply("lstm: 64", &[&[100, 64]]), Ok(("64".into(), 33_280)));
        let both = "lstm: {units: 64, bidirectional: true, return_sequences: true, return_state: true}";
        assert_eq!(apply(both, &[&[100, 64]]), Ok(("100×128".into(), 66_560)));
    }

    #[test]
    fn a_sequence_has_two_dimensions() {
        assert_eq!(apply("lstm: 8", &[&[784]]), Err("needs a sequence (steps×features), but gets 784".into()));
    }
}
