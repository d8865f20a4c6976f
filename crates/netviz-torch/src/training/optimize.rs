//! Applies optimizer steps to the storage of the parameters.

use netviz::optimizer::{Optimizer, Part, Step};
use tch::{Device, Kind, Tensor};

use super::state::Slots;
use crate::EngineError;
use crate::parallel;
use crate::storage::{values, values_mut};

/// Number of values that a thread processes at once. With gradient and state, they fit into the cache of its core.
const CHUNK: usize = 1 << 14;

/// A piece of a parameter with its gradient and state.
struct Piece<'a> {
    parameter: &'a mut [f32],
    gradient: &'a [f32],
    state: Vec<&'a mut [f32]>,
}

/// An optimizer step to be applied.
pub(super) struct Update<'a> {
    pub(super) step: Step,
    pub(super) gradients: &'a [Tensor],
    pub(super) slots: &'a mut Slots,
    pub(super) optimizer: &'a dyn Optimizer,
}

impl Update<'_> {
    /// Applies the step. Optimizers run in main memory: parameters on another device are copied there and back.
    pub(super) fn apply(self, parameters: &mut [&mut Tensor]) -> Result<(), EngineError> {
        if parameters.iter().all(|parameter| parameter.device() == Device::Cpu) {
            self.apply_in_place(parameters)
        } else {
            self.apply_to_copies(parameters)
        }
    }

    fn apply_to_copies(self, parameters: &mut [&mut Tensor]) -> Result<(), EngineError> {
        let _guard = tch::no_grad_guard();
        let copy = |tensor: &Tensor| tensor.f_to_device_(Device::Cpu, Kind::Float, false, true);
        let copies: Result<Vec<Tensor>, _> = parameters.iter().map(|parameter| copy(parameter)).collect();
        let gradients: Result<Vec<Tensor>, _> = self.gradients.iter().map(copy).collect();
        let (mut copies, gradients) = (copies?, gradients?);
        Update { gradients: &gradients, ..self }.apply_in_place(&mut copies.iter_mut().collect::<Vec<_>>())?;
        for (parameter, copy) in parameters.iter_mut().zip(&copies) {
            parameter.f_copy_(copy)?;
        }
        Ok(())
    }

    fn apply_in_place(self, parameters: &mut [&mut Tensor]) -> Result<(), EngineError> {
        let gradients: Result<Vec<Tensor>, _> = self.gradients.iter().map(Tensor::f_contiguous).collect();
        let gradients = gradients?;
        let mut pieces = Vec::new();
        for ((parameter, gradient), slots) in parameters.iter_mut().zip(&gradients).zip(self.slots) {
            split(values_mut(parameter)?, values(gradient)?, slots, &mut pieces);
        }
        parallel::for_each(pieces, |Piece { parameter, gradient, mut state }| {
            self.optimizer.update(self.step, Part { parameter, gradient, state: &mut state });
        });
        Ok(())
    }
}

fn split<'a>(parameter: &'a mut [f32], gradient: &'a [f32], slots: &'a mut [Vec<f32>], pieces: &mut Vec<Piece<'a>>) {
    let mut slots: Vec<_> = slots.iter_mut().map(|slot| slot.chunks_mut(CHUNK)).collect();
    for (parameter, gradient) in parameter.chunks_mut(CHUNK).zip(gradient.chunks(CHUNK)) {
        pieces.push(Piece { parameter, gradient, state: slots.iter_mut().filter_map(Iterator::next).collect() });
    }
}

#[cfg(test)]
mod tests {
    use netviz::Model;

    use super::*;
    use crate::storage::to_vec;

    /// Two parameters after three steps, and the optimizer state.
    fn steps(by_copies: bool) -> (Vec<Vec<f32>>, Slots) {
        let text = "input: [784]\nlayers: [dense: {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: mse, \
                    optimizer: adam}";
        let model = Model::from_text(text).expect("a model");
        let optimizer = model.graph.train().expect("a section").optimizer.value.clone();
        let values = |count: usize, start: f32| -> Vec<f32> { (0..count).map(|i| start + i as f32 / 7.0).collect() };
        let sizes = [20_000, 3];
        let mut parameters = sizes.map(|size| Tensor::from_slice(&values(size, -1.0)).set_requires_grad(true));
        let gradients = sizes.map(|size| Tensor::from_slice(&values(size, -2.0)));
        let mut slots: Slots = sizes.map(|size| vec![vec![0.0; size]; 2]).into();
        for number in 1..=3 {
            let step = Step { number, rate: 0.01 };
            let update = Update { step, gradients: &gradients, slots: &mut slots, optimizer: optimizer.as_ref() };
            let parameters = &mut parameters.iter_mut().collect::<Vec<_>>();
            let taken = if by_copies { update.apply_to_copies(parameters) } else { update.apply_in_place(parameters) };
            taken.expect("a step");
        }
        (parameters.iter().map(|parameter| to_vec(parameter).expect("values")).collect(), slots)
    }

    #[test]
    fn a_step_by_copies_is_the_same_to_the_last_bit() {
        assert_eq!(steps(true), steps(false));
    }
}
