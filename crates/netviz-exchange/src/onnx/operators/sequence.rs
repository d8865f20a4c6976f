//! Lists of tensors, and tensors that may be missing.

use netviz_model::category::Category::Shape;
use netviz_model::ir::{Container, DType, Dim, TensorType};

use super::call::Known;
use super::common::{axis, either, of_rank, scalar};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("SequenceConstruct", |call| {
        let first = call.at(0)?.clone();
        let all = call.types.iter().flatten().fold(first, |all, ty| either(&all, ty));
        Ok(vec![all.within(Container::Sequence)])
    }),
    Operator::plain("SequenceEmpty", |call| {
        let dtype = call.dtype("dtype").unwrap_or(DType::Float32);
        Ok(vec![TensorType::unranked(dtype).within(Container::Sequence)])
    })
    .defaults(&[("dtype", "1")]),
    Operator::plain("SequenceInsert", |call| Ok(vec![either(&held(call)?, call.at(1)?).within(Container::Sequence)])),
    Operator::plain("SequenceErase", |call| Ok(vec![call.at(0)?.clone()])),
    Operator::plain("SequenceAt", |call| Ok(vec![held(call)?])),
    Operator::plain("SequenceLength", |_| Ok(vec![scalar(DType::Int64)])),
    Operator::plain("SequenceMap", |call| {
        Ok(call.body("body").iter().map(|output| output.ty.clone().within(Container::Sequence)).collect())
    })
    .repeats(|_| None),
    Operator::new("SplitToSequence", Shape, split).defaults(&[("axis", "0"), ("keepdims", "1")]),
    Operator::new("ConcatFromSequence", netviz_model::category::Category::Merge, joined).defaults(&[("new_axis", "0")]),
    Operator::plain("Optional", |call| {
        let ty = call.get(0).or_else(|| call.ty("type")).cloned();
        Ok(vec![ty.unwrap_or(TensorType::unranked(DType::Undefined)).within(Container::Optional)])
    }),
    Operator::plain("OptionalHasElement", |_| Ok(vec![scalar(DType::Bool)])),
    Operator::plain("OptionalGetElement", |call| {
        let ty = call.at(0)?;
        // Since opset 18, it also takes what is always there.
        Ok(vec![match ty.containers() {
            [Container::Optional, ..] => ty.held().unwrap_or_else(|| ty.clone()),
            _ => ty.clone(),
        }])
    }),
];

/// The type of the tensors of a list.
fn held(call: &Call) -> Result<TensorType, netviz_model::ir::Misfit> {
    let ty = call.at(0)?;
    Ok(ty.held().unwrap_or(TensorType::unranked(ty.dtype())))
}

fn split(call: &Call) -> Types {
    let input = call.at(0)?;
    let list = |ty: TensorType| Ok(vec![ty.within(Container::Sequence)]);
    let Some(dims) = input.dims() else { return list(input.clone()) };
    let along = axis(call.int("axis", 0), dims.len())?;
    let mut dims = dims.to_vec();
    match (call.get(1), call.value(1).and_then(Known::as_ints)) {
        (None, _) if call.int("keepdims", 1) == 0 => {
            dims.remove(along);
        }
        (None, _) => dims[along] = Dim::Size(1),
        (Some(sizes), Some([first, rest @ ..])) if rest.iter().all(|size| size == first) => {
            let size = first.dim();
            // The last part is smaller if they cannot be the same.
            let is_even = sizes.dims().is_some_and(|dims| !dims.is_empty())
                || dims[along].size().zip(size.size()).is_some_and(|(all, part)| part > 0 && all % part == 0);
            dims[along] = if is_even { size } else { Dim::Unknown };
        }
        (Some(_), _) => dims[along] = Dim::Unknown,
    }
    list(input.with_dims(dims))
}

fn joined(call: &Call) -> Types {
    let part = held(call)?;
    let Some(dims) = part.dims() else { return Ok(vec![part]) };
    let is_new = call.int("new_axis", 0) != 0;
    let rank = dims.len() + usize::from(is_new);
    let Ok(along) = axis(call.int("axis", 0), rank) else { return Ok(vec![of_rank(part.dtype(), rank)]) };
    let mut dims = dims.to_vec();
    if is_new {
        dims.insert(along, Dim::Unknown);
    } else {
        dims[along] = Dim::Unknown;
    }
    Ok(vec![part.with_dims(dims)])
}
