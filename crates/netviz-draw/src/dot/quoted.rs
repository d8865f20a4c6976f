//! The only place where text becomes DOT. It is quoted, so that it can neither end the string nor contain escapes or
//! entities of Graphviz.

use graphviz_rust::dot_structures::Id;

use crate::font::drawable;

/// A quoted string of these lines.
pub(crate) fn quoted<'a>(lines: impl IntoIterator<Item = &'a str>) -> Id {
    let lines: Vec<String> = lines.into_iter().map(escaped).collect();
    Id::Escaped(format!("\"{}\"", lines.join("\\n")))
}

fn escaped(line: &str) -> String {
    let mut result = String::with_capacity(line.len());
    for c in line.chars().map(drawable) {
        match c {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '&' => result.push_str("&amp;"),
            _ => result.push(c),
        }
    }
    result
}

/// A quoted string of one line.
pub(crate) fn string(text: &str) -> Id {
    quoted([text])
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    /// Graphviz's output for a graph that has the text as its name and as a label.
    fn drawn(text: &str) -> String {
        let Id::Escaped(text) = string(text) else { panic!("text is quoted") };
        let dot = format!("digraph {text} {{ a[label={text}] {text} -> a }}\n");
        let mut command = Command::new("dot");
        let mut child = command.arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Graphviz");
        child.stdin.take().expect("a pipe").write_all(dot.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    #[test]
    fn no_text_leaves_its_quotes() {
        let long = "\"\\".repeat(5_000);
        for text in
            ["\"] b [shape=box", "\\", "\\\"", "a\\", "\\N\\G\\L\\n", "a\nb\r\0\u{ffff}", "<b>a</b>", "&amp;", &long]
        {
            let plain = drawn(text);
            assert_eq!(plain.matches("node ").count(), 2, "{plain}");
            assert_eq!(plain.matches("edge ").count(), 1, "{plain}");
        }
    }

    #[test]
    fn text_is_neither_escape_nor_entity() {
        assert_eq!(escaped("\\N \"&lt;\"\n\u{1}"), "\\\\N \\\"&amp;lt;\\\" \u{fffd}");
    }
}
