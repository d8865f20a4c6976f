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
    /// Whether others may read its result.
    pub(super) is_output: bool,
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
    /// A stored scalar or tensor, or a folded one.
    Stored,
    /// A stored tensor of several values, or a folded one.
    Tensor,
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
                text if text.starts_with("1/") => {
                    text.strip_prefix("1/").and_then(line).map_or(Operand::Number(f64::NAN), Operand::Inverse)
                }
                text if text.starts_with('~') => Operand::Any,
                text if text.starts_with(|first: char| first.is_ascii_uppercase()) => Operand::Tensor,
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
            let operands = operands.split(',').map(str::trim).filter(|text| !text.is_empty()).map(operand).collect();
            lines.push(Line { kinds: kinds.split('|').collect(), operands, is_output: name.ends_with('!') });
            names.push(name.trim_end_matches('!'));
        }
        Self { lines, inputs: inputs.len() }
    }

    /// The operations that the last line can be.
    pub(super) fn last_kinds(&self) -> Vec<&'static str> {
        let kinds = self.lines.last().map(|line| line.kinds.clone()).unwrap_or_default();
        if kinds == [PRODUCT] { KINDS.to_vec() } else { kinds }
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
        }
    }
}
