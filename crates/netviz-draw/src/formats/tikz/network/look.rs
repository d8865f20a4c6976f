//! How text looks.

use crate::font::Weight;
use crate::formats::tikz::length;
use crate::scene::Text;
use crate::theme::Color;

/// The font size, weight and colour of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) color: Color,
}

impl Look {
    pub(super) fn of(text: &Text) -> Self {
        Self { size: text.size, weight: text.weight, color: text.color.light }
    }

    /// The commands that select the font, with the distance between lines relative to its size.
    pub(super) fn font(self, leading: f64) -> String {
        let bold = if self.weight == Weight::Bold { "\\bfseries" } else { "" };
        format!("{bold}\\fontsize{{{}}}{{{}}}\\selectfont", length(self.size), length(self.size * leading))
    }
}
