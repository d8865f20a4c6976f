//! Random networks with random edits, and large ones.

use std::collections::BTreeSet;
use std::fmt::Write;

use netviz::graph::{Comparison, Graph, Language, Mark};
use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../common/mod.rs"]
mod common;

/// A layer that keeps the size of its input, so that an edit does not change the layers behind it.
#[derive(Debug, Clone, Copy)]
enum Layer {
    Dense,
    Activation,
    Dropout(u8),
    Norm,
    /// The sum with the layer that is so many layers before.
    Skip(u8),
}

#[derive(Debug, Clone)]
enum Edit {
    Insert(Index, Layer),
    Remove(Index),
    Replace(Index, u8),
}

fn layer() -> impl Strategy<Value = Layer> {
    prop_oneof![
        4 => Just(Layer::Dense),
        2 => Just(Layer::Activation),
        2 => (1..9_u8).prop_map(Layer::Dropout),
        1 => Just(Layer::Norm),
        2 => (2..6_u8).prop_map(Layer::Skip),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), layer()).prop_map(|(at, layer)| Edit::Insert(at, layer)),
        any::<Index>().prop_map(Edit::Remove),
        (any::<Index>(), 1..9_u8).prop_map(|(at, rate)| Edit::Replace(at, rate)),
    ]
}

/// Each layer keeps a number, so that connections stay those of the same layers.
fn edited(layers: &[(usize, Layer)], edits: &[Edit]) -> Vec<(usize, Layer)> {
    let mut layers = layers.to_vec();
    for (index, edit) in edits.iter().enumerate() {
        match edit {
            // A new sum would be another source for what is behind it.
            Edit::Insert(at, Layer::Skip(_)) => layers.insert(at.index(layers.len() + 1), (1000 + index, Layer::Dense)),
            Edit::Insert(at, layer) => layers.insert(at.index(layers.len() + 1), (1000 + index, *layer)),
            Edit::Remove(at) if layers.len() > 1 => {
                layers.remove(at.index(layers.len()));
            }
            Edit::Replace(at, rate) => {
                let at = at.index(layers.len());
                layers[at] = (layers[at].0, Layer::Dropout(*rate));
            }
            Edit::Remove(_) => {}
        }
    }
    layers
}

fn graph(layers: &[(usize, Layer)], all: &[(usize, Layer)]) -> Graph {
    let place = |number: usize| layers.iter().position(|(own, _)| *own == number);
    let mut text = "input: [6]\nlayers:\n".to_owned();
    // What each one has become, since a sum without two sources is a dense layer.
    let mut names: Vec<String> = Vec::new();
    for (index, (number, layer)) in layers.iter().enumerate() {
        let source = |back: u8| {
            let own = all.iter().position(|(own, _)| own == number)?;
            let source = all[own.checked_sub(usize::from(back))?].0;
            let [source, before] = [place(source)?, index.checked_sub(1)?];
            (source < before).then(|| [names[before].clone(), names[source].clone()])
        };
        let (name, line) = match *layer {
            Layer::Dense => ("d", "dense: {units: 6, ".to_owned()),
            Layer::Activation => ("a", "activation: {function: relu, ".to_owned()),
            Layer::Dropout(rate) => ("r", format!("dropout: {{rate: 0.{rate}, ")),
            Layer::Norm => ("b", "batch_norm: {".to_owned()),
            Layer::Skip(back) => match source(back) {
                Some(sources) => ("s", format!("add: {{from: [{}], ", sources.join(", "))),
                None => ("d", "dense: {units: 6, ".to_owned()),
            },
        };
        names.push(format!("{name}{number}"));
        let _ = writeln!(text, "  - {line}name: {name}{number}}}");
    }
    Graph::from_text(&text).unwrap_or_else(|problems| panic!("{text}{problems:?}"))
}

/// The same graph with names that say nothing.
fn unnamed(graph: &Graph) -> Graph {
    let mut text = "input: [6]\nlayers:\n".to_owned();
    let name = |index: usize| if index == 0 { "input".to_owned() } else { format!("n{index}") };
    for index in graph.order().skip(1) {
        let node = graph.node(index);
        let settings: Vec<String> = graph
            .settings(index)
            .iter()
            .filter(|setting| ["units", "function", "rate"].contains(&&*setting.name))
            .map(|setting| format!("{}: {}, ", setting.name, setting.value))
            .collect();
        let sources: Vec<String> = graph.predecessors(index).iter().map(|source| name(source.index())).collect();
        let (kind, settings, own) = (node.content.kind(), settings.concat(), name(index.index()));
        let from = if let [source] = &sources[..] { source.clone() } else { format!("[{}]", sources.join(", ")) };
        let _ = writeln!(text, "  - {kind}: {{{settings}name: {own}, from: {from}}}");
    }
    Graph::from_text(&text).unwrap_or_else(|problems| panic!("{text}{problems:?}"))
}

/// How many sums of the first network are dense layers in the second one.
fn turned(before: &Graph, after: &Graph) -> usize {
    let names = |graph: &Graph| graph.order().map(|index| graph.node(index).name.clone()).collect::<BTreeSet<_>>();
    let after = names(after);
    let sums = names(before).into_iter().filter_map(|name| name.strip_prefix('s').map(|number| format!("d{number}")));
    sums.filter(|dense| after.contains(dense)).count()
}

/// The number of layers with a mark.
fn marks(comparison: &Comparison) -> usize {
    Mark::ALL.iter().map(|&mark| comparison.count(mark)).sum()
}

fn ends(comparison: &Comparison) -> BTreeSet<[usize; 2]> {
    comparison.pairs.iter().map(|pair| [pair.before.index(), pair.after.index()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_few_edits_are_a_few_differences(
        layers in prop::collection::vec(layer(), 2..40),
        edits in prop::collection::vec(edit(), 0..4),
        named in any::<bool>(),
    ) {
        let before: Vec<(usize, Layer)> = layers.into_iter().enumerate().collect();
        let after = edited(&before, &edits);
        let [mut a, mut b] = [&before, &after].map(|layers| graph(layers, &before));
        let lost = turned(&a, &b) + turned(&b, &a);
        if !named {
            [a, b] = [unnamed(&a), unnamed(&b)];
        }
        for graph in [&a, &b] {
            let own = graph.compare(graph, Language::Same);
            prop_assert!(own.is_equal() && own.equal() == graph.order().len());
        }
        let found = a.compare(&b, Language::Same);
        // A removed source of a sum changes the sum, and what reads a removed layer may read another one. Each sum without
        // two sources is a dense layer, which is a removed and an added layer.
        let most = 4 * edits.len() + 2 * lost;
        prop_assert!(marks(&found) <= most, "{} of {most} for {edits:?}: {found:?}", marks(&found));
        let mirrored = b.compare(&a, Language::Same);
        let turned: BTreeSet<[usize; 2]> = ends(&mirrored).into_iter().map(|[after, before]| [before, after]).collect();
        prop_assert_eq!(ends(&found), turned);
        prop_assert_eq!((&found.added, &found.removed), (&mirrored.removed, &mirrored.added));
        // The union has both.
        let union = found.union(&a, &b);
        prop_assert_eq!(union.order().len(), b.order().len() + found.removed.len());
        let names: BTreeSet<&str> = union.order().map(|index| union.node(index).name.as_str()).collect();
        prop_assert_eq!(names.len(), union.order().len());
    }
}

/// A chain of layers, of which those at some places are others.
fn chain(count: usize, units: impl Fn(usize) -> usize) -> Graph {
    let mut builder = netviz::graph::GraphBuilder::new("chain");
    let mut last = builder.input("input", &[4]).expect("an input");
    for index in 0..count {
        let layer = netviz::layer::dense().units(units(index));
        last = builder.add(&format!("dense_{index}"), layer, &[last]).expect("a layer");
    }
    builder.finish(&[last]).expect("a network")
}

#[test]
fn twenty_thousand_layers_take_bounded_time() {
    const COUNT: usize = 20_000;
    let before = chain(COUNT, |index| 2 + index % 7);
    for (what, after) in [
        ("nothing", chain(COUNT, |index| 2 + index % 7)),
        ("one in the middle", chain(COUNT, |index| if index == COUNT / 2 { 9 } else { 2 + index % 7 })),
        ("many", chain(COUNT, |index| if index % 100 == 0 { 9 } else { 2 + index % 7 })),
        ("all", chain(COUNT, |index| 3 + (index * index) % 11)),
        ("other length", chain(COUNT - 5000, |index| 3 + (index * index) % 13)),
    ] {
        let (found, time) = common::timed(|| before.compare(&after, Language::Same));
        assert!(time.as_secs_f64() < 5.0, "{what}: {time:?}");
        assert!(what != "nothing" || found.is_equal());
        assert!(what != "one in the middle" || marks(&found) <= 2, "{}", marks(&found));
    }
}
