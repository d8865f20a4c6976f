//! The built-in themes.
#![allow(clippy::unreadable_literal, reason = "colours are written as in CSS")]

use std::collections::BTreeMap;

use super::{Paint, Theme};
use netviz_model::category::{Category, Hue};

/// A built-in theme.
#[non_exhaustive]
pub struct Preset {
    /// Name on the command line and in the `base` of a theme file.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// The theme.
    pub theme: fn() -> Theme,
}

/// Every theme, in the order of the documentation.
pub const THEMES: &[Preset] = &[
    Preset { name: "classic", doc: "ann-visualizer's colours on white", theme: Theme::classic },
    Preset { name: "light", doc: "calm colours on white", theme: Theme::light },
    Preset { name: "dark", doc: "light colours on a dark background", theme: Theme::dark },
    Preset { name: "auto", doc: "light or dark, following the reader's system", theme: Theme::auto },
    Preset { name: "print", doc: "black, white and greys", theme: Theme::print },
    Preset { name: "colorblind", doc: "Okabe and Ito's colours", theme: Theme::colorblind },
];

/// The theme called `name`.
pub fn find(name: &str) -> Option<Theme> {
    THEMES.iter().find(|preset| preset.name == name).map(|preset| (preset.theme)())
}

/// The colours of the categories from the RGB values of the [`Hue`]s, in the order of their declaration.
fn hues(numbers: [u32; Hue::COUNT]) -> [Paint; Category::ALL.len()] {
    Category::ALL.map(|category| Paint::rgb(numbers[category.hue() as usize]))
}

impl Theme {
    /// ann-visualizer's colours on white.
    pub fn classic() -> Self {
        Self {
            background: Paint::rgb(0xffffff),
            text: Paint::rgb(0x1f2933),
            muted: Paint::rgb(0x5b6770),
            surface: Paint::rgb(0xffffff),
            outline: Paint::rgb(0xb8c0c8),
            border: Paint::rgb(0x1f2933),
            input: Paint::rgb(0x2ecc71),
            hidden: Paint::rgb(0x3498db),
            output: Paint::rgb(0xe74c3c),
            gray_from: Paint::rgb(0x000000),
            gray_to: Paint::rgb(0x595959),
            color_from: Paint::rgb(0xe74c3c),
            color_to: Paint::rgb(0x3498db),
            edge: Paint::rgb(0x707070),
            positive: Paint::rgb(0x1f6fc4),
            negative: Paint::rgb(0xd04a1e),
            added: Paint::rgb(0x1a7f37),
            removed: Paint::rgb(0xcf222e),
            changed: Paint::rgb(0x9a6700),
            moved: Paint::rgb(0x0969da),
            run_1: Paint::rgb(0x4558e9),
            run_2: Paint::rgb(0xdf7204),
            run_3: Paint::rgb(0x024b60),
            run_4: Paint::rgb(0x8a0315),
            run_5: Paint::rgb(0x2f95d4),
            run_6: Paint::rgb(0xa55f7f),
            run_7: Paint::rgb(0xce1903),
            run_8: Paint::rgb(0x620baa),
            categories: hues([
                0x1f59ea, 0x5faad0, 0x8e44ad, 0x7a5c3e, 0xf39c12, 0x00b894, 0x2c3e50, 0xc23a73, 0xb7950b,
            ]),
            edge_opacity: 0.75,
            edge_width: 0.75,
            link_width: 1.5,
            border_width: 0.0,
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
            dash_negative: false,
            neurons: BTreeMap::new(),
            layers: Vec::new(),
            notes: Vec::new(),
            branches: Vec::new(),
        }
    }

    /// Calm colours on white.
    pub fn light() -> Self {
        Self {
            background: Paint::rgb(0xffffff),
            text: Paint::rgb(0x1f2328),
            muted: Paint::rgb(0x59636e),
            surface: Paint::rgb(0xf6f8fa),
            outline: Paint::rgb(0xc4ccd5),
            input: Paint::rgb(0x1f883d),
            hidden: Paint::rgb(0x2f6fde),
            output: Paint::rgb(0xcf222e),
            gray_from: Paint::rgb(0x24292f),
            gray_to: Paint::rgb(0x59636e),
            color_from: Paint::rgb(0xcf222e),
            color_to: Paint::rgb(0x2f6fde),
            edge: Paint::rgb(0x6e7781),
            positive: Paint::rgb(0x0b62c4),
            negative: Paint::rgb(0xc84a10),
            categories: hues([
                0x1b4fc4, 0x2f9ac8, 0x8250df, 0x8a6340, 0xb35900, 0x0a8064, 0x57606a, 0xbf3989, 0x8a7500,
            ]),
            edge_opacity: 0.6,
            ..Self::classic()
        }
    }

    /// Light colours on a dark background.
    pub fn dark() -> Self {
        Self {
            background: Paint::rgb(0x0d1117),
            text: Paint::rgb(0xe6edf3),
            muted: Paint::rgb(0x9da7b1),
            surface: Paint::rgb(0x161b22),
            outline: Paint::rgb(0x4a535e),
            border: Paint::rgb(0xe6edf3),
            input: Paint::rgb(0x3fb950),
            hidden: Paint::rgb(0x58a6ff),
            output: Paint::rgb(0xff7b72),
            gray_from: Paint::rgb(0x8b949e),
            gray_to: Paint::rgb(0xc9d1d9),
            color_from: Paint::rgb(0xff7b72),
            color_to: Paint::rgb(0x58a6ff),
            edge: Paint::rgb(0x9aa4af),
            positive: Paint::rgb(0x58a6ff),
            negative: Paint::rgb(0xff8a5c),
            added: Paint::rgb(0x3fb950),
            removed: Paint::rgb(0xff7b72),
            changed: Paint::rgb(0xe3b341),
            moved: Paint::rgb(0x58a6ff),
            run_1: Paint::rgb(0x4c65f3),
            run_2: Paint::rgb(0xff7e00),
            run_3: Paint::rgb(0x08f3fb),
            run_4: Paint::rgb(0xffd26f),
            run_5: Paint::rgb(0x16b0ff),
            run_6: Paint::rgb(0xc085a3),
            run_7: Paint::rgb(0xce290a),
            run_8: Paint::rgb(0x7f5588),
            categories: hues([
                0x4584f5, 0x8adcf5, 0xbc8cff, 0xd2a679, 0xf0883e, 0x3ecfa8, 0xa5b0bd, 0xf778ba, 0xe3c94f,
            ]),
            edge_opacity: 0.6,
            ..Self::classic()
        }
    }

    /// [`Self::light`] on a light page and [`Self::dark`] on a dark one.
    pub fn auto() -> Self {
        Self::light().with_dark(&Self::dark())
    }

    /// Black, white and greys.
    pub fn print() -> Self {
        Self {
            text: Paint::rgb(0x000000),
            muted: Paint::rgb(0x3a3a3a),
            outline: Paint::rgb(0x707070),
            border: Paint::rgb(0x000000),
            input: Paint::rgb(0xffffff),
            hidden: Paint::rgb(0xc8c8c8),
            output: Paint::rgb(0x505050),
            gray_from: Paint::rgb(0x000000),
            gray_to: Paint::rgb(0x595959),
            color_from: Paint::rgb(0x000000),
            color_to: Paint::rgb(0x595959),
            edge: Paint::rgb(0x404040),
            positive: Paint::rgb(0x000000),
            negative: Paint::rgb(0x6a6a6a),
            added: Paint::rgb(0x000000),
            removed: Paint::rgb(0x6e6e6e),
            changed: Paint::rgb(0x303030),
            moved: Paint::rgb(0x505050),
            run_1: Paint::rgb(0x000000),
            run_2: Paint::rgb(0x8c8c8c),
            run_3: Paint::rgb(0x4a4a4a),
            run_4: Paint::rgb(0x6e6e6e),
            run_5: Paint::rgb(0x000000),
            run_6: Paint::rgb(0x8c8c8c),
            run_7: Paint::rgb(0x4a4a4a),
            run_8: Paint::rgb(0x6e6e6e),
            categories: hues([
                0xc8c8c8, 0xe6e6e6, 0x9c9c9c, 0xf4f4f4, 0xd8d8d8, 0xb0b0b0, 0x505050, 0xffffff, 0xe0e0e0,
            ]),
            border_width: 1.0,
            dash_negative: true,
            edge_opacity: 0.7,
            ..Self::classic()
        }
    }

    /// Okabe and Ito's colours, which can be told apart with any kind of colour vision (jfly.uni-koeln.de/color, 2008).
    pub fn colorblind() -> Self {
        Self {
            input: Paint::rgb(0x009e73),
            hidden: Paint::rgb(0x56b4e9),
            output: Paint::rgb(0xd55e00),
            gray_from: Paint::rgb(0x000000),
            gray_to: Paint::rgb(0x595959),
            color_from: Paint::rgb(0x9a4400),
            color_to: Paint::rgb(0x0072b2),
            positive: Paint::rgb(0x0072b2),
            negative: Paint::rgb(0xd55e00),
            added: Paint::rgb(0x007a5a),
            removed: Paint::rgb(0xd55e00),
            changed: Paint::rgb(0x0072b2),
            moved: Paint::rgb(0xa6377e),
            categories: hues([
                0x56b4e9, 0x0072b2, 0xcc79a7, 0xe69f00, 0xf0e442, 0x009e73, 0x595959, 0xd55e00, 0x000000,
            ]),
            border_width: 1.0,
            dash_negative: true,
            ..Self::classic()
        }
    }
}
