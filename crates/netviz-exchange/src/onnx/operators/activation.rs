//! Functions of single values, and those that normalize over an axis.

use netviz_model::category::Category::Activation;
use netviz_model::ir::Role::Trainable;

use super::Operator;
use super::common::{axis, same};
use super::elementwise::unary;
use crate::onnx::operators::{Call, Types};

const fn function(name: &'static str, flops: usize) -> Operator {
    Operator::new(name, Activation, same).flops(flops)
}

/// A function of all values along an axis, which was the second one once.
const fn normalized(name: &'static str, flops: usize) -> Operator {
    Operator::new(name, Activation, along_axis).flops(flops).defaults(&[("axis", "-1")]).before(13, ("axis", 1))
}

pub(super) const OPERATORS: &[Operator] = &[
    function("Relu", 1).value(|call| unary(call, |value| Some(value.max(0)), |value| value.max(0.0))),
    function("LeakyRelu", 2).defaults(&[("alpha", "0.01")]),
    function("ThresholdedRelu", 1).defaults(&[("alpha", "1")]),
    function("Elu", 3).defaults(&[("alpha", "1")]),
    function("Celu", 4).defaults(&[("alpha", "1")]),
    function("Selu", 4),
    function("Gelu", 5).defaults(&[("approximate", "none")]),
    function("Sigmoid", 1),
    function("HardSigmoid", 3).defaults(&[("alpha", "0.2"), ("beta", "0.5")]),
    function("HardSwish", 4),
    function("SwiGLU", 3).defaults(&[("alpha", "1")]),
    function("Swish", 2).defaults(&[("alpha", "1")]),
    function("Mish", 4),
    function("Softplus", 1),
    function("Softsign", 2),
    function("Tanh", 1),
    function("Shrink", 2).defaults(&[("bias", "0"), ("lambd", "0.5")]),
    Operator::new("PRelu", Activation, same).flops(2).roles(&[Trainable, Trainable]),
    normalized("Softmax", 3),
    normalized("LogSoftmax", 4),
    normalized("Hardmax", 1),
];

fn along_axis(call: &Call) -> Types {
    if let Some(dims) = call.dims(0)? {
        let along = call.int("axis", -1);
        // Before opset 13, the axis may be that behind the last one.
        if call.opset >= 13 || usize::try_from(along) != Ok(dims.len()) {
            axis(along, dims.len())?;
        }
    }
    same(call)
}
