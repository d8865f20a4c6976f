//! Operations in ONNX: attributes, and operands that are constants.

use super::int64;
use super::proto::{AttributeProto, AttributeType, FLOAT, INT64, TensorProto};
use crate::program::{Op, Window};
use crate::shape::Shape;

/// The parts of a node besides its name, operator and operands.
#[derive(Default)]
pub(super) struct Form {
    pub(super) attributes: Vec<AttributeProto>,
    /// The last operand, if the operator takes a setting as a tensor.
    pub(super) constant: Option<TensorProto>,
}

/// An operation in opset 18. Omitted attributes have the operator's default.
pub(super) fn form(op: &Op) -> Form {
    match op {
        Op::Gemm => attributes([int("transB", 1)]),
        Op::Conv { window, groups } => {
            attributes(windowed(window).into_iter().chain([dilations(window), int("group", int64(*groups))]))
        }
        Op::MaxPool(window) => attributes(windowed(window).into_iter().chain([dilations(window)])),
        // Opset 19 is the first whose AveragePool can be dilated, and the pooling layers never are.
        Op::AveragePool(window) => attributes(windowed(window).into_iter().chain([int("count_include_pad", 0)])),
        Op::BatchNormalization { epsilon, momentum } => {
            attributes([float("epsilon", *epsilon), float("momentum", *momentum)])
        }
        // The third operand, `training_mode`, is omitted: its default is inference.
        Op::Dropout { rate } => operand(ratio(*rate)),
        Op::LeakyRelu { alpha } | Op::Elu { alpha } => attributes([float("alpha", *alpha)]),
        Op::Softmax | Op::Flatten => attributes([int("axis", 1)]),
        Op::Reshape(shape) => operand(target(shape)),
        Op::Concat { axis } => attributes([int("axis", int64(axis + 1))]),
        Op::GlobalAveragePool | Op::Relu | Op::Sigmoid | Op::Softplus | Op::Tanh | Op::Add | Op::Mul => Form::default(),
    }
}

fn attributes(attributes: impl IntoIterator<Item = AttributeProto>) -> Form {
    Form { attributes: attributes.into_iter().collect(), constant: None }
}

fn operand(constant: TensorProto) -> Form {
    Form { attributes: Vec::new(), constant: Some(constant) }
}

fn windowed(window: &Window) -> [AttributeProto; 3] {
    [ints("kernel_shape", &window.kernel), ints("strides", &window.strides), ints("pads", &window.pads)]
}

fn dilations(window: &Window) -> AttributeProto {
    ints("dilations", &window.dilations)
}

fn ratio(rate: f64) -> TensorProto {
    let raw_data = single(rate).to_le_bytes().to_vec();
    TensorProto { dims: Vec::new(), data_type: FLOAT, name: "ratio".into(), raw_data }
}

/// The sizes of a reshaped value. A 0 copies the input's size, which keeps the batch dimension; -1 would work too, but
/// shape inference then loses the name of the batch dimension.
fn target(shape: &Shape) -> TensorProto {
    let sizes: Vec<i64> = std::iter::once(0).chain(shape.dimensions().iter().map(|&size| int64(size))).collect();
    let raw_data = sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
    TensorProto { dims: vec![int64(sizes.len())], data_type: INT64, name: "shape".into(), raw_data }
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i: Some(value), r#type: AttributeType::Int.into(), ..Default::default() }
}

fn ints(name: &str, values: &[usize]) -> AttributeProto {
    let ints = values.iter().map(|&value| int64(value)).collect();
    AttributeProto { name: name.into(), ints, r#type: AttributeType::Ints.into(), ..Default::default() }
}

fn float(name: &str, value: f64) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        f: Some(single(value)),
        r#type: AttributeType::Float.into(),
        ..Default::default()
    }
}

/// ONNX's attributes and weights are single precision.
#[expect(clippy::cast_possible_truncation)]
fn single(value: f64) -> f32 {
    value as f32
}
