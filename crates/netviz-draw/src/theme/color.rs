//! Colours and their contrast.

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// White.
    pub const WHITE: Self = Self(0xff, 0xff, 0xff);
    /// Black.
    pub const BLACK: Self = Self(0, 0, 0);

    /// The colour with this 24-bit RGB value: `0x2e_cc_71`.
    pub const fn rgb(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self(red, green, blue)
    }

    /// CSS hexadecimal notation: `#2ecc71`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// A CSS colour and its opacity from 0 to 255: `#fff`, `#2ecc71`, `#2ecc7180`, `teal`, `rgb(46, 204, 113)`,
    /// `rgb(46 204 113 / 50%)`, `hsl(145, 63%, 49%)`; `None` for anything else.
    ///
    /// Source: CSS Color Module Level 4, limited to sRGB.
    pub fn parse(text: &str) -> Option<(Self, u8)> {
        // `svgtypes` does not parse a percentage after the slash.
        if let Some((color, percentage)) = text.strip_suffix("%)").and_then(|text| text.rsplit_once('/')) {
            let share = percentage.trim().parse::<f64>().ok().filter(|share| (0.0..=100.0).contains(share))?;
            return Self::parse(&format!("{} / {})", color.trim_end(), share / 100.0));
        }
        // `svgtypes` has the colour names of CSS 3; level 4 adds this one.
        if text.eq_ignore_ascii_case("rebeccapurple") {
            return Some((Self(0x66, 0x33, 0x99), u8::MAX));
        }
        let parsed: svgtypes::Color = text.parse().ok()?;
        Some((Self(parsed.red, parsed.green, parsed.blue), parsed.alpha))
    }

    /// Relative luminance, from 0 to 1 (WCAG 2.2).
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Interpolation towards another colour; `share` is from 0 to 255.
    #[must_use]
    pub fn toward(self, other: Self, share: u8) -> Self {
        let channel = |from: u8, to: u8| {
            let sum = u16::from(from) * u16::from(255 - share) + u16::from(to) * u16::from(share);
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        Self(channel(self.0, other.0), channel(self.1, other.1), channel(self.2, other.2))
    }

    /// Contrast with another colour, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// A colour on a light page and on a dark one; both are the same unless the theme follows the reader's setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Paint {
    /// On a light page.
    pub light: Color,
    /// On a dark page.
    pub dark: Color,
}

impl Paint {
    /// The colour with this 24-bit RGB value, on both pages.
    pub const fn rgb(number: u32) -> Self {
        Self::plain(Color::rgb(number))
    }

    /// The same colour on both pages.
    pub const fn plain(color: Color) -> Self {
        Self { light: color, dark: color }
    }

    /// Whether the two colours differ.
    pub fn is_adaptive(self) -> bool {
        self.light != self.dark
    }

    /// Interpolation towards another paint; `share` is from 0 to 255.
    #[must_use]
    pub fn toward(self, other: Self, share: u8) -> Self {
        Self { light: self.light.toward(other.light, share), dark: self.dark.toward(other.dark, share) }
    }

    /// Contrast with another paint: the smaller of those on a light and on a dark page.
    pub fn contrast(self, other: Self) -> f64 {
        self.light.contrast(other.light).min(self.dark.contrast(other.dark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((Color::BLACK.contrast(Color::WHITE) - 21.0).abs() < 1e-9);
        // The lightest grey that is readable on white.
        assert!((Color(0x76, 0x76, 0x76).contrast(Color::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn colours_are_written_as_in_css() {
        let green = Some((Color(0x2e, 0xcc, 0x71), 255));
        for text in ["#2ecc71", "#2ECC71ff", "rgb(46, 204, 113)", "RGB(46 204 113)", "rgba(46,204,113,1)"] {
            assert_eq!(Color::parse(text), green, "{text}");
        }
        assert_eq!(["white", "#FFF", "#ffff", "hsl(0, 0%, 100%)"].map(Color::parse), [Some((Color::WHITE, 255)); 4]);
        let half = Some((Color::BLACK, 128));
        for text in ["#00000080", "rgba(0, 0, 0, 0.5)", "rgb(0 0 0 / 50%)", "rgb(0 0 0/0.5)", "hsl(0 0% 0% / 50%)"] {
            assert_eq!(Color::parse(text), half, "{text}");
        }
        for text in ["#2ecc7", "2ecc71", "#ggg", "", "#é12", "rgb(1, 2)", "rgb(1 2 3", "reddish", "rgb(0 0 0 / 500%)"]
        {
            assert_eq!(Color::parse(text), None, "{text}");
        }
        assert_eq!(Color::rgb(0x2e_cc_71).hex(), "#2ecc71");
    }
}
