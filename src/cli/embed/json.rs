//! JSON laid out as Prettier lays it out in Markdown, so that it finds nothing to change.

use serde_json::Value;

use crate::text::json;

/// Columns of a line, Prettier's default.
const WIDTH: usize = 80;
/// Spaces of a level.
const STEP: usize = 2;

/// The lines of a value, `margin` columns into the page. Text that is no JSON stays as it is.
pub(super) fn laid_out(text: &str, margin: usize) -> String {
    let Ok(value) = serde_json::from_str(text) else { return text.to_owned() };
    let mut lines = String::new();
    write(&value, 0, 0, margin, &mut lines);
    lines
}

/// Adds a value at this depth, which begins `used` columns behind the indentation.
fn write(value: &Value, depth: usize, used: usize, margin: usize, lines: &mut String) {
    let column = margin + STEP * depth + used;
    let flat = match value {
        Value::Object(members) if !members.is_empty() => None,
        Value::Array(items) if is_broken(items) => None,
        // Behind it is a comma, or the end of the text.
        _ => Some(flat(value)).filter(|text| !value.is_array() || column + text.chars().count() < WIDTH),
    };
    let start = |depth: usize| "\n".to_owned() + &" ".repeat(STEP * depth);
    match (flat, value) {
        (Some(text), _) => lines.push_str(&text),
        (None, Value::Object(members)) => {
            lines.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                let key = format!("{}{}: ", start(depth + 1), json(&Value::from(key.as_str())));
                let used = key.chars().count() - 1 - STEP * (depth + 1);
                lines.push_str(if index > 0 { "," } else { "" });
                lines.push_str(&key);
                write(value, depth + 1, used, margin, lines);
            }
            lines.push_str(&(start(depth) + "}"));
        }
        (None, Value::Array(items)) => {
            lines.push('[');
            if items.iter().all(Value::is_number) {
                filled(items, &start(depth + 1), WIDTH.saturating_sub(margin + STEP * (depth + 1)), lines);
            } else {
                for (index, item) in items.iter().enumerate() {
                    lines.push_str(if index > 0 { "," } else { "" });
                    lines.push_str(&start(depth + 1));
                    write(item, depth + 1, 0, margin, lines);
                }
            }
            lines.push_str(&(start(depth) + "]"));
        }
        (None, other) => lines.push_str(&json(other)),
    }
}

/// Whether the items stand on lines of their own though they would fit into one: several that all have several parts, and
/// any that is an object, which is never in one line.
fn is_broken(items: &[Value]) -> bool {
    let has_object = |value: &Value| value.as_object().is_some_and(|members| !members.is_empty());
    let parts = |value: &Value| value.as_array().map_or(0, Vec::len);
    let nested = |value: &Value| value.as_array().is_some_and(|items| is_broken(items));
    items.iter().any(|item| has_object(item) || nested(item))
        || items.len() > 1 && items.iter().all(|item| parts(item) > 1)
}

/// As many numbers in each line as fit.
fn filled(items: &[Value], start: &str, width: usize, lines: &mut String) {
    let mut used = 0;
    for (index, item) in items.iter().enumerate() {
        let text = json(item) + if index + 1 < items.len() { "," } else { "" };
        if used > 0 && used + 1 + text.len() <= width {
            lines.push(' ');
            used += 1;
        } else {
            lines.push_str(start);
            used = 0;
        }
        used += text.len();
        lines.push_str(&text);
    }
}

/// A value in one line, with a space behind each comma.
fn flat(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
        other => json(other),
    }
}
