//! The optimizer's step over the storage of the parameters.

use netviz::optimizer::{Optimizer, Part, Step};
use tch::{Device, Kind, Tensor};

use super::state::Slots;
use crate::EngineError;
use crate::parallel;
use crate::storage::{values, values_mut};

/// Values that a thread takes at once: with gradient and state they fit into its own cache.
const CHUNK: usize = 1 << 14;

/// A piece of a parameter with its gradient and state.
struct Piece<'a> {
    parameter: &'a mut [f32],
    gradient: &'a [f32],
    state: Vec<&'a mut [f32]>,
}

/// Takes a step. Optimizers work in main memory: parameters that are elsewhere are copied there and back.
pub(super) fn step(
    step: Step,
    parameters: &mut [&mut Tensor],
    gradients: &[Tensor],
    slots: &mut Slots,
    optimizer: &dyn Optimizer,
) -> Result<(), EngineError> {
    if parameters.iter().all(|parameter| parameter.device() == Device::Cpu) {
        step_in_place(step, parameters, gradients, slots, optimizer)
    } else {
        step_in_copies(step, parameters, gradients, slots, optimizer)
    }
}

/// Takes a step of parameters that are on another device.
fn step_in_copies(
    step: Step,
    parameters: &mut [&mut Tensor],
    gradients: &[Tensor],
    slots: &mut Slots,
    optimizer: &dyn Optimizer,
) -> Result<(), EngineError> {
    let _guard = tch::no_grad_guard();
    let copy = |tensor: &Tensor| tensor.f_to_device_(Device::Cpu, Kind::Float, false, true);
    let copies: Result<Vec<Tensor>, _> = parameters.iter().map(|parameter| copy(parameter)).collect();
    let gradients: Result<Vec<Tensor>, _> = gradients.iter().map(copy).collect();
    let mut copies = copies?;
    step_in_place(step, &mut copies.iter_mut().collect::<Vec<_>>(), &gradients?, slots, optimizer)?;
    for (parameter, copy) in parameters.iter_mut().zip(&copies) {
        parameter.f_copy_(copy)?;
    }
    Ok(())
}

/// Takes a step of parameters in main memory.
fn step_in_place(
    step: Step,
    parameters: &mut [&mut Tensor],
    gradients: &[Tensor],
    slots: &mut Slots,
    optimizer: &dyn Optimizer,
) -> Result<(), EngineError> {
    let gradients: Result<Vec<Tensor>, _> = gradients.iter().map(Tensor::f_contiguous).collect();
    let gradients = gradients?;
    let mut pieces = Vec::new();
    for ((parameter, gradient), slots) in parameters.iter_mut().zip(&gradients).zip(slots) {
        split(values_mut(parameter)?, values(gradient)?, slots, &mut pieces);
    }
    parallel::for_each(pieces, |Piece { parameter, gradient, mut state }| {
        optimizer.update(step, Part { parameter, gradient, state: &mut state });
    });
    Ok(())
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

    /// Two parameters after three steps, and what the optimizer keeps.
    fn steps(by_copies: bool) -> (Vec<Vec<f32>>, Slots) {
        let take = if by_copies { step_in_copies } else { step_in_place };
        let text = "input: [784]\nlayers: [dense: {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: mse, \
                    optimizer: adam}";
        let model = Model::from_text(text).expect("a model");
        let optimizer = model.graph.train().expect("a section").optimizer.optimizer.clone();
        let values = |count: usize, start: f32| -> Vec<f32> { (0..count).map(|i| start + i as f32 / 7.0).collect() };
        let sizes = [20_000, 3];
        let mut parameters = sizes.map(|size| Tensor::from_slice(&values(size, -1.0)).set_requires_grad(true));
        let gradients = sizes.map(|size| Tensor::from_slice(&values(size, -2.0)));
        let mut slots: Slots = sizes.map(|size| vec![vec![0.0; size]; 2]).into();
        for number in 1..=3 {
            let step = Step { number, rate: 0.01 };
            take(step, &mut parameters.iter_mut().collect::<Vec<_>>(), &gradients, &mut slots, optimizer.as_ref())
                .expect("a step");
        }
        (parameters.iter().map(|parameter| to_vec(parameter).expect("values")).collect(), slots)
    }

    #[test]
    fn a_step_by_copies_is_the_same_to_the_last_bit() {
        assert_eq!(steps(true), steps(false));
    }
}
