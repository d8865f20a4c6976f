//! Floating-point operations.

use super::{Instruction, Op};
use crate::shape::Shape;

impl Op {
    /// Floating-point operations for one sample in inference: a multiplication and an addition count as two; a
    /// comparison, or a function of one value such as `tanh`, as one.
    ///
    /// `weight` is the shape of the first parameter, `has_bias` whether there is a second.
    pub fn flops(&self, inputs: &[&Shape], output: &Shape, weight: Option<&[usize]>, has_bias: bool) -> usize {
        let (input, output) = (inputs.first().map_or(0, |shape| shape.elements()), output.elements());
        // Number of terms in the weighted sum of one output value: the product of the weight's sizes but the first.
        let terms = || weight.unwrap_or_default().iter().skip(1).fold(1_usize, |area, &size| area.saturating_mul(size));
        let bias = if has_bias { output } else { 0 };
        let each = |count: usize| output.saturating_mul(count);
        match self {
            Self::Gemm | Self::Conv { .. } => each(terms().saturating_mul(2)).saturating_add(bias),
            Self::MaxPool(window) | Self::AveragePool(window) => each(window.kernel[0] * window.kernel[1]),
            Self::GlobalAveragePool => input,
            // Scale and shift: in inference, the statistics are constants.
            Self::BatchNormalization { .. } | Self::LeakyRelu { .. } => each(2),
            // An exponential, a sum and a division.
            Self::Softmax | Self::Elu { .. } => each(3),
            Self::Relu | Self::Sigmoid | Self::Softplus | Self::Tanh | Self::Add | Self::Mul => each(1),
            Self::Dropout { .. } | Self::Flatten | Self::Reshape(_) | Self::Concat { .. } => 0,
        }
    }
}

impl Instruction {
    pub(super) fn has_bias(&self) -> bool {
        self.parameters.len() > 1
    }
}

#[cfg(test)]
mod tests {
    use crate::Model;

    fn flops(text: &str) -> Vec<usize> {
        let model = Model::from_text(text).expect("a valid model");
        model.graph.order().map(|index| model.graph.node(index).flops).collect()
    }

    /// Twice the known multiply-adds of these layers, plus the bias and the activation.
    #[test]
    fn known_layers_have_their_known_cost() {
        let dense = "input: [784]\nlayers:\n  - dense: {units: 512, activation: relu}\n  - dense: {units: 10, use_bias: false}\n";
        assert_eq!(flops(dense), [0, 2 * 784 * 512 + 512 + 512, 2 * 512 * 10]);
        // The first layer of ResNet: 118,013,952 multiply-adds.
        let conv = "input: [3, 224, 224]\nlayers:\n  - conv2d: {filters: 64, kernel: 7, strides: 2, padding: 3, use_bias: false}\n";
        assert_eq!(flops(conv), [0, 2 * 118_013_952]);
        let depthwise = "input: [32, 8, 8]\nlayers:\n  - conv2d: {filters: 32, kernel: 3, groups: 32, use_bias: false}\n  - max_pool2d: 2\n";
        assert_eq!(flops(depthwise), [0, 2 * 9 * 32 * 36, 4 * 32 * 9]);
    }
}
