//! Every colour, spacing and font size of a picture.

mod color;
mod file;
mod presets;
mod rule;

pub use color::{Color, Paint};
pub use presets::{Preset, THEMES, find};
pub use rule::{Note, Rule};

use std::collections::{BTreeMap, HashMap};

use crate::label::Template;
use crate::properties::LayerProperties;
use netviz_model::graph::Mark;
use netviz_model::layer::Category;

/// Minimum contrast of text of any size (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;
/// Minimum contrast of graphics (WCAG 2.2, 1.4.11).
pub const VISIBLE: f64 = 3.0;
/// Minimum contrast at which a fill can be told from its background.
const SEEN: f64 = 1.25;

/// Field of the theme that a key of a theme file sets.
pub(crate) enum Slot {
    Color(fn(&mut Theme) -> &mut Paint),
    /// With the minimum and the maximum.
    Length(fn(&mut Theme) -> &mut f64, [f64; 2]),
    Flag(fn(&mut Theme) -> &mut bool),
}

/// Declares the theme's fields once: the struct, and the keys of a theme file.
macro_rules! theme {
    (
        colors { $( $(#[doc = $color_doc:literal])+ $color:ident ),* $(,)? }
        lengths { $( $(#[doc = $length_doc:literal])+ $length:ident : $least:literal ..= $most:literal ),* $(,)? }
        flags { $( $(#[doc = $flag_doc:literal])+ $flag:ident ),* $(,)? }
    ) => {
        /// Colours, spacings and font sizes of a picture. Lengths are in pixels.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Theme {
            $( $(#[doc = $color_doc])+ pub $color: Paint, )*
            /// Fill colour of the layers of each category, in the order of [`Category::ALL`].
            pub categories: [Paint; Category::ALL.len()],
            $( $(#[doc = $length_doc])+ pub $length: f64, )*
            $( $(#[doc = $flag_doc])+ pub $flag: bool, )*
            /// Number of neurons to draw for individual layers, by layer name.
            pub neurons: BTreeMap<String, usize>,
            /// Colours and texts of single layers; of those that match, the last one counts.
            pub layers: Vec<Rule>,
            /// Texts over ranges of layers.
            pub notes: Vec<Note>,
            /// Names of layers in branches that stand in this order, from left to right or from top to bottom.
            pub branches: Vec<Vec<String>>,
        }

        impl Theme {
            /// Uses this theme on light pages, and the colours of another theme on dark ones.
            fn with_dark(self, dark: &Self) -> Self {
                let both = |light: Paint, dark: Paint| Paint { light: light.light, dark: dark.light };
                let categories = |index: usize| both(self.categories[index], dark.categories[index]);
                Self {
                    $( $color: both(self.$color, dark.$color), )*
                    categories: std::array::from_fn(categories),
                    ..self
                }
            }

            /// The keys of a theme file that are colours, lengths and flags, with their documentation.
            pub(crate) const KEYS: &'static [(&'static str, &'static str, Slot)] = &[
                $( (stringify!($color), concat!($($color_doc),+), Slot::Color(|theme| &mut theme.$color)), )*
                $( (
                    stringify!($length),
                    concat!($($length_doc),+),
                    Slot::Length(|theme| &mut theme.$length, [$least, $most]),
                ), )*
                $( (stringify!($flag), concat!($($flag_doc),+), Slot::Flag(|theme| &mut theme.$flag)), )*
            ];
        }
    };
}

theme! {
    colors {
        /// Background.
        background,
        /// Titles and captions.
        text,
        /// Secondary text.
        muted,
        /// Fill of boxes.
        surface,
        /// Outline of boxes, frames and legends.
        outline,
        /// Border of neurons and glyphs, if `border_width` is above 0 or the fill is invisible on the background.
        border,
        /// Neurons of the input layer.
        input,
        /// Neurons of hidden layers.
        hidden,
        /// Neurons of the output layer.
        output,
        /// Left edge of a greyscale image.
        gray_from,
        /// Right edge of a greyscale image.
        gray_to,
        /// Left edge of a colour image.
        color_from,
        /// Right edge of a colour image.
        color_to,
        /// Connections.
        edge,
        /// Connections with a positive weight.
        positive,
        /// Connections with a negative weight.
        negative,
        /// Layers that only the second of two compared networks has.
        added,
        /// Layers that only the first of two compared networks has.
        removed,
        /// Layers that differ between two compared networks.
        changed,
        /// Layers in other places in two compared networks.
        moved,
        /// Curve of the first run in a comparison.
        run_1,
        /// Curve of the second run in a comparison.
        run_2,
        /// Curve of the third run in a comparison.
        run_3,
        /// Curve of the fourth run in a comparison.
        run_4,
        /// Curve of the fifth run in a comparison.
        run_5,
        /// Curve of the sixth run in a comparison.
        run_6,
        /// Curve of the seventh run in a comparison.
        run_7,
        /// Curve of the eighth run in a comparison.
        run_8,
    }
    lengths {
        /// Opacity of connections between neurons.
        edge_opacity: 0.0..=1.0,
        /// Line width of connections between neurons.
        edge_width: 0.0..=20.0,
        /// Line width of connections between layers.
        link_width: 0.0..=20.0,
        /// Border width of neurons and glyphs.
        border_width: 0.0..=20.0,
        /// Radius of a neuron.
        neuron_radius: 1.0..=200.0,
        /// Distance between the centres of adjacent neurons.
        neuron_pitch: 3.0..=1000.0,
        /// Distance between two rows of neurons.
        dense_gap: 10.0..=1000.0,
        /// Distance between two other rows.
        rank_gap: 10.0..=1000.0,
        /// Distance between a row of neurons and another row.
        fan_gap: 10.0..=1000.0,
        /// Minimum slope of connections between neurons.
        fan_slope: 0.0..=2.0,
        /// Distance between items side by side.
        node_gap: 10.0..=1000.0,
        /// Margin around the picture.
        margin: 0.0..=1000.0,
        /// Font size of the title.
        title_size: 4.0..=200.0,
        /// Font size of layer names.
        name_size: 4.0..=200.0,
        /// Font size of other text.
        text_size: 4.0..=200.0,
    }
    flags {
        /// Connections with a negative weight are dashed.
        dash_negative,
    }
}

/// A key of a theme file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Kind of its value.
    pub value: KeyValue,
}

/// Kind of the value of a key of a theme file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeyValue {
    /// A colour, or one for light and one for dark pages.
    Color,
    /// A number, with its minimum and maximum.
    Number([f64; 2]),
    /// `true` or `false`.
    Flag,
}

impl Theme {
    /// The branches among things, given each layer's name with the index of its thing.
    pub(crate) fn branches_of<'a>(&self, names: impl Iterator<Item = (&'a str, usize)>) -> Vec<Vec<usize>> {
        if self.branches.is_empty() {
            return Vec::new();
        }
        let index: HashMap<&str, usize> = names.collect();
        let list = |names: &Vec<String>| {
            let mut list: Vec<usize> = names.iter().filter_map(|name| index.get(name.as_str()).copied()).collect();
            list.dedup();
            list
        };
        self.branches.iter().map(list).filter(|list| list.len() > 1).collect()
    }

    /// The keys of a theme file that are colours, lengths and flags, in the order of the documentation.
    pub fn keys() -> impl Iterator<Item = Key> {
        Self::KEYS.iter().map(|(name, doc, slot)| {
            let value = match slot {
                Slot::Color(_) => KeyValue::Color,
                Slot::Length(_, range) => KeyValue::Number(*range),
                Slot::Flag(_) => KeyValue::Flag,
            };
            Key { name, doc: doc.trim(), value }
        })
    }

    /// Fill colour of the layers of a category.
    pub fn category(&self, category: Category) -> Paint {
        self.categories[category as usize]
    }

    /// Fill colour of a layer: that of the last rule for it, or else of its category; `None` for an input without a rule.
    pub fn layer(&self, layer: &LayerProperties) -> Option<Paint> {
        let ruled = self.layers.iter().rev().filter(|rule| rule.color.is_some()).find(|rule| rule.matches(layer));
        ruled.and_then(|rule| rule.color).or_else(|| layer.category.map(|category| self.category(category)))
    }

    /// Text of a layer: that of the last rule for it.
    pub fn label(&self, layer: &LayerProperties) -> Option<&Template> {
        let ruled = self.layers.iter().rev().filter(|rule| rule.label.is_some()).find(|rule| rule.matches(layer));
        ruled.and_then(|rule| rule.label.as_ref())
    }

    /// Colour of the border around a fill; `None` if the theme has no borders and the fill is visible without one.
    pub fn border_of(&self, fill: Paint) -> Option<Paint> {
        (self.border_width > 0.0 || fill.contrast(self.background) < SEEN).then_some(self.border)
    }

    /// Colour of a difference between two networks.
    pub fn mark(&self, mark: Mark) -> Paint {
        match mark {
            Mark::Added => self.added,
            Mark::Removed => self.removed,
            Mark::Changed => self.changed,
            Mark::Moved => self.moved,
        }
    }

    /// Number of runs that have their own colour.
    pub const RUNS: usize = 8;

    /// Colour of a run in a comparison, by its index.
    ///
    /// # Panics
    /// If `number` is not below [`Self::RUNS`].
    pub fn run(&self, number: usize) -> Paint {
        let runs: [Paint; Self::RUNS] =
            [self.run_1, self.run_2, self.run_3, self.run_4, self.run_5, self.run_6, self.run_7, self.run_8];
        runs[number]
    }

    /// Fill of an image with this many channels: the colours of its left and right edge.
    pub fn image(&self, channels: usize) -> [Paint; 2] {
        match channels {
            1 => [self.gray_from, self.gray_to],
            3 => [self.color_from, self.color_to],
            _ => [self.input; 2],
        }
    }

    /// Text colour for a fill that goes from one colour to another: the first of white, near-black and black that is
    /// readable everywhere on it.
    pub fn text_on(&self, [left, right]: [Paint; 2]) -> Paint {
        Paint { light: readable_on([left.light, right.light]), dark: readable_on([left.dark, right.dark]) }
    }
}

/// Softer than black; used if it is readable.
const INK: Color = Color::rgb(0x1f_29_33);

fn readable_on([left, right]: [Color; 2]) -> Color {
    let least = |text: Color| {
        let fills = (0..=u8::MAX).step_by(15).map(|share| left.toward(right, share));
        fills.map(|fill| fill.contrast(text)).fold(f64::INFINITY, f64::min)
    };
    let choices = [Color::WHITE, INK, Color::BLACK];
    let readable = choices.into_iter().find(|&text| least(text) >= READABLE);
    let best = || choices.into_iter().max_by(|&a, &b| least(a).total_cmp(&least(b)));
    readable.or_else(best).unwrap_or(INK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fills(theme: &Theme) -> Vec<[Paint; 2]> {
        let plain = theme.categories.iter().chain([&theme.input, &theme.hidden, &theme.output]);
        plain.map(|&fill| [fill; 2]).chain([1, 2, 3, 4].map(|channels| theme.image(channels))).collect()
    }

    #[test]
    fn all_text_is_readable_in_every_theme() {
        for Preset { name, theme, .. } in THEMES {
            let theme = theme();
            for text in [theme.text, theme.muted] {
                for under in [theme.background, theme.surface] {
                    assert!(text.contrast(under) >= READABLE, "{name}: {text:?} on {under:?}");
                }
            }
            for fill in fills(&theme) {
                let text = theme.text_on(fill);
                for share in 0..=u8::MAX {
                    let under = fill[0].toward(fill[1], share);
                    assert!(text.contrast(under) >= READABLE, "{name}: {text:?} on {under:?}");
                }
            }
        }
    }

    /// Every shape is visible on its background through its fill or its border. The fills of the classic theme are
    /// exempt, because they are ann-visualizer's colours.
    #[test]
    fn all_shapes_and_lines_are_visible() {
        for Preset { name, theme, .. } in THEMES {
            let theme = theme();
            let seen = |paint: Paint| paint.contrast(theme.background) >= VISIBLE;
            let runs = (0..Theme::RUNS).map(|number| theme.run(number));
            let marks = Mark::ALL.map(|mark| theme.mark(mark));
            for line in runs.chain([theme.edge, theme.positive, theme.negative]).chain(marks) {
                assert!(seen(line), "{name}: {line:?}");
            }
            let bordered = theme.border_width > 0.0 && seen(theme.border);
            for fill in fills(&theme).concat() {
                assert!(bordered || *name == "classic" || seen(fill), "{name}: {fill:?}");
            }
        }
    }

    /// Matrices on linear RGB that simulate colour vision: normal, then three kinds of dichromacy (Machado, Oliveira
    /// and Fernandes 2009).
    const SIGHTS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn times(matrix: [[f64; 3]; 3], [a, b, c]: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row[0] * a + row[1] * b + row[2] * c)
    }

    /// A colour in Oklab (Ottosson 2020), as seen with one kind of colour vision.
    fn seen(Color(red, green, blue): Color, sight: [[f64; 3]; 3]) -> [f64; 3] {
        let linear = [Color(red, 0, 0), Color(0, green, 0), Color(0, 0, blue)].map(Color::luminance);
        let linear = [linear[0] / 0.2126, linear[1] / 0.7152, linear[2] / 0.0722];
        let cones = times(
            [
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            times(sight, linear).map(|value| value.clamp(0.0, 1.0)),
        );
        times(
            [
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            cones.map(f64::cbrt),
        )
    }

    /// Distance between two colours in Oklab, for the kind of colour vision that separates them least.
    fn least_distance(a: Color, b: Color) -> f64 {
        let distance = |sight| {
            let [a, b] = [seen(a, sight), seen(b, sight)];
            (a[0] - b[0]).hypot(a[1] - b[1]).hypot(a[2] - b[2])
        };
        SIGHTS.map(distance).into_iter().fold(f64::INFINITY, f64::min)
    }

    /// The print theme is exempt: the layers' names tell them apart.
    #[test]
    fn dense_and_convolution_are_told_apart_by_all_kinds_of_sight() {
        for Preset { name, theme, .. } in THEMES.iter().filter(|preset| preset.name != "print") {
            let [dense, convolution] = [Category::Dense, Category::Convolution].map(|it| theme().category(it));
            for page in [|paint: Paint| paint.light, |paint: Paint| paint.dark] {
                let distance = least_distance(page(dense), page(convolution));
                assert!(distance > 0.15, "{name}: {distance}");
            }
        }
    }

    #[test]
    fn a_fill_that_is_not_seen_has_a_border() {
        let theme = Theme { border_width: 0.0, ..Theme::print() };
        assert_eq!(theme.border_of(theme.input), Some(theme.border));
        assert_eq!(theme.border_of(theme.output), None);
        for Preset { name, theme, .. } in THEMES {
            let theme = theme();
            let seen = |fill: Paint| fill.contrast(theme.background) >= SEEN;
            assert!(
                fills(&theme).concat().into_iter().all(|fill| seen(theme.border_of(fill).unwrap_or(fill))),
                "{name}"
            );
        }
    }

    /// For comparison, Okabe and Ito's colours are 0.076 apart for deuteranopes. The print theme is exempt: marks tell
    /// its greys apart.
    #[test]
    fn runs_are_told_apart_by_all_kinds_of_sight() {
        for Preset { name, theme, .. } in THEMES.iter().filter(|preset| preset.name != "print") {
            let theme = theme();
            for page in [|paint: Paint| paint.light, |paint: Paint| paint.dark] {
                let colours: Vec<Color> = (0..Theme::RUNS).map(|number| page(theme.run(number))).collect();
                for (index, &a) in colours.iter().enumerate() {
                    for &b in &colours[..index] {
                        let distance = least_distance(a, b);
                        assert!(distance > 0.1, "{name}: {distance} between {a:?} and {b:?}");
                    }
                }
            }
        }
    }
}
