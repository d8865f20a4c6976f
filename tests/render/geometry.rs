//! Geometry: nothing overlaps, nothing leaves the picture, and no line crosses a layer.

use std::time::Duration;

use netviz::font::width;
use netviz::picture::{Direction, Options};
use netviz::scene::{Anchor, Group, Item, Outline, Point, Raster, Scene, Shape, Text};
use proptest::prelude::*;
use proptest::sample::Index;

use super::common::timed;
use super::growing::Growing;
use super::{at_most, scene, specs};

/// A bounding box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) min: Point,
    pub(super) max: Point,
}

impl Bounds {
    pub(super) fn of(points: impl IntoIterator<Item = Point>) -> Self {
        let inf = f64::INFINITY;
        let empty = Self { min: Point { x: inf, y: inf }, max: Point { x: -inf, y: -inf } };
        points.into_iter().fold(empty, |all, p| Self {
            min: Point { x: all.min.x.min(p.x), y: all.min.y.min(p.y) },
            max: Point { x: all.max.x.max(p.x), y: all.max.y.max(p.y) },
        })
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        let apart = |a: Self, b: Self| a.max.x <= b.min.x || a.max.y <= b.min.y;
        !apart(self, other) && !apart(other, self)
    }

    /// Whether a line runs through the inside (Liang and Barsky 1984).
    pub(super) fn is_crossed([a, b]: [Point; 2], bounds: Self) -> bool {
        let axes = [[a.x, b.x, bounds.min.x, bounds.max.x], [a.y, b.y, bounds.min.y, bounds.max.y]];
        let mut inside = [0.0_f64, 1.0_f64];
        for [from, to, min, max] in axes {
            // A line parallel to the other axis is either outside, or inside for all of its length.
            if (from - to).abs() < 1e-9 {
                if from <= min || from >= max {
                    return false;
                }
                continue;
            }
            let [first, last] = [(min - from) / (to - from), (max - from) / (to - from)];
            inside = [inside[0].max(first.min(last)), inside[1].min(first.max(last))];
        }
        inside[0] + 1e-9 < inside[1]
    }
}

/// The bounding box of an item; lines have none.
pub(super) fn bounds(item: &Item) -> Option<Bounds> {
    match item {
        Item::Shape(Shape { outline: Outline::Ellipse { center, radii: [x, y] }, .. }) => {
            Some(Bounds::of([Point { x: center.x - x, y: center.y - y }, Point { x: center.x + x, y: center.y + y }]))
        }
        Item::Shape(Shape { outline: Outline::Rectangle { corner, size, .. }, .. })
        | Item::Raster(Raster { corner, size, .. }) => {
            Some(Bounds::of([*corner, Point { x: corner.x + size[0], y: corner.y + size[1] }]))
        }
        Item::Shape(Shape { outline: Outline::Polygon(points), .. }) => Some(Bounds::of(points.iter().copied())),
        Item::Text(text) => Some(Bounds::of(corners(text))),
        Item::Lines { .. } | Item::Route { .. } => None,
    }
}

/// The corners of the rotated bounding box of a line of text.
pub(super) fn corners(Text { text, at, anchor, size, weight, angle, .. }: &Text) -> [Point; 4] {
    let length = width(text, *size, *weight);
    let left = match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -length / 2.0,
        Anchor::End => -length,
    };
    let (sin, cos) = angle.to_radians().sin_cos();
    let turned = |[x, y]: [f64; 2]| Point { x: at.x + x * cos - y * sin, y: at.y + x * sin + y * cos };
    let (top, bottom) = (-0.73 * size, 0.21 * size);
    [[left, top], [left + length, top], [left + length, bottom], [left, bottom]].map(turned)
}

/// The straight lines of an item.
pub(super) fn segments(item: &Item) -> Vec<[Point; 2]> {
    match item {
        Item::Lines { segments, .. } => segments.clone(),
        Item::Route { points, .. } => points.windows(2).map(|pair| [pair[0], pair[1]]).collect(),
        Item::Shape(_) | Item::Text(_) | Item::Raster(_) => Vec::new(),
    }
}

pub(super) fn of_class<'a>(scene: &'a Scene, class: &'a str) -> impl Iterator<Item = &'a Group> {
    scene.groups.iter().filter(move |group| group.class == class)
}

/// Text beside a body: the caption, and the count of omitted neurons.
fn is_beside(item: &Item) -> bool {
    matches!(item, Item::Text(Text { anchor: Anchor::Start | Anchor::End, .. }))
}

fn check(text: &str, max_neurons: usize) {
    for direction in [Direction::Down, Direction::Right] {
        for bias in [false, true] {
            check_scene(&scene(text, &Options { direction: Some(direction), bias, ..at_most(max_neurons) }), text);
        }
    }
}

fn check_scene(scene: &Scene, text: &str) {
    let layers: Vec<(&Group, Vec<(Bounds, bool)>)> = of_class(scene, "layer")
        .map(|group| (group, group.items.iter().filter_map(|item| Some((bounds(item)?, is_beside(item)))).collect()))
        .collect();
    nothing_leaves(scene, text);
    let whole = |parts: &[(Bounds, bool)]| Bounds::of(parts.iter().flat_map(|(part, _)| [part.min, part.max]));
    let wholes: Vec<Bounds> = layers.iter().map(|(_, parts)| whole(parts)).collect();
    for (index, a) in wholes.iter().enumerate() {
        for (other, b) in wholes.iter().enumerate().skip(index + 1) {
            assert!(!a.overlaps(*b), "{} overlaps {} in\n{text}", layers[index].0.id, layers[other].0.id);
        }
    }
    for link in of_class(scene, "connections") {
        let ends: Vec<String> =
            link.id["link-".len()..].split('.').map(|name| format!("layer-{}", name.replace(':', "."))).collect();
        for line in link.items.iter().flat_map(segments) {
            for ((layer, parts), whole) in layers.iter().zip(&wholes) {
                let own = ends.contains(&layer.id);
                let crossed = Bounds::is_crossed(line, *whole)
                    && parts.iter().any(|&(part, beside)| (beside || !own) && Bounds::is_crossed(line, part));
                assert!(!crossed, "{} runs over {} in\n{text}", link.id, layer.id);
            }
        }
    }
}

pub(crate) fn nothing_leaves(scene: &Scene, text: &str) {
    let canvas = Bounds::of([Point { x: 0.0, y: 0.0 }, Point { x: scene.width, y: scene.height }]);
    for item in scene.groups.iter().flat_map(|group| &group.items) {
        let corners = bounds(item).map_or_else(|| segments(item).concat(), |bounds| vec![bounds.min, bounds.max]);
        for point in corners {
            let inside =
                (canvas.min.x..=canvas.max.x).contains(&point.x) && (canvas.min.y..=canvas.max.y).contains(&point.y);
            assert!(inside, "{item:?} leaves the picture of\n{text}");
        }
    }
}

#[test]
fn every_spec_is_placed_without_overlaps() {
    for text in specs() {
        for max_neurons in [1, 3, 10, 40] {
            check(&text, max_neurons);
        }
    }
}

/// Networks of vectors only: dense layers and the operations between them, with skips of every length.
pub(super) fn perceptron() -> impl Strategy<Value = String> {
    let layer = (0..8_usize, prop::sample::select(&[1_usize, 2, 4, 12, 40][..]), any::<[Index; 3]>());
    prop::collection::vec(layer, 1..16).prop_map(|layers| {
        let mut spec = Growing::new("6");
        for (index, (kind, units, sources)) in layers.into_iter().enumerate() {
            let [first, second, third] = sources.map(|source| spec.near(source));
            let name = format!("{}{index}", "n".repeat(1 + 7 * (units % 5)));
            let (entry, used) = match kind {
                0..4 => (format!("dense: {{units: {units}, activation: relu, from: {first}, "), first),
                4 => (format!("dropout: {{rate: 0.5, from: {first}, "), first),
                5 => (format!("activation: {{function: tanh, from: {first}, "), first),
                _ => {
                    let from = [first, second, third].join(", ");
                    (format!("concat: {{from: [{from}], "), from)
                }
            };
            spec.add(&entry, &used, name);
        }
        spec.joined()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn networks_of_every_kind_are_placed_without_overlaps(text in super::networks::network()) {
        check(&text, 10);
    }

    #[test]
    fn networks_of_neurons_are_placed_without_overlaps(text in perceptron(), max_neurons in 1_usize..12) {
        check(&text, max_neurons);
    }
}

/// Processor time that is enough for a debug build.
const SOON: Duration = Duration::from_secs(5);

fn soon(text: &str) {
    let (_, time) = timed(|| scene(text, &crate::neurons()));
    assert!(time < SOON, "took {time:?}");
}

#[test]
fn three_hundred_layers_are_placed_one_below_the_other() {
    let text = format!("input: [8]\nlayers:\n{}", "  - dense: 8\n".repeat(300));
    soon(&text);
    check(&text, 10);
}

#[test]
fn fifty_branches_are_placed_side_by_side() {
    let branch = |index: usize| format!("  - dense: {{name: b{index}, units: 12, from: input}}\n");
    let names: Vec<String> = (0..50).map(|index| format!("b{index}")).collect();
    let branches: Vec<String> = (0..50).map(branch).collect();
    let branches = branches.concat();
    let text = format!("input: [8]\nlayers:\n{branches}  - concat: {{from: [{}]}}\n", names.join(", "));
    soon(&text);
    check(&text, 10);
}

#[test]
fn three_hundred_layers_may_all_feed_the_last() {
    let names: Vec<String> = (1..=300).map(|index| format!("dropout_{index}")).collect();
    let layers = "  - dropout: 0\n".repeat(300);
    soon(&format!("input: [8]\nlayers:\n{layers}  - concat: {{from: [{}]}}\n", names.join(", ")));
}
