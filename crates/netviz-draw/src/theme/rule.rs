//! What a theme says of single layers: their colours and texts, and notes over ranges of them.

use super::Paint;
use crate::label::Template;
use crate::properties::LayerProperties;

/// Colour and text of the layers that a pattern names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// A name or a kind, in which `*` stands for any characters and `?` for one: `conv*`.
    pub pattern: String,
    /// Fill colour.
    pub color: Option<Paint>,
    /// Text.
    pub label: Option<Template>,
}

/// A text over a range of layers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// Names of the first and the last layer, in the order of the network.
    pub over: [String; 2],
    /// The text.
    pub text: String,
}

impl Rule {
    /// A rule that changes nothing yet.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self { pattern: pattern.into(), color: None, label: None }
    }

    /// Whether it is about a layer.
    pub fn matches(&self, layer: &LayerProperties) -> bool {
        let pattern: Vec<char> = self.pattern.chars().collect();
        [&layer.name, &layer.kind].into_iter().any(|text| matches(&pattern, text))
    }
}

impl Note {
    /// A note over the layers from one to another.
    pub fn new(first: impl Into<String>, last: impl Into<String>, text: impl Into<String>) -> Self {
        Self { over: [first.into(), last.into()], text: text.into() }
    }
}

/// Whether a pattern describes all of a text, in time proportional to the product of their lengths.
fn matches(pattern: &[char], text: &str) -> bool {
    // Whether each part of the pattern from its start describes the text so far.
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    let skip_stars = |reached: &mut Vec<bool>| {
        for (index, &c) in pattern.iter().enumerate() {
            reached[index + 1] |= reached[index] && c == '*';
        }
    };
    skip_stars(&mut reached);
    for character in text.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for (index, &c) in pattern.iter().enumerate().filter(|(index, _)| reached[*index]) {
            match c {
                '*' => next[index] = true,
                c => next[index + 1] = c == '?' || c == character,
            }
        }
        reached = next;
        skip_stars(&mut reached);
    }
    reached[pattern.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let found = |pattern: &str, text: &str| matches(&pattern.chars().collect::<Vec<_>>(), text);
        for (pattern, text) in [("conv*", "conv2d_1"), ("*", ""), ("*_1", "a_1"), ("c?nv", "conv"), ("a*b*c", "axxbbc")]
        {
            assert!(found(pattern, text), "{pattern} is {text}");
        }
        for (pattern, text) in [("conv", "conv2d"), ("", "a"), ("?", ""), ("*_1", "a_12"), ("a*b*c", "acb")] {
            assert!(!found(pattern, text), "{pattern} is not {text}");
        }
        assert!(!found(&"*a".repeat(200), &"a".repeat(190)));
    }
}
