//! The chapters that are made from the tables.

use std::fmt::Write;

use netviz::layer::{Arity, Category, KINDS, Kind};
use netviz::optimizer::OPTIMIZERS;
use netviz::schedule::SCHEDULES;
use netviz::spec::{EarlyStopping, Field, Train, ValidationSplit};
use netviz::theme::{KeyValue, THEMES, Theme};

use super::networks;

const NOTE: &str = "<!-- Generated: NETVIZ_BLESS=1 cargo test --test guide -->\n";

/// The views that show a layer by itself.
const VIEWS: [&str; 2] = ["neurons", "blocks"];

/// The chapter on layer kinds.
pub(crate) fn layers() -> String {
    let mut text = format!("# Layers\n\n{NOTE}\n");
    text += "Every layer may also have a `name`, and `from`: what it is fed by, where that is not the layer above. An \
             argument that is the only one needed may stand alone, as in `- dropout: 0.2`.\n";
    for category in Category::ALL {
        let kinds: Vec<&&Kind> = KINDS.iter().filter(|kind| kind.category == category).collect();
        if !kinds.is_empty() {
            let _ = write!(text, "\n## {}\n", capital(category.name()));
            text.extend(kinds.into_iter().map(|kind| layer(kind)));
        }
    }
    text
}

fn layer(kind: &Kind) -> String {
    let mut text = format!("\n### {}\n\n{}\n", kind.name, kind.doc);
    if kind.arity == Arity::Many {
        text += "It is fed by two layers or more.\n";
    }
    let _ = write!(text, "\n```yaml\n- {}\n```\n", kind.example);
    if !kind.fields.is_empty() {
        text += "\n";
        text += &table("argument", kind.fields);
    }
    for view in VIEWS {
        let _ = write!(text, "\n```netviz --view {view} --no-legend\n{}```\n", model(kind));
    }
    text
}

fn argument(field: &Field) -> String {
    let default = match (field.required, (field.default)()) {
        (true, _) => "needed".to_owned(),
        (false, Some(value)) if !value.is_empty() => format!("`{value}`"),
        (false, _) => String::new(),
    };
    let cell = |text: &str| text.trim().replace('|', "\\|");
    format!("| `{}` | {} | {} | {default} |\n", field.name, cell(field.doc), cell(&(field.expected)()))
}

/// The example as a whole network.
fn model(kind: &Kind) -> String {
    let entry = match kind.arity {
        Arity::One => format!("  - {}\n", kind.example),
        Arity::Many => networks::entry(kind, kind.name, &["input".to_owned(), "input".to_owned()]),
    };
    format!("name: {}\ninput: {:?}\nlayers:\n{entry}", kind.name, kind.example_inputs[0])
}

/// The chapter on the `train` section.
pub(crate) fn train_section() -> String {
    let mut text = format!("# The train section\n\n{NOTE}\n");
    text += "How [training](training.md) goes. A key that is not needed may be left out.\n\n";
    text += &table("key", Train::fields());
    text += "\n## Early stopping\n\n";
    text += &table("argument", EarlyStopping::fields());
    text += "\n## Validation split\n\n";
    text += &table("argument", ValidationSplit::fields());
    text += "\n## Optimizers\n";
    for kind in OPTIMIZERS {
        text += &choice(kind.name, kind.doc, kind.fields);
    }
    text += "\n## Schedules\n\nA `schedule` multiplies the optimizer's learning rate, and so does `warm_up`, alone or beside \
             one.\n";
    for kind in SCHEDULES {
        text += &choice(kind.name, kind.doc, kind.fields);
    }
    text
}

fn choice(name: &str, doc: &str, fields: &[Field]) -> String {
    format!("\n### {name}\n\n{doc}\n\n{}", table("argument", fields))
}

fn table(what: &str, fields: &[Field]) -> String {
    let rows: String = fields.iter().map(argument).collect();
    format!("| {what} | meaning | value | default |\n|---|---|---|---|\n{rows}")
}

/// The chapter on the keys of a theme file.
pub(crate) fn theme_file() -> String {
    let mut text = format!("# Theme files\n\n{NOTE}\n");
    text += "A theme file names a theme to start from, and what is different:\n\n\
             ```yaml\nbase: dark\nbackground: \"#101418\"\ninput: {light: \"#1f883d\", dark: \"#3fb950\"}\n\
             categories: {convolution: \"#ffaa00\"}\nneuron_radius: 12\nneurons: {code: 4}\n```\n\n\
             `netviz render --theme mine.yaml` takes it. Colours are written as in CSS: `\"#2ecc71\"` in quotes, `teal` or \
             `rgb(46, 204, 113)`; one that is not opaque is mixed with the background. One for light and one for dark \
             pages makes the theme follow its reader. Text that is hard to read on its background is \
             warned of (WCAG AA).\n\n\
             | key | meaning | value |\n|---|---|---|\n";
    let themes: Vec<String> = THEMES.iter().map(|theme| format!("`{}`", theme.name)).collect();
    let _ =
        writeln!(text, "| `base` | The theme to start from. | {}; `classic` where it is missing |", themes.join(", "));
    let categories: Vec<String> = Category::ALL.iter().map(|category| format!("`{}`", category.name())).collect();
    let _ = writeln!(
        text,
        "| `categories` | The fill of layers by their category. | colours of {} |",
        categories.join(", ")
    );
    text += "| `neurons` | How many neurons the view `neurons` draws of single layers; `--neurons` overrides it. | \
             numbers by the layers' names |\n";
    for key in Theme::keys() {
        let value = match key.value {
            KeyValue::Color => "a colour".to_owned(),
            KeyValue::Number([least, most]) => format!("{least} to {most}"),
            KeyValue::Flag => "`true` or `false`".to_owned(),
        };
        let _ = writeln!(text, "| `{}` | {} | {value} |", key.name, key.doc);
    }
    text
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
