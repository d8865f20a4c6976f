//! Operations on pairs of values, with broadcasting.

use super::{OperandTypes, Operation};
use super::infer::{Misfit, Operands, per_value};
use crate::category::Category;
use crate::ir::attribute::OnnxForm;
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// Sum of two tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Add;

/// Product of two tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mul;

/// Implements [`Operation`] for operations on pairs.
macro_rules! pairs {
    ($($name:ident since $since:literal;)+) => { $(
        impl Operation for $name {
            const NAME: &'static str = stringify!($name);
            const SINCE: i64 = $since;
            const CATEGORY: Category = Category::Merge;

            fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
                operands.at(1)?;
                broadcast(operands)
            }

            fn flops(&self, _: &Operands, outputs: &[TensorType]) -> Option<usize> {
                per_value(outputs, 1)
            }

            fn form(&self) -> OnnxForm {
                OnnxForm::default()
            }

            fn read(_: &OnnxForm) -> Option<Self> {
                Some(Self)
            }

            fn examples() -> Vec<(Self, OperandTypes)> {
                let batch = |sample: &[usize]| Some(TensorType::batch(DType::Float32, sample));
                let equal = vec![batch(&[3, 4]), batch(&[3, 4])];
                let channels = vec![batch(&[3, 4]), Some(TensorType::sized(DType::Float32, &[3, 1]))];
                vec![(Self, equal), (Self, channels)]
            }
        }
    )+ };
}

pairs! {
    Add since 14;
    Mul since 14;
}

/// The type of operands that are [broadcast] against each other.
///
/// [broadcast]: https://github.com/onnx/onnx/blob/main/docs/Broadcasting.md
fn broadcast(operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
    let types = operands.several()?;
    let first = types[0];
    let Some(all) = types.iter().map(|ty| ty.dims()).collect::<Option<Vec<_>>>() else {
        return Ok(vec![TensorType::unranked(first.dtype())]);
    };
    let rank = all.iter().map(|dims| dims.len()).max().unwrap_or(0);
    let dims = (0..rank).map(|index| {
        let aligned = all.iter().filter_map(|dims| dims.get((index + dims.len()).checked_sub(rank)?));
        aligned.skip(1).try_fold(first_aligned(&all, index, rank), |dim, other| {
            joined(&dim, other).ok_or_else(|| {
                let shapes: Vec<String> = types.iter().map(ToString::to_string).collect();
                Misfit::new(format!("cannot combine {}", shapes.join(" and ")))
            })
        })
    });
    Ok(vec![first.with_dims(dims.collect::<Result<Vec<Dim>, Misfit>>()?)])
}

/// The first dimension at an index of the result, where dimensions are aligned at their ends.
fn first_aligned(all: &[&[Dim]], index: usize, rank: usize) -> Dim {
    let mut aligned = all.iter().filter_map(|dims| dims.get((index + dims.len()).checked_sub(rank)?));
    aligned.next().cloned().unwrap_or(Dim::Size(1))
}

/// The dimension that two broadcast dimensions give; `None` if they do not fit.
fn joined(a: &Dim, b: &Dim) -> Option<Dim> {
    match (a, b) {
        (a, b) if a == b => Some(a.clone()),
        (Dim::Size(1), other) | (other, Dim::Size(1)) => Some(other.clone()),
        (Dim::Size(_), Dim::Size(_)) => None,
        (Dim::Size(size), _) | (_, Dim::Size(size)) => Some(Dim::Size(*size)),
        _ => Some(Dim::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(a: Vec<Dim>, b: Vec<Dim>) -> Result<String, String> {
        let types = [a, b].map(|dims| Some(TensorType::new(DType::Float32, dims)));
        match Add.infer(&Operands(&types)) {
            Ok(types) => Ok(format!("{:?}", types[0].dims().expect("a rank"))),
            Err(misfit) => Err(misfit.message),
        }
    }

    #[test]
    fn shapes_are_broadcast_as_in_onnx() {
        let text = |dims: &[Dim]| Ok(format!("{dims:?}"));
        let [two, three, one] = [2, 3, 1].map(Dim::Size);
        assert_eq!(sum(vec![Dim::BATCH, two.clone()], vec![Dim::BATCH, two.clone()]), text(&[Dim::BATCH, two.clone()]));
        assert_eq!(sum(vec![Dim::BATCH, two.clone(), one.clone()], vec![three.clone()]), text(&[Dim::BATCH, two.clone(), three.clone()]));
        assert_eq!(sum(vec![two.clone()], vec![Dim::Unknown]), text(std::slice::from_ref(&two)));
        assert_eq!(sum(vec![Dim::BATCH], vec![Dim::Unknown]), text(&[Dim::Unknown]));
        assert_eq!(sum(vec![two], vec![three]), Err("cannot combine 2 and 3".into()));
    }
}
