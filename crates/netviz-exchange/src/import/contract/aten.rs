//! PyTorch's operations in the words of ONNX, in which patterns are declared.

use netviz_model::schema::{ArgValue, Setting};

/// Names of `ATen`, without overloads, and those of the same operations in ONNX; two are not in ONNX.
const WORDS: &[(&str, &str)] = &[
    ("_softmax", "Softmax"),
    ("_to_copy", "Cast"),
    ("_unsafe_view", "Reshape"),
    ("add", "Add"),
    ("alias", "Identity"),
    ("bmm", "MatMul"),
    ("cat", "Concat"),
    ("chunk", "Split"),
    ("clamp", "Clip"),
    ("clone", "Identity"),
    ("contiguous", "Identity"),
    ("detach", "Identity"),
    ("div", "Div"),
    ("erf", "Erf"),
    ("erfc", "Erfc"),
    ("exp", "Exp"),
    ("expand", "Expand"),
    ("flatten", "Reshape"),
    ("hardsigmoid", "HardSigmoid"),
    ("lift_fresh_copy", "Identity"),
    ("log", "Log"),
    ("masked_fill", "MaskedFill"),
    ("matmul", "MatMul"),
    ("mean", "ReduceMean"),
    ("mul", "Mul"),
    ("neg", "Neg"),
    ("permute", "Transpose"),
    ("pow", "Pow"),
    ("reciprocal", "Reciprocal"),
    ("relu", "Relu"),
    ("repeat", "Tile"),
    ("reshape", "Reshape"),
    ("rsqrt", "Rsqrt"),
    ("scaled_dot_product_attention", "Attention"),
    ("select", "Gather"),
    ("sigmoid", "Sigmoid"),
    ("slice", "Slice"),
    ("softmax", "Softmax"),
    ("softplus", "Softplus"),
    ("split", "Split"),
    ("sqrt", "Sqrt"),
    ("squeeze", "Squeeze"),
    ("sub", "Sub"),
    ("tanh", "Tanh"),
    ("to", "Cast"),
    ("transpose", "Transpose"),
    ("type_as", "Cast"),
    ("unbind", "Split"),
    ("unflatten", "Reshape"),
    ("unsqueeze", "Unsqueeze"),
    ("view", "Reshape"),
    ("where", "Where"),
];

/// Arguments that make another operation of one with the same name, and the values with which they do not.
const PLAIN: &[(&str, f64)] = &[("alpha", 1.0), ("beta", 1.0), ("rounding_mode", f64::NAN)];

/// Arguments that are operands in ONNX.
const OPERANDS: &[&str] = &["other", "exponent"];

/// What ONNX calls an operation of `ATen`.
pub(super) fn word(kind: &str, settings: impl FnOnce() -> Vec<Setting>) -> Option<&'static str> {
    let index = WORDS.binary_search_by_key(&kind, |&(aten, _)| aten).ok()?;
    let is_plain = |setting: &Setting| {
        let plain = PLAIN.iter().find(|(name, _)| *name == setting.name);
        plain.is_none_or(|(_, plain)| number(setting) == Some(*plain))
    };
    settings().iter().all(is_plain).then_some(WORDS[index].1)
}

/// The operand that an operation has as a number.
pub(super) fn operand(settings: &[Setting]) -> Option<f64> {
    number(settings.iter().find(|setting| OPERANDS.contains(&&*setting.name))?)
}

/// An attribute of ONNX as `ATen` has it; `rank` is that of the first operand.
pub(super) fn setting(settings: &[Setting], name: &str, rank: Option<usize>) -> Option<ArgValue> {
    let given = |name: &str| Some(&settings.iter().find(|setting| setting.name == name)?.value);
    match name {
        "axes" | "axis" => given("dim").cloned(),
        "keepdims" => Some(given("keepdim").cloned().unwrap_or(ArgValue::Bool(false))),
        "perm" => given("dims").cloned().or_else(|| {
            let rank = i64::try_from(rank?).ok()?;
            let axis = |name| match given(name)? {
                ArgValue::Int(axis) => Some(axis.checked_rem_euclid(rank)?),
                _ => None,
            };
            let (first, second) = (axis("dim0")?, axis("dim1")?);
            let from = |axis| {
                if axis == first {
                    second
                } else if axis == second {
                    first
                } else {
                    axis
                }
            };
            Some(ArgValue::Sizes((0..rank).map(from).collect()))
        }),
        name => given(name).cloned(),
    }
}

fn number(setting: &Setting) -> Option<f64> {
    match setting.value {
        ArgValue::Int(value) => Some(value as f64),
        ArgValue::Float(value) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order() {
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn arguments_can_make_another_operation_of_one() {
        let with = |kind: &str, name: &'static str, value: ArgValue| {
            word(kind, || vec![Setting { name: name.into(), value, is_default: false }])
        };
        assert_eq!(with("add", "other", ArgValue::Int(2)), Some("Add"));
        assert_eq!(with("add", "alpha", ArgValue::Int(1)), Some("Add"));
        assert_eq!(with("add", "alpha", ArgValue::Int(2)), None);
        assert_eq!(with("div", "rounding_mode", ArgValue::name("floor")), None);
        assert_eq!(with("softplus", "beta", ArgValue::Float(0.5)), None);
        assert_eq!(word("linear", Vec::new), None);
    }
}
