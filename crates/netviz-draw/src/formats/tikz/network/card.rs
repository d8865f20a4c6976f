//! Boxes with text.

use std::fmt::Write;

use super::Network;
use super::figure::{Card, Figure};
use super::geometry::{Node, Rect};
use super::head::Options;
use super::lines::joined;
use super::look::Look;
use crate::font::Weight;
use crate::formats::tikz::length;
use crate::scene::{Fill, Item, Outline, Point, Shape, Stroke};

/// Names of the parts of a split rectangle.
const PARTS: [&str; 20] = [
    "text",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Space above and below the lines of a part, in pixels.
const PADDING: f64 = 4.0;
/// Height of a line and of a header, relative to their font sizes.
const LINE: f64 = 1.35;
const HEADER: f64 = 1.75;
/// Height of the stripe at the end of a header, in pixels.
const STRIPE: f64 = 4.0;

impl Network<'_> {
    /// A box: a rectangle split into a header, lines and bands.
    pub(super) fn card(&mut self, card: &Card, figure: &Figure, node: &Node, place: Vec<String>) {
        let role = self.role(figure.group);
        let layer = self.card_style(card, figure);
        let (mut fills, mut parts) = self.card_parts(card, role);
        // A rectangle has twenty parts at most.
        if parts.len() > PARTS.len() {
            let rest = parts.split_off(PARTS.len() - 1);
            parts.push(joined(&rest));
            fills.truncate(PARTS.len());
        }
        // The style of a category paints the header and the lines below it.
        let surface = self.fill(card.outline, "surface");
        let is_usual = parts.len() <= 2 && fills.get(1).is_none_or(|fill| *fill == surface);
        let header = fills.first().cloned().unwrap_or_else(|| surface.clone());
        let ink = card.title.first().map_or(self.theme.text.light, |text| text.color.light);
        let ink = self.head.ink(ink);
        let category = vec![
            ("rectangle split part fill", [header, surface].join(",")),
            ("every text node part/.append style", format!("text={ink}")),
        ];
        let category = self.head.style(&format!("netviz {role}"), category);
        let mut options = vec![layer, category, format!("rectangle split parts={}", parts.len().max(1))];
        if !is_usual {
            options.push(format!("rectangle split part fill={{{}}}", fills.join(",")));
        }
        if card.title.is_empty() {
            // The first part has the font of the lines.
            options.push("every text node part/.style={}".to_owned());
        }
        let parts = parts.into_iter().enumerate().map(|(index, part)| match index {
            0 => part,
            _ => format!("\n  \\nodepart{{{}}} {part}", PARTS[index]),
        });
        let text: String = parts.collect();
        self.node(options, place, &node.name, &text);
        self.edges(card, figure, node);
        if card.title.is_empty() || card.lines.is_empty() {
            return;
        }
        for part in &card.stripe {
            let rect = Rect::around(&part.outline);
            let [x, width] = [rect.min.x - figure.rect.min.x, rect.width()].map(length);
            let fill = self.fill(part, "stripe");
            let height = length(STRIPE);
            let from = format!("[shift={{({x},{height})}}]{}.text split west", node.name);
            put!(self.text, "\\fill[{fill}] ({from}) rectangle ++({width},-{height});\n");
        }
    }

    /// The bands without text, as edges at the end of a box.
    fn edges(&mut self, card: &Card, figure: &Figure, node: &Node) {
        for (group, shape, _) in card.bands.iter().filter(|(_, _, texts)| texts.is_empty()) {
            let role = self.role(group);
            let fill = self.fill(shape, role);
            let points: Vec<String> = corners(&shape.outline)
                .into_iter()
                .map(|point| {
                    let [x, y] = [point.x - figure.rect.min.x, figure.rect.max.y - point.y].map(length);
                    format!("([shift={{({x},{y})}}]{}.south west)", node.name)
                })
                .collect();
            put!(self.text, "\\fill[{fill}] {} -- cycle;\n", points.join(" -- "));
        }
    }

    /// The style of all boxes.
    fn card_style(&mut self, card: &Card, figure: &Figure) -> String {
        self.head.libraries.insert("shapes.multipart");
        self.head.has_struts = true;
        let theme = self.theme;
        let font =
            |size: f64, leading: f64| format!("\\fontsize{{{}}}{{{}}}\\selectfont", length(size), length(leading));
        let header = font(theme.name_size, HEADER * theme.name_size - 2.0 * PADDING);
        let starts = card.title.iter().chain(&card.lines).map(|text| text.at.x - figure.rect.min.x);
        let mut options: Options = vec![
            ("rectangle split", String::new()),
            ("rectangle split draw splits", "false".to_owned()),
            ("rectangle split part align", "left".to_owned()),
            ("align", "left".to_owned()),
            ("minimum width", length(figure.rect.width())),
            ("inner xsep", length(starts.fold(11.0, f64::min))),
            ("inner ysep", length(PADDING)),
            ("execute at begin node", "\\netvizstrut".to_owned()),
            ("execute at end node", "\\netvizstrut".to_owned()),
            ("font", font(theme.text_size, LINE * theme.text_size)),
            ("text", self.head.ink(theme.text.light)),
            ("every text node part/.style", format!("font={header}")),
        ];
        let paint = self.head.paint(card.outline, "surface");
        options.extend(paint.into_iter().filter(|(key, _)| *key == "rounded corners"));
        if let Some(border) = figure.border() {
            options.extend(self.head.stroke(border, "outline"));
        }
        self.head.style("netviz layer", options)
    }

    /// The fill and the text of each part.
    fn card_parts(&mut self, card: &Card, role: &str) -> (Vec<String>, Vec<String>) {
        let theme = self.theme;
        let (mut fills, mut parts) = (Vec::new(), Vec::new());
        if let [first, ..] = card.title[..] {
            fills.push(
                self.fill(card.header.unwrap_or(card.outline), if card.header.is_some() { role } else { "surface" }),
            );
            let base = Look { weight: Weight::Regular, ..Look::of(first) };
            parts.push(self.line(&card.title, base, "netvizname"));
        }
        let base = Look { size: theme.text_size, weight: Weight::Regular, color: theme.text.light };
        if !card.lines.is_empty() {
            fills.push(self.fill(card.outline, "surface"));
            let edges = card.bands.iter().filter(|(_, _, texts)| texts.is_empty()).map(|(_, shape, _)| *shape);
            let height = |shape: &Shape| Rect::around(&shape.outline).height();
            let above = room("height", card.stripe.first().map_or(0.0, |part| height(part)));
            let below = room("depth", edges.map(height).sum());
            parts.push(above + &self.paragraph(&card.lines, base, "netvizname") + &below);
        }
        // What a band without text says is in the lines.
        for (group, shape, texts) in card.bands.iter().filter(|(_, _, texts)| !texts.is_empty()) {
            let role = self.role(group);
            fills.push(self.fill(shape, role));
            parts.push(self.paragraph(texts, base, "netvizname"));
        }
        (fills, parts)
    }

    /// The colour of a shape.
    pub(super) fn fill(&mut self, shape: &Shape, role: &str) -> String {
        match shape.fill {
            Fill::Plain(paint) => self.head.color(paint.light, role),
            Fill::None | Fill::Gradient(..) => "none".to_owned(),
        }
    }
}

/// What makes a line higher or deeper, for a stripe or an edge over it.
fn room(side: &str, more: f64) -> String {
    if more <= 0.0 {
        return String::new();
    }
    let larger = format!("\\dimexpr\\{side}+{}\\relax", length(more));
    let [height, depth] = ["height", "depth"].map(|own| if own == side { larger.clone() } else { format!("\\{own}") });
    format!("\\raisebox{{0pt}}[{height}][{depth}]{{\\netvizstrut}}")
}

/// The corners of an outline.
fn corners(outline: &Outline) -> Vec<Point> {
    match outline {
        Outline::Polygon(points) => points.clone(),
        other => {
            let Rect { min, max } = Rect::around(other);
            vec![min, Point { x: max.x, ..min }, max, Point { y: max.y, ..min }]
        }
    }
}

impl Figure<'_> {
    /// The stroke around a box.
    fn border(&self) -> Option<Stroke> {
        self.group.items.iter().find_map(|item| match item {
            Item::Shape(Shape { fill: Fill::None, border, .. }) => *border,
            _ => None,
        })
    }
}
