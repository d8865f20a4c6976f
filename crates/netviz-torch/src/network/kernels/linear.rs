//! Matrix products.

use netviz::ir::{Gemm, TensorType};
use tch::{Kind, Tensor};

use super::{Applied, Kernel, Mode, Operands, Reads, Rule};
use crate::EngineError;
use crate::parallel;
use crate::storage::{values, values_mut};

/// Number of values that a thread processes at once.
const CHUNK: usize = 1 << 14;

impl Kernel for Gemm {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_linear(operands.at(1)?, operands.get(2))?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OPERANDS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        let weight = gradient.f_tr()?.f_mm(applied.operands.at(0)?)?;
        let bias = match applied.operands.get(2) {
            Some(_) => Some(gradient.f_sum_dim_intlist(0_i64, false, Kind::Float)?),
            None => None,
        };
        let input = if applied.passes_on { Some(gradient.f_mm(applied.operands.at(1)?)?) } else { None };
        Ok(vec![input, Some(weight), bias])
    }
}

/// `max(x · weightᵀ + bias, 0)` in main memory, with one pass over the product where libtorch takes three.
pub(in crate::network) fn rectified(operands: &Operands) -> Result<Tensor, EngineError> {
    let mut result = operands.at(0)?.f_mm(&operands.at(1)?.f_tr()?)?;
    let bias = values(operands.at(2)?)?;
    let rows = (CHUNK / bias.len()).max(1);
    parallel::for_each(values_mut(&mut result)?.chunks_mut(rows * bias.len()).collect(), |rows| {
        for row in rows.chunks_exact_mut(bias.len()) {
            rectify(row, bias);
        }
    });
    Ok(result)
}

/// Adds the bias and applies relu. Compiled for several vector widths.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn rectify(values: &mut [f32], bias: &[f32]) {
    for (value, bias) in values.iter_mut().zip(bias) {
        let sum = *value + bias;
        // Not `max`, which would turn NaN into 0.
        *value = if sum < 0.0 { 0.0 } else { sum };
    }
}
