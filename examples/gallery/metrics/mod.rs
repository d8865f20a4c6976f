//! What can be measured of a finished picture on a page: legibility, emptiness, crossings and faults.

mod canvas;
mod crossings;
mod faults;
mod geometry;
mod parts;

use netviz::page::Page;
use netviz::scene::{Item, Scene, Text};

pub(crate) use crossings::{Line, crossing_pairs, lines};
pub(crate) use faults::{Fault, Kind};
pub(crate) use geometry::{Bounds, Polygon};

/// A page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
}

/// The pages of the gallery.
pub(crate) const PLACES: [Place; 4] =
    [Place { name: "readme" }, Place { name: "column" }, Place { name: "a4" }, Place { name: "slide" }];

impl Place {
    pub(crate) fn page(self) -> Page {
        Page::parse(self.name).expect("it is a named page")
    }

    /// The factor by which a picture is shown: it is made smaller until it fits, and never larger.
    pub(crate) fn scale(self, [width, height]: [f64; 2]) -> f64 {
        let size = self.page().size;
        (size[0] / width).min(size[1] / height).min(1.0)
    }
}

/// Measurements of a picture that do not depend on a page.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    /// Width and height in pixels.
    pub(crate) size: [f64; 2],
    /// See [`smallest_text`].
    pub(crate) smallest_text: f64,
    /// The fraction of the canvas that no item touches; see [`canvas::empty`].
    pub(crate) empty: f64,
    /// The fraction that the largest empty rectangle takes; see [`canvas::hole`].
    pub(crate) hole: f64,
    /// Points at which lines from different sources cross; see [`crossings`].
    pub(crate) crossings: usize,
    /// Texts that were shortened with an ellipsis.
    pub(crate) shortened: usize,
    /// Everything that lies where it should not.
    pub(crate) faults: Vec<Fault>,
}

impl Metrics {
    pub(crate) fn of(scene: &Scene) -> Self {
        Self {
            size: [scene.width, scene.height],
            smallest_text: smallest_text(scene),
            empty: canvas::empty(scene),
            hole: canvas::hole(scene),
            crossings: crossings::crossings(scene),
            shortened: texts(scene).filter(|text| text.text.contains('…')).count(),
            faults: faults::faults(scene),
        }
    }

    /// Width divided by height.
    pub(crate) fn aspect(&self) -> f64 {
        self.size[0] / self.size[1]
    }

    /// The smallest text where the picture is shown, in CSS pixels, of which 96 are an inch.
    pub(crate) fn text_on(&self, place: Place) -> f64 {
        self.smallest_text * place.scale(self.size)
    }

    /// The fraction of a page that the picture covers.
    pub(crate) fn covered(&self, place: Place) -> f64 {
        let (scale, page) = (place.scale(self.size), place.page().size);
        scale * self.size[0] * scale * self.size[1] / (page[0] * page[1])
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.faults.iter().filter(|fault| fault.kind == kind).count()
    }
}

/// The smallest font size, in pixels of the picture; infinite without text.
pub(crate) fn smallest_text(scene: &Scene) -> f64 {
    texts(scene).map(|text| text.size).fold(f64::INFINITY, f64::min)
}

fn texts(scene: &Scene) -> impl Iterator<Item = &Text> {
    let items = scene.groups.iter().flat_map(|group| &group.items);
    items.filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None })
}

#[cfg(test)]
mod tests;
