//! The operations of a program, with the semantics of ONNX.

use crate::shape::Shape;

/// Strides, padding and dilation of a window that slides over an image; height first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Size of the window.
    pub kernel: [usize; 2],
    /// Stride.
    pub strides: [usize; 2],
    /// Padding: rows and columns added at the top, left, bottom and right.
    pub pads: [usize; 4],
    /// Dilation: spacing between rows or columns of the window.
    pub dilations: [usize; 2],
}

impl Window {
    /// Height and width of the output, or `None` if the window is larger than the padded image.
    pub fn output(&self, input: [usize; 2]) -> Option<[usize; 2]> {
        let size = |axis: usize| {
            let padded = input[axis] + self.pads[axis] + self.pads[axis + 2];
            let extent = self.dilations[axis].checked_mul(self.kernel[axis] - 1)? + 1;
            Some(padded.checked_sub(extent)? / self.strides[axis] + 1)
        };
        Some([size(0)?, size(1)?])
    }
}

/// An operation. The enum is closed: exporters and engines match on all variants.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// `x · weightᵀ + bias`; the weight is (outputs, inputs), the bias may be absent.
    Gemm,
    /// Cross-correlation; the weight is (outputs, inputs / groups, height, width), the bias may be absent.
    Conv {
        /// The window.
        window: Window,
        /// Number of groups that inputs and outputs are split into.
        groups: usize,
    },
    /// Largest value of each window.
    MaxPool(Window),
    /// Mean of each window; padding is not counted.
    AveragePool(Window),
    /// Mean of each channel, as channels×1×1.
    GlobalAveragePool,
    /// Normalizes each channel. Parameters: scale, bias, running mean, running variance, and, for training, the number
    /// of batches seen.
    BatchNormalization {
        /// Added to the variance.
        epsilon: f64,
        /// Momentum of the running statistics: the weight of their previous value.
        momentum: f64,
    },
    /// Sets random values to zero during training, and scales up the others.
    Dropout {
        /// Probability that a value is dropped.
        rate: f64,
    },
    /// `max(x, 0)`.
    Relu,
    /// `x` if positive, otherwise `alpha · x`.
    LeakyRelu {
        /// Slope for negative values.
        alpha: f64,
    },
    /// `x` if positive, otherwise `alpha · (eˣ − 1)`.
    Elu {
        /// Limit for negative values.
        alpha: f64,
    },
    /// `1 / (1 + e⁻ˣ)`.
    Sigmoid,
    /// `ln(1 + eˣ)`.
    Softplus,
    /// Hyperbolic tangent.
    Tanh,
    /// Exponentials along the first dimension of a sample, divided by their sum.
    Softmax,
    /// Flattens the value into one dimension.
    Flatten,
    /// Changes the shape and keeps the order of the values.
    Reshape(Shape),
    /// Sum of two values of the same shape.
    Add,
    /// Product of two values of the same shape.
    Mul,
    /// Joins values along a dimension of the sample.
    Concat {
        /// The dimension, without the batch.
        axis: usize,
    },
}

impl Op {
    /// The name of the ONNX operator.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Gemm => "Gemm",
            Self::Conv { .. } => "Conv",
            Self::MaxPool(_) => "MaxPool",
            Self::AveragePool(_) => "AveragePool",
            Self::GlobalAveragePool => "GlobalAveragePool",
            Self::BatchNormalization { .. } => "BatchNormalization",
            Self::Dropout { .. } => "Dropout",
            Self::Relu => "Relu",
            Self::LeakyRelu { .. } => "LeakyRelu",
            Self::Elu { .. } => "Elu",
            Self::Sigmoid => "Sigmoid",
            Self::Softplus => "Softplus",
            Self::Tanh => "Tanh",
            Self::Softmax => "Softmax",
            Self::Flatten => "Flatten",
            Self::Reshape(_) => "Reshape",
            Self::Add => "Add",
            Self::Mul => "Mul",
            Self::Concat { .. } => "Concat",
        }
    }

    /// The shape of the output. `weight` is the shape of the first parameter.
    ///
    /// # Panics
    /// If the inputs do not fit: a layer checks them before lowering.
    pub(super) fn infer(&self, inputs: &[&Shape], weight: Option<&[usize]>) -> Shape {
        let input = inputs[0];
        let image = || input.as_image().expect("image operations follow a check for an image");
        let windowed = |channels: usize, window: &Window| {
            let [_, height, width] = image();
            let [height, width] = window.output([height, width]).expect("the window fits");
            vec![channels, height, width]
        };
        let dimensions = match self {
            Self::Gemm => vec![weight.expect("Gemm has a weight")[0]],
            Self::Conv { window, .. } => windowed(weight.expect("Conv has a weight")[0], window),
            Self::MaxPool(window) | Self::AveragePool(window) => windowed(image()[0], window),
            Self::GlobalAveragePool => vec![image()[0], 1, 1],
            Self::Flatten => vec![input.elements()],
            Self::Reshape(shape) => return shape.clone(),
            Self::Concat { axis } => {
                let mut dimensions = input.dimensions().to_vec();
                dimensions[*axis] = inputs.iter().map(|shape| shape.dimensions()[*axis]).sum();
                dimensions
            }
            Self::BatchNormalization { .. }
            | Self::Dropout { .. }
            | Self::Relu
            | Self::LeakyRelu { .. }
            | Self::Elu { .. }
            | Self::Sigmoid
            | Self::Softplus
            | Self::Tanh
            | Self::Softmax
            | Self::Add
            | Self::Mul => return input.clone(),
        };
        Shape::new(dimensions).expect("a layer checks its output's size before it lowers itself")
    }
}
