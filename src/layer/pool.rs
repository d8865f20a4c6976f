//! What the pooling kinds share: their arguments, their shapes and how they are drawn.

use super::window::{Padding, place};
use super::{Glyph, Misfit, Outline, checked, image};
use crate::program::Window;
use crate::shape::Shape;
use crate::spec::arguments::arguments;
use crate::spec::values::Pair;

arguments! {
    /// A window that slides over every channel of an image.
    pub(super) struct Pool2d {
        /// Size of the window.
        pool: Pair,
        /// Step from one position to the next; as large as the window where it is not given.
        strides: Option<Pair> = None,
        /// What is added round the image.
        padding: Padding = Padding::Valid,
    }
}

impl Pool2d {
    /// The window on an image of channels, height and width, and the output's height and width.
    pub(super) fn window(&self, input: [usize; 3]) -> Result<(Window, [usize; 2]), Misfit> {
        let strides = self.strides.unwrap_or(self.pool);
        let (window, output) = place(self.pool.0, strides.0, [1, 1], self.padding, [input[1], input[2]])?;
        if (0..4).any(|side| window.pads[side] >= window.kernel[side % 2]) {
            return Err(
                Misfit::new("has windows that see padding only").hint("the padding must be smaller than the window")
            );
        }
        Ok((window, output))
    }

    pub(super) fn infer(&self, inputs: &[Shape]) -> Result<Shape, Misfit> {
        let input = image(inputs)?;
        let (_, [height, width]) = self.window(input)?;
        checked([input[0], height, width])
    }

    pub(super) fn glyph(&self, title: &str) -> Glyph {
        let size = format!("Pool Size: {}x{}", self.pool.0[0], self.pool.0[1]);
        Glyph::Outline { outline: Outline::Ellipse, lines: vec![title.into(), size] }
    }
}
