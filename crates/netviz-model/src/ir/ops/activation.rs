//! Functions of single values, and softmax.

use super::{OperandTypes, Operation};
use super::infer::{Misfit, Operands, axis, per_value, unchanged};
use crate::category::Category;
use crate::ir::attribute::{Attribute, ConstantValue, OnnxForm};
use crate::dtype::DType;
use crate::ir::types::TensorType;

/// Implements [`Operation`] for functions of single values: the first opset, the cost per value, and the default of the
/// attribute `alpha` if there is one.
macro_rules! functions {
    ($($name:ident since $since:literal costs $cost:literal $(alpha $default:literal)?;)+) => { $(
        impl Operation for $name {
            const NAME: &'static str = stringify!($name);
            const SINCE: i64 = $since;
            const CATEGORY: Category = Category::Activation;

            fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
                unchanged(operands)
            }

            fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
                per_value(outputs, $cost)
            }

            functions!(@form $($default)?);

            fn examples() -> Vec<(Self, OperandTypes)> {
                let image = || vec![Some(TensorType::batch(DType::Float32, &[3, 4, 5]))];
                functions!(@examples image, $($default)?)
            }
        }
    )+ };
    (@form) => {
        fn form(&self) -> OnnxForm {
            OnnxForm::default()
        }

        fn read(_: &OnnxForm) -> Option<Self> {
            Some(Self)
        }
    };
    (@form $default:literal) => {
        fn form(&self) -> OnnxForm {
            OnnxForm::attributes([("alpha", Attribute::Float(self.alpha))])
        }

        fn read(form: &OnnxForm) -> Option<Self> {
            Some(Self { alpha: form.float("alpha", $default)? })
        }
    };
    (@examples $image:ident,) => { vec![(Self, $image())] };
    (@examples $image:ident, $default:literal) => {
        vec![(Self { alpha: 0.25 }, $image()), (Self { alpha: 1.0 }, $image())]
    };
}

/// `max(x, 0)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relu;

/// `x` if positive, otherwise `alpha · x`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakyRelu {
    /// Slope for negative values.
    pub alpha: f64,
}

/// `x` if positive, otherwise `alpha · (eˣ − 1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elu {
    /// Limit for negative values.
    pub alpha: f64,
}

/// `1 / (1 + e⁻ˣ)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sigmoid;

/// `ln(1 + eˣ)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Softplus;

/// Hyperbolic tangent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tanh;

/// `x · max(0, min(1, x / 6 + 1 / 2))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HardSwish;

/// The error function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erf;

functions! {
    Relu since 14 costs 1;
    LeakyRelu since 16 costs 2 alpha 0.01;
    // An exponential, a subtraction and a multiplication.
    Elu since 6 costs 3 alpha 1.0;
    Sigmoid since 13 costs 1;
    Softplus since 1 costs 1;
    // A multiplication, an addition, two comparisons and a multiplication.
    HardSwish since 14 costs 5;
    Erf since 13 costs 1;
    Tanh since 13 costs 1;
}

/// `max(0, min(1, alpha · x + beta))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HardSigmoid {
    /// Slope.
    pub alpha: f64,
    /// Value at 0.
    pub beta: f64,
}

impl Operation for HardSigmoid {
    const NAME: &'static str = "HardSigmoid";
    const SINCE: i64 = 6;
    const CATEGORY: Category = Category::Activation;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        unchanged(operands)
    }

    /// A multiplication, an addition and two comparisons.
    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, 4)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("alpha", Attribute::Float(self.alpha)), ("beta", Attribute::Float(self.beta))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        Some(Self { alpha: form.float("alpha", 0.2)?, beta: form.float("beta", 0.5)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let image = vec![Some(TensorType::batch(DType::Float32, &[3, 4, 5]))];
        vec![(Self { alpha: 0.25, beta: 0.5 }, image)]
    }
}

/// `max(min, min(max, x))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clip {
    /// Lower bound.
    pub min: f64,
    /// Upper bound.
    pub max: f64,
}

impl Operation for Clip {
    const NAME: &'static str = "Clip";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Activation;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        unchanged(operands)
    }

    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, 2)
    }

    fn form(&self) -> OnnxForm {
        let bounds = [("min", self.min), ("max", self.max)];
        let constants = bounds.map(|(name, value)| (name, ConstantValue::Float(value)));
        OnnxForm { attributes: Vec::new(), constants: constants.into() }
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let bound = |name| match form.operand(name) {
            Some(ConstantValue::Float(value)) => Some(*value),
            _ => None,
        };
        Some(Self { min: bound("min")?, max: bound("max")? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        vec![(Self { min: 0.25, max: 0.75 }, vec![Some(TensorType::batch(DType::Float32, &[3, 4, 5]))])]
    }
}

/// Exponentials along an axis, divided by their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Softmax {
    /// The axis; the batch is axis 0, and negative numbers count from the end.
    pub axis: i64,
}

impl Operation for Softmax {
    const NAME: &'static str = "Softmax";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Activation;
    const GIVES_PROBABILITIES: bool = true;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        if let Some(dims) = operands.float(0)?.dims() {
            axis(self.axis, dims.len())?;
        }
        unchanged(operands)
    }

    /// An exponential, a sum and a division.
    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, 3)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("axis", Attribute::Int(self.axis))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        Some(Self { axis: form.int("axis", -1)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let batch = |sample: &[usize]| vec![Some(TensorType::batch(DType::Float32, sample))];
        vec![(Self { axis: 1 }, batch(&[5])), (Self { axis: 1 }, batch(&[3, 4, 5])), (Self { axis: -1 }, batch(&[3, 4]))]
    }
}
