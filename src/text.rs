//! Numbers and arguments as text, and how wide text is in the embedded font.
//!
//! Liberation Sans has the widths of Arial and Helvetica, so the measures hold for whichever of the
//! three a viewer finds.

use std::sync::OnceLock;

use ttf_parser::Face;

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For text.
    Regular,
    /// For names.
    Bold,
}

/// The families in the order that a viewer should look for them.
pub const FAMILIES: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

impl Weight {
    /// The font's file.
    pub(crate) fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../fonts/LiberationSans-Regular.ttf"),
            Self::Bold => include_bytes!("../fonts/LiberationSans-Bold.ttf"),
        }
    }

    fn face(self) -> Option<&'static Face<'static>> {
        static FACES: [OnceLock<Option<Face<'static>>>; 2] = [const { OnceLock::new() }; 2];
        FACES[self as usize].get_or_init(|| Face::parse(self.file(), 0).ok()).as_ref()
    }
}

/// The width of a line of text, in the unit of `size`.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let Some(face) = weight.face() else { return text.chars().count() as f64 * size * 0.6 };
    let units: f64 = text.chars().map(|c| advance(face, c)).sum();
    units * size / f64::from(face.units_per_em())
}

/// A character that the font lacks is drawn from another one, often as wide as it is high.
fn advance(face: &Face, c: char) -> f64 {
    let known = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph));
    known.map_or_else(|| f64::from(face.units_per_em()), f64::from)
}

/// A character as a picture may hold it: line breaks as spaces, and U+FFFD for those that have no form or
/// no place in XML 1.0.
pub fn drawable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// `1 error`, `5,000 errors`.
pub fn plural(count: usize, word: &str) -> String {
    format!("{} {word}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// A number of bytes: `1.55 MiB`.
pub fn bytes(count: u64) -> String {
    let mut size = count as f64;
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    if unit == "B" { format!("{size:.0} B") } else { format!("{size:.2} {unit}") }
}

/// `407,050`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `38.1 M`: three digits and a unit of 1000, for numbers of operations.
pub fn rounded(number: usize) -> String {
    let mut value = number as f64;
    let mut unit = "";
    for next in ["k", "M", "G", "T", "P", "E"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit.is_empty() {
        return number.to_string();
    }
    let digits = usize::from(value < 9.995) + usize::from(value < 99.95);
    format!("{value:.digits$} {unit}")
}

/// An argument as one types it into a shell.
pub fn shell(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

/// The text, or as much of it as fits into `available` with an ellipsis behind.
pub fn shortened(text: &str, size: f64, weight: Weight, available: f64) -> String {
    if width(text, size, weight) <= available {
        return text.to_owned();
    }
    let mut room = available - width("…", size, weight);
    let fits = |c: &char| {
        room -= width(c.encode_utf8(&mut [0; 4]), size, weight);
        room >= 0.0
    };
    let kept: String = text.chars().take_while(fits).collect();
    kept.trim_end().to_owned() + "…"
}

/// The text in at most `most` lines that fit into `available`, broken at spaces where there are any; an
/// ellipsis stands for what is left.
pub fn wrapped(text: &str, size: f64, weight: Weight, available: f64, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if lines.len() + 1 == most {
            lines.push(shortened(rest, size, weight, available));
            break;
        }
        let mut room = available;
        let mut fits = |c: char| {
            room -= width(c.encode_utf8(&mut [0; 4]), size, weight);
            room >= 0.0
        };
        let most_bytes: usize = rest.chars().take_while(|&c| fits(c)).map(char::len_utf8).sum();
        let end = if most_bytes == rest.len() {
            most_bytes
        } else {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            rest[..most_bytes].rfind(' ').filter(|&space| space > 0).unwrap_or(most_bytes).max(first)
        };
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_arial() {
        // Arial's advances are 556 units of 1000 for a digit and 722 for a capital C.
        assert!((width("0", 1000.0, Weight::Regular) - 556.0).abs() < 1.0);
        assert!((width("CC", 1000.0, Weight::Regular) - 1444.0).abs() < 2.0);
    }

    #[test]
    fn a_shell_takes_an_argument_as_it_is() {
        assert_eq!(["runs/a-1", "", "a b", "it's"].map(shell), ["runs/a-1", "''", "'a b'", "'it'\\''s'"]);
    }

    #[test]
    fn rounded_numbers_have_three_digits() {
        let numbers = [0, 999, 1000, 12_345, 999_499, 999_500, 803_840, 1_500_000_000];
        let texts = ["0", "999", "1.00 k", "12.3 k", "999 k", "1.00 M", "804 k", "1.50 G"];
        assert_eq!(numbers.map(rounded), texts);
    }

    #[test]
    fn wrapped_lines_fit() {
        let lines = |text: &str, most: usize| wrapped(text, 12.0, Weight::Bold, 80.0, most);
        assert_eq!(lines("short", 3), ["short"]);
        assert_eq!(lines("a network with a long title", 9).join(" "), "a network with a long title");
        let cut = lines(&"word ".repeat(100), 3);
        assert!(cut.len() == 3 && cut[2].ends_with('…'));
        assert!(lines(&"x".repeat(100), 9).iter().all(|line| width(line, 12.0, Weight::Bold) <= 80.0));
        assert_eq!(lines("  ", 3), Vec::<String>::new());
    }

    #[test]
    fn shortened_text_fits() {
        let text = "a network with a rather long title";
        let short = shortened(text, 12.0, Weight::Bold, 80.0);
        assert!(short.ends_with('…') && width(&short, 12.0, Weight::Bold) <= 80.0);
        assert_eq!(shortened("short", 12.0, Weight::Bold, 80.0), "short");
    }
}
