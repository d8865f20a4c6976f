//! Charts of training results: each is a function from metrics to a [`Scene`].

mod axis;
mod comparison;
mod confusion;
mod curves;
mod line;
mod mark;
mod mistakes;
mod plot;

pub use axis::Axis;
pub use comparison::{History, Shared, comparison};
pub use confusion::{Confusion, confusion};
pub use curves::{Panel, curves};
pub use mistakes::{Mistake, mistakes};
pub use plot::number;

use crate::font::Weight;
use crate::layout::frame::{Content, surround};
use crate::scene::{Anchor, Item, Point, Scene, Text};
use crate::theme::{Paint, Theme};
use netviz_model::metric::Measure;

/// Appearance of a chart.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The name of the network.
    pub name: &'a str,
    /// Colours and sizes.
    pub theme: &'a Theme,
    /// Whether to draw a title above it. A page has its own headings.
    pub titled: bool,
}

impl Look<'_> {
    /// The whole picture.
    fn scene(&self, content: Content, title: String) -> Scene {
        let scene = surround(content, if self.titled { &title } else { "" }, self.theme);
        Scene { title, ..scene }
    }

    /// A line of text in the theme's text size.
    fn text(&self, text: impl Into<String>, at: Point, anchor: Anchor, color: Paint) -> Text {
        let (size, weight) = (self.theme.text_size, Weight::Regular);
        Text { text: text.into(), at, anchor, size, weight, color, angle: 0.0 }
    }
}

/// The names of metrics in a sentence: `loss, top 1 and top 5`.
pub fn titles<'a>(measures: impl Iterator<Item = &'a Measure>) -> String {
    let titles: Vec<String> = measures.map(Measure::title).collect();
    match titles.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => titles.concat(),
    }
}

/// Moves the items of a part of a chart.
fn moved(mut items: Vec<Item>, dx: f64, dy: f64) -> Vec<Item> {
    for item in &mut items {
        item.shift(dx, dy);
    }
    items
}
