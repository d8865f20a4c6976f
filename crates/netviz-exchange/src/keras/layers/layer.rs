//! A layer with its configuration and what it is given.

use std::borrow::Cow;

use netviz_model::ir::{DType, Dim, Misfit, TensorType};
use serde_json::Value;

use super::{Described, find};
use crate::keras::call::Call;
use crate::keras::config::{self, Config, Object, Policy};

/// A layer, or an operation, that is called.
pub(in crate::keras) struct Layer<'a> {
    /// The name of its class.
    pub(in crate::keras) class: &'a str,
    /// What it was made with.
    pub(in crate::keras) config: Config<'a>,
    /// The types of the tensors that it is given.
    pub(in crate::keras) inputs: Cow<'a, [TensorType]>,
    /// How it is called.
    pub(in crate::keras) call: &'a Call<'a>,
    /// Element types.
    pub(in crate::keras) policy: Policy<'a>,
}

impl<'a> Layer<'a> {
    /// A layer that is called with tensors of these types.
    pub(in crate::keras) fn new(object: &Object<'a>, inputs: Vec<TensorType>, call: &'a Call<'a>) -> Self {
        let policy = Policy::of(object.config);
        Self { class: object.class, config: object.config, inputs: inputs.into(), call, policy }
    }

    /// The same layer, for one that is given other types.
    pub(super) fn shared(&self) -> Self {
        Self { inputs: self.inputs.clone(), ..*self }
    }

    /// The layer inside a wrapper, given other types.
    ///
    /// # Errors
    /// If it is of an unknown class, or if what it is given does not fit.
    pub(super) fn inner(&self, object: &Object<'a>, inputs: Vec<TensorType>) -> Described {
        let kind = find(object.class)
            .ok_or_else(|| Misfit::new(format!("has a layer inside of an unknown class, `{}`", object.class)))?;
        (kind.describe)(&Layer::new(object, inputs, self.call))
    }

    /// The type of the first tensor that it is given.
    pub(super) fn input(&self) -> Result<&TensorType, Misfit> {
        self.inputs.first().ok_or_else(|| Misfit::new("is given no tensor"))
    }

    /// The dimensions of the first tensor, if their number is known.
    pub(super) fn dims(&self) -> Result<Option<&[Dim]>, Misfit> {
        Ok(self.input()?.dims())
    }

    /// The dimensions of the first tensor, if there are at least so many, or their number is not known.
    pub(super) fn dims_of(&self, least: usize) -> Result<Option<&[Dim]>, Misfit> {
        match self.dims()? {
            Some(dims) if dims.len() < least => {
                Err(Misfit::new(format!("needs {least} dimensions, but gets {}", dims.len())))
            }
            dims => Ok(dims),
        }
    }

    /// The type of an argument that is a tensor.
    pub(super) fn tensor(&self, name: &str, position: usize) -> Option<&TensorType> {
        self.inputs.get(self.call.tensor(name, position)?)
    }

    /// A parameter of an operation: from its configuration, or from its call.
    pub(super) fn parameter(&self, names: &[&str], position: usize) -> Option<&'a Value> {
        names
            .iter()
            .find_map(|name| self.config.get(name))
            .or_else(|| names.iter().find_map(|name| self.call.plain(name, usize::MAX)))
            .or_else(|| self.call.plain("", position))
            .filter(|value| !value.is_null())
    }

    /// An output of the layer's element type.
    pub(super) fn output(&self, dims: Option<Vec<Dim>>) -> TensorType {
        typed(self.policy.compute, dims)
    }

    /// The number of spatial dimensions that the name of the class says: 2 for `Conv2D`.
    pub(super) fn spatial(&self) -> usize {
        let digit = self.class.chars().filter_map(|it| it.to_digit(10)).next_back();
        digit.and_then(|digit| usize::try_from(digit).ok()).unwrap_or(2)
    }

    /// Whether channels come before the spatial dimensions.
    pub(super) fn channels_first(&self) -> bool {
        self.config.text("data_format") == Some("channels_first")
    }

    /// A size that the configuration must have.
    pub(super) fn size(&self, name: &str) -> Result<usize, Misfit> {
        self.config.size(name).ok_or_else(|| Misfit::new(format!("has no valid `{name}`")))
    }

    /// Sizes of so many dimensions; one number stands for all.
    pub(super) fn sizes(&self, name: &str, count: usize) -> Option<Vec<usize>> {
        match self.config.sizes(name)? {
            sizes if sizes.len() == count => Some(sizes),
            sizes if sizes.len() == 1 => Some(vec![sizes[0]; count]),
            _ => None,
        }
    }

    /// Whether the layer has biases.
    pub(super) fn use_bias(&self) -> bool {
        self.config.flag("use_bias", true)
    }
}

/// A type of these dimensions, if their number is known.
pub(super) fn typed(dtype: DType, dims: Option<Vec<Dim>>) -> TensorType {
    dims.map_or(TensorType::unranked(dtype), |dims| TensorType::new(dtype, dims))
}

/// A whole number, or a list of which it is the only one.
pub(super) fn single(value: &Value) -> Option<i64> {
    match config::ints(value)?.as_slice() {
        [value] => Some(*value),
        _ => None,
    }
}
