//! Gives everything its place: views into [`Scene`](crate::scene::Scene)s.

mod axes;
mod blocks;
pub(crate) mod frame;
pub mod layered;
pub(crate) mod legend;
mod neurons;
mod volumes;

pub use blocks::blocks;
pub use neurons::neurons;
pub use volumes::volumes;

use crate::scene::{Shape, Stroke};
use crate::theme::Theme;

/// The theme's border, where it has one.
fn border(theme: &Theme) -> Option<Stroke> {
    (theme.border_width > 0.0).then(|| Stroke::solid(theme.border, theme.border_width))
}

/// A shape with the theme's border.
fn bordered(shape: Shape, theme: &Theme) -> Shape {
    Shape { border: border(theme), ..shape }
}
