//! What an operator is applied to.

use netviz_model::schema::ArgValue;

/// The sizes of a tensor, where the batch is 1; `None` for those that are not known.
pub(in crate::pytorch) type Sizes = Vec<Option<usize>>;

/// The value of an argument.
#[derive(Debug)]
pub(in crate::pytorch) enum Value {
    /// A tensor.
    Tensor(Sizes),
    /// Tensors, some of which may be absent.
    Tensors(Vec<Option<Sizes>>),
    /// Anything else.
    Setting(ArgValue),
}

/// An application of an operator.
pub(in crate::pytorch) struct Call<'a> {
    /// The arguments, by the names that the operator's schema gives them.
    pub(in crate::pytorch) arguments: &'a [(&'a str, Value)],
    /// The sizes of the outputs.
    pub(in crate::pytorch) outputs: &'a [Sizes],
}

impl<'a> Call<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.arguments.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The sizes of a tensor.
    pub(super) fn tensor(&self, name: &str) -> Option<&'a [Option<usize>]> {
        match self.get(name)? {
            Value::Tensor(sizes) => Some(sizes),
            _ => None,
        }
    }

    /// The sizes of several tensors.
    pub(super) fn tensors(&self, name: &str) -> Option<&'a [Option<Sizes>]> {
        match self.get(name)? {
            Value::Tensors(tensors) => Some(tensors),
            _ => None,
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        match self.get(name)? {
            Value::Setting(ArgValue::Name(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether an argument is `true`.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Setting(ArgValue::Bool(true))))
    }

    /// The number of values of the first output.
    pub(in crate::pytorch) fn values(&self) -> Option<usize> {
        product(self.outputs.first()?)
    }
}

/// The number of values of a tensor.
pub(in crate::pytorch) fn product(sizes: &[Option<usize>]) -> Option<usize> {
    sizes.iter().try_fold(1_usize, |product, size| Some(product.saturating_mul((*size)?)))
}
