//! PNG and PDF, from the SVG of the same scene and the embedded font: no font of the system, no other program.

mod layers;
mod pdf;
mod png;
mod strokes;

use std::sync::Arc;

use resvg::usvg::{Options, Tree, fontdb};

use crate::picture::Refusal;
use crate::text::Weight;

pub(super) use pdf::FORMAT as PDF;
pub use pdf::pdf;
pub(super) use png::FORMAT as PNG;
pub use png::png;

/// The text of an SVG picture as the tree that both are drawn from.
fn tree(svg: &str) -> Result<Tree, Refusal> {
    let mut fonts = fontdb::Database::new();
    for weight in [Weight::Regular, Weight::Bold] {
        fonts.load_font_data(weight.file().to_vec());
    }
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    Tree::from_str(svg, &options)
        .map_err(|error| Refusal::new(format!("the picture cannot be drawn: {error}"), "write it as SVG"))
}
