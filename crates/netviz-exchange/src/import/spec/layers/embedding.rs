//! `embedding`

use netviz_model::ir::DType;
use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras};
use crate::import::spec::source::Source;
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    aten(&["embedding"], |call| {
        let (weight, view) = (call.weight(0)?, call.view(1)?);
        embedding(call, weight, &view)
    }),
    keras(&["Embedding"], |call| {
        if call.flag("mask_zero", false) {
            return Err(Reason::because("it masks zeros"));
        }
        let (view, weight) = (call.view(0)?, call.adapted(1, 2)?);
        embedding(call, weight, &view)
    }),
];

/// Looks up rows of a matrix by the numbers of the input.
pub(super) fn embedding(call: &mut Call, weight: Weight, view: &View) -> Mapped {
    let [vocabulary, units] = *weight.shape() else { return Err(Reason::because("its weights are no matrix")) };
    if view.source != Source::INPUT || view.sizes != call.draft.input {
        return Err(Reason::because("it looks up computed numbers"));
    }
    // Keras declares its inputs as floating-point numbers.
    call.draft.dtype = DType::Int64;
    let mut sizes = view.sizes.clone();
    sizes.push(units);
    let arguments = vec![("vocabulary", ArgValue::int(vocabulary)), ("units", ArgValue::int(units))];
    let source = call.push("embedding", arguments, vec![view.source], vec![("weight", weight)], vec![sizes.clone()]);
    let mut axes = view.axes.clone();
    axes.push(vec![sizes.len()]);
    Ok(vec![Known::View(View { source, sizes, axes })])
}
