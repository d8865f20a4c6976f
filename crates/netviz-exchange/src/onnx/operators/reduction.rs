//! Sums, maxima and their like over axes.

use netviz_model::category::Category::Shape;
use netviz_model::ir::{DType, Dim, TensorType};

use super::call::{Elements, Int, Known};
use super::common::{axes, axis, dim, of_rank, typed, with_dtype};
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[("keepdims", "1"), ("noop_with_empty_axes", "0"), ("select_last_index", "0")];

const fn reduction(name: &'static str) -> Operator {
    Operator::plain(name, reduced).flops(1).defaults(DEFAULTS)
}

pub(super) const OPERATORS: &[Operator] = &[
    reduction("ReduceL1"),
    reduction("ReduceL2"),
    reduction("ReduceLogSum"),
    reduction("ReduceLogSumExp"),
    reduction("ReduceMax").value(|call| folded(call, |a, b| Some(a.max(b)), f64::max)),
    reduction("ReduceMean"),
    reduction("ReduceMin").value(|call| folded(call, |a, b| Some(a.min(b)), f64::min)),
    reduction("ReduceProd").value(|call| folded(call, i64::checked_mul, |a, b| a * b)),
    reduction("ReduceSum").value(|call| folded(call, i64::checked_add, |a, b| a + b)),
    reduction("ReduceSumSquare"),
    Operator::plain("ArgMax", places).flops(1).defaults(DEFAULTS),
    Operator::plain("ArgMin", places).flops(1).defaults(DEFAULTS),
    Operator::new("TopK", Shape, largest).defaults(&[("axis", "-1"), ("largest", "1"), ("sorted", "1")]),
];

/// What happens to the dimensions.
enum Reduced {
    /// Nothing.
    Unchanged,
    /// These are reduced.
    Along(Vec<usize>),
    /// So many are reduced, but not known which; `None` if not even their number is known.
    Some(Option<usize>),
}

fn along(call: &Call, rank: usize) -> Result<Reduced, netviz_model::ir::Misfit> {
    let all = || {
        if call.int("noop_with_empty_axes", 0) == 0 { Reduced::Along((0..rank).collect()) } else { Reduced::Unchanged }
    };
    Ok(match call.ints_or("axes", 1) {
        Some(list) if list.is_empty() => all(),
        Some(list) => Reduced::Along(axes(&list, rank)?),
        None => match call.get(1) {
            None => all(),
            Some(list) => Reduced::Some(list.dims().and_then(|dims| dims.first()?.size()).filter(|&count| count > 0)),
        },
    })
}

pub(super) fn reduced(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let keeps = call.int("keepdims", 1) != 0;
    let dtype = input.dtype();
    Ok(vec![match along(call, dims.len())? {
        Reduced::Unchanged => input.clone(),
        Reduced::Along(list) => input.with_dims(without(dims, &list, keeps)),
        Reduced::Some(_) if keeps => of_rank(dtype, dims.len()),
        Reduced::Some(count) => {
            let left = count.and_then(|count| dims.len().checked_sub(count));
            left.map_or(TensorType::unranked(dtype), |rank| of_rank(dtype, rank))
        }
    }])
}

/// Dimensions of which some become 1, or are left out.
fn without(dims: &[Dim], reduced: &[usize], keeps: bool) -> Vec<Dim> {
    let kept = dims.iter().enumerate().filter_map(|(index, dim)| {
        if reduced.contains(&index) { keeps.then_some(Dim::Size(1)) } else { Some(dim.clone()) }
    });
    kept.collect()
}

/// Those of lists.
fn folded(call: &Call, ints: fn(i64, i64) -> Option<i64>, floats: fn(f64, f64) -> f64) -> Option<Known> {
    let value = call.value(0)?;
    let Ok(Reduced::Along(list)) = along(call, value.shape.len()) else { return None };
    if value.shape.len() != 1 || list != [0] {
        return None;
    }
    let elements = match &value.elements {
        Elements::Ints(values) => {
            let combined = |a: &Int, b: &Int| a.known().zip(b.known()).and_then(|(a, b)| ints(a, b));
            let (first, rest) = values.split_first()?;
            Elements::Ints(vec![
                rest.iter().fold(first.clone(), |all, one| combined(&all, one).map_or(Int::Unknown, Int::Known)),
            ])
        }
        Elements::Floats(values) => Elements::Floats(vec![values.iter().copied().reduce(floats)?]),
    };
    let shape = if call.int("keepdims", 1) == 0 { Vec::new() } else { vec![1] };
    Some(Known { shape, elements })
}

/// The places of the largest or smallest values.
fn places(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![TensorType::unranked(DType::Int64)]) };
    let along = axis(call.int("axis", 0), dims.len())?;
    Ok(vec![TensorType::new(DType::Int64, without(dims, &[along], call.int("keepdims", 1) != 0))])
}

fn largest(call: &Call) -> Types {
    let input = call.at(0)?;
    let count = match (call.maybe_int("k"), call.value(1).and_then(Known::as_ints)) {
        (Some(count), _) => dim(count),
        (None, Some([count, ..])) => count.dim(),
        _ => Dim::Unknown,
    };
    let dims = match input.dims() {
        Some(dims) => {
            let along = axis(call.int("axis", -1), dims.len())?;
            let mut dims = dims.to_vec();
            dims[along] = count;
            Some(dims)
        }
        None => None,
    };
    let values = typed(input.dtype(), dims);
    let places = with_dtype(&values, DType::Int64);
    Ok(vec![values, places])
}
