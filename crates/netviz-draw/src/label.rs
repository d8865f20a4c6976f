//! Templates for the text of a layer: `{name}\n{kind} {out_shape}`.

use std::fmt::Write;

use crate::properties::{LayerProperties, counted};
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::schema::suggest;
use netviz_model::text::thousands;

/// A field of a template.
struct Field {
    name: &'static str,
    text: fn(&LayerProperties) -> String,
}

/// Every field, in the order of the documentation.
const FIELDS: &[Field] = &[
    Field { name: "name", text: |properties| properties.name.clone() },
    Field { name: "kind", text: |properties| properties.kind.clone() },
    Field {
        name: "category",
        text: |properties| properties.category.map_or("input", |category| category.name()).to_owned(),
    },
    Field { name: "in_shape", text: LayerProperties::input_shapes },
    Field { name: "out_shape", text: LayerProperties::output_shapes },
    Field { name: "units", text: |properties| properties.ty().elements().map_or_else(|| "?".into(), thousands) },
    Field { name: "params", text: |properties| thousands(properties.parameters.total()) },
    Field { name: "trainable", text: |properties| thousands(properties.parameters.trainable) },
    Field { name: "flops", text: |properties| counted(properties.flops) },
    Field { name: "activation", text: |properties| properties.activation.name().to_owned() },
    Field { name: "settings", text: settings },
];

/// `kernel 3×3, strides 2×2`.
fn settings(properties: &LayerProperties) -> String {
    properties.chosen_settings().fold(String::new(), |mut text, setting| {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{} {}", setting.name, setting.value);
        text
    })
}

/// Template for the text of each layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Vec<Part>>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Index in [`FIELDS`].
    Field(usize),
}

impl Template {
    /// Parses a template: fields are in braces, `\n` starts a new line, `{{` and `}}` are literal braces.
    ///
    /// # Errors
    /// If a field is unknown or a brace is unmatched.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let text = text.replace("\\n", "\n");
        text.split('\n').map(parse_line).collect::<Result<_, _>>().map(Self)
    }

    /// The lines for a layer. Lines whose fields are all empty are omitted.
    pub fn lines(&self, properties: &LayerProperties) -> Vec<String> {
        let line = |parts: &Vec<Part>| {
            let mut text = String::new();
            let mut says_something = false;
            for part in parts {
                let piece = match part {
                    Part::Text(piece) => piece.clone(),
                    Part::Field(index) => (FIELDS[*index].text)(properties),
                };
                says_something |= matches!(part, Part::Field(_)) && !piece.is_empty();
                text += &piece;
            }
            let is_fixed = parts.iter().all(|part| matches!(part, Part::Text(_)));
            (says_something || is_fixed).then(|| text.trim_end().to_owned())
        };
        self.0.iter().filter_map(line).collect()
    }
}

fn parse_line(line: &str) -> Result<Vec<Part>, Diagnostic> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        text += before;
        if brace.starts_with("{{") || brace.starts_with("}}") {
            text.push_str(&brace[..1]);
            rest = &brace[2..];
            continue;
        }
        let Some((name, after)) = brace.strip_prefix('{').and_then(|inside| inside.split_once('}')) else {
            let message = format!("the label has a single `{}`", &brace[..1]);
            return Err(Diagnostic::error(message).hint("a field is written `{name}`, a brace as `{{` or `}}`"));
        };
        let Some(index) = FIELDS.iter().position(|field| field.name == name) else {
            let names = FIELDS.iter().map(|field| field.name);
            let message = format!("the label has an unknown field `{{{}}}`", excerpt(name));
            return Err(Diagnostic::error(message).hint(suggest::hint(name, names)));
        };
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        parts.push(Part::Field(index));
        rest = after;
    }
    text += rest;
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use netviz_model::graph::Graph;

    fn lines(template: &str) -> Vec<String> {
        let text = "input: [1, 8, 8]\nlayers:\n  - conv2d: {filters: 4, kernel: 3, padding: same}\n";
        let graph = Graph::from_text(text).expect("a valid model");
        let conv = graph.order().nth(1).expect("a layer");
        Template::parse(template).expect("a template").lines(&LayerProperties::of(&graph, conv))
    }

    #[test]
    fn every_field_has_a_text() {
        assert_eq!(lines("{name}\\n{kind} {out_shape}\\n{params} params"), ["conv2d_1", "conv2d 4×8×8", "40 params"]);
        assert_eq!(lines("{settings}; {{{in_shape}}}"), ["filters 4, kernel 3×3, padding same; {1×8×8}"]);
        for Field { name, .. } in FIELDS {
            assert!(!lines(&format!("{{{name}}}")).concat().is_empty(), "{name}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        let message = |text: &str| Template::parse(text).expect_err("no template").message;
        assert_eq!(message("{shape}"), "the label has an unknown field `{shape}`");
        assert_eq!(message("a } b"), "the label has a single `}`");
        assert_eq!(message("{name"), "the label has a single `{`");
    }
}
