//! PNG and PDF, rendered from the SVG of the same scene with the embedded fonts, without any other program. System
//! fonts are used only for characters that these fonts lack.

mod fonts;
mod layers;
mod pdf;
mod png;
mod strokes;

use resvg::usvg::{FontResolver, Options, Tree};

use crate::scene::{Group, Scene};
use fonts::Fonts;
use netviz_model::diagnostics::Diagnostic;

pub use fonts::VARIABLE as FONTS_VARIABLE;
pub(super) use pdf::FORMAT as PDF;
pub use pdf::pdf;
pub(super) use png::FORMAT as PNG;
pub use png::png;

/// Groups of a scene as the tree that both formats draw. Every character uses the font that was found for it.
fn tree(scene: &Scene, groups: &[Group], fonts: &Fonts) -> Result<Tree, Diagnostic> {
    let svg = super::svg::layer(scene, groups, &|c, weight| fonts.family(c, weight));
    let font_resolver =
        FontResolver { select_font: FontResolver::default_font_selector(), select_fallback: Box::new(|_, _, _| None) };
    let options = Options { fontdb: fonts.database.clone(), font_resolver, ..Options::default() };
    Tree::from_str(&svg, &options)
        .map_err(|error| Diagnostic::error(format!("the picture cannot be drawn: {error}")).hint("write it as SVG"))
}
