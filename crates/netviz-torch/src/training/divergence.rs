//! Explains why training reached NaN or infinite values.

use netviz::ir::{ParameterId, Program, Role};
use netviz::spec::Train;
use netviz::weights::{TensorData, Weights};
use tch::Tensor;

use super::State;
use super::state::trainable;
use crate::EngineError;
use crate::network::{Mode, Network};
use crate::samples::Batch;

/// The error for a loss that is NaN or infinite. Another forward pass finds the first value, in the order of
/// computation, that is not finite. `place` says at which point of training the loss occurred.
pub(super) fn explain(
    network: &Network,
    batch: &Batch,
    mode: Mode,
    loss: f64,
    place: &str,
    spec: &Train,
) -> EngineError {
    let kind = if loss.is_nan() { "NaN" } else { "infinite" };
    let cause = match first_broken(network, batch, mode) {
        Ok(Some(found)) => format!("the first values that are not finite are in {found}"),
        Ok(None) => "every layer's values are finite, but too large for the loss".to_owned(),
        Err(error) => return error,
    };
    EngineError::new(format!("the loss is {kind} {place}: {cause}")).hint(advice(network.program(), spec))
}

/// The first layer with a value that is not finite, and where in the layer it is.
fn first_broken(network: &Network, batch: &Batch, mode: Mode) -> Result<Option<String>, EngineError> {
    let _guard = tch::no_grad_guard();
    let mut found = None;
    let _ = network.watch(&batch.images, network.program().output(), mode, &mut |instruction, value| {
        if found.is_none() {
            let (name, layer) = (&instruction.name, &instruction.scope);
            found = match broken_parameter(network, instruction.parameters(), mode)? {
                Some(parameter) => Some(format!("layer `{layer}`, in its parameter `{parameter}`")),
                None if is_finite(value)? => None,
                None => Some(format!("layer `{layer}`, in the output of `{name}`")),
            };
        }
        Ok(())
    })?;
    Ok(found)
}

/// The first parameter of an operation that is not finite. Running statistics count only in inference, which uses them.
fn broken_parameter(
    network: &Network,
    parameters: impl Iterator<Item = ParameterId>,
    mode: Mode,
) -> Result<Option<&str>, EngineError> {
    for id in parameters {
        let parameter = network.program().parameter(id);
        let used = parameter.role == Role::Trainable || mode == Mode::Infer;
        if used && !is_finite(network.parameter(id))? {
            return Ok(Some(&parameter.name));
        }
    }
    Ok(None)
}

fn is_finite(tensor: &Tensor) -> Result<bool, EngineError> {
    Ok(tensor.f_isfinite()?.f_all()?.f_int64_value(&[])? != 0)
}

/// Checks that all parameters and the optimizer state are finite, so that a run can resume from them.
///
/// # Errors
/// Names the parameter, or the part of its optimizer state, that is not finite.
pub fn check(network: &Network, weights: &Weights, state: &State, spec: &Train) -> Result<(), EngineError> {
    let program = network.program();
    let broken = program.parameters().iter().zip(weights.tensors()).find_map(|(parameter, stored)| match stored {
        TensorData::Float(values) if !all_finite(values) => Some(format!("`{}`", parameter.name)),
        _ => None,
    });
    let names = spec.optimizer.value.slots();
    let broken = broken.or_else(|| {
        trainable(program).zip(&state.slots).find_map(|(parameter, slots)| {
            let slot = slots.iter().position(|values| !all_finite(values))?;
            Some(format!("{}'s {} of `{}`", spec.optimizer.kind.name, names[slot], parameter.name))
        })
    });
    let Some(broken) = broken else { return Ok(()) };
    Err(EngineError::new(format!("{broken} holds NaN or infinite values {state}")).hint(advice(program, spec)))
}

fn all_finite(values: &[f32]) -> bool {
    values.iter().all(|value| value.is_finite())
}

/// A hint: what to do about the divergence.
fn advice(program: &Program, spec: &Train) -> String {
    let rate = spec.optimizer.value.learning_rate();
    // A tenth of the learning rate, rounded to two digits, and at most 0.01: larger rates are unlikely to help.
    let lower: f64 = format!("{:.1e}", rate / 10.0).parse().unwrap_or(rate).min(0.01);
    let example =
        format!(", for example with `--set train.optimizer.{}.learning_rate={lower}`", spec.optimizer.kind.name);
    let normalized = program.parameters().iter().any(|parameter| parameter.role == Role::Statistic);
    let more = if normalized { "" } else { "; `batch_norm` layers keep values small too" };
    format!("start again with a lower learning rate{example}{more}")
}
