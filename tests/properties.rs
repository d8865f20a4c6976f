//! Properties of every input: nothing panics, and the stages agree with each other.

use std::collections::HashSet;

use netviz::Model;
use netviz::diagnostics::{Severity, Style, show};
use netviz::graph::Graph;
use netviz::source::{Source, Sources};
use netviz::spec::to_yaml;
use proptest::prelude::*;
use proptest::sample::{Index, select};

mod common;
#[path = "common/networks.rs"]
mod networks;

use common::{describe, model_text};
use networks::network;

/// Runs the steps of `netviz check` on the bytes of a file. The result is a model, which the later stages accept, or an
/// error to show.
fn check(bytes: Vec<u8>) {
    let source = match Source::from_bytes("model.yaml", bytes) {
        Ok(source) => source,
        Err(diagnostic) => return assert!(show(&diagnostic.into(), None, Style::Plain).starts_with("error: ")),
    };
    let sources = Sources::new(source);
    match Model::read(&sources, &[]) {
        Ok(model) => {
            agree(&model.graph);
            let yaml = to_yaml(&sources, &[]).expect("a valid model can be written");
            assert_eq!(describe(&Model::from_text(&yaml).expect("it can be read").graph), describe(&model.graph));
        }
        Err(diagnostics) => {
            assert!(diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error));
            for diagnostic in &diagnostics {
                let text = show(diagnostic, Some(&sources), Style::Plain);
                assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
            }
        }
    }
}

/// Checks that the graph is in topological order, that its sizes are known, and that its outputs and parameters are those
/// of the program.
fn agree(graph: &Graph) {
    let program = graph.program();
    let mut done = HashSet::new();
    for index in graph.order() {
        let node = graph.node(index);
        assert!(graph.predecessors(index).iter().all(|input| done.contains(input)), "{} comes too early", node.name);
        done.insert(index);
        for (ty, output) in graph.types(index).zip(node.outputs()) {
            assert!(ty.sample().is_some_and(|sizes| !sizes.is_empty()), "{}: {ty}", node.name);
            let giver = program.instructions().iter().find(|instruction| instruction.outputs.contains(output));
            let is_passed_on =
                graph.predecessors(index).iter().any(|&input| graph.node(input).outputs().contains(output));
            assert!(
                giver.is_none_or(|giver| giver.scope.to_string() == node.name || is_passed_on),
                "{}: its outputs are its own or those of its inputs",
                node.name
            );
        }
        let own =
            program.parameters().iter().filter(|parameter| parameter.name.starts_with(&format!("{}.", node.name)));
        let own: Vec<_> = own.cloned().collect();
        assert_eq!(netviz::ir::ParameterCount::of(&own), node.parameters, "{}", node.name);
    }
    assert_eq!(done.len(), graph.as_petgraph().node_count());
    assert_eq!(program.inputs(), graph.node(graph.input()).outputs());
    assert_eq!(program.outputs(), &graph.node(graph.output()).outputs()[..1]);
    assert!(graph.runnable().is_ok());
    assert_eq!(program.parameter_count(), graph.parameters());
    let names: HashSet<&str> = program.values().iter().map(|value| &*value.name).collect();
    assert_eq!(names.len(), program.values().len(), "names of values are unique");
}

/// Text that has a meaning in YAML or in models.
const PIECES: &[&str] = &[
    "",
    " ",
    "\n",
    "\t",
    "\r\n",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "|",
    "---\n",
    "0",
    "-1",
    "1e9",
    "1e400",
    ".nan",
    "99999999999999999999",
    "null",
    "true",
    "~",
    "input",
    "dense",
    "add",
    "from: a",
    "name: a, ",
    "units: ",
    "kernel: 3, ",
    "\u{0}",
    "\u{1b}",
    "\u{85}",
    "\u{2028}",
    "ü",
    "🦀",
    "\u{feff}",
    "%",
    "@",
    ",",
];

/// A model with pieces of its text replaced.
fn mutated() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec((any::<Index>(), 0..12_usize, select(PIECES)), 1..6);
    (select(&["mnist", "lenet5", "resnet_mini"][..]), edits).prop_map(|(model, edits)| {
        let mut text: Vec<char> = model_text(model).chars().collect();
        for (at, length, piece) in edits {
            let start = at.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_check_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(bytes);
    }

    #[test]
    fn no_text_makes_the_check_panic(pieces in prop::collection::vec(select(PIECES), 0..60)) {
        check(pieces.concat().into_bytes());
    }

    #[test]
    fn no_change_of_a_model_makes_the_check_panic(text in mutated()) {
        check(text.into_bytes());
    }

    #[test]
    fn graph_and_program_of_every_network_agree(text in network()) {
        let model = Model::from_text(&text).expect("a valid model");
        agree(&model.graph);
    }
}
