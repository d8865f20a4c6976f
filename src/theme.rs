//! Every colour, spacing and font size of a picture.

use crate::layer::Category;

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

/// The least contrast of text of any size (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

impl Color {
    const WHITE: Self = Self(0xff, 0xff, 0xff);
    const BLACK: Self = Self(0, 0, 0);

    /// `#2ecc71`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance, from 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The colour on the way to another, from 0 to 255.
    fn toward(self, other: Self, share: u8) -> Self {
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

/// The look of a picture. Lengths are in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Behind everything.
    pub background: Color,
    /// Titles and captions.
    pub text: Color,
    /// Text of less weight.
    pub muted: Color,
    /// Neurons of the input.
    pub input: Color,
    /// Neurons in between.
    pub hidden: Color,
    /// Neurons of the result.
    pub output: Color,
    /// Connections.
    pub edge: Color,
    /// How much of a connection between neurons is seen, from 0 to 1.
    pub edge_opacity: f64,
    /// Width of a connection between neurons.
    pub edge_width: f64,
    /// Width of a connection between layers.
    pub link_width: f64,
    /// Radius of a neuron.
    pub neuron_radius: f64,
    /// Distance between the centres of neighbouring neurons.
    pub neuron_pitch: f64,
    /// Distance between two rows of neurons.
    pub dense_gap: f64,
    /// Distance between other rows.
    pub rank_gap: f64,
    /// Distance between a row of neurons and another row.
    pub fan_gap: f64,
    /// The least slope of a connection between neurons.
    pub fan_slope: f64,
    /// Distance between what stands side by side.
    pub node_gap: f64,
    /// Room round the whole picture.
    pub margin: f64,
    /// Size of the title.
    pub title_size: f64,
    /// Size of a layer's name.
    pub name_size: f64,
    /// Size of other text.
    pub text_size: f64,
}

impl Theme {
    /// ann-visualizer's colours on white.
    pub const fn classic() -> Self {
        Self {
            background: Color(0xff, 0xff, 0xff),
            text: Color(0x1f, 0x29, 0x33),
            muted: Color(0x5b, 0x67, 0x70),
            input: Color(0x2e, 0xcc, 0x71),
            hidden: Color(0x34, 0x98, 0xdb),
            output: Color(0xe7, 0x4c, 0x3c),
            edge: Color(0x70, 0x70, 0x70),
            edge_opacity: 0.75,
            edge_width: 0.75,
            link_width: 1.5,
            neuron_radius: 15.0,
            neuron_pitch: 62.0,
            dense_gap: 124.0,
            rank_gap: 36.0,
            fan_gap: 84.0,
            fan_slope: 0.2,
            node_gap: 44.0,
            margin: 28.0,
            title_size: 20.0,
            name_size: 14.0,
            text_size: 12.0,
        }
    }

    /// The fill of a layer's glyph.
    pub fn category(&self, category: Category) -> Color {
        match category {
            Category::Dense => self.hidden,
            Category::Convolution => Color(0x5f, 0xaa, 0xd0),
            Category::Pooling => Color(0x8e, 0x44, 0xad),
            Category::Normalization => Color(0x7a, 0x5c, 0x3e),
            Category::Regularization => Color(0xf3, 0x9c, 0x12),
            Category::Activation => Color(0x00, 0xb8, 0x94),
            Category::Shape => Color(0x2c, 0x3e, 0x50),
            Category::Merge => Color(0xc2, 0x3a, 0x73),
        }
    }

    /// The fill of an image with this many channels, from its left edge to its right.
    pub fn image(&self, channels: usize) -> [Color; 2] {
        match channels {
            1 => [Color::BLACK, Color(0x59, 0x59, 0x59)],
            3 => [self.output, self.hidden],
            _ => [self.input; 2],
        }
    }

    /// Text on a fill that goes from one colour to another: white, the text colour or black, the first of
    /// them that is readable everywhere on it.
    pub fn text_on(&self, [left, right]: [Color; 2]) -> Color {
        let least = |text: Color| {
            let fills = (0..=u8::MAX).step_by(15).map(|share| left.toward(right, share));
            fills.map(|fill| fill.contrast(text)).fold(f64::INFINITY, f64::min)
        };
        let choices = [Color::WHITE, self.text, Color::BLACK];
        let readable = choices.into_iter().find(|&text| least(text) >= READABLE);
        let best = || choices.into_iter().max_by(|&a, &b| least(a).total_cmp(&least(b)));
        readable.or_else(best).unwrap_or(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATEGORIES: [Category; 8] = [
        Category::Dense,
        Category::Convolution,
        Category::Pooling,
        Category::Normalization,
        Category::Regularization,
        Category::Activation,
        Category::Shape,
        Category::Merge,
    ];

    #[test]
    fn all_text_is_readable() {
        let theme = Theme::classic();
        for text in [theme.text, theme.muted] {
            assert!(text.contrast(theme.background) >= READABLE);
        }
        // Graphviz writes on a convolution's own colour.
        let categories = CATEGORIES.map(|category| [theme.category(category); 2]);
        let images = [1, 2, 3, 4].map(|channels| theme.image(channels));
        for fill in categories.into_iter().chain(images) {
            let text = theme.text_on(fill);
            for share in 0..=u8::MAX {
                let under = fill[0].toward(fill[1], share);
                assert!(text.contrast(under) >= READABLE, "{text:?} on {under:?}");
            }
        }
        assert!(theme.text.contrast(theme.category(Category::Convolution)) >= READABLE);
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let (black, white) = (Color(0, 0, 0), Color(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        // The grey that is just readable on white.
        assert!((Color(0x76, 0x76, 0x76).contrast(white) - 4.54).abs() < 0.01);
    }
}
