//! Scenes with known measurements.

use netviz::font::Weight;
use netviz::scene::{Anchor, Fill, Group, Item, Outline, Point, Scene, Shape, Shown, Stroke, Text};
use netviz::theme::Paint;

use super::crossings::{Line, crossing_pairs};
use super::{Kind, Metrics, PLACES};

const BLACK: Paint = Paint::rgb(0);

fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// A square of 100 pixels.
fn square(x: f64, y: f64, fill: impl Into<Fill>) -> Item {
    Shape::new(Outline::Rectangle { corner: at(x, y), size: [100.0; 2], radius: 0.0 }, fill).into()
}

/// A text about 46 pixels long.
fn text(x: f64, y: f64) -> Item {
    let (text, weight) = ("measure".into(), Weight::Regular);
    Text { text, at: at(x, y), anchor: Anchor::Start, size: 12.0, weight, color: BLACK, angle: 0.0 }.into()
}

fn layer(id: &str, items: Vec<Item>) -> Group {
    Group::new(id, "layer", items)
}

fn link(ends: [&str; 2], points: &[[f64; 2]]) -> Group {
    let points = points.iter().map(|&[x, y]| at(x, y)).collect();
    let route = Item::Route { points, stroke: Stroke::solid(BLACK, 1.0), arrow: true };
    Group { ends: Some(ends.map(str::to_owned)), ..Group::new(ends.join("-"), "connections", vec![route]) }
}

fn measured(groups: Vec<Group>) -> Metrics {
    Metrics::of(&Scene {
        width: 800.0,
        height: 400.0,
        title: String::new(),
        description: String::new(),
        details: Vec::new(),
        shown: Shown::default(),
        background: BLACK,
        transparent: false,
        groups,
        folds: Vec::new(),
        relayout: None,
    })
}

fn kinds(groups: Vec<Group>) -> Vec<Kind> {
    measured(groups).faults.into_iter().map(|fault| fault.kind).collect()
}

#[test]
fn a_tidy_picture_has_no_faults() {
    let frame = Group::new("fold", "fold", vec![square(10.0, 10.0, Fill::None)]);
    let inner = Outline::Rectangle { corner: at(20.0, 20.0), size: [80.0, 30.0], radius: 0.0 };
    let inner = layer("a", vec![Shape::new(inner, BLACK).into(), text(25.0, 40.0)]);
    let other = layer("b", vec![square(300.0, 10.0, BLACK)]);
    // A line that leaves a frame is drawn in two parts, which meet at its border.
    let out = link(["a", "fold"], &[[60.0, 50.0], [60.0, 110.0]]);
    let on = link(["fold", "b"], &[[60.0, 110.0], [60.0, 200.0], [350.0, 200.0], [350.0, 110.0]]);
    assert_eq!(kinds(vec![frame, inner, other, out, on]), []);
}

#[test]
fn each_fault_is_found() {
    let a = || layer("a", vec![square(10.0, 10.0, BLACK)]);
    let b = layer("b", vec![square(60.0, 60.0, BLACK)]);
    let to_b = link(["a", "b"], &[[60.0, 110.0], [60.0, 120.0]]);
    assert_eq!(kinds(vec![a(), b.clone(), to_b]), [Kind::BoxOverBox]);
    assert_eq!(kinds(vec![a(), b]), [], "layers without a line between them are one figure");
    let frame = Group::new("fold", "fold", vec![square(10.0, 10.0, Fill::None)]);
    assert_eq!(kinds(vec![frame, a()]), [Kind::BoxOnFrame]);
    assert_eq!(kinds(vec![layer("t", vec![text(300.0, 300.0), text(320.0, 305.0)])]), [Kind::TextOverText]);
    assert_eq!(kinds(vec![a(), layer("t", vec![text(90.0, 50.0)])]), [Kind::TextOverBox]);
    assert_eq!(kinds(vec![a(), layer("t", vec![text(20.0, 50.0)])]), [Kind::TextOverBox], "it is inside");
    assert_eq!(kinds(vec![layer("a", vec![square(10.0, 10.0, BLACK), text(90.0, 50.0)])]), [Kind::CutText]);
    assert_eq!(kinds(vec![layer("t", vec![text(780.0, 50.0)])]), [Kind::CutText], "it leaves the picture");
    let line = || link(["x", "y"], &[[0.0, 50.0], [400.0, 50.0]]);
    assert_eq!(kinds(vec![a(), line()]), [Kind::LineThroughBox]);
    assert_eq!(kinds(vec![line(), layer("t", vec![text(300.0, 55.0)])]), [Kind::LineOverText]);
    assert_eq!(kinds(vec![line(), link(["z", "w"], &[[200.0, 50.5], [600.0, 50.5]])]), [Kind::LineOverLine]);
    assert_eq!(kinds(vec![line(), link(["x", "z"], &[[0.0, 50.0], [600.0, 50.0]])]), [], "one source");
}

#[test]
fn crossings_of_shared_runs_count_once() {
    let down = link(["a", "b"], &[[100.0, 10.0], [100.0, 300.0]]);
    let branch = |to: &str, x: f64| link(["c", to], &[[10.0, 100.0], [200.0, 100.0], [x, 200.0]]);
    assert_eq!(measured(vec![down.clone(), branch("d", 300.0), branch("e", 400.0)]).crossings, 1);
    let back = link(["c", "f"], &[[10.0, 100.0], [200.0, 100.0], [200.0, 200.0], [10.0, 200.0]]);
    assert_eq!(measured(vec![down.clone(), back]).crossings, 2);
    let segments = vec![[at(10.0, 100.0), at(200.0, 100.0)], [at(10.0, 120.0), at(200.0, 120.0)]];
    let bundle = Item::Lines { segments, stroke: Stroke::solid(BLACK, 1.0) };
    let bundle = Group { items: vec![bundle], ..link(["c", "d"], &[]) };
    assert_eq!(measured(vec![down, bundle]).crossings, 1);
}

#[test]
fn lines_that_share_an_end_are_not_compared() {
    let line = |ends, points: [[f64; 2]; 2]| Line { ends, points: points.map(|[x, y]| at(x, y)).into() };
    let across = line([0, 1], [[0.0, 0.0], [10.0, 10.0]]);
    let other = |ends| line(ends, [[0.0, 10.0], [10.0, 0.0]]);
    assert_eq!(crossing_pairs(&[across, other([2, 3]), other([0, 4])]), 1);
}

#[test]
fn half_of_a_half_filled_canvas_is_empty() {
    let filled = Outline::Rectangle { corner: at(0.0, 0.0), size: [400.0, 400.0], radius: 0.0 };
    let filled = measured(vec![layer("a", vec![Shape::new(filled, BLACK).into()])]);
    assert!((filled.empty - 0.5).abs() < 1e-9, "{}", filled.empty);
    assert!((filled.hole - 0.5).abs() < 1e-9, "{}", filled.hole);
    let frame = measured(vec![layer("a", vec![square(8.0, 8.0, Fill::None)])]);
    // The border runs through 7 + 7 + 5 + 5 of 50 × 25 cells.
    assert!((frame.empty - (1.0 - 24.0 / 1250.0)).abs() < 1e-9, "{}", frame.empty);
}

#[test]
fn text_is_measured_where_it_is_shown() {
    let metrics = measured(vec![layer("t", vec![text(20.0, 50.0)])]);
    let on: Vec<String> = PLACES.iter().map(|&place| format!("{} {:.2}", place.name, metrics.text_on(place))).collect();
    // A column is 84 mm, or 317.5 pixels, wide: 12 px become 12 × 317.5 / 800.
    assert_eq!(on, ["readme 12.00", "column 4.76", "a4 9.07", "slide 12.00"]);
}
