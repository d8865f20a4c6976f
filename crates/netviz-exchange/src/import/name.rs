//! Names of nodes in the form of netviz: the parts of a path with dots in between.

use std::collections::HashMap;

use netviz_model::limits;
use netviz_model::text::controls_terminal;

/// Gives out names, each once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// How often each name was asked for.
    taken: HashMap<String, usize>,
    /// How many nodes of each kind had no name of their own.
    unnamed: HashMap<String, usize>,
}

impl Names {
    /// A name that nothing has yet: this one, or with a number behind it.
    pub(crate) fn unique(&mut self, name: String) -> String {
        let name = flat(name);
        let mut candidate = name.clone();
        loop {
            let count = self.taken.entry(candidate.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return candidate;
            }
            let number = if candidate == name { *count } else { self.taken[&name] + 1 };
            self.taken.insert(name.clone(), number);
            candidate = format!("{name}_{number}");
        }
    }

    /// A name for what has none: its kind with a number.
    pub(crate) fn unnamed(&mut self, kind: &str) -> String {
        let count = self.unnamed.entry(kind.to_owned()).or_insert(0);
        *count += 1;
        format!("{kind}_{count}")
    }
}

/// A name with dots in it for at most [`limits::FOLD_DEPTH`] groups.
fn flat(name: String) -> String {
    match name.match_indices('.').nth(limits::FOLD_DEPTH) {
        Some((end, _)) => format!("{}{}", &name[..end], name[end..].replace('.', "_")),
        None => name,
    }
}

/// The path of a name with slashes: `/layer1/layer1.0/conv1/Conv` is `layer1.0.conv1.Conv`.
///
/// A part that repeats the one before it, as PyTorch's exporter writes the members of a container, is joined with it. The
/// last part has no dots, so that only slashes make groups.
///
/// Of several names, which converters of TensorFlow join with semicolons, the first one is taken.
pub(crate) fn path(name: &str) -> String {
    let name = name.split(';').find(|name| !name.is_empty()).unwrap_or(name);
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    let Some((last, groups)) = parts.split_last() else { return String::new() };
    let mut path: Vec<&str> = Vec::with_capacity(parts.len());
    for (index, part) in groups.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| groups[before]);
        let own = before.and_then(|before| part.strip_prefix(before)?.strip_prefix('.')).unwrap_or(part);
        path.extend(own.split('.').filter(|name| !name.is_empty()));
    }
    let last = last.replace('.', "_");
    path.push(&last);
    path.join(".")
}

/// The paths of modules from the whole network to the innermost one, each within the one before: of modules that are called
/// through a list of their own, exporters write paths from there on, as in `model.2`, `cv1`, `cv1.bn`.
pub(crate) fn nested(paths: &[&str]) -> Vec<String> {
    let mut nested: Vec<String> = Vec::with_capacity(paths.len());
    // What the paths are relative to, and the one before as it is written.
    let (mut base, mut before) = (String::new(), "");
    for &path in paths {
        let is_within =
            before.is_empty() || path == before || path.strip_prefix(before).is_some_and(|rest| rest.starts_with('.'));
        if !is_within && !path.is_empty() {
            base = nested.last().cloned().unwrap_or_default();
        }
        nested.push(if base.is_empty() || path.is_empty() { path.to_owned() } else { format!("{base}.{path}") });
        before = path;
    }
    nested
}

/// Names that exporters give to every graph.
const USUAL: &[&str] = &[
    "main_graph",
    "main",
    "graph",
    "model",
    "torch_jit",
    "torch-jit-export",
    "tf2onnx",
    "onnx-model",
    "mxnet_converted_model",
    "paddle-onnx",
    "test-model",
    "spox_graph",
];

/// The title of a network, on one line of a picture: the name of its graph, or that of the file if every graph of its
/// exporter has that name.
pub(crate) fn title(graph: &str, file: &str) -> String {
    /// Characters that are read at once.
    const LONGEST: usize = 80;
    let graph = graph.trim();
    let text = if graph.is_empty() || USUAL.contains(&graph) { file } else { graph };
    let shown = |letter: char| if controls_terminal(letter) { char::REPLACEMENT_CHARACTER } else { letter };
    let mut letters = text.chars().map(shown);
    let title: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() { title + "…" } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_within_those_that_call_them() {
        assert_eq!(nested(&["", "a", "a.0", "a.0.conv"]), ["", "a", "a.0", "a.0.conv"]);
        assert_eq!(nested(&["", "model.2", "cv1", "cv1.bn"]), ["", "model.2", "model.2.cv1", "model.2.cv1.bn"]);
        assert_eq!(nested(&["", "model.2", "m.0", "cv1", "cv1.act"])[3..], ["model.2.m.0.cv1", "model.2.m.0.cv1.act"]);
    }

    #[test]
    fn paths_of_exporters_become_groups() {
        for (name, expected) in [
            ("/layer1/layer1.0/conv1/Conv", "layer1.0.conv1.Conv"),
            ("/encoder/layer.11/attention/self/MatMul_1", "encoder.layer.11.attention.self.MatMul_1"),
            ("b.0.conv/Conv", "b.0.conv.Conv"),
            ("p2o.Conv.0", "p2o_Conv_0"),
            ("model/conv2d/BiasAdd", "model.conv2d.BiasAdd"),
            ("Conv_3", "Conv_3"),
            ("model/a/Neg;model/b", "model.a.Neg"),
            ("//", ""),
        ] {
            assert_eq!(path(name), expected);
        }
    }

    #[test]
    fn titles_are_short_lines() {
        assert_eq!(title("main_graph", "resnet50"), "resnet50");
        assert_eq!(title("a\nb\u{202e}c", "file"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(title(&"n".repeat(10_000), "file"), "n".repeat(80) + "…");
        assert_eq!(title(&"n".repeat(80), "file"), "n".repeat(80));
    }

    #[test]
    fn names_are_given_once() {
        let mut names = Names::default();
        let given = ["a", "a_2", "a", "a", "b"].map(|name| names.unique(name.into()));
        assert_eq!(given, ["a", "a_2", "a_3", "a_4", "b"]);
        assert_eq!([names.unnamed("Conv"), names.unnamed("Conv")], ["Conv_1", "Conv_2"]);
    }
}
