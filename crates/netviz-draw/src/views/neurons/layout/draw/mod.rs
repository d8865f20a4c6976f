//! The items of a row.

mod glyph;

use super::extent::{ASIDE, CLASS_GAP, Extent, caption_height, caption_style, dot_pitch, line_height};
use crate::font::{Weight, width};
use crate::layout::axes::Axes;
use crate::layout::bordered;
use crate::scene::{Anchor, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::{Paint, Theme};
use crate::views::neurons::{Body, Row};

/// A row at its position.
pub(super) struct Drawing<'a> {
    pub(super) row: &'a Row,
    pub(super) extent: &'a Extent,
    /// Its centre in picture coordinates.
    pub(super) center: Point,
    pub(super) axes: Axes,
    pub(super) theme: &'a Theme,
    /// Whether neurons are numbered in a row that omits some.
    pub(super) numbered: bool,
}

impl Drawing<'_> {
    /// The row's body with the count of omitted neurons, its bias neuron and its caption.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut items = match &self.row.body {
            Body::Neurons { shown, .. } => self.neurons(shown),
            Body::Image(image) => glyph::image(*image, self),
            Body::Glyph { glyph, .. } => glyph::glyph(glyph, self),
        };
        items.extend(self.bias());
        items.extend(self.caption());
        items
    }

    /// The point at this offset from the centre, across and along the flow.
    fn at(&self, across: f64, along: f64) -> Point {
        let [x, y] = self.axes.turned([across, along]);
        Point { x: self.center.x + x, y: self.center.y + y }
    }

    fn fill(&self) -> Paint {
        self.row.fill(self.theme)
    }

    fn neurons(&self, shown: &[usize]) -> Vec<Item> {
        let fill = self.fill();
        let mut items = Vec::new();
        for (&neuron, &end) in shown.iter().zip(&self.extent.ends) {
            let outline = circle(self.at(end, 0.0), self.extent.radius);
            let id = format!("neuron-{}.{neuron}", self.row.name);
            items.push(bordered(Shape { id, ..Shape::new(outline, fill) }, self.theme).into());
        }
        items.extend(self.numbers(shown));
        items.extend(self.omitted());
        items.extend(self.classes());
        items
    }

    /// The numbers inside the neurons, if they fit.
    fn numbers(&self, shown: &[usize]) -> Vec<Item> {
        let size = 0.85 * self.theme.text_size;
        let widest = shown.last().map_or(0.0, |last| width(&last.to_string(), size, Weight::Regular));
        if !self.numbered || self.row.omitted() == 0 || widest > 1.8 * self.extent.radius {
            return Vec::new();
        }
        let color = self.theme.text_on([self.fill(); 2]);
        let number = |(&neuron, &end): (&usize, &f64)| {
            let at = self.at(end, 0.0);
            line_of_text(neuron.to_string(), Point { y: at.y + 0.36 * size, ..at }, Anchor::Middle, size, color)
        };
        shown.iter().zip(&self.extent.ends).map(number).collect()
    }

    /// Three dots and the count of omitted neurons.
    fn omitted(&self) -> Vec<Item> {
        if self.extent.omitted.is_empty() {
            return Vec::new();
        }
        let theme = self.theme;
        // The dots are too small for a border, so they take its colour.
        let fill = theme.border_of(self.fill()).unwrap_or(self.fill());
        let first = self.extent.asides[1];
        let pitch = dot_pitch(theme);
        let dot = |index: u8| circle(self.at(first + f64::from(index) * pitch, 0.0), theme.neuron_radius * 0.15);
        let mut items: Vec<Item> = (0..3).map(|index| Shape::new(dot(index), fill).into()).collect();
        let end = self.at(first + 2.0 * pitch + ASIDE, 0.0);
        let (dy, anchor) = if self.axes.is_down() { (0.36, Anchor::Start) } else { (0.5, Anchor::Middle) };
        let at = Point { y: end.y + dy * theme.name_size, ..end };
        items.push(line_of_text(self.extent.omitted.clone(), at, anchor, theme.name_size, theme.text));
        items
    }

    /// The names of the classes, after the neurons along the flow.
    fn classes(&self) -> Vec<Item> {
        let size = self.theme.text_size;
        let behind = self.extent.radius + CLASS_GAP;
        let name = |(name, &end): (&String, &f64)| {
            let at = self.at(end, behind);
            let (dy, anchor) = if self.axes.is_down() { (0.75, Anchor::Middle) } else { (0.36, Anchor::Start) };
            line_of_text(name.clone(), Point { y: at.y + dy * size, ..at }, anchor, size, self.theme.text)
        };
        self.extent.classes.iter().zip(&self.extent.ends).map(name).collect()
    }

    /// The bias neuron: a ring with a 1 in it, since that is its value.
    fn bias(&self) -> Vec<Item> {
        let Some(bias) = self.extent.bias else { return Vec::new() };
        let (theme, at) = (self.theme, self.at(bias, 0.0));
        let ring = Shape {
            id: format!("neuron-{}.bias", self.row.name),
            ..Shape::new(circle(at, self.extent.radius - 0.5), theme.background)
        };
        let ring = ring.bordered(Stroke::solid(theme.edge, theme.link_width));
        let one = Point { y: at.y + 0.36 * theme.text_size, ..at };
        let mut items = vec![ring.into()];
        if self.extent.radius > 0.6 * theme.text_size {
            items.push(line_of_text("1".into(), one, Anchor::Middle, theme.text_size, theme.text));
        }
        items
    }

    /// The caption: right-aligned beside a row, centred above a column.
    fn caption(&self) -> Vec<Item> {
        let theme = self.theme;
        let height = caption_height(&self.extent.caption, theme);
        let edge = self.at(-self.extent.asides[0], 0.0);
        let (top, anchor) =
            if self.axes.is_down() { (edge.y - height / 2.0, Anchor::End) } else { (edge.y - height, Anchor::Middle) };
        let line = |(index, text): (usize, &String)| {
            let (size, weight) = caption_style(index < self.extent.headings, theme);
            let color = if index < self.extent.headings { theme.text } else { theme.muted };
            let y = match index {
                0 => top + 0.95 * size,
                _ => top + 1.2 * theme.name_size + (index as f64 - 0.25) * line_height(theme),
            };
            let (text, at) = (text.clone(), Point { x: edge.x, y });
            Text { text, at, anchor, size, weight, color, angle: 0.0 }.into()
        };
        self.extent.caption.iter().enumerate().map(line).collect()
    }
}

fn line_of_text(text: String, at: Point, anchor: Anchor, size: f64, color: Paint) -> Item {
    Text { text, at, anchor, size, weight: Weight::Regular, color, angle: 0.0 }.into()
}

fn circle(center: Point, radius: f64) -> Outline {
    Outline::Ellipse { center, radii: [radius; 2] }
}
