//! Text in nodes: lines that belong together become one node.

use std::fmt::Write;

use super::Network;
use super::geometry::{Node, Rect, near};
use super::head::{Options, written};
use super::look::Look;
use crate::font::Weight;
use crate::formats::tikz::length;
use crate::formats::tikz::text::escaped;
use crate::scene::{Anchor, Point, Text};

/// Height of a line above its baseline, relative to the font size: that of digits, capitals and long letters, or that of
/// short ones.
fn height(text: &str) -> f64 {
    if text.chars().all(|c| "acegmnopqrsuvwxyz".contains(c)) { 0.53 } else { 0.73 }
}

/// Depth of a line below its baseline, relative to the font size.
pub(super) fn depth(text: &str) -> f64 {
    if text.chars().any(|c| "gjpqy_,;()[]{}/|@$Q".contains(c) || !c.is_ascii()) { 0.21 } else { 0.0 }
}

/// Lines of text, one below the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block<'a> {
    pub(super) lines: Vec<&'a Text>,
}

impl Block<'_> {
    /// Distance between two lines of the same size, relative to it.
    pub(super) fn leading(&self) -> Option<f64> {
        let mut pairs = self.lines.windows(2).filter(|pair| pair[0].size.total_cmp(&pair[1].size).is_eq());
        pairs.next().map(|pair| (pair[1].at.y - pair[0].at.y) / pair[0].size)
    }

    fn top(&self) -> f64 {
        let first = self.lines[0];
        first.at.y - height(&first.text) * first.size
    }

    fn bottom(&self) -> f64 {
        self.lines.last().map_or(0.0, |last| last.at.y + depth(&last.text) * last.size)
    }
}

/// Texts as blocks, in order.
pub(super) fn blocks<'a>(texts: &[&'a Text]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block> = Vec::new();
    for &text in texts {
        let last = blocks.last_mut().filter(|block| {
            let last = block.lines[block.lines.len() - 1];
            let step = (text.at.y - last.at.y) / last.size.max(text.size);
            text.angle == 0.0
                && last.angle == 0.0
                && text.anchor == last.anchor
                && near(text.at.x, last.at.x)
                && (0.8..1.4).contains(&step)
        });
        match last {
            Some(block) => block.lines.push(text),
            None => blocks.push(Block { lines: vec![text] }),
        }
    }
    blocks
}

impl Network<'_> {
    /// Text of one line; runs that differ from the base say how.
    pub(super) fn line(&mut self, runs: &[&Text], base: Look, heading: &'static str) -> String {
        let mut result = String::new();
        for (index, run) in runs.iter().enumerate() {
            let mut text = escaped(&run.text, &mut self.missing);
            let look = Look::of(run);
            let is_bold = look.weight == Weight::Bold;
            let is_alike = near(look.size, base.size) && look.color == base.color;
            result += if index == 0 { "" } else { " " };
            if is_bold
                && !is_alike
                && let Some(command) = self.head.command(heading, look)
            {
                put!(result, "\\{command}{{{text}}}");
                continue;
            }
            if is_bold && base.weight != look.weight {
                text = format!("\\textbf{{{text}}}");
            }
            if !near(look.size, base.size) {
                text = format!("{{{} {text}}}", Look { weight: Weight::Regular, ..look }.font(1.2));
            }
            if look.color == self.theme.muted.light && look.color != base.color {
                text = format!("\\netvizmuted{{{text}}}");
                self.head.color(look.color, "muted");
                self.head.has_muted = true;
            } else if look.color != base.color {
                text = format!("\\textcolor{{{}}}{{{text}}}", self.head.ink(look.color));
            }
            result += &text;
        }
        result
    }

    /// Lines of text in a node.
    pub(super) fn paragraph(&mut self, lines: &[&Text], base: Look, heading: &'static str) -> String {
        let lines: Vec<String> = lines.iter().map(|line| self.line(&[line], base, heading)).collect();
        joined(&lines)
    }

    /// The options of text of a look.
    pub(super) fn text_options(&mut self, look: Look, leading: f64) -> Options {
        vec![("font", look.font(leading)), ("text", self.head.ink(look.color))]
    }

    /// Writes a block beside a node, in a style whose first use defines it.
    pub(super) fn note(&mut self, block: &Block, node: &Node, style: &'static str, base: Look, heading: &'static str) {
        let first = block.lines[0];
        let above = self.notes.iter().rev().take(8).find(|note| note.is_above(block));
        let place = if first.angle != 0.0 {
            let base = base_anchor(first.anchor);
            let shift = shifted(&format!("{}.south east", node.name), node.rect.max, first.at);
            vec![format!("rotate={}", super::number(-first.angle)), format!("anchor={base}"), format!("at={{{shift}}}")]
        } else if let Some(above) = above {
            let distance = length((block.top() - above.bottom).max(0.0));
            match first.anchor {
                Anchor::Start => {
                    vec![format!("below={distance} of {}.south west", above.name), "anchor=north west".into()]
                }
                _ => vec![format!("below={distance} of {}", above.name)],
            }
        } else {
            beside(block, node)
        };
        let align = match first.anchor {
            Anchor::Start => "left",
            Anchor::Middle => "center",
            Anchor::End => "right",
        };
        let mut options = self.text_options(base, self.leading);
        options.push(("align", align.to_owned()));
        let style = self.head.style(style, options);
        let text = self.paragraph(&block.lines, base, heading);
        let mut name = String::new();
        // Only what stands above or below a node can have more below it.
        if first.angle == 0.0 && first.anchor != Anchor::End {
            let count = self.notes.iter().rev().take_while(|note| note.node == node.name).count();
            name = if count == 0 { format!("{}-text", node.name) } else { format!("{}-text-{}", node.name, count + 1) };
            let (x, anchor, bottom) = (first.at.x, first.anchor, block.bottom());
            let size = block.lines[block.lines.len() - 1].size;
            self.notes.push(Note { name: name.clone(), node: node.name.clone(), x, anchor, bottom, size });
            name = format!(" ({name})");
        }
        put!(self.text, "\\node[{}]{name} {{{text}}};\n", [vec![style], place].concat().join(", "));
    }
}

/// A block that has been written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Note {
    name: String,
    /// The node that it belongs to.
    node: String,
    x: f64,
    anchor: Anchor,
    /// Where it ends, and the font size of its last line.
    bottom: f64,
    size: f64,
}

impl Note {
    /// Whether a block continues below it.
    fn is_above(&self, block: &Block) -> bool {
        let first = block.lines[0];
        let gap = block.top() - self.bottom;
        first.angle == 0.0
            && first.anchor == self.anchor
            && near(first.at.x, self.x)
            && (0.0..2.0 * self.size).contains(&gap)
    }
}

/// The anchor of a line of text on its baseline.
fn base_anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "base west",
        Anchor::Middle => "base",
        Anchor::End => "base east",
    }
}

/// Lines joined by breaks, after which brackets and stars would be read as arguments.
pub(super) fn joined(lines: &[String]) -> String {
    let guarded = |(index, line): (usize, &String)| {
        let guard = if index > 0 && line.starts_with(['[', '*']) { "{}" } else { "" };
        format!("{guard}{line}")
    };
    lines.iter().enumerate().map(guarded).collect::<Vec<_>>().join(" \\\\ ")
}

/// A coordinate at a distance from an anchor.
pub(super) fn shifted(anchor: &str, from: Point, to: Point) -> String {
    let [dx, dy] = [to.x - from.x, from.y - to.y];
    match (near(dx, 0.0), near(dy, 0.0)) {
        (true, true) => format!("({anchor})"),
        (false, true) => format!("([xshift={}]{anchor})", length(dx)),
        (true, false) => format!("([yshift={}]{anchor})", length(dy)),
        (false, false) => format!("([shift={{({},{})}}]{anchor})", length(dx), length(dy)),
    }
}

/// The options that place a block on a side of a node.
fn beside(block: &Block, node: &Node) -> Vec<String> {
    let first = block.lines[0];
    let Rect { min, max } = node.rect;
    let center = node.rect.center();
    let (top, bottom) = (block.top(), block.bottom());
    let name = &node.name;
    let shift = |key: &str, by: f64, least: f64| (by.abs() > least).then(|| format!("{key}={}", length(by)));
    let middle = f64::midpoint(top, bottom);
    // Lines without descenders look centred up to this distance.
    let off = 3.0;
    match first.anchor {
        Anchor::End if first.at.x <= min.x => {
            let place = format!("left={} of {name}", length(min.x - first.at.x));
            std::iter::once(place).chain(shift("yshift", center.y - middle, off)).collect()
        }
        Anchor::Start if first.at.x >= max.x => {
            let place = format!("right={} of {name}", length(first.at.x - max.x));
            std::iter::once(place).chain(shift("yshift", center.y - middle, off)).collect()
        }
        Anchor::Start if top >= max.y && near(first.at.x, min.x) => {
            vec![format!("below={} of {name}.south west", length(top - max.y)), "anchor=north west".to_owned()]
        }
        Anchor::Middle if top >= max.y - 1.0 => {
            let place = format!("below={} of {name}", length(top - max.y));
            std::iter::once(place).chain(shift("xshift", first.at.x - center.x, 0.3)).collect()
        }
        Anchor::Middle if bottom <= min.y + 1.0 => {
            let place = format!("above={} of {name}", length(min.y - bottom));
            std::iter::once(place).chain(shift("xshift", first.at.x - center.x, 0.3)).collect()
        }
        anchor => {
            let base = base_anchor(anchor);
            vec![format!("anchor={base}"), format!("at={{{}}}", shifted(&format!("{name}.center"), center, first.at))]
        }
    }
}

/// Options joined by commas.
pub(super) fn list(options: &Options) -> String {
    options.iter().map(written).collect::<Vec<_>>().join(", ")
}
