//! Marks on curves, which tell curves apart without colours.

use crate::scene::{Outline, Point, Shape, Stroke};
use crate::theme::{Paint, Theme};

/// Appearance of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    form: Form,
    /// Whether its inside has the colour of the page.
    open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// Position of a mark in a legend.
pub(super) const CENTER: Point = Point { x: 0.0, y: 0.0 };

/// Width of the border of an open mark.
const BORDER: f64 = 1.5;

impl Mark {
    pub(super) const DOT: Self = Self { form: Form::Circle, open: false };

    /// All marks, the most distinct ones first.
    const ALL: [Self; Theme::RUNS] = {
        const fn mark(form: Form, open: bool) -> Mark {
            Mark { form, open }
        }
        [
            mark(Form::Circle, false),
            mark(Form::Square, false),
            mark(Form::Triangle, false),
            mark(Form::Diamond, false),
            mark(Form::Circle, true),
            mark(Form::Square, true),
            mark(Form::Triangle, true),
            mark(Form::Diamond, true),
        ]
    };

    /// The mark of a run with this number.
    pub(super) fn of_run(number: usize) -> Self {
        Self::ALL[number % Self::ALL.len()]
    }

    /// The mark at a point of a curve. `radius` is that of a circle; the other forms look equally large.
    pub(super) fn draw(self, center: Point, radius: f64, stroke: Stroke, page: Paint) -> Shape {
        let Point { x, y } = center;
        let corners = |corners: &[[f64; 2]]| {
            Outline::Polygon(corners.iter().map(|[dx, dy]| Point { x: x + radius * dx, y: y + radius * dy }).collect())
        };
        let outline = match self.form {
            Form::Circle => Outline::Ellipse { center, radii: [radius; 2] },
            Form::Square => corners(&[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]),
            Form::Triangle => corners(&[[0.0, -1.3], [1.2, 0.8], [-1.2, 0.8]]),
            Form::Diamond => corners(&[[0.0, -1.35], [1.35, 0.0], [0.0, 1.35], [-1.35, 0.0]]),
        };
        let Stroke { color, opacity, .. } = stroke;
        let fill = if self.open { page } else { color };
        let border = self.open.then(|| Stroke { opacity, ..Stroke::solid(color, BORDER) });
        Shape { opacity, border, ..Shape::new(outline, fill) }
    }
}
