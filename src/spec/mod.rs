//! The model file: YAML text into a [`Spec`], with every problem reported.

pub(crate) mod arguments;
pub(crate) mod node;
mod overrides;
pub(crate) mod suggest;
pub mod train;
pub mod values;

use std::collections::HashMap;
use std::sync::Arc;

pub use arguments::Field;
pub use overrides::{Override, to_yaml};
pub use train::{Loss, Metric, Train};

use crate::diagnostics::{Diagnostic, Problems};
use crate::layer::{self, KINDS, Kind, Layer};
use crate::shape::Shape;
use crate::source::{Sources, Span};
use arguments::{Argument, Arguments, Choice, Reader, read_value};
use node::{Entry, Node, Value};
use values::Size;

/// A network as its file describes it: each part is valid by itself, the whole is not yet checked.
#[derive(Debug)]
pub struct Spec {
    /// Name of the network.
    pub name: String,
    /// Shape of one sample, and where it stands.
    pub input: (Shape, Span),
    /// The layers in the order of the file.
    pub layers: Vec<LayerSpec>,
    /// How it is trained, where the file says so.
    pub train: Option<Train>,
}

/// One entry of `layers`.
#[derive(Debug)]
pub struct LayerSpec {
    /// Which kind it is.
    pub kind: &'static Kind,
    /// Where the kind is named.
    pub span: Span,
    /// Its name; `dense_1` and so on where none is given.
    pub name: String,
    /// The layers that feed it, by name; empty for the layer above.
    pub from: Vec<(String, Span)>,
    /// The layer itself.
    pub layer: Arc<dyn Layer>,
}

/// The name that the input has in a `from`.
pub const INPUT: &str = "input";

const EXAMPLE: &str = "dense: {units: 10}";

impl Spec {
    /// Reads the model file of `sources` after the overrides have been applied.
    ///
    /// Everything that can be told without the other layers is reported here; `None` where an error was.
    pub fn parse(sources: &Sources, overrides: &[Override], problems: &mut Problems) -> Option<Self> {
        let document = overrides::document(sources, overrides, problems)?;
        let start = Span { source: 0, start: 0, end: 0 };
        let Value::Map(entries) = &document.value else {
            let message = match document.value {
                Value::Null => "the file is empty".to_owned(),
                _ => format!("expected a mapping with `input` and `layers`, found {}", document.describe()),
            };
            let hint = "the smallest model is\n    input: [784]\n    layers:\n      - dense: {units: 10}";
            problems.push(Diagnostic::error(message).at(document.span).hint(hint));
            return None;
        };
        let mut reader = Reader { owner: "the model", span: start, entries, problems };
        reader.check_keys(&["name", "input", "layers", "train"]);
        let name = reader.optional("name", default_name(sources.model().name()));
        let input = reader.required("input", "The shape of one sample").map(|InputShape(shape)| shape);
        let input_span = reader.node("input").map_or(start, |node| node.span);
        let layers = read_layers(&mut reader);
        let train = reader.node("train").map(|node| read_train(node, entries, reader.problems));
        // A `train` section that is wrong has been reported; the rest is still worth checking.
        Some(Self { name: name?, input: (input?, input_span), layers: layers?, train: train.flatten() })
    }
}

/// The file's name without its ending.
fn default_name(path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if stem.is_empty() { "model".into() } else { stem.into() }
}

/// The value of `input`.
struct InputShape(Shape);

impl Argument for InputShape {
    fn expected() -> String {
        "a list of whole numbers from 1, such as [784] or [1, 28, 28]".into()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let sizes: Vec<Size> = match node.value {
            Value::Int(_) => vec![Size::from_node(node, problems)?],
            _ => Vec::from_node(node, problems)?,
        };
        if sizes.is_empty() {
            return None;
        }
        let shape = Shape::new(sizes.iter().map(|size| size.get()).collect::<Vec<_>>());
        if shape.is_none() {
            problems.error(node.span, format!("a sample of more than {} values is too large", Shape::MAX_ELEMENTS));
        }
        shape.map(Self)
    }
}

fn read_train(node: &Node, entries: &[Entry], problems: &mut Problems) -> Option<Train> {
    let span = entries.iter().find(|entry| entry.key == "train").map_or(node.span, |entry| entry.key_span);
    let Value::Map(entries) = &node.value else {
        let hint = "write `train:` with `data`, `loss` and the rest below it";
        let message = format!("`train`: expected a mapping, found {}", node.describe());
        problems.push(Diagnostic::error(message).at(span).hint(hint));
        return None;
    };
    let mut reader = Reader { owner: "`train`", span, entries, problems };
    reader.check_keys(&Train::FIELDS.iter().map(|field| field.name).collect::<Vec<_>>());
    Train::read(&mut reader)
}

fn read_layers(reader: &mut Reader) -> Option<Vec<LayerSpec>> {
    let Some(node) = reader.node("layers") else {
        let hint = format!("list the layers under it:\n    layers:\n      - {EXAMPLE}");
        let message = "missing key `layers` in the model";
        reader.problems.push(Diagnostic::error(message).at(reader.span).hint(hint));
        return None;
    };
    let key_span = reader.entries.iter().find(|entry| entry.key == "layers").map_or(node.span, |e| e.key_span);
    let Value::List(list) = &node.value else {
        let message = match node.value {
            Value::Null => "`layers` is empty".to_owned(),
            _ => format!("`layers`: expected a list, found {}", node.describe()),
        };
        let hint = format!("each layer is an item: `- {EXAMPLE}`");
        reader.problems.push(Diagnostic::error(message).at(key_span).hint(hint));
        return None;
    };
    if list.is_empty() {
        let hint = format!("add a layer: `- {EXAMPLE}`");
        reader.problems.push(Diagnostic::error("`layers` is empty").at(key_span).hint(hint));
        return None;
    }
    let read: Vec<Option<Unnamed>> = list.iter().map(|node| read_layer(node, reader.problems)).collect();
    let read: Vec<Unnamed> = read.into_iter().collect::<Option<_>>()?;
    Some(name_layers(read, reader.problems))
}

/// A layer whose default name is not known yet.
struct Unnamed {
    kind: &'static Kind,
    span: Span,
    name: Option<(String, Span)>,
    from: Vec<(String, Span)>,
    layer: Arc<dyn Layer>,
}

fn read_layer(node: &Node, problems: &mut Problems) -> Option<Unnamed> {
    let choice = Choice::of(node, "layer", EXAMPLE, problems)?;
    let Some(kind) = layer::find(choice.name) else {
        let hint = suggest::hint(choice.name, KINDS.iter().map(|kind| kind.name));
        let message = format!("unknown layer `{}`", choice.name);
        problems.push(Diagnostic::error(message).at(choice.span).hint(hint));
        return None;
    };
    let entries = choice.entries(kind.shorthand, problems)?;
    let owner = format!("`{}`", kind.name);
    let mut reader = Reader { owner: &owner, span: choice.span, entries: &entries, problems };
    let known: Vec<&str> = kind.fields.iter().map(|field| field.name).chain(["name", "from"]).collect();
    reader.check_keys(&known);
    let name = match reader.node("name") {
        Some(node) => Some((read_value::<Name>("name", node, reader.problems)?.0, node.span)),
        None => None,
    };
    let from = reader.optional("from", From::default());
    let layer = (kind.read)(&mut reader);
    Some(Unnamed { kind, span: choice.span, name, from: from?.0, layer: layer? })
}

/// Gives every layer its name, and reports names that are given twice.
fn name_layers(layers: Vec<Unnamed>, problems: &mut Problems) -> Vec<LayerSpec> {
    let mut taken: HashMap<String, Option<Span>> = HashMap::from([(INPUT.to_owned(), None)]);
    for (name, span) in layers.iter().filter_map(|layer| layer.name.as_ref()) {
        if let Some(first) = taken.insert(name.clone(), Some(*span)) {
            let hint = match first {
                Some(_) => "give one of the two layers another name",
                None => "the network's input has this name; choose another",
            };
            problems.push(Diagnostic::error(format!("duplicate name `{name}`")).at(*span).hint(hint));
        }
    }
    let mut counters: HashMap<&str, usize> = HashMap::new();
    let mut next_name = |kind: &'static Kind| {
        let counter = counters.entry(kind.name).or_default();
        loop {
            *counter += 1;
            let name = format!("{}_{counter}", kind.name);
            if !taken.contains_key(&name) {
                return name;
            }
        }
    };
    let named = layers.into_iter().map(|Unnamed { kind, span, name, from, layer }| {
        let name = name.map_or_else(|| next_name(kind), |(name, _)| name);
        LayerSpec { kind, span, name, from, layer }
    });
    named.collect()
}

/// A layer's name.
struct Name(String);

impl Argument for Name {
    fn expected() -> String {
        "a name of letters, digits, `_` and `-`".into()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::Text(text) = &node.value else { return None };
        let allowed = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if text.is_empty() || text.chars().count() > 100 || !text.chars().all(allowed) {
            let message = "a layer's name is 1 to 100 letters, digits, `_` or `-`";
            let hint = "it becomes part of parameter names, such as `conv-1.weight`";
            problems.push(Diagnostic::error(message).at(node.span).hint(hint));
            return None;
        }
        Some(Self(text.clone()))
    }
}

/// The value of `from`: one name or several.
#[derive(Default)]
struct From(Vec<(String, Span)>);

impl Argument for From {
    fn expected() -> String {
        "a layer's name, or a list of names".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        let one = |node: &Node| match &node.value {
            Value::Text(name) => Some((name.clone(), node.span)),
            _ => None,
        };
        match &node.value {
            Value::List(list) if !list.is_empty() => list.iter().map(one).collect::<Option<_>>().map(Self),
            _ => one(node).map(|name| Self(vec![name])),
        }
    }
}

/// One layer from the text of one entry of `layers`, as the examples of the table have it.
#[cfg(test)]
pub(crate) fn layer_from_text(text: &str, problems: &mut Problems) -> Option<Arc<dyn Layer>> {
    let sources = Sources::new(crate::source::Source::new("example", text));
    match node::parse(&sources, 0) {
        Ok(node) => read_layer(&node, problems).map(|layer| layer.layer),
        Err(diagnostic) => {
            problems.push(diagnostic);
            None
        }
    }
}
