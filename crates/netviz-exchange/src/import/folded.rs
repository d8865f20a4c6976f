//! The weights of a layer with the batch normalization behind it, as exporters put them together.

use netviz_model::ir::DType;
use netviz_model::limits;

use super::{Tensor, Values};

/// What a batch normalization with fixed statistics computes for each channel: x · scale + shift.
#[derive(Debug, Clone)]
pub struct Affine {
    scale: Vec<f64>,
    shift: Vec<f64>,
}

impl Affine {
    /// γ / √(σ² + ε) and β − μ · γ / √(σ² + ε), from γ, β, μ and σ².
    ///
    /// # Errors
    /// Why not: other numbers of channels, or values that are not to be had.
    pub fn new(tensors: [&Tensor; 4], epsilon: f64) -> Result<Self, String> {
        let [gamma, beta, mean, variance] = tensors.map(values);
        let [gamma, beta, mean, variance] = [gamma?, beta?, mean?, variance?];
        if [&beta, &mean, &variance].iter().any(|other| other.len() != gamma.len()) {
            return Err("other numbers of channels".to_owned());
        }
        let scale: Vec<f64> =
            gamma.iter().zip(&variance).map(|(gamma, variance)| gamma / (variance + epsilon).sqrt()).collect();
        let shift = beta.iter().zip(&mean).zip(&scale).map(|((beta, mean), scale)| beta - mean * scale).collect();
        Ok(Self { scale, shift })
    }

    /// The weight of the layer before with the scale: one for each dimension that may be that of the channels, since
    /// formats order them differently.
    ///
    /// # Errors
    /// Why not.
    pub fn weights(&self, weight: &Tensor) -> Result<Vec<Tensor>, String> {
        let old = values(weight)?;
        let dims = (0..weight.shape.len()).filter(|&dim| weight.shape[dim] == self.scale.len());
        let scaled = |dim: usize| {
            let stride: usize = weight.shape[dim + 1..].iter().product();
            let channel = |index: usize| index / stride.max(1) % self.scale.len();
            let new = old.iter().enumerate().map(|(index, value)| value * self.scale[channel(index)]);
            tensor(&weight.shape, new)
        };
        Ok(dims.map(scaled).collect())
    }

    /// The bias of the layer before, if it has one, with scale and shift.
    ///
    /// # Errors
    /// Why not.
    pub fn bias(&self, bias: Option<&Tensor>) -> Result<Tensor, String> {
        let old = bias.map_or_else(|| Ok(vec![0.0; self.scale.len()]), values)?;
        if old.len() != self.scale.len() {
            return Err("other numbers of channels".to_owned());
        }
        let new = old.iter().zip(&self.scale).zip(&self.shift).map(|((old, scale), shift)| old * scale + shift);
        Ok(tensor(&[old.len()], new))
    }
}

fn values(tensor: &Tensor) -> Result<Vec<f64>, String> {
    if let Some(reason) = tensor.values.missing() {
        return Err(reason.to_owned());
    }
    if tensor.size() > limits::COMPARED_TENSOR {
        return Err("too many values".to_owned());
    }
    tensor.floats(tensor.elements()).ok_or_else(|| "its values cannot be read".to_owned())
}

fn tensor(shape: &[usize], values: impl Iterator<Item = f64>) -> Tensor {
    let bytes: Vec<u8> = values.flat_map(f64::to_le_bytes).collect();
    Tensor { dtype: DType::Float64, shape: shape.to_vec(), values: Values::Bytes(bytes.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normalization_scales_the_channels_of_a_weight() {
        let of = |shape: &[usize], values: &[f64]| tensor(shape, values.iter().copied());
        let tensors = [of(&[2], &[2.0, 3.0]), of(&[2], &[1.0, -1.0]), of(&[2], &[4.0, 2.0]), of(&[2], &[3.0, 8.0])];
        let affine = Affine::new(tensors.each_ref(), 1.0).expect("four vectors");
        // Scales of 1 and 1, shifts of 1 - 4 and -1 - 2.
        assert_eq!(affine.bias(None).expect("a bias").floats(2), Some(vec![-3.0, -3.0]));
        let affine = Affine { scale: vec![1.0, 10.0], shift: vec![0.0, 1.0] };
        let weights = affine.weights(&of(&[2, 2], &[1.0, 2.0, 3.0, 4.0])).expect("two dimensions");
        let weights: Vec<_> = weights.iter().map(|weight| weight.floats(4).expect("four values")).collect();
        assert_eq!(weights, [[1.0, 2.0, 30.0, 40.0], [1.0, 20.0, 3.0, 40.0]]);
        assert_eq!(affine.bias(Some(&of(&[2], &[5.0, 6.0]))).expect("a bias").floats(2), Some(vec![5.0, 61.0]));
        assert!(affine.weights(&of(&[3], &[0.0; 3])).expect("none fits").is_empty());
        assert!(affine.bias(Some(&of(&[3], &[0.0; 3]))).is_err());
    }
}
