//! `add`, `multiply` and `concat`

use netviz_model::schema::ArgValue;

use super::activation::function_of;
use super::arithmetic::{self, Change};
use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::Set;
use crate::import::spec::source::Source;
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Add", "Sum"], |call| joined(call, "add")),
    onnx(&["Mul"], |call| joined(call, "multiply")),
    onnx(&["Concat"], |call| concat(call, call.int("axis", 1))),
    aten(&["add"], |call| joined(call, "add")),
    aten(&["mul"], |call| joined(call, "multiply")),
    aten(&["cat", "concat"], |call| concat(call, call.int("dim", 0))),
    keras(&["Add", "add"], |call| joined(call, "add")),
    keras(&["Multiply", "multiply"], |call| joined(call, "multiply")),
    keras(&["Concatenate", "concatenate", "concat"], |call| concat(call, call.int("axis", -1))),
];

fn joined(call: &mut Call, kind: &'static str) -> Mapped {
    let change = if kind == "add" { Change::Add } else { Change::Multiply };
    if let Some(known) = arithmetic::with_constant(call, change)? {
        return Ok(known);
    }
    if call.float("alpha", 1.0)? != 1.0 {
        return Err(Reason::because("it scales what it adds"));
    }
    let views = (0..call.operands.len()).map(|index| call.view(index)).collect::<Result<Vec<_>, _>>()?;
    if kind == "multiply"
        && let Some(view) = gated(call, &views)?
    {
        return Ok(vec![Known::View(view)]);
    }
    let [first, rest @ ..] = &views[..] else { return Err(Reason::because("it joins nothing")) };
    if rest.is_empty() {
        // ONNX's `Sum` may have one operand; elsewhere, the other one is a constant that is not in the graph.
        let is_whole = call.set == Set::Onnx;
        return if is_whole { Ok(vec![Known::View(first.clone())]) } else { Err(Reason::because("its constant is not one number")) };
    }
    if let Some((view, sources)) = alike(call, &views) {
        let sizes = call.draft.sizes(view.source).to_vec();
        let source = call.push(kind, Vec::new(), sources, Vec::new(), vec![sizes]);
        return Ok(vec![Known::View(view.of(source))]);
    }
    let shape = |view: &View| (0..view.rank()).map(|axis| view.size(axis)).collect::<Vec<_>>();
    if kind == "multiply"
        && let [one, other] = &views[..]
        && shape(one) != shape(other)
    {
        return weighted(call, one, other);
    }
    let (sources, sizes) = arranged(call, &views)?;
    let source = call.push(kind, Vec::new(), sources, Vec::new(), vec![sizes.clone()]);
    Ok(vec![Known::View(View::whole(source, &sizes))])
}

/// What is multiplied with its own sigmoid.
fn gated(call: &mut Call, views: &[View]) -> Result<Option<View>, Reason> {
    let [one, other] = views else { return Ok(None) };
    for (value, gate) in [(one, other), (other, one)] {
        let Some(layer) = gate.source.layer.map(|index| &call.draft.layers[index]) else { continue };
        let is_sigmoid = layer.kind == "activation" && layer.arguments == [("function", ArgValue::name("sigmoid"))];
        if is_sigmoid && layer.from == [value.source] && gate.axes == value.axes {
            return function_of(call, "silu", value).map(Some);
        }
    }
    Ok(None)
}

/// The values of layers that the same view shows; the sources.
fn alike(call: &Call, views: &[View]) -> Option<(View, Vec<Source>)> {
    let first = views.first()?;
    let sizes = call.draft.sizes(first.source);
    let is_alike =
        |view: &View| view.axes == first.axes && view.sizes == first.sizes && call.draft.sizes(view.source) == sizes;
    views.iter().all(is_alike).then(|| (first.clone(), views.iter().map(|view| view.source).collect()))
}

/// The values in the order of the file; they must have one shape.
fn arranged(call: &mut Call, views: &[View]) -> Result<(Vec<Source>, Vec<usize>), Reason> {
    let mut sources = Vec::new();
    for view in views {
        let axes: Vec<usize> = (0..view.rank()).collect();
        sources.push(call.draft.arranged(view, &axes)?);
    }
    let sizes = sources.first().map(|&source| call.draft.sizes(source).to_vec()).unwrap_or_default();
    if sources.iter().any(|&source| call.draft.sizes(source) != sizes) {
        return Err(Reason::because("its inputs have different shapes"));
    }
    Ok((sources, sizes))
}

/// A value whose channels are multiplied by the values of a vector.
fn weighted(call: &mut Call, one: &View, other: &View) -> Mapped {
    let (view, vector) =
        if one.order(0..one.rank()).len() > other.order(0..other.rank()).len() { (one, other) } else { (other, one) };
    let unfit = || Reason::because("its inputs have different shapes");
    let (rank, batch) = (view.rank(), view.batch().ok_or_else(unfit)?);
    if vector.rank() != rank || vector.batch() != Some(batch) {
        return Err(unfit());
    }
    let others = |axis: usize| (0..rank).filter(move |&other| other != batch && other != axis);
    let channel = others(batch).find(|&axis| vector.size(axis) > 1).or_else(|| others(batch).next());
    let channel = channel.filter(|&axis| vector.size(axis) == view.size(axis)).ok_or_else(unfit)?;
    if others(channel).any(|axis| vector.size(axis) != 1) {
        return Err(unfit());
    }
    let order: Vec<usize> = [batch, channel].into_iter().chain(others(channel)).collect();
    let source = call.draft.arranged(view, &order)?;
    let factor = call.draft.arranged(vector, &[batch, channel])?;
    let sizes = call.draft.sizes(source).to_vec();
    let source = call.push("multiply", Vec::new(), vec![source, factor], Vec::new(), vec![sizes.clone()]);
    let place = |axis: usize| order.iter().position(|&own| own == axis).unwrap_or_default();
    Ok(vec![Known::View(View { source, sizes, axes: (0..rank).map(|axis| vec![place(axis)]).collect() })])
}

fn concat(call: &mut Call, axis: i64) -> Mapped {
    let stored = call.operands.iter().map(|known| match known {
        Known::Weight(weight) => Some(weight.clone()),
        _ => None,
    });
    if let Some(parts) = stored.collect::<Option<Vec<Weight>>>().filter(|parts| !parts.is_empty()) {
        let axis = Call::axis(axis, parts[0].shape().len())?;
        let joined = Weight::joined(&parts, axis).ok_or_else(|| Reason::because("its inputs have different shapes"))?;
        return Ok(vec![Known::Weight(joined)]);
    }
    let views = (0..call.operands.len()).map(|index| call.view(index)).collect::<Result<Vec<_>, _>>()?;
    let first = views.first().ok_or_else(|| Reason::because("it joins nothing"))?.clone();
    if views.len() == 1 {
        return Ok(vec![Known::View(first)]);
    }
    let axis = Call::axis(axis, first.rank())?;
    // The states of several recurrent layers have a dimension of size 1 before the batch.
    if axis == 0 && views.iter().all(|view| view.axes[0].is_empty()) {
        let views = views.into_iter().map(|view| View { axes: view.axes[1..].to_vec(), ..view });
        return Ok(vec![Known::Stack(views.collect())]);
    }
    if let Some(view) = rejoined(call, &views, axis) {
        return Ok(vec![Known::View(view)]);
    }
    let own = first.axes[axis].first().copied().filter(|_| first.axes[axis].len() == 1);
    let rank = first.sizes.len();
    let is_whole = views.iter().all(|view| {
        view.axes == first.axes && view.sizes.len() == rank && call.draft.sizes(view.source) == view.sizes
    });
    let (sources, own, shown) = if let Some(own) = own.filter(|&own| is_whole && own > 0) {
        (views.iter().map(|view| view.source).collect(), own, first)
    } else {
        let mut sources = Vec::new();
        for view in &views {
            let axes: Vec<usize> = (0..view.rank()).collect();
            sources.push(call.draft.arranged(view, &axes)?);
        }
        let sizes = call.draft.sizes(sources[0]).to_vec();
        (sources, axis, View::whole(Source::INPUT, &sizes))
    };
    if own == 0 {
        return Err(Reason::because("it joins batches"));
    }
    let sources: Vec<Source> = sources;
    let parts: Vec<Vec<usize>> = sources.iter().map(|&source| call.draft.sizes(source).to_vec()).collect();
    let mut sizes = parts[0].clone();
    if parts.iter().any(|part| part.len() != sizes.len()) {
        return Err(Reason::because("its inputs have different shapes"));
    }
    sizes[own - 1] = parts.iter().map(|part| part[own - 1]).sum();
    let arguments = vec![("axis", ArgValue::int(own - 1))];
    let source = call.push("concat", arguments, sources, Vec::new(), vec![sizes.clone()]);
    Ok(vec![Known::View(View { source, sizes, axes: shown.axes })])
}

/// What was split, if these are all of its parts in order: the last states of both directions of a recurrent layer
/// are joined in this way. Parts of size 1 may have lost their dimension, and be joined along another one.
fn rejoined(call: &Call, views: &[View], axis: usize) -> Option<View> {
    let first = views.first()?;
    let split = &call.draft.layers[first.source.layer?];
    let is_next =
        |(port, view): (usize, &View)| view.source == Source { port, ..first.source } && view.axes == first.axes;
    let is_all = split.kind == "split" && split.outputs.len() == views.len() && views.iter().enumerate().all(is_next);
    let own = match split.arguments.iter().find(|(name, _)| *name == "axis") {
        Some((_, ArgValue::Int(own))) if is_all => usize::try_from(*own).ok()? + 1,
        _ => return None,
    };
    let mut axes = first.axes.clone();
    if axes[axis] != [own] {
        let is_gone = split.outputs.iter().all(|sizes| sizes[own - 1] == 1) && axes.iter().all(|it| !it.contains(&own));
        is_gone.then_some(())?;
        axes[axis].insert(0, own);
    }
    let whole = split.from[0];
    let sizes = call.draft.sizes(whole).to_vec();
    // Before it was laid out to be split.
    let before = whole.layer.map(|layer| &call.draft.layers[layer]).filter(|layer| layer.kind == "reshape");
    Some(View { source: before.map_or(whole, |layer| layer.from[0]), sizes, axes })
}
