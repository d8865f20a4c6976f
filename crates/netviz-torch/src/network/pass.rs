//! The forward pass in training, and the backward pass to the gradients of the parameters.

use std::ops::Range;

use netviz::ir::{Instruction, Op, Operand, Program, Role, ValueId};
use tch::{Device, Kind, Tensor};

use super::kernels::{Applied, kernel, rectified};
use super::{Mode, Network, until};
use crate::EngineError;

/// The values of a forward pass that the backward pass needs.
///
/// The operations after the last one without a rule of its own are differentiated by their rules. Everything before is left to
/// libtorch's autograd, which keeps the values that it needs itself.
pub(crate) struct Pass<'a> {
    network: &'a Network,
    values: Vec<Option<Tensor>>,
    /// The instructions recorded by autograd.
    recorded: Range<usize>,
    /// The instructions differentiated by rules.
    rest: Range<usize>,
    wanted: ValueId,
    /// For each value, whether it is kept after its last reader.
    kept: Vec<bool>,
}

impl<'a> Pass<'a> {
    /// Runs the forward pass to the value `wanted`.
    pub(crate) fn new(network: &'a Network, batch: &Tensor, wanted: ValueId) -> Result<Self, EngineError> {
        let instructions = until(&network.program, wanted);
        let last = network.rules[..instructions.len()].iter().rposition(|rule| !rule.is_own());
        let recorded = 0..last.map_or(0, |last| last + 1);
        let rest = recorded.end..instructions.len();
        let kept = kept(network, &rest, wanted);
        let mut pass = Self { network, values: network.inputs(batch), recorded, rest, wanted, kept };
        pass.run(pass.recorded.clone())?;
        pass.run_rest()?;
        Ok(pass)
    }

    fn run(&mut self, numbers: Range<usize>) -> Result<(), EngineError> {
        let kept = &self.kept;
        self.network.run(numbers, &mut self.values, Mode::Train, &|value| kept[value.index()], &mut |_, _| Ok(()))
    }

    fn run_rest(&mut self) -> Result<(), EngineError> {
        let _guard = tch::no_grad_guard();
        let mut number = self.rest.start;
        while number < self.rest.end {
            if number + 1 < self.rest.end && self.is_rectified(number) {
                let [first, next] = [number, number + 1].map(|number| &self.network.program.instructions()[number]);
                // In place: the value before relu has no other reader.
                let value = rectified(&self.network.operands(first, &self.values))?;
                self.values[next.output().index()] = Some(value);
                let kept = &self.kept;
                self.network.free_inputs(number, &mut self.values, &|value| kept[value.index()]);
                number += 2;
            } else {
                self.run(number..number + 1)?;
                number += 1;
            }
        }
        Ok(())
    }

    /// Whether this instruction and the next are a dense layer with a bias and the relu that is the only reader of its
    /// output.
    fn is_rectified(&self, number: usize) -> bool {
        let [first, next] = [number, number + 1].map(|number| &self.network.program.instructions()[number]);
        self.network.device() == Device::Cpu
            && matches!((&first.op, &next.op), (Op::Gemm(_), Op::Relu(_)))
            && matches!(first.inputs[..], [Operand::Value(_), Operand::Parameter(_), Operand::Parameter(_)])
            && first.output() != self.wanted
            && self.network.readers[first.output().index()].count == 1
            && next.inputs == [Operand::Value(first.output())]
    }

    /// The value `wanted`.
    pub(crate) fn result(&self) -> Result<&Tensor, EngineError> {
        self.values[self.wanted.index()].as_ref().ok_or_else(|| EngineError::new("the network has no such value"))
    }

    /// Runs the backward pass. Takes the gradient of the result, and returns those of the trainable parameters, in
    /// order.
    pub(crate) fn gradients(mut self, gradient: Tensor) -> Result<Vec<Tensor>, EngineError> {
        let mut found = Found {
            values: self.values.iter().map(|_| None).collect(),
            parameters: self.network.parameters.iter().map(|_| None).collect(),
        };
        found.values[self.wanted.index()] = Some(gradient);
        let learns = learns(&self.network.program);
        {
            let _guard = tch::no_grad_guard();
            for number in self.rest.clone().rev() {
                self.back(number, &learns, &mut found)?;
            }
        }
        self.back_to_start(&mut found)?;
        let pairs = self.network.program.parameters().iter().zip(&self.network.parameters).zip(found.parameters);
        let trainable = pairs.filter(|((parameter, _), _)| parameter.role == Role::Trainable);
        // The gradient is zero for parameters that the result does not depend on.
        trainable.map(|((_, tensor), found)| found.map_or_else(|| Ok(tensor.f_zeros_like()?), Ok)).collect()
    }

    /// Runs the backward pass through one operation, and frees its outputs.
    fn back(&mut self, number: usize, learns: &[bool], found: &mut Found) -> Result<(), EngineError> {
        let instruction = &self.network.program.instructions()[number];
        let output = self.values[instruction.output().index()].take();
        let Some(gradient) = found.values[instruction.output().index()].take() else { return Ok(()) };
        let applied = Applied {
            operands: self.network.operands(instruction, &self.values),
            output: output.as_ref(),
            passes_on: instruction.values().any(|input| learns[input.index()]),
        };
        let gradients = kernel(&instruction.op)?.gradients(&applied, &gradient)?;
        for (operand, gradient) in instruction.inputs.iter().zip(gradients) {
            let Some(gradient) = gradient else { continue };
            match *operand {
                Operand::Value(id) => add(&mut found.values[id.index()], gradient)?,
                Operand::Parameter(id) => add(&mut found.parameters[id.index()], gradient)?,
                Operand::Constant(_) | Operand::Absent => {}
            }
        }
        Ok(())
    }

    /// Runs the backward pass through the recorded instructions: autograd differentiates sums of value times gradient,
    /// whose gradients with respect to the values are the gradients found so far.
    fn back_to_start(&self, found: &mut Found) -> Result<(), EngineError> {
        let mut sums = Vec::new();
        for (value, gradient) in self.values.iter().zip(&found.values) {
            if let (Some(value), Some(gradient)) = (value, gradient)
                && value.requires_grad()
            {
                sums.push(value.f_mul(gradient)?.f_sum(Kind::Float)?);
            }
        }
        let recorded = &self.network.program.instructions()[self.recorded.clone()];
        let ids = recorded.iter().flat_map(Instruction::parameters);
        let pairs = ids.map(|id| (id, self.network.parameter(id)));
        let (ids, tensors): (Vec<_>, Vec<_>) = pairs.filter(|(_, tensor)| tensor.requires_grad()).unzip();
        if sums.is_empty() || ids.is_empty() {
            return Ok(());
        }
        let gradients = Tensor::f_run_backward(&sums, &tensors, false, false)?;
        for (id, gradient) in ids.into_iter().zip(gradients) {
            add(&mut found.parameters[id.index()], gradient)?;
        }
        Ok(())
    }
}

/// Which values the backward pass needs: the result, those that rules need, and those that recorded instructions pass
/// to the rest.
fn kept(network: &Network, rest: &Range<usize>, wanted: ValueId) -> Vec<bool> {
    let program = &network.program;
    let mut kept = vec![false; program.values().len()];
    kept[wanted.index()] = true;
    let mut is_of_rest = vec![false; program.values().len()];
    for number in rest.clone() {
        let (instruction, reads) = (&program.instructions()[number], network.rules[number].reads());
        for output in &instruction.outputs {
            is_of_rest[output.index()] = true;
            kept[output.index()] |= reads.outputs;
        }
        for input in instruction.values() {
            kept[input.index()] |= reads.operands || !is_of_rest[input.index()];
        }
    }
    kept
}

/// Which values depend on parameters. The gradients of other values are not needed.
pub(super) fn learns(program: &Program) -> Vec<bool> {
    let mut learns = vec![false; program.values().len()];
    for instruction in program.instructions() {
        let learned =
            instruction.parameters().next().is_some() || instruction.values().any(|input| learns[input.index()]);
        for output in &instruction.outputs {
            learns[output.index()] = learned;
        }
    }
    learns
}

/// The gradients found so far.
struct Found {
    values: Vec<Option<Tensor>>,
    parameters: Vec<Option<Tensor>>,
}

/// Adds a gradient, for values with several readers. Not in place, because the old sum may be shared.
fn add(sum: &mut Option<Tensor>, gradient: Tensor) -> Result<(), EngineError> {
    *sum = Some(match sum.take() {
        Some(sum) => sum.f_add(&gradient)?,
        None => gradient,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use netviz::Model;
    use tch::kind::FLOAT_CPU;

    use super::*;
    use crate::storage::dimensions;

    const DENSE: &str = "input: [6]
layers:
  - dense: {name: a, units: 5, activation: relu}
  - dense: {name: b, units: 5, activation: tanh, use_bias: false}
  - dense: {name: c, units: 5, activation: silu, from: a}
  - add: {name: sum, from: [b, c]}
  - add: {from: [sum, sum]}
  - reshape: [5, 1, 1]
  - flatten
  - dense: {units: 4, activation: sigmoid, from: flatten_1}
  - dense: {units: 3, activation: softmax}
";

    const MIXED: &str = "input: [6]
layers:
  - dense: {name: a, units: 5, activation: elu}
  - batch_norm
  - dropout: {name: d, rate: 0.4}
  - dense: {name: b, units: 5, activation: leaky_relu}
  - concat: {from: [b, d, a]}
  - activation: softplus
  - dense: {name: c, units: 5}
  - add: {name: e, from: [c, b]}
  - dense: {units: 5, activation: relu, from: e}
  - add: {from: [dense_1, e, a]}
";

    fn network(text: &str) -> Network {
        let model = Model::from_text(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        Network::initialized(model.graph.program().clone(), 3).expect("a network")
    }

    /// Compares with autograd when it records everything.
    fn check(text: &str, rows: i64, wanted: impl Fn(&Program) -> ValueId) {
        tch::manual_seed(1);
        let network = network(text);
        let program = network.program();
        let wanted = wanted(program);
        let mut sizes = vec![rows];
        sizes.extend(dimensions(&program.sample(program.input())));
        let batch = Tensor::randn(sizes, FLOAT_CPU);

        tch::manual_seed(2);
        let expected = network.forward(&batch, wanted, Mode::Train).expect("a result");
        let gradient = Tensor::randn(expected.size(), FLOAT_CPU);
        let inputs: Vec<&Tensor> = network.parameters.iter().filter(|tensor| tensor.requires_grad()).collect();
        let slopes = Tensor::run_backward(&[(&expected * &gradient).sum(Kind::Float)], &inputs, false, false);

        tch::manual_seed(2);
        let pass = Pass::new(&network, &batch, wanted).expect("a pass");
        assert!(pass.result().expect("a result").allclose(&expected, 1e-6, 1e-6, false), "{text}");
        let found = pass.gradients(gradient).expect("gradients");
        assert_eq!(found.len(), slopes.len());
        for (found, expected) in found.iter().zip(&slopes) {
            let difference = (found - expected).abs().max().double_value(&[]);
            let largest = expected.abs().max().double_value(&[]);
            assert!(largest > 0.0 && difference <= 1e-5 * largest, "{difference} of {largest} in {text}");
        }
    }

    #[test]
    fn gradients_are_those_of_autograd() {
        let _turn = crate::random::turn();
        for text in [DENSE, MIXED] {
            check(text, 7, Program::output);
            check(text, 7, Program::logits);
            check(text, 1, Program::output);
        }
        for name in ["mnist", "tiny", "lenet5", "resnet_mini"] {
            let path = format!("{}/../../models/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            check(&std::fs::read_to_string(path).expect("a model"), 4, Program::logits);
        }
    }

    #[test]
    fn what_is_no_number_stays_visible() {
        let network = network(DENSE);
        let batch = Tensor::full([2, 6], f64::NAN, FLOAT_CPU);
        let pass = Pass::new(&network, &batch, network.program().output()).expect("a pass");
        assert!(bool::try_from(pass.result().expect("a result").isnan().all()).expect("one value"));
    }

    #[test]
    fn nothing_is_recorded_for_networks_of_dense_layers() {
        let network = network(DENSE);
        let batch = Tensor::ones([2, 6], FLOAT_CPU);
        let pass = Pass::new(&network, &batch, network.program().output()).expect("a pass");
        assert!(pass.recorded.is_empty() && !pass.rest.is_empty());
        assert!(!pass.result().expect("a result").requires_grad());
    }
}
