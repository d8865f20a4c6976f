//! How much of a picture is empty, and in one place.

use netviz::scene::{Fill, Item, Outline, Point, Scene};

use super::geometry::{Bounds, Polygon};

/// Side of a cell in pixels of the picture: a line of text with the space around it.
const CELL: f64 = 16.0;
/// Distance between the points of a line whose cells are counted, in cells.
const STEP: f64 = 0.25;

/// The fraction of the cells of a square grid that no item touches. A filled shape, a text and an image touch what they
/// cover; a frame without filling touches only what its border runs through. The background is no item.
pub(super) fn empty(scene: &Scene) -> f64 {
    let grid = touched(scene);
    grid.touched.iter().filter(|&&touched| !touched).count() as f64 / grid.touched.len() as f64
}

/// The fraction of the canvas that the largest rectangle takes that no item touches: what a reader sees as a hole.
pub(super) fn hole(scene: &Scene) -> f64 {
    let grid = touched(scene);
    // For each column, how many cells from the row upwards are empty.
    let mut heights = vec![0_usize; grid.columns];
    let mut largest = 0;
    for row in grid.touched.chunks(grid.columns) {
        for (height, &touched) in heights.iter_mut().zip(row) {
            *height = if touched { 0 } else { *height + 1 };
        }
        for from in 0..heights.len() {
            let mut least = usize::MAX;
            for (width, &height) in heights[from..].iter().enumerate() {
                least = least.min(height);
                largest = largest.max(least * (width + 1));
            }
        }
    }
    largest as f64 / grid.touched.len() as f64
}

/// The cells that items touch.
fn touched(scene: &Scene) -> Grid {
    let mut grid = Grid::new(scene.width, scene.height);
    for item in scene.groups.iter().flat_map(|group| &group.items) {
        match item {
            Item::Shape(shape) => {
                let outline = Polygon::of(&shape.outline);
                if shape.fill == Fill::None {
                    outline.edges().for_each(|ends| grid.line(ends));
                } else {
                    grid.fill(&outline);
                }
            }
            Item::Lines { segments, .. } => segments.iter().for_each(|&ends| grid.line(ends)),
            Item::Route { points, .. } => points.windows(2).for_each(|pair| grid.line([pair[0], pair[1]])),
            Item::Text(text) => grid.fill(&Polygon::around(text)),
            Item::Raster(raster) => {
                let outline = Outline::Rectangle { corner: raster.corner, size: raster.size, radius: 0.0 };
                grid.fill(&Polygon::of(&outline));
            }
        }
    }
    grid
}

struct Grid {
    columns: usize,
    rows: usize,
    touched: Vec<bool>,
}

impl Grid {
    fn new(width: f64, height: f64) -> Self {
        let [columns, rows] = [width, height].map(|length| cells(length).max(1));
        Self { columns, rows, touched: vec![false; columns * rows] }
    }

    /// The cell of a position, as close as the canvas reaches.
    fn cell(&self, Point { x, y }: Point) -> [usize; 2] {
        [index(x).min(self.columns - 1), index(y).min(self.rows - 1)]
    }

    fn line(&mut self, [a, b]: [Point; 2]) {
        let steps = cells((b.x - a.x).hypot(b.y - a.y) / STEP).max(1);
        for step in 0..=steps {
            let share = step as f64 / steps as f64;
            let [column, row] = self.cell(Point { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
            self.touched[row * self.columns + column] = true;
        }
    }

    fn fill(&mut self, outline: &Polygon) {
        let Bounds { min, max } = Bounds::of(&outline.0);
        let ([left, top], [right, bottom]) = (self.cell(min), self.cell(max));
        for row in top..=bottom {
            for column in left..=right {
                let corner = Point { x: column as f64 * CELL, y: row as f64 * CELL };
                let cell = Outline::Rectangle { corner, size: [CELL; 2], radius: 0.0 };
                if Polygon::of(&cell).depth(outline) > 0.0 {
                    self.touched[row * self.columns + column] = true;
                }
            }
        }
    }
}

/// Number of cells that a length takes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths are positive and far below 2⁵²")]
fn cells(length: f64) -> usize {
    (length / CELL).ceil() as usize
}

/// The cell that a coordinate is in.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the conversion saturates")]
fn index(at: f64) -> usize {
    (at / CELL).floor() as usize
}
