//! Operations that draw random numbers in training.

use super::{OperandTypes, Operation};
use super::infer::{Misfit, Operands, unchanged};
use crate::category::Category;
use crate::ir::attribute::{ConstantValue, OnnxForm};
use crate::dtype::DType;
use crate::ir::types::TensorType;

/// Sets random values to zero during training, and scales up the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// Probability that a value is dropped.
    pub rate: f64,
}

impl Operation for Dropout {
    const NAME: &'static str = "Dropout";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Regularization;
    const IS_RANDOM: bool = true;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        unchanged(operands)
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    /// The third operand, `training_mode`, is omitted: its default is inference.
    fn form(&self) -> OnnxForm {
        OnnxForm::constant("ratio", ConstantValue::Float(self.rate))
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        match form.operand("ratio") {
            None => Some(Self { rate: 0.5 }),
            Some(ConstantValue::Float(rate)) if (0.0..1.0).contains(rate) => Some(Self { rate: *rate }),
            Some(_) => None,
        }
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        vec![(Self { rate: 0.25 }, vec![Some(TensorType::batch(DType::Float32, &[3, 4]))])]
    }
}
