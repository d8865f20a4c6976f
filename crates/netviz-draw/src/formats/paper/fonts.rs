//! The fonts of PNG and PDF: the embedded ones, and system fonts for characters that they lack.
//!
//! System fonts are searched only if a character is missing, because this takes longer than most pictures. The choice
//! depends only on the available fonts, so that a machine always writes the same bytes.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::env;
use std::sync::Arc;

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Language, Source, Stretch, Style, Weight as Boldness};
use ttf_parser::{Face, OutlineBuilder};
use unicode_width::UnicodeWidthChar;

use crate::font::{Weight, drawable, is_embedded};
use crate::formats::missing_characters;
use crate::scene::{Item, Scene};
use netviz_model::diagnostics::Diagnostic;

/// Environment variable that names a folder of fonts to use instead of the system fonts.
pub const VARIABLE: &str = "NETVIZ_FONTS";

/// The fonts that draw the text of a scene.
pub(super) struct Fonts {
    pub(super) database: Arc<Database>,
    /// Font families of the characters that the embedded fonts lack.
    families: HashMap<(char, Weight), String>,
    /// Characters that no font has.
    missing: BTreeSet<char>,
}

impl Fonts {
    /// Finds fonts for every character of a scene.
    pub(super) fn of(scene: &Scene) -> Self {
        let mut database = Database::new();
        for weight in [Weight::Regular, Weight::Bold] {
            database.load_font_data(weight.file().to_vec());
        }
        let lacking = lacking(scene);
        let mut fonts = Self { database: Arc::default(), families: HashMap::new(), missing: BTreeSet::new() };
        if !lacking.is_empty() {
            let others = installed();
            for weight in [Weight::Regular, Weight::Bold] {
                fonts.add(&others, lacking.iter().filter(|(_, of)| *of == weight), weight, &mut database);
            }
        }
        fonts.database = Arc::new(database);
        fonts
    }

    /// The family for a character; `None` for the embedded one.
    pub(super) fn family(&self, c: char, weight: Weight) -> Option<&str> {
        self.families.get(&(c, weight)).map(String::as_str)
    }

    /// The warning about characters that no font has.
    pub(super) fn warning(&self) -> Option<Diagnostic> {
        missing_characters(&self.missing, "no font here has", "they are drawn as boxes")
            .map(|warning| warning.hint(remedy(&self.missing)))
    }

    /// Adds fonts for these characters greedily: in each round, the font that has most of the remaining characters.
    fn add<'a>(
        &mut self,
        others: &Database,
        characters: impl Iterator<Item = &'a (char, Weight)>,
        weight: Weight,
        database: &mut Database,
    ) {
        let mut left: BTreeSet<char> = characters.map(|(c, _)| *c).collect();
        let mut candidates: Vec<(&FaceInfo, BTreeSet<char>)> =
            others.faces().map(|face| (face, drawn(others, face.id, &left))).collect();
        candidates.sort_by_cached_key(|(face, _)| rank(face, weight));
        while !left.is_empty() {
            let count = |drawn: &BTreeSet<char>| drawn.intersection(&left).count();
            // The first of the best.
            let best = candidates.iter().min_by_key(|(_, drawn)| Reverse(count(drawn)));
            let Some((face, drawn)) = best.filter(|(_, drawn)| count(drawn) > 0) else { break };
            let family = format!("netviz-{}", database.len());
            database.push_face_info(FaceInfo {
                families: vec![(family.clone(), Language::English_UnitedStates)],
                style: Style::Normal,
                weight: Boldness::NORMAL,
                stretch: Stretch::Normal,
                ..(*face).clone()
            });
            for c in drawn.intersection(&left) {
                self.families.insert((*c, weight), family.clone());
            }
            left = left.difference(drawn).copied().collect();
        }
        self.missing.extend(left);
    }
}

/// Debian packages with fonts for these characters, and the characters without one.
fn remedy(missing: &BTreeSet<char>) -> String {
    let package = |c: &char| match c {
        '\u{1f000}'..='\u{1faff}' => "`fonts-symbola`",
        c if c.width() == Some(2) => "`fonts-noto-cjk`",
        _ => "`fonts-noto-core`",
    };
    let packages: BTreeSet<&str> = missing.iter().map(package).collect();
    format!(
        "install fonts that have them, such as Debian's {}, or write SVG or HTML, which use the reader's fonts",
        packages.into_iter().collect::<Vec<_>>().join(" and ")
    )
}

/// The characters of a scene, each in its weight, that the embedded fonts lack.
fn lacking(scene: &Scene) -> BTreeSet<(char, Weight)> {
    let texts = scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Text(text) => Some(text),
        _ => None,
    });
    let characters = texts.flat_map(|text| text.text.chars().map(drawable).map(|c| (c, text.weight)));
    characters.filter(|&(c, _)| !is_embedded(c) && !is_invisible(c)).collect()
}

/// Whether a character is invisible if a font lacks it (`Default_Ignorable_Code_Point` of Unicode 16).
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The fonts of the system, or of the folder that [`VARIABLE`] names.
fn installed() -> Database {
    let mut database = Database::new();
    match env::var_os(VARIABLE) {
        Some(folder) => database.load_fonts_dir(folder),
        None => database.load_system_fonts(),
    }
    database
}

/// Sort key that puts preferred fonts first: upright, of normal width, sans serif, and with a similar weight. Name and
/// file make the order total.
fn rank(face: &FaceInfo, weight: Weight) -> impl Ord + use<> {
    let wanted = if weight == Weight::Bold { Boldness::BOLD } else { Boldness::NORMAL };
    let family = face.families.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let has_serifs = face.monospaced || family.contains("Serif") || family.contains("Mono");
    let file = match &face.source {
        Source::File(path) | Source::SharedFile(path, _) => path.clone(),
        Source::Binary(_) => std::path::PathBuf::new(),
    };
    (
        (face.style != Style::Normal, face.stretch != Stretch::Normal, has_serifs),
        face.weight.0.abs_diff(wanted.0),
        (family, face.post_script_name.clone(), file, face.index),
    )
}

/// The characters that a font has outlines for. Bitmaps and colours, as in emoji, do not work in every PDF.
fn drawn(database: &Database, face: ID, characters: &BTreeSet<char>) -> BTreeSet<char> {
    let outlined = |data: &[u8], index: u32| {
        let Ok(face) = Face::parse(data, index) else { return BTreeSet::new() };
        let has = |c: &char| {
            let glyph = face.glyph_index(*c);
            glyph.is_some_and(|glyph| c.is_whitespace() || face.outline_glyph(glyph, &mut Nothing).is_some())
        };
        characters.iter().copied().filter(has).collect()
    };
    database.with_face_data(face, outlined).unwrap_or_default()
}

/// Discards an outline.
struct Nothing;

impl OutlineBuilder for Nothing {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}
