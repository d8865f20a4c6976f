//! Configurations of layers: JSON objects with typed access.

use netviz_model::ir::{DType, Dim, TensorType};
use serde_json::{Map, Value};

/// The configuration of a layer, an operation or a model.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Config<'a>(Option<&'a Map<String, Value>>);

impl<'a> Config<'a> {
    /// A value, if it is an object; one without entries otherwise.
    pub(super) fn new(value: Option<&'a Value>) -> Self {
        Self(value.and_then(Value::as_object))
    }

    /// An entry that is not `null`.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    /// The entries, in the order of the file.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.0.into_iter().flatten()
    }

    /// A text.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// A boolean; `default` if there is none.
    pub(super) fn flag(self, name: &str, default: bool) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(default)
    }

    /// A whole number.
    pub(super) fn int(self, name: &str) -> Option<i64> {
        int(self.get(name)?)
    }

    /// A size.
    pub(super) fn size(self, name: &str) -> Option<usize> {
        usize::try_from(self.int(name)?).ok()
    }

    /// Whole numbers, of which there may also be a single one.
    pub(super) fn ints(self, name: &str) -> Option<Vec<i64>> {
        ints(self.get(name)?)
    }

    /// Sizes, of which there may also be a single one.
    pub(super) fn sizes(self, name: &str) -> Option<Vec<usize>> {
        self.ints(name)?.into_iter().map(|size| usize::try_from(size).ok()).collect()
    }

    /// An object that the configuration holds, such as the layer inside a wrapper.
    pub(super) fn object(self, name: &str) -> Option<Object<'a>> {
        self.get(name).and_then(Object::new)
    }

    /// The objects of a list.
    pub(super) fn objects(self, name: &str) -> Vec<Object<'a>> {
        self.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Object::new).collect()
    }
}

/// A serialized object: a layer, a model, an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object<'a> {
    /// The name of its class, without the package that it is registered in.
    pub(super) class: &'a str,
    /// Where the class is defined, from Keras 3 on.
    pub(super) module: &'a str,
    /// What it was made with.
    pub(super) config: Config<'a>,
    /// The whole entry.
    pub(super) entry: Config<'a>,
}

impl<'a> Object<'a> {
    /// An object with a class.
    pub(super) fn new(value: &'a Value) -> Option<Self> {
        let entry = Config::new(Some(value));
        let class = entry.text("class_name")?;
        Some(Self {
            // `package>Class`, as registered classes are written by Keras 2.
            class: class.rsplit('>').next().unwrap_or(class),
            module: entry.text("module").unwrap_or_default(),
            config: Config::new(entry.get("config")),
            entry,
        })
    }

    /// The name of a layer.
    pub(super) fn name(&self) -> &'a str {
        self.entry.text("name").or_else(|| self.config.text("name")).unwrap_or(self.class)
    }

    /// The layers of a model; `None` if it is no model.
    ///
    /// The oldest files have the list itself as the configuration.
    pub(super) fn layers(&self) -> Option<Vec<Object<'a>>> {
        let list = self.config.get("layers").or(self.entry.get("config").filter(|value| value.is_array()))?;
        Some(list.as_array()?.iter().filter_map(Object::new).collect())
    }

    /// Whether it is an operation of `keras.ops` and not a layer.
    pub(super) fn is_operation(&self) -> bool {
        let is_call = |node: &Value| node.get("args").is_some();
        let nodes = || self.entry.get("inbound_nodes").and_then(Value::as_array);
        // HDF5 files do not have the module, but only layers can be trained.
        let is_untold =
            self.module.is_empty() && self.config.get("trainable").is_none() && !UNTRAINABLE.contains(&self.class);
        self.module.starts_with("keras.src.ops")
            || self.module.starts_with("keras.ops")
            || (is_untold && nodes().is_some_and(|nodes| nodes.iter().any(is_call)))
    }
}

/// Layers whose configurations do not say whether they can be trained.
const UNTRAINABLE: &[&str] =
    &["Discretization", "InputLayer", "Pipeline", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"];

/// A whole number, also if it is written as `3.0`.
#[expect(clippy::cast_possible_truncation, reason = "only whole numbers are converted")]
pub(super) fn int(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < 1e15).map(|it| it as i64))
}

/// Whole numbers, of which there may also be a single one.
pub(super) fn ints(value: &Value) -> Option<Vec<i64>> {
    match value {
        Value::Array(values) => values.iter().map(int).collect(),
        Value::Object(_) => items(value)?.iter().map(int).collect(),
        _ => Some(vec![int(value)?]),
    }
}

/// The items of a list, or of a tuple as Keras 3 writes it.
pub(super) fn items(value: &Value) -> Option<&Vec<Value>> {
    match value {
        Value::Array(values) => Some(values),
        Value::Object(entries) if entries.get("class_name")?.as_str() == Some("__tuple__") => {
            entries.get("items")?.as_array()
        }
        _ => None,
    }
}

/// A shape as Keras writes it, where `null` is a size that is not known, and such a first one the batch.
pub(super) fn shape(value: &Value) -> Option<Vec<Dim>> {
    let sizes = items(value)?;
    let dim = |(index, size): (usize, &Value)| match int(size).map(usize::try_from) {
        Some(Ok(size)) => Some(Dim::Size(size)),
        Some(Err(_)) => Some(Dim::Unknown),
        None if !size.is_null() => None,
        None => Some(if index == 0 { Dim::BATCH } else { Dim::Unknown }),
    };
    sizes.iter().enumerate().map(dim).collect()
}

/// The element types of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Policy<'a> {
    /// Of what it computes.
    pub(super) compute: DType,
    /// Of its weights.
    pub(super) variable: DType,
    /// How its weights are quantized: `int8`.
    pub(super) quantization: Option<&'a str>,
}

impl<'a> Policy<'a> {
    /// The policy that a configuration names, or describes.
    pub(super) fn of(config: Config<'a>) -> Self {
        let value = config.get("dtype");
        let object = value.and_then(Object::new);
        let name = value.and_then(Value::as_str).or_else(|| {
            let policy = object?.config;
            policy.text("name").or_else(|| policy.text("source_name"))
        });
        let mode = object.and_then(|policy| policy.config.text("mode"));
        let (mode, name) = match name.and_then(|name| name.split_once("_from_")) {
            Some((own, source)) => (Some(own), Some(source)),
            None => (mode, name),
        };
        let (compute, variable) = match name {
            Some("mixed_float16") => (DType::Float16, DType::Float32),
            Some("mixed_bfloat16") => (DType::BFloat16, DType::Float32),
            Some(name) => {
                let dtype = dtype(name).unwrap_or(DType::Float32);
                (dtype, dtype)
            }
            None => (DType::Float32, DType::Float32),
        };
        // `int4/128`: the number of values of a block.
        let quantization = mode.map(|mode| mode.split('/').next().unwrap_or(mode));
        Self { compute, variable, quantization }
    }
}

/// An element type by its name in Keras.
pub(super) fn dtype(name: &str) -> Option<DType> {
    DType::by_name(name.rsplit('.').next().unwrap_or(name))
}

/// The type of a value whose shape and element type are stated.
pub(super) fn stated(config: Config) -> Option<TensorType> {
    let dims = shape(config.get("shape")?)?;
    let dtype = config.text("dtype").and_then(dtype).unwrap_or(DType::Float32);
    Some(TensorType::new(dtype, dims))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn policies_of_all_forms_are_read() {
        for (value, compute, variable, quantization) in [
            (json!("float32"), DType::Float32, DType::Float32, None),
            (json!("mixed_float16"), DType::Float16, DType::Float32, None),
            (
                json!({"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}),
                DType::BFloat16,
                DType::Float32,
                None,
            ),
            (
                json!({"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}}),
                DType::Float32,
                DType::Float32,
                Some("int8"),
            ),
            (json!("int8_from_mixed_float16"), DType::Float16, DType::Float32, Some("int8")),
        ] {
            let config = json!({"dtype": value});
            let expected = Policy { compute, variable, quantization };
            assert_eq!(Policy::of(Config::new(Some(&config))), expected, "{config}");
        }
    }

    #[test]
    fn sizes_that_are_not_known_are_no_numbers() {
        assert_eq!(shape(&json!([null, 3, null])), Some(vec![Dim::BATCH, 3.into(), Dim::Unknown]));
        assert_eq!(shape(&json!({"class_name": "__tuple__", "items": [2]})), Some(vec![2.into()]));
        assert_eq!(shape(&json!([-1, 1e30])), None);
        assert_eq!(shape(&json!("3")), None);
    }
}
