//! Model files that are written from layers, as those of other programs are.

use super::emit::emit;
use crate::diagnostics::Diagnostic;
use crate::ir::DType;
use crate::layer::{self, KINDS, Kind};
use crate::schema::{ArgValue, entries, node};
use crate::source::Span;
use crate::text::json;
use crate::yaml::{Entry, Node, Value};

/// A model file that is being written.
#[derive(Debug)]
pub struct Written {
    comment: String,
    name: String,
    input: Vec<usize>,
    dtype: DType,
    layers: Vec<Node>,
}

impl Written {
    /// A model file without layers: a comment of one line, the name of the network, and the sizes of one sample.
    pub fn new(comment: &str, name: &str, input: &[usize], dtype: DType) -> Self {
        let comment = comment.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        // As the name of a file, it has only the characters that are allowed.
        let name = super::default_name(&format!("{}.yaml", name.replace(['/', '\\'], "_")));
        Self { comment, name, input: input.to_vec(), dtype, layers: Vec::new() }
    }

    /// Adds a layer with the arguments that differ from their defaults. Without a name it is called `dense_1` and
    /// so on, and without inputs it is given the output of the layer above.
    ///
    /// # Errors
    /// If there is no such kind, or if an argument is wrong.
    pub fn layer(
        &mut self,
        kind: &str,
        name: Option<&str>,
        from: &[String],
        arguments: &[(&'static str, ArgValue)],
    ) -> Result<(), Diagnostic> {
        let kind = find(kind)?;
        let defaults = layer::build(kind, arguments)?.settings();
        let is_default = |name: &str| defaults.iter().any(|setting| setting.name == name && setting.is_default);
        let own: Vec<(&str, ArgValue)> = arguments.iter().filter(|(name, _)| !is_default(name)).cloned().collect();
        let mut all = Vec::new();
        if let Some(name) = name {
            all.extend(entries(&[("name", ArgValue::name(name.to_owned()))]));
        }
        match from {
            [] => {}
            [one] => all.extend(entries(&[("from", ArgValue::name(one.clone()))])),
            several => {
                let names = several.iter().map(|name| ArgValue::name(name.clone())).collect();
                all.extend(entries(&[("from", ArgValue::List(names))]));
            }
        }
        all.extend(entries(&own));
        let value = match (&all[..], &own[..]) {
            ([], _) => Value::Text(kind.name.to_owned()),
            ([_], [(only, value)]) if kind.shorthand == Some(*only) => {
                Value::Map(vec![entry(kind.name, node(value).value)])
            }
            _ => Value::Map(vec![entry(kind.name, Value::Map(all))]),
        };
        self.layers.push(Node { span: Span::NONE, value });
        Ok(())
    }

    /// The text.
    pub fn text(self) -> String {
        let sizes = ArgValue::sizes(self.input);
        let mut document = entries(&[("name", ArgValue::name(self.name))]);
        if self.dtype == DType::Float32 {
            document.extend(entries(&[("input", sizes)]));
        } else {
            let inner = Value::Map(entries(&[("shape", sizes), ("dtype", ArgValue::name(self.dtype.name()))]));
            document.push(entry("input", inner));
        }
        document.push(entry("layers", Value::List(self.layers)));
        format!("# {}\n{}", self.comment, emit(&Node { span: Span::NONE, value: Value::Map(document) }))
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.to_owned(), key_span: Span::NONE, node: Node { span: Span::NONE, value } }
}

fn find(kind: &str) -> Result<&'static Kind, Diagnostic> {
    KINDS.iter().copied().find(|known| known.name == kind).ok_or_else(|| {
        Diagnostic::error(format!("there is no layer of the kind {}", json(&kind.into()))).hint("name one of `KINDS`")
    })
}
