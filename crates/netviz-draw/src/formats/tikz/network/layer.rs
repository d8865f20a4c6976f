//! The nodes of the layers.

use std::fmt::Write;

use super::Network;
use super::figure::{Figure, Form, Part, Solid};
use super::geometry::{Node, Rect};
use super::head::Options;
use super::lines::{blocks, list, shifted};
use super::look::Look;
use super::place::{places, usual};
use crate::font::Weight;
use crate::formats::tikz::length;
use crate::scene::{Item, Outline, Point, Shape, Text};

impl Figure<'_> {
    /// How far its back is to the right.
    pub(super) fn depth(&self) -> f64 {
        match &self.form {
            Form::Solid(solids) => solids[0].depth,
            _ => 0.0,
        }
    }

    /// Whether its outline is drawn over its node.
    pub(super) fn is_drawn_over(&self) -> bool {
        match &self.form {
            Form::Shapes(parts, _) => matches!(parts[0].shape.outline, Outline::Polygon(_)),
            _ => false,
        }
    }
}

impl Network<'_> {
    /// The layers, each placed relative to one before it; the first is at the origin.
    pub(super) fn layers(&mut self, figures: &[Figure]) {
        let places = places(&self.nodes, self.down);
        self.usual = usual(&places);
        for (index, figure) in figures.iter().enumerate() {
            let node = self.nodes[index].clone();
            let place = index.checked_sub(1).and_then(|index| places.get(index));
            let place = place.map_or_else(Vec::new, |place| place.options(&self.nodes, &node, self.usual));
            match &figure.form {
                Form::Card(card) => self.card(card, figure, &node, place),
                Form::Solid(solids) => self.solids(solids, figure, &node, place),
                Form::Neurons(neurons) => self.neurons(neurons, figure, index, place),
                Form::Shapes(parts, lines) => self.shapes(parts, lines, figure, &node, place),
                Form::Other => {
                    put!(self.text, "\\node[{}] ({}) {{}};\n", place.join(", "), node.name);
                }
            }
            if !matches!(figure.form, Form::Neurons(_)) {
                self.notes(&figure.notes, &node);
            }
        }
    }

    /// Text beside a node.
    pub(super) fn notes(&mut self, texts: &[&Text], node: &Node) {
        for block in blocks(texts) {
            let first = Look::of(block.lines[0]);
            let (style, base) = match (block.lines[0].angle == 0.0, first.weight, first == self.caption) {
                (false, ..) => ("netviz size", first),
                (true, Weight::Regular, false) => ("netviz omitted", first),
                (true, ..) => ("netviz caption", self.caption),
            };
            self.note(&block, node, style, base, "netvizname");
        }
    }

    /// The end of the options of a node, and its name.
    pub(super) fn node(&mut self, mut options: Vec<String>, place: Vec<String>, name: &str, text: &str) {
        options.extend(place);
        put!(self.text, "\\node[{}] ({name}) {{{text}}};\n", options.join(", "));
    }

    fn solids(&mut self, solids: &[Solid], figure: &Figure, node: &Node, place: Vec<String>) {
        self.head.has_solids = true;
        let role = self.role(figure.group);
        let mut place = place;
        for (index, solid) in solids.iter().enumerate() {
            let border = solid.front.border.map_or(0.0, |border| border.width);
            let is_band = !(solid.has_top && solid.has_side);
            let base = ("shape", "netviz solid".to_owned());
            let look = vec![base, ("line width", length(border)), ("line join", "round".to_owned())];
            let mut options = if is_band {
                let face = if solid.has_top { "netviz side" } else { "netviz top" };
                vec![self.head.style("netviz band", [look, vec![(face, "false".to_owned())]].concat())]
            } else {
                vec![self.head.style("netviz solid", look)]
            };
            let role = if index == 0 { role } else { "activation" };
            let fill = self.fill(solid.front, role);
            let outline = match solid.front.border {
                Some(border) if self.theme.border_width > 0.0 => self.head.color(border.color.light, "border"),
                _ => format!("{fill}!53!black"),
            };
            options.push(self.head.style(&format!("netviz {role}"), vec![("fill", fill), ("draw", outline)]));
            options.extend([
                format!("minimum width={}", length(solid.rect.width())),
                format!("minimum height={}", length(solid.rect.height())),
                format!("netviz depth={}", length(solid.depth)),
            ]);
            if index == 0 {
                self.node(options, std::mem::take(&mut place), &node.name, "");
            } else {
                let at = shifted(&format!("{}.center", node.name), node.rect.center(), solid.rect.center());
                let at = vec![format!("at={{{at}}}")];
                self.node(options, at, &format!("{}-{index}", node.name), "");
            }
            if let Some(face) = solid.gradient {
                let options = list(&self.head.paint(face, "gray-from"));
                self.polygon(face, node, &options);
            }
        }
    }

    /// A shape that is no node, relative to one.
    fn polygon(&mut self, shape: &Shape, node: &Node, options: &str) {
        let Outline::Polygon(points) = &shape.outline else { return };
        let [first, rest @ ..] = &points[..] else { return };
        let start = shifted(&format!("{}.center", node.name), node.rect.center(), *first);
        let mut text = format!("\\path[{options}] {start}");
        let mut from = *first;
        for &to in rest {
            put!(text, " -- ++({},{})", length(to.x - from.x), length(from.y - to.y));
            from = to;
        }
        self.text += &(text + " -- cycle;\n");
    }

    /// Shapes with text in them: the first is the layer, the others are relative to it.
    fn shapes(&mut self, parts: &[Part], lines: &[&Item], figure: &Figure, node: &Node, place: Vec<String>) {
        let role = self.role(figure.group);
        let mut place = place;
        for (index, part) in parts.iter().enumerate() {
            let rect = Rect::around(&part.shape.outline);
            let name = if index == 0 { node.name.clone() } else { format!("{}-{index}", node.name) };
            let size = [("minimum width", rect.width()), ("minimum height", rect.height())];
            let size = size.map(|(key, size)| format!("{key}={}", length(size))).to_vec();
            let place = if index == 0 {
                std::mem::take(&mut place)
            } else {
                let at = shifted(&format!("{}.center", node.name), node.rect.center(), rect.center());
                vec![format!("at={{{at}}}")]
            };
            let (style, role) = if index == 0 { ("netviz layer", role) } else { ("netviz part", "background") };
            let mut paint = self.head.paint(part.shape, role);
            if let Outline::Polygon(_) = part.shape.outline {
                self.node(size, place, &name, "");
                let style = self.head.style(&format!("netviz {role}"), paint);
                self.polygon(part.shape, node, &style);
                self.inside(part, node);
                continue;
            }
            let round = match part.shape.outline {
                Outline::Ellipse { radii: [x, y], .. } if super::geometry::near(x, y) => Some("circle"),
                Outline::Ellipse { .. } => {
                    self.head.libraries.insert("shapes.geometric");
                    Some("ellipse")
                }
                _ => None,
            };
            let base = part.texts.last().map(|text| Look::of(text));
            let mut options: Options = vec![("align", "center".to_owned())];
            if let Some(base) = base {
                let leading = blocks(&part.texts).first().map_or(1.3, |block| match block.lines[..] {
                    [a, b, ..] => (b.at.y - a.at.y) / b.size,
                    _ => 1.3,
                });
                paint.push(("text", self.head.ink(base.color)));
                options.push(("font", base.font(leading)));
            }
            let style = self.head.style(style, options);
            let mut all = vec![style];
            if index == 0 {
                paint.extend(round.map(|round| (round, String::new())));
                all.push(self.head.style(&format!("netviz {role}"), paint));
            } else {
                all.push(list(&paint));
                all.extend(round.map(str::to_owned));
            }
            all.extend(size);
            let text = base.map_or_else(String::new, |base| self.paragraph(&part.texts, base, "netvizname"));
            self.node(all, place, &name, &text);
        }
        for item in lines {
            if let Item::Lines { segments, stroke } = item {
                let options = list(&self.head.stroke(*stroke, "text"));
                for [a, b] in segments {
                    let start = shifted(&format!("{}.center", node.name), node.rect.center(), *a);
                    let step = format!("++({},{})", length(b.x - a.x), length(a.y - b.y));
                    put!(self.text, "\\path[{options}] {start} -- {step};\n");
                }
            }
        }
    }

    /// Text within a shape that is no node.
    fn inside(&mut self, part: &Part, node: &Node) {
        for block in blocks(&part.texts) {
            let look = Look::of(block.lines[0]);
            let mut options = self.text_options(look, 1.3);
            options.push(("align", "center".to_owned()));
            let style = self.head.style("netviz inside", options);
            let [first, last] = [block.lines[0], block.lines[block.lines.len() - 1]];
            let center = Point { x: first.at.x, y: f64::midpoint(first.at.y, last.at.y) - 0.35 * first.size };
            let at = shifted(&format!("{}.center", node.name), node.rect.center(), center);
            let text = self.paragraph(&block.lines, look, "netvizname");
            put!(self.text, "\\node[{style}] at {at} {{{text}}};\n");
        }
    }
}
