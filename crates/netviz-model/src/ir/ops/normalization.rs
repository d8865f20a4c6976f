//! Normalization.

use super::infer::{Misfit, Operands, at_least, axis, expect, per_value, unchanged};
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::ir::attribute::{Attribute, OnnxForm, int};
use crate::dtype::DType;
use crate::ir::types::TensorType;

/// Normalizes each channel. Operands: input (batch, channels, …), scale, bias, running mean and running variance
/// (channels), and for training the number of batches seen, which may be absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchNormalization {
    /// Added to the variance.
    pub epsilon: f64,
    /// Momentum of the running statistics: the weight of their previous value.
    pub momentum: f64,
}

impl Operation for BatchNormalization {
    const NAME: &'static str = "BatchNormalization";
    const SINCE: i64 = 15;
    const CATEGORY: Category = Category::Normalization;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.float(0)?;
        if let Some(dims) = at_least(input, 2)? {
            for (index, what) in ["scale", "bias", "mean", "variance"].into_iter().enumerate() {
                expect(operands.float(index + 1)?, what, &dims[1..2])?;
            }
        }
        Ok(vec![input.clone()])
    }

    /// Scale and shift: in inference, the statistics are constants.
    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, 2)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([
            ("epsilon", Attribute::Float(self.epsilon)),
            ("momentum", Attribute::Float(self.momentum)),
        ])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let op = Self { epsilon: form.float("epsilon", 1e-5)?, momentum: form.float("momentum", 0.9)? };
        (form.int("training_mode", 0)? == 0).then_some(op)
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let op = Self { epsilon: 0.001, momentum: 0.75 };
        let with = |input: TensorType| {
            let channels = |_| Some(TensorType::sized(DType::Float32, &[3]));
            let counter = Some(TensorType::sized(DType::Int64, &[]));
            [Some(input)].into_iter().chain((0..4).map(channels)).chain([counter]).collect()
        };
        let batch = |sample: &[usize]| TensorType::batch(DType::Float32, sample);
        vec![(op, with(batch(&[3, 4, 5]))), (op, with(batch(&[3])))]
    }
}

/// Normalizes each sample over its last dimensions, from an axis on (Ba, Kiros and Hinton 2016). Operands: input,
/// scale and bias (the sizes of the normalized dimensions); the bias may be absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerNormalization {
    /// The first normalized dimension; the batch is axis 0, and negative numbers count from the end.
    pub axis: i64,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Operation for LayerNormalization {
    const NAME: &'static str = "LayerNormalization";
    const SINCE: i64 = 17;
    const CATEGORY: Category = Category::Normalization;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.float(0)?;
        let normalized = match input.dims() {
            Some(dims) => Some(&dims[axis(self.axis, dims.len())?..]),
            None => None,
        };
        for (operand, what) in [(Some(operands.float(1)?), "scale"), (operands.get(2), "bias")] {
            if let (Some(operand), Some(normalized)) = (operand, normalized) {
                expect(operand, what, normalized)?;
            }
        }
        Ok(vec![input.clone()])
    }

    /// The mean, the variance (a difference, a multiplication and an addition), the division, scale and shift.
    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, 7)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("axis", Attribute::Int(self.axis)), ("epsilon", Attribute::Float(self.epsilon))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let op = Self { axis: form.int("axis", -1)?, epsilon: form.float("epsilon", 1e-5)? };
        (form.int("stash_type", 1)? == 1).then_some(op)
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let example = |axis, sample: &[usize], normalized: &[usize], has_bias: bool| {
            let weight = || Some(TensorType::sized(DType::Float32, normalized));
            let bias = if has_bias { weight() } else { None };
            let operands = vec![Some(TensorType::batch(DType::Float32, sample)), weight(), bias];
            (Self { axis, epsilon: 0.001 }, operands)
        };
        vec![example(-1, &[3, 4], &[4], true), example(1, &[3, 4, 5], &[3, 4, 5], true), example(-1, &[6], &[6], false)]
    }
}

/// Divides each value by a power of the mean square of its channel and those beside it (Krizhevsky et al. 2012): `x
/// / (bias + alpha · mean)^beta`. Channels beyond the first and the last one count as zeros. Operand: input (batch,
/// channels, …).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lrn {
    /// Number of channels that are averaged; of an even number, one more is behind than before.
    pub size: usize,
    /// Factor of the mean.
    pub alpha: f64,
    /// Exponent.
    pub beta: f64,
    /// Added to the mean.
    pub bias: f64,
}

impl Operation for Lrn {
    const NAME: &'static str = "LRN";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Normalization;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        at_least(operands.float(0)?, 3)?;
        unchanged(operands)
    }

    /// A square and a sum for each channel, then a multiplication, an addition, a power and a division.
    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, self.size.saturating_mul(2).saturating_add(4))
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([
            ("alpha", Attribute::Float(self.alpha)),
            ("beta", Attribute::Float(self.beta)),
            ("bias", Attribute::Float(self.bias)),
            ("size", int(self.size)),
        ])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let size = usize::try_from(form.int("size", 0)?).ok().filter(|&size| size > 0)?;
        let [alpha, beta] = [form.float("alpha", 1e-4)?, form.float("beta", 0.75)?];
        Some(Self { size, alpha, beta, bias: form.float("bias", 1.0)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let image = || vec![Some(TensorType::batch(DType::Float32, &[6, 4, 5]))];
        let op = |size| Self { size, alpha: 0.5, beta: 0.75, bias: 2.0 };
        vec![(op(5), image()), (op(4), image())]
    }
}
