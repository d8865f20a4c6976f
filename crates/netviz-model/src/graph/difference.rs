//! The differences between two models that affect training.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use super::{Content, Graph};
use crate::ir::Op;
use crate::schema::{ArgValue, Setting, Settings};

/// A value in which two models differ.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Its path, as for `--set`: `train.batch_size`, `layers.0`.
    pub path: String,
    /// Its value in the first model; `None` if that has no such value.
    pub before: Option<ArgValue>,
    /// Its value in the second model.
    pub after: Option<ArgValue>,
}

/// The differences between two models, in the order of the file. Omitted values are compared by their defaults; the
/// name of the network is ignored.
pub fn differences(before: &Graph, after: &Graph) -> Vec<Difference> {
    let (before, after) = (values(before), values(after));
    let [old, new] = [&before, &after].map(|values| -> HashMap<&str, &ArgValue> {
        values.iter().map(|(path, value)| (path.as_str(), value)).collect()
    });
    let added = after.iter().filter(|(path, _)| !old.contains_key(path.as_str()));
    let value = |values: &HashMap<&str, &ArgValue>, path: &str| values.get(path).map(|&value| value.clone());
    before
        .iter()
        .chain(added)
        .map(|(path, _)| Difference { path: path.clone(), before: value(&old, path), after: value(&new, path) })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

/// All values of a model that affect training, with their paths as for `--set`, in the order of the file. A layer is
/// one value: its kind, its arguments, and its `name` and `from`.
pub fn values(graph: &Graph) -> Vec<(String, ArgValue)> {
    // The input, then the layers in the order of the file.
    let mut nodes: Vec<NodeIndex> = graph.order().collect();
    nodes.sort_by_key(|&index| graph.node(index).position);
    let nodes = nodes.into_iter().map(|index| {
        let node = graph.node(index);
        let kind = match &node.content {
            Content::Layer { kind, .. } => Some(kind.name),
            Content::Operation(op) => Some(op.info().name),
            Content::Composite(_) => Some("composite"),
            Content::Input => None,
        };
        let Some(kind) = kind else {
            let sizes = ArgValue::sizes(graph.output_type(index).sample().unwrap_or_default());
            let shape = Setting { name: "shape".into(), value: sizes.clone(), is_default: false };
            let settings = graph.settings(index);
            let value = if settings.is_empty() { sizes } else { ArgValue::arguments([vec![shape], settings].concat()) };
            return (node.name.clone(), value);
        };
        let from: Vec<String> = graph.sources(index).into_iter().map(|source| graph.source_name(source)).collect();
        let mut arguments = vec![named("name", node.name.clone()), named("from", from.join("+"))];
        if matches!(node.content, Content::Composite(_) | Content::Operation(Op::Opaque(_))) {
            arguments.push(named("class", node.content.kind().to_owned()));
        }
        arguments.extend(node.content.settings());
        let path = format!("layers.{}", node.layer_number().unwrap_or_default());
        (path, ArgValue::choice(kind, arguments))
    });
    let train = graph.train().map(Settings::settings).unwrap_or_default();
    let train = train.into_iter().map(|Setting { name, value, .. }| (format!("train.{name}"), value));
    nodes.chain(train).collect()
}

fn named(key: &'static str, name: String) -> Setting {
    Setting { name: key.into(), value: ArgValue::name(name), is_default: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "input: [784]\nlayers:\n  - dense: {units: 20, activation: relu}\n  - dropout: 0.5\n  - dense: \
                          {units: 10, activation: softmax}\ntrain: {data: mnist, loss: categorical_crossentropy}";

    fn found(change: &[(&str, &str)]) -> Vec<String> {
        let after = change.iter().fold(BEFORE.to_owned(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replacen(old, new, 1)
        });
        let [before, after] = [BEFORE, &after].map(|text| Graph::from_text(text).expect("a model"));
        let text = |value: Option<ArgValue>| value.map_or_else(|| "-".into(), |value| value.to_string());
        differences(&before, &after)
            .into_iter()
            .map(|difference| format!("{}: {} > {}", difference.path, text(difference.before), text(difference.after)))
            .collect()
    }

    #[test]
    fn spelling_and_what_training_does_not_depend_on_make_no_difference() {
        assert!(found(&[("input: [784]", "name: other\n# A comment.\ninput: 784")]).is_empty());
        assert!(found(&[("dropout: 0.5", "dropout: {rate: 0.50}"), ("{data", "{seed: 0, data")]).is_empty());
    }

    #[test]
    fn every_value_that_training_depends_on_does() {
        assert_eq!(
            found(&[("0.5", "0.25")]),
            ["layers.1: dropout: {name: dropout_1, from: dense_1, rate: 0.5} > \
             dropout: {name: dropout_1, from: dense_1, rate: 0.25}"]
        );
        assert_eq!(found(&[("{data", "{batch_size: 64, data")]), ["train.batch_size: 32 > 64"]);
        assert_eq!(
            found(&[("{data", "{optimizer: {rmsprop: {rho: 0.8}}, data")]),
            ["train.optimizer: rmsprop: {learning_rate: 0.001, weight_decay: 0, rho: 0.9, epsilon: 0.0000001} > \
             rmsprop: {learning_rate: 0.001, weight_decay: 0, rho: 0.8, epsilon: 0.0000001}"]
        );
        let layers = found(&[("  - dropout: 0.5\n", "")]);
        assert_eq!(layers.len(), 2, "{layers:?}");
        assert!(layers[1].starts_with("layers.2: dense: {name: dense_2") && layers[1].ends_with("> -"), "{layers:?}");
    }
}
