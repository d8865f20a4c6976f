//! Margins, title and legend around the content of every picture.

use super::legend::{self, Entry, Swatch};
use super::mark;
use crate::font::{Weight, width, wrapped};
use crate::picture::Picture;
use crate::properties;
use crate::scene::relayout::{Around, Relayout};
use crate::scene::{Anchor, Fold, Group, Point, Scene, Shown, Text};
use crate::theme::Theme;
use netviz_model::graph::Mark;

/// A laid-out view with its upper left corner at the origin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    /// Width and height.
    pub(crate) size: [f64; 2],
    /// The x on which the title and the legend are centred.
    pub(crate) axis: f64,
    /// Description of the view in one sentence.
    pub(crate) description: String,
    /// Its parts.
    pub(crate) groups: Vec<Group>,
    /// The frames that can be collapsed.
    pub(crate) folds: Vec<Fold>,
    /// How it is laid out again then.
    pub(crate) relayout: Option<Relayout>,
    /// The entries of the legend.
    pub(crate) legend: Vec<Entry>,
    /// Whether the legend stands beside the view, as a column.
    pub(crate) is_aside: bool,
}

/// Maximum number of lines of a title.
const TITLE_LINES: usize = 3;
/// Width that a title may take in a narrower picture, in pixels.
const TITLE_ROOM: f64 = 420.0;

/// Adds margins, title and legend to the content.
pub(crate) fn frame(mut content: Content, picture: &Picture) -> Scene {
    // Before remarks, which may be long.
    let end = content.legend.iter().position(|entry| entry.swatch == Swatch::None).unwrap_or(content.legend.len());
    content.legend.splice(end..end, marks(&content.groups));
    if !picture.options.legend {
        content.legend.clear();
    }
    let stand_ins = content.folds.iter_mut().map(|fold| &mut fold.stand_in);
    for group in content.groups.iter_mut().chain(stand_ins) {
        mark::draw(group, &picture.options.theme);
    }
    let scene = surround(content, picture.title(), &picture.options.theme);
    Scene { details: properties::totals(picture.graph), transparent: picture.options.transparent, ..scene }
}

/// Like [`frame`], for pictures that do not show a network.
pub(crate) fn surround(mut content: Content, title: &str, theme: &Theme) -> Scene {
    let title_lines = title_lines(title, content.size[0].max(TITLE_ROOM), theme);
    let title_width = title_lines.iter().map(|line| width(line, theme.title_size, Weight::Bold)).fold(0.0, f64::max);
    let room = if content.is_aside { 0.0 } else { content.size[0].max(title_width) };
    let legend = legend::place(&content.legend, room, theme);
    let legend_size = legend.as_ref().map_or([0.0; 2], |(_, size)| *size);

    let widest = content.size[0].max(title_width).max(if content.is_aside { 0.0 } else { legend_size[0] });
    let inner = if content.is_aside { widest + theme.margin + legend_size[0] } else { widest };
    let title_height = title_lines.len() as f64 * line_height(theme);
    let top = if title_lines.is_empty() { 0.0 } else { title_height + 0.8 * theme.title_size };
    let left = (widest - content.size[0]) / 2.0;
    let [dx, dy] = [theme.margin + left, theme.margin + top];
    let stand_ins = content.folds.iter_mut().map(|fold| &mut fold.stand_in);
    for item in content.groups.iter_mut().chain(stand_ins).flat_map(|group| &mut group.items) {
        item.shift(dx, dy);
    }
    for fold in &mut content.folds {
        let along = if fold.down { dy } else { dx };
        fold.band = fold.band.map(|end| end + along);
    }
    let around = Around { margin: theme.margin, top, title: title_width, legend: legend_size };
    // Where a text of this width is centred, on the axis if it can be.
    let centered = |width: f64| {
        let half = width / 2.0;
        (dx + content.axis).max(theme.margin + half).min(theme.margin + widest - half)
    };
    let axis = centered(title_width);
    let mut groups = vec![title_group(&title_lines, axis, theme)];
    groups.append(&mut content.groups);
    let mut bottom = dy + content.size[1];
    if let Some((mut group, [legend_width, legend_height])) = legend {
        let [x, y] = if content.is_aside {
            [2.0 * theme.margin + widest, dy]
        } else {
            [centered(legend_width) - legend_width / 2.0, bottom + theme.margin]
        };
        for item in &mut group.items {
            item.shift(x, y);
        }
        groups.push(group);
        bottom = bottom.max(y + legend_height);
    }
    Scene {
        width: inner + 2.0 * theme.margin,
        height: bottom + theme.margin,
        title: title.to_owned(),
        description: content.description,
        details: Vec::new(),
        shown: Shown::default(),
        background: theme.background,
        transparent: false,
        groups,
        folds: content.folds,
        relayout: content.relayout.map(|relayout| Relayout { around, ..relayout }),
    }
}

/// The entries for the marks of groups.
fn marks(groups: &[Group]) -> Vec<Entry> {
    let marks: Vec<Mark> = groups.iter().filter_map(|group| group.mark).collect();
    let known = Mark::ALL.into_iter().filter(|mark| marks.contains(mark));
    known.map(|mark| Entry { swatch: Swatch::Mark(mark), label: mark.name().to_owned() }).collect()
}

fn line_height(theme: &Theme) -> f64 {
    1.2 * theme.title_size
}

fn title_lines(title: &str, room: f64, theme: &Theme) -> Vec<String> {
    if title.trim().is_empty() { Vec::new() } else { wrapped(title, theme.title_size, Weight::Bold, room, TITLE_LINES) }
}

fn title_group(lines: &[String], axis: f64, theme: &Theme) -> Group {
    let line = |(index, text): (usize, &String)| {
        let y = theme.margin + theme.title_size + index as f64 * line_height(theme);
        let text = text.clone();
        let at = Point { x: axis, y };
        let (size, weight, color) = (theme.title_size, Weight::Bold, theme.text);
        Text { text, at, anchor: Anchor::Middle, size, weight, color, angle: 0.0 }.into()
    };
    Group::new("title", "title", lines.iter().enumerate().map(line).collect())
}
