//! The list of layers.

use std::collections::HashMap;
use std::sync::Arc;

use super::INPUT;
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::layer::{self, Activation, KINDS, Kind, Layer};
use crate::limits;
use crate::schema::arguments::{Argument, Reader, read_item, read_value};
use crate::schema::choice::Choice;
use crate::schema::values::{Text, meant};
use crate::schema::vocabulary;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// One entry of `layers`.
#[derive(Debug)]
pub struct LayerSpec {
    /// The span of the entry.
    pub span: Span,
    /// The name; `dense_1` and so on by default.
    pub name: String,
    /// Its inputs; empty for the layer above.
    pub from: Vec<From>,
    /// The kind and the layer; `None` if it has an error.
    pub body: Option<Body>,
}

/// An input of a layer: the output of another, `encoder`, or one of several, `split_1:1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// The name of the other layer.
    pub name: String,
    /// Index of its output.
    pub output: usize,
    /// The span of the text.
    pub span: Span,
}

impl From {
    fn parse(text: String, span: Span) -> Self {
        // A name has no colon.
        match text.rsplit_once(':').map(|(name, output)| (name, output.parse())) {
            Some((name, Ok(output))) => Self { name: name.to_owned(), output, span },
            _ => Self { name: text, output: 0, span },
        }
    }
}

/// The kind and the arguments of a layer.
#[derive(Debug)]
pub struct Body {
    /// The kind.
    pub kind: &'static Kind,
    /// The layer itself.
    pub layer: Arc<dyn Layer>,
}

const EXAMPLE: &str = "dense: {units: 10}";

/// Reads the key `layers`; `None` if it is missing, empty or not a list.
pub(super) fn read_layers(reader: &mut Reader) -> Option<Vec<LayerSpec>> {
    let Some(entry) = reader.entry("layers") else {
        reader.missing("layers", &format!("list the layers under it:\n    layers:\n      - {EXAMPLE}"));
        return None;
    };
    let message = match &entry.node.value {
        Value::List(list) if !list.is_empty() => {
            let read = list.iter().map(|node| read_layer(node, reader.problems)).collect();
            return Some(name_layers(read, reader.problems));
        }
        Value::List(_) | Value::Null => "`layers` is empty".to_owned(),
        _ => format!("`layers`: expected a list, found {}", entry.node.describe()),
    };
    let hint = format!("each layer is an item: `- {EXAMPLE}`");
    reader.problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
    None
}

/// A layer whose default name is not known yet.
struct Unnamed<'a> {
    /// The prefix of its default name.
    stem: &'a str,
    name: Option<(String, Span)>,
    span: Span,
    from: Vec<From>,
    body: Option<Body>,
}

fn read_layer<'a>(node: &'a Node, problems: &mut Problems) -> Unnamed<'a> {
    let mut layer = Unnamed { stem: "layer", name: None, span: node.span, from: Vec::new(), body: None };
    let Some(choice) = Choice::of(node, "a layer", EXAMPLE, problems) else { return layer };
    layer.stem = choice.name;
    let Some(kind) = layer::find(choice.name).or_else(|| unknown_kind(&choice, problems)) else { return layer };
    let Some(entries) = choice.entries(kind.shorthand, kind.example, problems) else { return layer };
    let owner = format!("`{}`", kind.name);
    let known: Vec<&str> = kind.fields.iter().map(|field| field.name).chain(["name", "from"]).collect();
    let mut reader = Reader::new(&owner, choice.span, &entries, &known, problems);
    if let Some(entry) = reader.entry("name") {
        layer.name = read_value("name", &entry.node, reader.problems).map(|Name(name)| (name, entry.node.span));
    }
    let from = reader.optional("from", Sources::default());
    let read = (kind.read)(&mut reader);
    layer.body = from.is_some().then_some(read).flatten().map(|layer| Body { kind, layer });
    layer.from = from.unwrap_or_default().0;
    layer
}

/// Reports an unknown kind, and returns the known one that is surely meant.
fn unknown_kind(choice: &Choice, problems: &mut Problems) -> Option<&'static Kind> {
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let (meant, hint) = match Activation::meant(choice.name) {
        Some(activation) if vocabulary::KINDS.find(choice.name, &kinds).is_none() => {
            (None, format!("write it as `activation: {}`", activation.name()))
        }
        _ => meant(choice.name, &kinds, &vocabulary::KINDS),
    };
    // A call with arguments is one mistake: its arguments are not also missing.
    let (meant, hint) = match meant.and_then(layer::find) {
        Some(kind) if choice.name.contains('(') && !choice.name.ends_with("()") => {
            (None, format!("write it as YAML, such as `- {}`", kind.example))
        }
        kind => (kind, hint),
    };
    let message = format!("unknown layer `{}`", excerpt(choice.name));
    problems.push(Diagnostic::error(message).at(choice.span).hint(hint));
    meant
}

/// Gives every layer a name, and reports duplicates.
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
    let mut next_name = |stem| {
        let counter = counters.entry(stem).or_default();
        loop {
            *counter += 1;
            let name = format!("{stem}_{counter}");
            if !taken.contains_key(&name) {
                return name;
            }
        }
    };
    let named = layers.into_iter().map(|Unnamed { stem, name, span, from, body }| {
        let name = name.map_or_else(|| next_name(stem), |(name, _)| name);
        LayerSpec { span, name, from, body }
    });
    named.collect()
}

/// A layer's name.
struct Name(String);

impl Argument for Name {
    fn expected() -> String {
        Text::expected()
    }

    fn hint(node: &Node) -> Option<String> {
        Text::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Text(name) = Text::from_node(node, problems)?;
        if Self::allows(&name) {
            return Some(Self(name));
        }
        let message =
            format!("a layer's name is 1 to {} letters, digits, `_`, `-`, and single dots inside", limits::NAME_LENGTH);
        let hint = match Self::allowed(&name) {
            Some(allowed) => {
                format!("write `{allowed}`: it becomes part of parameter names, such as `{allowed}.weight`")
            }
            None => "it becomes part of parameter names, such as `layer1.0.conv1.weight`".into(),
        };
        problems.push(Diagnostic::error(message).at(node.span).hint(hint));
        None
    }
}

/// Whether a text is a valid layer name: letters, digits, `_`, `-`, and single dots inside.
pub fn is_layer_name(name: &str) -> bool {
    Name::allows(name)
}

impl Name {
    /// Whether a text is a valid layer name. Dots separate its parts as in the module names of PyTorch: everything
    /// before the last dot of a parameter's name is the layer's name.
    fn allows(name: &str) -> bool {
        let allowed = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let is_part = |part: &str| !part.is_empty() && part.chars().all(allowed);
        name.chars().count() <= limits::NAME_LENGTH && name.split('.').all(is_part)
    }

    /// A similar name that is allowed.
    fn allowed(name: &str) -> Option<String> {
        let parts = name.split(['.', '/', ':', '\\']).map(|part| part.split_whitespace().collect::<Vec<_>>().join("_"));
        let name = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
        Some(name).filter(|name| Self::allows(name))
    }
}

/// The value of `from`: one name or several.
#[derive(Default)]
struct Sources(Vec<From>);

impl Argument for Sources {
    fn expected() -> String {
        "a layer's name, or a list of names".into()
    }

    fn hint(node: &Node) -> Option<String> {
        Text::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else {
            return Text::from_node(node, problems).map(|Text(name)| Self(vec![From::parse(name, node.span)]));
        };
        let names: Vec<Option<From>> =
            list.iter().map(|node| Some(From::parse(read_item::<Text>(node, problems)?.0, node.span))).collect();
        names.into_iter().collect::<Option<Vec<_>>>().filter(|names| !names.is_empty()).map(Self)
    }
}

/// Reads one layer from the text of one entry of `layers`, such as the examples in the table of kinds.
#[cfg(test)]
pub(crate) fn layer_from_text(text: &str, problems: &mut Problems) -> Option<Arc<dyn Layer>> {
    let sources = crate::source::Sources::new(crate::source::Source::new("example", text));
    match crate::yaml::parse(&sources, 0, 0) {
        Ok(node) => read_layer(&node, problems).body.map(|body| body.layer),
        Err(diagnostic) => {
            problems.push(diagnostic);
            None
        }
    }
}
