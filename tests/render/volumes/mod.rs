//! The view `volumes`: what is a solid and what a band, and where everything is.

mod captions;
mod merges;

use std::collections::HashMap;

use netviz::Model;
use netviz::formats;
use netviz::picture::{Direction, Options, Picture};
use netviz::scene::{Group, Item, Outline, Point, Scene, Shape, Text};
use netviz::theme::THEMES;
use netviz::views::VIEWS;
use netviz::views::volumes::VolumeView;
use proptest::prelude::*;
use proptest::sample::Index;
use roxmltree::Document;

use super::common::timed;
use super::geometry::{corners, of_class};
use super::growing::Growing;
use super::{command, networks, specs, with};

const DIRECTIONS: [Direction; 2] = [Direction::Right, Direction::Down];

fn options(direction: Option<Direction>) -> Options {
    let view = VIEWS.iter().find(|view| view.name == "volumes").expect("it is a view");
    Options { view: Some(view), direction, ..crate::neurons() }
}

fn scene(text: &str, direction: Direction) -> Scene {
    super::scene(text, &options(Some(direction)))
}

/// For each volume, the layers of each of its solids, bands behind them.
fn volumes(text: &str) -> Vec<Vec<Vec<String>>> {
    let names = |view: &VolumeView| {
        let solids = view.volumes().iter().map(|volume| {
            let layers = volume.solids.iter().map(|solid| {
                let layers = std::iter::once(&solid.layer).chain(&solid.bands);
                layers.map(|layer| layer.name.clone()).collect()
            });
            layers.collect()
        });
        solids.collect()
    };
    with(text, &options(None), |picture| names(&VolumeView::of(picture)))
}

/// Corners of something convex.
type Polygon = Vec<Point>;

/// Whether two convex shapes share more than an edge (the theorem of the separating axis).
fn overlap(a: &[Point], b: &[Point]) -> bool {
    let axes = |polygon: &[Point]| {
        let next = polygon.iter().cycle().skip(1);
        let normal = |(from, to): (&Point, &Point)| Point { x: from.y - to.y, y: to.x - from.x };
        polygon.iter().zip(next).map(normal).collect::<Vec<_>>()
    };
    let extent = |polygon: &[Point], axis: Point| {
        let places = polygon.iter().map(|point| (point.x * axis.x + point.y * axis.y) / axis.x.hypot(axis.y));
        places.fold([f64::INFINITY, f64::NEG_INFINITY], |[min, max], place| [min.min(place), max.max(place)])
    };
    [axes(a), axes(b)].concat().into_iter().filter(|axis| axis.x.hypot(axis.y) > 1e-9).all(|axis| {
        let [a, b] = [extent(a, axis), extent(b, axis)];
        a[1] > b[0] + 1e-6 && b[1] > a[0] + 1e-6
    })
}

fn shape(item: &Item) -> Option<Polygon> {
    match item {
        Item::Shape(Shape { outline: Outline::Polygon(corners), .. }) => Some(corners.clone()),
        Item::Shape(Shape { outline: Outline::Ellipse { center, radii: [x, y] }, .. }) => {
            let corner = |angle: f64| Point { x: center.x + x * angle.cos(), y: center.y + y * angle.sin() };
            Some((0..24).map(|step| corner(f64::from(step) * std::f64::consts::TAU / 24.0)).collect())
        }
        _ => None,
    }
}

fn texts(group: &Group) -> Vec<Polygon> {
    // The sign of a circle stands in it.
    let is_joint =
        group.items.iter().any(|item| matches!(item, Item::Shape(Shape { outline: Outline::Ellipse { .. }, .. })));
    let texts = group.items.iter().filter_map(|item| match item {
        Item::Text(text) => Some(corners(text).into()),
        _ => None,
    });
    let has_sign =
        is_joint && matches!(group.items.get(1), Some(Item::Text(Text { text, .. })) if text.chars().count() < 3);
    texts.skip(usize::from(has_sign)).collect()
}

fn check(text: &str, direction: Direction) {
    let scene = scene(text, direction);
    let layers: Vec<&Group> = of_class(&scene, "layer").collect();
    let volume_of: HashMap<String, usize> = volumes(text)
        .into_iter()
        .enumerate()
        .flat_map(|(index, solids)| solids.concat().into_iter().map(move |name| (format!("layer-{name}"), index)))
        .collect();
    every_layer_is_drawn_once(&layers, text);
    let shapes: Vec<(usize, &str, Polygon)> = layers
        .iter()
        .flat_map(|group| group.items.iter().filter_map(shape).map(|shape| (volume_of[&group.id], &*group.id, shape)))
        .collect();
    let captions: Vec<(&str, Polygon)> =
        layers.iter().flat_map(|group| texts(group).into_iter().map(|text| (&*group.id, text))).collect();
    for (index, (volume, name, a)) in shapes.iter().enumerate() {
        for (other, other_name, b) in &shapes[index + 1..] {
            assert!(volume == other || !overlap(a, b), "{direction:?}: {name} overlaps {other_name} in\n{text}");
        }
        for (caption, b) in &captions {
            assert!(!overlap(a, b), "{direction:?}: the caption of {caption} overlaps {name} in\n{text}");
        }
    }
    for (index, (name, a)) in captions.iter().enumerate() {
        for (other, b) in &captions[index + 1..] {
            assert!(!overlap(a, b), "{direction:?}: captions of {name} and {other} overlap in\n{text}");
        }
    }
    let canvas = [[0.0, 0.0], [scene.width, scene.height]].map(|[x, y]| Point { x, y });
    let inside = |point: &Point| {
        (canvas[0].x..=canvas[1].x).contains(&point.x) && (canvas[0].y..=canvas[1].y).contains(&point.y)
    };
    assert!(shapes.iter().flat_map(|(.., shape)| shape).all(inside), "a solid leaves the picture of\n{text}");
    assert!(captions.iter().flat_map(|(_, text)| text).all(inside), "a caption leaves the picture of\n{text}");
    for link in of_class(&scene, "connections") {
        let ends = link.ends.clone().expect("a connection has ends").map(|end| volume_of[&end]);
        let [Item::Route { points, arrow: true, .. }] = &link.items[..] else { panic!("{link:?} is no arrow") };
        assert!(points.iter().all(inside), "{} leaves the picture of\n{text}", link.id);
        for line in points.windows(2) {
            for (volume, name, shape) in &shapes {
                assert!(
                    ends.contains(volume) || !overlap(line, shape),
                    "{direction:?}: {} runs over {name} in\n{text}",
                    link.id
                );
            }
            for (name, caption) in &captions {
                assert!(
                    !overlap(line, caption),
                    "{direction:?}: {} runs over the caption of {name} in\n{text}",
                    link.id
                );
            }
        }
    }
}

fn every_layer_is_drawn_once(layers: &[&Group], text: &str) {
    let model = Model::from_text(text).expect("a valid model");
    let mut expected: Vec<String> =
        model.graph.order().map(|index| format!("layer-{}", model.graph.node(index).name)).collect();
    let mut drawn: Vec<String> = layers.iter().map(|group| group.id.clone()).collect();
    expected.sort();
    drawn.sort();
    assert_eq!(drawn, expected, "{text}");
    for layer in layers {
        assert!(layer.items.iter().any(|item| shape(item).is_some()), "nothing is seen of {} in\n{text}", layer.id);
        assert!(!layer.label.is_empty() && !layer.details.is_empty(), "{layer:?}");
    }
}

#[test]
fn every_spec_is_placed_without_overlaps() {
    for text in specs() {
        for direction in DIRECTIONS {
            check(&text, direction);
        }
    }
}

/// Images of one size: convolutions, what is painted on them, and skips of every length.
fn convolutional() -> impl Strategy<Value = String> {
    let layer = (0..9_usize, prop::sample::select(&[1_usize, 2, 16, 300][..]), any::<[Index; 3]>());
    let sizes = prop::sample::select(&["2, 9, 9", "3, 64, 2", "1, 1, 70", "5, 12"][..]);
    (sizes, prop::collection::vec(layer, 1..14)).prop_map(|(input, layers)| {
        let mut spec = Growing::new(input);
        let is_image = input.matches(',').count() == 2;
        for (index, (kind, filters, sources)) in layers.into_iter().enumerate() {
            let [first, second, third] = sources.map(|source| spec.near(source));
            let name = format!("{}{index}", "n".repeat(1 + 9 * (filters % 4)));
            let (entry, used) = match kind {
                0..3 if is_image => (
                    format!(
                        "conv2d: {{filters: {filters}, kernel: 3, padding: same, activation: relu, from: {first}, "
                    ),
                    first,
                ),
                3 if is_image => (format!("max_pool2d: {{pool: 3, strides: 1, padding: same, from: {first}, "), first),
                4 if is_image => (format!("batch_norm: {{from: {first}, "), first),
                5 => (format!("activation: {{function: tanh, from: {first}, "), first),
                6 => (format!("dropout: {{rate: 0.5, from: {first}, "), first),
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
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn networks_of_every_kind_are_placed_without_overlaps(text in networks::network(), down in any::<bool>()) {
        check(&text, DIRECTIONS[usize::from(down)]);
    }

    #[test]
    fn networks_of_images_are_placed_without_overlaps(text in convolutional(), down in any::<bool>()) {
        check(&text, DIRECTIONS[usize::from(down)]);
    }
}

/// Width and height of what is drawn of each layer, texts left out.
fn sizes(text: &str, direction: Direction) -> Vec<[f64; 2]> {
    let scene = scene(text, direction);
    let size = |group: &Group| {
        let corners = || group.items.iter().filter_map(shape).flatten();
        let length = |axis: fn(Point) -> f64| {
            let places = corners().map(axis);
            places.clone().fold(f64::NEG_INFINITY, f64::max) - places.fold(f64::INFINITY, f64::min)
        };
        [length(|point| point.x), length(|point| point.y)]
    };
    of_class(&scene, "layer").map(size).collect()
}

fn grow(lengths: &[f64]) -> bool {
    lengths.windows(2).all(|pair| pair[0] + 0.01 < pair[1])
}

#[test]
fn more_channels_more_units_and_larger_images_are_drawn_larger() {
    let conv = |filters: usize| format!("  - conv2d: {{filters: {filters}, kernel: 1}}\n");
    let channels = [1, 2, 3, 8, 64, 512, 2048].map(conv).concat();
    let channels = sizes(&format!("input: [1, 8, 8]\nlayers:\n{channels}"), Direction::Right);
    let lengths: Vec<f64> = channels[1..].iter().map(|size| size[0]).collect();
    assert!(grow(&lengths), "{lengths:?}");
    assert!(channels.iter().all(|size| (size[1] - channels[0][1]).abs() < 0.01), "one height: {channels:?}");

    let halved = "  - conv2d: {filters: 1, kernel: 2, strides: 2}\n".repeat(8);
    let mut heights = sizes(&format!("input: [1, 256, 256]\nlayers:\n{halved}"), Direction::Right);
    heights.reverse();
    let heights: Vec<f64> = heights.iter().map(|size| size[1]).collect();
    assert!(grow(&heights), "{heights:?}");

    let units = [1, 2, 10, 84, 512, 4096, 25_088].map(|units| format!("  - dense: {units}\n")).concat();
    let text = format!("input: [1]\nlayers:\n{units}");
    for (direction, axis) in [(Direction::Right, 1), (Direction::Down, 0)] {
        let lengths: Vec<f64> = sizes(&text, direction)[1..].iter().map(|size| size[axis]).collect();
        assert!(grow(&lengths), "{lengths:?}");
    }
}

/// From a pixel to the largest tensor there is.
#[test]
fn no_tensor_outgrows_the_picture() {
    let huge = "input: [2147483647]\nlayers:\n  - flatten\n";
    let long = "input: [1, 1, 2147483647]\nlayers:\n  - flatten\n";
    let deep = "input: [2147483647, 1, 1]\nlayers:\n  - flatten\n";
    for text in [huge, long, deep] {
        for size in sizes(text, Direction::Right).concat() {
            assert!((4.0..600.0).contains(&size), "{size} in {text}");
        }
    }
}

#[test]
fn what_keeps_a_tensor_is_a_band_on_it() {
    let text = "input: [1, 8, 8]
layers:
  - conv2d: {name: conv, filters: 4, kernel: 3}
  - batch_norm: {name: norm}
  - activation: {name: relu, function: relu}
  - max_pool2d: {name: pool, pool: 2}
  - dropout: {name: drop, rate: 0.5}
  - conv2d: {name: branches, filters: 4, kernel: 1}
  - activation: {name: left, from: branches, function: tanh}
  - dropout: {name: right, from: branches, rate: 0.5}
  - add: {name: join, from: [left, right]}
  - activation: {name: after, function: relu}
  - global_avg_pool2d: {name: mean}
";
    let solid = |layers: &[&str]| layers.iter().map(ToString::to_string).collect::<Vec<_>>();
    let alone = |layer: &str| vec![solid(&[layer])];
    let expected = vec![
        alone("input"),
        vec![solid(&["conv", "norm", "relu"]), solid(&["pool", "drop"])],
        alone("branches"),
        alone("left"),
        alone("right"),
        vec![solid(&["join", "after"])],
        alone("mean"),
    ];
    assert_eq!(volumes(text), expected);
    let scene = scene(text, Direction::Right);
    let mut links: Vec<&str> = of_class(&scene, "connections").map(|group| &*group.id).collect();
    links.sort_unstable();
    let expected = [
        "link-after.mean",
        "link-branches.left",
        "link-branches.right",
        "link-drop.branches",
        "link-input.conv",
        "link-left.join",
        "link-right.join",
    ];
    assert_eq!(links, expected);
}

/// The texts of a picture besides those of its title.
#[test]
fn every_theme_and_direction_gives_well_formed_svg() {
    for (theme, direction) in THEMES.iter().flat_map(|theme| DIRECTIONS.map(|direction| (theme, direction))) {
        for text in specs() {
            let options = Options { theme: (theme.theme)(), ..options(Some(direction)) };
            let svg = formats::svg(&super::scene(&text, &options));
            Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
        }
    }
}

#[test]
fn data_flows_to_the_right_unless_told_otherwise() {
    let svg = |arguments: &[&str]| {
        let mut command = command::render();
        command.args(["models/lenet5.yaml", "--view", "volumes", "--svg", "-"]).args(arguments);
        command.output().expect("it runs").stdout
    };
    assert_eq!(svg(&[]), svg(&["--direction", "lr"]));
    assert_ne!(svg(&[]), svg(&["--direction", "tb"]));
}

/// Every network has one result, so a picture is drawn in the time that its layers take.
#[test]
fn a_thousand_layers_are_soon_placed() {
    let text = format!("input: [4, 4, 4]\nlayers:\n{}", "  - conv2d: {filters: 4, kernel: 1}\n".repeat(1000));
    let draw = || with(&text, &options(None), |picture: &Picture| assert!(picture.scene().is_ok()));
    let ((), time) = timed(draw);
    assert!(time < std::time::Duration::from_secs(5), "took {time:?}");
}
