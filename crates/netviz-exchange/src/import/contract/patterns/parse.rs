//! The texts of patterns as graphs.

use super::product::{KINDS, PRODUCT};

/// The operations of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    pub(super) lines: Vec<Line>,
    /// The number of names that stand for inputs.
    pub(super) inputs: usize,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Any of these.
    pub(super) kinds: Vec<&'static str>,
    pub(super) operands: Vec<Operand>,
    /// What its attributes, or the operands in their place, must be.
    pub(super) settings: Vec<(&'static str, Wanted)>,
    /// Whether others may read its result.
    pub(super) is_output: bool,
    /// Whether it is any number of operations, one behind the other.
    pub(super) is_chain: bool,
}

/// What an attribute must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wanted {
    pub(super) value: Setting,
    /// Whether it may be left out.
    pub(super) is_default: bool,
}

/// The value of an attribute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Setting {
    /// This number alone.
    Number(f64),
    /// The last axis or axes of the first operand, as many in each line of a pattern.
    Last,
    /// The order of dimensions in which the second and the third one have changed places.
    Swap,
}

/// Where the sizes of a tensor are that are not 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Along {
    /// Anywhere.
    All,
    /// In the axes that the pattern normalizes, or in the last one.
    Last,
    /// In the second dimension of what it is applied to.
    Channels,
    /// In one dimension, the same for all of this kind.
    One,
}

/// What an operation reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand {
    /// The result of another line.
    Line(usize),
    /// One divided by it, as a factor of a product.
    Inverse(usize),
    /// An input, by its number.
    Input(usize),
    /// A stored scalar.
    Number(f64),
    /// A stored tensor that has this value throughout.
    Filled(f64),
    /// A stored scalar, or a folded one.
    Scalar,
    /// A stored scalar or tensor, or a folded one.
    Stored,
    /// A stored tensor of several values, or a folded one.
    Tensor(Along),
    /// Anything.
    Any,
}

impl Graph {
    /// Reads a declaration. What is not of its form is left out, so that the pattern matches nothing; a test checks all.
    pub(super) fn parse(text: &'static str) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let mut inputs: Vec<&str> = Vec::new();
        let mut lines = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some((name, call)) = line.split_once(" = ") else { continue };
            let Some((kinds, operands)) = call.strip_suffix(')').and_then(|call| call.split_once('(')) else {
                continue;
            };
            let line = |text: &str| names.iter().position(|name| *name == text);
            let operand = |text: &'static str| match text {
                "_" => Operand::Stored,
                "#" => Operand::Scalar,
                text if text.starts_with('=') => Operand::Filled(text[1..].parse().unwrap_or(f64::NAN)),
                text if text.starts_with("1/") => {
                    text.strip_prefix("1/").and_then(line).map_or(Operand::Number(f64::NAN), Operand::Inverse)
                }
                text if text.starts_with('~') => Operand::Any,
                text if text.starts_with(|first: char| first.is_ascii_uppercase()) => Operand::Tensor(along(text)),
                text => match (text.parse(), line(text)) {
                    (Ok(number), _) => Operand::Number(number),
                    (Err(_), Some(line)) => Operand::Line(line),
                    (Err(_), None) => {
                        let known = inputs.iter().position(|input| *input == text);
                        Operand::Input(known.unwrap_or_else(|| {
                            inputs.push(text);
                            inputs.len() - 1
                        }))
                    }
                },
            };
            let texts = operands.split(',').map(str::trim).filter(|text| !text.is_empty());
            let (settings, operands): (Vec<_>, Vec<_>) =
                texts.partition(|text| text.find('=').is_some_and(|at| at > 0));
            lines.push(Line {
                kinds: kinds.split('|').collect(),
                operands: operands.into_iter().map(operand).collect(),
                settings: settings.into_iter().filter_map(setting).collect(),
                is_output: name.ends_with('!'),
                is_chain: name.ends_with('*'),
            });
            names.push(name.trim_end_matches(['!', '*']));
        }
        Self { lines, inputs: inputs.len() }
    }

    /// The operations that the last line can be.
    pub(super) fn last_kinds(&self) -> Vec<&'static str> {
        let kinds = self.lines.last().map(|line| line.kinds.clone()).unwrap_or_default();
        if kinds == [PRODUCT] { KINDS.to_vec() } else { kinds }
    }
}

/// `name=value`, or `name?=value` for an attribute that may be left out.
fn setting(text: &'static str) -> Option<(&'static str, Wanted)> {
    let (name, value) = text.split_once('=')?;
    let value = match value {
        "last" => Setting::Last,
        "swap" => Setting::Swap,
        number => Setting::Number(number.parse().unwrap_or(f64::NAN)),
    };
    Some((name.trim_end_matches('?'), Wanted { value, is_default: name.ends_with('?') }))
}

/// Where a tensor has its values: what follows `@` in its name.
fn along(text: &str) -> Along {
    match text.split_once('@') {
        Some((_, "last")) => Along::Last,
        Some((_, "channels")) => Along::Channels,
        Some((_, "one")) => Along::One,
        _ => Along::All,
    }
}

#[cfg(test)]
mod tests {
    use super::super::FAMILIES;
    use super::*;

    #[test]
    fn every_line_of_every_pattern_is_read_and_leads_to_the_last() {
        for pattern in FAMILIES.iter().copied().flatten() {
            let graph = Graph::parse(pattern.graph);
            let lines = pattern.graph.lines().filter(|line| !line.trim().is_empty()).count();
            assert_eq!(graph.lines.len(), lines, "{}", pattern.kind);
            let reads = |line: usize| {
                graph.lines.iter().any(|other| {
                    other
                        .operands
                        .iter()
                        .any(|it| matches!(it, Operand::Line(of) | Operand::Inverse(of) if *of == line))
                })
            };
            assert!((0..lines - 1).all(reads), "{}: {}", pattern.kind, pattern.graph);
            let marks = pattern.graph.matches('@').count();
            let places = graph.lines.iter().flat_map(|line| &line.operands);
            let places = places.filter(|it| matches!(it, Operand::Tensor(along) if *along != Along::All)).count();
            assert_eq!(places, marks, "{}: {}", pattern.kind, pattern.graph);
        }
    }
}
