//! The parts that pooling layers have in common: arguments, shapes and appearance.

use super::config::layer_arguments;
use super::window::{Padding, place};
use super::{Glyph, Misfit, Outline};
use crate::ir::{Scope, ValueId, Window};
use crate::schema::values::Pair;

layer_arguments! {
    /// A window that slides over every channel of an image.
    pub struct Pool2d {
        /// Height and width of the window.
        pool: Pair,
        /// Stride of the window (default: the size of the window).
        strides: Option<Pair> = None,
        /// Padding around the image.
        padding: Padding = Padding::Valid,
    }
}

impl Pool2d {
    /// The window on an image.
    pub(super) fn window(&self, scope: &Scope, input: ValueId) -> Result<Window, Misfit> {
        let [_, height, width] = scope.image(input)?;
        let strides = self.strides.unwrap_or(self.pool);
        let window = place(self.pool.0, strides.0, [1, 1], self.padding, [height, width])?;
        if window.axes.iter().any(|axis| axis.pads.iter().any(|&pad| pad >= axis.kernel)) {
            return Err(
                Misfit::new("has windows that see padding only").hint("the padding must be smaller than the window")
            );
        }
        Ok(window)
    }

    pub(super) fn glyph(&self, title: &str) -> Glyph {
        let size = format!("Pool Size: {}x{}", self.pool.0[0], self.pool.0[1]);
        Glyph::Outline { outline: Outline::Ellipse, lines: vec![title.into(), size] }
    }
}
