//! The place that a layout has to fit.

use super::axes::Axes;
use super::legend::{self, Entry};
use crate::page::Page;
use crate::picture::Picture;

/// The place that a layout has to fit, with margins, title and legend around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The size of the picture if it is not reduced.
    size: [f64; 2],
    /// The least scale at which it can be read.
    least: f64,
    /// What margins and the title take.
    around: [f64; 2],
    /// What a legend takes, below the layout at first.
    legend: [f64; 2],
    /// The width that it takes beside the layout.
    beside: f64,
}

impl Place {
    /// The place of a picture on a page.
    pub(crate) fn of(page: &Page, picture: &Picture, legend: &[Entry]) -> Self {
        let theme = &picture.options.theme;
        let title = if picture.title().is_empty() { 0.0 } else { 2.0 * theme.title_size };
        let has_legend = picture.options.legend;
        let column = legend::place(legend, 0.0, theme).filter(|_| has_legend);
        Self {
            size: page.whole(theme.text_size),
            least: page.least(theme.text_size),
            around: [2.0 * theme.margin, 2.0 * theme.margin + title],
            legend: [0.0, if has_legend { theme.margin + 2.0 * theme.text_size } else { 0.0 }],
            beside: column.map_or(f64::INFINITY, |(_, [width, _])| theme.margin + width),
        }
    }

    /// The scale at which a layout of this width and height fits.
    pub(crate) fn scale(&self, layout: [f64; 2]) -> f64 {
        let [wide, high] = [0, 1].map(|axis| self.size[axis] / (layout[axis] + self.around[axis] + self.legend[axis]));
        wide.min(high).min(1.0)
    }

    /// The same place with the legend beside the layout, in a column.
    pub(crate) fn with_legend_beside(self) -> Self {
        Self { legend: [self.beside, 0.0], ..self }
    }

    /// Whether it is longer across the flow of data.
    pub(crate) fn is_wide(&self, axes: Axes) -> bool {
        let [across, along] = axes.turned(self.size);
        across > along
    }

    /// Whether a layout that cannot be read has little more area than there is room for, so that another arrangement may fit.
    pub(crate) fn may_hold(&self, layout: [f64; 2]) -> bool {
        const MORE: f64 = 1.4;
        let area = |[wide, high]: [f64; 2]| wide * high;
        !self.can_read(self.scale(layout)) && area(layout) * self.least.powi(2) < MORE * area(self.size)
    }

    /// The place within something that takes this space.
    pub(crate) fn inside(self, [wide, high]: [f64; 2]) -> Self {
        Self { around: [self.around[0] + wide, self.around[1] + high], ..self }
    }

    /// A part of it.
    pub(crate) fn scaled(self, [wide, high]: [f64; 2]) -> Self {
        Self { size: [self.size[0] * wide, self.size[1] * high], ..self }
    }

    /// Whether a layout can be read at a scale.
    pub(crate) fn can_read(&self, scale: f64) -> bool {
        scale >= self.least
    }
}
