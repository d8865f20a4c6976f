//! The width of text in the embedded font.
//!
//! Liberation Sans has the widths of Arial and Helvetica, so the measurements hold for whichever of the three a viewer
//! has.

use std::sync::OnceLock;

use ttf_parser::Face;
use unicode_width::UnicodeWidthChar;

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// For text.
    Regular,
    /// For names.
    Bold,
}

/// The font families, in order of preference.
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

/// The advance of a character, in units of the font.
///
/// A character that the font lacks is drawn from another font, which differs between machines. It is measured as a
/// square, as Chinese, Japanese and Korean characters and emoji are, so that the layout is the same everywhere. A
/// character that joins the one before it, such as an accent, has no width.
fn advance(face: &Face, c: char) -> f64 {
    if takes_no_room(c) {
        return 0.0;
    }
    let known = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph));
    known.map_or_else(|| f64::from(face.units_per_em()), f64::from)
}

/// Whether a character is drawn on top of the one before it, or not at all: combining marks, joiners, variation
/// selectors.
pub(crate) fn takes_no_room(c: char) -> bool {
    c.width() == Some(0)
}

/// Whether the embedded fonts have a character.
#[cfg(feature = "paper")]
pub(crate) fn is_embedded(c: char) -> bool {
    let has = |weight: Weight| weight.face().is_some_and(|face| face.glyph_index(c).is_some());
    has(Weight::Regular) && has(Weight::Bold)
}

/// Replaces a character that cannot be drawn: tabs and line breaks become spaces; other control characters and those
/// that XML 1.0 does not allow become U+FFFD.
pub fn drawable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// The text, shortened in the middle by an ellipsis if it does not fit into `available`: names of layers often differ
/// in their last word only.
pub fn shortened(text: &str, size: f64, weight: Weight, available: f64) -> String {
    if width(text, size, weight) <= available {
        return text.to_owned();
    }
    let room = available - width("…", size, weight);
    let measure = |c: char| width(c.encode_utf8(&mut [0; 4]), size, weight);
    let chars: Vec<char> = text.chars().collect();
    let (mut start, mut end, mut used) = (0, chars.len(), 0.0);
    let (mut start_width, mut end_width) = (0.0, 0.0);
    while start < end {
        // The shorter side grows, the start first.
        let at_start = start_width <= end_width;
        let c = if at_start { chars[start] } else { chars[end - 1] };
        used += measure(c);
        if used > room {
            break;
        }
        if at_start {
            (start, start_width) = (start + 1, start_width + measure(c));
        } else {
            (end, end_width) = (end - 1, end_width + measure(c));
        }
    }
    // Keep combining marks with their base character.
    while start < end && takes_no_room(chars[start]) {
        start += 1;
    }
    while end < chars.len() && takes_no_room(chars[end]) {
        end += 1;
    }
    let part = |chars: &[char]| chars.iter().collect::<String>();
    format!("{}…{}", part(&chars[..start]).trim_end(), part(&chars[end..]).trim_start())
}

/// The text in at most `most` lines that fit into `available`, broken at spaces or after characters that join words; if
/// it is too long, the last line is [`shortened`].
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
            let fitting = &rest[..most_bytes];
            let space = fitting.rfind(' ').filter(|&space| space > 0);
            let joint = || fitting.rfind(['_', '-', '.', '/']).map(|sign| sign + 1).filter(|&end| 2 * end > most_bytes);
            space.or_else(joint).unwrap_or(most_bytes).max(first)
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
    fn wrapped_lines_fit() {
        let lines = |text: &str, most: usize| wrapped(text, 12.0, Weight::Bold, 80.0, most);
        assert_eq!(lines("short", 3), ["short"]);
        assert_eq!(lines("a network with a long title", 9).join(" "), "a network with a long title");
        assert_eq!(lines("a_name_whose_words_are_joined", 9), ["a_name_", "whose_", "words_are_", "joined"]);
        let cut = lines(&"word ".repeat(100), 3);
        assert!(cut.len() == 3 && cut[2].contains('…') && cut[2].ends_with("word"));
        assert!(lines(&"x".repeat(100), 9).iter().all(|line| width(line, 12.0, Weight::Bold) <= 80.0));
        assert_eq!(lines("  ", 3), Vec::<String>::new());
    }

    #[test]
    fn shortened_names_still_differ_at_their_end() {
        let names = ["one", "two"].map(|end| format!("the_first_hidden_layer_of_the_encoder_network_number_{end}"));
        let [one, two] = names.map(|name| shortened(&name, 12.0, Weight::Regular, 100.0));
        assert_ne!(one, two);
    }

    #[test]
    fn a_mark_stays_with_its_letter() {
        let text = "e\u{301}".repeat(40);
        let short = shortened(&text, 12.0, Weight::Regular, 80.0);
        let (start, end) = short.split_once('…').expect("shortened");
        assert!(start.ends_with('\u{301}') && end.starts_with('e'), "{short}");
    }

    #[test]
    fn other_characters_are_square_and_marks_take_no_room() {
        let measured = |text: &str| width(text, 1000.0, Weight::Regular);
        let widths = [measured("数"), measured("🦀"), measured("\u{301}\u{200d}\u{fe0f}")];
        assert!(widths.iter().zip([1000.0, 1000.0, 0.0]).all(|(width, wanted)| (width - wanted).abs() < 1e-6));
        assert!((measured("e\u{301}") - measured("e")).abs() < 1e-9);
    }

    #[test]
    fn shortened_text_fits() {
        let text = "a network with a rather long title";
        let short = shortened(text, 12.0, Weight::Bold, 80.0);
        assert_eq!(short, "a net…g title");
        assert!(width(&short, 12.0, Weight::Bold) <= 80.0);
        assert_eq!(shortened(text, 12.0, Weight::Bold, 5.0), "…");
        assert_eq!(shortened("short", 12.0, Weight::Bold, 80.0), "short");
    }
}
