//! Theme files: YAML that names a base theme and the values that differ from it.

use super::{Color, Note, Paint, READABLE, Rule, Slot, THEMES, Theme, find};
use crate::label::Template;
use netviz_model::diagnostics::{Diagnostic, Problems, excerpt};
use netviz_model::layer::Category;
use netviz_model::schema::suggest;
use netviz_model::source::Sources;
use netviz_model::yaml::{Entry, Node, Value};
use netviz_model::yaml::{explained, parse};

/// Base theme of a file without `base`.
const BASE: &str = "classic";

impl Theme {
    /// Reads the theme file of `sources`. Reading continues after an error, so that every problem is found.
    ///
    /// ```yaml
    /// base: dark
    /// background: "#101418"
    /// input: {light: "#1f883d", dark: "#3fb950"}
    /// categories: {convolution: "#ffaa00"}
    /// neuron_radius: 12
    /// neurons: {code: 4}
    /// ```
    ///
    /// # Errors
    /// All problems, in the order of the text. Text with too little contrast is a warning, which is returned with the
    /// theme.
    pub fn read(sources: &Sources) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let document = parse(sources, 0, 0).map_err(|diagnostic| explained(sources, vec![diagnostic]))?;
        let mut problems = Problems::default();
        let entries: &[Entry] = match &document.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            _ => {
                let message = format!("expected a mapping of a theme's keys, found {}", document.describe());
                let hint = "the smallest theme is\n    base: dark";
                return Err(vec![Diagnostic::error(message).at(document.span).hint(hint)]);
            }
        };
        let mut theme = base(entries, &mut problems);
        // Comes first, because other colours may be mixed with the background.
        if let Some(entry) = entries.iter().find(|entry| entry.key == "background")
            && let Some(paint) = paint(entry, None, &mut problems)
        {
            theme.background = paint;
        }
        refuse_duplicates(entries, "the theme", &mut problems);
        for entry in entries {
            set(&mut theme, entry, &mut problems);
        }
        if problems.has_errors() {
            return Err(explained(sources, problems.into_sorted()));
        }
        warn_of_faint_text(&theme, &document, &mut problems);
        Ok((theme, problems.into_sorted()))
    }
}

fn refuse_duplicates(entries: &[Entry], place: &str, problems: &mut Problems) {
    for (index, entry) in entries.iter().enumerate() {
        if entries[..index].iter().any(|before| before.key == entry.key) {
            let message = format!("duplicate key `{}` in {place}", excerpt(&entry.key));
            problems.push(Diagnostic::error(message).at(entry.key_span).hint("remove one of the two"));
        }
    }
}

fn base(entries: &[Entry], problems: &mut Problems) -> Theme {
    let named = entries.iter().find(|entry| entry.key == "base").and_then(|entry| {
        let name = match &entry.node.value {
            Value::Text(name) => name.as_str(),
            _ => "",
        };
        let found = find(name);
        if found.is_none() {
            let names = THEMES.iter().map(|preset| preset.name);
            let message = format!("`base`: expected the name of a theme, found {}", entry.node.describe());
            problems.push(Diagnostic::error(message).at(entry.node.span).hint(suggest::hint(name, names)));
        }
        found
    });
    named.or_else(|| find(BASE)).unwrap_or_else(Theme::classic)
}

fn set(theme: &mut Theme, entry: &Entry, problems: &mut Problems) {
    if ["base", "background"].contains(&entry.key.as_str()) {
        return;
    }
    if entry.key == "categories" {
        return set_categories(theme, entry, problems);
    }
    match entry.key.as_str() {
        "neurons" => return set_neurons(theme, entry, problems),
        "layers" => return set_layers(theme, entry, problems),
        "notes" => return set_notes(theme, entry, problems),
        "branches" => return set_branches(theme, entry, problems),
        _ => {}
    }
    match Theme::KEYS.iter().find(|(name, ..)| *name == entry.key) {
        Some((_, _, Slot::Color(slot))) => {
            if let Some(paint) = paint(entry, Some(theme.background), problems) {
                *slot(theme) = paint;
            }
        }
        Some((_, _, Slot::Length(slot, range))) => {
            if let Some(length) = length(&entry.key, &entry.node, *range, problems) {
                *slot(theme) = length;
            }
        }
        Some((_, _, Slot::Flag(slot))) => {
            if let Value::Bool(flag) = entry.node.value {
                *slot(theme) = flag;
            } else {
                let message = format!("`{}`: expected `true` or `false`, found {}", entry.key, entry.node.describe());
                problems.error(entry.node.span, message);
            }
        }
        None => {
            let names = Theme::KEYS.iter().map(|(name, ..)| *name).chain([
                "base",
                "branches",
                "categories",
                "layers",
                "neurons",
                "notes",
            ]);
            let message = format!("unknown key `{}` in the theme", excerpt(&entry.key));
            problems.push(Diagnostic::error(message).at(entry.key_span).hint(suggest::hint(&entry.key, names)));
        }
    }
}

fn set_categories(theme: &mut Theme, entry: &Entry, problems: &mut Problems) {
    let Value::Map(entries) = &entry.node.value else {
        let message = format!("`categories`: expected a mapping, found {}", entry.node.describe());
        let hint = "write `categories: {convolution: \"#ffaa00\"}`";
        return problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
    };
    refuse_duplicates(entries, "`categories`", problems);
    for entry in entries {
        if let Some(&category) = Category::ALL.iter().find(|category| category.name() == entry.key) {
            if let Some(paint) = paint(entry, Some(theme.background), problems) {
                theme.categories[category as usize] = paint;
            }
            continue;
        }
        let names = Category::ALL.iter().map(|category| category.name());
        let message = format!("there is no category `{}`", excerpt(&entry.key));
        problems.push(Diagnostic::error(message).at(entry.key_span).hint(suggest::hint(&entry.key, names)));
    }
}

/// The names of layers are checked when a network is drawn.
fn set_neurons(theme: &mut Theme, entry: &Entry, problems: &mut Problems) {
    let Value::Map(entries) = &entry.node.value else {
        let message = format!("`neurons`: expected a mapping, found {}", entry.node.describe());
        let hint = "map layer names to numbers of neurons: `neurons: {code: 4}`";
        return problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
    };
    refuse_duplicates(entries, "`neurons`", problems);
    for Entry { key, node, .. } in entries {
        let count = match node.value {
            Value::Int(count) => usize::try_from(count).ok().filter(|&count| count > 0),
            _ => None,
        };
        if let Some(count) = count {
            theme.neurons.insert(key.clone(), count);
        } else {
            let name = excerpt(key);
            problems.error(node.span, format!("`{name}`: expected a whole number from 1, found {}", node.describe()));
        }
    }
}

/// `layers: {"conv*": {color: teal, label: "{name}"}}`.
fn set_layers(theme: &mut Theme, entry: &Entry, problems: &mut Problems) {
    let Value::Map(entries) = &entry.node.value else {
        let message = format!("`layers`: expected a mapping, found {}", entry.node.describe());
        let hint = "map names or kinds to looks: `layers: {\"conv*\": {color: teal}}`";
        return problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
    };
    refuse_duplicates(entries, "`layers`", problems);
    for Entry { key, node, key_span } in entries {
        let name = excerpt(key);
        let Value::Map(keys) = &node.value else {
            let message = format!("`{name}`: expected `color` or `label`, found {}", node.describe());
            problems.push(Diagnostic::error(message).at(*key_span).hint("write `{color: teal, label: \"{name}\"}`"));
            continue;
        };
        refuse_duplicates(keys, &format!("`{name}`"), problems);
        let mut rule = Rule::new(key);
        for entry in keys {
            match (entry.key.as_str(), &entry.node.value) {
                ("color", _) => rule.color = paint(entry, Some(theme.background), problems),
                ("label", Value::Text(text)) => match Template::parse(text) {
                    Ok(label) => rule.label = Some(label),
                    Err(problem) => problems.push(problem.at(entry.node.span)),
                },
                ("label", _) => {
                    problems
                        .error(entry.node.span, format!("`label`: expected a text, found {}", entry.node.describe()));
                }
                (other, _) => {
                    let message = format!("unknown key `{}` of `{name}`", excerpt(other));
                    let hint = suggest::hint(other, ["color", "label"]);
                    problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
                }
            }
        }
        theme.layers.push(rule);
    }
}

/// `notes: [{over: [c1, s4], text: feature extractor}]`. The names are checked when a network is drawn.
fn set_notes(theme: &mut Theme, entry: &Entry, problems: &mut Problems) {
    const HINT: &str = "write `notes: [{over: [c1, s4], text: feature extractor}]`";
    let Value::List(notes) = &entry.node.value else {
        let message = format!("`notes`: expected a list, found {}", entry.node.describe());
        return problems.push(Diagnostic::error(message).at(entry.key_span).hint(HINT));
    };
    for node in notes {
        let keys: &[Entry] = if let Value::Map(keys) = &node.value { keys } else { &[] };
        let value = |name: &str| keys.iter().find(|entry| entry.key == name).map(|entry| &entry.node.value);
        let over = match value("over") {
            Some(Value::List(ends)) => match &ends[..] {
                [Node { value: Value::Text(first), .. }, Node { value: Value::Text(last), .. }] => Some([first, last]),
                [Node { value: Value::Text(only), .. }] => Some([only, only]),
                _ => None,
            },
            Some(Value::Text(only)) => Some([only, only]),
            _ => None,
        };
        if let (Some([first, last]), Some(Value::Text(text)), 2) = (over, value("text"), keys.len()) {
            theme.notes.push(Note::new(first, last, text));
        } else {
            let message = "a note has the names of its first and its last layer, `over`, and a `text`";
            problems.push(Diagnostic::error(message).at(node.span).hint(HINT));
        }
    }
}

/// `branches: [[shortcut, conv2d_2]]`. The names are checked when a network is drawn.
fn set_branches(theme: &mut Theme, entry: &Entry, problems: &mut Problems) {
    let list = |node: &Node| if let Value::List(nodes) = &node.value { Some(nodes.clone()) } else { None };
    let name = |node: &Node| if let Value::Text(name) = &node.value { Some(name.clone()) } else { None };
    let names = |node: &Node| list(node)?.iter().map(name).collect::<Option<Vec<String>>>();
    let lists = list(&entry.node).and_then(|lists| lists.iter().map(names).collect::<Option<Vec<_>>>());
    let Some(lists) = lists else {
        let message = "`branches`: expected lists of names of layers, one of each branch";
        let hint = "write `branches: [[shortcut, conv2d_2]]`";
        return problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
    };
    theme.branches.extend(lists);
}

/// `"#2ecc71"`, or `{light: …, dark: …}`. A colour that is not opaque is mixed with the background; the background
/// itself must be opaque.
fn paint(Entry { key, node, .. }: &Entry, page: Option<Paint>, problems: &mut Problems) -> Option<Paint> {
    if let Value::Map(entries) = &node.value {
        let part = |name: &str| entries.iter().find(|entry| entry.key == name).map(|entry| &entry.node);
        if let (Some(light), Some(dark), 2) = (part("light"), part("dark"), entries.len()) {
            let light = color(key, light, page.map(|page| page.light), problems);
            let dark = color(key, dark, page.map(|page| page.dark), problems);
            return Some(Paint { light: light?, dark: dark? });
        }
        let message = format!("`{key}`: expected `light` and `dark`, each once and nothing else");
        problems.push(Diagnostic::error(message).at(node.span).hint("or write one colour for both"));
        return None;
    }
    let mut on = |page: Option<Color>| color(key, node, page, problems);
    match page {
        Some(page) if page.is_adaptive() => Some(Paint { light: on(Some(page.light))?, dark: on(Some(page.dark))? }),
        page => on(page.map(|page| page.light)).map(Paint::plain),
    }
}

fn color(key: &str, node: &Node, page: Option<Color>, problems: &mut Problems) -> Option<Color> {
    let parsed = match &node.value {
        Value::Text(text) => Color::parse(text),
        _ => None,
    };
    let (message, hint) = match (parsed, page) {
        (Some((color, u8::MAX)), _) => return Some(color),
        (Some((color, alpha)), Some(page)) => return Some(page.toward(color, alpha)),
        (Some(_), None) => (
            format!("`{key}`: the page must be opaque, found {}", node.describe()),
            "write a colour without transparency, such as \"#ffffff\"",
        ),
        (None, _) => (
            format!("`{key}`: expected a colour, found {}", node.describe()),
            "write it as in CSS: `\"#2ecc71\"` in quotes, since `#` starts a comment in YAML, or `teal`, or \
             `rgb(46, 204, 113)`",
        ),
    };
    problems.push(Diagnostic::error(message).at(node.span).hint(hint));
    None
}

fn length(key: &str, node: &Node, [least, most]: [f64; 2], problems: &mut Problems) -> Option<f64> {
    let number = match node.value {
        #[expect(clippy::cast_precision_loss, reason = "what is out of range is refused")]
        Value::Int(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        _ => None,
    };
    let fits = number.filter(|value| (least..=most).contains(value));
    if fits.is_none() {
        problems
            .error(node.span, format!("`{key}`: expected a number from {least} to {most}, found {}", node.describe()));
    }
    fits
}

fn warn_of_faint_text(theme: &Theme, document: &Node, problems: &mut Problems) {
    for (name, text) in [("text", theme.text), ("muted", theme.muted)] {
        for (under, paint) in [("background", theme.background), ("surface", theme.surface)] {
            let contrast = text.contrast(paint);
            if contrast < READABLE {
                let message = format!("`{name}` is hard to read on `{under}`: a contrast of {contrast:.1}");
                let hint = format!("readable text has at least {READABLE} (WCAG AA)");
                problems.push(Diagnostic::warning(message).at(document.span).hint(hint));
            }
        }
    }
}
