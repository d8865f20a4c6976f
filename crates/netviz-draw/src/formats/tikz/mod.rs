//! `TikZ`, to be included in a paper with `\input`.
//!
//! A network becomes nodes with names, placed relative to each other, with their colours and styles at the head of the
//! file: [`network`]. Other pictures, such as the curves of a run and comparisons of two networks, keep the positions
//! of their scene: [`absolute`]. Lengths of a scene are pixels, 0.75 big points each. Adaptive colours are those of a
//! light page.

/// Writes to a string, which cannot fail.
macro_rules! put {
    ($text:expr, $($argument:tt)*) => {{ let _ = write!($text, $($argument)*); }};
}

mod absolute;
mod network;
mod text;

use std::collections::BTreeSet;
use std::fmt::Write;

use super::number::number;
use super::{Format, InMarkdown, Rendered, missing_characters};
use crate::scene::{Item, Scene};
use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;
use netviz_model::text::{thousands, whole};

pub(super) const FORMAT: Format = Format {
    name: "tikz",
    endings: &["tex"],
    doc: "a TikZ picture to \\input into LaTeX",
    is_for_terminals: false,
    in_markdown: InMarkdown::Fence("latex"),
    write: |picture| {
        let scene = picture.scene()?;
        if scene.groups.iter().any(|group| group.mark.is_some()) {
            return tikz(scene);
        }
        fits(scene)?;
        let (text, missing) = network::network(picture, scene);
        Ok(rendered(text, &missing))
    },
    scene: Some(tikz),
};

/// A CSS pixel is 1/96 of an inch, a big point 1/72.
const POINTS: f64 = 0.75;

/// A length with its unit.
fn length(pixels: f64) -> String {
    number(pixels * POINTS) + "bp"
}

/// Writes a scene as a `tikzpicture` in which everything has the position that it has in the scene. It needs
/// `\usepackage{tikz}` and nothing else. Text uses the sans serif font of the document; with `\usepackage{helvet}`, it
/// is as wide as in the other formats.
///
/// # Errors
/// If it is too large for `TeX`: more than 12,000 lines and shapes, or longer than 21,000 pixels.
pub fn tikz(scene: &Scene) -> Result<Rendered, Diagnostic> {
    fits(scene)?;
    let mut writer = absolute::Writer::default();
    let (width, height) = (number(scene.width), number(scene.height));
    if !scene.transparent {
        let background = writer.color(scene.background.light);
        put!(writer.text, "\\fill[{background}] (0,0) rectangle ({width},{height});\n");
    }
    for group in &scene.groups {
        writer.group(group);
    }
    let colors = writer.colors.iter().fold(String::new(), |text, color| {
        let digits = color.hex()[1..].to_uppercase();
        text + &format!("\\definecolor{{{}}}{{HTML}}{{{digits}}}%\n", absolute::name(*color))
    });
    let file = format!(
        "% A picture of netviz. The preamble needs \\usepackage{{tikz}}.\n{}\
         \\begin{{tikzpicture}}[x={POINTS}bp,y=-{POINTS}bp,line cap=butt,line join=miter,\
         every node/.style={{inner sep=0pt,outer sep=0pt,font=\\sffamily}}]\n\
         {colors}\\useasboundingbox (0,0) rectangle ({width},{height});\n{}\\end{{tikzpicture}}%\n",
        text::DEFINITIONS,
        writer.text,
    );
    Ok(rendered(file, &writer.missing))
}

/// A file, with a warning about the characters that it prints as their code points.
fn rendered(text: String, missing: &BTreeSet<char>) -> Rendered {
    let hint = "write a PDF and include it with \\includegraphics";
    let warning = missing_characters(missing, "LaTeX has no glyph for", "their code points are printed");
    let warnings = warning.map(|warning| warning.hint(hint)).into_iter().collect();
    Rendered { warnings, ..text.into() }
}

/// Refuses what exceeds the limits of `TeX`.
fn fits(scene: &Scene) -> Result<(), Diagnostic> {
    let hint = "write a PDF and include it with \\includegraphics, or draw fewer neurons";
    let size = scene.width.max(scene.height);
    if size > limits::TIKZ_PIXELS {
        let [size, most] = [size, limits::TIKZ_PIXELS].map(|length| whole(length.ceil()));
        let message = format!("the TikZ picture would be {size} pixels long; TeX's largest length is {most}");
        return Err(Diagnostic::error(message).hint(hint));
    }
    let parts = |item: &Item| match item {
        Item::Lines { segments, .. } => segments.len(),
        Item::Raster(raster) => absolute::runs(raster).count(),
        Item::Shape(_) | Item::Route { .. } | Item::Text(_) => 1,
    };
    let count: usize = scene.groups.iter().flat_map(|group| &group.items).map(parts).sum();
    if count > limits::TIKZ_PARTS {
        let [count, most] = [count, limits::TIKZ_PARTS].map(thousands);
        let message = format!("the TikZ picture would have {count} lines and shapes; TeX has memory for {most}");
        return Err(Diagnostic::error(message).hint(hint));
    }
    Ok(())
}
