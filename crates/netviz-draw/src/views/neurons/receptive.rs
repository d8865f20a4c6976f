//! The weights of first-layer neurons as images.

use petgraph::graph::NodeIndex;

use super::weights::{Parameters, norms_into};
use crate::picture::{Pick, Picture};
use netviz_model::dataset::Adapt;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::graph::Graph;
use netviz_model::shape::Shape;

/// The images that neurons of the first layer respond to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fields {
    /// The layer.
    pub layer: String,
    /// Number of its neurons.
    pub total: usize,
    /// Channels, height and width of an image.
    pub shape: [usize; 3],
    /// The strongest neurons, in descending order of strength.
    pub neurons: Vec<Receptive>,
}

/// The weights of a neuron to the pixels of an image.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Receptive {
    /// Its index in its layer.
    pub neuron: usize,
    /// One weight per pixel, channel by channel, row by row.
    pub weights: Vec<f32>,
}

/// The `most` strongest neurons of the first layer that sees the complete image.
pub(super) fn fields(picture: &Picture, parameters: &Parameters, most: usize) -> Result<Fields, Diagnostic> {
    let graph = picture.graph;
    let no_weights = || {
        Diagnostic::error("`--receptive` needs a trained network").hint("name the folder of a run, or `--weights FILE`")
    };
    picture.weights.ok_or_else(no_weights)?;
    let shape = image(graph).ok_or_else(|| {
        let message = format!("`--receptive` needs a network that is fed images, but the input is {}", input(graph));
        Diagnostic::error(message).hint("give `input` channels, height and width, or name the data set in `train`")
    })?;
    let inputs: usize = shape.iter().product();
    let (layer, matrix, total) = first_dense(graph, parameters, inputs).ok_or_else(|| {
        let message =
            "`--receptive` needs a dense layer that sees every pixel, but the first one sees none of them itself";
        Diagnostic::error(message).hint("pictures of filters are not drawn yet; use the view without `--receptive`")
    })?;
    let strength = norms_into(matrix, inputs);
    let mut neurons = super::pick::pick(most, total, Some(&strength), Pick::Strongest);
    neurons.sort_by(|&a, &b| strength[b].total_cmp(&strength[a]).then(a.cmp(&b)));
    let field = |neuron: usize| {
        let weights = matrix[neuron * inputs..(neuron + 1) * inputs].to_vec();
        Receptive { neuron, weights }
    };
    Ok(Fields { layer, total, shape, neurons: neurons.into_iter().map(field).collect() })
}

fn input(graph: &Graph) -> String {
    graph.output_type(graph.input()).to_string()
}

/// The input as an image: by its own shape, or because its data set has images with as many values.
fn image(graph: &Graph) -> Option<[usize; 3]> {
    let ty = graph.output_type(graph.input());
    ty.image().or_else(|| {
        let (dataset, shape) = (graph.train()?.data.value, Shape::new(ty.sample()?)?);
        (dataset.adapt(&shape) == Some(Adapt::Reshape)).then_some(dataset.sample)
    })
}

/// The first layer whose weights are a matrix over all pixels, if only layers that keep the pixels unchanged precede it
/// in a chain.
fn first_dense<'a>(graph: &Graph, parameters: &Parameters<'a>, inputs: usize) -> Option<(String, &'a [f32], usize)> {
    for index in graph.order().skip(1) {
        let node = graph.node(index);
        let is_next = graph.predecessors(index) == [NodeIndex::new(index.index() - 1)];
        let total = graph.output_type(index).elements()?;
        if let Some(matrix) = parameters.matrix(&node.name, inputs, total).filter(|_| is_next) {
            return Some((node.name.clone(), matrix, total));
        }
        if !is_next || total != inputs || node.parameters.total() > 0 {
            return None;
        }
    }
    None
}
