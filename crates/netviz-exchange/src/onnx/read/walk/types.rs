//! Types of values: those that are inferred and those that the file states.

use std::collections::{HashMap, HashSet};

use netviz_model::diagnostics::Diagnostic;
use netviz_model::ir::{DType, Dim, Misfit, TensorType};
use netviz_model::text;

use super::super::attributes::{doubt, unknown};
use super::super::tensor;
use super::{Bound, Frame, Walker, domain};
use crate::onnx::operators::{self, Call, Operator};
use crate::onnx::proto::{GraphProto, NodeProto, ValueInfoProto};
use crate::onnx::types;

impl<'a> Walker<'a> {
    /// The types of the outputs of an operation: those that are inferred, or else stated.
    pub(super) fn types(
        &mut self,
        name: &str,
        node: &NodeProto,
        operator: Option<&Operator>,
        call: &Call,
        frame: &Frame,
    ) -> Vec<TensorType> {
        let (given, least) = (call.count(), operators::least(domain(&node.domain), &node.op_type));
        let infer = |operator: &Operator| {
            if given < least {
                return Err(Misfit::new(format!("has {}, but needs {least}", text::plural(given, "operand"))));
            }
            (operator.infer)(call)
        };
        let inferred = match operator.map(infer) {
            Some(Ok(types)) => types.into_iter().map(types::bounded).collect(),
            Some(Err(misfit)) => {
                self.warnings.push(doubt(name, misfit));
                Vec::new()
            }
            None => Vec::new(),
        };
        let mut types = Vec::new();
        for index in 0..call.outputs.max(1) {
            let stated = node.output.get(index).and_then(|output| frame.declared.get(output.as_str()));
            types.push(match (inferred.get(index), stated) {
                (Some(inferred), Some(stated)) => self.merged(name, inferred, stated),
                (Some(ty), None) | (None, Some(ty)) => ty.clone(),
                (None, None) => unknown(),
            });
        }
        types
    }

    /// What is known of a value whose type is inferred and stated.
    pub(super) fn merged(&mut self, name: &str, inferred: &TensorType, stated: &TensorType) -> TensorType {
        let same_kind = inferred.containers() == stated.containers();
        if inferred.dtype() == DType::Undefined || !same_kind {
            return stated.clone();
        }
        let (Some(own), Some(other)) = (inferred.dims(), stated.dims()) else {
            return if inferred.dims().is_none() && stated.dtype() == inferred.dtype() { stated } else { inferred }
                .clone();
        };
        if own.len() != other.len() || own.iter().zip(other).any(|(own, other)| !own.may_equal(other)) {
            let message =
                format!("`{name}` gives {}, but the file states {}", inferred.signature(), stated.signature());
            self.warnings.push(Diagnostic::warning(message).hint("the stated shape is ignored"));
            return inferred.clone();
        }
        let dims: Vec<Dim> = own.iter().zip(other).map(|(own, other)| own.or(other).clone()).collect();
        let containers = inferred.containers().iter().rev();
        containers.fold(TensorType::new(inferred.dtype(), dims), |ty, &container| ty.within(container))
    }

    /// The types that a file states.
    pub(super) fn declared(&self, values: impl Iterator<Item = &'a ValueInfoProto>) -> HashMap<&'a str, TensorType> {
        values.filter_map(|value| Some((value.name.as_str(), self.type_of(value)?))).collect()
    }

    /// The type of a value with the batch as `N`, and with the sizes that symbols are given.
    pub(super) fn type_of(&self, value: &ValueInfoProto) -> Option<TensorType> {
        let ty = types::read(value.r#type.as_ref()?)?;
        let Some(dims) = ty.dims() else { return Some(ty) };
        let dims: Vec<Dim> = dims.iter().map(|dim| self.dim(dim)).collect();
        let typed = TensorType::new(ty.dtype(), dims);
        Some(ty.containers().iter().rev().fold(typed, |ty, &container| ty.within(container)))
    }

    /// The type of an input of the network, of which sizes without names can be given by their places: `x.2`.
    pub(super) fn input_type(&self, input: &ValueInfoProto) -> TensorType {
        let ty = self.type_of(input).unwrap_or_else(unknown);
        let Some(dims) = ty.dims().filter(|_| ty.containers().is_empty()) else { return ty };
        let dim = |(index, dim): (usize, &Dim)| match dim {
            Dim::Unknown => match self.file.dims.get(&format!("{}.{index}", input.name)) {
                Some(&size) => Dim::Size(size),
                None if index == 0 && self.batch == Dim::Unknown => Dim::BATCH,
                None => Dim::Unknown,
            },
            _ => dim.clone(),
        };
        ty.with_dims(dims.iter().enumerate().map(dim))
    }

    pub(super) fn dim(&self, dim: &Dim) -> Dim {
        match dim {
            Dim::Symbol(name) => match self.file.dims.get(name.as_ref()) {
                Some(&size) => Dim::Size(size),
                None if *dim == self.batch => Dim::BATCH,
                None if *dim == Dim::BATCH => Dim::Symbol("N_2".into()),
                None => dim.clone(),
            },
            _ => dim.clone(),
        }
    }

    /// The type as pictures show it: without a leading batch of 1.
    pub(super) fn shown(&self, ty: &TensorType) -> TensorType {
        match (&self.batch, ty.dims()) {
            (Dim::Size(1), Some([Dim::Size(1), rest @ ..])) if !rest.is_empty() && ty.containers().is_empty() => {
                ty.with_dims(std::iter::once(Dim::BATCH).chain(rest.iter().cloned()))
            }
            _ => ty.clone(),
        }
    }

    pub(super) fn ty(&self, bound: &Bound) -> TensorType {
        match bound {
            Bound::Stored(index) => tensor::ty(&self.stored[*index].tensor),
            Bound::Given { ty, .. } | Bound::Free { ty, .. } => ty.clone(),
            Bound::Absent => unknown(),
        }
    }
}

/// The batch of a network: the symbol or the unknown size that its first input starts with, or 1 if all inputs start with
/// that.
pub(super) fn batch(graph: &GraphProto) -> Dim {
    let stored: HashSet<&str> = graph.initializer.iter().map(|tensor| tensor.name.as_str()).collect();
    let inputs = graph.input.iter().filter(|input| !stored.contains(input.name.as_str()));
    let types: Vec<TensorType> = inputs.filter_map(|input| types::read(input.r#type.as_ref()?)).collect();
    let leading = types.iter().filter_map(TensorType::dims).find_map(<[Dim]>::first);
    let is_one = |ty: &TensorType| matches!(ty.dims(), Some([Dim::Size(1), _, ..] | [] | [_]) | None);
    match leading {
        Some(Dim::Symbol(name)) => Dim::Symbol(name.clone()),
        Some(Dim::Unknown) => Dim::Unknown,
        Some(Dim::Size(1)) if types.iter().all(is_one) => Dim::Size(1),
        _ => Dim::BATCH,
    }
}
