//! Inference that many operators share.

use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::call::{Call, Int, Types};

/// One output of the type of the first operand.
pub(super) fn same(call: &Call) -> Types {
    Ok(vec![call.at(0)?.clone()])
}

/// One output of unknown rank, with the element type of the first operand.
pub(super) fn unranked(call: &Call) -> Types {
    Ok(vec![TensorType::unranked(call.at(0)?.dtype())])
}

/// An axis that may count from the end, if the tensor has it.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, Misfit> {
    let count = i64::try_from(rank).unwrap_or(i64::MAX);
    let resolved = if axis < 0 { axis.saturating_add(count) } else { axis };
    usize::try_from(resolved).ok().filter(|&index| index < rank).ok_or_else(|| {
        Misfit::new(format!("works along axis {axis}, which a tensor of {rank} dimensions does not have"))
    })
}

/// Axes that may count from the end, sorted, each once.
pub(crate) fn axes(list: &[i64], rank: usize) -> Result<Vec<usize>, Misfit> {
    let mut axes = list.iter().map(|&entry| axis(entry, rank)).collect::<Result<Vec<_>, _>>()?;
    axes.sort_unstable();
    axes.dedup();
    Ok(axes)
}

/// The product of dimensions. A single symbol stays if all others are 1.
pub(crate) fn product<'a>(dims: impl IntoIterator<Item = &'a Dim>) -> Dim {
    dims.into_iter().fold(Dim::Size(1), |product, dim| match (product, dim) {
        (Dim::Size(0), _) | (_, Dim::Size(0)) => Dim::Size(0),
        (Dim::Size(1), dim) => dim.clone(),
        (product, Dim::Size(1)) => product,
        (Dim::Size(a), Dim::Size(b)) => a.checked_mul(*b).map_or(Dim::Unknown, Dim::Size),
        _ => Dim::Unknown,
    })
}

/// The dimension of two that are broadcast together.
pub(super) fn broadcast_dim(a: &Dim, b: &Dim) -> Result<Dim, Misfit> {
    Ok(match (a, b) {
        (Dim::Size(1), other) | (other, Dim::Size(1)) => other.clone(),
        (Dim::Size(a), Dim::Size(b)) if a == b => Dim::Size(*a),
        (Dim::Size(a), Dim::Size(b)) => {
            return Err(Misfit::new(format!("cannot broadcast sizes of {a} and {b}")));
        }
        // The other one can only be the same or 1.
        (Dim::Size(size), _) | (_, Dim::Size(size)) => Dim::Size(*size),
        (a, b) if a == b => a.clone(),
        _ => Dim::Unknown,
    })
}

/// The dimensions of tensors that are broadcast together; `None` if the rank of one is not known.
pub(crate) fn broadcast<'a>(types: impl IntoIterator<Item = Option<&'a [Dim]>>) -> Result<Option<Vec<Dim>>, Misfit> {
    let mut result: Vec<Dim> = Vec::new();
    for dims in types {
        let Some(dims) = dims else { return Ok(None) };
        let rank = result.len().max(dims.len());
        let at = |dims: &[Dim], index: usize| {
            (index + dims.len()).checked_sub(rank).map_or(Dim::Size(1), |index| dims[index].clone())
        };
        result =
            (0..rank).map(|index| broadcast_dim(&at(&result, index), &at(dims, index))).collect::<Result<_, _>>()?;
    }
    Ok(Some(result))
}

/// A type of these dimensions, if their number is known.
pub(super) fn typed(dtype: DType, dims: Option<Vec<Dim>>) -> TensorType {
    dims.map_or(TensorType::unranked(dtype), |dims| TensorType::new(dtype, dims))
}

/// Operand sizes that are broadcast to one output of the element type of the first operand.
pub(super) fn broadcasts(call: &Call) -> Types {
    let dims = broadcast(call.types.iter().flatten().map(TensorType::dims))?;
    Ok(vec![typed(call.at(0)?.dtype(), dims)])
}

/// The same with booleans.
pub(super) fn compares(call: &Call) -> Types {
    let dims = broadcast(call.types.iter().flatten().map(TensorType::dims))?;
    Ok(vec![typed(DType::Bool, dims)])
}

/// The number of values that dimensions of one sample hold, where the batch counts as 1.
pub(super) fn values(ty: &TensorType) -> Option<usize> {
    ty.elements()
}

/// Sizes as dimensions.
pub(super) fn dims_of(ints: &[Int]) -> Vec<Dim> {
    ints.iter().map(Int::dim).collect()
}

/// A tensor of this rank of which no size is known.
pub(super) fn of_rank(dtype: DType, rank: usize) -> TensorType {
    TensorType::new(dtype, vec![Dim::Unknown; rank])
}
