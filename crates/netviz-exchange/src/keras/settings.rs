//! Configurations as settings, which pictures and tables show.

use netviz_model::schema::{ArgValue, Setting};
use serde_json::Value;

use super::call::{Argument, Call};
use super::config::{self, Config, Object, Policy};
use super::layers::{Kind, find};

/// The longest list that is shown.
const LONGEST: usize = 16;

/// The longest text that is shown, in characters.
const LENGTH: usize = 60;

/// Entries that say nothing about a network.
const SKIPPED: &[&str] = &["name", "batch_shape", "batch_input_shape", "autocast", "build_config", "registered_name"];

/// Defaults of all layers whose kind has no other for an entry, in text form.
const DEFAULTS: &[(&str, &str)] = &[
    ("trainable", "true"),
    ("dtype", "float32"),
    ("activation", "linear"),
    ("use_bias", "true"),
    ("data_format", "channels_last"),
    ("groups", "1"),
    ("padding", "valid"),
    ("strides", "1"),
    ("strides", "1×1"),
    ("strides", "1×1×1"),
    ("dilation_rate", "1"),
    ("dilation_rate", "1×1"),
    ("dilation_rate", "1×1×1"),
    ("dynamic", "false"),
    ("sparse", "false"),
    ("ragged", "false"),
    ("keepdims", "false"),
];

/// Entries whose default is the value of another one.
const SAME: &[(&str, &str)] = &[("strides", "pool_size"), ("value_dim", "key_dim")];

/// The configuration of a layer, or of an operation with how it is called.
pub(super) fn settings(object: &Object, kind: Option<&Kind>, call: &Call) -> Vec<Setting> {
    let mut settings = configuration(object, kind);
    let named = call.keywords.iter().map(|(name, argument)| (*name, argument));
    // The second operand of an operation may be a number.
    let unnamed = call.positional.iter().skip(1).filter(|_| object.is_operation()).map(|argument| ("y", argument));
    for (name, argument) in named.chain(unnamed) {
        let (Argument::Plain(value), false) = (argument, matches!(name, "training" | "name" | "mask")) else {
            continue;
        };
        if let Some(value) = shown(value)
            && !settings.iter().any(|setting| setting.name == name)
        {
            settings.push(Setting { name: name.to_owned().into(), value, is_default: false });
        }
    }
    settings
}

fn configuration(object: &Object, kind: Option<&Kind>) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    let says_nothing = |name: &str| SKIPPED.contains(&name) || name == BACKWARD && mirrors(object.config);
    for (name, value) in object.config.entries().filter(|(name, _)| !says_nothing(name)) {
        let shown = match name.as_str() {
            "dtype" if object.is_operation() => shown(value),
            "dtype" => Some(policy(object.config)),
            "function" => function(value),
            _ => shown(value),
        };
        let Some(value) = shown else { continue };
        let is_default = is_default(name, &value, object.config, kind);
        settings.push(Setting { name: name.clone().into(), value, is_default });
    }
    // What is inside a wrapper says what it does.
    if let Some(inner) = kind.and_then(|kind| object.config.object(kind.wraps?)) {
        for setting in configuration(&inner, find(inner.class)) {
            if !settings.iter().any(|own| own.name == setting.name) {
                settings.push(setting);
            }
        }
    }
    settings
}

/// The layer that reads a sequence from its end, which Keras makes from the other one if none is given.
const BACKWARD: &str = "backward_layer";

/// Whether the layers of both directions do the same.
fn mirrors(config: Config) -> bool {
    let facts = |name: &str| {
        let inner = config.object(name)?;
        let entries = inner
            .config
            .entries()
            .filter(|(name, _)| !matches!(name.as_str(), "name" | "go_backwards") && !name.ends_with("_initializer"));
        Some((inner.class, entries.collect::<Vec<_>>()))
    };
    facts(BACKWARD) == facts("layer")
}

fn is_default(name: &str, value: &ArgValue, config: Config, kind: Option<&Kind>) -> bool {
    // What weights started with says nothing about those of a trained network, nor do seeds.
    if name.ends_with("_initializer") || name == "seed" {
        return true;
    }
    let text = value.to_string();
    let same = SAME.iter().find(|(own, _)| *own == name).and_then(|(_, other)| config.get(other).and_then(shown));
    if let Some(other) = same {
        return text == other.to_string();
    }
    let own = kind.map(|kind| kind.defaults).unwrap_or_default();
    let list = if own.iter().any(|(known, _)| *known == name) { own } else { DEFAULTS };
    list.iter().any(|(known, default)| *known == name && *default == text)
}

/// The element types of a layer: `float32`, `mixed_float16`, `int8`.
fn policy(config: Config) -> ArgValue {
    let Policy { compute, variable, quantization } = Policy::of(config);
    match quantization {
        Some(mode) => ArgValue::name(mode.to_owned()),
        None if compute == variable => ArgValue::name(compute.name()),
        None => ArgValue::name(format!("mixed_{compute}")),
    }
}

/// A function in Python: its name, or that it has none.
fn function(value: &Value) -> Option<ArgValue> {
    let named = match value {
        Value::String(_) => shown(value),
        _ => Object::new(value).filter(|object| object.class != "__lambda__").and_then(|_| shown(value)),
    };
    named.or_else(|| Some(ArgValue::name("lambda")))
}

/// A value of a configuration; `None` for what is not worth showing.
fn shown(value: &Value) -> Option<ArgValue> {
    match value {
        Value::Null => None,
        Value::Bool(value) => Some(ArgValue::Bool(*value)),
        Value::Number(number) => match config::int(value) {
            Some(int) => Some(ArgValue::Int(int)),
            None => number.as_f64().filter(|number| number.is_finite()).map(ArgValue::Float),
        },
        Value::String(text) => Some(ArgValue::name(short(text))),
        Value::Array(list) => list_of(list),
        Value::Object(_) => match config::items(value) {
            Some(list) => list_of(list),
            None => object(value),
        },
    }
}

/// The class of an object, the name of a function, or a range as Python writes it.
fn object(value: &Value) -> Option<ArgValue> {
    let object = Object::new(value)?;
    if object.class == "__ellipsis__" {
        return Some(ArgValue::name("..."));
    }
    if object.class == "__slice__" {
        let [start, end, step] = ["start", "stop", "step"].map(|name| object.config.int(name));
        let written = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let step = step.map(|step| format!(":{step}")).unwrap_or_default();
        return Some(ArgValue::name(format!("{}:{}{step}", written(start), written(end))));
    }
    let own = Config::new(Some(value)).text("config").or_else(|| object.config.text("name"));
    let is_function = object.class == "function" || object.class.starts_with("__");
    Some(ArgValue::name(short(own.filter(|_| is_function).unwrap_or(object.class))))
}

fn list_of(list: &[Value]) -> Option<ArgValue> {
    if list.len() > LONGEST {
        return Some(ArgValue::name(format!("{} values", list.len())));
    }
    match (list, list.iter().map(config::int).collect::<Option<Vec<i64>>>()) {
        ([], _) => None,
        ([single], _) => shown(single),
        (_, Some(sizes)) => Some(ArgValue::Sizes(sizes)),
        (_, None) => Some(ArgValue::List(list.iter().filter_map(shown).collect())),
    }
}

/// A text of a file: in one line, and not too long.
fn short(text: &str) -> String {
    let mut letters = text.chars().map(|it| if it.is_control() { ' ' } else { it });
    let start: String = letters.by_ref().take(LENGTH).collect();
    if letters.next().is_some() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown_settings(value: &Value) -> Vec<(String, String, bool)> {
        let object = Object::new(value).expect("an object");
        let settings = settings(&object, find(object.class), &Call::single());
        settings.into_iter().map(|it| (it.name.into_owned(), it.value.to_string(), it.is_default)).collect()
    }

    #[test]
    fn defaults_of_keras_are_marked() {
        let layer = json!({"class_name": "Conv2D", "config": {"name": "c", "filters": 8, "kernel_size": [3, 3],
            "strides": [2, 2], "padding": "valid", "activation": "relu", "use_bias": true, "bias_regularizer": null,
            "kernel_initializer": {"class_name": "HeNormal", "config": {}},
            "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.1}}}});
        let shown = shown_settings(&layer);
        let visible: Vec<_> = shown.iter().filter(|it| !it.2).map(|it| format!("{} {}", it.0, it.1)).collect();
        assert_eq!(
            visible,
            ["filters 8", "kernel_size 3×3", "strides 2×2", "activation relu", "kernel_regularizer L2"]
        );
    }

    #[test]
    fn a_window_is_its_own_step() {
        let layer = |strides: i64| json!({"class_name": "MaxPooling2D", "config": {"pool_size": [2, 2], "strides": [strides, strides]}});
        assert!(shown_settings(&layer(2)).iter().any(|it| it.0 == "strides" && it.2));
        assert!(shown_settings(&layer(1)).iter().any(|it| it.0 == "strides" && !it.2));
    }

    #[test]
    fn a_wrapper_shows_what_is_inside() {
        let layer = json!({"class_name": "Bidirectional", "config": {"name": "b", "merge_mode": "sum",
            "layer": {"class_name": "LSTM", "config": {"name": "l", "units": 4, "activation": "tanh"}}}});
        let shown = shown_settings(&layer);
        assert!(shown.contains(&("layer".into(), "LSTM".into(), false)), "{shown:?}");
        assert!(shown.contains(&("units".into(), "4".into(), false)), "{shown:?}");
        assert!(shown.contains(&("activation".into(), "tanh".into(), true)), "{shown:?}");
    }
}
