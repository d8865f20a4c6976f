//! Builds a program, layer by layer.

use std::collections::HashMap;

use super::{Initializer, Instruction, Op, Parameter, ParameterCount, ParameterId, Program, Role, Value, ValueId};
use crate::graph::{Content, Graph};
use crate::layer::Layer;
use crate::shape::Shape;

#[derive(Default)]
struct Builder {
    values: Vec<Value>,
    instructions: Vec<Instruction>,
    parameters: Vec<Parameter>,
}

/// What a layer writes its operations and parameters into.
pub struct Scope<'a> {
    builder: &'a mut Builder,
    layer: &'a str,
    /// How often the layer has used each operation; what is used again gets a number.
    counts: HashMap<&'static str, usize>,
}

impl<'a> Scope<'a> {
    fn new(builder: &'a mut Builder, layer: &'a str) -> Self {
        Self { builder, layer, counts: HashMap::new() }
    }

    /// Adds a parameter that the optimizer changes, named after the layer and `suffix`.
    pub fn trainable(&mut self, suffix: &str, shape: &[usize], initializer: Initializer) -> ParameterId {
        self.parameter(suffix, shape, initializer, Role::Trainable)
    }

    /// Adds a parameter.
    pub fn parameter(&mut self, suffix: &str, shape: &[usize], initializer: Initializer, role: Role) -> ParameterId {
        let name = format!("{}.{suffix}", self.layer);
        self.builder.parameters.push(Parameter { name, shape: shape.to_vec(), initializer, role });
        ParameterId(self.builder.parameters.len() - 1)
    }

    /// The shape of a value.
    pub fn shape(&self, value: ValueId) -> &Shape {
        &self.builder.values[value.0].shape
    }

    /// Channels, height and width of a value that is known to be an image.
    ///
    /// # Panics
    /// Where it is none, which [`Layer::infer`] rules out.
    pub fn image(&self, value: ValueId) -> [usize; 3] {
        self.shape(value).as_image().expect("infer accepted the input as an image")
    }

    /// Adds an operation and returns its result.
    ///
    /// # Panics
    /// Where the operation does not fit its inputs, which [`Layer::infer`] rules out.
    pub fn push(&mut self, op: Op, inputs: &[ValueId], parameters: &[ParameterId]) -> ValueId {
        let builder = &mut *self.builder;
        let shapes: Vec<&Shape> = inputs.iter().map(|&id| &builder.values[id.0].shape).collect();
        let weight = parameters.first().map(|&id| builder.parameters[id.0].shape.as_slice());
        let shape = op.infer(&shapes, weight);
        let count = self.counts.entry(op.name()).or_insert(0_usize);
        *count += 1;
        let name = match count {
            1 => format!("{}/{}", self.layer, op.name()),
            _ => format!("{}/{}_{count}", self.layer, op.name()),
        };
        let output = ValueId(builder.values.len());
        builder.values.push(Value { name: name.clone(), shape });
        builder.instructions.push(Instruction {
            name,
            op,
            inputs: inputs.to_vec(),
            parameters: parameters.to_vec(),
            output,
        });
        output
    }
}

pub(super) fn lower(graph: &Graph) -> Program {
    let mut builder = Builder::default();
    let mut results = HashMap::new();
    for index in graph.order() {
        let node = graph.node(index);
        let result = match &node.content {
            Content::Input => {
                builder.values.push(Value { name: node.name.clone(), shape: node.shape.clone() });
                ValueId(builder.values.len() - 1)
            }
            Content::Layer { layer, .. } => {
                let inputs: Vec<ValueId> = graph.inputs(index).iter().map(|input| results[input]).collect();
                layer.lower(&mut Scope::new(&mut builder, &node.name), &inputs)
            }
        };
        results.insert(index, result);
    }
    let output = results[&graph.output()];
    let last = builder.instructions.iter().find(|instruction| instruction.output == output);
    let logits = match last {
        Some(Instruction { op: Op::Softmax, inputs, .. }) => inputs[0],
        _ => output,
    };
    Program {
        name: graph.name().to_owned(),
        values: builder.values,
        instructions: builder.instructions,
        parameters: builder.parameters,
        input: results[&graph.input()],
        output,
        logits,
    }
}

/// The parameter counts and the result's shape of one layer, from lowering it alone.
pub(crate) fn measure(layer: &dyn Layer, inputs: &[Shape]) -> (ParameterCount, Shape) {
    let mut builder = Builder::default();
    let ids: Vec<ValueId> = inputs
        .iter()
        .enumerate()
        .map(|(index, shape)| {
            builder.values.push(Value { name: format!("input_{index}"), shape: shape.clone() });
            ValueId(index)
        })
        .collect();
    let output = layer.lower(&mut Scope::new(&mut builder, "layer"), &ids);
    (ParameterCount::of(&builder.parameters), builder.values[output.0].shape.clone())
}
