//! Connected parts of ink.

use super::gray::Gray;

/// A connected component of ink. Pixels that touch at a corner are connected.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// The pixels, as indices into the image.
    pub(super) pixels: Vec<usize>,
    /// Left, top, right and bottom, the latter two exclusive.
    pub(super) bounds: Bounds,
    /// The sum of its values.
    pub(super) mass: f64,
}

/// A bounding box, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) right: u32,
    pub(super) bottom: u32,
}

impl Bounds {
    pub(super) fn width(self) -> u32 {
        self.right - self.left
    }

    pub(super) fn height(self) -> u32 {
        self.bottom - self.top
    }

    /// The bounding box of both.
    pub(super) fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The gap between two boxes: horizontal or vertical, whichever is larger.
    pub(super) fn distance(self, other: Self) -> u32 {
        let gap = |end: u32, start: u32| start.saturating_sub(end);
        gap(self.right, other.left)
            .max(gap(other.right, self.left))
            .max(gap(self.bottom, other.top))
            .max(gap(other.bottom, self.top))
    }

    /// Number of columns that both cover.
    pub(super) fn shared_width(self, other: Self) -> u32 {
        self.right.min(other.right).saturating_sub(self.left.max(other.left))
    }
}

/// Finds the parts whose values are at least `threshold`, from top to bottom.
pub(super) fn parts(ink: &Gray, threshold: f32) -> Vec<Part> {
    let (width, height) = ink.dimensions();
    let values = ink.as_raw();
    let mut is_new: Vec<bool> = values.iter().map(|&value| value >= threshold).collect();
    let mut parts = Vec::new();
    for start in 0..values.len() {
        if !std::mem::take(&mut is_new[start]) {
            continue;
        }
        let mut pixels = vec![start];
        let mut bounds: Option<Bounds> = None;
        let mut mass = 0.0;
        let mut next = 0;
        while let Some(&index) = pixels.get(next) {
            next += 1;
            mass += f64::from(values[index]);
            let (x, y) = place(index, width);
            let pixel = Bounds { left: x, top: y, right: x + 1, bottom: y + 1 };
            bounds = Some(bounds.map_or(pixel, |bounds| bounds.union(pixel)));
            for y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let neighbor = y as usize * width as usize + x as usize;
                    if std::mem::take(&mut is_new[neighbor]) {
                        pixels.push(neighbor);
                    }
                }
            }
        }
        parts.extend(bounds.map(|bounds| Part { pixels, bounds, mass }));
    }
    parts
}

/// Column and row of a pixel.
pub(super) fn place(index: usize, width: u32) -> (u32, u32) {
    let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (short(index % width as usize), short(index / width as usize))
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    #[test]
    fn pixels_that_touch_at_corners_are_one_part() {
        let rows = ["##......", "..#.....", "......##", "........", "#......."];
        let ink =
            Gray::from_fn(8, 5, |x, y| Luma([f32::from(u8::from(rows[y as usize].as_bytes()[x as usize] == b'#'))]));
        let parts = parts(&ink, 0.5);
        let found: Vec<(usize, Bounds)> = parts.iter().map(|part| (part.pixels.len(), part.bounds)).collect();
        let bounds = |left, top, right, bottom| Bounds { left, top, right, bottom };
        assert_eq!(found, [(3, bounds(0, 0, 3, 2)), (2, bounds(6, 2, 8, 3)), (1, bounds(0, 4, 1, 5))]);
        assert_eq!((found[0].1.distance(found[1].1), found[0].1.shared_width(found[2].1)), (3, 1));
    }
}
