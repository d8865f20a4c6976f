//! Marks of what differs between two networks: an outline around a layer, and a badge with a sign at its corner.

use crate::scene::{Group, Item, Outline, Point, Shape, Stroke};
use crate::theme::Theme;
use netviz_model::graph::Mark;

/// Space between a layer and its outline.
const GAP: f64 = 1.5;
/// Width of the outline, and of the lines of a sign.
const WIDTH: f64 = 2.5;
const SIGN_WIDTH: f64 = 2.0;
/// Radius of corners.
const RADIUS: f64 = 8.0;
/// Radius of a badge, and half the length of a sign, in em.
const BADGE: f64 = 0.72;
const SIGN: f64 = 0.38;

/// Draws the mark of a group around its shapes, and adds it to the description.
pub(crate) fn draw(group: &mut Group, theme: &Theme) {
    let Some(mark) = group.mark else { return };
    group.label = format!("{}; {}", group.label, mark.name());
    group.details.push(("change".into(), mark.name().into()));
    let Some([min, max]) = bounds(&group.items) else { return };
    let corner = Point { x: min.x - GAP, y: min.y - GAP };
    let size = [max.x - min.x + 2.0 * GAP, max.y - min.y + 2.0 * GAP];
    let stroke = Stroke { dashed: mark == Mark::Removed, ..Stroke::solid(theme.mark(mark), WIDTH) };
    let outline = Outline::Rectangle { corner, size, radius: RADIUS };
    group.items.push(Shape::new(outline, crate::scene::Fill::None).bordered(stroke).into());
    group.items.extend(badge(mark, Point { x: corner.x + size[0], y: corner.y }, theme));
}

/// A circle with a sign. The sign consists of lines, so that no font has to have it.
pub(crate) fn badge(mark: Mark, center: Point, theme: &Theme) -> Vec<Item> {
    let (fill, em) = (theme.mark(mark), theme.text_size);
    let outline = Outline::Ellipse { center, radii: [BADGE * em; 2] };
    // The ring sets it off against what is below.
    let circle = Shape::new(outline, fill).bordered(Stroke::solid(theme.background, 1.0));
    let at = |x: f64, y: f64| Point { x: center.x + SIGN * em * x, y: center.y + SIGN * em * y };
    let line = |points: &[[f64; 2]]| -> Vec<[Point; 2]> {
        points.windows(2).map(|ends| [at(ends[0][0], ends[0][1]), at(ends[1][0], ends[1][1])]).collect()
    };
    let segments = match mark {
        Mark::Added => [line(&[[-1.0, 0.0], [1.0, 0.0]]), line(&[[0.0, -1.0], [0.0, 1.0]])].concat(),
        Mark::Removed => line(&[[-1.0, 0.0], [1.0, 0.0]]),
        Mark::Changed => line(&[[-1.1, 0.3], [-0.75, -0.25], [-0.35, -0.35], [0.35, 0.35], [0.75, 0.25], [1.1, -0.3]]),
        Mark::Moved => [line(&[[-1.0, 0.0], [1.0, 0.0]]), line(&[[0.25, -0.75], [1.0, 0.0], [0.25, 0.75]])].concat(),
    };
    let stroke = Stroke::solid(theme.text_on([fill; 2]), SIGN_WIDTH);
    vec![circle.into(), Item::Lines { segments, stroke }]
}

/// The corners of the rectangle around shapes and images; `None` for a group without any.
fn bounds(items: &[Item]) -> Option<[Point; 2]> {
    let ends = items.iter().filter_map(|item| match item {
        Item::Shape(shape) => Some(match &shape.outline {
            Outline::Ellipse { center: Point { x, y }, radii: [a, b] } => [[x - a, y - b], [x + a, y + b]],
            Outline::Rectangle { corner: Point { x, y }, size: [w, h], .. } => [[*x, *y], [x + w, y + h]],
            Outline::Polygon(points) => {
                let fold = |start: f64, pick: fn(f64, f64) -> f64| {
                    points.iter().fold([start; 2], |end, point| [pick(end[0], point.x), pick(end[1], point.y)])
                };
                [fold(f64::INFINITY, f64::min), fold(f64::NEG_INFINITY, f64::max)]
            }
        }),
        Item::Raster(raster) => {
            let Point { x, y } = raster.corner;
            Some([[x, y], [x + raster.size[0], y + raster.size[1]]])
        }
        Item::Lines { .. } | Item::Route { .. } | Item::Text(_) => None,
    });
    let join = |[a, b]: [[f64; 2]; 2], [c, d]: [[f64; 2]; 2]| {
        [[a[0].min(c[0]), a[1].min(c[1])], [b[0].max(d[0]), b[1].max(d[1])]]
    };
    let [min, max] = ends.reduce(join)?;
    Some([min, max].map(|[x, y]| Point { x, y }))
}
