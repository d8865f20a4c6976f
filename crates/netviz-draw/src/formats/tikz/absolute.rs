//! Scenes at fixed positions: pictures that show no network, and the parts of one that are pixels.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::length;
use super::text::escaped;
use crate::font::{Weight, drawable};
use crate::formats::number::number;
use crate::scene::route::{Piece, arrowhead, pieces};
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Raster, Shape, Stroke, Text};
use crate::theme::Color;

/// What has been written so far.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
    /// The colours used so far.
    pub(super) colors: BTreeSet<Color>,
    /// Characters that are printed as their code points.
    pub(super) missing: BTreeSet<char>,
}

/// The name of a colour.
pub(super) fn name(color: Color) -> String {
    format!("netviz{}", &color.hex()[1..])
}

impl Writer {
    /// The name of a colour, which is defined if it is new.
    pub(super) fn color(&mut self, color: Color) -> String {
        self.colors.insert(color);
        name(color)
    }

    pub(super) fn group(&mut self, group: &Group) {
        let id: String = group.id.chars().map(drawable).collect();
        put!(self.text, "% {id}\n");
        self.items(&group.items);
    }

    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Shape(shape) => self.shape(shape),
                Item::Lines { segments, stroke } => self.lines(segments, *stroke),
                Item::Route { points, stroke, arrow } => self.route(points, *stroke, *arrow),
                Item::Text(text) => self.line_of_text(text),
                Item::Raster(raster) => self.raster(raster),
            }
        }
    }

    /// The options of a stroke.
    fn stroke(&mut self, stroke: Stroke) -> String {
        let mut options = format!("draw={},line width={}", self.color(stroke.color.light), length(stroke.width));
        if stroke.opacity < 1.0 {
            let _ = write!(options, ",draw opacity={}", number(stroke.opacity));
        }
        if stroke.dashed {
            let dash = length(4.0 * stroke.width.max(1.0));
            let _ = write!(options, ",dash pattern=on {dash} off {dash}");
        }
        options
    }

    /// One path, so that their opacity does not add up.
    fn lines(&mut self, segments: &[[Point; 2]], stroke: Stroke) {
        if segments.is_empty() {
            return;
        }
        let options = self.stroke(stroke);
        put!(self.text, "\\path[{options}]");
        for [a, b] in segments {
            put!(self.text, "\n  {}--{}", at(*a), at(*b));
        }
        self.text.push_str(";\n");
    }

    fn route(&mut self, points: &[Point], stroke: Stroke, arrow: bool) {
        let (start, pieces) = pieces(points, stroke, arrow);
        let options = self.stroke(stroke);
        put!(self.text, "\\path[{options}] {}", at(start));
        let mut from = start;
        for piece in pieces {
            from = match piece {
                Piece::Line(end) => {
                    put!(self.text, "--{}", at(end));
                    end
                }
                Piece::Curve(control, end) => {
                    // TikZ's own quadratic curves need a recent release; these are the same as cubic ones.
                    let [first, second] = [from, end].map(|end| toward(end, control, 2.0 / 3.0));
                    put!(self.text, " .. controls {} and {} .. {}", at(first), at(second), at(end));
                    end
                }
            };
        }
        self.text.push_str(";\n");
        if let Some(head) = arrowhead(points, stroke).filter(|_| arrow) {
            let shape = Shape::new(Outline::Polygon(head.to_vec()), stroke.color);
            self.shape(&Shape { opacity: stroke.opacity, ..shape });
        }
    }

    fn shape(&mut self, shape: &Shape) {
        let mut options = Vec::new();
        match shape.fill {
            Fill::None => {}
            Fill::Plain(paint) => options.push(format!("fill={}", self.color(paint.light))),
            Fill::Gradient(left, right) => {
                let [left, right] = [left, right].map(|paint| self.color(paint.light));
                options.push(format!("shade,left color={left},right color={right},shading angle=90"));
            }
        }
        if shape.opacity < 1.0 {
            options.push(format!("fill opacity={}", number(shape.opacity)));
        }
        options.extend(shape.border.map(|border| self.stroke(border)));
        let path = match &shape.outline {
            Outline::Ellipse { center, radii: [x, y] } => {
                format!("{} ellipse [x radius={},y radius={}]", at(*center), number(*x), number(*y))
            }
            Outline::Rectangle { corner, size: [width, height], radius } => {
                if *radius > 0.0 {
                    options.push(format!("rounded corners={}", length(*radius)));
                }
                format!("{} rectangle {}", at(*corner), at(Point { x: corner.x + width, y: corner.y + height }))
            }
            Outline::Polygon(points) => {
                let corners: Vec<String> = points.iter().map(|&point| at(point)).collect();
                corners.join("--") + "--cycle"
            }
        };
        put!(self.text, "\\path[{}] {path};\n", options.join(","));
    }

    fn line_of_text(&mut self, text: &Text) {
        let anchor = match text.anchor {
            Anchor::Start => "base west",
            Anchor::Middle => "base",
            Anchor::End => "base east",
        };
        let color = self.color(text.color.light);
        let rotate = if text.angle == 0.0 { String::new() } else { format!(",rotate={}", number(-text.angle)) };
        let bold = if text.weight == Weight::Bold { "\\bfseries" } else { "" };
        let size = length(text.size);
        put!(
            self.text,
            "\\node[anchor={anchor},text={color}{rotate}] at {} {{{bold}\\fontsize{{{size}}}{{{size}}}\\selectfont {}}};\n",
            at(text.at),
            escaped(&text.text, &mut self.missing),
        );
    }

    /// Each run of equal pixels extends half a pixel under those after and below it, so that no gap is visible.
    fn raster(&mut self, raster: &Raster) {
        let rows = raster.pixels.len() / raster.columns.max(1);
        let [width, height] = [raster.size[0] / raster.columns.max(1) as f64, raster.size[1] / rows.max(1) as f64];
        for Run { color, row, columns: [first, end] } in runs(raster) {
            let right = end as f64 + if end < raster.columns { 0.5 } else { 0.0 };
            let bottom = (row + 1) as f64 + if row + 1 < rows { 0.5 } else { 0.0 };
            let corner = |x: f64, y: f64| at(Point { x: raster.corner.x + x * width, y: raster.corner.y + y * height });
            let (from, to) = (corner(first as f64, row as f64), corner(right, bottom));
            let color = self.color(color);
            put!(self.text, "\\fill[{color}] {from} rectangle {to};\n");
        }
    }
}

/// Equal pixels side by side.
pub(super) struct Run {
    color: Color,
    row: usize,
    /// The first one, and the one after the last.
    columns: [usize; 2],
}

pub(super) fn runs(raster: &Raster) -> impl Iterator<Item = Run> {
    raster.pixels.chunks(raster.columns.max(1)).enumerate().flat_map(|(row, pixels)| {
        let mut start = 0;
        pixels.chunk_by(|a, b| a == b).map(move |run| {
            let columns = [start, start + run.len()];
            start = columns[1];
            Run { color: run[0], row, columns }
        })
    })
}

fn at(point: Point) -> String {
    format!("({},{})", number(point.x), number(point.y))
}

fn toward(from: Point, to: Point, share: f64) -> Point {
    Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}
