//! A program with its parameters, and its forward and backward passes.

mod derivative;
mod footprint;
mod operation;
mod pass;

use std::ops::Range;

use netviz::program::{Instruction, Op, ParameterId, Program, Role, ValueId};
use netviz::weights::{Tensor as Stored, Weights};
use tch::{Device, Tensor};

use crate::EngineError;
use crate::random;
use crate::storage::{from_slice, to_vec};

pub(crate) use footprint::Footprint;
pub(crate) use pass::Pass;

/// Whether layers run as in training: dropout is active, and batch normalization uses the statistics of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Training mode.
    Train,
    /// Inference mode.
    Infer,
}

/// A program with its parameters.
#[derive(Debug)]
pub struct Network {
    program: Program,
    /// In the order of the program's parameters.
    parameters: Vec<Tensor>,
    device: Device,
    /// For each value, the instructions that read it.
    readers: Vec<Readers>,
}

/// The instructions that read a value.
#[derive(Debug, Clone, Copy, Default)]
struct Readers {
    count: usize,
    /// The index of the last one.
    last: Option<usize>,
}

impl Readers {
    /// The readers of each value of a program.
    fn of(program: &Program) -> Vec<Self> {
        let mut readers = vec![Self::default(); program.values.len()];
        for (number, instruction) in program.instructions.iter().enumerate() {
            for input in &instruction.inputs {
                let readers = &mut readers[input.index()];
                readers.count += usize::from(readers.last != Some(number));
                readers.last = Some(number);
            }
        }
        readers
    }
}

impl Network {
    /// A network with initial parameters, in main memory.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn initialized(program: Program, seed: u64) -> Result<Self, EngineError> {
        let values = program.parameters.iter().enumerate().map(|(index, parameter)| match parameter.role {
            Role::Counter => Stored::Counter(0),
            Role::Trainable | Role::Statistic => Stored::Float(random::initialize(parameter, index, seed)),
        });
        let weights = Weights(values.collect());
        Self::with_weights(program, &weights)
    }

    /// A network with the given parameters, in main memory.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn with_weights(program: Program, weights: &Weights) -> Result<Self, EngineError> {
        let pairs = program.parameters.iter().zip(&weights.0);
        let parameters: Result<Vec<Tensor>, EngineError> = pairs
            .map(|(parameter, stored)| match stored {
                Stored::Counter(value) => Ok(Tensor::from(*value)),
                Stored::Float(values) => {
                    let tensor = from_slice(values, &parameter.shape)?;
                    Ok(tensor.f_set_requires_grad(parameter.role == Role::Trainable)?)
                }
            })
            .collect();
        Ok(Self { parameters: parameters?, readers: Readers::of(&program), program, device: Device::Cpu })
    }

    /// Moves the network to a device.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn on(self, device: Device) -> Result<Self, EngineError> {
        if device == Device::Cpu {
            return Ok(self);
        }
        let parameters: Result<Vec<Tensor>, EngineError> = self
            .parameters
            .iter()
            .map(|tensor| Ok(tensor.detach().f_to(device)?.f_set_requires_grad(tensor.requires_grad())?))
            .collect();
        Ok(Self { parameters: parameters?, device, ..self })
    }

    /// The device of the parameters. Batches must be on the same device.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The program that the network runs.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Whether training draws random numbers.
    pub(crate) fn is_random(&self) -> bool {
        self.program.instructions.iter().any(|instruction| matches!(instruction.op, Op::Dropout { .. }))
    }

    /// A copy of the parameters.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn weights(&self) -> Result<Weights, EngineError> {
        let pairs = self.program.parameters.iter().zip(&self.parameters);
        let tensors: Result<Vec<Stored>, EngineError> = pairs
            .map(|(parameter, tensor)| match parameter.role {
                Role::Counter => Ok(Stored::Counter(tensor.f_int64_value(&[])?)),
                Role::Trainable | Role::Statistic => to_vec(tensor).map(Stored::Float),
            })
            .collect();
        tensors.map(Weights)
    }

    /// The trainable parameters, in order.
    pub fn trainable(&mut self) -> Vec<&mut Tensor> {
        let roles = self.program.parameters.iter().map(|parameter| parameter.role);
        roles.zip(&mut self.parameters).filter(|(role, _)| *role == Role::Trainable).map(|(_, tensor)| tensor).collect()
    }

    /// Computes the value `wanted` for a batch of samples.
    ///
    /// # Errors
    /// Those of libtorch.
    pub fn forward(&self, batch: &Tensor, wanted: ValueId, mode: Mode) -> Result<Tensor, EngineError> {
        self.watch(batch, wanted, mode, &mut |_, _| Ok(()))
    }

    /// Like [`Self::forward`], and calls `seen` with every operation and its output. Outputs are freed after their last
    /// reader.
    ///
    /// # Errors
    /// Those of libtorch and of `seen`.
    pub fn watch(
        &self,
        batch: &Tensor,
        wanted: ValueId,
        mode: Mode,
        seen: &mut dyn FnMut(&Instruction, &Tensor) -> Result<(), EngineError>,
    ) -> Result<Tensor, EngineError> {
        let mut values = self.inputs(batch);
        self.run(0..until(&self.program, wanted).len(), &mut values, mode, &|value| value == wanted, seen)?;
        values[wanted.index()].take().ok_or_else(|| EngineError::new("the network has no such value"))
    }

    /// The values before the first instruction: only the input is known.
    fn inputs(&self, batch: &Tensor) -> Vec<Option<Tensor>> {
        let mut values: Vec<Option<Tensor>> = self.program.values.iter().map(|_| None).collect();
        values[self.program.input.index()] = Some(batch.shallow_clone());
        values
    }

    /// Runs instructions. A value is freed after its last reader, unless `is_kept` is true for it.
    fn run(
        &self,
        numbers: Range<usize>,
        values: &mut [Option<Tensor>],
        mode: Mode,
        is_kept: &dyn Fn(ValueId) -> bool,
        seen: &mut dyn FnMut(&Instruction, &Tensor) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        for number in numbers {
            let instruction = &self.program.instructions[number];
            let inputs: Vec<&Tensor> = operands(instruction, values).collect();
            let value = operation::apply(&instruction.op, &inputs, &self.parameters_of(instruction), mode)?;
            seen(instruction, &value)?;
            values[instruction.output.index()] = Some(value);
            self.give_up(number, values, is_kept);
        }
        Ok(())
    }

    /// Frees the values whose last reader is this instruction.
    fn give_up(&self, number: usize, values: &mut [Option<Tensor>], is_kept: &dyn Fn(ValueId) -> bool) {
        for &input in &self.program.instructions[number].inputs {
            if self.readers[input.index()].last == Some(number) && !is_kept(input) {
                values[input.index()] = None;
            }
        }
    }

    fn parameters_of(&self, instruction: &Instruction) -> Vec<&Tensor> {
        instruction.parameters.iter().map(|&id| self.parameter(id)).collect()
    }

    pub(crate) fn parameter(&self, id: ParameterId) -> &Tensor {
        &self.parameters[id.index()]
    }
}

/// The instructions up to the one that computes a value.
fn until(program: &Program, wanted: ValueId) -> &[Instruction] {
    let end = program.instructions.iter().position(|instruction| instruction.output == wanted);
    &program.instructions[..end.map_or(0, |end| end + 1)]
}

fn operands<'a>(instruction: &Instruction, values: &'a [Option<Tensor>]) -> impl Iterator<Item = &'a Tensor> {
    instruction.inputs.iter().filter_map(|input| values[input.index()].as_ref())
}
