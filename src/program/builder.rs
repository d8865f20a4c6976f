//! Builds a program, layer by layer.

use std::collections::HashMap;

use super::{Initializer, Instruction, Op, Parameter, ParameterCount, ParameterId, Program, Role, Value, ValueId};
use crate::shape::Shape;

/// A program under construction.
#[derive(Default)]
pub(crate) struct Builder {
    values: Vec<Value>,
    instructions: Vec<Instruction>,
    parameters: Vec<Parameter>,
}

impl Builder {
    /// Adds a value that no instruction computes.
    pub(crate) fn input(&mut self, name: &str, shape: &Shape) -> ValueId {
        self.values.push(Value { name: name.to_owned(), shape: shape.clone() });
        ValueId(self.values.len() - 1)
    }

    /// The scope of the layer with this name.
    pub(crate) fn scope<'a>(&'a mut self, layer: &'a str) -> Scope<'a> {
        Scope { builder: self, layer, counts: HashMap::new() }
    }

    /// Counts of the parameters so far.
    pub(crate) fn parameter_count(&self) -> ParameterCount {
        ParameterCount::of(&self.parameters)
    }

    /// Floating-point operations for one sample so far; see [`Op::flops`].
    pub(crate) fn flops(&self) -> usize {
        let flops = |instruction: &Instruction| {
            let shapes: Vec<&Shape> = instruction.inputs.iter().map(|&id| self.shape(id)).collect();
            let weight = instruction.parameters.first().map(|&id| self.parameters[id.0].shape.as_slice());
            instruction.op.flops(&shapes, self.shape(instruction.output), weight, instruction.has_bias())
        };
        self.instructions.iter().map(flops).fold(0, usize::saturating_add)
    }

    /// The shape of a value.
    pub(crate) fn shape(&self, value: ValueId) -> &Shape {
        &self.values[value.0].shape
    }

    /// The finished program.
    pub(crate) fn finish(self, name: &str, input: ValueId, output: ValueId) -> Program {
        let last = self.instructions.iter().find(|instruction| instruction.output == output);
        let logits = match last {
            Some(Instruction { op: Op::Softmax, inputs, .. }) => inputs[0],
            _ => output,
        };
        let Self { values, instructions, parameters } = self;
        Program { name: name.to_owned(), values, instructions, parameters, input, output, logits, preprocessing: None }
    }
}

/// A layer's access to the builder, through which it adds its operations and parameters.
pub struct Scope<'a> {
    builder: &'a mut Builder,
    layer: &'a str,
    /// How often the layer has used each operation; repeated ones get a number.
    counts: HashMap<&'static str, usize>,
}

impl Scope<'_> {
    /// Adds a parameter that the optimizer updates, named after the layer and `suffix`.
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
        self.builder.shape(value)
    }

    /// Channels, height and width of a value that must be an image.
    ///
    /// # Panics
    /// If it is not an image, which [`Layer::infer`](crate::layer::Layer::infer) rules out.
    pub fn image(&self, value: ValueId) -> [usize; 3] {
        self.shape(value).as_image().expect("infer accepted the input as an image")
    }

    /// Adds an operation and returns its result.
    ///
    /// # Panics
    /// If the operation does not fit its inputs, which [`Layer::infer`](crate::layer::Layer::infer) rules out.
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
