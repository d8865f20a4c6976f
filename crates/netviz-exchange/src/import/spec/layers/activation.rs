//! `activation`

use netviz_model::layer::Activation;
use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx, pattern};
use crate::import::spec::view::View;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Relu", "Sigmoid", "Tanh", "Softplus", "Gelu"], named),
    pattern(&["Gelu"], |call| called(call, "gelu")),
    onnx(&["HardSwish"], |call| called(call, "hard_swish")),
    onnx(&["HardSigmoid"], |call| {
        let is_usual = (call.float("alpha", 0.2)? - 1.0 / 6.0).abs() < 1e-6 && call.float("beta", 0.5)? == 0.5;
        if is_usual { called(call, "hard_sigmoid") } else { Err(Reason::because("its slope is not 1 / 6")) }
    }),
    onnx(&["Clip"], |call| {
        let bound = |index: usize, name: &str, default: f64| match call.operand(index) {
            Known::Weight(bound) => {
                bound.scalar().map(f64::from).ok_or_else(|| Reason::because("its bounds are not one number each"))
            }
            Known::Absent => call.float(name, default),
            _ => Err(Reason::because("its bounds are computed")),
        };
        let bounds = [bound(1, "min", f64::NEG_INFINITY)?, bound(2, "max", f64::INFINITY)?];
        clipped(call, bounds)
    }),
    onnx(&["Max"], |call| match (call.operands.len(), call.operand(0), call.operand(1)) {
        (2, Known::View(view), Known::Weight(bound)) | (2, Known::Weight(bound), Known::View(view))
            if bound.scalar() == Some(0.0) =>
        {
            let view = view.clone();
            Ok(vec![Known::View(function_of(call, "relu", &view)?)])
        }
        _ => Err(Reason::because("it is not with the constant 0")),
    }),
    onnx(&["Elu"], |call| with(call, "alpha", 1.0, 1.0, "elu")),
    onnx(&["LeakyRelu"], |call| with(call, "alpha", 0.01, LEAK, "leaky_relu")),
    onnx(&["Softmax"], |call| softmax(call, "axis", if call.opset < 13 { 1 } else { -1 })),
    aten(&["relu", "sigmoid", "tanh", "silu", "relu6", "gelu"], named),
    aten(&["hardswish"], |call| called(call, "hard_swish")),
    aten(&["hardsigmoid"], |call| called(call, "hard_sigmoid")),
    aten(&["hardtanh"], |call| clipped(call, [call.float("min_val", -1.0)?, call.float("max_val", 1.0)?])),
    aten(&["clamp"], |call| clipped(call, [call.float("min", f64::NEG_INFINITY)?, call.float("max", f64::INFINITY)?])),
    aten(&["clamp_min"], |call| clipped(call, [call.float("min", f64::NEG_INFINITY)?, f64::INFINITY])),
    aten(&["threshold"], |call| {
        let is_relu = call.float("threshold", 1.0)? == 0.0 && call.float("value", 1.0)? == 0.0;
        if is_relu { called(call, "relu") } else { Err(Reason::because("its threshold or its value is not 0")) }
    }),
    aten(&["softplus"], |call| with(call, "beta", 1.0, 1.0, "softplus")),
    aten(&["elu"], |call| with(call, "alpha", 1.0, 1.0, "elu")),
    aten(&["leaky_relu"], |call| with(call, "negative_slope", 0.01, LEAK, "leaky_relu")),
    aten(&["softmax", "_softmax"], |call| softmax(call, "dim", -1)),
    keras(&["Activation"], |call| {
        let view = call.view(0)?;
        Ok(vec![Known::View(applied(call, &view)?)])
    }),
    keras(&["ReLU"], relu),
    keras(&["relu", "Relu", "relu6", "Relu6", "sigmoid", "Sigmoid", "tanh", "Tanh"], named),
    keras(&["silu", "Silu", "softplus", "Softplus"], named),
    keras(&["gelu", "Gelu"], |call| {
        if call.flag("approximate", true) { Err(Reason::because("it is an approximation")) } else { called(call, "gelu") }
    }),
    keras(&["HardSigmoid"], |call| called(call, "hard_sigmoid")),
    keras(&["HardSilu", "HardSwish"], |call| called(call, "hard_swish")),
    keras(&["LeakyRelu"], |call| with(call, "negative_slope", LEAK, LEAK, "leaky_relu")),
    keras(&["ELU", "Elu"], |call| with(call, "alpha", 1.0, 1.0, "elu")),
    keras(&["LeakyReLU"], |call| {
        let name = if call.setting("alpha").is_some() { "alpha" } else { "negative_slope" };
        with(call, name, 0.3, LEAK, "leaky_relu")
    }),
    keras(&["Softmax"], |call| softmax(call, "axis", -1)),
];

/// The slope of `leaky_relu` for negative values.
const LEAK: f64 = 0.2;

/// A function that has the same name in netviz.
fn named(call: &mut Call) -> Mapped {
    if call.text("approximate").is_some_and(|it| it != "none") {
        return Err(Reason::because("it is an approximation"));
    }
    called(call, &call.kind.to_lowercase())
}

/// A function by its name in netviz.
fn called(call: &mut Call, function: &str) -> Mapped {
    let view = call.view(0)?;
    Ok(vec![Known::View(function_of(call, function, &view)?)])
}

/// Values within bounds.
fn clipped(call: &mut Call, bounds: [f64; 2]) -> Mapped {
    match bounds {
        [0.0, 6.0] => called(call, "relu6"),
        [0.0, f64::INFINITY] => called(call, "relu"),
        [min, max] => Err(Reason::because(format!("its bounds are {min} and {max}, not 0 and 6"))),
    }
}

/// A function whose argument must be that of netviz.
fn with(call: &mut Call, argument: &str, default: f64, wanted: f64, function: &str) -> Mapped {
    let view = call.view(0)?;
    let value = call.float(argument, default)?;
    if (value - wanted).abs() > 1e-6 {
        return Err(Reason::because(format!("its `{argument}` is {value}, but that of `{function}` is {wanted}")));
    }
    Ok(vec![Known::View(function_of(call, function, &view)?)])
}

fn relu(call: &mut Call) -> Mapped {
    let view = call.view(0)?;
    let most = call.float("max_value", f64::INFINITY)?;
    let is_plain = (most == 6.0 || most == f64::INFINITY)
        && call.float("negative_slope", 0.0)? == 0.0
        && call.float("threshold", 0.0)? == 0.0;
    if !is_plain {
        return Err(Reason::because("it has other arguments than `relu`"));
    }
    Ok(vec![Known::View(function_of(call, if most == 6.0 { "relu6" } else { "relu" }, &view)?)])
}

/// Softmax is along the channels, or the only dimension.
fn softmax(call: &mut Call, argument: &str, default: i64) -> Mapped {
    let view = call.view(0)?;
    let axis = Call::axis(call.int(argument, default), view.rank())?;
    // Before opset 13, all dimensions from the axis on are one.
    let axes: Vec<usize> = if call.opset < 13 { (axis..view.rank()).collect() } else { vec![axis] };
    Ok(vec![Known::View(softmax_of(call, &view, &axes)?)])
}

fn softmax_of(call: &mut Call, view: &View, axes: &[usize]) -> Result<View, Reason> {
    let order = view.order(axes.iter().copied());
    let sizes = call.draft.sizes(view.source).to_vec();
    if order == [1] && view.sizes == sizes {
        return Ok(call.each("activation", function("softmax"), view));
    }
    let [axis] = axes.iter().copied().filter(|&axis| view.size(axis) > 1).collect::<Vec<_>>()[..] else {
        return Err(Reason::because("it is along several dimensions"));
    };
    let others: Vec<usize> = (0..view.rank()).filter(|&other| other != axis && view.size(other) > 1).collect();
    if !others.is_empty() {
        return Err(Reason::because("it is not along the channels or the only dimension"));
    }
    let batch = view.batch().unwrap_or_default();
    let source = call.draft.shaped(view, &[batch, axis], &[view.size(axis)])?;
    let flat = View::vector(source, view.size(axis), view.rank(), [batch, axis]);
    Ok(call.each("activation", function("softmax"), &flat))
}

fn function(name: &str) -> Vec<(&'static str, ArgValue)> {
    vec![("function", ArgValue::name(name.to_owned()))]
}

/// A function by its name in netviz.
pub(super) fn function_of(call: &mut Call, name: &str, view: &View) -> Result<View, Reason> {
    match name {
        "linear" => Ok(view.clone()),
        "softmax" => softmax_of(call, view, &[view.rank().saturating_sub(1)]),
        _ if Activation::find(name).is_some() => Ok(call.each("activation", function(name), view)),
        _ => Err(Reason::because(format!("its activation is `{name}`"))),
    }
}

/// The activation of a layer of Keras, applied to what the layer gives.
pub(super) fn applied(call: &mut Call, view: &View) -> Result<View, Reason> {
    let name = match call.setting("activation") {
        None => "linear".to_owned(),
        Some(ArgValue::Name(name)) => name.to_lowercase(),
        Some(_) => return Err(Reason::because("its activation is no function of Keras")),
    };
    if call.keras.is_some_and(|keras| keras.is_early) && name == "hard_sigmoid" {
        return Err(Reason::because("the `hard_sigmoid` of Keras 2 has the slope 1 / 5, not 1 / 6"));
    }
    let name = match name.as_str() {
        "none" => "linear",
        "swish" => "silu",
        "hard_silu" => "hard_swish",
        name => name,
    };
    function_of(call, name, view)
}
