//! Very many straight lines as pixels: resvg takes a minute for the connections of a whole network.
//!
//! A line covers of each pixel in its way the share that lies within half its width, measured across the axis
//! along which it is steeper. Lines that are drawn alike cover a pixel at most once, as one path does. The
//! pixels are kept as numbers of 32 bits, so that a thousand faint lines add up to what they should.

use std::ops::Range;

use resvg::tiny_skia::Pixmap;

use crate::scene::{Point, Stroke};

/// Lines that are drawn alike.
pub(super) struct Strokes<'a> {
    pub(super) segments: &'a [[Point; 2]],
    pub(super) stroke: Stroke,
}

/// Draws lines over an opaque picture, `scale` pixels for one of the scene.
pub(super) fn draw(pixels: &mut Pixmap, strokes: &[Strokes], scale: f64) {
    let width = pixels.width() as usize;
    let height = pixels.height() as usize;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(height);
    let rows = height.div_ceil(threads);
    std::thread::scope(|scope| {
        for (index, bytes) in pixels.data_mut().chunks_mut(rows * width * 4).enumerate() {
            let first = index * rows;
            scope.spawn(move || {
                let mut band = Band::new(bytes, width, first);
                for strokes in strokes {
                    band.add(strokes, scale);
                }
                band.finish(bytes);
            });
        }
    });
}

/// No pixel of a row.
const UNTOUCHED: Range<usize> = Range { start: usize::MAX, end: 0 };

/// Some rows of the picture.
struct Band {
    width: usize,
    /// The rows of the picture that it holds.
    rows: Range<usize>,
    /// Red, green and blue of each pixel, from 0 to 255.
    colors: Vec<[f32; 3]>,
    /// How much of each pixel the lines in hand cover.
    covered: Vec<f32>,
    /// The pixels of each row that may be covered.
    touched: Vec<Range<usize>>,
}

impl Band {
    fn new(bytes: &[u8], width: usize, first: usize) -> Self {
        let colors: Vec<[f32; 3]> =
            bytes.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]].map(f32::from)).collect();
        let count = colors.len() / width;
        Self {
            width,
            rows: first..first + count,
            covered: vec![0.0; colors.len()],
            touched: vec![UNTOUCHED; count],
            colors,
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
            let half = width * length / dy.abs() / 2.0;
            let [top, bottom] = if dy > 0.0 { [a, b] } else { [b, a] };
            let slope = dx / dy;
            for (row, share) in steps(top[1], bottom[1], &self.rows) {
                let center = top[0] + slope * (row as f64 + 0.5 - top[1]);
                for (column, part) in span(center, half, 0..self.width) {
                    self.put(column, row, share * part);
                }
            }
        } else {
            let half = width * length / dx.abs() / 2.0;
            let [left, right] = if dx > 0.0 { [a, b] } else { [b, a] };
            let slope = dy / dx;
            for (column, share) in steps(left[0], right[0], &(0..self.width)) {
                let center = left[1] + slope * (column as f64 + 0.5 - left[0]);
                for (row, part) in span(center, half, self.rows.clone()) {
                    self.put(column, row, share * part);
                }
            }
        }
    }

    fn put(&mut self, column: usize, row: usize, part: f64) {
        let row = row - self.rows.start;
        #[expect(clippy::cast_possible_truncation, reason = "a share of a pixel")]
        let part = part as f32;
        self.covered[row * self.width + column] += part;
        let touched = &mut self.touched[row];
        *touched = touched.start.min(column)..touched.end.max(column + 1);
    }

    /// Draws what is covered, and forgets it.
    fn blend(&mut self, stroke: Stroke) {
        let color = stroke.color.light;
        let color = [color.0, color.1, color.2].map(f32::from);
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
        let opacity = stroke.opacity as f32;
        for (row, touched) in self.touched.iter_mut().enumerate() {
            let Range { start, end } = std::mem::replace(touched, UNTOUCHED);
            if start >= end {
                continue;
            }
            let range = row * self.width + start..row * self.width + end;
            for (pixel, covered) in self.colors[range.clone()].iter_mut().zip(&mut self.covered[range]) {
                let share = covered.min(1.0) * opacity;
                *covered = 0.0;
                for (own, new) in pixel.iter_mut().zip(color) {
                    *own += (new - *own) * share;
                }
            }
        }
    }

    fn finish(&self, bytes: &mut [u8]) {
        for (pixel, color) in bytes.chunks_exact_mut(4).zip(&self.colors) {
            for (byte, value) in pixel.iter_mut().zip(color) {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
                let value = value.round() as u8;
                *byte = value;
            }
        }
    }
}

/// The pixels between two places that are in `within`, and how much of each lies between them.
fn steps(from: f64, to: f64, within: &Range<usize>) -> impl Iterator<Item = (usize, f64)> + use<> {
    let first = index(from.floor()).max(within.start);
    let end = index(to.ceil()).min(within.end);
    (first..end).map(move |step| (step, (to.min(step as f64 + 1.0) - from.max(step as f64)).max(0.0)))
}

/// The pixels within `half` of a centre, and how much of each is.
fn span(center: f64, half: f64, within: Range<usize>) -> impl Iterator<Item = (usize, f64)> {
    steps(center - half, center + half, &within)
}

fn index(place: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is negative becomes 0")]
    let index = place as usize;
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Paint;

    /// How dark each pixel of 4 by 4 white ones becomes, from 0 to 255.
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

    #[test]
    fn lines_drawn_alike_cover_a_pixel_once() {
        let line = [[0.0, 0.5], [4.0, 0.5]];
        assert_eq!(drawn(&[line, line], 1.0), drawn(&[line], 1.0));
    }
}
