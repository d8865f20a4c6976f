//! The parameters of drawn layers and their trained values.

use std::collections::HashMap;

use crate::picture::Picture;
use netviz_model::ir::Parameter;
use netviz_model::weights::TensorData;

/// The parameters of a network by their names; empty if a picture shows none.
#[derive(Default)]
pub(super) struct Parameters<'a> {
    by_name: HashMap<&'a str, Known<'a>>,
}

/// A parameter.
struct Known<'a> {
    shape: &'a [usize],
    tensor: Option<&'a TensorData>,
}

impl<'a> Parameters<'a> {
    pub(super) fn of(picture: &Picture<'a>) -> Self {
        if picture.weights.is_none() && !picture.options.bias {
            return Self::default();
        }
        let parameters = picture.graph.program().parameters();
        let tensor = |index: usize| picture.weights.and_then(|weights| weights.tensors().get(index));
        let entry = |(index, parameter): (usize, &'a Parameter)| {
            (parameter.name.as_str(), Known { shape: &parameter.shape, tensor: tensor(index) })
        };
        Self { by_name: parameters.iter().enumerate().map(entry).collect() }
    }

    /// The parameter of a layer, if it has this shape.
    fn get(&self, layer: &str, suffix: &str, shape: &[usize]) -> Option<&Known<'a>> {
        self.by_name.get(format!("{layer}.{suffix}").as_str()).filter(|known| known.shape == shape)
    }

    fn values(&self, layer: &str, suffix: &str, shape: &[usize]) -> Option<&'a [f32]> {
        match self.get(layer, suffix, shape)?.tensor? {
            TensorData::Float(values) => Some(values),
            TensorData::Counter(_) => None,
        }
    }

    /// The trained weights into each neuron of a layer, one neuron after another.
    pub(super) fn matrix(&self, layer: &str, inputs: usize, outputs: usize) -> Option<&'a [f32]> {
        self.values(layer, "weight", &[outputs, inputs])
    }

    /// The trained biases of a layer.
    pub(super) fn biases(&self, layer: &str, outputs: usize) -> Option<&'a [f32]> {
        self.values(layer, "bias", &[outputs])
    }

    /// Whether the layer has a bias for each of its neurons.
    pub(super) fn has_biases(&self, layer: &str, outputs: usize) -> bool {
        self.get(layer, "bias", &[outputs]).is_some()
    }
}

/// The trained weights of the drawn connections between two rows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Weighted {
    /// For each drawn neuron of the source, the weights to every drawn neuron of the target; the biases last, if they
    /// are drawn.
    pub values: Vec<f32>,
    /// The largest absolute weight.
    pub largest: f32,
}

impl Weighted {
    /// `matrix` holds the weights into each neuron of the target, from `inputs` neurons of the source.
    pub(super) fn new(
        matrix: &[f32],
        inputs: usize,
        [sources, targets]: [&[usize]; 2],
        biases: Option<&[f32]>,
    ) -> Self {
        let from = |&source: &usize| targets.iter().map(move |target| matrix[target * inputs + source]);
        let biases = biases.into_iter().flat_map(|biases| targets.iter().map(|&target| biases[target]));
        let values: Vec<f32> = sources.iter().flat_map(from).chain(biases).collect();
        let amounts = values.iter().map(|weight| weight.abs()).filter(|amount| amount.is_finite());
        let largest = amounts.fold(0.0, f32::max);
        Self { values, largest }
    }

    /// The weight relative to the largest, from 0 to 1; 1 for infinity and NaN.
    pub fn share(&self, weight: f32) -> f64 {
        if weight == 0.0 {
            return 0.0;
        }
        let share = f64::from(weight.abs()) / f64::from(self.largest);
        if share.is_finite() { share.min(1.0) } else { 1.0 }
    }
}

/// Strength of each neuron that a matrix leads to: the Euclidean norm of the weights into it.
pub(super) fn norms_into(matrix: &[f32], inputs: usize) -> Vec<f64> {
    matrix.chunks_exact(inputs).map(|row| norm(row.iter())).collect()
}

/// Strength of each of the `inputs` neurons that a matrix leads from: the norm of the weights out of it.
pub(super) fn norms_out_of(matrix: &[f32], inputs: usize) -> Vec<f64> {
    (0..inputs).map(|input| norm(matrix.iter().skip(input).step_by(inputs))).collect()
}

fn norm<'a>(weights: impl Iterator<Item = &'a f32>) -> f64 {
    weights.map(|&weight| f64::from(weight) * f64::from(weight)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_leads_from_its_columns_to_its_rows() {
        let matrix = [3.0, 0.0, -4.0, 0.0, 1.0, 0.0];
        assert_eq!(norms_into(&matrix, 3), [5.0, 1.0]);
        assert_eq!(norms_out_of(&matrix, 3), [3.0, 1.0, 4.0]);
        let drawn = Weighted::new(&matrix, 3, [&[0, 2], &[0, 1]], Some(&[7.0, f32::NAN]));
        assert_eq!(drawn.values[..5], [3.0, 0.0, -4.0, 0.0, 7.0]);
        assert_eq!(drawn.largest.to_bits(), 7.0_f32.to_bits());
        assert_eq!([0.0, -3.5, f32::NAN].map(|weight| drawn.share(weight).to_string()), ["0", "0.5", "1"]);
    }
}
