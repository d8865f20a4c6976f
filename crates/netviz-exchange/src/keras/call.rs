//! Calls of layers in functional models: what a layer is given, in the forms of Keras 2 and 3.

use std::collections::HashMap;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::TensorType;
use serde_json::Value;

use super::config::{self, Config};

/// An output of a call.
#[derive(Debug, Clone)]
pub(super) struct Reference<'a> {
    /// The layer's name.
    pub(super) layer: &'a str,
    /// Which of its calls. Models count from 1 in some files; see [`first_calls`].
    pub(super) call: usize,
    /// Which of the outputs.
    pub(super) output: usize,
    /// Its type, if the file states it.
    pub(super) stated: Option<TensorType>,
}

/// What a layer is called with.
#[derive(Debug, Clone)]
pub(super) enum Argument<'a> {
    /// The tensor with this index among those of the call.
    Tensor(usize),
    /// Several arguments in one.
    List(Vec<Argument<'a>>),
    /// A number, a text and so on.
    Plain(&'a Value),
}

/// One call of a layer.
#[derive(Debug, Clone, Default)]
pub(super) struct Call<'a> {
    /// The tensors that it is given.
    pub(super) tensors: Vec<Reference<'a>>,
    /// The arguments without names.
    pub(super) positional: Vec<Argument<'a>>,
    /// Those with names.
    pub(super) keywords: Vec<(&'a str, Argument<'a>)>,
}

impl<'a> Call<'a> {
    /// The call of a layer in a sequence.
    pub(super) fn single() -> Self {
        Self { positional: vec![Argument::Tensor(0)], ..Self::default() }
    }

    /// An argument by its name and position.
    pub(super) fn argument(&self, name: &str, position: usize) -> Option<&Argument<'a>> {
        let named = self.keywords.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument);
        named.or_else(|| self.positional.get(position))
    }

    /// The index of the tensor that an argument is.
    pub(super) fn tensor(&self, name: &str, position: usize) -> Option<usize> {
        match self.argument(name, position)? {
            Argument::Tensor(index) => Some(*index),
            Argument::List(_) | Argument::Plain(_) => None,
        }
    }

    /// An argument that is no tensor.
    pub(super) fn plain(&self, name: &str, position: usize) -> Option<&'a Value> {
        match self.argument(name, position)? {
            Argument::Plain(value) => Some(value),
            Argument::Tensor(_) | Argument::List(_) => None,
        }
    }
}

/// The calls that an entry of `inbound_nodes` lists.
///
/// Keras 3 writes `{"args": …, "kwargs": …}` for each call, with a `__keras_tensor__` for each tensor. Keras 2 writes lists
/// of tensors, `["layer", call, output, {…}]`, or a single one where the first argument is no list.
pub(super) fn calls<'a>(layer: &str, nodes: Option<&'a Value>) -> Result<Vec<Call<'a>>, Diagnostic> {
    let damaged = || {
        Diagnostic::error(format!("the inputs of `{}` are in no form that is known", excerpt(layer)))
            .hint("the file is damaged: save the model again")
    };
    let Some(nodes) = nodes else { return Ok(Vec::new()) };
    nodes.as_array().ok_or_else(damaged)?.iter().map(|node| call(node).ok_or_else(damaged)).collect()
}

fn call(node: &Value) -> Option<Call<'_>> {
    let mut call = Call::default();
    match node {
        Value::Object(entries) if entries.contains_key("args") => {
            for argument in entries.get("args")?.as_array()? {
                let argument = call.modern(argument);
                call.positional.push(argument);
            }
            for (name, value) in Config::new(entries.get("kwargs")).entries() {
                let argument = call.modern(value);
                call.keywords.push((name, argument));
            }
        }
        // A model that is given a dictionary of tensors.
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            let list = entries.into_iter().map(|(_, value)| call.legacy(value)).collect::<Option<_>>()?;
            call.positional.push(Argument::List(list));
        }
        Value::Array(parts) if parts.first()?.is_string() => {
            let first = call.legacy(node)?;
            call.positional.push(first);
        }
        Value::Array(parts) => {
            let mut list = parts.iter().map(|part| call.legacy(part)).collect::<Option<Vec<_>>>()?;
            let argument = if list.len() == 1 { list.remove(0) } else { Argument::List(list) };
            call.positional.push(argument);
        }
        _ => return None,
    }
    Some(call)
}

impl<'a> Call<'a> {
    fn push(&mut self, reference: Reference<'a>) -> Argument<'a> {
        self.tensors.push(reference);
        Argument::Tensor(self.tensors.len() - 1)
    }

    /// An argument in the form of Keras 3.
    fn modern(&mut self, value: &'a Value) -> Argument<'a> {
        if let Some(reference) = keras_tensor(value) {
            return self.push(reference);
        }
        let before = self.tensors.len();
        let list: Vec<_> = match value {
            Value::Object(entries) if !entries.contains_key("class_name") => {
                let mut entries: Vec<_> = entries.iter().collect();
                // As `keras.tree` flattens dictionaries.
                entries.sort_by_key(|(name, _)| *name);
                entries.into_iter().map(|(_, value)| self.modern(value)).collect()
            }
            _ => config::items(value).into_iter().flatten().map(|value| self.modern(value)).collect(),
        };
        if self.tensors.len() > before { Argument::List(list) } else { Argument::Plain(value) }
    }

    /// A tensor in the form of Keras 2, with the keywords of its call.
    fn legacy(&mut self, value: &'a Value) -> Option<Argument<'a>> {
        let parts = value.as_array()?;
        let argument = if parts.first()?.as_str()? == "_CONSTANT_VALUE" {
            Argument::Plain(parts.get(2)?)
        } else {
            let reference = reference(value)?;
            self.push(reference)
        };
        if self.keywords.is_empty() {
            for (name, value) in Config::new(parts.get(3)).entries() {
                let argument = self.keyword(value);
                self.keywords.push((name, argument));
            }
        }
        Some(argument)
    }

    /// An argument with a name in the form of Keras 2.
    fn keyword(&mut self, value: &'a Value) -> Argument<'a> {
        if let Some(reference) = reference(value) {
            return self.push(reference);
        }
        let before = self.tensors.len();
        let list: Vec<_> = value.as_array().into_iter().flatten().map(|value| self.keyword(value)).collect();
        if self.tensors.len() > before { Argument::List(list) } else { Argument::Plain(value) }
    }
}

/// A tensor as Keras 3 writes it.
fn keras_tensor(value: &Value) -> Option<Reference<'_>> {
    let entry = Config::new(Some(value));
    if entry.text("class_name") != Some("__keras_tensor__") {
        return None;
    }
    let config = Config::new(entry.get("config"));
    let reference = reference(config.get("keras_history")?)?;
    Some(Reference { stated: config::stated(config), ..reference })
}

/// A list of a layer's name, the number of its call and that of the output.
pub(super) fn reference(value: &Value) -> Option<Reference<'_>> {
    let [layer, call, output, ..] = value.as_array()?.as_slice() else { return None };
    let number = |value: &Value| usize::try_from(config::int(value)?).ok();
    Some(Reference { layer: layer.as_str()?, call: number(call)?, output: number(output)?, stated: None })
}

/// All tensors in a structure of lists and dictionaries, in the order in which Keras flattens it.
pub(super) fn references(value: &Value) -> Vec<Reference<'_>> {
    if let Some(reference) = reference(value) {
        return vec![reference];
    }
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            entries.into_iter().flat_map(|(_, value)| references(value)).collect()
        }
        _ => value.as_array().into_iter().flatten().flat_map(references).collect(),
    }
}

/// The number that references give to the first call of each layer.
///
/// Models have a call of their own from the time when they were made, which is not in the file, so that most files count
/// the others from 1. `counts` are the calls of each layer that are in the file, and whether it is a model.
pub(super) fn first_calls<'a>(
    counts: &HashMap<&'a str, (usize, bool)>,
    references: impl Iterator<Item = &'a Reference<'a>>,
) -> HashMap<&'a str, usize> {
    let mut ranges: HashMap<&str, (usize, usize)> = HashMap::new();
    for Reference { layer, call, .. } in references {
        let (low, high) = ranges.entry(layer).or_insert((*call, *call));
        (*low, *high) = ((*low).min(*call), (*high).max(*call));
    }
    let first = |(layer, (low, high)): (&'a str, (usize, usize))| {
        let (count, is_model) = counts.get(layer).copied().unwrap_or_default();
        let starts_late = high >= count || (is_model && low > 0);
        Some((layer, usize::from(starts_late && low > 0)))
    };
    ranges.into_iter().filter_map(first).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names<'a>(call: &'a Call) -> Vec<(&'a str, usize, usize)> {
        call.tensors.iter().map(|it| (it.layer, it.call, it.output)).collect()
    }

    #[test]
    fn calls_of_keras_2_are_read() {
        let nodes = json!([[["a", 0, 0, {"mask": ["m", 0, 1], "training": true}], ["b", 1, 0, {}]]]);
        let calls = calls("add", Some(&nodes)).expect("a call");
        assert_eq!(names(&calls[0]), [("a", 0, 0), ("m", 0, 1), ("b", 1, 0)]);
        assert_eq!(calls[0].tensor("mask", 9), Some(1));
        assert_eq!(calls[0].plain("training", 9), Some(&json!(true)));
        assert!(matches!(calls[0].positional[..], [Argument::List(ref list)] if list.len() == 2));
    }

    #[test]
    fn an_operation_of_keras_2_has_constants() {
        let nodes = json!([["x", 0, 0, {"y": 2.0}], ["_CONSTANT_VALUE", -1, 3.0, {"y": ["x", 0, 0]}]]);
        let calls = calls("multiply", Some(&nodes)).expect("two calls");
        assert_eq!(calls[0].plain("y", 1), Some(&json!(2.0)));
        assert_eq!(calls[1].tensor("y", 1), Some(0));
    }

    #[test]
    fn calls_of_keras_3_are_read() {
        let tensor = |layer: &str| {
            json!({"class_name": "__keras_tensor__",
                "config": {"shape": [null, 4], "dtype": "float32", "keras_history": [layer, 0, 0]}})
        };
        let nodes = json!([{"args": [[tensor("b"), tensor("a")], 2.0], "kwargs": {"mask": null, "states": {"z": tensor("z")}}}]);
        let calls = calls("layer", Some(&nodes)).expect("a call");
        assert_eq!(names(&calls[0]), [("b", 0, 0), ("a", 0, 0), ("z", 0, 0)]);
        assert_eq!(calls[0].plain("x", 1), Some(&json!(2.0)));
        assert_eq!(calls[0].tensors[0].stated.as_ref().map(TensorType::signature).as_deref(), Some("float32 N×4"));
    }

    #[test]
    fn other_forms_are_errors() {
        for nodes in
            [json!(3), json!([3]), json!([[]]), json!([[["a"]]]), json!([{"args": 1}]), json!([[["a", -1, 0]]])]
        {
            assert!(calls("x", Some(&nodes)).is_err(), "{nodes}");
        }
    }

    #[test]
    fn models_count_their_calls_from_one() {
        let structure = json!([["model", 1, 0], ["dense", 0, 0], ["sequence", 0, 0], ["twice", 2, 0]]);
        let references = references(&structure);
        let counts =
            HashMap::from([("model", (1, true)), ("dense", (1, false)), ("sequence", (1, true)), ("twice", (2, true))]);
        let first = first_calls(&counts, references.iter());
        assert_eq!(["model", "dense", "sequence", "twice"].map(|name| first[name]), [1, 0, 0, 1]);
    }
}
