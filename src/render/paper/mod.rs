//! PNG and PDF, from the SVG of the same scene and the embedded fonts: no other program, and fonts of the system only
//! for characters that these lack.

mod fonts;
mod layers;
mod pdf;
mod png;
mod strokes;

use resvg::usvg::{FontResolver, Options, Tree};

use crate::picture::Refusal;
use crate::scene::{Group, Scene};
use fonts::Fonts;

pub use fonts::VARIABLE as FONTS_VARIABLE;
pub(super) use pdf::FORMAT as PDF;
pub use pdf::pdf;
pub(super) use png::FORMAT as PNG;
pub use png::png;

/// Groups of a scene as the tree that both are drawn from. Every character is drawn by the font that was found for it.
fn tree(scene: &Scene, groups: &[Group], fonts: &Fonts) -> Result<Tree, Refusal> {
    let svg = super::svg::layer(scene, groups, &|c, weight| fonts.family(c, weight));
    let font_resolver =
        FontResolver { select_font: FontResolver::default_font_selector(), select_fallback: Box::new(|_, _, _| None) };
    let options = Options { fontdb: fonts.database.clone(), font_resolver, ..Options::default() };
    Tree::from_str(&svg, &options)
        .map_err(|error| Refusal::new(format!("the picture cannot be drawn: {error}"), "write it as SVG"))
}
