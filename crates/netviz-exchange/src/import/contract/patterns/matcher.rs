//! Finds the operations of a pattern in a graph.

use netviz_model::ir;

use super::super::passing::through;
use super::super::{Argument, Net, Part, Parts};
use super::given::{self, is_about};
use super::parse::{Along, Graph, Operand};
use super::product::{self, Factor, PRODUCT};

/// Operations whose two operands may change places.
const COMMUTATIVE: &[&str] = &["Add", "Mul", "Sum"];

/// Most operations that are tried for a chain.
const MOST: usize = 32;

/// A search for one pattern.
pub(super) struct Matcher<'m, 'g> {
    net: &'m Net<'g>,
    parts: &'m Parts,
    graph: &'m Graph,
}

/// What is found so far.
#[derive(Clone)]
struct Found {
    /// The node of each line.
    lines: Vec<Option<usize>>,
    /// What gives each input.
    inputs: Vec<Option<Source>>,
    /// Nodes that only pass on values between lines.
    passing: Vec<usize>,
    /// The number of the last axes that the lines are about, if any is.
    axes: Option<usize>,
    /// The place from the end, and the size, of the dimension that tensors have their values along.
    channels: Option<(usize, usize)>,
}

/// What gives a value: a node, or a stored tensor.
type Source = Result<usize, ir::ParameterId>;

impl<'m, 'g> Matcher<'m, 'g> {
    pub(super) fn new(net: &'m Net<'g>, parts: &'m Parts, graph: &'m Graph) -> Self {
        Self { net, parts, graph }
    }

    /// The nodes of the pattern that ends at a node, in the order of its lines and sorted, if it is there.
    pub(super) fn nodes(&self, last: usize) -> Option<(Vec<usize>, Vec<usize>)> {
        let (count, inputs) = (self.graph.lines.len(), self.graph.inputs);
        let nothing = Found {
            lines: vec![None; count],
            inputs: vec![None; inputs],
            passing: Vec::new(),
            axes: None,
            channels: None,
        };
        let found = self.line(count.checked_sub(1)?, last, nothing)?;
        let single = found.lines.iter().zip(&self.graph.lines).filter(|(_, line)| !line.is_chain);
        let lines: Vec<usize> = single.map(|(node, _)| *node).collect::<Option<_>>()?;
        let mut nodes = [lines.clone(), found.passing].concat();
        nodes.sort_unstable();
        nodes.dedup();
        let is_within = |node: usize| nodes.binary_search(&node).is_ok() || self.parts.of[node] == Part::Folded;
        let is_inner = |node: usize| !self.net.leaves(node) && self.net.targets(node).all(is_within);
        let may_leave = |node: usize| {
            let line = found.lines.iter().position(|&other| other == Some(node));
            line.is_some_and(|line| line + 1 == count || self.graph.lines[line].is_output)
        };
        let is_free = |node: usize| self.parts.of[node] == Part::Single;
        let is_all = nodes.iter().all(|&node| is_free(node) && (may_leave(node) || is_inner(node)));
        is_all.then_some((lines, nodes))
    }

    /// Matches a line with a node.
    fn line(&self, line: usize, node: usize, mut found: Found) -> Option<Found> {
        let wanted = &self.graph.lines[line];
        if let Some(known) = found.lines[line] {
            return (known == node).then_some(found);
        }
        if found.lines.contains(&Some(node)) {
            return None;
        }
        if wanted.kinds == [PRODUCT] {
            found.lines[line] = Some(node);
            return self.product(&wanted.operands, node, found);
        }
        if !wanted.kinds.contains(&self.net.word(node)) {
            return None;
        }
        for (name, wanted) in &wanted.settings {
            if !given::is_as_wanted(self.net, node, name, *wanted, &mut found.axes) {
                return None;
            }
        }
        found.lines[line] = Some(node);
        let given = self.net.arguments(node);
        if let ([a, b], [first, second, ..]) = (&wanted.operands[..], &given[..])
            && COMMUTATIVE.contains(&self.net.word(node))
        {
            let in_order = self.operands(node, &[*a, *b], &[*first, *second], found.clone());
            return in_order.or_else(|| self.operands(node, &[*a, *b], &[*second, *first], found));
        }
        (given.len() >= wanted.operands.len()).then(|| self.operands(node, &wanted.operands, &given, found))?
    }

    /// Matches as many operations as there are, and then what the first one reads; `seen` are those that were tried.
    fn chain(
        &self,
        line: usize,
        (reader, given): (usize, Argument),
        found: Found,
        seen: &mut Vec<usize>,
    ) -> Option<Found> {
        let wanted = &self.graph.lines[line];
        let mut longer = found.clone();
        let node = through(self.net, self.parts, given, &mut longer.passing)?;
        if wanted.kinds.contains(&self.net.word(node)) && seen.len() < MOST && !seen.contains(&node) {
            seen.push(node);
            longer.passing.push(node);
            let given = self.net.arguments(node).into_iter();
            let mut ends = given.filter_map(|given| self.chain(line, (node, given), longer.clone(), seen));
            if let Some(found) = ends.next() {
                return Some(found);
            }
        }
        self.operand(reader, *wanted.operands.first()?, given, found)
    }

    /// Matches the factors of a product in any order.
    fn product(&self, wanted: &[Operand], node: usize, mut found: Found) -> Option<Found> {
        let factors = product::factors(self.net, self.parts, node)?;
        let number = |operand: &Operand| if let Operand::Number(number) = operand { *number } else { 1.0 };
        let wanted_number: f64 = wanted.iter().map(number).product();
        let values: Vec<Operand> =
            wanted.iter().copied().filter(|operand| !matches!(operand, Operand::Number(_))).collect();
        if !is_about(factors.number, wanted_number) || factors.values.len() != values.len() {
            return None;
        }
        found.passing.extend(factors.nodes);
        self.in_any_order(node, &values, &factors.values, found)
    }

    fn in_any_order(&self, node: usize, wanted: &[Operand], given: &[Factor], found: Found) -> Option<Found> {
        let Some((&first, wanted)) = wanted.split_first() else { return Some(found) };
        let (first, is_inverse) = match first {
            Operand::Inverse(line) => (Operand::Line(line), true),
            first => (first, false),
        };
        (0..given.len()).filter(|&index| given[index].is_inverse == is_inverse).find_map(|index| {
            let found = self.operand(node, first, given[index].operand, found.clone())?;
            let rest = [&given[..index], &given[index + 1..]].concat();
            self.in_any_order(node, wanted, &rest, found)
        })
    }

    fn operands(&self, node: usize, wanted: &[Operand], given: &[Argument], found: Found) -> Option<Found> {
        wanted.iter().zip(given).try_fold(found, |found, (wanted, given)| self.operand(node, *wanted, *given, found))
    }

    /// Matches what a node reads.
    fn operand(&self, reader: usize, wanted: Operand, given: Argument, mut found: Found) -> Option<Found> {
        let is_folded = || self.net.giver(given).is_some_and(|node| self.parts.of[node] == Part::Folded);
        match wanted {
            Operand::Any => Some(found),
            Operand::Number(number) => is_about(self.net.scalar(given)?, number).then_some(found),
            Operand::Filled(number) => {
                let mut numbers = self.net.numbers(given)?.into_iter();
                numbers.all(|given| is_about(given, number)).then_some(found)
            }
            Operand::Scalar => match self.net.elements(given) {
                Some(elements) => (elements == 1).then_some(found),
                None => {
                    (is_folded() && given::sizes(self.net, given).is_none_or(|sizes| sizes.is_empty())).then_some(found)
                }
            },
            Operand::Stored => (is_folded() || self.net.elements(given).is_some()).then_some(found),
            Operand::Tensor(along) => {
                let is_stored = self.net.elements(given).is_some_and(|elements| elements > 1);
                (is_folded() || is_stored).then_some(())?;
                self.is_along(along, reader, given, &mut found).then_some(found)
            }
            // Only products have such operands.
            Operand::Inverse(_) => None,
            Operand::Line(line) if self.graph.lines[line].is_chain => {
                self.chain(line, (reader, given), found, &mut Vec::new())
            }
            Operand::Line(line) => {
                let node = through(self.net, self.parts, given, &mut found.passing)?;
                self.line(line, node, found)
            }
            Operand::Input(input) => {
                let source = match given {
                    Argument::Stored(id) => Err(id),
                    // What is passed on before the pattern is no part of it.
                    _ => Ok(through(self.net, self.parts, given, &mut Vec::new())?),
                };
                let known = *found.inputs[input].get_or_insert(source);
                (known == source).then_some(found)
            }
        }
    }
}

impl Matcher<'_, '_> {
    /// Whether the sizes of a stored or folded tensor that are not 1 are where they must be.
    fn is_along(&self, along: Along, reader: usize, given: Argument, found: &mut Found) -> bool {
        let Some(sizes) = given::sizes(self.net, given) else { return true };
        match along {
            Along::All => true,
            Along::Last => sizes.iter().all(|&(from_end, _)| from_end <= found.axes.unwrap_or(1)),
            Along::Channels => {
                let rank =
                    self.net.outputs(reader).first().and_then(|&value| self.net.ty(value).dims()).map(<[_]>::len);
                rank.is_none_or(|rank| sizes.iter().all(|&(from_end, _)| from_end + 1 == rank))
            }
            Along::One => match sizes[..] {
                [channels] => *found.channels.get_or_insert(channels) == channels,
                _ => false,
            },
        }
    }
}
