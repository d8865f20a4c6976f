//! Colours, and how well one is seen on another.

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// White.
    pub const WHITE: Self = Self(0xff, 0xff, 0xff);
    /// Black.
    pub const BLACK: Self = Self(0, 0, 0);

    /// A colour by its number: `0x2e_cc_71`.
    pub const fn rgb(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self(red, green, blue)
    }

    /// `#2ecc71`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The colour that is written `#2ecc71` or `#fff`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        let digits = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        u32::from_str_radix(&digits, 16).ok().map(Self::rgb)
    }

    /// Relative luminance, from 0 to 1 (WCAG 2.2).
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The colour on the way to another, from 0 to 255.
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

/// A colour on a light page and on a dark one; the same on both unless the theme follows the reader's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Paint {
    /// On a light page.
    pub light: Color,
    /// On a dark page.
    pub dark: Color,
}

impl Paint {
    /// A colour by its number, the same everywhere.
    pub const fn rgb(number: u32) -> Self {
        Self::plain(Color::rgb(number))
    }

    /// The same colour everywhere.
    pub const fn plain(color: Color) -> Self {
        Self { light: color, dark: color }
    }

    /// Whether it depends on the reader's choice.
    pub fn is_adaptive(self) -> bool {
        self.light != self.dark
    }

    /// The paint on the way to another, from 0 to 255.
    #[must_use]
    pub fn toward(self, other: Self, share: u8) -> Self {
        Self { light: self.light.toward(other.light, share), dark: self.dark.toward(other.dark, share) }
    }

    /// The lesser of its contrasts with another paint on a light and on a dark page.
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
        // The grey that is just readable on white.
        assert!((Color(0x76, 0x76, 0x76).contrast(Color::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn colours_are_written_as_in_css() {
        assert_eq!(["#2ecc71", "#FFF", "#2ecc7", "2ecc71", "#ggg", "", "#é12"].map(Color::parse), {
            let green = Some(Color(0x2e, 0xcc, 0x71));
            [green, Some(Color::WHITE), None, None, None, None, None]
        });
        assert_eq!(Color::rgb(0x2e_cc_71).hex(), "#2ecc71");
    }
}
