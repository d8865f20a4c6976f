//! The connections: between anchors of nodes, with bends relative to them, so that they follow a node that is moved.

use std::fmt::Write;

use super::Network;
use super::figure::texts;
use super::geometry::{Node, distance, near};
use super::lines::shifted;
use super::look::Look;
use crate::formats::tikz::length;
use crate::scene::route::head_size;
use crate::scene::{Group, Item, Point, Scene, Stroke, Text};

/// Corners of the shortest route that passes a rank.
const PASSING: usize = 5;
/// Radius of the corners of routes.
const CORNER: f64 = 12.0;

impl Network<'_> {
    /// The connections. Those of neurons lie below the neurons.
    pub(super) fn connections(&mut self, scene: &Scene) {
        let mut below = String::new();
        for group in &scene.groups {
            let Some(ends) = &group.ends else { continue };
            let [Some(&from), Some(&to)] = ends.each_ref().map(|end| self.of_group.get(end.as_str())) else { continue };
            below += &self.fan(group, [from, to]);
            for item in &group.items {
                if let Item::Route { points, stroke, arrow } = item {
                    let text = self.route(group, [from, to], points, *stroke, *arrow);
                    // A route from the centre of a node begins below it.
                    let is_below = [from, to].iter().zip([points.first(), points.last()]).any(|(&node, point)| {
                        point.is_some_and(|&point| distance(point, self.nodes[node].rect.center()) < 1.0)
                    });
                    *if is_below { &mut below } else { &mut self.text } += &text;
                }
            }
        }
        if !below.is_empty() {
            put!(self.text, "\\begin{{pgfonlayer}}{{netviz lines}}\n{below}\\end{{pgfonlayer}}\n");
        }
    }

    fn route(&mut self, group: &Group, nodes: [usize; 2], points: &[Point], stroke: Stroke, arrow: bool) -> String {
        let mut options = self.head.stroke(stroke, "edge");
        let [length_of_head, half] = head_size(stroke);
        self.head.libraries.insert("arrows.meta");
        let head = format!("-{{Triangle[length={},width={}]}}", length(length_of_head), length(2.0 * half));
        options.extend([(if arrow { "arrow" } else { "line" }, head), ("rounded corners", length(CORNER))]);
        // A key that is an arrow by itself.
        let options = options.into_iter().filter_map(|(key, value)| match key {
            "arrow" => Some(("arrows", value)),
            "line" => None,
            key => Some((key, value)),
        });
        let mut style = self.head.style("netviz link", options.collect());
        if !arrow && self.head.option("netviz link", "arrows").is_some() {
            style += ", -";
        }
        if points.len() >= PASSING {
            let skip = self.head.style("netviz skip", vec![("netviz link", String::new())]);
            style = style.replacen("netviz link", &skip, 1);
        }
        let label = texts(group).first().map(|text| self.label(text));
        let path = self.path(nodes, points, &label.unwrap_or_default());
        format!("\\draw[{style}] {path};\n")
    }

    /// The shape beside the start of a line.
    fn label(&mut self, text: &Text) -> String {
        let look = Look::of(text);
        let mut options = self.text_options(look, 1.2);
        let anchor = if self.down { "north west" } else { "south west" };
        options.extend([("anchor", anchor.to_owned()), ("inner sep", length(6.0))]);
        let style = self.head.style("netviz size", options);
        let text = self.line(&[text], look, "netvizname");
        format!("[{style}] {{{text}}} ")
    }

    /// A path from node to node: steps from its start, and a turn to what is relative to its end.
    fn path(&self, [from, to]: [usize; 2], points: &[Point], label: &str) -> String {
        let [source, target] = [&self.nodes[from], &self.nodes[to]];
        let [first, last] = [points[0], points[points.len() - 1]];
        let in_line = if label.is_empty() { String::new() } else { format!("node[at start, {}", &label[1..]) };
        if let [a, b] = points {
            return if whole(source, target, *a, *b) {
                format!("({}) -- {in_line}({})", source.name, target.name)
            } else {
                format!("{} -- {in_line}{}", self.at(source, *a), self.at(target, *b))
            };
        }
        let mut text = self.at(source, first);
        if !label.is_empty() {
            put!(text, " node{}", label.trim_end());
        }
        // The point that the turn leads to, and the corner before it.
        let turn = if points.len() == 3 { 2 } else { points.len() - 2 };
        let step = |from: Point, to: Point| format!(" -- ++({},{})", length(to.x - from.x), length(from.y - to.y));
        for index in 1..turn - 1 {
            text += &step(points[index - 1], points[index]);
        }
        let [before, corner, end] = [points[turn - 2], points[turn - 1], points[turn]];
        let relative = |point: Point| {
            if turn == points.len() - 1 { self.at(target, point) } else { relative(target, last, point) }
        };
        if near(before.x, corner.x) && near(corner.y, end.y) {
            put!(text, " |- {}", relative(end));
        } else if near(before.y, corner.y) && near(corner.x, end.x) {
            put!(text, " -| {}", relative(end));
        } else {
            put!(text, "{} -- {}", step(before, corner), relative(end));
        }
        if turn < points.len() - 1 {
            put!(text, " -- {}", self.at(target, last));
        }
        text
    }

    /// A point on the border of a node. That of a frame is in line with a node in it, however wide the frame becomes.
    fn at(&self, node: &Node, point: Point) -> String {
        let side = node
            .anchors()
            .into_iter()
            .find(|(_, anchor)| if self.down { near(anchor.y, point.y) } else { near(anchor.x, point.x) });
        let in_line = |other: &&Node| {
            let center = other.rect.center();
            let is_in_line = if self.down { near(center.x, point.x) } else { near(center.y, point.y) };
            is_in_line && node.rect.contains(other.rect) && !other.is_frame()
        };
        match (side, self.nodes.iter().find(in_line)) {
            (Some((anchor, _)), Some(other)) if node.is_frame() => {
                format!("({}.{anchor} {} {})", node.name, if self.down { "-|" } else { "|-" }, other.name)
            }
            _ => relative(node, point, point),
        }
    }
}

/// Whether a line from border to border is that between two nodes.
fn whole(source: &Node, target: &Node, a: Point, b: Point) -> bool {
    let on = |point: Point, node: &Node| {
        let center = node.rect.center();
        !node.is_frame()
            && node.depth == 0.0
            && !node.is_drawn_over
            && (near(point.x, center.x) || near(point.y, center.y))
    };
    let [from, to] = [source.rect.center(), target.rect.center()];
    let is_straight = near(from.x, to.x) && near(a.x, from.x) && near(b.x, to.x)
        || near(from.y, to.y) && near(a.y, from.y) && near(b.y, to.y);
    is_straight && on(a, source) && on(b, target)
}

/// A point relative to the anchor at which a line ends.
fn relative(node: &Node, end: Point, point: Point) -> String {
    let center = node.rect.center();
    if distance(center, end) < 1.0 {
        return shifted(&format!("{}.center", node.name), center, point);
    }
    let closest = node.anchors().into_iter().min_by(|a, b| distance(a.1, end).total_cmp(&distance(b.1, end)));
    let (anchor, place) = closest.unwrap_or(("center", center));
    shifted(&format!("{}.{anchor}", node.name), place, point)
}
