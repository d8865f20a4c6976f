//! A graph that grows layer by layer, with the names that readers of a model file would get: `conv2d_1`, `add_3`.

use std::collections::HashMap;

use netviz::graph::{Graph, GraphBuilder, Output};
use netviz::ir::{DType, Opaque, TensorType};
use netviz::layer::{self, LayerConfig};
use netviz::schema::ArgValue;

/// A network under construction. Its methods panic where a layer does not fit: the networks are fixed.
pub(super) struct Network {
    graph: GraphBuilder,
    counts: HashMap<String, usize>,
}

impl Network {
    pub(super) fn new(name: &str) -> Self {
        Self { graph: GraphBuilder::new(name), counts: HashMap::new() }
    }

    pub(super) fn input(&mut self, sample: &[usize]) -> Output {
        self.graph.input("input", sample).expect("an input")
    }

    /// An input of whole numbers, as `embedding` takes them.
    pub(super) fn indices(&mut self, name: &str) -> Output {
        self.graph.input_with_type(name, TensorType::batch(DType::Int64, &[1])).expect("an input")
    }

    /// Adds a layer under the next free name of its kind.
    pub(super) fn add<A>(&mut self, kind: &str, layer: LayerConfig<A>, inputs: &[Output]) -> Output {
        let name = self.next(kind);
        self.graph.add(&name, layer, inputs).unwrap_or_else(|problem| panic!("{name}: {problem}"))
    }

    /// Adds an operation that netviz shows, but has no layer for.
    pub(super) fn opaque(&mut self, name: &str, inputs: &[Output], sample: &[usize]) -> Output {
        let outputs = vec![TensorType::batch(DType::Float32, sample)];
        let op = Opaque { name: name.into(), outputs, ..Opaque::default() };
        let name = self.next(&name.to_lowercase());
        self.graph.operation(&name, netviz::ir::Op::Opaque(Box::new(op)), inputs).expect("an operation")
    }

    pub(super) fn conv(&mut self, input: Output, conv: &Conv) -> Output {
        let layer = layer::conv2d().filters(conv.filters).kernel(conv.kernel).strides(conv.stride);
        let layer = layer.padding(conv.padding.clone()).use_bias(conv.bias);
        self.add("conv2d", layer, &[input])
    }

    pub(super) fn batch_norm(&mut self, input: Output) -> Output {
        self.add("batch_norm", layer::batch_norm(), &[input])
    }

    pub(super) fn relu(&mut self, input: Output) -> Output {
        self.add("activation", layer::activation().function("relu"), &[input])
    }

    /// A convolution with batch normalization and `relu`.
    pub(super) fn conv_bn_relu(&mut self, input: Output, conv: &Conv) -> Output {
        let conv = self.conv(input, conv);
        let norm = self.batch_norm(conv);
        self.relu(norm)
    }

    pub(super) fn max_pool(&mut self, input: Output, pool: usize, stride: usize, padding: usize) -> Output {
        self.add("max_pool2d", layer::max_pool2d().pool(pool).strides(stride).padding(padding), &[input])
    }

    pub(super) fn concat(&mut self, inputs: &[Output]) -> Output {
        self.add("concat", layer::concat(), inputs)
    }

    pub(super) fn dense(&mut self, input: Output, units: usize, activation: &'static str) -> Output {
        self.add("dense", layer::dense().units(units).activation(activation), &[input])
    }

    /// Global average pooling and a softmax over a thousand classes.
    pub(super) fn classify(mut self, input: Output) -> Graph {
        let pooled = self.add("global_avg_pool2d", layer::global_avg_pool2d(), &[input]);
        let classes = self.dense(pooled, 1000, "softmax");
        self.finish(&[classes])
    }

    pub(super) fn finish(self, outputs: &[Output]) -> Graph {
        self.graph.finish(outputs).unwrap_or_else(|problem| panic!("{problem}"))
    }

    fn next(&mut self, kind: &str) -> String {
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        format!("{kind}_{count}")
    }
}

/// The arguments of a convolution. It has no bias, as before batch normalization, and keeps the size of the image.
pub(super) struct Conv {
    filters: usize,
    kernel: [usize; 2],
    stride: usize,
    padding: ArgValue,
    bias: bool,
}

impl Conv {
    pub(super) fn new(filters: usize, kernel: usize) -> Self {
        Self::rectangular(filters, [kernel; 2])
    }

    pub(super) fn rectangular(filters: usize, kernel: [usize; 2]) -> Self {
        Self { filters, kernel, stride: 1, padding: "same".into(), bias: false }
    }

    pub(super) fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    pub(super) fn valid(self) -> Self {
        Self { padding: "valid".into(), ..self }
    }

    pub(super) fn padding(self, padding: usize) -> Self {
        Self { padding: padding.into(), ..self }
    }

    pub(super) fn biased(self) -> Self {
        Self { bias: true, ..self }
    }
}
