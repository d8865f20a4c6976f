//! Sizes at which tensors are drawn.
//!
//! The tensors of one network differ too much for a single scale: 3×224×224 at the input, 512×7×7 before the dense
//! layers, then a vector of 4096 values. Each kind of size has its own scale, on which more is always drawn larger:
//!
//! - Height and width of a channel grow with the power 0.6 of their size: a quarter of the pixels in each direction is
//!   drawn with less than half of the length. The height of the largest one depends slightly on its size, so that a
//!   network for 28×28 images is not a miniature.
//! - Channels and units of a bar grow with ln(1 + n / few): almost in proportion while there are few, then with their
//!   order of magnitude.

use crate::picture::Detail;
use crate::views::volumes::{SolidShape, VolumeView};

/// The lengths of a network's tensors, in pixels.
pub(super) struct Scale {
    largest: f64,
    height: f64,
    /// Lengths relative to those at medium detail.
    length: f64,
}

/// Sizes at low detail, relative to others: texts keep theirs.
const LOW: f64 = 0.6;
/// Height of a hypothetical size of 0.
const LEAST: f64 = 8.0;
/// Exponent for height and width.
const POWER: f64 = 0.6;
/// Height of the largest size if it is 1, the increase per doubling, and the maximum.
const HEIGHT: [f64; 3] = [60.0, 20.0, 240.0];
/// Length of 0 channels, the increase per e-fold, and how many channels are few.
const CHANNELS: [f64; 3] = [4.0, 14.0, 16.0];
/// The same for units.
const UNITS: [f64; 3] = [14.0, 26.0, 8.0];

impl Scale {
    pub(super) fn of(view: &VolumeView, detail: Detail) -> Self {
        let sizes = view.volumes().iter().flat_map(|volume| &volume.solids).map(|solid| match solid.form {
            SolidShape::Block { height, width, .. } => height.max(width),
            SolidShape::Bar(_) | SolidShape::Joint(_) => 1,
        });
        let largest = sizes.max().unwrap_or(1) as f64;
        let [one, doubling, most] = HEIGHT;
        let length = if detail == Detail::Low { LOW } else { 1.0 };
        Self { largest, height: length * (one + doubling * largest.log2()).min(most), length }
    }

    /// Height or width of a channel.
    pub(super) fn spatial(&self, size: usize) -> f64 {
        LEAST + (self.height - LEAST) * (size as f64 / self.largest).powf(POWER)
    }

    /// Length of this many channels.
    pub(super) fn channels(&self, count: usize) -> f64 {
        self.length * logarithmic(count, CHANNELS)
    }

    /// Length of a bar of this many units.
    pub(super) fn units(&self, count: usize) -> f64 {
        self.length * logarithmic(count, UNITS)
    }
}

fn logarithmic(count: usize, [least, fold, few]: [f64; 3]) -> f64 {
    least + fold * (count as f64 / few).ln_1p()
}
