//! The title and the legend.

use std::fmt::Write;

use super::Network;
use super::figure::texts;
use super::geometry::{Rect, near};
use super::head::Options;
use super::lines::{depth, joined, list};
use super::look::Look;
use crate::formats::tikz::length;
use crate::formats::tikz::text::escaped;
use crate::scene::{Item, Outline, Scene, Text};

/// Space after a swatch and after a label, relative to the font size.
const GAPS: [f64; 2] = [0.6, 1.85];

impl Network<'_> {
    /// The title, above the first node or the whole picture.
    pub(super) fn title(&mut self, scene: &Scene) {
        let Some(group) = scene.groups.iter().find(|group| group.class == "title") else { return };
        let lines = texts(group);
        let [first, ..] = lines[..] else { return };
        let last = lines[lines.len() - 1];
        let mut options = self.text_options(Look::of(first), 1.2);
        options.push(("align", "center".to_owned()));
        let style = self.head.style("netviz title", options);
        let text: Vec<String> = lines.iter().map(|line| escaped(&line.text, &mut self.missing)).collect();
        let top = self.nodes.iter().map(|node| node.rect.min.y).fold(f64::INFINITY, f64::min);
        let below = self.nodes.first().filter(|node| {
            self.down && near(node.rect.center().x, first.at.x) && near(node.rect.min.y, top) && node.depth == 0.0
        });
        let (name, from) = match below {
            Some(node) => (node.name.as_str(), node.rect.min.y),
            None => ("current bounding box", last.at.y + last.size),
        };
        let distance = length((from - last.at.y - depth(&last.text) * last.size).max(0.0));
        put!(self.text, "\\node[{style}, above={distance} of {name}] (title) {{{}}};\n", joined(&text));
    }

    /// The legend: each of its rows is a matrix below the picture, or beside it.
    pub(super) fn legend(&mut self, scene: &Scene) {
        let Some(group) = scene.groups.iter().find(|group| group.class == "legend") else { return };
        let mut rows: Vec<Vec<(Vec<&Item>, &Text)>> = Vec::new();
        let mut swatch = Vec::new();
        for item in &group.items {
            let Item::Text(text) = item else {
                swatch.push(item);
                continue;
            };
            let entry = (std::mem::take(&mut swatch), text);
            match rows.last_mut() {
                Some(row) if row.last().is_some_and(|(_, last)| near(last.at.y, text.at.y)) => row.push(entry),
                _ => rows.push(vec![entry]),
            }
        }
        let Some(&Text { size, at, .. }) = rows.first().and_then(|row| row.first()).map(|(_, text)| *text) else {
            return;
        };
        let is_beside = self.nodes.iter().all(|node| node.rect.max.x < at.x);
        let gap = length(GAPS[0] * size);
        let legend = vec![("column sep", gap), ("ampersand replacement", "\\&".to_owned())];
        let style = self.head.style("netviz legend", legend);
        let distances = [self.theme.margin, 0.8 * size].map(length);
        for (index, row) in rows.iter().enumerate() {
            let place = match index {
                0 if is_beside => {
                    format!("right={} of current bounding box.north east, anchor=north west", distances[0])
                }
                0 => format!("below={} of current bounding box", distances[0]),
                _ if is_beside => {
                    format!("below={} of legend-{index}.south west, anchor=north west", distances[1])
                }
                _ => format!("below={} of legend-{index}", distances[1]),
            };
            let cells: Vec<String> = row.iter().map(|(swatch, text)| self.entry(swatch, text)).collect();
            let cells = cells.join(&format!(" \\&[{}]\n  ", length((GAPS[1] - GAPS[0]) * size)));
            put!(self.text, "\\matrix[{style}, {place}] (legend-{}) {{\n  {cells} \\\\\n}};\n", index + 1);
        }
    }

    /// A swatch and its label, two cells.
    fn entry(&mut self, swatch: &[&Item], text: &Text) -> String {
        let look = Look::of(text);
        let mut options = self.text_options(look, 1.2);
        options.push(("anchor", "mid".to_owned()));
        let style = self.head.style("netviz label", options);
        let label = format!("\\node[{style}] {{{}}};", escaped(&text.text, &mut self.missing));
        let mut cell = String::new();
        let mut start = 0.0;
        for item in swatch {
            match item {
                Item::Shape(shape) => {
                    let rect = Rect::around(&shape.outline);
                    let role = text.text.split([' ', ',']).next().unwrap_or_default();
                    let mut paint = self.head.paint(shape, role);
                    if let Outline::Ellipse { .. } = shape.outline {
                        paint.insert(0, ("circle", String::new()));
                    }
                    let mut swatch = vec![("minimum size", length(rect.width())), ("anchor", "center".to_owned())];
                    swatch.extend(paint.extract_if(.., |(key, _)| *key == "rounded corners"));
                    if let Some(corners) =
                        self.head.option("netviz swatch", "rounded corners").filter(|_| swatch.len() < 3)
                    {
                        // A circle has no corners.
                        swatch.push(("rounded corners", corners));
                    }
                    let style = self.head.style("netviz swatch", swatch);
                    put!(cell, "\\node[{style}, {}] {{}};", list(&paint));
                }
                Item::Lines { segments, stroke } => {
                    let options: Options = self.head.stroke(*stroke, "edge");
                    for [a, b] in segments {
                        let end = start + (b.x - a.x);
                        put!(cell, "\\draw[{}] ({},0) -- ({},0);", list(&options), length(start), length(end));
                        start = end;
                    }
                }
                Item::Route { .. } | Item::Text(_) | Item::Raster(_) => {}
            }
        }
        if cell.is_empty() { label } else { format!("{cell} \\& {label}") }
    }
}
