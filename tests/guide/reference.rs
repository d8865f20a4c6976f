//! The chapters that are generated from the tables.

use std::fmt::Write;

use netviz::layer::{Arity, Category, KINDS, Kind};
use netviz::loss::LOSSES;
use netviz::metric::METRICS;
use netviz::optimizer::OPTIMIZERS;
use netviz::picture::Options;
use netviz::schedule::SCHEDULES;
use netviz::schema::Field;
use netviz::spec::{EarlyStopping, Train, ValidationSplit};
use netviz::theme::{KeyValue, THEMES, Theme};
use netviz::views::VIEWS as VIEWS_OF_NETVIZ;
use netviz::{Model, formats};

use super::networks;

const NOTE: &str = "<!-- Generated: NETVIZ_BLESS=1 cargo test --test guide -->\n";

/// The views that draw a single layer.
const VIEWS: [&str; 2] = ["neurons", "blocks"];

/// The chapter on layer kinds.
pub(crate) fn layers() -> String {
    let mut text = format!("# Layers\n\n{NOTE}\n");
    text += "Every layer also accepts `name`, and `from`, which selects its inputs (default: the layer above). A single \
             required argument can be written without its name: `- dropout: 0.2`.\n";
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
        text += "It needs two or more inputs.\n";
    }
    let _ = write!(text, "\n```yaml\n- {}\n```\n", kind.example);
    if !kind.fields.is_empty() {
        text += "\n";
        text += &table("argument", kind.fields);
    }
    for view in VIEWS {
        let _ = write!(text, "\n![{} as {view}]({})\n", kind.name, picture_name(kind, view));
    }
    text
}

fn picture_name(kind: &Kind, view: &str) -> String {
    format!("pictures/layers/{}-{view}.svg", kind.name)
}

/// The pictures of that chapter, each with its name.
pub(crate) fn pictures() -> Vec<(String, String)> {
    let draw = |kind: &Kind, view: &str| {
        let model = Model::from_text(&model(kind)).expect("a valid model");
        let view = VIEWS_OF_NETVIZ.iter().find(|known| known.name == view).expect("a view");
        let options = Options { view: Some(view), legend: false, theme: Theme::auto(), ..Options::default() };
        formats::svg(netviz::picture(&model.graph, None, &options).scene().expect("it is not too large"))
    };
    let kinds = KINDS.iter().flat_map(|kind| VIEWS.map(|view| (kind, view)));
    kinds.map(|(kind, view)| (picture_name(kind, view), draw(kind, view))).collect()
}

fn argument(field: &Field) -> String {
    let text = (field.default)().map(|value| value.to_string()).filter(|text| !text.is_empty());
    let default = match text {
        _ if field.required => "required".to_owned(),
        Some(text) => format!("`{text}`"),
        None => String::new(),
    };
    let cell = |text: &str| text.trim().replace('|', "\\|");
    format!("| `{}` | {} | {} | {default} |\n", field.name, cell(field.doc), cell(&(field.expected)()))
}

/// The example as a whole network.
fn model(kind: &Kind) -> String {
    let entry = match kind.arity {
        Arity::One => format!("  - {}\n", kind.example),
        Arity::Many => {
            let merge = networks::entry(kind, kind.name, &["branch".to_owned(), "input".to_owned()]);
            format!("  - activation: {{name: branch, function: relu}}\n{merge}")
        }
    };
    let shape = format!("{:?}", kind.example_inputs[0]);
    let input = if kind.takes_integers { format!("{{shape: {shape}, dtype: int64}}") } else { shape };
    format!("name: {}\ninput: {input}\nlayers:\n{entry}", kind.name)
}

/// The chapter on the `train` section.
pub(crate) fn train_section() -> String {
    let mut text = format!("# The train section\n\n{NOTE}\n");
    text += "The settings of [training](training.md). Keys that are not required may be omitted.\n\n";
    text += &table("key", Train::fields());
    text += "\n## Early stopping\n\n";
    text += &table("argument", EarlyStopping::fields());
    text += "\n## Validation split\n\n";
    text += &table("argument", ValidationSplit::fields());
    text += "\n## Losses\n\n| loss | description |\n|---|---|\n";
    text.extend(LOSSES.entries.iter().map(|kind| named(kind.name, kind.doc)));
    text += "\n## Metrics\n\n| metric | description |\n|---|---|\n";
    text.extend(METRICS.entries.iter().map(|kind| named(kind.name, kind.doc)));
    for kind in METRICS.entries.iter().filter(|kind| !kind.fields.is_empty()) {
        text += &choice(kind.name, kind.doc, kind.fields);
    }
    text += "\n## Optimizers\n";
    for kind in OPTIMIZERS.entries {
        text += &choice(kind.name, kind.doc, kind.fields);
    }
    text += "\n## Schedules\n\nA `schedule` multiplies the learning rate of the optimizer by a factor; `warm_up` does so \
             with or without a schedule.\n";
    for kind in SCHEDULES.entries {
        text += &choice(kind.name, kind.doc, kind.fields);
    }
    text
}

fn named(name: &str, doc: &str) -> String {
    format!("| `{name}` | {doc} |\n")
}

fn choice(name: &str, doc: &str, fields: &[Field]) -> String {
    format!("\n### {name}\n\n{doc}\n\n{}", table("argument", fields))
}

fn table(what: &str, fields: &[Field]) -> String {
    let rows: String = fields.iter().map(argument).collect();
    format!("| {what} | description | value | default |\n|---|---|---|---|\n{rows}")
}

/// The chapter on the keys of a theme file.
pub(crate) fn theme_file() -> String {
    let mut text = format!("# Theme files\n\n{NOTE}\n");
    text += "A theme file names a base theme and the values that differ from it:\n\n\
             ```yaml\nbase: dark\nbackground: \"#101418\"\ninput: {light: \"#1f883d\", dark: \"#3fb950\"}\n\
             categories: {convolution: \"#ffaa00\"}\nneuron_radius: 12\nneurons: {code: 4}\n```\n\n\
             `netviz render --theme mine.yaml` uses it. Colours are written as in CSS: `\"#2ecc71\"` in quotes, `teal` \
             or `rgb(46, 204, 113)`; a colour that is not opaque is mixed with the background. With one colour for light \
             and one for dark pages, the picture follows the reader's setting. Text with too little contrast (WCAG AA) \
             gives a warning.\n\n\
             | key | description | value |\n|---|---|---|\n";
    let themes: Vec<String> = THEMES.iter().map(|theme| format!("`{}`", theme.name)).collect();
    let _ = writeln!(text, "| `base` | Base theme (default: `classic`). | {} |", themes.join(", "));
    let categories: Vec<String> = Category::ALL.iter().map(|category| format!("`{}`", category.name())).collect();
    let _ =
        writeln!(text, "| `categories` | Fill colours of layers by category. | colours of {} |", categories.join(", "));
    text += "| `layers` | Looks of single layers, by name or kind; `*` stands for any characters, and the last match counts. \
             | `{\"conv*\": {color: teal, label: \"{name}\"}}`; a label has the fields of `--label` |\n";
    text += "| `branches` | Layers in branches that stand in this order, from left to right or from top to bottom. | `[[shortcut, conv2d_2]]` |\n";
    text += "| `notes` | Texts over ranges of layers. | `[{over: [c1, s4], text: feature extractor}]` |\n";
    text += "| `neurons` | Number of neurons that the view `neurons` draws of single layers; `--neurons` overrides it. | \
             numbers by layer name |\n";
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
