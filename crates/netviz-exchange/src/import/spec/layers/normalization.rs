//! `batch_norm`, `layer_norm` and `local_response_norm`

use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx, pattern};
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["BatchNormalization"], |call| {
        let [scale, bias] = [call.optional(1)?, call.optional(2)?];
        let (mean, variance) = (call.weight(3)?, call.weight(4)?);
        batch_norm(call, 1, [scale, bias], [mean, variance], call.float("epsilon", 1e-5)?, call.float("momentum", 0.9)?)
    }),
    aten(&["batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm", "native_batch_norm"], |call| {
        let [scale, bias] = [call.optional(1)?, call.optional(2)?];
        let (mean, variance) = (call.weight(3)?, call.weight(4)?);
        let momentum = 1.0 - call.float("momentum", 0.1)?;
        batch_norm(call, 1, [scale, bias], [mean, variance], call.float("eps", 1e-5)?, momentum)
    }),
    keras(&["BatchNormalization"], |call| {
        let mut next = 0;
        let mut parameter = |is_there: bool| {
            next += usize::from(is_there);
            if is_there { call.weight(next).map(Some) } else { Ok(None) }
        };
        let scale = parameter(call.flag("scale", true))?;
        let bias = parameter(call.flag("center", true))?;
        let [mean, variance] = [call.weight(next + 1)?, call.weight(next + 2)?];
        let rank = call.view(0)?.rank();
        let axis = Call::axis(call.ints("axis").and_then(|axes| axes.first().copied()).unwrap_or(-1), rank)?;
        batch_norm(
            call,
            axis,
            [scale, bias],
            [mean, variance],
            call.float("epsilon", 1e-3)?,
            call.float("momentum", 0.99)?,
        )
    }),
    onnx(&["LayerNormalization"], |call| {
        let (view, scale, bias) = (call.view(0)?, call.weight(1)?, call.optional(2)?);
        let first = Call::axis(call.int("axis", -1), view.rank())?;
        layer_norm(call, &view, first, Some(scale), bias, call.float("epsilon", 1e-5)?)
    }),
    aten(&["layer_norm", "native_layer_norm"], |call| {
        let (view, scale, bias) = (call.view(0)?, call.optional(1)?, call.optional(2)?);
        let count = call.ints("normalized_shape").map_or(1, |sizes| sizes.len());
        let first = view.rank().checked_sub(count).ok_or_else(|| Reason::because("it has no shape"))?;
        layer_norm(call, &view, first, scale, bias, call.float("eps", 1e-5)?)
    }),
    keras(&["LayerNormalization"], |call| {
        let view = call.view(0)?;
        let axes = call.ints("axis").unwrap_or_else(|| vec![-1]);
        let has = [call.flag("scale", true), call.flag("center", true)];
        let rank = view.rank();
        let mut axes: Vec<usize> = axes.into_iter().map(|axis| Call::axis(axis, rank)).collect::<Result<_, _>>()?;
        axes.sort_unstable();
        let first = rank - axes.len().min(rank);
        if !axes.into_iter().eq(first..rank) || call.flag("rms_scaling", false) {
            return Err(Reason::because("it does not normalize the last dimensions"));
        }
        let scale = if has[0] { Some(call.weight(1)?) } else { None };
        let bias = if has[1] { Some(call.weight(1 + usize::from(has[0]))?) } else { None };
        layer_norm(call, &view, first, scale, bias, call.float("epsilon", 1e-3)?)
    }),
    keras(&["Normalization"], standardized),
    pattern(&["LayerNormalization"], |call| {
        let view = call.view(0)?;
        let mut weights = Vec::new();
        let mut epsilon = 1e-5;
        for known in &call.operands {
            let Known::Weight(weight) = known else { continue };
            match weight.scalar() {
                // Other numbers are exponents and axes.
                Some(value) if value > 0.0 && value < 0.1 => epsilon = f64::from(value),
                Some(_) => {}
                None => weights.push(weight.clone()),
            }
        }
        let count = weights.first().map_or(1, |weight| weight.shape().len());
        let first = view.rank().checked_sub(count).ok_or_else(|| Reason::because("it has no shape"))?;
        let mut weights = weights.into_iter();
        let (scale, bias) = (weights.next(), weights.next());
        layer_norm(call, &view, first, scale, bias, epsilon)
    }),
    onnx(&["LRN"], |call| {
        let view = call.view(0)?;
        let arguments = [
            ("alpha", call.float("alpha", 1e-4)?),
            ("beta", call.float("beta", 0.75)?),
            ("bias", call.float("bias", 1.0)?),
        ];
        local_response_norm(call, &view, call.int("size", 1), arguments)
    }),
    aten(&["local_response_norm"], |call| {
        let (view, size) = (call.view(0)?, call.int("size", 1));
        if size % 2 == 0 {
            return Err(Reason::because("its size is even"));
        }
        let arguments =
            [("alpha", call.float("alpha", 1e-4)?), ("beta", call.float("beta", 0.75)?), ("bias", call.float("k", 1.0)?)];
        local_response_norm(call, &view, size, arguments)
    }),
];

/// As people write it: a file holds 0.001 in single precision.
fn rounded(value: f64) -> ArgValue {
    format!("{value:.5e}").parse().map_or(ArgValue::Float(value), ArgValue::Float)
}

fn batch_norm(
    call: &mut Call,
    axis: usize,
    [scale, bias]: [Option<Weight>; 2],
    [mean, variance]: [Weight; 2],
    epsilon: f64,
    momentum: f64,
) -> Mapped {
    let view = call.view(0)?;
    if axis >= view.rank() {
        return Err(Reason::because("it has no such dimension"));
    }
    let channels = view.size(axis);
    let sizes = call.draft.sizes(view.source).to_vec();
    let (view, places) = if view.axes[axis] == [1] && view.sizes == sizes && matches!(sizes.len(), 1 | 3) {
        (view, None)
    } else if view.rank() == 4 && matches!(axis, 1 | 3) {
        let last = axis == 3;
        let (source, sizes) = call.image(&view, last)?;
        (Call::as_image(source, sizes, last), None)
    } else if (0..view.rank()).all(|other| other == axis || view.axes[other] == [0] || view.size(other) == 1) {
        let (source, places) = call.draft.vector(&view, axis)?;
        let place = [view.batch().unwrap_or_default(), axis];
        let own = if places.is_some() { view.of(source) } else { View::vector(source, channels, view.rank(), place) };
        (own, places)
    } else {
        return Err(Reason::because("its input is neither one dimension nor an image"));
    };
    let given = |weight: Option<Weight>, value: f32| weight.unwrap_or_else(|| Weight::filled(&[channels], value));
    let weights =
        [("weight", given(scale, 1.0)), ("bias", given(bias, 0.0)), ("running_mean", mean), ("running_var", variance)];
    if weights.iter().any(|(_, weight)| *weight.shape() != [channels]) {
        return Err(Reason::because("its weights are not one for each channel"));
    }
    let ordered = |weight: Weight| match &places {
        Some(places) => weight.taken(0, places.clone()),
        None => weight,
    };
    let weights = weights.map(|(name, weight)| (name, ordered(weight)));
    let arguments = vec![("momentum", rounded(momentum.clamp(0.0, 0.999_999))), ("epsilon", rounded(epsilon))];
    let sizes = call.draft.sizes(view.source).to_vec();
    let source = call.push("batch_norm", arguments, vec![view.source], weights.into(), vec![sizes]);
    Ok(vec![Known::View(view.of(source))])
}

/// What Keras divides by if a deviation is smaller.
const SMALLEST_DEVIATION: f32 = 1e-7;

/// A layer whose statistics are fixed: those of its file, or numbers of its configuration.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "weights of netviz have 32 bits")]
fn standardized(call: &mut Call) -> Mapped {
    if call.flag("invert", false) {
        return Err(Reason::because("it inverts a normalization"));
    }
    let view = call.view(0)?;
    let axes = match call.setting("axis") {
        Some(_) => call.ints("axis").unwrap_or_default(),
        None => Vec::new(),
    };
    let axis = match axes[..] {
        // The same numbers for all values.
        [] => view.rank() - 1,
        [axis] => Call::axis(axis, view.rank())?,
        _ => return Err(Reason::because("it normalizes along several dimensions")),
    };
    let channels = view.size(axis);
    let statistic = |name: &str, index: usize| {
        let stated = match call.setting(name) {
            None => return call.weight(index),
            Some(ArgValue::List(values)) => values.iter().map(number).collect::<Option<Vec<f64>>>(),
            Some(ArgValue::Sizes(values)) => Some(values.iter().map(|&value| value as f64).collect()),
            Some(value) => number(value).map(|value| vec![value]),
        };
        let values: Option<Vec<f32>> = stated.map(|values| values.into_iter().map(|value| value as f32).collect());
        values.map(Weight::given).ok_or_else(|| Reason::because(format!("its `{name}` is not in the file as numbers")))
    };
    let spread = |weight: Weight| match weight.elements() {
        1 if channels > 1 => weight.scalar().map(|value| Weight::filled(&[channels], value)),
        _ => weight.reshaped(&[channels]),
    };
    let misfit = || Reason::because("its statistics are not one for each channel");
    let mean = spread(statistic("mean", 1)?).ok_or_else(misfit)?;
    let variance = spread(statistic("variance", 2)?).ok_or_else(misfit)?;
    let epsilon = 1e-3;
    // What makes up for the epsilon that is added to the variance.
    let scale = variance.map(move |variance| {
        (variance + epsilon as f32).sqrt() / variance.sqrt().max(SMALLEST_DEVIATION)
    });
    batch_norm(call, axis, [Some(scale), None], [mean, variance], epsilon, 0.99)
}

#[expect(clippy::cast_precision_loss, reason = "statistics are small")]
fn number(value: &ArgValue) -> Option<f64> {
    match value {
        ArgValue::Int(value) => Some(*value as f64),
        ArgValue::Float(value) => Some(*value),
        _ => None,
    }
}

/// Normalizes from a dimension on to the last one.
fn layer_norm(
    call: &mut Call,
    view: &View,
    first: usize,
    scale: Option<Weight>,
    bias: Option<Weight>,
    epsilon: f64,
) -> Mapped {
    let axes: Vec<usize> = (0..view.rank()).collect();
    let source = call.draft.arranged(view, &axes)?;
    let sizes = call.draft.sizes(source).to_vec();
    let normalized = first.checked_sub(1).and_then(|first| sizes.get(first..)).filter(|sizes| !sizes.is_empty());
    let normalized = normalized.ok_or_else(|| Reason::because("it normalizes the batch"))?.to_vec();
    let given = |weight: Option<Weight>, value: f32| match weight {
        Some(weight) => weight.reshaped(&normalized),
        None => Some(Weight::filled(&normalized, value)),
    };
    let (Some(scale), Some(bias)) = (given(scale, 1.0), given(bias, 0.0)) else {
        return Err(Reason::because("its weights are not one for each value"));
    };
    let axis = -i64::try_from(normalized.len()).unwrap_or(1);
    let arguments = vec![("axis", ArgValue::Int(axis)), ("epsilon", rounded(epsilon))];
    let source =
        call.push("layer_norm", arguments, vec![source], vec![("weight", scale), ("bias", bias)], vec![sizes.clone()]);
    Ok(vec![Known::View(View::whole(source, &sizes)), Known::Absent, Known::Absent])
}

fn local_response_norm(call: &mut Call, view: &View, size: i64, arguments: [(&'static str, f64); 3]) -> Mapped {
    let (source, sizes) = call.image(view, false)?;
    let own = arguments.map(|(name, value)| (name, rounded(value)));
    let arguments = std::iter::once(("size", ArgValue::Int(size))).chain(own).collect();
    let source = call.push("local_response_norm", arguments, vec![source], Vec::new(), vec![sizes.to_vec()]);
    Ok(vec![Known::View(Call::as_image(source, sizes, false))])
}
