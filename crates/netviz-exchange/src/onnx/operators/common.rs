//! Inference that many operators share.

use netviz_model::ir::{Container, DType, Dim, Misfit, TensorType};

use super::call::{Call, Int, Types};

/// One output of the type of the first operand.
pub(super) fn same(call: &Call) -> Types {
    Ok(vec![call.at(0)?.clone()])
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
    Ok(vec![typed(call.at(0)?.dtype(), broadcast_operands(call)?)])
}

/// The dimensions of all operands that are broadcast together.
fn broadcast_operands(call: &Call) -> Result<Option<Vec<Dim>>, Misfit> {
    if is_early(call) {
        Ok(call.dims(0)?.map(<[Dim]>::to_vec))
    } else {
        broadcast(call.types.iter().flatten().map(TensorType::dims))
    }
}

/// Whether the second operand is repeated to the size of the first one, which an attribute allowed before opset 7: its
/// dimensions are those from `axis` on, or the last ones.
pub(super) fn is_early(call: &Call) -> bool {
    call.opset < 7 && call.int("broadcast", 0) != 0
}

/// The same with booleans.
pub(super) fn compares(call: &Call) -> Types {
    Ok(vec![typed(DType::Bool, broadcast_operands(call)?)])
}

/// A size as a dimension; unknown if it is negative.
pub(super) fn dim(size: i64) -> Dim {
    usize::try_from(size).map_or(Dim::Unknown, Dim::Size)
}

/// A size, where the batch counts as 1.
pub(super) fn size(dim: &Dim) -> Option<usize> {
    if *dim == Dim::BATCH { Some(1) } else { dim.size() }
}

/// The product of sizes, where the batch counts as 1; `None` if one is not known.
pub(super) fn volume<'a>(dims: impl IntoIterator<Item = &'a Dim>) -> Option<usize> {
    dims.into_iter().try_fold(1_usize, |product, dim| Some(product.saturating_mul(size(dim)?)))
}

/// The sum of two sizes.
pub(super) fn plus(a: &Dim, b: &Dim) -> Dim {
    match (a, b) {
        (Dim::Size(0), other) | (other, Dim::Size(0)) => other.clone(),
        _ => Dim::compute([a, b], |[a, b]| a.checked_add(b)),
    }
}

/// A multiple of a size.
pub(super) fn times(dim: &Dim, by: usize) -> Dim {
    if by == 1 { dim.clone() } else { Dim::compute([dim], |[size]| size.checked_mul(by)) }
}

/// A size divided by a number; unknown if that leaves a rest.
pub(super) fn divided(dim: &Dim, by: usize) -> Dim {
    if by == 1 { dim.clone() } else { Dim::compute([dim], |[size]| (size % by.max(1) == 0).then(|| size / by.max(1))) }
}

/// The type with another element type.
pub(super) fn with_dtype(ty: &TensorType, dtype: DType) -> TensorType {
    typed(dtype, ty.dims().map(<[Dim]>::to_vec))
}

/// The type of a value that has one of two types.
pub(super) fn either(a: &TensorType, b: &TensorType) -> TensorType {
    if a == b {
        return a.clone();
    }
    if a.containers() != b.containers() || a.dtype() != b.dtype() {
        return TensorType::unranked(DType::Undefined);
    }
    let dims = a.dims().zip(b.dims()).filter(|(a, b)| a.len() == b.len()).map(|(a, b)| {
        let common = |(a, b): (&Dim, &Dim)| if a == b { a.clone() } else { Dim::Unknown };
        a.iter().zip(b).map(common).collect()
    });
    within(typed(a.dtype(), dims), a.containers())
}

/// A tensor in containers, the outermost first.
pub(super) fn within(ty: TensorType, containers: &[Container]) -> TensorType {
    containers.iter().rev().fold(ty, |ty, &container| ty.within(container))
}

/// A scalar.
pub(super) fn scalar(dtype: DType) -> TensorType {
    TensorType::sized(dtype, &[])
}

/// An operand that must have as many dimensions, if their number is known.
pub(super) fn ranked<'a, const N: usize>(call: &Call<'a>, index: usize) -> Result<Option<&'a [Dim; N]>, Misfit> {
    match call.dims(index)? {
        None => Ok(None),
        Some(dims) => dims.try_into().map(Some).map_err(|_| {
            Misfit::new(format!("needs {N} dimensions, but gets {}", TensorType::new(DType::Float32, dims.to_vec())))
        }),
    }
}

/// Sizes as dimensions.
pub(super) fn dims_of(ints: &[Int]) -> Vec<Dim> {
    ints.iter().map(Int::dim).collect()
}

/// A tensor of this rank of which no size is known.
pub(super) fn of_rank(dtype: DType, rank: usize) -> TensorType {
    TensorType::new(dtype, vec![Dim::Unknown; rank])
}
