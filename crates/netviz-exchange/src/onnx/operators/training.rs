//! Steps of optimizers, of ai.onnx.preview.training.

use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("Adagrad", |call| Ok(updated(call, 3, &[0, 2]))),
    Operator::plain("Adam", |call| Ok(updated(call, 4, &[0, 2, 3]))),
    Operator::plain("Momentum", |call| Ok(updated(call, 3, &[0, 2]))),
    Operator::plain("Gradient", gradient),
];

/// After the learning rate and the number of the step, the operands are groups: the parameters, their gradients, and
/// states. Each of some of the groups gives a group of outputs.
fn updated(call: &Call, groups: usize, given: &[usize]) -> Vec<netviz_model::ir::TensorType> {
    let operands = call.types.get(2..).unwrap_or_default();
    let size = operands.len() / groups;
    let group = |&index: &usize| operands.get(index * size..(index + 1) * size).unwrap_or_default();
    given.iter().flat_map(group).map(|ty| ty.clone().unwrap_or_else(unknown)).collect()
}

/// A derivative by a value has the type of the value.
fn gradient(call: &Call) -> Types {
    let count = call.texts("xs").map_or(0, <[String]>::len);
    Ok(call.types.iter().take(count).map(|ty| ty.clone().unwrap_or_else(unknown)).collect())
}

fn unknown() -> netviz_model::ir::TensorType {
    netviz_model::ir::TensorType::unranked(netviz_model::ir::DType::Undefined)
}
