//! Finds the parts of ink that make up one character.

use image::imageops;

use super::gray::{Gray, from_values, quantile};
use super::level::{self, MARGIN};
use super::parts::{Bounds, Part, parts, place};

/// Minimum contrast between ink and its paper.
const CONTRAST: f32 = 0.08;
/// Minimum contrast of ink, as a multiple of the noise: the usual difference between nearby pixels.
const NOISE: f32 = 8.0;
/// Minimum value of a pixel of a stroke, as a fraction of the stroke's contrast. Ruled lines and shadows have less.
const STROKE: f32 = 0.4;
/// Fraction of a stroke's contrast at which its edge ends. The edge lies between this and [`STROKE`].
const EDGE: f32 = 0.15;
/// Minimum size of a character, as a fraction of the shorter side. Anything smaller is dust.
const SMALLEST: f64 = 0.03;
/// Minimum ink of a part of the character, as a fraction of the ink of the largest part.
const PIECE: f64 = 0.02;
/// Maximum gap between the parts of a character, as a fraction of its larger side.
const GAP: f64 = 0.3;
/// A part is another character if its height and its ink are at least these fractions of those of the largest part, and
/// at most this fraction of the narrower one's width lies above or below the other.
const OTHER_HEIGHT: f64 = 0.5;
const OTHER_MASS: f64 = 0.25;
const OTHER_SHARED_WIDTH: f64 = 0.3;
/// Fraction of a side along which a frame touches the border.
const FRAME: f64 = 0.5;
/// Minimum number of places in which ruled or squared paper touches a side. No character touches it in as many.
const RULES: usize = 4;

/// A character, cut out of its image.
pub(super) struct Character {
    /// Its ink, from 0 for none to 1.
    pub(super) image: Gray,
    /// The number of characters found. This is the largest of them.
    pub(super) count: usize,
    /// Whether it touches the border of the image and so may be cut.
    pub(super) is_cut: bool,
}

/// Finds the largest character in levelled ink. If there is none, tries again without the margin: a character that
/// touches a frame is only found there.
pub(super) fn find(ink: &Gray) -> Option<Character> {
    find_in(ink).or_else(|| find_in(&level::inner(ink)))
}

fn find_in(ink: &Gray) -> Option<Character> {
    let side = ink.width().min(ink.height());
    let peak = peak(ink);
    if peak < CONTRAST.max(NOISE * noise(ink)) {
        return None;
    }
    // A stain may be darker than the ink, so the second search uses the level of the strokes found by the first.
    let first = largest(written(ink, STROKE * peak))?;
    let level = stroke_level(ink, &first);
    let parts = written(ink, STROKE * level);
    let main = largest(parts.clone())?;
    if f64::from(main.bounds.width().max(main.bounds.height())) < (SMALLEST * f64::from(side)).max(3.0) {
        return None;
    }
    let (pieces, others) = sort(&main, parts);
    let bounds = pieces.iter().fold(main.bounds, |bounds, piece| bounds.union(piece.bounds));
    let level = stroke_level(ink, &main);
    Some(Character {
        image: cut(ink, &pieces, bounds, level),
        count: 1 + others,
        is_cut: bounds.left == 0 || bounds.top == 0 || bounds.right == ink.width() || bounds.bottom == ink.height(),
    })
}

/// The contrast of the darkest ink, outside of the margin.
fn peak(ink: &Gray) -> f32 {
    level::inner(ink).iter().copied().fold(0.0, f32::max)
}

/// The median difference between nearby pixels.
fn noise(ink: &Gray) -> f32 {
    let step = (ink.width() as usize / 100).max(1);
    let rows = ink.chunks_exact(ink.width() as usize);
    quantile(
        rows.flat_map(|row| row.iter().zip(&row[step.min(row.len())..]).map(|(a, b)| (a - b).abs())).collect(),
        0.5,
    )
}

/// How dark the middle of a part's strokes is.
fn stroke_level(ink: &Gray, part: &Part) -> f32 {
    quantile(part.pixels.iter().map(|&index| ink.as_raw()[index]).collect(), 0.8)
}

/// All parts except for frames.
fn written(ink: &Gray, threshold: f32) -> Vec<Part> {
    let size = ink.dimensions();
    parts(ink, threshold).into_iter().filter(|part| !is_frame(part, size)).collect()
}

/// Whether a part is a frame, the edge of the paper, a shadow, or ruled lines. Such a part lies mostly in the margin,
/// touches a side along most of its length, or touches two sides in many places.
fn is_frame(part: &Part, (width, height): (u32, u32)) -> bool {
    let margin = |size: u32| level::part(size, MARGIN);
    let (x_margin, y_margin) = (margin(width), margin(height));
    let (mut outer, mut touching) = (0, [height, width, height, width].map(|side| vec![false; side as usize]));
    for &index in &part.pixels {
        let (x, y) = place(index, width);
        outer += usize::from(x < x_margin || y < y_margin || x + x_margin >= width || y + y_margin >= height);
        let sides = [(x == 0, y), (y == 0, x), (x + 1 == width, y), (y + 1 == height, x)];
        for (side, (touches, at)) in touching.iter_mut().zip(sides) {
            side[at as usize] |= touches;
        }
    }
    let is_along =
        |side: &Vec<bool>| side.iter().filter(|&&touches| touches).count() as f64 > FRAME * side.len() as f64;
    let is_ruled = |side: &&Vec<bool>| {
        let begins = side.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        begins + usize::from(side.first() == Some(&true)) >= RULES
    };
    outer * 2 > part.pixels.len() || touching.iter().any(is_along) || touching.iter().filter(is_ruled).count() >= 2
}

fn largest(parts: Vec<Part>) -> Option<Part> {
    parts.into_iter().max_by(|a, b| a.mass.total_cmp(&b.mass))
}

/// The parts of the character that `main` belongs to, and the number of other characters.
fn sort(main: &Part, parts: Vec<Part>) -> (Vec<Part>, usize) {
    let size = |bounds: Bounds| f64::from(bounds.width().max(bounds.height()));
    let is_other = |part: &Part| {
        let narrower = f64::from(part.bounds.width().min(main.bounds.width()));
        part != main
            && f64::from(part.bounds.height()) >= OTHER_HEIGHT * f64::from(main.bounds.height())
            && part.mass >= OTHER_MASS * main.mass
            && f64::from(part.bounds.shared_width(main.bounds)) <= OTHER_SHARED_WIDTH * narrower
    };
    let (others, mut rest): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_other);
    rest.retain(|part| part.mass >= PIECE * main.mass);
    rest.retain(|part| f64::from(part.bounds.distance(main.bounds)) <= GAP * size(main.bounds));
    (rest, others.len())
}

/// Cuts out the pieces with their edges. Ink of `level` becomes 1, and everything outside of the pieces 0.
fn cut(ink: &Gray, pieces: &[Part], bounds: Bounds, level: f32) -> Gray {
    let (width, height) = ink.dimensions();
    let mut mask = Gray::new(width, height);
    for &index in pieces.iter().flat_map(|piece| &piece.pixels) {
        mask.as_mut()[index] = 1.0;
    }
    // Edges are as wide as a pixel of the resulting sample.
    let edge = (bounds.width().max(bounds.height()) / 20).max(1);
    let mask = super::gray::dilate(&mask, edge);
    let strength = |value: f32| ((value / level - EDGE) / (1.0 - EDGE)).clamp(0.0, 1.0);
    let values = ink.iter().zip(mask.iter()).map(|(&ink, &mask)| mask * strength(ink)).collect();
    crop(&from_values((width, height), values))
}

/// The image without its empty border.
fn crop(image: &Gray) -> Gray {
    let pixels = image.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 0.0);
    let bounds = pixels
        .map(|(x, y, _)| Bounds { left: x, top: y, right: x + 1, bottom: y + 1 })
        .reduce(Bounds::union)
        .unwrap_or(Bounds { left: 0, top: 0, right: 1, bottom: 1 });
    imageops::crop_imm(image, bounds.left, bounds.top, bounds.width(), bounds.height()).to_image()
}
