//! The places that pictures are made for.

use netviz_model::diagnostics::{Diagnostic, excerpt};

/// Pixels per inch of a picture.
const INCH: f64 = 96.0;
/// Pixels per millimetre.
const MILLIMETRE: f64 = INCH / 25.4;
/// Font size below which text on paper cannot be read, in pixels: 7 pt.
const SMALLEST_PRINT: f64 = 7.0 / 72.0 * INCH;
/// The same on a screen.
const SMALLEST: f64 = 9.0;

/// The place that a picture is made for. The view of blocks wraps what is too long for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page {
    /// Width and height, in pixels of which 96 are an inch.
    pub size: [f64; 2],
    /// The smallest font size that can be read there, in pixels.
    pub smallest: f64,
}

impl Page {
    const fn screen(width: f64, height: f64) -> Self {
        Self { size: [width, height], smallest: SMALLEST }
    }

    /// Paper with sizes in millimetres.
    const fn paper(width: f64, height: f64) -> Self {
        Self { size: [width * MILLIMETRE, height * MILLIMETRE], smallest: SMALLEST_PRINT }
    }

    /// The size that a picture may have whose smallest text has this font size: it is then shown at the size at which that
    /// can just be read.
    pub(crate) fn room(&self, text: f64) -> [f64; 2] {
        self.size.map(|length| length * (text / self.smallest).max(1.0))
    }

    /// A page by its name, or by its width and height: `readme`, `160x247mm`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let named = PAGES.iter().find(|(name, _)| *name == text).map(|(_, page)| *page);
        named.or_else(|| measured(text)).ok_or_else(|| {
            let known: Vec<&str> = PAGES.iter().map(|(name, _)| *name).collect();
            Diagnostic::error(format!("there is no page `{}`", excerpt(text))).hint(format!(
                "pages: {}, none, or a size of 50 to 20,000 pixels a side, such as `830x600px`, `160x247mm` or `5x3in`",
                known.join(", ")
            ))
        })
    }
}

/// Every named page: the width of a README on GitHub, a column of a paper, the text of a page, and a slide.
pub const PAGES: &[(&str, Page)] = &[
    ("readme", Page::screen(830.0, 1200.0)),
    ("column", Page::paper(84.0, 230.0)),
    ("a4", Page::paper(160.0, 247.0)),
    ("letter", Page::paper(165.0, 229.0)),
    ("slide", Page::screen(1280.0, 720.0)),
];

/// `830x600`, `830x600px`, `160x247mm`, `5x3in`.
fn measured(text: &str) -> Option<Page> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == 'x' || c == '×');
    let (width, height) = text[..text.len() - unit.len()].split_once(['x', '×'])?;
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    let (width, height) = (number(width)?, number(height)?);
    let page = match unit {
        "" | "px" => Page::screen(width, height),
        "mm" => Page::paper(width, height),
        "in" => Page::paper(width * 25.4, height * 25.4),
        _ => return None,
    };
    page.size.iter().all(|length| (50.0..=20_000.0).contains(length)).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_name_or_a_size() {
        let size = |text: &str| Page::parse(text).map(|page| page.size.map(f64::round));
        assert_eq!(size("readme"), Ok([830.0, 1200.0]));
        assert_eq!(size("254x127mm"), Ok([960.0, 480.0]));
        assert_eq!(size("10x5in"), Ok([960.0, 480.0]));
        assert_eq!(size("300x200"), Ok([300.0, 200.0]));
        for wrong in ["", "x", "a5", "0x10", "10x10mm10", "1e9x1e9", "100", "3x3", "-300x200", "300x200pt"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_picture_may_be_larger_than_its_page_as_far_as_text_stays_readable() {
        let page = Page::screen(900.0, 90.0);
        let room = |text: f64| page.room(text).map(|length| format!("{length:.0}"));
        assert_eq!(room(12.0), ["1200", "120"]);
        assert_eq!(room(6.0), ["900", "90"]);
    }
}
