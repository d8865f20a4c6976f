//! What the layouts of the views share: layered graphs, margins, title, legend and directions.

pub(crate) mod axes;
pub(crate) mod bracket;
pub(crate) mod frame;
pub mod layered;
pub(crate) mod legend;
pub(crate) mod mark;
pub(crate) mod place;
pub(crate) mod wrap;

use crate::scene::{Fill, Shape, Stroke};
use crate::theme::Theme;

/// The theme's border; `None` if its width is 0.
pub(crate) fn border(theme: &Theme) -> Option<Stroke> {
    (theme.border_width > 0.0).then(|| Stroke::solid(theme.border, theme.border_width))
}

/// A shape with the theme's border; if the theme has none and the shape would be invisible, with a thin one.
pub(crate) fn bordered(shape: Shape, theme: &Theme) -> Shape {
    let thin = || match shape.fill {
        Fill::Plain(fill) => Some(Stroke::solid(theme.border_of(fill)?, 1.0)),
        Fill::Gradient(..) | Fill::None => None,
    };
    Shape { border: border(theme).or_else(thin), ..shape }
}

/// Id of the connection between groups with these names. The names are separated by a dot, so single dots inside them
/// become colons, which no name contains; the two dots in the name of a fold stay.
pub(crate) fn link_id(names: &[&str]) -> String {
    let names = names.iter().map(|name| {
        let parts: Vec<String> = name.split("..").map(|part| part.replace('.', ":")).collect();
        parts.join("..")
    });
    format!("link-{}", names.collect::<Vec<_>>().join("."))
}
