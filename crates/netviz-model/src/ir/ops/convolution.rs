//! Convolutions, and the windows that they share with pooling.

use super::infer::{Misfit, Operands, at_least, expect};
use super::linear::weighted_sum;
use super::{OperandTypes, Operation};
use crate::category::Category;
use crate::ir::attribute::{Attribute, Form, int, ints, sizes};
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// A window that slides over an image: one number per spatial dimension, height before width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Sizes of the window.
    pub kernel: Vec<usize>,
    /// Strides.
    pub strides: Vec<usize>,
    /// Padding: what is added before the first row, the first column, …, then after the last ones.
    pub pads: Vec<usize>,
    /// Dilations: spacings between rows or columns of the window.
    pub dilations: Vec<usize>,
}

impl Window {
    /// A window with stride 1 and neither padding nor dilation.
    pub fn new(kernel: &[usize]) -> Self {
        let ones = vec![1; kernel.len()];
        Self { kernel: kernel.to_vec(), strides: ones.clone(), pads: vec![0; 2 * kernel.len()], dilations: ones }
    }

    /// The number of spatial dimensions.
    pub fn rank(&self) -> usize {
        self.kernel.len()
    }

    /// The number of values that it covers.
    pub fn area(&self) -> usize {
        self.kernel.iter().fold(1, |area, &size| area.saturating_mul(size))
    }

    /// The size of the output along one spatial dimension; `None` if the window is larger than the padded input.
    pub fn output(&self, dimension: usize, input: usize) -> Option<usize> {
        let [before, after] = [dimension, dimension + self.rank()].map(|side| self.pads.get(side).copied());
        let padded = input.checked_add(before?)?.checked_add(after?)?;
        let (kernel, dilation) = (*self.kernel.get(dimension)?, *self.dilations.get(dimension)?);
        let extent = dilation.checked_mul(kernel.checked_sub(1)?)?.checked_add(1)?;
        padded.checked_sub(extent)?.checked_div(*self.strides.get(dimension)?)?.checked_add(1)
    }

    /// Batch, channels and outputs along the spatial dimensions, if the input has as many as the window.
    pub(super) fn slide(&self, input: &TensorType, channels: Option<&Dim>) -> Result<Option<Vec<Dim>>, Misfit> {
        let Some(dims) = at_least(input, 3)? else { return Ok(None) };
        if dims.len() != self.rank() + 2 {
            return Err(Misfit::new(format!("needs {} spatial dimensions, but gets {input}", self.rank())));
        }
        let mut output = vec![dims[0].clone(), channels.unwrap_or(&dims[1]).clone()];
        for (dimension, dim) in dims[2..].iter().enumerate() {
            output.push(match dim.size() {
                Some(size) => Dim::Size(self.output(dimension, size).ok_or_else(|| {
                    Misfit::new(format!("has a window that is larger than its input of {input}"))
                })?),
                None => Dim::Unknown,
            });
        }
        Ok(Some(output))
    }

    /// Kernel, strides and padding in ONNX.
    pub(super) fn attributes(&self) -> [(&'static str, Attribute); 3] {
        [("kernel_shape", ints(&self.kernel)), ("strides", ints(&self.strides)), ("pads", ints(&self.pads))]
    }

    /// The dilations in ONNX.
    pub(super) fn dilations(&self) -> (&'static str, Attribute) {
        ("dilations", ints(&self.dilations))
    }

    /// Reads the attributes; `None` for automatic padding, which depends on the input.
    pub(super) fn read(form: &Form) -> Option<Self> {
        if !matches!(form.text("auto_pad"), None | Some("NOTSET")) {
            return None;
        }
        let plain = Self::new(&sizes(form.ints("kernel_shape")?)?);
        let or = |name: &str, default: Vec<usize>| form.ints(name).map_or(Some(default), sizes);
        let window = Self {
            strides: or("strides", plain.strides)?,
            pads: or("pads", plain.pads)?,
            dilations: or("dilations", plain.dilations)?,
            kernel: plain.kernel,
        };
        let rank = window.rank();
        let is_whole = window.strides.len() == rank && window.pads.len() == 2 * rank && window.dilations.len() == rank;
        is_whole.then_some(window)
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
        let kernel = self.window.kernel.iter().copied().map(Dim::Size);
        let expected: Vec<Dim> = [outputs.clone(), group(channels)].into_iter().chain(kernel).collect();
        expect(weight, "weight", &expected)?;
        if let Some(bias) = operands.get(2) {
            expect(bias, "bias", std::slice::from_ref(&outputs))?;
        }
        Ok(vec![match self.window.slide(input, Some(&outputs))? {
            Some(dims) => input.with_dims(dims),
            None => TensorType::unranked(input.dtype()),
        }])
    }

    fn flops(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
        weighted_sum(operands, outputs)
    }

    fn form(&self) -> Form {
        let window = self.window.attributes().into_iter();
        Form::attributes(window.chain([self.window.dilations(), ("group", int(self.groups))]))
    }

    fn read(form: &Form) -> Option<Self> {
        let groups = usize::try_from(form.int("group", 1)?).ok()?;
        Some(Self { window: Window::read(form)?, groups })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let sized = |sizes: &[usize]| Some(TensorType::sized(DType::Float32, sizes));
        let image = || Some(TensorType::batch(DType::Float32, &[4, 9, 8]));
        let odd = Window { strides: vec![2, 1], pads: vec![0, 1, 1, 2], dilations: vec![1, 2], ..Window::new(&[3, 2]) };
        vec![
            (Self { window: Window::new(&[3, 3]), groups: 1 }, vec![image(), sized(&[6, 4, 3, 3]), sized(&[6])]),
            (Self { window: odd, groups: 2 }, vec![image(), sized(&[6, 2, 3, 2]), None]),
        ]
    }
}
