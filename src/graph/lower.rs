//! A [`Graph`] into a [`Program`].

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
        builder.finish(graph.name(), results[&graph.input()], results[&graph.output()])
    }
}

/// The parameter counts and the result's shape of one layer, from lowering it alone.
pub(crate) fn measure(layer: &dyn Layer, inputs: &[Shape]) -> (ParameterCount, Shape) {
    let mut builder = Builder::default();
    let ids: Vec<ValueId> = inputs.iter().map(|shape| builder.input("input", shape)).collect();
    let output = layer.lower(&mut builder.scope("layer"), &ids);
    (builder.parameter_count(), builder.shape(output).clone())
}
