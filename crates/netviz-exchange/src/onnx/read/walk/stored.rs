//! Stored tensors: initializers, constants, and what only passes them on or fills them.

use std::borrow::Cow;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::{DType, ParameterId, Role};
use netviz_model::limits;

use super::super::tensor::{self, Absent};
use super::{Bound, Frame, Stored, Walker, domain};
use crate::import::{Nothing, Tensor, Values};
use crate::onnx::proto::{AttributeProto, GraphProto, NodeProto, SparseTensorProto, TensorProto};

impl<'a> Walker<'a> {
    /// Adds the stored tensors of a graph to a frame.
    pub(super) fn store(&mut self, graph: &'a GraphProto, frame: &mut Frame<'a, '_>) -> Result<(), Diagnostic> {
        for proto in &graph.initializer {
            let index = self.keep(proto, &proto.name)?;
            frame.values.insert(&proto.name, Bound::Stored(index));
        }
        for sparse in &graph.sparse_initializer {
            let Some(proto) = &sparse.values else { continue };
            let index = self.keep_sparse(sparse, proto)?;
            frame.values.insert(&proto.name, Bound::Stored(index));
        }
        Ok(())
    }

    pub(super) fn keep(&mut self, proto: &TensorProto, name: &str) -> Result<usize, Diagnostic> {
        let tensor = tensor::read(proto, self.file.beside, &mut self.absent)?;
        self.stored.push(Stored { name: name.to_owned(), tensor, id: None });
        Ok(self.stored.len() - 1)
    }

    /// A tensor of which the values that are not zero are stored, and where they are.
    pub(super) fn keep_sparse(
        &mut self,
        sparse: &SparseTensorProto,
        values: &TensorProto,
    ) -> Result<usize, Diagnostic> {
        let places = match &sparse.indices {
            Some(indices) => tensor::read(indices, self.file.beside, &mut self.absent)?.size(),
            None => 0,
        };
        let index = self.keep(values, &values.name)?;
        let dims = sparse.dims.iter().take(limits::FOREIGN_RANK);
        let shape = dims.map(|&size| usize::try_from(size).unwrap_or(0)).collect();
        let tensor = &mut self.stored[index].tensor;
        let size = tensor.size().saturating_add(places);
        *tensor = Tensor { shape, values: Values::Sparse(size), dtype: tensor.dtype };
        Ok(index)
    }

    /// The tensor of a `Constant` node.
    pub(super) fn constant(
        &mut self,
        node: &'a NodeProto,
        own: &[(&str, &AttributeProto)],
        frame: &mut Frame<'a, '_>,
    ) -> Result<(), Diagnostic> {
        let Some(output) = node.output.first() else { return Ok(()) };
        let index = match own {
            [("value", proto), ..] if proto.t.is_some() => {
                self.keep(proto.t.as_deref().unwrap_or(&TensorProto::default()), output)?
            }
            [("sparse_value", proto), ..] => match &proto.sparse_tensor {
                Some(sparse) => self.keep_sparse(sparse, sparse.values.as_ref().unwrap_or(&TensorProto::default()))?,
                None => return Ok(()),
            },
            _ => {
                let tensor = own.iter().find_map(|(name, proto)| plain(name, proto)).ok_or_else(|| {
                    Diagnostic::error(format!("the constant `{}` has no value", excerpt(output)))
                        .hint("the file is damaged: export it again")
                })?;
                self.stored.push(Stored { name: output.clone(), tensor, id: None });
                self.stored.len() - 1
            }
        };
        frame.values.insert(output, Bound::Stored(index));
        Ok(())
    }

    /// Nodes that only pass on or fill a stored tensor: they are that tensor.
    pub(super) fn alias(
        &mut self,
        node: &'a NodeProto,
        own: &[(&str, &'a AttributeProto)],
        operands: &[Option<Bound>],
        frame: &mut Frame<'a, '_>,
    ) -> bool {
        let ([Some(Bound::Stored(index))], [output]) = (operands, &node.output[..]) else { return false };
        let bound = match (domain(&node.domain), node.op_type.as_str()) {
            ("", "Identity") => *index,
            ("", "ConstantOfShape") => {
                let Some(shape) = self.stored[*index].tensor.integers(limits::RANK * 8) else { return false };
                let shape: Option<Vec<usize>> = shape.into_iter().map(|size| usize::try_from(size).ok()).collect();
                let Some(shape) = shape else { return false };
                let filled = own.iter().find(|(name, _)| *name == "value").and_then(|(_, proto)| proto.t.as_deref());
                let (dtype, element) = match filled {
                    None => (DType::Float32, Some(vec![0; 4])),
                    Some(proto) => match tensor::read(proto, &Nothing, &mut Absent::default()) {
                        Ok(tensor) => (tensor.dtype, tensor.bytes().map(Cow::into_owned)),
                        Err(_) => return false,
                    },
                };
                let Some(element) = element else { return false };
                let tensor = Tensor { dtype, shape, values: Values::Filled(element.into()) };
                self.stored.push(Stored { name: output.clone(), tensor, id: None });
                self.stored.len() - 1
            }
            _ => return false,
        };
        frame.values.insert(output, Bound::Stored(bound));
        true
    }

    /// The parameter of the graph that a stored tensor is, made when it is used first: its role there, and how many weights
    /// it stands for if that is not the number of its values.
    pub(super) fn parameter(
        &mut self,
        index: usize,
        (role, is_added): (Option<Role>, bool),
        weights: Option<usize>,
    ) -> ParameterId {
        let Stored { name, tensor, id } = &mut self.stored[index];
        if let Some(id) = *id {
            return id;
        }
        let role = role_of(name, tensor, role, is_added);
        let new = self.builder.stored(name.clone(), tensor.dtype, tensor.shape.clone(), role);
        if let Some(weights) = weights {
            self.builder.count_weights(new, weights);
        }
        *id = Some(new);
        self.used.push(index);
        new
    }
}

/// The role of a stored tensor: that of the operand, unless its type rules that out, or else what its type and size say, and
/// whether it is added to values.
pub(super) fn role_of(name: &str, tensor: &Tensor, role: Option<Role>, is_added: bool) -> Role {
    let is_small = tensor.dtype.bits() <= 8 && !matches!(tensor.dtype, DType::Bool | DType::String | DType::Undefined);
    match (role, tensor.dtype.is_float() && tensor.dtype.bits() > 8) {
        (Some(role), true) => role,
        // Quantized biases have more bits than weights.
        (Some(Role::Frozen), false) if tensor.elements() > 1 => Role::Frozen,
        (None, true)
            if tensor.elements() > 1 && (is_renamed(tensor, is_added) || !is_computed(name)) && !is_made(tensor) =>
        {
            Role::Trainable
        }
        // Quantized weights.
        (None | Some(Role::Trainable | Role::Frozen), false) if is_small && tensor.elements() > 1 => Role::Frozen,
        _ => Role::Constant,
    }
}

/// Whether PyTorch's exporters made up the name: such a tensor was computed from others, or is a constant of the code. What
/// layers multiply with has a role by its operand, whatever its name.
fn is_computed(name: &str) -> bool {
    let is_numbered = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix("val_").is_some_and(is_numbered)
        || ["lifted_tensor", "onnx::", "/Constant_"].iter().any(|part| name.contains(part))
}

/// Whether a tensor that is added to values can be a weight to which an exporter gave another name, such as the positions
/// of a transformer: what it computed from weights has dimensions of the values too, the batch first.
fn is_renamed(tensor: &Tensor, is_added: bool) -> bool {
    is_added && matches!(tensor.shape[..], [rows, _] if rows > 1)
}

/// Whether the numbers of a tensor are of a kind that no training ends in. Its ends tell.
fn is_made(tensor: &Tensor) -> bool {
    const ENDS: usize = 64;
    let count = tensor.elements();
    let part = |start: usize| {
        let Values::Bytes(bytes) = &tensor.values else { return None };
        let size = tensor.dtype.bits() / 8;
        let shape = vec![count.min(ENDS)];
        let bytes = bytes.get(start * size..(start + shape[0]) * size)?;
        let values = Values::Bytes(bytes.to_vec().into());
        Tensor { dtype: tensor.dtype, shape, values }.floats(ENDS)
    };
    let parts = part(0).into_iter().chain(part(count.saturating_sub(ENDS)));
    let numbers: Vec<f64> = parts.flatten().collect();
    is_mask(&numbers) || is_grid(&numbers)
}

/// Whether numbers are a mask of an attention: zeros, and what a softmax takes to zero.
fn is_mask(numbers: &[f64]) -> bool {
    /// As large as single precision has it after a sum; half precision ends there.
    const MASKED: f64 = -1e4;
    numbers.iter().any(|&number| number <= MASKED) && numbers.iter().all(|&number| number == 0.0 || number <= MASKED)
}

/// Whether numbers are coordinates or steps of a grid, as the anchors of a detector: whole or half ones. Ones and zeros
/// can be those that a training starts with, and a few whole numbers can be chance.
fn is_grid(numbers: &[f64]) -> bool {
    const ENOUGH: usize = 16;
    let is_whole = |number: &f64| (number * 2.0).fract() == 0.0;
    let differ = numbers.windows(2).any(|pair| pair[0] < pair[1] || pair[1] < pair[0]);
    numbers.len() >= ENOUGH && differ && numbers.iter().all(is_whole) && numbers.iter().any(|number| number.abs() > 1.0)
}

/// A tensor that an attribute of a `Constant` node holds as numbers.
pub(super) fn plain(name: &str, proto: &AttributeProto) -> Option<Tensor> {
    let ints = |values: &[i64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let floats = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let (dtype, shape, bytes) = match name {
        "value_int" => (DType::Int64, vec![], ints(&[proto.i?])),
        "value_ints" => (DType::Int64, vec![proto.ints.len()], ints(&proto.ints)),
        "value_float" => (DType::Float32, vec![], floats(&[proto.f?])),
        "value_floats" => (DType::Float32, vec![proto.floats.len()], floats(&proto.floats)),
        "value_string" => (DType::String, vec![], Vec::new()),
        "value_strings" => (DType::String, vec![proto.strings.len()], Vec::new()),
        _ => return None,
    };
    Some(Tensor { dtype, shape, values: Values::Bytes(bytes.into()) })
}
