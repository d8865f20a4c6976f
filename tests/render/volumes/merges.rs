//! Merges in the view `volumes`: their inputs and what follows them.

use netviz::scene::{Item, Outline, Point, Shape};

use super::super::geometry::of_class;
use super::captions::words_of;
use super::{DIRECTIONS, check, grow, scene};

/// The least distance between two lines, where they do not cross.
fn distance(a: [Point; 2], b: [Point; 2]) -> f64 {
    let from = |point: Point, [start, end]: [Point; 2]| {
        let (x, y) = (end.x - start.x, end.y - start.y);
        let share = ((point.x - start.x) * x + (point.y - start.y) * y) / (x * x + y * y).max(1e-9);
        let share = share.clamp(0.0, 1.0);
        (point.x - start.x - share * x).hypot(point.y - start.y - share * y)
    };
    [from(a[0], b), from(a[1], b), from(b[0], a), from(b[1], a)].into_iter().fold(f64::INFINITY, f64::min)
}

#[test]
fn every_input_of_a_merge_is_seen_up_to_it() {
    let conv = |name: &str, from: &str| format!("  - conv2d: {{name: {name}, from: {from}, filters: 4, kernel: 1}}\n");
    let chain = |count: usize| {
        let layer = |index: usize| {
            conv(&format!("c{index}"), &if index == 0 { "input".into() } else { format!("c{}", index - 1) })
        };
        (0..count).map(layer).collect::<String>()
    };
    let branches = |count: usize| {
        let layer = |index: usize| {
            let first = conv(&format!("b{index}"), "input");
            // Every other one is longer.
            let second = conv(&format!("c{index}"), &format!("b{index}"));
            if index.is_multiple_of(2) { first + &second } else { first.replace("name: b", "name: c") }
        };
        (0..count).map(layer).collect::<String>()
    };
    for count in 2..9 {
        let names: Vec<String> = (0..count).map(|index| format!("c{index}")).collect();
        let merge = format!("  - concat: {{name: join, from: [{}]}}\n  - activation: relu\n", names.join(", "));
        for layers in [chain(count), branches(count)] {
            let text = format!("input: [4, 16, 16]\nlayers:\n{layers}{merge}");
            for direction in DIRECTIONS {
                check(&text, direction);
                let scene = scene(&text, direction);
                let to_join = of_class(&scene, "connections").filter(|link| link.label.ends_with(" to join"));
                let ends: Vec<[Point; 2]> = to_join
                    .map(|link| match &link.items[..] {
                        [Item::Route { points, .. }] => [points[points.len() - 2], points[points.len() - 1]],
                        items => panic!("{items:?} are no arrow"),
                    })
                    .collect();
                assert_eq!(ends.len(), count, "{text}");
                for (index, &a) in ends.iter().enumerate() {
                    for &b in &ends[..index] {
                        let distance = distance(a, b);
                        assert!(distance > 2.0, "{direction:?}: {distance} between {a:?} and {b:?} in\n{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_function_after_a_merge_is_a_ring_round_it() {
    let text = "input: [4, 8, 8]
layers:
  - conv2d: {name: a, filters: 4, kernel: 1}
  - conv2d: {name: b, filters: 4, kernel: 1, activation: tanh}
  - add: {name: sum, from: [a, b]}
  - activation: {name: after, function: relu}
  - dropout: {name: drop, rate: 0.5}
";
    for direction in DIRECTIONS {
        check(text, direction);
        let scene = scene(text, direction);
        let radius = |layer: &str| {
            let id = format!("layer-{layer}");
            let group = scene.groups.iter().find(|group| group.id == id).expect("it is drawn");
            match &group.items[0] {
                Item::Shape(Shape { outline: Outline::Ellipse { radii, .. }, .. }) => radii[0],
                item => panic!("{item:?} is no circle"),
            }
        };
        assert!(grow(&[radius("sum"), radius("after"), radius("drop")]));
        let words = words_of(&scene, "sum").join(" ");
        assert!(words.contains("relu") && words.contains("drop") && words.contains("4×8×8"), "{words}");
    }
}
