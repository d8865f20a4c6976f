//! The inputs of a program: those of the user, and tensors that are stored.

use netviz_model::ir::{DType, Role, TensorType};

use super::{Bound, Frame, Stored, Walker, readable};
use crate::import::Tensor;
use crate::pytorch::arguments;
use crate::pytorch::schema::{BufferSpec, InputSpec};

impl<'a> Walker<'a> {
    /// Adds all inputs.
    pub(super) fn inputs(&mut self, frame: &mut Frame<'a>) {
        for spec in &self.program.graph_module.signature.input_specs {
            let (name, bound) = match spec {
                InputSpec::User(user) => {
                    for name in arguments::names(&user.arg) {
                        let output =
                            self.builder.foreign_input(&self.names.unique(readable(name)), self.ty(name, frame));
                        frame.bind(name, Bound::Given { output, is_constant: false });
                    }
                    continue;
                }
                InputSpec::Parameter(parameter) => {
                    let name = parameter.arg.name.as_ref();
                    let is_learned = frame.graph.tensor_values.get(name).is_none_or(|meta| meta.requires_grad);
                    let role = if is_learned { Role::Trainable } else { Role::Frozen };
                    (name, self.stored(&parameter.parameter_name, name, Kind::Weight, frame, |_| role))
                }
                InputSpec::Buffer(buffer) => {
                    let name = buffer.arg.name.as_ref();
                    // Buffers that are no part of the `state_dict` are constants.
                    let kind = if buffer.persistent == Some(false) { Kind::Constant } else { Kind::Weight };
                    (name, self.stored(&buffer.buffer_name, name, kind, frame, |tensor| role_of_buffer(buffer, tensor)))
                }
                InputSpec::Constant(constant) => {
                    let name = constant.arg.name.as_ref();
                    let role = |_: &Tensor| Role::Constant;
                    (name, self.stored(&constant.tensor_constant_name, name, Kind::Constant, frame, role))
                }
                InputSpec::Other(_) => continue,
            };
            frame.bind(name, bound);
        }
        // Anything else that the graph is given, such as objects and tokens.
        for name in frame.graph.inputs.iter().flat_map(arguments::names) {
            if frame.find(name).is_none() {
                frame.bind(name, Bound::Absent);
            }
        }
    }

    fn stored(
        &mut self,
        name: &str,
        value: &str,
        kind: Kind,
        frame: &Frame,
        role: impl FnOnce(&Tensor) -> Role,
    ) -> Bound {
        let is_constant = kind == Kind::Constant;
        let identity = self.weights.identity(name, is_constant);
        if let Some(&index) = identity.as_ref().and_then(|identity| self.tied.get(identity)) {
            return Bound::Stored(index);
        }
        let tensor = self.weights.tensor(name, is_constant, frame.graph.tensor_values.get(value));
        let role = role(&tensor);
        let index = self.stored.len();
        self.stored.push(Stored { name: readable(name), tensor, role, id: None });
        self.tied.extend(identity.map(|identity| (identity, index)));
        Bound::Stored(index)
    }

    /// The type of a value that the file states, as pictures show it.
    pub(super) fn ty(&self, name: &str, frame: &Frame) -> TensorType {
        match frame.graph.tensor_values.get(name) {
            Some(meta) => self.shown(meta),
            // A number that is computed from sizes.
            None if frame.graph.sym_int_values.contains_key(name) => TensorType::sized(DType::Int64, &[]),
            None => TensorType::unranked(DType::Undefined),
        }
    }
}

/// Which of the two tables of the archive has a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Weight,
    Constant,
}

fn role_of_buffer(buffer: &BufferSpec, tensor: &Tensor) -> Role {
    let is_constant = buffer.persistent == Some(false);
    let is_scalar = tensor.shape.is_empty();
    match tensor.dtype {
        DType::Int64 if is_scalar && buffer.buffer_name.ends_with("num_batches_tracked") => Role::Counter,
        _ if is_constant || tensor.elements() <= 1 => Role::Constant,
        DType::Int8 | DType::UInt8 => Role::Frozen,
        dtype if dtype.is_float() => Role::Statistic,
        _ => Role::Constant,
    }
}
