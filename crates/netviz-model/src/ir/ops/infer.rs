//! What inference has in common: operands, and the checks of their types.

use crate::diagnostics::Diagnostic;
use crate::dtype::DType;
use crate::ir::attribute::to_i64;
use crate::ir::types::{Dim, TensorType};

/// Why a layer or an operation does not fit its inputs or its place in the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What does not fit, as the rest of a sentence that starts with "`conv2d_1` ".
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Misfit {
    /// A misfit without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The error about the node with this name.
    pub fn diagnostic(self, name: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(format!("`{name}` {}", self.message));
        Diagnostic { hint: self.hint, ..diagnostic }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The types of the operands of an operation, in order; absent ones are `None`.
#[derive(Debug, Clone, Copy)]
pub struct Operands<'a>(pub &'a [Option<TensorType>]);

impl<'a> Operands<'a> {
    /// The type of an operand, if it is there.
    pub fn get(&self, index: usize) -> Option<&'a TensorType> {
        self.0.get(index)?.as_ref()
    }

    /// The type of an operand that must be there.
    pub(super) fn at(&self, index: usize) -> Result<&'a TensorType, Misfit> {
        self.get(index).ok_or_else(|| Misfit::new(format!("lacks operand {}", index + 1)))
    }

    /// The type of an operand that must be there and hold floating-point numbers.
    pub(super) fn float(&self, index: usize) -> Result<&'a TensorType, Misfit> {
        let ty = self.at(index)?;
        if ty.dtype().is_float() {
            Ok(ty)
        } else {
            Err(Misfit::new(format!("needs floating-point numbers, but gets {}", ty.dtype())))
        }
    }

    /// The operands that are there, of which there must be one or more, all of the same element type.
    pub(super) fn several(&self) -> Result<Vec<&'a TensorType>, Misfit> {
        let types: Vec<&TensorType> = self.0.iter().flatten().collect();
        let [first, rest @ ..] = types.as_slice() else { return Err(Misfit::new("has no operands")) };
        match rest.iter().find(|other| other.dtype() != first.dtype()) {
            Some(other) => Err(Misfit::new(format!("cannot combine {} and {}", first.dtype(), other.dtype()))),
            None => Ok(types),
        }
    }
}

/// The dimensions of a tensor that must have at least `least`; `None` if their number is not known.
pub(super) fn at_least(ty: &TensorType, least: usize) -> Result<Option<&[Dim]>, Misfit> {
    match ty.dims() {
        Some(dims) if dims.len() < least => {
            Err(Misfit::new(format!("needs {least} dimensions or more, but gets {}", dims.len())))
        }
        dims => Ok(dims),
    }
}

/// Checks the sizes of a parameter or another operand, as far as they are known.
pub(super) fn expect(ty: &TensorType, what: &str, expected: &[Dim]) -> Result<(), Misfit> {
    let Some(dims) = ty.dims() else { return Ok(()) };
    if dims.len() == expected.len() && dims.iter().zip(expected).all(|(dim, expected)| dim.may_equal(expected)) {
        return Ok(());
    }
    let expected = TensorType::new(DType::Float32, expected.iter().cloned());
    Err(Misfit::new(format!("needs a {what} of {expected}, but gets {ty}")))
}

/// An axis that may count from the end, if the tensor has it.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize, Misfit> {
    let count = to_i64(rank);
    let resolved = if axis < 0 { axis.saturating_add(count) } else { axis };
    usize::try_from(resolved).ok().filter(|&index| index < rank).ok_or_else(|| {
        Misfit::new(format!("works along axis {axis}, which a tensor of {rank} dimensions does not have"))
    })
}

/// The product of dimensions: itself if there is only one, otherwise unknown unless all are sizes.
pub(super) fn product(dims: &[Dim]) -> Dim {
    match dims {
        [dim] => dim.clone(),
        dims => {
            let sizes: Option<Vec<usize>> = dims.iter().map(Dim::size).collect();
            let product = sizes.and_then(|sizes| sizes.iter().try_fold(1_usize, |sum, &size| sum.checked_mul(size)));
            product.map_or(Dim::Unknown, Dim::Size)
        }
    }
}

/// The same type, for operations that keep it.
pub(super) fn unchanged(operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
    Ok(vec![operands.float(0)?.clone()])
}

/// A number of floating-point operations per value of the first output.
pub(super) fn per_value(outputs: &[TensorType], count: usize) -> Option<usize> {
    Some(outputs.first()?.elements()?.saturating_mul(count))
}
