//! Operations that look values up.

use super::infer::{Misfit, Operands, axis};
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::dtype::DType;
use crate::ir::attribute::{Attribute, OnnxForm};
use crate::ir::types::TensorType;

/// Takes entries of a tensor along an axis. Operands: the tensor, and the indices, which are whole numbers from 0. The
/// dimensions of the indices replace the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gather {
    /// The axis; negative numbers count from the end.
    pub axis: i64,
}

impl Operation for Gather {
    const NAME: &'static str = "Gather";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Embedding;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let (data, indices) = (operands.at(0)?, operands.at(1)?);
        if !matches!(indices.dtype(), DType::Int64 | DType::Int32) {
            return Err(Misfit::new(format!("needs whole numbers (int64), but gets {}", indices.dtype())));
        }
        let (Some(dims), Some(places)) = (data.dims(), indices.dims()) else {
            return Ok(vec![TensorType::unranked(data.dtype())]);
        };
        let axis = axis(self.axis, dims.len())?;
        Ok(vec![data.with_dims([&dims[..axis], places, &dims[axis + 1..]].concat())])
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("axis", Attribute::Int(self.axis))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        Some(Self { axis: form.int("axis", 0)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let table = || Some(TensorType::sized(DType::Float32, &[6, 4]));
        let indices = |sample: &[usize]| Some(TensorType::batch(DType::Int64, sample));
        vec![
            (Self { axis: 0 }, vec![table(), indices(&[3])]),
            (Self { axis: 0 }, vec![table(), indices(&[])]),
            (Self { axis: -1 }, vec![table(), indices(&[2])]),
        ]
    }
}
