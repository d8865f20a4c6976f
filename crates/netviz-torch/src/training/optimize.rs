//! The optimizer's step over the storage of the parameters.

use netviz::optimizer::{Optimizer, Part};
use tch::Tensor;

use crate::EngineError;
use crate::storage::{values, values_mut};

/// What an optimizer keeps from step to step: for each parameter one list for each of its slots.
#[derive(Debug)]
pub(super) struct Stepper {
    state: Vec<Vec<Vec<f32>>>,
}

impl Stepper {
    pub(super) fn new(parameters: &[&mut Tensor], optimizer: &dyn Optimizer) -> Self {
        let slots = optimizer.slots().len();
        Self { state: parameters.iter().map(|tensor| vec![vec![0.0; tensor.numel()]; slots]).collect() }
    }

    /// Takes step number `step`, which counts from 1.
    pub(super) fn step(
        &mut self,
        step: u64,
        parameters: &mut [&mut Tensor],
        gradients: &[Tensor],
        optimizer: &dyn Optimizer,
    ) -> Result<(), EngineError> {
        for ((parameter, gradient), state) in parameters.iter_mut().zip(gradients).zip(&mut self.state) {
            let gradient = gradient.f_contiguous()?;
            let mut state: Vec<&mut [f32]> = state.iter_mut().map(Vec::as_mut_slice).collect();
            optimizer.update(
                step,
                Part { parameter: values_mut(parameter)?, gradient: values(&gradient)?, state: &mut state },
            );
        }
        Ok(())
    }
}
