//! Why training has come to values that are no finite numbers.

use netviz::program::{ParameterId, Program, Role};
use netviz::spec::Train;
use netviz::weights::{Tensor as Stored, Weights};
use tch::Tensor;

use super::State;
use super::state::trainable;
use crate::EngineError;
use crate::network::{Mode, Network};
use crate::samples::Batch;

/// The error for the loss of a batch, which another forward pass explains: where, in the order of
/// computation, the first value lies that is no finite number. `place` says when it came up.
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
        Ok(Some(found)) => format!("the first values to break are those of {found}"),
        Ok(None) => "every layer's values are finite, but too large for the loss".to_owned(),
        Err(error) => return error,
    };
    EngineError::new(format!("the loss is {kind} {place}: {cause}")).hint(advice(network.program(), spec))
}

/// The layer, and where in it.
fn first_broken(network: &Network, batch: &Batch, mode: Mode) -> Result<Option<String>, EngineError> {
    let _guard = tch::no_grad_guard();
    let mut found = None;
    let _ = network.watch(&batch.images, network.program().output, mode, &mut |instruction, value| {
        if found.is_none() {
            let name = &instruction.name;
            let layer = name.rsplit_once('/').map_or(name.as_str(), |(layer, _)| layer);
            found = match broken_parameter(network, &instruction.parameters, mode)? {
                Some(parameter) => Some(format!("layer `{layer}`, in its parameter `{parameter}`")),
                None if is_finite(value)? => None,
                None => Some(format!("layer `{layer}`, in what `{name}` computes")),
            };
        }
        Ok(())
    })?;
    Ok(found)
}

/// The first of an operation's parameters that is not finite; running statistics count where they are used.
fn broken_parameter<'a>(
    network: &'a Network,
    parameters: &[ParameterId],
    mode: Mode,
) -> Result<Option<&'a str>, EngineError> {
    for &id in parameters {
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

/// Whether a run could go on from these values: all are finite numbers.
///
/// # Errors
/// Which parameter, or which value that the optimizer keeps for it, is not.
pub fn check(network: &Network, weights: &Weights, state: &State, spec: &Train) -> Result<(), EngineError> {
    let program = network.program();
    let broken = program.parameters.iter().zip(&weights.0).find_map(|(parameter, stored)| match stored {
        Stored::Float(values) if !all_finite(values) => Some(format!("`{}`", parameter.name)),
        _ => None,
    });
    let names = spec.optimizer.optimizer.slots();
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

/// What to do about it.
fn advice(program: &Program, spec: &Train) -> String {
    let rate = spec.optimizer.optimizer.learning_rate();
    // A tenth, without digits that nobody would write, and no more than what is ever of use.
    let lower: f64 = format!("{:.1e}", rate / 10.0).parse().unwrap_or(rate).min(0.01);
    let example =
        format!(", for example with `--set train.optimizer.{}.learning_rate={lower}`", spec.optimizer.kind.name);
    let normalized = program.parameters.iter().any(|parameter| parameter.role == Role::Statistic);
    let more = if normalized { "" } else { "; `batch_norm` layers keep values small too" };
    format!("start again with a lower learning rate{example}{more}")
}
