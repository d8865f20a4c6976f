//! Where lines cross.
//!
//! A crossing is a point inside two straight pieces of different lines. Lines from one source are drawn as one line that
//! branches, so what crosses the part that they share crosses it once. The lines between two rows of neurons are a
//! bundle: they are not compared among themselves and with bundles that share an end, and a bundle and another line cross
//! at most once.

use std::collections::{HashMap, HashSet};

use netviz::scene::{Item, Point, Scene};

use super::geometry::crossing;
use super::parts::{Body, Part, pairs, parts};

/// A line of a drawing as a polyline, with the node at each end.
pub(crate) struct Line {
    pub(crate) ends: [usize; 2],
    pub(crate) points: Vec<Point>,
}

/// The crossings of a scene.
pub(super) fn crossings(scene: &Scene) -> usize {
    let parts: Vec<Part> = parts(scene).into_iter().filter(|part| matches!(part.body, Body::Line { .. })).collect();
    let ends = |part: &Part| scene.groups[part.group].ends.as_ref().expect("only connections have lines");
    let mut points = HashSet::new();
    let mut bundles = HashSet::new();
    pairs(&parts, [scene.width, scene.height], |a, b| {
        let (Body::Line { ends: of_a, is_bundle: a_is }, Body::Line { ends: of_b, is_bundle: b_is }) =
            (&a.body, &b.body)
        else {
            return;
        };
        let Some(at) = crossing(*of_a, *of_b).filter(|_| a.group != b.group) else { return };
        let (ends_a, ends_b) = (ends(a), ends(b));
        if !a_is && !b_is {
            let (from_a, from_b) = (&ends_a[0], &ends_b[0]);
            points.insert((from_a.min(from_b), from_a.max(from_b), rounded(at)));
        } else if ends_a.iter().all(|end| !ends_b.contains(end)) {
            bundles.insert([a.group.min(b.group), a.group.max(b.group)]);
        }
    });
    points.len() + bundles.len()
}

/// The connections of a scene, with their ends numbered.
pub(crate) fn lines(scene: &Scene) -> Vec<Line> {
    let mut numbers = HashMap::new();
    let mut lines = Vec::new();
    for group in &scene.groups {
        let Some(ends) = &group.ends else { continue };
        let ends = ends.each_ref().map(|end| {
            let next = numbers.len();
            *numbers.entry(end).or_insert(next)
        });
        for item in &group.items {
            if let Item::Route { points, .. } = item {
                lines.push(Line { ends, points: points.clone() });
            }
        }
    }
    lines
}

/// The crossings of each pair of lines, whichever program drew them: what crosses two lines from one source crosses both.
/// Lines that share an end are not compared, since splines touch more than once on the way to one point.
pub(crate) fn crossing_pairs(lines: &[Line]) -> usize {
    let pieces: Vec<(usize, [Point; 2])> = lines
        .iter()
        .enumerate()
        .flat_map(|(line, of)| of.points.windows(2).map(move |pair| (line, [pair[0], pair[1]])))
        .collect();
    let is_apart = |a: usize, b: usize| lines[a].ends.iter().all(|end| !lines[b].ends.contains(end));
    let mut points = HashSet::new();
    for (index, &(a, of_a)) in pieces.iter().enumerate() {
        for &(b, of_b) in pieces[index + 1..].iter().filter(|(b, _)| *b != a) {
            if let Some(at) = crossing(of_a, of_b).filter(|_| is_apart(a, b)) {
                points.insert((a, b, rounded(at)));
            }
        }
    }
    points.len()
}

/// A point to a tenth of a pixel.
#[expect(clippy::cast_possible_truncation, reason = "positions are far below 2⁵³")]
fn rounded(at: Point) -> [i64; 2] {
    [(at.x * 10.0).round() as i64, (at.y * 10.0).round() as i64]
}
