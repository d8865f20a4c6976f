//! Rows and columns of neurons.

use std::fmt::Write;

use super::Network;
use super::fan::Row;
use super::figure::{Figure, Neurons};
use super::geometry::{Node, Rect};
use super::lines::{blocks, shifted};
use super::look::Look;
use crate::formats::tikz::length;
use crate::scene::{Fill, Point, Shape, Text};

/// Number of neurons in a row that are nodes, for each of which `TeX` needs memory and time.
const MOST_NAMED: usize = 200;

impl Network<'_> {
    /// A node that is as large as the row, and the neurons along it.
    pub(super) fn neurons(&mut self, neurons: &Neurons, figure: &Figure, index: usize, place: Vec<String>) {
        let node = self.nodes[index].clone();
        let size = [("minimum width", node.rect.width()), ("minimum height", node.rect.height())];
        let size = size.map(|(key, size)| format!("{key}={}", length(size)));
        let row = self.head.style("netviz row", Vec::new());
        self.node([vec![row], size.to_vec()].concat(), place, &node.name, "");
        if neurons.all.len() > MOST_NAMED {
            let text = self.fixed(&figure.group.items, index);
            self.text += &text;
            self.unnamed.insert(index);
            return;
        }
        let row = self.row(neurons, figure, &node);
        if let Some((shape, text)) = neurons.bias {
            self.bias(shape, text, &node);
        }
        self.omitted(&neurons.dots, &node);
        let down = self.down;
        let (classes, notes): (Vec<&Text>, Vec<&Text>) =
            figure.notes.iter().copied().partition(|text| row.beside(text, down).is_some());
        self.classes(&classes, &row, &node);
        self.notes(&notes, &node);
        self.rows.insert(index, row);
    }

    /// The neurons along the node of their row.
    fn row(&mut self, neurons: &Neurons, figure: &Figure, node: &Node) -> Row {
        let (_, first, text) = neurons.all[0];
        let rect = Rect::around(&first.outline);
        let options = vec![("circle", String::new()), ("minimum size", length(rect.width()))];
        let neuron = self.head.style("netviz neuron", options);
        let role = self.neuron_role(figure, first);
        let mut paint = self.head.paint(first, role);
        paint.retain(|(key, _)| *key != "rounded corners");
        let mut options = vec![neuron, self.head.style(&format!("netviz {role}"), paint)];
        let mut label = "";
        if let Some(text) = text {
            let look = self.text_options(Look::of(text), 1.0);
            options.push(self.head.style("netviz number", look));
            label = "\\n";
        }
        let center = |shape: &Shape| Rect::around(&shape.outline).center();
        let row = Row {
            numbers: neurons.all.iter().map(|(number, ..)| (*number).to_owned()).collect(),
            centers: neurons.all.iter().map(|(_, shape, _)| center(shape)).collect(),
            bias: neurons.bias.map(|(shape, _)| center(shape)),
        };
        let pitch = match row.centers[..] {
            [a, b, ..] => (b.x - a.x).hypot(b.y - a.y),
            _ => 0.0,
        };
        let (radius, step) = (length(rect.width() / 2.0), length(pitch));
        let [counter, variable] = if row.is_counted() { ["", "\\n"] } else { [" [count=\\i from 0]", "\\i"] };
        let at = if self.down {
            format!("([xshift={radius}+{variable}*{step}]{}.west)", node.name)
        } else {
            format!("([yshift=-{radius}-{variable}*{step}]{}.north)", node.name)
        };
        put!(
            self.text,
            "\\foreach \\n{counter} in {{{}}}\n  \\node[{}] ({}-\\n) at {at} {{{label}}};\n",
            row.list(),
            options.join(", "),
            node.name
        );
        row
    }

    /// The role of the colour of a layer's neurons.
    fn neuron_role(&self, figure: &Figure, neuron: &Shape) -> &'static str {
        if self.categories.get(super::layer_name(figure.group)).is_none_or(Option::is_none) {
            return "input";
        }
        let is_output = neuron.fill == Fill::Plain(self.theme.output) && self.theme.output != self.theme.hidden;
        if is_output { "output" } else { "hidden" }
    }

    /// The neuron whose value is always 1.
    fn bias(&mut self, shape: &Shape, text: Option<&Text>, node: &Node) {
        let rect = Rect::around(&shape.outline);
        let mut options = vec![("circle", String::new()), ("minimum size", length(rect.width()))];
        options.extend(self.head.paint(shape, "background"));
        options.retain(|(key, _)| *key != "rounded corners");
        if let Some(text) = text {
            options.extend(self.text_options(Look::of(text), 1.0));
        }
        let style = self.head.style("netviz bias", options);
        let place = if self.down {
            format!("left={} of {}", length(node.rect.min.x - rect.max.x), node.name)
        } else {
            format!("above={} of {}", length(node.rect.min.y - rect.max.y), node.name)
        };
        let text = if text.is_some() { "1" } else { "" };
        self.node(vec![style], vec![place], &format!("{}-bias", node.name), text);
    }

    /// The dots for the neurons that are left out.
    fn omitted(&mut self, dots: &[&Shape], node: &Node) {
        for dot in dots {
            let rect = Rect::around(&dot.outline);
            let mut options = vec![("circle", String::new()), ("minimum size", length(rect.width()))];
            options.extend(self.head.paint(dot, "hidden"));
            let style = self.head.style("netviz dot", options);
            let (anchor, from) = if rect.center().x > node.rect.max.x {
                ("east", Point { x: node.rect.max.x, ..node.rect.center() })
            } else {
                ("south", Point { y: node.rect.max.y, ..node.rect.center() })
            };
            let at = shifted(&format!("{}.{anchor}", node.name), from, rect.center());
            put!(self.text, "\\node[{style}] at {at} {{}};\n");
        }
    }

    /// The names of classes beside their neurons.
    fn classes(&mut self, texts: &[&Text], row: &Row, node: &Node) {
        let radius = if self.down { node.rect.height() } else { node.rect.width() } / 2.0;
        for &text in texts {
            let Some((number, Point { x, y })) = row.beside(text, self.down) else { continue };
            let corner = |side: f64| Point { x: x + side * radius, y: y + side * radius };
            let neuron = Node {
                name: format!("{}-{number}", node.name),
                rect: Rect::of([corner(-1.0), corner(1.0)]),
                depth: 0.0,
                is_drawn_over: false,
            };
            for block in blocks(&[text]) {
                self.note(&block, &neuron, "netviz class", Look::of(text), "netvizname");
            }
        }
    }
}
