//! Convolutions, and the windows that they share with pooling.

use super::infer::{Misfit, Operands, at_least, expect};
use super::linear::{products, weighted_sum};
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::ir::attribute::{Attribute, OnnxForm, int, ints, sizes};
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// A window that slides over an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The spatial dimensions, height before width.
    pub axes: Vec<Axis>,
}

/// A window along one spatial dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// Size of the window.
    pub kernel: usize,
    /// Stride.
    pub stride: usize,
    /// Dilation: the spacing between rows or columns of the window.
    pub dilation: usize,
    /// Padding: what is added before the first row or column, and after the last one.
    pub pads: [usize; 2],
}

impl Axis {
    /// A window with stride 1 and neither padding nor dilation.
    pub const fn new(kernel: usize) -> Self {
        Self { kernel, stride: 1, dilation: 1, pads: [0, 0] }
    }

    /// The size of the output; `None` if the window is larger than the padded input.
    pub fn output(&self, input: usize) -> Option<usize> {
        let padded = input.checked_add(self.pads[0])?.checked_add(self.pads[1])?;
        let extent = self.dilation.checked_mul(self.kernel.checked_sub(1)?)?.checked_add(1)?;
        padded.checked_sub(extent)?.checked_div(self.stride)?.checked_add(1)
    }
}

impl Window {
    /// A window with stride 1 and neither padding nor dilation.
    pub fn new(kernel: &[usize]) -> Self {
        Self { axes: kernel.iter().copied().map(Axis::new).collect() }
    }

    /// The number of spatial dimensions.
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The number of values that it covers.
    pub fn area(&self) -> usize {
        self.axes.iter().fold(1, |area, axis| area.saturating_mul(axis.kernel))
    }

    /// Whether there is padding on any side.
    pub fn is_padded(&self) -> bool {
        self.axes.iter().any(|axis| axis.pads != [0, 0])
    }

    /// Batch, channels and outputs along the spatial dimensions, if the input has as many as the window.
    pub(super) fn output_dims(&self, input: &TensorType, channels: Option<&Dim>) -> Result<Option<Vec<Dim>>, Misfit> {
        let Some(dims) = at_least(input, 3)? else { return Ok(None) };
        if dims.len() != self.rank() + 2 {
            return Err(Misfit::new(format!("needs {} spatial dimensions, but gets {input}", self.rank())));
        }
        let mut output = vec![dims[0].clone(), channels.unwrap_or(&dims[1]).clone()];
        for (axis, dim) in self.axes.iter().zip(&dims[2..]) {
            output.push(match dim.size() {
                Some(size) => Dim::Size(axis.output(size).ok_or_else(|| {
                    Misfit::new(format!("has a window that is larger than its input of {input}"))
                })?),
                None => Dim::Unknown,
            });
        }
        Ok(Some(output))
    }

    fn ints(&self, of: impl Fn(&Axis) -> usize) -> Attribute {
        ints(self.axes.iter().map(of))
    }

    /// Kernel, strides and padding in ONNX, which has the padding before all axes first.
    pub(super) fn attributes(&self) -> [(&'static str, Attribute); 3] {
        let side = |side: usize| self.axes.iter().map(move |axis| axis.pads[side]);
        [
            ("kernel_shape", self.ints(|axis| axis.kernel)),
            ("strides", self.ints(|axis| axis.stride)),
            ("pads", ints(side(0).chain(side(1)))),
        ]
    }

    /// The dilations in ONNX.
    pub(super) fn dilations(&self) -> (&'static str, Attribute) {
        ("dilations", self.ints(|axis| axis.dilation))
    }

    /// Reads the attributes; `None` for automatic padding, which depends on the input.
    pub(super) fn read(form: &OnnxForm) -> Option<Self> {
        if !matches!(form.text("auto_pad"), None | Some("NOTSET")) {
            return None;
        }
        let kernel = sizes(form.ints("kernel_shape")?)?;
        let rank = kernel.len();
        let read = |name: &str, default: usize, count: usize| {
            let values = form.ints(name).map_or_else(|| Some(vec![default; count]), sizes)?;
            (values.len() == count).then_some(values)
        };
        let (strides, dilations) = (read("strides", 1, rank)?, read("dilations", 1, rank)?);
        let pads = read("pads", 0, 2 * rank)?;
        let axis = |index: usize| Axis {
            kernel: kernel[index],
            stride: strides[index],
            dilation: dilations[index],
            pads: [pads[index], pads[rank + index]],
        };
        Some(Self { axes: (0..rank).map(axis).collect() })
    }
}

/// Cross-correlation. Operands: input (batch, channels, …), weight (outputs, channels / groups, …), bias (outputs), which
/// may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conv {
    /// The window.
    pub window: Window,
    /// Number of groups that inputs and outputs are split into.
    pub groups: usize,
}

impl Operation for Conv {
    const NAME: &'static str = "Conv";
    const SINCE: i64 = 11;
    const CATEGORY: Category = Category::Convolution;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let (input, weight) = (operands.float(0)?, operands.float(1)?);
        let channels = input.dims().and_then(|dims| dims.get(1)).unwrap_or(&Dim::Unknown);
        let outputs = weight.dims().and_then(|dims| dims.first()).cloned().unwrap_or(Dim::Unknown);
        let group = |dim: &Dim| Dim::compute([dim], |[size]| size.checked_div(self.groups));
        for dim in [channels, &outputs] {
            if dim.size().is_some_and(|size| self.groups == 0 || size % self.groups != 0) {
                return Err(Misfit::new(format!("cannot split {dim} channels into {} groups", self.groups)));
            }
        }
        let kernel = self.window.axes.iter().map(|axis| Dim::Size(axis.kernel));
        let expected: Vec<Dim> = [outputs.clone(), group(channels)].into_iter().chain(kernel).collect();
        expect(weight, "weight", &expected)?;
        if let Some(bias) = operands.get(2) {
            expect(bias, "bias", std::slice::from_ref(&outputs))?;
        }
        Ok(vec![match self.window.output_dims(input, Some(&outputs))? {
            Some(dims) => input.with_dims(dims),
            None => TensorType::unranked(input.dtype()),
        }])
    }

    fn flops(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
        weighted_sum(operands, outputs)
    }

    fn macs(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
        products(operands, outputs)
    }

    fn form(&self) -> OnnxForm {
        let window = self.window.attributes().into_iter();
        OnnxForm::attributes(window.chain([self.window.dilations(), ("group", int(self.groups))]))
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let groups = usize::try_from(form.int("group", 1)?).ok()?;
        Some(Self { window: Window::read(form)?, groups })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let sized = |sizes: &[usize]| Some(TensorType::sized(DType::Float32, sizes));
        let image = || Some(TensorType::batch(DType::Float32, &[4, 9, 8]));
        let rows = Axis { stride: 2, pads: [0, 1], ..Axis::new(3) };
        let columns = Axis { dilation: 2, pads: [1, 2], ..Axis::new(2) };
        let odd = Window { axes: vec![rows, columns] };
        vec![
            (Self { window: Window::new(&[3, 3]), groups: 1 }, vec![image(), sized(&[6, 4, 3, 3]), sized(&[6])]),
            (Self { window: odd, groups: 2 }, vec![image(), sized(&[6, 2, 3, 2]), None]),
        ]
    }
}
