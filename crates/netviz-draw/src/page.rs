//! The places that pictures are made for.

use netviz_model::diagnostics::{Diagnostic, excerpt};

/// Pixels per inch of a picture.
const INCH: f64 = 96.0;
/// Pixels per millimetre, and per point.
const MILLIMETRE: f64 = INCH / 25.4;
const POINT: f64 = INCH / 72.0;
/// Font size below which text on paper cannot be read.
const SMALLEST_PRINT: f64 = 7.0 * POINT;
/// The same on a screen.
const SMALLEST: f64 = 9.0;
/// Widths and heights that a page may have, in pixels.
const SIZES: std::ops::RangeInclusive<f64> = 50.0..=20_000.0;
/// Font sizes that may be asked for, in pixels.
const FONTS: std::ops::RangeInclusive<f64> = 2.0..=200.0;

/// What a size is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Pixels of a screen, of which 96 are an inch.
    Pixel,
    /// Millimetres of paper.
    Millimetre,
}

/// The place that a picture is made for: it is folded, fused and wrapped until its text can be read there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page {
    /// Its name, or `page`.
    pub name: &'static str,
    /// Width and height, in pixels; a height may be infinite.
    pub size: [f64; 2],
    /// The smallest font size that can be read there, in pixels.
    pub smallest: f64,
    /// The size of ordinary text there, in pixels; `None` for as large as it can be.
    pub font_size: Option<f64>,
    /// What pictures for it are measured in.
    pub unit: Unit,
}

impl Page {
    const fn screen(name: &'static str, width: f64, height: f64) -> Self {
        Self { name, size: [width, height], smallest: SMALLEST, font_size: None, unit: Unit::Pixel }
    }

    /// Paper with sizes in millimetres.
    const fn paper(name: &'static str, width: f64, height: f64) -> Self {
        let size = [width * MILLIMETRE, height * MILLIMETRE];
        Self { name, size, smallest: SMALLEST_PRINT, font_size: None, unit: Unit::Millimetre }
    }

    /// No page: as large as the picture becomes.
    pub const UNBOUNDED: Self = Self::screen("page", f64::INFINITY, f64::INFINITY);

    /// The width of a README on GitHub, and about a screen of it.
    pub const README: Self = Self::screen("readme", 830.0, 1200.0);

    /// A page by its name, or by its width and height: `readme`, `160x247mm`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let named = PAGES.iter().find(|page| page.name == text).copied();
        named.or_else(|| measured(text)).ok_or_else(|| {
            let known: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
            Diagnostic::error(format!("there is no page `{}`", excerpt(text))).hint(format!(
                "pages: {}, none, or a size of 50 to 20,000 pixels a side, such as `830x600px`, `160x247mm` or `5x3in`",
                known.join(", ")
            ))
        })
    }

    /// A page of this width, such as `84mm`, as high as the picture becomes; or another page with this width.
    ///
    /// # Errors
    /// If it is no length of 50 to 20,000 pixels.
    pub fn of_width(text: &str, other: Option<Self>) -> Result<Self, Diagnostic> {
        let (width, unit) = length(text).filter(|(width, _)| SIZES.contains(width)).ok_or_else(|| {
            Diagnostic::error(format!("`{}` is no width", excerpt(text))).hint(
                "a width of 50 to 20,000 pixels is a number and a unit, such as `84mm`, `3.3in`, `240pt` or `600px`",
            )
        })?;
        let page = match unit {
            Unit::Pixel => Self::screen("page", width, f64::INFINITY),
            Unit::Millimetre => Self::paper("page", width / MILLIMETRE, f64::INFINITY),
        };
        Ok(Self { size: [width, other.map_or(f64::INFINITY, |other| other.size[1])], ..page })
    }

    /// The page with ordinary text of this size, such as `8pt`.
    ///
    /// # Errors
    /// If it is no size of 2 to 200 pixels.
    pub fn with_font_size(self, text: &str) -> Result<Self, Diagnostic> {
        let size = length(text).map(|(size, _)| size).filter(|size| FONTS.contains(size)).ok_or_else(|| {
            Diagnostic::error(format!("`{}` is no font size", excerpt(text)))
                .hint("a font size of 2 to 200 pixels is a number and a unit, such as `8pt` or `11px`")
        })?;
        Ok(Self { font_size: Some(size), ..self })
    }

    /// The scale at which a picture is shown, given its size, that of ordinary text, and whether it fits: whether its
    /// smallest text can be read and none of it is cut off.
    pub(crate) fn shown(&self, size: [f64; 2], [ordinary, smallest]: [f64; 2]) -> (f64, bool) {
        const SLACK: f64 = 1.0 + 1e-9;
        let room = (self.size[0] / size[0]).min(self.size[1] / size[1]);
        match self.font_size {
            Some(font) => (room.min(font / ordinary), font / ordinary <= room * SLACK),
            None => (room.min(1.0), smallest * room.min(1.0) * SLACK >= self.smallest.min(smallest)),
        }
    }

    /// The size of a picture that fills it, if ordinary text has this size and is not made smaller than asked for.
    pub(crate) fn whole(&self, ordinary: f64) -> [f64; 2] {
        let scale = self.font_size.map_or(1.0, |font| font / ordinary);
        self.size.map(|length| length / scale)
    }

    /// The least scale at which ordinary text can be read, relative to that of [`Self::whole`].
    pub(crate) fn least(&self, ordinary: f64) -> f64 {
        self.font_size.map_or((self.smallest / ordinary).min(1.0), |_| 1.0)
    }

    /// The size that a picture may have to fit, given the sizes of its ordinary and its smallest text.
    pub(crate) fn room(&self, [ordinary, smallest]: [f64; 2]) -> [f64; 2] {
        let scale = self.font_size.map_or((self.smallest / smallest).min(1.0), |font| font / ordinary);
        self.size.map(|length| length / scale)
    }
}

/// Every named page: the width of a README on GitHub, a column of a paper, the text of a page, and a slide.
pub const PAGES: &[Page] = &[
    Page::README,
    Page::paper("column", 84.0, 230.0),
    Page::paper("a4", 160.0, 247.0),
    Page::paper("letter", 165.0, 229.0),
    Page::screen("slide", 1280.0, 720.0),
];

/// `830x600`, `830x600px`, `160x247mm`, `5x3in`.
fn measured(text: &str) -> Option<Page> {
    let (width, height) = text.split_once(['x', '×'])?;
    let (height, unit) = length(height)?;
    // The unit of the height is that of both.
    let suffix = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'x' | '×'));
    let (width, _) = length(&format!("{width}{suffix}"))?;
    let page = match unit {
        Unit::Pixel => Page::screen("page", width, height),
        Unit::Millimetre => Page::paper("page", width / MILLIMETRE, height / MILLIMETRE),
    };
    page.size.iter().all(|length| SIZES.contains(length)).then_some(page)
}

/// `84mm`, `3.3in`, `240pt`, `8cm`, `600px` or `600`: a positive length in pixels.
fn length(text: &str) -> Option<(f64, Unit)> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text[..text.len() - unit.len()].parse().ok()?;
    let (pixels, unit) = match unit {
        "" | "px" => (1.0, Unit::Pixel),
        "mm" => (MILLIMETRE, Unit::Millimetre),
        "cm" => (10.0 * MILLIMETRE, Unit::Millimetre),
        "in" => (INCH, Unit::Millimetre),
        "pt" => (POINT, Unit::Millimetre),
        _ => return None,
    };
    (number > 0.0).then_some((number * pixels, unit))
}

impl Unit {
    /// A length in pixels, in this unit.
    pub(crate) fn of_pixels(self, pixels: f64) -> f64 {
        match self {
            Self::Pixel => pixels,
            Self::Millimetre => pixels / MILLIMETRE,
        }
    }
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
        assert_eq!(size("720×360pt"), Ok([960.0, 480.0]));
        for wrong in ["", "x", "a5", "0x10", "10x10mm10", "1e9x1e9", "100", "3x3", "-300x200", "300x200em", "3mmx5mm"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_width_alone_has_no_height() {
        let page = Page::of_width("127mm", None).expect("a width");
        assert_eq!((page.size[0].round(), page.size[1], page.unit), (480.0, f64::INFINITY, Unit::Millimetre));
        let slide = Page::parse("slide").ok();
        assert_eq!(Page::of_width("600", slide).map(|page| page.size), Ok([600.0, 720.0]));
        for wrong in ["", "mm", "0mm", "-5mm", "1mm", "9e9", "5 mm", "84furlongs"] {
            assert!(Page::of_width(wrong, None).is_err(), "{wrong}");
        }
        assert!(Page::README.with_font_size("8pt").is_ok_and(|page| page.font_size == Some(8.0 / 72.0 * 96.0)));
        assert!(Page::README.with_font_size("0.1px").is_err());
    }

    #[test]
    fn a_picture_is_reduced_as_far_as_text_stays_readable() {
        let page = Page::screen("page", 900.0, 90.0);
        let room = |page: Page, text: f64| page.room([14.0, text]).map(|length| format!("{length:.0}"));
        assert_eq!(room(page, 12.0), ["1200", "120"]);
        assert_eq!(room(page, 6.0), ["900", "90"]);
        assert_eq!(page.shown([450.0, 45.0], [14.0, 12.0]), (1.0, true));
        assert_eq!(page.shown([1200.0, 90.0], [14.0, 12.0]), (0.75, true));
        assert_eq!(page.shown([1800.0, 90.0], [14.0, 12.0]), (0.5, false));
        let page = Page { font_size: Some(7.0), ..page };
        assert_eq!(room(page, 12.0), ["1800", "180"]);
        assert_eq!(page.shown([450.0, 45.0], [14.0, 12.0]), (0.5, true));
        assert_eq!(page.shown([3600.0, 45.0], [14.0, 12.0]), (0.25, false));
    }
}
