//! Lowers a [`Graph`] to a [`Program`].

use std::collections::HashMap;

use super::{Content, Graph};
use crate::layer::Layer;
use crate::program::{Builder, ParameterCount, Program, ValueId};
use crate::shape::Shape;

impl Program {
    /// Lowers every layer of a graph.
    pub fn lower(graph: &Graph) -> Self {
        let mut builder = Builder::default();
        let mut results = HashMap::new();
        for index in graph.order() {
            let node = graph.node(index);
            let result = match &node.content {
                Content::Input => builder.input(&node.name, &node.shape),
                Content::Layer { layer, .. } => {
                    let inputs: Vec<ValueId> = graph.inputs(index).iter().map(|input| results[input]).collect();
                    layer.lower(&mut builder.scope(&node.name), &inputs)
                }
            };
            results.insert(index, result);
        }
        let input = &graph.node(graph.input()).shape;
        let preprocessing = graph.train().map(|train| train.data.value.preprocessing(input));
        Self { preprocessing, ..builder.finish(graph.name(), results[&graph.input()], results[&graph.output()]) }
    }
}

/// Results of lowering a single layer.
pub(crate) struct Measure {
    pub(crate) parameters: ParameterCount,
    pub(crate) flops: usize,
    /// Shape of the output.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares it with what the layer infers"))]
    pub(crate) shape: Shape,
}

/// Lowers a single layer.
pub(crate) fn measure(layer: &dyn Layer, inputs: &[Shape]) -> Measure {
    let mut builder = Builder::default();
    let ids: Vec<ValueId> = inputs.iter().map(|shape| builder.input("input", shape)).collect();
    let output = layer.lower(&mut builder.scope("layer"), &ids);
    Measure { parameters: builder.parameter_count(), flops: builder.flops(), shape: builder.shape(output).clone() }
}
