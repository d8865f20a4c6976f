//! The lines of curves: from values to segments.

use crate::scene::{Point, Stroke};
use crate::theme::Theme;

/// Maximum number of points of a curve; longer curves are thinned.
const POINTS: usize = 1000;
/// Number of marks on a long curve.
const MARKS: usize = 5;
/// Length of a dash and of a gap, in line widths; the same as in the formats.
const DASH: f64 = 4.0;

/// A solid line as segments.
pub(super) fn pairs(line: &[Point]) -> Vec<[Point; 2]> {
    line.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// A dashed line as segments. Its dashes continue around corners, whereas those of `Item::Lines` restart there.
pub(super) fn dashes(line: &[Point], stroke: Stroke) -> Vec<[Point; 2]> {
    let dash = DASH * stroke.width.max(1.0);
    let (mut pieces, mut done) = (Vec::new(), 0.0);
    for [from, to] in pairs(line) {
        let length = (to.x - from.x).hypot(to.y - from.y);
        let at = |way: f64| {
            let share = way / length;
            Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
        };
        let mut way = 0.0;
        while way < length {
            // End of the current dash or gap.
            let index = ((done + way) / dash + 1e-9).floor();
            let end = ((index + 1.0) * dash - done).min(length);
            if index % 2.0 == 0.0 {
                pieces.push([at(way), at(end)]);
            }
            way = end.max(way + 1e-6);
        }
        done += length;
    }
    pieces
}

/// A few values of a long curve, evenly spaced. Curves with different numbers get different positions.
pub(super) fn some(values: &[(usize, f64)], number: usize) -> Vec<(usize, f64)> {
    let shift = (number as f64 + 0.5) / Theme::RUNS as f64;
    let places = (0..MARKS).map(|mark| (mark as f64 + shift) / MARKS as f64 * values.len() as f64);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than the number of values")]
    places.map(|place| values[place as usize]).collect()
}

/// Thins a curve to about a thousand points: the minimum and maximum of each group of neighbours, and the last point.
pub(super) fn thinned(points: &[(usize, f64)]) -> Vec<(usize, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let by_value = |a: &&(usize, f64), b: &&(usize, f64)| a.1.total_cmp(&b.1);
    let chosen = points.chunks(points.len().div_ceil(POINTS / 2)).flat_map(|chunk| {
        let mut pair: Vec<_> =
            [chunk.iter().min_by(by_value), chunk.iter().max_by(by_value)].into_iter().flatten().copied().collect();
        pair.sort_by_key(|point| point.0);
        pair
    });
    let mut chosen: Vec<_> = chosen.chain(points.last().copied()).collect();
    chosen.dedup();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_extremes() {
        let points: Vec<(usize, f64)> = (1..=100_000).map(|epoch| (epoch, (epoch % 977) as f64)).collect();
        let kept = thinned(&points);
        assert!(kept.len() <= POINTS + 1 && kept.is_sorted_by_key(|point| point.0), "{}", kept.len());
        assert_eq!(kept.last(), points.last());
        let greatest = |points: &[(usize, f64)]| points.iter().map(|point| point.1).fold(0.0, f64::max);
        assert!((greatest(&kept) - greatest(&points)).abs() < 1e-9);
    }

    #[test]
    fn dashes_go_on_round_corners() {
        let line: Vec<Point> = (0..=100).map(|step| Point { x: f64::from(step), y: 0.0 }).collect();
        let stroke = Stroke::solid(crate::theme::Paint::rgb(0), 2.0);
        let pieces = dashes(&line, stroke);
        let length: f64 = pieces.iter().map(|[from, to]| to.x - from.x).sum();
        // A dash of 8, a gap of 8 and so on, regardless of corners.
        assert!((length - 52.0).abs() < 1e-3, "{length}");
        assert!(pieces.iter().all(|[from, _]| (from.x / 8.0 + 1e-3).floor() % 2.0 == 0.0), "{pieces:?}");
        assert!(dashes(&[line[3]; 5], stroke).is_empty());
    }
}
