//! Networks that other programs have made, built operation by operation.

use super::{Content, Graph, GraphBuilder, Node, Output, Port, Source};
use crate::dtype::DType;
use crate::ir::{Dim, Op, Opaque, Operand, ParameterCount, ParameterId, Role, TensorType, ValueId};

/// What an operation of a file reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// An output of another operation, or an input.
    Output(Output),
    /// A tensor of the file; see [`GraphBuilder::stored`].
    Stored(ParameterId),
    /// An optional operand that is omitted.
    Absent,
}

/// For readers of files. What they hold is not checked as strictly as what people write: names may have any characters,
/// an operation may be unused, and a network may have no inputs.
impl GraphBuilder {
    /// Adds an input of any type.
    pub fn foreign_input(&mut self, name: &str, ty: TensorType) -> Output {
        let node = self.push_input(name, ty, self.node_count());
        Output(Source { node, port: Port(0) })
    }

    /// Adds a tensor that the file holds.
    pub fn stored(&mut self, name: impl Into<String>, dtype: DType, shape: Vec<usize>, role: Role) -> ParameterId {
        self.program.stored(name.into(), dtype, shape, role)
    }

    /// States how many weights a stored tensor stands for, if that is not the number of its values. It has to be said before
    /// the first operation with the tensor is added.
    pub fn count_weights(&mut self, id: ParameterId, weights: usize) {
        self.program.count(id, weights);
    }

    /// Adds an operation whose types are known as far as the file and its reader know them, and returns its outputs. Dots
    /// in the name form [groups](Graph::groups); the caller makes it unique.
    pub fn foreign(&mut self, name: &str, op: Opaque, arguments: &[Argument]) -> Vec<Output> {
        let mut sources = Vec::new();
        let mut operands = Vec::with_capacity(arguments.len());
        for argument in arguments {
            operands.push(match *argument {
                Argument::Output(output) => match self.value(output) {
                    Ok(value) => {
                        sources.push(output.0);
                        Operand::Value(value)
                    }
                    Err(_) => Operand::Absent,
                },
                Argument::Stored(id) => Operand::Parameter(id),
                Argument::Absent => Operand::Absent,
            });
        }
        let own: Vec<_> = operands
            .iter()
            .filter_map(|operand| operand.parameter())
            .filter(|&id| self.counted.insert(id))
            .map(|id| self.program.parameters()[id.index()].clone())
            .collect();
        let (parameters, flops, macs) = (ParameterCount::of(&own), op.flops, op.macs);
        let outputs = self.program.foreign(name, op.clone(), operands);
        let count = outputs.len();
        let content = Content::Operation(Op::Opaque(Box::new(op)));
        let node = Node { parameters, flops, macs, ..Node::new(name, content, outputs, self.node_count()) };
        let node = self.connect(node, &sources);
        (0..count).map(|port| Output(Source { node, port: Port(port) })).collect()
    }

    /// The finished graph. `batch` is what the leading [`Dim::BATCH`] stands for in the file; `classes` are those of groups,
    /// by their paths.
    pub fn finish_foreign(
        self,
        outputs: &[Output],
        batch: Dim,
        classes: impl IntoIterator<Item = (String, String)>,
    ) -> Graph {
        let graph = self.graph(outputs.iter().map(|output| output.0).collect());
        Graph { batch, classes: classes.into_iter().collect(), ..graph }
    }
}

impl Graph {
    /// The value of the program that an output of the builder became.
    ///
    /// # Panics
    /// If it is of another graph.
    pub fn value(&self, Output(Source { node, port }): Output) -> ValueId {
        self.network[node].outputs[port.0]
    }
}
