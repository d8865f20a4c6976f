//! A program's operations as libtorch's.

use netviz::program::{Instruction, Op, ParameterId, Program, Role, ValueId, Window};
use netviz::weights::{Tensor as Stored, Weights};
use tch::{Device, Kind, Tensor};

use crate::EngineError;
use crate::random;
use crate::storage::{dimensions, from_slice, integer, to_vec};

/// Whether layers behave as in training: dropout drops, batch normalization uses the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As in training.
    Train,
    /// As in use.
    Infer,
}

/// A program with parameters.
#[derive(Debug)]
pub struct Network {
    program: Program,
    /// In the order of the program's parameters.
    parameters: Vec<Tensor>,
    device: Device,
}

impl Network {
    /// A network before training, in main memory.
    ///
    /// # Errors
    /// Where memory does not suffice.
    pub fn initialized(program: Program, seed: u64) -> Result<Self, EngineError> {
        let values = program.parameters.iter().enumerate().map(|(index, parameter)| match parameter.role {
            Role::Counter => Stored::Counter(0),
            Role::Trainable | Role::Statistic => Stored::Float(random::initialize(parameter, index, seed)),
        });
        let weights = Weights(values.collect());
        Self::with_weights(program, &weights)
    }

    /// A network with the parameters of an earlier one, in main memory.
    ///
    /// # Errors
    /// Where memory does not suffice.
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
        Ok(Self { parameters: parameters?, program, device: Device::Cpu })
    }

    /// The same network on a device.
    ///
    /// # Errors
    /// Where memory does not suffice.
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

    /// Where its parameters are, and what it computes must be.
    pub fn device(&self) -> Device {
        self.device
    }

    /// What the network computes.
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
    /// Where memory does not suffice.
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

    /// The tensors that an optimizer changes.
    pub fn trainable(&mut self) -> Vec<&mut Tensor> {
        let roles = self.program.parameters.iter().map(|parameter| parameter.role);
        roles.zip(&mut self.parameters).filter(|(role, _)| *role == Role::Trainable).map(|(_, tensor)| tensor).collect()
    }

    /// The gradients of a loss by the trainable parameters, in the order of [`Self::trainable`].
    ///
    /// # Errors
    /// Those of libtorch.
    pub fn gradients(&self, loss: &Tensor) -> Result<Vec<Tensor>, EngineError> {
        let inputs: Vec<&Tensor> = self.parameters.iter().filter(|tensor| tensor.requires_grad()).collect();
        Ok(Tensor::f_run_backward(&[loss], &inputs, false, false)?)
    }

    /// The value `wanted` for a batch of samples.
    ///
    /// # Errors
    /// Those of libtorch.
    pub fn forward(&self, batch: &Tensor, wanted: ValueId, mode: Mode) -> Result<Tensor, EngineError> {
        self.watch(batch, wanted, mode, &mut |_, _| Ok(()))
    }

    /// As [`Self::forward`]; `seen` is called with every operation and its result.
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
        let mut values: Vec<Option<Tensor>> = self.program.values.iter().map(|_| None).collect();
        values[self.program.input.index()] = Some(batch.shallow_clone());
        for instruction in &self.program.instructions {
            if values[wanted.index()].is_some() {
                break;
            }
            let inputs: Vec<&Tensor> =
                instruction.inputs.iter().filter_map(|input| values[input.index()].as_ref()).collect();
            let value = self.apply(instruction, &inputs, mode)?;
            seen(instruction, &value)?;
            values[instruction.output.index()] = Some(value);
        }
        values[wanted.index()].take().ok_or_else(|| EngineError::new("the network has no such value"))
    }

    fn apply(&self, instruction: &Instruction, inputs: &[&Tensor], mode: Mode) -> Result<Tensor, EngineError> {
        let input = inputs[0];
        let parameter = |index: usize| instruction.parameters.get(index).map(|&id| self.parameter(id));
        let result = match &instruction.op {
            Op::Gemm => input.f_linear(self.parameter(instruction.parameters[0]), parameter(1))?,
            Op::Conv { window, groups } => {
                let weight = self.parameter(instruction.parameters[0]);
                let (input, padding) = padded(input, window, 0.0)?;
                let (strides, dilations) = (dimensions(&window.strides), dimensions(&window.dilations));
                input.f_conv2d(weight, parameter(1), strides, padding, dilations, integer(*groups))?
            }
            Op::MaxPool(window) => {
                let (input, padding) = padded(input, window, f64::NEG_INFINITY)?;
                let (kernel, strides) = (dimensions(&window.kernel), dimensions(&window.strides));
                input.f_max_pool2d(kernel, strides, padding, dimensions(&window.dilations), false)?
            }
            Op::AveragePool(window) => average_pool(input, window)?,
            Op::GlobalAveragePool => input.f_mean_dim([2_i64, 3].as_slice(), true, Kind::Float)?,
            Op::BatchNormalization { epsilon, momentum } => {
                // One value a channel has no variance; the running statistics must not take it in.
                let train = mode == Mode::Train && input.numel() > self.parameter(instruction.parameters[0]).numel();
                if train {
                    let mut counter = self.parameter(instruction.parameters[4]).shallow_clone();
                    let _ = counter.f_add_scalar_(1)?;
                }
                let [scale, bias, mean, variance] = [0, 1, 2, 3].map(parameter);
                input.f_batch_norm(scale, bias, mean, variance, train, 1.0 - momentum, *epsilon, false)?
            }
            Op::Dropout { rate } => input.f_dropout(*rate, mode == Mode::Train)?,
            Op::Relu => input.f_relu()?,
            Op::LeakyRelu { alpha } => input.f_maximum(&input.f_mul_scalar(*alpha)?)?,
            Op::Elu { alpha } => {
                let below = input.f_clamp_max(0.0)?.f_expm1()?.f_mul_scalar(*alpha)?;
                input.f_relu()?.f_add(&below)?
            }
            Op::Sigmoid => input.f_sigmoid()?,
            Op::Softplus => input.f_softplus()?,
            Op::Tanh => input.f_tanh()?,
            Op::Softmax => input.f_softmax(1, Kind::Float)?,
            Op::Flatten => input.f_flatten(1, -1)?,
            Op::Reshape(shape) => {
                let mut sizes = vec![-1];
                sizes.extend(dimensions(shape.dimensions()));
                input.f_reshape(sizes)?
            }
            Op::Add => input.f_add(inputs[1])?,
            Op::Mul => input.f_mul(inputs[1])?,
            Op::Concat { axis } => Tensor::f_cat(inputs, integer(axis + 1))?,
        };
        Ok(result)
    }

    pub(crate) fn parameter(&self, id: ParameterId) -> &Tensor {
        &self.parameters[id.index()]
    }
}

/// The input and the padding left to the operation itself, which can only pad evenly, and pooling only by
/// half a window: elsewhere the input is padded first.
fn padded(input: &Tensor, window: &Window, value: f64) -> Result<(Tensor, Vec<i64>), EngineError> {
    let [top, left, bottom, right] = window.pads;
    if top == bottom && left == right && 2 * top <= window.kernel[0] && 2 * left <= window.kernel[1] {
        return Ok((input.shallow_clone(), dimensions(&[top, left])));
    }
    Ok((input.f_pad(dimensions(&[left, right, top, bottom]), "constant", value)?, vec![0, 0]))
}

/// The mean of each window; padding does not count.
fn average_pool(input: &Tensor, window: &Window) -> Result<Tensor, EngineError> {
    let (kernel, strides) = (dimensions(&window.kernel), dimensions(&window.strides));
    let (source, padding) = padded(input, window, 0.0)?;
    if padding != [0, 0] || window.pads == [0; 4] {
        return Ok(source.f_avg_pool2d(kernel, strides, padding, false, false, None)?);
    }
    // Padded by hand: sums, divided by how many values of the image each window saw.
    let sums = source.f_avg_pool2d(&kernel, &strides, &padding, false, true, 1)?;
    let (ones, _) = padded(&input.f_ones_like()?, window, 0.0)?;
    let counts = ones.f_avg_pool2d(&kernel, &strides, &padding, false, true, 1)?;
    Ok(sums.f_div(&counts)?)
}
