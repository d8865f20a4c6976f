//! Rasterizes very many straight lines; resvg takes a minute for the connections of a whole network.
//!
//! A line covers the fraction of each pixel that is within half of the line's width, measured along x for steep lines
//! and along y for others. Lines with the same stroke cover a pixel at most once, as one path does. Pixels are 32-bit
//! floats, so that a thousand faint lines add up correctly.

use std::ops::Range;

use resvg::tiny_skia::Pixmap;

use crate::scene::{Point, Stroke};

/// Lines with the same stroke.
pub(super) struct Strokes<'a> {
    pub(super) segments: &'a [[Point; 2]],
    pub(super) stroke: Stroke,
}

/// Number of rows drawn at once: few enough for the cache of a processor.
const BAND: usize = 64;

/// Draws lines over a picture, with `scale` pixels per pixel of the scene.
pub(super) fn draw(pixels: &mut Pixmap, strokes: &[Strokes], scale: f64) {
    let width = pixels.width() as usize;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Bands are dealt out in turns, since some rows of a picture have more lines than others.
    let mut turns: Vec<Vec<(usize, &mut [u8])>> = (0..threads).map(|_| Vec::new()).collect();
    for (index, bytes) in pixels.data_mut().chunks_mut(BAND * width * 4).enumerate() {
        turns[index % threads].push((index * BAND, bytes));
    }
    std::thread::scope(|scope| {
        for bands in turns {
            scope.spawn(move || {
                for (first, bytes) in bands {
                    let mut band = Band::new(bytes, width, first);
                    for strokes in strokes {
                        band.add(strokes, scale);
                    }
                    band.finish(bytes);
                }
            });
        }
    });
}

/// Some rows of the picture.
struct Band {
    width: usize,
    /// The rows of the picture that it holds.
    rows: Range<usize>,
    /// Red, green and blue of every pixel, each times its opacity, and the opacity, from 0 to 255.
    channels: [Vec<f32>; 4],
    /// Coverage of each pixel by the current lines.
    covered: Vec<f32>,
    /// The pixels of each row that may be covered.
    touched: Vec<Range<usize>>,
}

/// No pixels.
const UNTOUCHED: Range<usize> = Range { start: usize::MAX, end: 0 };

impl Band {
    fn new(bytes: &[u8], width: usize, first: usize) -> Self {
        let channel = |index: usize| bytes.chunks_exact(4).map(|pixel| f32::from(pixel[index])).collect();
        let count = bytes.len() / 4 / width;
        Self {
            width,
            rows: first..first + count,
            channels: [0, 1, 2, 3].map(channel),
            covered: vec![0.0; count * width],
            touched: vec![UNTOUCHED; count],
        }
    }

    fn add(&mut self, strokes: &Strokes, scale: f64) {
        for segment in strokes.segments {
            self.cover(segment.map(|point| [point.x * scale, point.y * scale]), strokes.stroke.width * scale);
        }
        self.blend(strokes.stroke);
    }

    fn cover(&mut self, [a, b]: [[f64; 2]; 2], width: f64) {
        let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
        let length = dx.hypot(dy);
        if length == 0.0 {
            return;
        }
        if dy.abs() >= dx.abs() {
            let [top, bottom] = if dy > 0.0 { [a, b] } else { [b, a] };
            let (half, slope) = (width * length / dy.abs() / 2.0, dx / dy);
            let (rows, columns) = (self.rows.clone(), 0..self.width);
            pixels([top[1], bottom[1]], &rows, |row, share| {
                let center = top[0] + slope * (row as f64 + 0.5 - top[1]);
                let start = (row - rows.start) * self.width;
                let covered = &mut self.covered[start..start + self.width];
                let touched = &mut self.touched[row - rows.start];
                pixels([center - half, center + half], &columns, |column, part| {
                    covered[column] += single(share * part);
                    touched.start = touched.start.min(column);
                    touched.end = touched.end.max(column + 1);
                });
            });
        } else {
            let [left, right] = if dx > 0.0 { [a, b] } else { [b, a] };
            let (half, slope) = (width * length / dx.abs() / 2.0, dy / dx);
            let (rows, columns) = (self.rows.clone(), 0..self.width);
            pixels(self.columns(left, right, half), &columns, |column, share| {
                let center = left[1] + slope * (column as f64 + 0.5 - left[0]);
                pixels([center - half, center + half], &rows, |row, part| {
                    let row = row - rows.start;
                    self.covered[row * self.width + column] += single(share * part);
                    let touched = &mut self.touched[row];
                    touched.start = touched.start.min(column);
                    touched.end = touched.end.max(column + 1);
                });
            });
        }
    }

    /// The range of x in which a line that is not steep may cover these rows.
    fn columns(&self, left: [f64; 2], right: [f64; 2], half: f64) -> [f64; 2] {
        let slope = (right[1] - left[1]) / (right[0] - left[0]);
        // The coverage of a column is computed at its middle, half a pixel from its edges.
        let reach = half + 1.0;
        let edges = [self.rows.start as f64 - reach, self.rows.end as f64 + reach];
        if slope == 0.0 {
            let is_over = (edges[0]..edges[1]).contains(&left[1]);
            return if is_over { [left[0], right[0]] } else { [0.0; 2] };
        }
        let [a, b] = edges.map(|y| left[0] + (y - left[1]) / slope);
        // Whole columns, so that the coverage of each is the same regardless of the band.
        [left[0].max(a.min(b).floor()), right[0].min(a.max(b).ceil())]
    }

    /// Blends the covered pixels with the stroke's colour, and resets the coverage.
    fn blend(&mut self, stroke: Stroke) {
        let color = stroke.color.light;
        let opacity = single(stroke.opacity);
        for (row, touched) in self.touched.iter_mut().enumerate() {
            let Range { start, end } = std::mem::replace(touched, UNTOUCHED);
            if start >= end {
                continue;
            }
            let range = row * self.width + start..row * self.width + end;
            let covered = &mut self.covered[range.clone()];
            for (own, new) in self.channels.iter_mut().zip([color.0, color.1, color.2, u8::MAX]) {
                let new = f32::from(new);
                for (own, covered) in own[range.clone()].iter_mut().zip(covered.iter()) {
                    *own += (new - *own) * (covered.min(1.0) * opacity);
                }
            }
            covered.fill(0.0);
        }
    }

    fn finish(&self, bytes: &mut [u8]) {
        for (pixel, index) in bytes.chunks_exact_mut(4).zip(0..) {
            for (byte, channel) in pixel.iter_mut().zip(&self.channels) {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
                let value = (channel[index] + 0.5) as u8;
                *byte = value;
            }
        }
    }
}

/// Calls `put` with every pixel of `within` between two positions, and with the fraction of it between them.
fn pixels([from, to]: [f64; 2], within: &Range<usize>, mut put: impl FnMut(usize, f64)) {
    let (from, to) = (from.max(within.start as f64), to.min(within.end as f64));
    if from >= to {
        return;
    }
    // For numbers that are not negative, casts are faster than `floor`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the picture")]
    let (first, last) = (from as usize, to as usize);
    if first == last {
        return put(first, to - from);
    }
    put(first, first as f64 + 1.0 - from);
    (first + 1..last).for_each(|pixel| put(pixel, 1.0));
    let rest = to - last as f64;
    if rest > 0.0 {
        put(last, rest);
    }
}

fn single(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share from 0 to 1")]
    let value = value as f32;
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Paint;

    /// Darkness of each of 4 by 4 white pixels after drawing, from 0 to 255.
    fn drawn(segments: &[[[f64; 2]; 2]], width: f64) -> Vec<u8> {
        let mut pixels = Pixmap::new(4, 4).expect("a size");
        pixels.fill(resvg::tiny_skia::Color::WHITE);
        let segments: Vec<[Point; 2]> = segments.iter().map(|ends| ends.map(|[x, y]| Point { x, y })).collect();
        let stroke = Stroke::solid(Paint::rgb(0), width);
        draw(&mut pixels, &[Strokes { segments: &segments, stroke }], 1.0);
        pixels.data().chunks_exact(4).map(|pixel| 255 - pixel[0]).collect()
    }

    #[test]
    fn a_line_covers_what_lies_under_it() {
        let vertical = drawn(&[[[1.5, 0.0], [1.5, 3.5]]], 1.0);
        assert_eq!(vertical, [0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 127, 0, 0]);
        let horizontal = drawn(&[[[4.0, 1.0], [0.0, 1.0]]], 1.0);
        assert_eq!(horizontal, [127, 127, 127, 127, 127, 127, 127, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
        let outside = drawn(&[[[-9.0, -9.0], [-1.0, -2.0]], [[9.0, 9.0], [9.0, 9.0]]], 1.0);
        assert_eq!(outside, [0; 16]);
    }

    /// A picture with more rows than a band, and lines in all directions from its corners and its middle.
    #[test]
    fn rows_drawn_apart_make_one_picture() {
        let (width, height) = (90, 3 * BAND + 5);
        let mut segments = Vec::new();
        for step in 0..40 {
            let along = f64::from(step) * 5.0;
            segments.push([[0.0, 0.0], [89.5, along]]);
            segments.push([[45.3, 100.0], [along - 50.0, 190.0 - along]]);
            segments.push([[90.0, along], [0.0, along]]);
        }
        let segments: Vec<[Point; 2]> = segments.iter().map(|ends| ends.map(|[x, y]| Point { x, y })).collect();
        let strokes =
            Strokes { segments: &segments, stroke: Stroke { opacity: 0.3, ..Stroke::solid(Paint::rgb(0), 0.8) } };
        let white = vec![u8::MAX; width * height * 4];
        let mut whole = white.clone();
        let mut band = Band::new(&white, width, 0);
        band.add(&strokes, 1.0);
        band.finish(&mut whole);
        let size = |length: usize| u32::try_from(length).expect("small");
        let mut apart = Pixmap::new(size(width), size(height)).expect("a size");
        apart.fill(resvg::tiny_skia::Color::WHITE);
        draw(&mut apart, &[strokes], 1.0);
        let differs = whole.iter().zip(apart.data()).filter(|(a, b)| a.abs_diff(**b) > 1).count();
        assert_eq!(differs, 0);
        assert!(whole != white);
    }

    #[test]
    fn on_nothing_a_line_leaves_its_opacity() {
        let mut pixels = Pixmap::new(1, 1).expect("a size");
        let stroke = Stroke { opacity: 0.5, ..Stroke::solid(Paint::rgb(0xff_00_00), 1.0) };
        let segments = [[Point { x: 0.5, y: 0.0 }, Point { x: 0.5, y: 1.0 }]];
        draw(&mut pixels, &[Strokes { segments: &segments, stroke }], 1.0);
        assert_eq!(pixels.take_demultiplied(), [255, 0, 0, 128]);
    }

    #[test]
    fn lines_drawn_alike_cover_a_pixel_once() {
        let line = [[0.0, 0.5], [4.0, 0.5]];
        assert_eq!(drawn(&[line, line], 1.0), drawn(&[line], 1.0));
    }
}
