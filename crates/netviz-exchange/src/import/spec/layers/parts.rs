//! `split`, and parts of values. The last step of a recurrent layer is its state.

use netviz_model::schema::ArgValue;

use super::embedding::embedding;
use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::source::Source;
use crate::import::spec::view::View;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Gather"], |call| {
        if let (Known::Weight(weight), Known::View(view)) = (call.operand(0), call.operand(1)) {
            let (weight, view) = (weight.clone(), view.clone());
            return embedding(call, weight, &view);
        }
        let index = match call.operand(1) {
            Known::Weight(index) if index.shape().is_empty() => index.integers(),
            _ => None,
        };
        match index.as_deref() {
            Some(&[index]) => select(call, call.int("axis", 0), index),
            _ => Err(Reason::because("it takes other than one index")),
        }
    }),
    onnx(&["Slice"], of_onnx),
    onnx(&["Split"], |call| split(call, call.int("axis", 0))),
    aten(&["select"], |call| select(call, call.int("dim", 0), call.int("index", 0))),
    aten(&["slice"], |call| {
        let bounds = [("dim", 0), ("start", 0), ("end", i64::MAX), ("step", 1)];
        let bounds = bounds.map(|(name, default)| call.int(name, default));
        sliced(call, &[bounds])
    }),
    aten(&["split", "split_with_sizes", "chunk"], |call| split(call, call.int("dim", 0))),
    aten(&["getitem"], same),
    keras(&["Split"], |call| split(call, call.int("axis", 0))),
    keras(&["GetItem"], of_keys),
];

fn same(call: &mut Call) -> Mapped {
    Ok(vec![call.operand(0).clone()])
}

/// One index of a dimension, which the result does not have.
fn select(call: &mut Call, axis: i64, index: i64) -> Mapped {
    if let Known::Stack(views) = call.operand(0) {
        if axis != 0 {
            return Err(Reason::because("it takes parts of the states of several layers"));
        }
        let index = Call::axis(index, views.len())?;
        return Ok(vec![Known::View(views[index].clone())]);
    }
    match call.operand(0) {
        Known::Filled(value) => return Ok(vec![Known::Filled(*value)]),
        Known::Size | Known::Weight(_) => return Ok(vec![Known::Size]),
        _ => {}
    }
    let view = call.view(0)?;
    let axis = Call::axis(axis, view.rank())?;
    let size = view.size(axis);
    let index = Call::axis(index, size)?;
    let mut axes = view.axes.clone();
    axes.remove(axis);
    if size == 1 && view.axes[axis] != [0] {
        return Ok(vec![Known::View(View { axes, ..view })]);
    }
    if let Some(state) = last_state(call, &view, axis, index) {
        return Ok(vec![Known::View(state)]);
    }
    let part = part(call, &view, axis, index, 1)?;
    let mut axes = part.axes.clone();
    axes.remove(axis);
    Ok(vec![Known::View(View { axes, ..part })])
}

/// The last step of a recurrent layer of one direction.
fn last_state(call: &Call, view: &View, axis: usize, index: usize) -> Option<View> {
    let layer = &call.draft.layers[view.source.layer?];
    let is_both = layer.arguments.contains(&("bidirectional", ArgValue::Bool(true)));
    if layer.kind != "lstm"
        || is_both
        || view.source.port != 0
        || view.axes[axis] != [1]
        || index + 1 != view.size(axis)
    {
        return None;
    }
    // Without the steps, dimensions count from one less.
    let less = |own: &usize| if *own > 1 { own - 1 } else { *own };
    let rest = view.axes.iter().enumerate().filter(|(other, _)| *other != axis);
    let axes = rest.map(|(_, own)| own.iter().map(less).collect()).collect();
    Some(View { source: Source { port: 1, ..view.source }, sizes: view.sizes[1..].to_vec(), axes })
}

/// The bounds are operands, and before opset 10 attributes.
fn of_onnx(call: &mut Call) -> Mapped {
    let list = |index: usize, name: &str| match call.operand(index) {
        Known::Absent => Ok(call.ints(name)),
        Known::Weight(values) => Ok(values.integers()),
        _ => Err(Reason::because("its bounds are computed")),
    };
    let missing = || Reason::because("it has no bounds");
    let starts = list(1, "starts")?.ok_or_else(missing)?;
    let ends = list(2, "ends")?.ok_or_else(missing)?;
    let axes = list(3, "axes")?.unwrap_or_else(|| (0..).take(starts.len()).collect());
    let steps = list(4, "steps")?.unwrap_or_else(|| vec![1; starts.len()]);
    let bounds = axes.iter().zip(&starts).zip(ends.iter().zip(&steps));
    let bounds: Vec<[i64; 4]> = bounds.map(|((&axis, &start), (&end, &step))| [axis, start, end, step]).collect();
    sliced(call, &bounds)
}

/// Indices and ranges of the first dimensions, one after the other, as Python writes them: `0` and `1:`.
fn of_keys(call: &mut Call) -> Mapped {
    let keys = match call.setting("key").or_else(|| call.setting("y")) {
        Some(ArgValue::Sizes(keys)) => keys.iter().map(|&key| ArgValue::Int(key)).collect(),
        Some(ArgValue::List(keys)) => keys.clone(),
        Some(key) => vec![key.clone()],
        None => return Err(Reason::because("it takes parts of values")),
    };
    let sizes = call.sizes(0)?;
    let mut axis = 0;
    let mut known = call.operand(0).clone();
    let count = keys.len();
    for (number, key) in keys.into_iter().enumerate() {
        if matches!(&key, ArgValue::Name(text) if text == "...")
            && let Known::View(view) = &known
        {
            let before = view.rank().checked_sub(count - number - 1).and_then(|axis| i64::try_from(axis).ok());
            axis = before.filter(|&before| before >= axis).ok_or(Reason::Follows)?;
            continue;
        }
        call.operands[0] = known;
        let result = match key {
            ArgValue::Int(index) => select(call, axis, index)?,
            ArgValue::Name(text) => {
                let [start, end, step] = range(&text).ok_or_else(|| Reason::because("it takes parts of values"))?;
                axis += 1;
                sliced(call, &[[axis - 1, start, end, step]])?
            }
            _ => return Err(Reason::because("it takes parts of values")),
        };
        known = result.into_iter().next().unwrap_or(Known::Absent);
    }
    let Known::View(view) = &known else { return Ok(vec![known]) };
    // Keys that add dimensions are not shown.
    let is_whole = sizes.len() == view.rank()
        && (0..view.rank()).all(|axis| view.axes[axis] == [0] || sizes[axis] == Some(view.size(axis)));
    if is_whole { Ok(vec![known]) } else { Err(Reason::because("it takes parts of values")) }
}

/// Start, end and step of a range such as `1:-1` or `::2`.
fn range(text: &str) -> Option<[i64; 3]> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: Option<&&str>, default: i64| match part {
        None | Some(&"") => Some(default),
        Some(part) => part.parse().ok(),
    };
    matches!(parts.len(), 2 | 3).then_some(())?;
    Some([number(parts.first(), 0)?, number(parts.get(1), i64::MAX)?, number(parts.get(2), 1)?])
}

/// Ranges of dimensions: axis, start, end and step.
fn sliced(call: &mut Call, bounds: &[[i64; 4]]) -> Mapped {
    if let constant @ (Known::Size | Known::Filled(_)) = call.operand(0) {
        return Ok(vec![constant.clone()]);
    }
    if bounds.iter().any(|&[.., step]| step != 1) {
        return Err(Reason::because("it leaves out every other index"));
    }
    if let Known::Weight(weight) = call.operand(0) {
        let mut weight = weight.clone();
        for &[axis, start, end, _] in bounds {
            let axis = Call::axis(axis, weight.shape().len())?;
            let size = weight.shape()[axis];
            weight = weight.taken(axis, (place(start, size)..place(end, size)).collect());
        }
        return Ok(vec![Known::Weight(weight)]);
    }
    let mut view = call.view(0)?;
    for &[axis, start, end, _] in bounds {
        let axis = Call::axis(axis, view.rank())?;
        let size = view.size(axis);
        // Of the batch, which has no size, only all of it.
        let is_whole = start == 0 && (end >= i64::from(i32::MAX) || view.axes[axis] != [0] && place(end, size) == size);
        if is_whole {
            continue;
        }
        let (start, end) = (place(start, size), place(end, size));
        if start >= end {
            return Err(Reason::because("it takes nothing"));
        }
        view = part(call, &view, axis, start, end - start)?;
    }
    Ok(vec![Known::View(view)])
}

/// An index of a dimension of this size, which may count from its end, and lie beyond.
fn place(index: i64, size: usize) -> usize {
    let length = i64::try_from(size).unwrap_or(i64::MAX);
    let index = if index < 0 { index.saturating_add(length) } else { index };
    usize::try_from(index.clamp(0, length)).unwrap_or(size)
}

/// So many indices of a dimension, from one on.
fn part(call: &mut Call, view: &View, axis: usize, start: usize, length: usize) -> Result<View, Reason> {
    let size = view.size(axis);
    let parts = [start, length, size.saturating_sub(start + length)];
    let which = usize::from(start > 0);
    let parts: Vec<usize> = parts.into_iter().filter(|&size| size > 0).collect();
    let views = cut(call, view, axis, &parts)?;
    views.into_iter().nth(which).ok_or_else(|| Reason::because("it takes parts that are not there"))
}

/// The parts of a dimension.
fn cut(call: &mut Call, view: &View, axis: usize, parts: &[usize]) -> Result<Vec<View>, Reason> {
    if view.axes[axis] == [0] {
        return Err(Reason::because("it takes parts of the batch"));
    }
    if let [_] = parts {
        return Ok(vec![view.clone()]);
    }
    let is_whole = call.draft.sizes(view.source) == view.sizes;
    let view = match view.axes[axis][..] {
        [_] if is_whole => view.clone(),
        _ => {
            // The batch first, then the others as they are.
            let batch = view.batch().unwrap_or_default();
            let order: Vec<usize> = [batch].into_iter().chain((0..view.rank()).filter(|&axis| axis != batch)).collect();
            let source = call.draft.arranged(view, &order)?;
            let sizes = call.draft.sizes(source).to_vec();
            let place = |axis: usize| order.iter().position(|&own| own == axis).unwrap_or_default();
            View { axes: (0..view.rank()).map(|axis| vec![place(axis)]).collect(), ..View::whole(source, &sizes) }
        }
    };
    let own = view.axes[axis][0] - 1;
    let sizes = parts.iter().map(|&part| {
        let mut sizes = view.sizes.clone();
        sizes[own] = part;
        sizes
    });
    let sizes: Vec<Vec<usize>> = sizes.collect();
    let sections = if parts.iter().all(|part| *part == parts[0]) {
        ArgValue::int(parts.len())
    } else {
        ArgValue::List(parts.iter().map(|&part| ArgValue::int(part)).collect())
    };
    let arguments = vec![("sections", sections), ("axis", ArgValue::int(own))];
    let key = (view.source, format!("split {arguments:?}"));
    let source = match call.draft.made.get(&key) {
        Some(&source) => source,
        None => call.push("split", arguments, vec![view.source], Vec::new(), sizes.clone()),
    };
    call.draft.made.insert(key, source);
    let views = sizes.into_iter().enumerate().map(|(port, sizes)| View {
        source: Source { port, ..source },
        sizes,
        axes: view.axes.clone(),
    });
    Ok(views.collect())
}

fn split(call: &mut Call, axis: i64) -> Mapped {
    if let Known::Weight(weight) = call.operand(0).clone() {
        let axis = Call::axis(axis, weight.shape().len())?;
        let mut start = 0;
        let parts = (0..call.outputs.len()).map(|output| {
            // A leading size of 1 is shown as the batch.
            let size = call.sizes(output)?.get(axis).copied().flatten().unwrap_or(1);
            let indices: Vec<usize> = (start..start + size).collect();
            start += size;
            let fits = start <= weight.shape()[axis];
            let part = fits.then(|| Known::Weight(weight.taken(axis, indices)));
            part.ok_or_else(|| Reason::because("its parts are not those of its weights"))
        });
        return parts.collect();
    }
    let view = call.view(0)?;
    let axis = Call::axis(axis, view.rank())?;
    let sizes =
        (0..call.outputs.len()).map(|output| call.sizes(output)?.get(axis).copied().flatten().ok_or(Reason::Follows));
    let parts: Vec<usize> =
        sizes.collect::<Result<_, _>>().map_err(|_| Reason::because("the sizes of its parts are not known"))?;
    Ok(cut(call, &view, axis, &parts)?.into_iter().map(Known::View).collect())
}
