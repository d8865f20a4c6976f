//! The place that a layout has to fit.

use crate::page::Page;
use crate::picture::Picture;

/// The place that a layout has to fit, with margins, title and legend around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The size of the picture if it is not reduced.
    size: [f64; 2],
    /// What margins, title and legend take.
    around: [f64; 2],
}

impl Place {
    /// The place of a picture on a page.
    pub(crate) fn of(page: &Page, picture: &Picture) -> Self {
        let theme = &picture.options.theme;
        let title = if picture.title().is_empty() { 0.0 } else { 2.0 * theme.title_size };
        let legend = if picture.options.legend { theme.margin + 2.0 * theme.text_size } else { 0.0 };
        Self { size: page.whole(theme.text_size), around: [2.0 * theme.margin, 2.0 * theme.margin + title + legend] }
    }

    /// The scale at which a layout of this width and height fits.
    pub(crate) fn scale(&self, layout: [f64; 2]) -> f64 {
        let [wide, high] = [0, 1].map(|axis| self.size[axis] / (layout[axis] + self.around[axis]));
        wide.min(high).min(1.0)
    }
}
