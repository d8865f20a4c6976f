//! How large a tensor is drawn.
//!
//! Tensors of one network differ too much for one scale: 3×224×224 at the input, 512×7×7 before the dense
//! layers, then 4096 values in a row. Each kind of size has a scale of its own, on which more is always
//! drawn larger:
//!
//! - Height and width of a channel go by the power 0.6 of their size: a quarter of the pixels in each
//!   direction is seen as less than half of the length. The largest of the network has a height that depends
//!   on its size a little, so that a network for 28×28 images is not a miniature.
//! - Channels and units of a bar go by ln(1 + n / few): nearly in proportion while there are few, then by
//!   their order of magnitude.

use crate::view::volumes::{Form, VolumeView};

/// The lengths of a network's tensors, in pixels.
pub(super) struct Scale {
    largest: f64,
    height: f64,
}

/// The height of what has a size of 0, if there were such a thing.
const LEAST: f64 = 8.0;
/// Part of a size's power.
const POWER: f64 = 0.6;
/// Height of a size of 1 where there is no larger one, what each doubling adds, and the most.
const HEIGHT: [f64; 3] = [60.0, 20.0, 240.0];
/// Length without channels, what each e-fold adds, and how many are few.
const CHANNELS: [f64; 3] = [4.0, 14.0, 16.0];
/// The same for units.
const UNITS: [f64; 3] = [14.0, 26.0, 8.0];

impl Scale {
    pub(super) fn of(view: &VolumeView) -> Self {
        let sizes = view.volumes().iter().flat_map(|volume| &volume.solids).map(|solid| match solid.form {
            Form::Block { height, width, .. } => height.max(width),
            Form::Bar(_) | Form::Joint(_) => 1,
        });
        let largest = sizes.max().unwrap_or(1) as f64;
        let [one, doubling, most] = HEIGHT;
        Self { largest, height: (one + doubling * largest.log2()).min(most) }
    }

    /// Height or width of a channel.
    pub(super) fn spatial(&self, size: usize) -> f64 {
        LEAST + (self.height - LEAST) * (size as f64 / self.largest).powf(POWER)
    }

    /// Length of this many channels.
    pub(super) fn channels(count: usize) -> f64 {
        logarithmic(count, CHANNELS)
    }

    /// Length of a bar of this many units.
    pub(super) fn units(count: usize) -> f64 {
        logarithmic(count, UNITS)
    }
}

fn logarithmic(count: usize, [least, fold, few]: [f64; 3]) -> f64 {
    least + fold * (count as f64 / few).ln_1p()
}
