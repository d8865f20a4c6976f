//! Text: the layer graph in characters, for terminals and for documents without pictures.
//!
//! ```text
//! ┌───────────────────────┐
//! │ input          1×4×4  │
//! └───────────┬───────────┘
//! ┌───────────▼───────────┐
//! │ conv2d a       2×4×4  ├─┐
//! │ 20 params             │ │
//! └───────────┬───────────┘ │
//! ┌───────────▼───────────┐ │
//! │ add_1          2×4×4  ◄─┘
//! └───────────────────────┘
//! ```
//!
//! The boxes stand in one column, so that the width does not depend on the network. A connection to a box that is not
//! the next one runs in a lane beside them; if there is no room for more lanes, the box names where it comes from.

mod grid;
mod lanes;

use std::collections::HashSet;

use grid::{DOWN, Grid, LEFT, UP, columns, cut};
use lanes::{Beside, Net, beside, is_direct, nets};

use super::{Format, InMarkdown};
use crate::font::drawable;
use crate::picture::Picture;
use crate::properties::costs;
use crate::views::blocks::{Block, BlockView};

pub(super) const FORMAT: Format = Format {
    name: "text",
    endings: &["txt"],
    doc: "boxes of characters, for a terminal",
    is_for_terminals: true,
    in_markdown: InMarkdown::Fence("text"),
    write: |picture| Ok(text(picture).into()),
    scene: None,
};

/// The least number of columns of a box; lanes take the rest.
const BOX: usize = 36;
/// The least and the largest number of columns.
const COLUMNS: (usize, usize) = (40, 100);
/// Columns from one frame to the next one in it.
const INSET: usize = 2;

/// Draws the layer graph of a picture in characters; repeated blocks are framed.
pub fn text(picture: &Picture) -> String {
    let view = BlockView::of(picture);
    let width = picture.options.columns.clamp(COLUMNS.0, COLUMNS.1);
    let nets = nets(view.links(), (width - BOX) / 2);
    let lanes = nets.iter().filter_map(|net| net.lane).max().map_or(0, |lane| lane + 1);
    let beside = beside(&nets, view.blocks().len());
    let mut drawing = Drawing { view: &view, beside: &beside, grid: Grid::new(width), room: width - 2 * lanes };
    let spans = drawing.boxes();
    drawing.lanes(&nets, &spans);
    let graph = picture.graph;
    let totals = costs(graph.parameters().total(), graph.flops()).join(" · ");
    let row = drawing.grid.add_row();
    drawing.grid.write(row, 0, &cut(&totals, width));
    let title: String = picture.title().chars().map(drawable).collect();
    let boxes = drawing.grid.lines(picture.options.ascii);
    if title.trim().is_empty() { boxes } else { format!("{}\n{boxes}", cut(&title, width)) }
}

struct Drawing<'a> {
    view: &'a BlockView,
    /// What leads to each box and from it beside the boxes.
    beside: &'a [Beside],
    grid: Grid,
    /// Columns for the boxes.
    room: usize,
}

/// A box in the grid.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// Column of its right side.
    right: usize,
    /// The first and the last row of its text.
    rows: [usize; 2],
}

impl Drawing<'_> {
    /// The column in which connections to the next box run.
    fn axis(&self) -> usize {
        self.room / 2
    }

    /// The first and the last column inside this many frames, of which so many fit.
    fn sides(&self, frames: usize) -> [usize; 2] {
        let inset = (frames * INSET).min((self.room - BOX.min(self.room)) / 2);
        [inset, self.room - 1 - inset]
    }

    /// Draws the boxes and the frames around them.
    fn boxes(&mut self) -> Vec<Span> {
        let view = self.view;
        let mut is_fed = vec![false; view.blocks().len() + 1];
        for link in view.links().iter().filter(|link| is_direct(link)) {
            is_fed[link.target] = true;
        }
        let mut open: Vec<usize> = Vec::new();
        let mut spans = Vec::with_capacity(view.blocks().len());
        // The rows at which the open frames begin.
        let mut tops = Vec::new();
        for (index, block) in view.blocks().iter().enumerate() {
            let mut folds: Vec<usize> = view.folds_of(index).collect();
            folds.reverse();
            let common = open.iter().zip(&folds).take_while(|(a, b)| a == b).count();
            self.close(&mut open, &mut tops, common, is_fed[index]);
            for &fold in &folds[common..] {
                tops.push(self.open(open.len(), fold, is_fed[index]));
                open.push(fold);
            }
            spans.push(self.block(index, block, open.len(), [is_fed[index], is_fed[index + 1]]));
        }
        self.close(&mut open, &mut tops, 0, false);
        spans
    }

    /// Begins a frame; returns its first row.
    fn open(&mut self, depth: usize, fold: usize, is_fed: bool) -> usize {
        let ([left, right], row, axis) = (self.sides(depth), self.grid.add_row(), self.axis());
        let fold = &self.view.folds()[fold];
        let costs = costs(fold.parameters.total(), fold.flops);
        let title = std::iter::once(fold.heading()).chain(costs).collect::<Vec<_>>().join(" · ");
        // The title stands before the axis, or after it if that is too narrow.
        let before = axis.saturating_sub(left + 4);
        let at = if columns(&title) <= before { left + 2 } else { axis + 2 };
        self.grid.write(row, at, &format!(" {} ", cut(&title, right.saturating_sub(at + 3))));
        self.grid.across(row, left, right);
        if is_fed {
            self.grid.join(row, axis, UP | DOWN);
        }
        row
    }

    /// Ends the innermost frames, so that so many remain.
    fn close(&mut self, open: &mut Vec<usize>, tops: &mut Vec<usize>, remaining: usize, is_fed: bool) {
        while open.len() > remaining {
            open.pop();
            let ([left, right], row, axis) = (self.sides(open.len()), self.grid.add_row(), self.axis());
            let top = tops.pop().unwrap_or(row);
            self.grid.across(row, left, right);
            self.grid.down(left, top, row);
            self.grid.down(right, top, row);
            if is_fed {
                self.grid.join(row, axis, UP | DOWN);
            }
        }
    }

    /// Draws a box inside this many frames. `is_fed` is whether the box before leads to it, and it to the next one.
    fn block(&mut self, index: usize, block: &Block, frames: usize, is_fed: [bool; 2]) -> Span {
        let ([left, right], axis) = (self.sides(frames), self.axis());
        let top = self.grid.add_row();
        let mut lines = self.text(index, block, right - left - 3);
        let Beside { enters, leaves, .. } = self.beside[index];
        if enters && leaves && lines.len() < 2 {
            lines.push(String::new());
        }
        for line in &lines {
            let row = self.grid.add_row();
            self.grid.write(row, left + 2, line);
        }
        let bottom = self.grid.add_row();
        for row in [top, bottom] {
            self.grid.across(row, left, right);
        }
        self.grid.down(left, top, bottom);
        self.grid.down(right, top, bottom);
        let [before, after] = is_fed;
        if before {
            self.grid.write(top, axis, "▼");
        }
        if after {
            self.grid.join(bottom, axis, DOWN);
        }
        Span { right, rows: [top + 1, bottom - 1] }
    }

    /// The lines of a box: the name and, at the right, the shape; then the rest, on one line if that fits.
    fn text(&self, index: usize, block: &Block, room: usize) -> Vec<String> {
        let plain = |text: &str| -> String { text.chars().map(drawable).collect() };
        let header = plain(&block.heading());
        let mut rest: Vec<String> = block.all_lines().iter().map(|line| plain(line)).collect();
        let mut lines = vec![header];
        if let Some(first) = rest.first().filter(|first| columns(&lines[0]) + columns(first) + 2 <= room) {
            let gap = room - columns(&lines[0]) - columns(first);
            lines[0] = format!("{}{}{first}", lines[0], " ".repeat(gap));
            rest.remove(0);
        }
        let unseen = self.beside[index].unseen.iter();
        let unseen: Vec<&str> = unseen.map(|&source| self.view.blocks()[source].properties.name.as_str()).collect();
        let joined = rest.join(" · ");
        if columns(&joined) <= room {
            lines.extend((!joined.is_empty()).then_some(joined));
        } else {
            lines.extend(rest);
        }
        let mut named = String::new();
        for (index, name) in unseen.iter().enumerate() {
            let word = if index + 1 < unseen.len() { format!("{name},") } else { (*name).to_owned() };
            if named.is_empty() {
                named = format!("also from {word}");
            } else if columns(&named) + columns(&word) < room {
                named = format!("{named} {word}");
            } else {
                lines.push(std::mem::replace(&mut named, word));
            }
        }
        lines.extend((!named.is_empty()).then_some(named));
        lines.into_iter().map(|line| cut(&line, room)).collect()
    }

    /// Draws the connections beside the boxes.
    fn lanes(&mut self, nets: &[Net], spans: &[Span]) {
        let placed = || nets.iter().filter_map(|net| Some((net, self.room + 1 + 2 * net.lane?)));
        let placed: Vec<(&Net, usize)> = placed().collect();
        // Where lines meet: others cross.
        let mut joints = HashSet::new();
        for &(net, column) in &placed {
            let (source, last) = (spans[net.source], spans[net.targets[net.targets.len() - 1]]);
            self.grid.down(column, source.rows[1], last.rows[0]);
            joints.insert((source.rows[1], column));
            joints.extend(net.targets.iter().map(|&target| (spans[target].rows[0], column)));
        }
        for &(net, column) in &placed {
            let Span { right, rows: [_, row] } = spans[net.source];
            self.grid.under(row, right, column, |column| joints.contains(&(row, column)));
            for &target in &net.targets {
                let Span { right, rows: [row, _] } = spans[target];
                self.grid.under(row, right + 1, column, |column| joints.contains(&(row, column)));
                self.grid.join(row, right + 1, LEFT);
                self.grid.write(row, right, "◄");
            }
        }
    }
}
