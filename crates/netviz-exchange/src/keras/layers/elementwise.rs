//! Operations of `keras.ops`, and functions of TensorFlow, that work value by value.

use netviz_model::category::Category::{Activation, Merge, Normalization};
use netviz_model::ir::{DType, Dim, TensorType};

use super::layer::typed;
use super::{Described, Facts, Kind, Layer};
use crate::keras::config::dtype;
use crate::onnx::operators::common::broadcast;

/// One value for each value.
const fn unary(name: &'static str) -> Kind {
    Kind::plain(name, broadcasts).flops(1)
}

/// An activation function.
const fn activation(name: &'static str) -> Kind {
    Kind::new(name, Activation, broadcasts).flops(1)
}

/// One value for each pair of values. With a constant, it joins nothing; see [`super::Kind::category`].
const fn binary(name: &'static str) -> Kind {
    Kind::new(name, Merge, broadcasts).flops(1)
}

/// A boolean for each pair of values, or for each value.
const fn comparison(name: &'static str) -> Kind {
    Kind::plain(name, compares).flops(1)
}

pub(super) const KINDS: &[Kind] = &[
    binary("Add"),
    Kind::new("AddV2", Merge, broadcasts).flops(1),
    Kind::new("AddN", Merge, broadcasts).flops(1),
    binary("Subtract"),
    binary("Sub"),
    binary("Multiply"),
    binary("Mul"),
    binary("Divide"),
    binary("Div"),
    binary("DivideNoNan"),
    binary("TrueDivide"),
    binary("Truediv"),
    binary("FloorDivide"),
    binary("Floordiv"),
    binary("FloorMod"),
    binary("Mod"),
    binary("Remainder"),
    binary("Power"),
    binary("Pow"),
    binary("Maximum"),
    binary("Minimum"),
    binary("SquaredDifference"),
    binary("Arctan2"),
    binary("Logaddexp"),
    binary("Where"),
    binary("Select"),
    unary("Absolute"),
    unary("Abs"),
    unary("Negative"),
    unary("Neg"),
    unary("Exp"),
    unary("Expm1"),
    unary("Log"),
    unary("Log10"),
    unary("Log1p"),
    unary("Log2"),
    unary("Sqrt"),
    unary("Rsqrt"),
    unary("Square"),
    unary("Reciprocal"),
    unary("Sign"),
    unary("Sin"),
    unary("Cos"),
    unary("Tan"),
    unary("Sinh"),
    unary("Cosh"),
    unary("Arcsin"),
    unary("Arccos"),
    unary("Arctan"),
    unary("Arcsinh"),
    unary("Arccosh"),
    unary("Arctanh"),
    unary("Erf"),
    unary("Erfinv"),
    unary("Ceil"),
    unary("Floor"),
    unary("Round"),
    unary("Rint"),
    unary("Trunc"),
    unary("Clip"),
    unary("ClipByValue"),
    unary("Conjugate"),
    unary("Real"),
    unary("Imag"),
    unary("Angle"),
    unary("NanToNum"),
    unary("Cumsum"),
    unary("Cumprod"),
    unary("Copy"),
    unary("StopGradient"),
    unary("Identity"),
    unary("ZerosLike"),
    unary("OnesLike"),
    unary("FullLike"),
    unary("Flip"),
    unary("Reverse"),
    unary("Roll"),
    unary("Sort"),
    unary("Tril"),
    unary("Triu"),
    comparison("Equal"),
    comparison("NotEqual"),
    comparison("Greater"),
    comparison("GreaterEqual"),
    comparison("Less"),
    comparison("LessEqual"),
    comparison("LogicalAnd"),
    comparison("LogicalOr"),
    comparison("LogicalXor"),
    comparison("LogicalNot"),
    comparison("Isfinite"),
    comparison("Isinf"),
    comparison("Isnan"),
    comparison("Isclose"),
    Kind::plain("Cast", cast),
    activation("Celu"),
    activation("Elu"),
    activation("Gelu"),
    activation("Glu"),
    activation("HardShrink"),
    activation("HardSigmoid"),
    activation("HardSilu"),
    activation("HardSwish"),
    activation("HardTanh"),
    activation("LeakyRelu"),
    activation("LogSigmoid"),
    activation("LogSoftmax"),
    activation("Relu"),
    activation("Relu6"),
    activation("Selu"),
    activation("Sigmoid"),
    activation("Silu"),
    activation("Softmax"),
    activation("Softplus"),
    activation("Softshrink"),
    activation("SoftShrink"),
    activation("Softsign"),
    activation("SparsePlus"),
    activation("Squareplus"),
    activation("Swish"),
    activation("Tanh"),
    activation("TanhShrink"),
    activation("Threshold"),
    Kind::new("Normalize", Normalization, broadcasts).flops(3),
    Kind::new("L2Normalize", Normalization, broadcasts).flops(3),
    Kind::new("LayerNormalization", Normalization, first).flops(7),
    Kind::new("RmsNormalization", Normalization, first).flops(4),
    Kind::new("BatchNormalization", Normalization, first).flops(2),
];

fn dims(layer: &Layer) -> Result<Option<Vec<Dim>>, netviz_model::ir::Misfit> {
    layer.input()?;
    broadcast(layer.inputs.iter().map(TensorType::dims))
}

fn broadcasts(layer: &Layer) -> Described {
    // A condition, such as that of `where`, is a boolean.
    let numbers = layer.inputs.iter().map(TensorType::dtype).find(|&dtype| dtype != DType::Bool);
    let floats = layer.inputs.iter().map(TensorType::dtype).find(|dtype| dtype.is_float());
    let dtype = floats.or(numbers).unwrap_or(DType::Bool);
    Ok(Facts::of(typed(dtype, dims(layer)?)))
}

fn compares(layer: &Layer) -> Described {
    Ok(Facts::of(typed(DType::Bool, dims(layer)?)))
}

fn first(layer: &Layer) -> Described {
    Ok(Facts::of(layer.input()?.clone()))
}

fn cast(layer: &Layer) -> Described {
    let named = layer.parameter(&["dtype"], 1).and_then(serde_json::Value::as_str).and_then(dtype);
    let input = layer.input()?;
    Ok(Facts::of(typed(named.unwrap_or(input.dtype()), input.dims().map(<[Dim]>::to_vec))))
}
