//! What was written: the parts of ink that make up one character.

use image::imageops;

use super::gray::{Gray, from_values, quantile};
use super::level::{self, MARGIN};
use super::parts::{Bounds, Part, parts, place};

/// The least contrast of ink with its paper.
const CONTRAST: f32 = 0.08;
/// How far ink must stand out from noise, as a multiple of its usual difference between pixels.
const NOISE: f32 = 8.0;
/// The part of the contrast of a stroke from which on a pixel belongs to it: less are ruled lines and shadows.
const STROKE: f32 = 0.4;
/// The part of the contrast of a stroke where it ends; its edge lies between the two.
const EDGE: f32 = 0.15;
/// The part of the shorter side that a character takes at least; what is smaller is dust.
const SMALLEST: f64 = 0.03;
/// The part of the largest part's ink that another must have to belong to the character.
const PIECE: f64 = 0.02;
/// The gap between the parts of a character, compared with its larger side.
const GAP: f64 = 0.3;
/// How tall, how heavy and how much beside the largest part another part must be to be a character of its own.
const OTHER_HEIGHT: f64 = 0.5;
const OTHER_MASS: f64 = 0.25;
const OTHER_SHARED_WIDTH: f64 = 0.3;
/// The part of a side along which a frame touches the border.
const FRAME: f64 = 0.5;
/// In how many places ruled or squared paper touches a side at least; no character does.
const RULES: usize = 4;

/// A character, cut out of its image.
pub(super) struct Character {
    /// Its ink, from 0 for none to 1.
    pub(super) image: Gray,
    /// The number of characters that there seem to be; this is the largest of them.
    pub(super) count: usize,
    /// Whether it touches the border of the image, which may have cut it.
    pub(super) is_cut: bool,
}

/// Finds the largest character in levelled ink, or nothing if there is none. If it touches a frame, it is only found
/// without the margin.
pub(super) fn find(ink: &Gray) -> Option<Character> {
    find_in(ink).or_else(|| find_in(&level::inner(ink)))
}

fn find_in(ink: &Gray) -> Option<Character> {
    let side = ink.width().min(ink.height());
    let peak = peak(ink);
    if peak < CONTRAST.max(NOISE * noise(ink)) {
        return None;
    }
    // A stain may be darker than the ink: the second look knows how dark that is.
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

/// The contrast of the darkest ink, away from frames.
fn peak(ink: &Gray) -> f32 {
    level::inner(ink).iter().copied().fold(0.0, f32::max)
}

/// The usual difference between pixels that are close together.
fn noise(ink: &Gray) -> f32 {
    let step = (ink.width() as usize / 100).max(1);
    let rows = ink.chunks_exact(ink.width() as usize);
    quantile(
        rows.flat_map(|row| row.iter().zip(&row[step.min(row.len())..]).map(|(a, b)| (a - b).abs())).collect(),
        0.5,
    )
}

/// How dark the strokes of a part are in their middle.
fn stroke_level(ink: &Gray, part: &Part) -> f32 {
    quantile(part.pixels.iter().map(|&index| ink.as_raw()[index]).collect(), 0.8)
}

/// All parts but frames.
fn written(ink: &Gray, threshold: f32) -> Vec<Part> {
    let size = ink.dimensions();
    parts(ink, threshold).into_iter().filter(|part| !is_frame(part, size)).collect()
}

/// Whether a part lies along the border rather than in the image, or leads from border to border all over it: a frame,
/// the edge of the paper, a shadow, or ruled lines.
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

/// The pieces with their edges, the rest being 0, and ink of `level` being 1.
fn cut(ink: &Gray, pieces: &[Part], bounds: Bounds, level: f32) -> Gray {
    let (width, height) = ink.dimensions();
    let mut mask = Gray::new(width, height);
    for &index in pieces.iter().flat_map(|piece| &piece.pixels) {
        mask.as_mut()[index] = 1.0;
    }
    // Edges are as wide as a pixel of the sample that this becomes.
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
