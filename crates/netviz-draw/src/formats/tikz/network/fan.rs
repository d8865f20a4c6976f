//! Rows of neurons, and the connections between them.

use std::collections::HashMap;

use super::Network;
use super::geometry::{Node, distance, near};
use super::lines::shifted;
use crate::scene::{Anchor, Group, Item, Point, Stroke, Text};

/// The neurons of a node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) numbers: Vec<String>,
    pub(super) centers: Vec<Point>,
    pub(super) bias: Option<Point>,
}

impl Row {
    /// Whether the numbers are 0, 1, 2 and so on.
    pub(super) fn is_counted(&self) -> bool {
        self.numbers.iter().enumerate().all(|(index, number)| *number == index.to_string())
    }

    /// The numbers, for `\foreach`.
    pub(super) fn list(&self) -> String {
        match &self.numbers[..] {
            [first, _, _, .., last] if self.is_counted() => format!("{first},...,{last}"),
            numbers => numbers.join(","),
        }
    }

    /// The neuron that a class name stands beside.
    pub(super) fn beside(&self, text: &Text, down: bool) -> Option<(&str, Point)> {
        let is_at = |center: &Point| {
            if down {
                text.anchor == Anchor::Middle && near(text.at.x, center.x) && text.at.y > center.y
            } else {
                text.anchor == Anchor::Start && near(text.at.y - 0.36 * text.size, center.y)
            }
        };
        let index = self.centers.iter().position(is_at)?;
        Some((&self.numbers[index], self.centers[index]))
    }
}

/// An end of a connection: the way to write it, in which a letter stands for the number of a neuron.
#[derive(Debug, Clone, PartialEq)]
struct End {
    text: String,
    number: Option<String>,
}

/// Number of lines between nodes, each of which takes `TeX` milliseconds. Larger fans have fixed positions relative to
/// their first node.
const MOST_LINES: usize = 1000;

/// Connections with the same stroke whose ends are written alike.
struct Fan {
    stroke: Stroke,
    ends: [String; 2],
    pairs: Vec<[Option<String>; 2]>,
}

impl Network<'_> {
    /// The connections of a group between two nodes, as few loops as possible.
    pub(super) fn fan(&mut self, group: &Group, nodes: [usize; 2]) -> String {
        let lines = |item: &Item| if let Item::Lines { segments, .. } = item { segments.len() } else { 0 };
        let is_large = group.items.iter().map(lines).sum::<usize>() > MOST_LINES;
        if is_large || nodes.iter().any(|node| self.unnamed.contains(node)) {
            let items: Vec<Item> =
                group.items.iter().filter(|item| matches!(item, Item::Lines { .. })).cloned().collect();
            return self.fixed(&items, nodes[0]);
        }
        let stubs = self.stubs(group, nodes);
        let mut fans: Vec<Fan> = Vec::new();
        for item in &group.items {
            let Item::Lines { segments, stroke } = item else { continue };
            for &[a, b] in segments {
                let (ends, pair) = self.line_between([a, b], nodes, &stubs);
                // Lines with one stroke come one after another; only the last few can be alike.
                match fans.iter_mut().rev().take(4).find(|fan| fan.stroke == *stroke && fan.ends == ends) {
                    Some(fan) => fan.pairs.push(pair),
                    None => fans.push(Fan { stroke: *stroke, ends, pairs: vec![pair] }),
                }
            }
        }
        let mut text = String::new();
        for fan in &fans {
            let options = self.head.stroke(fan.stroke, "edge");
            let style = self.head.style("netviz edge", options);
            text += &self.loops(fan, nodes, &style);
        }
        text
    }

    /// One fan: every neuron with every neuron, or a list of pairs.
    fn loops(&self, fan: &Fan, nodes: [usize; 2], style: &str) -> String {
        let mut path = fan.ends.join(" -- ");
        let numbers = |side: usize| {
            let mut numbers: Vec<&str> = Vec::new();
            for number in fan.pairs.iter().filter_map(|pair| pair[side].as_deref()) {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            numbers
        };
        let mut numbers = [numbers(0), numbers(1)];
        for (numbers, variable) in numbers.iter_mut().zip(["\\a", "\\b"]) {
            if let [number] = numbers[..] {
                path = path.replace(variable, number);
                numbers.clear();
            }
        }
        let [from, to] = numbers;
        let list = |side: usize, numbers: &[&str]| match self.rows.get(&nodes[side]) {
            Some(row) if row.numbers == numbers => row.list(),
            _ => numbers.join(","),
        };
        let is_complete = fan.pairs.len() == from.len().max(1) * to.len().max(1);
        match (from.is_empty(), to.is_empty()) {
            (true, true) => format!("\\draw[{style}] {path};\n"),
            (false, false) if is_complete => format!(
                "\\foreach \\a in {{{}}}\n  \\draw[{style}] foreach \\b in {{{}}} {{{path}}};\n",
                list(0, &from),
                list(1, &to)
            ),
            (false, true) => format!("\\draw[{style}] foreach \\a in {{{}}} {{{path}}};\n", list(0, &from)),
            (true, false) => format!("\\draw[{style}] foreach \\b in {{{}}} {{{path}}};\n", list(1, &to)),
            (false, false) => {
                let pair = |pair: &[Option<String>; 2]| pair.clone().map(Option::unwrap_or_default).join("/");
                let pairs: Vec<String> = fan.pairs.iter().map(pair).collect();
                let rows: Vec<String> = pairs.chunks(20).map(|row| row.join(",")).collect();
                format!("\\draw[{style}] foreach \\a/\\b in {{{}}} {{{path}}};\n", rows.join(",\n  "))
            }
        }
    }

    /// Where lines from neurons run straight before they fan out: the point, and the neuron's centre.
    fn stubs(&self, group: &Group, nodes: [usize; 2]) -> HashMap<[u64; 2], Point> {
        let mut stubs = HashMap::new();
        let is_center = |point: Point| nodes.iter().any(|&node| self.at_center(point, node).is_some());
        for item in &group.items {
            let Item::Lines { segments, .. } = item else { continue };
            for &[a, b] in segments {
                for (center, end) in [(a, b), (b, a)] {
                    let is_along = if self.down { near(a.x, b.x) } else { near(a.y, b.y) };
                    if is_along && is_center(center) && !is_center(end) {
                        stubs.insert(key(end), center);
                    }
                }
            }
        }
        stubs
    }

    /// The neuron or node whose centre is at a point: its name, and the neuron's number.
    fn at_center(&self, point: Point, node: usize) -> Option<(String, Option<&str>)> {
        let Node { name, rect, .. } = &self.nodes[node];
        let is_at = |center: &Point| distance(*center, point) < super::geometry::SAME;
        match self.rows.get(&node) {
            Some(Row { bias: Some(bias), .. }) if is_at(bias) => Some((format!("{name}-bias"), None)),
            Some(row) => {
                let index = row.centers.iter().position(is_at)?;
                Some((name.clone(), Some(&row.numbers[index])))
            }
            None => is_at(&rect.center()).then(|| (name.clone(), None)),
        }
    }

    /// The ends of a line, and the numbers of their neurons. Both ends of a line to the edge of a rank are of one neuron.
    fn line_between(
        &self,
        [a, b]: [Point; 2],
        nodes: [usize; 2],
        stubs: &HashMap<[u64; 2], Point>,
    ) -> ([String; 2], [Option<String>; 2]) {
        let is_stub = |end: Point, center: Point| stubs.get(&key(end)) == Some(&center);
        let stub = if is_stub(b, a) {
            Some((a, b))
        } else if is_stub(a, b) {
            Some((b, a))
        } else {
            None
        };
        if let Some((center, _)) = stub {
            let side = usize::from(self.at_center(center, nodes[0]).is_none());
            let [first, second] = [a, b].map(|point| self.end(point, nodes, stubs, side));
            let number = first.number.or(second.number);
            let numbers = if side == 0 { [number, None] } else { [None, number] };
            return ([first.text, second.text], numbers);
        }
        let [first, second] = [self.end(a, nodes, stubs, 0), self.end(b, nodes, stubs, 1)];
        ([first.text, second.text], [first.number, second.number])
    }

    /// An end of a line: a neuron or node, or a point on the way to it.
    fn end(&self, point: Point, nodes: [usize; 2], stubs: &HashMap<[u64; 2], Point>, side: usize) -> End {
        let center = stubs.get(&key(point)).copied().unwrap_or(point);
        let own = nodes[side];
        let node = &self.nodes[own];
        let Some((name, number)) = self.at_center(center, own) else {
            let text = shifted(&format!("{}.center", node.name), node.rect.center(), point);
            return End { text, number: None };
        };
        let name = if number.is_some() { format!("{name}-\\{}", ["a", "b"][side]) } else { name };
        let text = match (center == point, node.is_drawn_over) {
            (true, false) => format!("({name})"),
            (true, true) => format!("({name}.center)"),
            (false, _) => shifted(&format!("{name}.center"), center, point),
        };
        End { text, number: number.map(str::to_owned) }
    }
}

fn key(point: Point) -> [u64; 2] {
    [point.x, point.y].map(|place| super::number(place).parse::<f64>().unwrap_or_default().to_bits())
}
