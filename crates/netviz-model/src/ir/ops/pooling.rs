//! Pooling.

use super::convolution::{Axis, Window};
use super::infer::{Misfit, Operands, at_least, per_value};
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::ir::attribute::{Attribute, OnnxForm};
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// Largest value of each window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaxPool(pub Window);

/// Mean of each window; padding is not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AveragePool(pub Window);

/// Mean of each channel: all spatial dimensions become 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlobalAveragePool;

impl Operation for MaxPool {
    const NAME: &'static str = "MaxPool";
    const SINCE: i64 = 12;
    const CATEGORY: Category = Category::Pooling;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        pooled(&self.0, operands)
    }

    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, self.0.area())
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes(self.0.attributes().into_iter().chain([self.0.dilations()]))
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let is_plain = form.int("ceil_mode", 0)? == 0 && form.int("storage_order", 0)? == 0;
        Window::read(form).filter(|_| is_plain).map(Self)
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        examples().into_iter().map(|(window, operands)| (Self(window), operands)).collect()
    }
}

impl Operation for AveragePool {
    const NAME: &'static str = "AveragePool";
    const SINCE: i64 = 11;
    const CATEGORY: Category = Category::Pooling;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        pooled(&self.0, operands)
    }

    fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
        per_value(outputs, self.0.area())
    }

    /// Dilations are omitted: opset 19 is the first that has them.
    fn form(&self) -> OnnxForm {
        let window = self.0.attributes().into_iter();
        OnnxForm::attributes(window.chain([("count_include_pad", Attribute::Int(0))]))
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let is_plain = form.int("ceil_mode", 0)? == 0 && form.int("count_include_pad", 0)? == 0;
        let window = Window::read(form)?;
        (is_plain && window.axes.iter().all(|axis| axis.dilation == 1)).then_some(Self(window))
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        examples().into_iter().map(|(window, operands)| (Self(window), operands)).collect()
    }
}

impl Operation for GlobalAveragePool {
    const NAME: &'static str = "GlobalAveragePool";
    const SINCE: i64 = 1;
    const CATEGORY: Category = Category::Pooling;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.float(0)?;
        Ok(vec![match at_least(input, 3)? {
            Some(dims) => {
                input.with_dims(dims[..2].iter().cloned().chain(dims[2..].iter().map(|_| Dim::Size(1))))
            }
            None => input.clone(),
        }])
    }

    fn flops(&self, operands: &Operands, _: &[TensorType]) -> Option<usize> {
        operands.get(0)?.elements()
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::default()
    }

    fn read(_: &OnnxForm) -> Option<Self> {
        Some(Self)
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        vec![(Self, vec![Some(TensorType::batch(DType::Float32, &[3, 4, 5]))])]
    }
}

fn pooled(window: &Window, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
    let input = operands.float(0)?;
    Ok(vec![match window.output_dims(input, None)? {
        Some(dims) => input.with_dims(dims),
        None => input.clone(),
    }])
}

fn examples() -> Vec<(Window, OperandTypes)> {
    let image = || vec![Some(TensorType::batch(DType::Float32, &[3, 9, 8]))];
    let halves = Axis { stride: 2, ..Axis::new(2) };
    let odd = [Axis { stride: 2, pads: [0, 1], ..Axis::new(3) }, Axis { stride: 3, pads: [1, 1], ..Axis::new(2) }];
    [vec![halves; 2], odd.to_vec()].map(|axes| (Window { axes }, image())).into()
}
