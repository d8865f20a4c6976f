//! A program with its parameters, and its forward and backward passes.

mod footprint;
mod kernels;
mod pass;

use std::ops::Range;

use netviz::ir::{ConstantValue, Instruction, Operand, ParameterId, Program, Role, TensorType, ValueId};
use netviz::weights::{TensorData, Weights};
use tch::{Device, Kind, Tensor};

use crate::EngineError;
use crate::random;
use crate::storage::{from_slice, to_vec};
use kernels::{Operands, Rule, kernel};

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
    /// In the order of the program's constants.
    constants: Vec<Tensor>,
    device: Device,
    /// For each value, the instructions that read it.
    readers: Vec<Readers>,
    /// For each instruction, who computes its gradients.
    rules: Vec<Rule>,
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
        let mut readers = vec![Self::default(); program.values().len()];
        for (number, instruction) in program.instructions().iter().enumerate() {
            for input in instruction.values() {
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
        let values = program.parameters().iter().enumerate().map(|(index, parameter)| match parameter.role {
            Role::Counter => TensorData::Counter(0),
            Role::Trainable | Role::Statistic | Role::Frozen | Role::Constant => {
                TensorData::Float(random::initialize(parameter, index, seed))
            }
        });
        let weights = Weights::new(&program, values.collect())?;
        Self::with_weights(program, &weights)
    }

    /// A network with the given parameters, in main memory.
    ///
    /// # Errors
    /// If they are those of another program, or there is not enough memory.
    pub fn with_weights(program: Program, weights: &Weights) -> Result<Self, EngineError> {
        weights.check(&program)?;
        let pairs = program.parameters().iter().zip(weights.tensors());
        let parameters: Result<Vec<Tensor>, EngineError> = pairs
            .map(|(parameter, stored)| match stored {
                TensorData::Counter(value) => Ok(Tensor::from(*value)),
                TensorData::Float(values) => {
                    let tensor = from_slice(values, &parameter.shape)?;
                    Ok(tensor.f_set_requires_grad(parameter.role == Role::Trainable)?)
                }
            })
            .collect();
        let constants = program.constants().iter().map(|constant| match &constant.value {
            ConstantValue::Float(value) => Ok(Tensor::from(*value).f_to_kind(Kind::Float)?),
            ConstantValue::Ints(values) => Ok(Tensor::f_from_slice(values)?),
        });
        Ok(Self {
            parameters: parameters?,
            constants: constants.collect::<Result<_, EngineError>>()?,
            readers: Readers::of(&program),
            rules: rules(&program)?,
            program,
            device: Device::Cpu,
        })
    }

    /// Moves the network to a device.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn on(self, device: Device) -> Result<Self, EngineError> {
        if device == Device::Cpu {
            return Ok(self);
        }
        let moved = |tensors: &[Tensor]| -> Result<Vec<Tensor>, EngineError> {
            let moved = tensors
                .iter()
                .map(|tensor| Ok(tensor.detach().f_to(device)?.f_set_requires_grad(tensor.requires_grad())?));
            moved.collect()
        };
        Ok(Self { parameters: moved(&self.parameters)?, constants: moved(&self.constants)?, device, ..self })
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
        self.program.instructions().iter().any(|instruction| instruction.op.info().is_random)
    }

    /// A copy of the parameters.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub fn weights(&self) -> Result<Weights, EngineError> {
        let pairs = self.program.parameters().iter().zip(&self.parameters);
        let tensors: Result<Vec<TensorData>, EngineError> = pairs
            .map(|(parameter, tensor)| match parameter.role {
                Role::Counter => Ok(TensorData::Counter(tensor.f_int64_value(&[])?)),
                Role::Trainable | Role::Statistic | Role::Frozen | Role::Constant => {
                    to_vec(tensor).map(TensorData::Float)
                }
            })
            .collect();
        Ok(Weights::new(&self.program, tensors?)?)
    }

    /// The trainable parameters, in order.
    pub fn trainable(&mut self) -> Vec<&mut Tensor> {
        let roles = self.program.parameters().iter().map(|parameter| parameter.role);
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
        let mut values: Vec<Option<Tensor>> = self.program.values().iter().map(|_| None).collect();
        values[self.program.input().index()] = Some(batch.shallow_clone());
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
            let instruction = &self.program.instructions()[number];
            let outputs = kernel(&instruction.op)?.run(&self.operands(instruction, values), mode)?;
            seen(instruction, &outputs[0])?;
            for (&id, output) in instruction.outputs.iter().zip(outputs) {
                // An output that nothing reads is freed at once.
                if self.readers[id.index()].last.is_some() || is_kept(id) {
                    values[id.index()] = Some(output);
                }
            }
            self.free_inputs(number, values, is_kept);
        }
        Ok(())
    }

    /// Frees the values whose last reader is this instruction.
    fn free_inputs(&self, number: usize, values: &mut [Option<Tensor>], is_kept: &dyn Fn(ValueId) -> bool) {
        for input in self.program.instructions()[number].values() {
            if self.readers[input.index()].last == Some(number) && !is_kept(input) {
                values[input.index()] = None;
            }
        }
    }

    /// The operands of an instruction among the values computed so far.
    fn operands<'a>(&'a self, instruction: &Instruction, values: &'a [Option<Tensor>]) -> Operands<'a> {
        let operand = |operand: &Operand| match *operand {
            Operand::Value(id) => values[id.index()].as_ref(),
            Operand::Parameter(id) => Some(self.parameter(id)),
            Operand::Constant(id) => Some(&self.constants[id.index()]),
            Operand::Absent => None,
        };
        Operands(instruction.inputs.iter().map(operand).collect())
    }

    pub(crate) fn parameter(&self, id: ParameterId) -> &Tensor {
        &self.parameters[id.index()]
    }
}

/// Who computes the gradients of each instruction.
fn rules(program: &Program) -> Result<Vec<Rule>, EngineError> {
    let rule = |instruction: &Instruction| {
        let types: Vec<Option<TensorType>> =
            instruction.inputs.iter().map(|&operand| program.type_of(operand)).collect();
        Ok(kernel(&instruction.op)?.rule(&types))
    };
    program.instructions().iter().map(rule).collect()
}

/// The instructions up to the one that computes a value.
fn until(program: &Program, wanted: ValueId) -> &[Instruction] {
    let end = program.instructions().iter().position(|instruction| instruction.outputs.contains(&wanted));
    &program.instructions()[..end.map_or(0, |end| end + 1)]
}
