//! Changes of shape and of the order of dimensions, which are views, and copies.

use netviz_model::ir::{DType, TensorType};
use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::source::Source;
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Identity", "Cast", "CastLike"], same),
    onnx(&["Reshape", "Flatten", "Squeeze", "Unsqueeze"], reshaped),
    onnx(&["Transpose"], |call| transposed(call, |call| call.ints("perm"))),
    onnx(&["Shape", "Size"], |_| Ok(vec![Known::Size])),
    aten(&["sym_size", "size", "sym_numel"], |_| Ok(vec![Known::Size])),
    onnx(&["ConstantOfShape"], |call| Ok(vec![Known::Filled(call.float("value", 0.0)?)])),
    onnx(&["Expand"], filled),
    aten(&["alias", "clone", "contiguous", "detach", "lift_fresh_copy", "_to_copy", "to"], same),
    aten(&["view", "reshape", "flatten", "squeeze", "unsqueeze", "_unsafe_view", "unflatten"], reshaped),
    aten(&["permute"], |call| transposed(call, |call| call.ints("dims"))),
    aten(&["transpose"], |call| transposed(call, swapped)),
    aten(&["t", "numpy_T"], |call| transposed(call, |_| Some(vec![1, 0]))),
    aten(&["zeros", "new_zeros", "zeros_like"], |_| Ok(vec![Known::Filled(0.0)])),
    aten(&["expand"], filled),
    keras(&["Reshape", "reshape"], reshaped),
    keras(&["Flatten"], |call| {
        // Keras flattens channels last, wherever they are.
        if call.text("data_format") == Some("channels_first")
            && let Known::View(view) = call.operand(0)
            && view.rank() > 2
        {
            let order: Vec<usize> = std::iter::once(0).chain(2..view.rank()).chain([1]).collect();
            call.operands[0] = Known::View(view.permuted(&order).ok_or(Reason::Follows)?);
        }
        reshaped(call)
    }),
    keras(&["Permute"], |call| transposed(call, |call| Some(std::iter::once(0).chain(call.ints("dims")?).collect()))),
    keras(&["Transpose"], |call| transposed(call, |call| call.ints("axes").or_else(|| call.ints("perm")))),
    keras(&["Squeeze", "ExpandDims"], reshaped),
    keras(&["Identity"], same),
];

fn same(call: &mut Call) -> Mapped {
    if let Known::View(view) = call.operand(0) {
        let is_whole = |ty: &&TensorType| !ty.dtype().is_float() && ty.dtype() != DType::Undefined;
        let is_index = view.source == Source::INPUT && !call.draft.dtype.is_float();
        if call.outputs.first().is_some_and(is_whole) && !is_index {
            return Err(Reason::because("it rounds to whole numbers"));
        }
    }
    Ok(vec![call.operand(0).clone()])
}

/// What is repeated along dimensions of size 1; numbers stay the same.
fn filled(call: &mut Call) -> Mapped {
    let value = match call.operand(0) {
        Known::Filled(value) => Some(*value),
        Known::Weight(weight) if weight.elements() == 1 => weight.scalar().map(f64::from),
        Known::Weight(weight) if weight.elements() < 65_536 => {
            weight.values().ok().filter(|values| values.iter().all(|&value| value == 0.0)).map(|_| 0.0)
        }
        _ => None,
    };
    match value {
        Some(value) => Ok(vec![Known::Filled(value)]),
        None if matches!(call.operand(0), Known::Size) => Ok(vec![Known::Size]),
        None => Err(Reason::because("it repeats values")),
    }
}

fn reshaped(call: &mut Call) -> Mapped {
    let known = match call.operand(0) {
        Known::Weight(weight) => Known::Weight(stored(call, &weight.clone())?),
        Known::Filled(value) => Known::Filled(*value),
        Known::Size => Known::Size,
        _ => {
            let view = call.view(0)?;
            let sizes = call.sizes(0)?;
            match view.regrouped(&sizes, call.batch) {
                Some(view) => Known::View(view),
                None => Known::View(laid_out(call, &view, &sizes)?),
            }
        }
    };
    Ok(vec![known])
}

/// A stored tensor in the shape of the output, whose first size may be shown as the batch.
fn stored(call: &Call, weight: &Weight) -> Result<Weight, Reason> {
    let sizes = call.sizes(0)?;
    let rest: usize = sizes.iter().flatten().product();
    let sizes: Vec<usize> = sizes.iter().map(|size| size.unwrap_or(weight.elements() / rest.max(1))).collect();
    weight.reshaped(&sizes).ok_or_else(|| Reason::because("the shape of its weights is not known"))
}

/// A shape that is no view: the values are laid out in it.
fn laid_out(call: &mut Call, view: &View, sizes: &[Option<usize>]) -> Result<View, Reason> {
    let unknown = || Reason::because("its output does not begin with the batch");
    let (first, sample) = sizes.split_first().ok_or_else(unknown)?;
    if first.is_some() && *first != call.batch {
        return Err(unknown());
    }
    let sample = sample.iter().copied().collect::<Option<Vec<usize>>>().ok_or_else(unknown)?;
    let axes: Vec<usize> = (0..view.rank()).collect();
    let source = call.draft.arranged(view, &axes)?;
    let count = |sizes: &[usize]| sizes.iter().product::<usize>();
    if count(call.draft.sizes(source)) != count(&sample) || sample.is_empty() {
        return Err(unknown());
    }
    let shape = sample.iter().map(|&size| ArgValue::int(size)).collect();
    let source =
        call.push("reshape", vec![("shape", ArgValue::List(shape))], vec![source], Vec::new(), vec![sample.clone()]);
    Ok(View::whole(source, &sample))
}

fn transposed(call: &mut Call, perm: impl Fn(&Call) -> Option<Vec<i64>>) -> Mapped {
    let rank = match call.operand(0) {
        Known::View(view) => view.rank(),
        Known::Weight(weight) => weight.shape().len(),
        other => return Ok(vec![other.clone()]),
    };
    let perm: Vec<i64> =
        perm(call).unwrap_or_else(|| (0..rank).rev().map(|axis| i64::try_from(axis).unwrap_or(0)).collect());
    let perm: Vec<usize> = perm.into_iter().map(|axis| Call::axis(axis, rank)).collect::<Result<_, _>>()?;
    if (0..rank).any(|axis| !perm.contains(&axis)) || perm.len() != rank {
        return Err(Reason::because("it does not name each dimension once"));
    }
    Ok(vec![match call.operand(0) {
        Known::Weight(weight) => Known::Weight(weight.transposed(&perm)),
        _ => Known::View(call.view(0)?.permuted(&perm).ok_or(Reason::Follows)?),
    }])
}

/// All dimensions, of which two are exchanged.
fn swapped(call: &Call) -> Option<Vec<i64>> {
    let rank = match call.operand(0) {
        Known::View(view) => view.rank(),
        Known::Weight(weight) => weight.shape().len(),
        _ => return None,
    };
    let [one, other] = ["dim0", "dim1"].map(|name| Call::axis(call.int(name, 0), rank));
    let mut perm: Vec<i64> = (0..rank).map(|axis| i64::try_from(axis).unwrap_or(0)).collect();
    perm.swap(one.ok()?, other.ok()?);
    Some(perm)
}
