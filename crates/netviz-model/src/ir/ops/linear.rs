//! Matrix products.

use super::infer::{Misfit, Operands, at_least, expect};
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::ir::attribute::{Attribute, OnnxForm};
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// `x · weightᵀ + bias`. Operands: x (rows, inputs), weight (outputs, inputs), bias (outputs), which may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gemm;

impl Operation for Gemm {
    const NAME: &'static str = "Gemm";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Dense;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let (input, weight) = (operands.float(0)?, operands.float(1)?);
        let [outputs, inputs] = match weight.dims() {
            Some([outputs, inputs]) => [outputs.clone(), inputs.clone()],
            None => [Dim::Unknown, Dim::Unknown],
            Some(_) => return Err(Misfit::new(format!("needs a weight of two dimensions, but gets {weight}"))),
        };
        let rows = match at_least(input, 2)? {
            Some([rows, columns]) if columns.may_equal(&inputs) => rows.clone(),
            None => Dim::Unknown,
            Some([_, columns]) => {
                return Err(Misfit::new(format!("needs {inputs} values per sample, but gets {columns}")));
            }
            Some(_) => return Err(Misfit::new(format!("needs one dimension, but gets {input}"))),
        };
        if let Some(bias) = operands.get(2) {
            expect(bias, "bias", std::slice::from_ref(&outputs))?;
        }
        Ok(vec![input.with_dims([rows, outputs])])
    }

    fn flops(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
        weighted_sum(operands, outputs)
    }

    fn macs(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
        products(operands, outputs)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("transB", Attribute::Int(1))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        // Factors are the defaults if they are those bit for bit.
        let is_one = |name: &str| form.float(name, 1.0).is_some_and(|factor| factor.to_bits() == 1.0_f64.to_bits());
        (is_one("alpha") && is_one("beta") && form.int("transA", 0)? == 0 && form.int("transB", 0)? == 1).then_some(Self)
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let sized = |sizes: &[usize]| Some(TensorType::sized(DType::Float32, sizes));
        let input = || Some(TensorType::batch(DType::Float32, &[5]));
        vec![(Self, vec![input(), sized(&[3, 5]), sized(&[3])]), (Self, vec![input(), sized(&[4, 5]), None])]
    }
}

/// The cost of an operation whose outputs are sums over all weights of one output, plus a bias if there is one.
pub(super) fn weighted_sum(operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
    let bias = if operands.get(2).is_some() { outputs.first()?.elements()? } else { 0 };
    Some(products(operands, outputs)?.saturating_mul(2).saturating_add(bias))
}

/// The multiply-adds of sums weighted by operand 1, of which every output has its own first dimension.
pub(super) fn products(operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
    let mut weights = operands.get(1)?.dims()?.iter().skip(1);
    let terms = weights.try_fold(1_usize, |area, dim| Some(area.saturating_mul(dim.size()?)))?;
    Some(outputs.first()?.elements()?.saturating_mul(terms))
}
