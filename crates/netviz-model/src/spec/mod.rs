//! The model file: YAML text into a [`Spec`], with every problem reported.

mod early_stopping;
mod emit;
mod input;
mod layers;
mod lints;
mod overrides;
pub mod train;
mod validation;
mod written;

pub use early_stopping::EarlyStopping;
pub use emit::to_yaml;
pub use layers::is_layer_name;
#[cfg(test)]
pub(crate) use layers::layer_from_text;
pub use layers::{Body, From, LayerSpec};
pub use overrides::Override;
pub use train::{Spanned, Train};
pub use validation::ValidationSplit;
pub use written::Written;

use crate::diagnostics::{Diagnostic, Problems};
use crate::limits;
use crate::schema::arguments::{Argument, Arguments, Reader};
use crate::schema::values::Text;
use crate::schema::{suggest, vocabulary};
use crate::source::{Sources, Span};
use crate::yaml::{Entry, Node, Value};
pub use input::Input;

/// A network as its file describes it. Each part is valid by itself; the whole has not been checked yet.
///
/// A part that is wrong has been reported and is `None`, so that the rest can still be checked.
#[derive(Debug)]
pub struct Spec {
    /// Name of the network.
    pub name: String,
    /// The input.
    pub input: Option<Spanned<Input>>,
    /// The layers in the order of the file.
    pub layers: Vec<LayerSpec>,
    /// The training settings, if the file has any.
    pub train: Option<Train>,
}

/// The name of the input in `from`.
pub const INPUT: &str = "input";

pub(crate) const KEYS: &[&str] = &["name", "input", "layers", "train"];

impl Spec {
    /// Reads the model file of `sources` after the overrides have been applied.
    ///
    /// Reports every problem that can be found without the other layers; `None` if nothing is left to check.
    pub fn parse(sources: &Sources, overrides: &[Override], problems: &mut Problems) -> Option<Self> {
        let document = overrides::document(sources, overrides, problems)?;
        let Value::Map(entries) = &document.value else {
            problems.push(no_model(&document));
            return None;
        };
        if !entries.iter().any(|entry| is_of_model(&entry.key)) {
            problems.push(no_model(&document));
            return None;
        }
        let span = Span { source: 0, start: 0, end: 0 };
        let mut reader = Reader::new("the model", span, entries, KEYS, problems);
        let name = reader.optional("name", Title(default_name(sources.model().name())));
        let input = reader.required("input", "The shape of one sample");
        let layers = layers::read_layers(&mut reader);
        let train = reader.entry("train").and_then(|entry| read_train(entry, reader.problems));
        Some(Self { name: name.map_or_else(String::new, |Title(name)| name), input, layers: layers?, train })
    }
}

/// Whether a key belongs to a model, or is probably meant to.
fn is_of_model(key: &str) -> bool {
    let known: Vec<&str> = KEYS.iter().copied().filter(|key| *key != "name").collect();
    let word = key.split(':').next().unwrap_or(key);
    vocabulary::KEYS.find(word, &known).is_some() || suggest::nearest(word, known).is_some()
}

fn no_model(document: &Node) -> Diagnostic {
    let message = match document.value {
        Value::Null => "the file is empty".to_owned(),
        Value::Map(ref entries) if !entries.is_empty() => {
            "this is not a model: it has neither `input` nor `layers`".into()
        }
        _ => format!("expected a mapping with `input` and `layers`, found {}", document.describe()),
    };
    let hint = "the smallest model is\n    input: [784]\n    layers:\n      - dense: {units: 10}";
    Diagnostic::error(message).at(document.span).hint(hint)
}

/// The name of a network, which is also the name of the folder of its runs.
struct Title(String);

impl Title {
    /// Whether a character is allowed: no path separators, control characters, line separators, or characters that
    /// change the direction of text.
    fn allows(c: char) -> bool {
        !c.is_control() && !matches!(c, '/' | '\\' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }
}

impl Argument for Title {
    fn expected() -> String {
        Text::expected()
    }

    fn hint(node: &Node) -> Option<String> {
        Text::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Text(name) = Text::from_node(node, problems)?;
        let length = name.chars().count();
        if !(1..=limits::NAME_LENGTH).contains(&length) || name.starts_with('.') || !name.chars().all(Self::allows) {
            let message = format!(
                "a network's name is 1 to {} characters, without `/`, `\\` or a leading `.`",
                limits::NAME_LENGTH
            );
            let hint = "it becomes the name of a folder, such as `runs/mnist`";
            problems.push(Diagnostic::error(message).at(node.span).hint(hint));
            return None;
        }
        Some(Self(name))
    }
}

/// The file's name without its extension, reduced to what a [`Title`] allows.
fn default_name(path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim_start_matches('.');
    let name: String = stem.chars().filter(|&c| Title::allows(c)).take(limits::NAME_LENGTH).collect();
    if name.is_empty() { "model".into() } else { name }
}

fn read_train(entry: &Entry, problems: &mut Problems) -> Option<Train> {
    let Value::Map(entries) = &entry.node.value else {
        let hint = "write `train:` with `data`, `loss` and the rest below it";
        let message = format!("`train`: expected a mapping, found {}", entry.node.describe());
        problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
        return None;
    };
    let known: Vec<&str> = Train::FIELDS.iter().map(|field| field.name).collect();
    let mut reader = Reader::new("`train`", entry.key_span, entries, &known, problems);
    let train = Train::read(&mut reader)?;
    lints::report(&train, &mut reader);
    Some(train)
}

#[cfg(test)]
mod tests {
    use super::default_name;

    #[test]
    fn a_network_without_a_name_is_called_after_its_file() {
        assert_eq!(default_name("models/lenet5.yaml"), "lenet5");
        assert_eq!(default_name("a\\b.c.yaml"), "b.c");
        assert_eq!(default_name("x/.yaml"), "model");
        assert_eq!(default_name("..hidden\u{1b}.yaml"), "hidden");
    }
}
