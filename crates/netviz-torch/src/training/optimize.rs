//! The optimizer's step over the storage of the parameters.

use netviz::optimizer::{Optimizer, Part, Step};
use tch::Tensor;

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

/// Takes a step.
pub(super) fn step(
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
