//! What a layer makes of its inputs.

use netviz_model::ir::{DType, Dim, Role, TensorType};

/// Outputs, weights and cost of a layer.
#[derive(Debug, Clone, Default)]
pub(in crate::keras) struct Facts {
    /// The types of its outputs.
    pub(in crate::keras) outputs: Vec<TensorType>,
    /// Its weights, in the order in which Keras makes them.
    pub(in crate::keras) weights: Vec<Weight>,
    /// Multiply-adds for one sample; `None` if a size is not known.
    pub(in crate::keras) macs: Option<usize>,
}

/// A weight of a layer.
#[derive(Debug, Clone)]
pub(in crate::keras) struct Weight {
    /// Its name within the layer: `query/kernel`.
    pub(in crate::keras) name: String,
    /// Its element type.
    pub(in crate::keras) dtype: DType,
    /// Its sizes; `None` if they depend on an input whose size is not known.
    pub(in crate::keras) shape: Option<Vec<usize>>,
    /// What it is for.
    pub(in crate::keras) role: Role,
    /// The group below that of the layer in which Keras 3 stores it, such as `forward_layer/cell`; empty for the layer itself.
    pub(in crate::keras) group: String,
    /// Its number in that group.
    pub(in crate::keras) number: usize,
}

impl Facts {
    /// One output, no weights, no multiply-adds.
    pub(super) fn of(output: TensorType) -> Self {
        Self { outputs: vec![output], weights: Vec::new(), macs: Some(0) }
    }

    /// Nothing known about the outputs.
    pub(super) fn unknown() -> Self {
        Self::default()
    }

    /// Multiply-adds.
    pub(super) fn macs(self, macs: Option<usize>) -> Self {
        Self { macs, ..self }
    }

    /// A weight that is trained.
    pub(super) fn weight(self, name: &str, dtype: DType, shape: Option<Vec<usize>>) -> Self {
        self.with(name, dtype, shape, Role::Trainable)
    }

    /// A weight with a role.
    pub(super) fn with(self, name: &str, dtype: DType, shape: Option<Vec<usize>>, role: Role) -> Self {
        let number = self.weights.iter().filter(|weight| weight.group.is_empty()).count();
        self.numbered(number, name, dtype, shape, role)
    }

    /// A weight with a number in the group of the layer.
    pub(super) fn numbered(
        mut self,
        number: usize,
        name: &str,
        dtype: DType,
        shape: Option<Vec<usize>>,
        role: Role,
    ) -> Self {
        self.weights.push(Weight { name: name.to_owned(), dtype, shape, role, group: String::new(), number });
        self
    }

    /// The weights of a layer inside this one, stored in a group of their own.
    pub(super) fn inner(mut self, name: &str, group: &str, weights: Vec<Weight>) -> Self {
        let joined = |first: &str, second: &str| {
            if first.is_empty() || second.is_empty() { format!("{first}{second}") } else { format!("{first}/{second}") }
        };
        self.weights.extend(weights.into_iter().map(|weight| Weight {
            name: joined(name, &weight.name),
            group: joined(group, &weight.group),
            ..weight
        }));
        self
    }
}

/// A size, where the batch counts as 1.
pub(super) fn size(dim: &Dim) -> Option<usize> {
    if *dim == Dim::BATCH { Some(1) } else { dim.size() }
}

/// The product of sizes, where the batch counts as 1; `None` if one is not known.
pub(super) fn volume<'a>(dims: impl IntoIterator<Item = &'a Dim>) -> Option<usize> {
    dims.into_iter().try_fold(1_usize, |product, dim| Some(product.saturating_mul(size(dim)?)))
}

/// The product of numbers of which some may not be known.
pub(super) fn product(numbers: impl IntoIterator<Item = Option<usize>>) -> Option<usize> {
    numbers.into_iter().try_fold(1_usize, |product, number| Some(product.saturating_mul(number?)))
}

/// Sizes, if all of them are known.
pub(super) fn sizes<'a>(dims: impl IntoIterator<Item = &'a Dim>) -> Option<Vec<usize>> {
    dims.into_iter().map(Dim::size).collect()
}
