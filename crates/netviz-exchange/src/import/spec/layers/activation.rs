//! `activation`

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::view::View;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Relu", "Sigmoid", "Tanh", "Softplus"], named),
    onnx(&["Elu"], |call| with(call, "alpha", 1.0, 1.0, "elu")),
    onnx(&["LeakyRelu"], |call| with(call, "alpha", 0.01, LEAK, "leaky_relu")),
    onnx(&["Softmax"], |call| softmax(call, "axis", if call.opset < 13 { 1 } else { -1 })),
    aten(&["relu", "sigmoid", "tanh", "silu"], named),
    aten(&["softplus"], |call| with(call, "beta", 1.0, 1.0, "softplus")),
    aten(&["elu"], |call| with(call, "alpha", 1.0, 1.0, "elu")),
    aten(&["leaky_relu"], |call| with(call, "negative_slope", 0.01, LEAK, "leaky_relu")),
    aten(&["softmax", "_softmax"], |call| softmax(call, "dim", -1)),
    keras(&["Activation"], |call| {
        let view = call.view(0)?;
        Ok(vec![Known::View(applied(call, view)?)])
    }),
    keras(&["ReLU"], relu),
    keras(&["relu", "Relu", "sigmoid", "Sigmoid", "tanh", "Tanh", "silu", "Silu", "softplus", "Softplus"], named),
    keras(&["ELU"], |call| with(call, "alpha", 1.0, 1.0, "elu")),
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
    let view = call.view(0)?;
    let function = call.kind.to_lowercase();
    Ok(vec![Known::View(function_of(call, &function, &view)?)])
}

/// A function whose argument must be that of netviz.
fn with(call: &mut Call, argument: &str, default: f64, wanted: f64, function: &str) -> Mapped {
    let view = call.view(0)?;
    let value = call.float(argument, default);
    if (value - wanted).abs() > 1e-6 {
        return Err(Reason::because(format!("its `{argument}` is {value}, but that of `{function}` is {wanted}")));
    }
    Ok(vec![Known::View(function_of(call, function, &view)?)])
}

fn relu(call: &mut Call) -> Mapped {
    let view = call.view(0)?;
    let is_plain = call.setting("max_value").is_none()
        && call.float("negative_slope", 0.0) == 0.0
        && call.float("threshold", 0.0) == 0.0;
    if !is_plain {
        return Err(Reason::because("it has other arguments than `relu`"));
    }
    Ok(vec![Known::View(function_of(call, "relu", &view)?)])
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
    let flat = View { axes: (0..view.rank()).map(|own| if own == batch { vec![0] } else if own == axis { vec![1] } else { Vec::new() }).collect(), ..View::whole(source, &[view.size(axis)]) };
    Ok(call.each("activation", function("softmax"), &flat))
}

fn function(name: &str) -> Vec<(&'static str, netviz_model::schema::ArgValue)> {
    vec![("function", netviz_model::schema::ArgValue::name(name.to_owned()))]
}

/// A function by its name in netviz.
pub(super) fn function_of(call: &mut Call, name: &str, view: &View) -> Result<View, Reason> {
    match name {
        "linear" => Ok(view.clone()),
        "softmax" => softmax_of(call, view, &[view.rank().saturating_sub(1)]),
        "relu" | "sigmoid" | "tanh" | "softplus" | "elu" | "leaky_relu" | "silu" => {
            Ok(call.each("activation", function(name), view))
        }
        _ => Err(Reason::because(format!("its activation is `{name}`"))),
    }
}

/// The activation of a layer of Keras, applied to what the layer gives.
pub(super) fn applied(call: &mut Call, view: View) -> Result<View, Reason> {
    let name = call.text("activation").unwrap_or("linear").to_lowercase();
    let name = if name == "swish" { "silu" } else { &name };
    function_of(call, name, &view)
}
