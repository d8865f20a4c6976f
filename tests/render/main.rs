//! `netviz render`: the pictures, the guarantees of each format, and the command.

mod blocks;
mod browser;
mod command;
#[path = "../common/mod.rs"]
mod common;
mod fonts;
mod geometry;
mod goldens;
mod graphviz;
mod growing;
mod hostile;
mod html;
mod json;
mod long_names;
mod mermaid;
mod modules;
#[path = "../common/networks.rs"]
mod networks;
mod neurons;
mod paper;
mod parts;
mod text;
mod themes;
mod tikz;
mod turns;
mod volumes;
mod watch;
mod weights;
mod xml;

use netviz::Model;
use netviz::formats;
use netviz::layer::{Arity, KINDS, Kind};
use netviz::page::Page;
use netviz::picture::{Detail, Options, Picture};
use netviz::scene::Scene;
use netviz::views::VIEWS;
use netviz::views::neurons::NeuronView;

/// The models of the gallery, by name.
const GALLERY: [(&str, &str); 4] = [
    ("mnist", include_str!("../../models/mnist.yaml")),
    ("lenet5", include_str!("../../models/lenet5.yaml")),
    ("resnet_mini", include_str!("../../models/resnet_mini.yaml")),
    ("resnet20", include_str!("../../models/resnet20.yaml")),
];

/// The result of `read` for a picture of the model with these options.
fn with<T>(text: &str, options: &Options, read: impl FnOnce(&Picture) -> T) -> T {
    let model = Model::from_text(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    read(&netviz::picture(&model.graph, None, options))
}

/// The default options of the view of neurons, which draws every layer.
fn neurons() -> Options {
    Options { view: VIEWS.first(), page: None, detail: Some(Detail::High), ..Options::default() }
}

/// The default options, with at most this many neurons per layer.
fn at_most(max_neurons: usize) -> Options {
    Options { max_neurons: Some(max_neurons), ..neurons() }
}

fn view(text: &str, max_neurons: usize) -> NeuronView {
    with(text, &at_most(max_neurons), |picture| NeuronView::of(picture).expect("it is not too large"))
}

fn scene(text: &str, options: &Options) -> Scene {
    with(text, options, |picture| picture.scene().expect("it is not too large").clone())
}

fn svg(text: &str) -> String {
    formats::svg(&scene(text, &neurons()))
}

/// The same as the program draws it.
fn for_readme(text: &str) -> String {
    formats::svg(&scene(text, &Options { page: Some(Page::README), detail: None, ..neurons() }))
}

fn dot(text: &str) -> String {
    let options = neurons();
    with(text, &options, |picture| (picture.view().dot)(picture).expect("it is not too large"))
}

/// The gallery, a network of each layer kind, and names made to break a format.
fn specs() -> Vec<String> {
    let gallery = GALLERY.iter().map(|(_, text)| (*text).to_owned());
    gallery.chain(kinds()).chain(NAMES.iter().map(|name| named(name))).chain(ODD.map(str::to_owned)).collect()
}

/// One network per kind: its example, with as many copies of its first input as it needs.
fn kinds() -> impl Iterator<Item = String> {
    KINDS.iter().map(|kind| {
        let count = if kind.arity == Arity::One { 1 } else { 3 };
        let from = vec!["input".to_owned(); count];
        format!("input: {}\nlayers:\n{}", example_input(kind), networks::entry(kind, "only", &from))
    })
}

/// The input of the example of a kind.
fn example_input(kind: &Kind) -> String {
    let shape = format!("{:?}", kind.example_inputs[0]);
    if kind.takes_integers { format!("{{shape: {shape}, dtype: int64}}") } else { shape }
}

/// Names of networks: 1 to 100 arbitrary characters on one line, without slashes.
const NAMES: [&str; 8] = [
    "it's \"quoted\" & 'more'",
    "<script>alert(1)<",
    "<<b>an HTML label<b>>",
    "]]> <!-- -- &lt; &amp; &#65; &bogus;",
    "🦀 ネットワーク e\u{301}",
    "digraph { a -> b; } # %d {} $HOME",
    " ",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
];

fn named(name: &str) -> String {
    format!("name: {}\ninput: [4]\nlayers: [dense: 3]\n", quoted(name))
}

/// The text as a YAML string.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Networks that could break a format or the layout.
const ODD: [&str; 6] = [
    // Keywords of DOT, the prefix of clusters, and names of parts of a layer.
    "input: [4]
layers:
  - dense: {name: node, units: 12}
  - dense: {name: graph, units: 2}
  - dense: {name: Edge, units: 2}
  - dense: {name: STRICT, units: 2}
  - activation: {name: '1', function: relu}
  - dense: {name: cluster_1, units: 2}
  - dense: {name: caption, units: 2}
  - dense: {name: title, units: 2}
  - dense: {name: row_node, units: 2}
  - dense: {name: -1_ネ, units: 2}
",
    "input: [4]\nlayers:\n  - dense: {name: a, units: 4}\n  - add: {from: [a, a]}\n",
    "input: [1]\nlayers:\n  - dense: 1\n",
    "input: [3, 32, 32]\nlayers:\n  - conv2d: {name: operation, filters: 2, kernel: 3}\n",
    "input: [2, 3, 4, 5]\nlayers:\n  - flatten\n",
    // Names with dots, which could also be names of parts of a layer called `a`.
    "input: [4]
layers:
  - dense: {name: a, units: 30}
  - dropout: {name: a.0, rate: 0.5}
  - dense: {name: a.bias, units: 4}
  - reshape: {name: a.caption, shape: [1, 2, 2]}
  - conv2d: {name: a.operation, filters: 1, kernel: 1}
  - batch_norm: {name: a.omitted}
  - flatten: {name: layer1.0.flatten}
  - dense: {name: layer1.0, units: 2}
",
];
