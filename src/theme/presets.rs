//! The themes that come with netviz.

use super::{Paint, Theme};

/// A theme by its name.
pub struct Preset {
    /// The name on the command line and in a theme file's `base`.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// The theme.
    pub theme: fn() -> Theme,
}

/// Every theme, in the order of the documentation.
pub const THEMES: &[Preset] = &[
    Preset { name: "classic", doc: "ann-visualizer's colours on white", theme: Theme::classic },
    Preset { name: "light", doc: "calm colours on white", theme: Theme::light },
    Preset { name: "dark", doc: "light on a dark page", theme: Theme::dark },
    Preset { name: "auto", doc: "light or dark, as the reader's system has it", theme: Theme::auto },
    Preset { name: "print", doc: "black, white and greys", theme: Theme::print },
    Preset { name: "colorblind", doc: "Okabe and Ito's colours", theme: Theme::colorblind },
];

/// The theme called `name`.
pub fn find(name: &str) -> Option<Theme> {
    THEMES.iter().find(|preset| preset.name == name).map(|preset| (preset.theme)())
}

/// In the order of [`Category::ALL`](crate::layer::Category::ALL).
const fn paints<const N: usize>(numbers: [u32; N]) -> [Paint; N] {
    let mut paints = [Paint::rgb(0); N];
    let mut index = 0;
    while index < N {
        paints[index] = Paint::rgb(numbers[index]);
        index += 1;
    }
    paints
}

impl Theme {
    /// ann-visualizer's colours on white.
    pub const fn classic() -> Self {
        Self {
            background: Paint::rgb(0xff_ff_ff),
            text: Paint::rgb(0x1f_29_33),
            muted: Paint::rgb(0x5b_67_70),
            surface: Paint::rgb(0xff_ff_ff),
            outline: Paint::rgb(0xb8_c0_c8),
            border: Paint::rgb(0x1f_29_33),
            input: Paint::rgb(0x2e_cc_71),
            hidden: Paint::rgb(0x34_98_db),
            output: Paint::rgb(0xe7_4c_3c),
            gray_from: Paint::rgb(0x00_00_00),
            gray_to: Paint::rgb(0x59_59_59),
            color_from: Paint::rgb(0xe7_4c_3c),
            color_to: Paint::rgb(0x34_98_db),
            edge: Paint::rgb(0x70_70_70),
            positive: Paint::rgb(0x1f_6f_c4),
            negative: Paint::rgb(0xd0_4a_1e),
            categories: paints([
                0x34_98_db, 0x5f_aa_d0, 0x8e_44_ad, 0x7a_5c_3e, 0xf3_9c_12, 0x00_b8_94, 0x2c_3e_50, 0xc2_3a_73,
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
        }
    }

    /// Calm colours on white.
    pub const fn light() -> Self {
        Self {
            background: Paint::rgb(0xff_ff_ff),
            text: Paint::rgb(0x1f_23_28),
            muted: Paint::rgb(0x59_63_6e),
            surface: Paint::rgb(0xf6_f8_fa),
            outline: Paint::rgb(0xc4_cc_d5),
            input: Paint::rgb(0x1f_88_3d),
            hidden: Paint::rgb(0x2f_6f_de),
            output: Paint::rgb(0xcf_22_2e),
            gray_from: Paint::rgb(0x24_29_2f),
            gray_to: Paint::rgb(0x59_63_6e),
            color_from: Paint::rgb(0xcf_22_2e),
            color_to: Paint::rgb(0x2f_6f_de),
            edge: Paint::rgb(0x6e_77_81),
            positive: Paint::rgb(0x0b_62_c4),
            negative: Paint::rgb(0xc8_4a_10),
            categories: paints([
                0x2f_6f_de, 0x1b_7f_a6, 0x82_50_df, 0x8a_63_40, 0xb3_59_00, 0x0a_80_64, 0x57_60_6a, 0xbf_39_89,
            ]),
            edge_opacity: 0.6,
            ..Self::classic()
        }
    }

    /// Light on a dark page.
    pub const fn dark() -> Self {
        Self {
            background: Paint::rgb(0x0d_11_17),
            text: Paint::rgb(0xe6_ed_f3),
            muted: Paint::rgb(0x9d_a7_b1),
            surface: Paint::rgb(0x16_1b_22),
            outline: Paint::rgb(0x4a_53_5e),
            border: Paint::rgb(0xe6_ed_f3),
            input: Paint::rgb(0x3f_b9_50),
            hidden: Paint::rgb(0x58_a6_ff),
            output: Paint::rgb(0xff_7b_72),
            gray_from: Paint::rgb(0x8b_94_9e),
            gray_to: Paint::rgb(0xc9_d1_d9),
            color_from: Paint::rgb(0xff_7b_72),
            color_to: Paint::rgb(0x58_a6_ff),
            edge: Paint::rgb(0x9a_a4_af),
            positive: Paint::rgb(0x58_a6_ff),
            negative: Paint::rgb(0xff_8a_5c),
            categories: paints([
                0x58_a6_ff, 0x56_c2_e6, 0xbc_8c_ff, 0xd2_a6_79, 0xf0_88_3e, 0x3e_cf_a8, 0xa5_b0_bd, 0xf7_78_ba,
            ]),
            edge_opacity: 0.6,
            ..Self::classic()
        }
    }

    /// As [`Self::light`] on a light page and as [`Self::dark`] on a dark one.
    pub fn auto() -> Self {
        let (light, dark) = (Self::light(), Self::dark());
        let both = |light: Paint, dark: Paint| Paint { light: light.light, dark: dark.light };
        Self {
            background: both(light.background, dark.background),
            text: both(light.text, dark.text),
            muted: both(light.muted, dark.muted),
            surface: both(light.surface, dark.surface),
            outline: both(light.outline, dark.outline),
            border: both(light.border, dark.border),
            input: both(light.input, dark.input),
            hidden: both(light.hidden, dark.hidden),
            output: both(light.output, dark.output),
            gray_from: both(light.gray_from, dark.gray_from),
            gray_to: both(light.gray_to, dark.gray_to),
            color_from: both(light.color_from, dark.color_from),
            color_to: both(light.color_to, dark.color_to),
            edge: both(light.edge, dark.edge),
            positive: both(light.positive, dark.positive),
            negative: both(light.negative, dark.negative),
            categories: std::array::from_fn(|index| both(light.categories[index], dark.categories[index])),
            ..light
        }
    }

    /// Black, white and greys.
    pub const fn print() -> Self {
        Self {
            text: Paint::rgb(0x00_00_00),
            muted: Paint::rgb(0x3a_3a_3a),
            outline: Paint::rgb(0x70_70_70),
            border: Paint::rgb(0x00_00_00),
            input: Paint::rgb(0xff_ff_ff),
            hidden: Paint::rgb(0xc8_c8_c8),
            output: Paint::rgb(0x50_50_50),
            gray_from: Paint::rgb(0x00_00_00),
            gray_to: Paint::rgb(0x59_59_59),
            color_from: Paint::rgb(0x00_00_00),
            color_to: Paint::rgb(0x59_59_59),
            edge: Paint::rgb(0x40_40_40),
            positive: Paint::rgb(0x00_00_00),
            negative: Paint::rgb(0x8c_8c_8c),
            categories: paints([
                0xc8_c8_c8, 0xe6_e6_e6, 0x9c_9c_9c, 0xf4_f4_f4, 0xd8_d8_d8, 0xb0_b0_b0, 0x50_50_50, 0xff_ff_ff,
            ]),
            border_width: 1.0,
            edge_opacity: 0.7,
            ..Self::classic()
        }
    }

    /// Okabe and Ito's colours, which all kinds of sight tell apart (jfly.uni-koeln.de/color, 2008).
    pub const fn colorblind() -> Self {
        Self {
            input: Paint::rgb(0x00_9e_73),
            hidden: Paint::rgb(0x56_b4_e9),
            output: Paint::rgb(0xd5_5e_00),
            gray_from: Paint::rgb(0x00_00_00),
            gray_to: Paint::rgb(0x59_59_59),
            color_from: Paint::rgb(0x9a_44_00),
            color_to: Paint::rgb(0x00_72_b2),
            positive: Paint::rgb(0x00_72_b2),
            negative: Paint::rgb(0xd5_5e_00),
            categories: paints([
                0x56_b4_e9, 0x00_72_b2, 0xcc_79_a7, 0xe6_9f_00, 0xf0_e4_42, 0x00_9e_73, 0x59_59_59, 0xd5_5e_00,
            ]),
            border_width: 1.0,
            ..Self::classic()
        }
    }
}
