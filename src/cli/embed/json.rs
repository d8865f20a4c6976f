//! Formats JSON as Prettier does in Markdown, so that Prettier changes nothing.

use serde_json::Value;

use crate::text::json;

/// Columns per line, Prettier's default.
const WIDTH: usize = 80;
/// Spaces per level of indentation.
const STEP: usize = 2;

/// Formats a JSON text that is indented by `margin` columns. A text that is not JSON stays unchanged.
pub(super) fn laid_out(text: &str, margin: usize) -> String {
    let Ok(value) = serde_json::from_str(text) else { return text.to_owned() };
    let mut lines = String::new();
    write(&value, 0, 0, margin, &mut lines);
    lines
}

/// Writes a value at this depth, which starts `used` columns after the indentation.
fn write(value: &Value, depth: usize, used: usize, margin: usize, lines: &mut String) {
    let column = margin + STEP * depth + used;
    let flat = match value {
        Value::Object(members) if !members.is_empty() => None,
        Value::Array(items) if is_broken(items) => None,
        // One column is left for a comma after it.
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

/// Whether the items are on separate lines even if they would fit on one: several that all have several parts, or any
/// that contains an object, which is never on one line.
fn is_broken(items: &[Value]) -> bool {
    let has_object = |value: &Value| value.as_object().is_some_and(|members| !members.is_empty());
    let parts = |value: &Value| value.as_array().map_or(0, Vec::len);
    let nested = |value: &Value| value.as_array().is_some_and(|items| is_broken(items));
    items.iter().any(|item| has_object(item) || nested(item))
        || items.len() > 1 && items.iter().all(|item| parts(item) > 1)
}

/// Writes as many numbers per line as fit.
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

/// A value on one line, with a space after each comma.
fn flat(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
        other => json(other),
    }
}
