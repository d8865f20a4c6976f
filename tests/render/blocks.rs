//! The view `blocks`: positions of boxes and lines, and folding.

use netviz::Model;
use netviz::label::Template;
use netviz::page::Page;
use netviz::picture::{Detail, Direction, Options};
use netviz::scene::{Group, Item, Point, Scene};
use netviz::views::VIEWS;
use netviz::views::blocks::{BlockView, Fold};
use proptest::prelude::*;
use std::fmt::Write;

use super::geometry::{Bounds, bounds, nothing_leaves, of_class, perceptron, segments};
use super::{GALLERY, networks, scene, specs, with};

/// The view with this many levels unfolded.
pub(crate) fn options(direction: Direction, unfold: usize) -> Options {
    let view = VIEWS.iter().find(|view| view.name == "blocks").expect("there is such a view");
    Options { view: Some(view), direction: Some(direction), unfold, ..crate::neurons() }
}

/// The bounding box of a group's shapes, without lines and text.
fn body(group: &Group) -> Bounds {
    let shapes = group.items.iter().filter(|item| matches!(item, Item::Shape(_)));
    Bounds::of(shapes.filter_map(bounds).flat_map(|bounds| [bounds.min, bounds.max]))
}

fn contains(outer: Bounds, inner: Bounds) -> bool {
    let slack = 1e-6;
    outer.min.x <= inner.min.x + slack
        && outer.min.y <= inner.min.y + slack
        && outer.max.x >= inner.max.x - slack
        && outer.max.y >= inner.max.y - slack
}

fn shapes(group: &Group) -> impl Iterator<Item = Bounds> + '_ {
    group.items.iter().filter(|item| matches!(item, Item::Shape(_))).filter_map(bounds)
}

fn texts(group: &Group) -> impl Iterator<Item = Bounds> + '_ {
    group.items.iter().filter(|item| matches!(item, Item::Text(_))).filter_map(bounds)
}

/// Checks that no two of these overlap.
fn apart(all: &[(&str, Bounds)], text: &str) {
    let mut sorted = all.to_vec();
    sorted.sort_by(|a, b| a.1.min.y.total_cmp(&b.1.min.y));
    for (index, (a, first)) in sorted.iter().enumerate() {
        for (b, second) in sorted[index + 1..].iter().take_while(|(_, second)| second.min.y < first.max.y) {
            assert!(!first.overlaps(*second), "{a} overlaps {b} in\n{text}");
        }
    }
}

/// Whether an item lies on the edge of a box.
fn touches(bounds: Bounds, point: Point) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let within = |min: f64, max: f64, x: f64| min - 1e-6 <= x && x <= max + 1e-6;
    (within(bounds.min.x, bounds.max.x, point.x) && (near(point.y, bounds.min.y) || near(point.y, bounds.max.y)))
        || (within(bounds.min.y, bounds.max.y, point.y) && (near(point.x, bounds.min.x) || near(point.x, bounds.max.x)))
}

fn check(text: &str, direction: Direction, depth: usize) {
    placed(&scene(text, &options(direction, depth)), text);
    for page in ["slide", "500x400px"] {
        let page = Page::parse(page).ok();
        placed(&scene(text, &Options { page, ..options(direction, depth) }), text);
    }
}

/// Below high detail, what keeps the places of values is a band inside the box of the layer before it.
#[test]
fn normalizations_and_activations_are_bands() {
    let text = crate::common::model_text("resnet20");
    let graph = Model::from_text(&text).expect("a valid model").graph;
    for detail in [Detail::Low, Detail::Medium] {
        let options = Options { detail: Some(detail), ..options(Direction::Down, 0) };
        let view = BlockView::of(&netviz::picture(&graph, None, &options));
        assert_eq!(names(&view)[..5], ["input", "stem", "conv2d_1", "conv2d_2", "add_1"]);
        let bands = |block: usize| -> Vec<&str> { view.blocks()[block].bands.iter().map(|band| &*band.name).collect() };
        assert_eq!([bands(1), bands(3), bands(4)], [vec!["batch_norm_1", "a0"], vec!["b1"], vec!["a1"]]);
        let scene = scene(&text, &options);
        let find = |name: &str| {
            let group = scene.groups.iter().find(|group| group.id == format!("layer-{name}"));
            body(group.unwrap_or_else(|| panic!("{name} is not drawn")))
        };
        for block in view.blocks() {
            for band in &block.bands {
                assert!(contains(find(&block.properties.name), find(&band.name)), "{}", band.name);
            }
        }
        let whole = self::scene(&text, &self::options(Direction::Down, 0));
        assert!(scene.height < 0.65 * whole.height);
    }
    // A layer with another consumer, and one after the input, stay by themselves.
    let alone = "input: [4]\nlayers:\n  - batch_norm\n  - dense: {name: d, units: 4}\n  - activation: {name: r, function: \
                 relu, from: d}\n  - add: {from: [d, r]}\n";
    let graph = Model::from_text(alone).expect("a valid model").graph;
    let options = Options { detail: Some(Detail::Low), ..options(Direction::Down, 0) };
    let view = BlockView::of(&netviz::picture(&graph, None, &options));
    assert_eq!(names(&view), ["input", "batch_norm_1", "d", "r", "add_1"]);
}

/// A long network stands in columns that fit, from its input to its output.
#[test]
fn a_long_network_is_wrapped_for_its_page() {
    let text = crate::common::model_text("resnet20");
    let whole = scene(&text, &options(Direction::Down, 0));
    let page = Page::parse("1700x2400px").expect("a page");
    let wrapped = scene(&text, &Options { page: Some(page), ..options(Direction::Down, 0) });
    placed(&wrapped, &text);
    assert!(wrapped.width < page.size[0] * 12.0 / 9.0 && wrapped.height < 0.5 * whole.height);
    let count = |scene: &Scene| scene.groups.len();
    assert_eq!(count(&wrapped), count(&whole));
    // What cannot be cut stays as it is, and so does what is short enough: too many lines would be interrupted.
    let skips = "input: [4]\nlayers:\n".to_owned()
        + &"  - dense: 4\n".repeat(30)
        + "  - add: {from: [dense_30, dense_1, dense_2, dense_3, dense_4, input]}\n";
    for text in [skips.as_str(), "input: [4]\nlayers: [dense: 2]\n"] {
        let page = Page::parse("slide").ok();
        let scenes = [None, page].map(|page| scene(text, &Options { page, unfold: 1, ..options(Direction::Down, 0) }));
        assert_eq!(scenes[0].groups, scenes[1].groups);
    }
}

fn placed(scene: &Scene, text: &str) {
    nothing_leaves(scene, text);
    let boxes: Vec<(&str, Bounds)> = of_class(scene, "layer").map(|group| (group.id.as_str(), body(group))).collect();
    for (group, (_, bounds)) in of_class(scene, "layer").zip(&boxes) {
        assert!(texts(group).all(|text| contains(*bounds, text)), "text leaves {} in\n{text}", group.id);
    }
    // The text beside lines and frames, the title and the legend; that of ports is on their lines.
    let beside = ["connections", "fold", "title", "legend"].map(|class| of_class(scene, class));
    let is_port =
        |group: &Group, text: Bounds| group.class == "connections" && shapes(group).any(|shape| contains(shape, text));
    let beside = beside.into_iter().flatten().flat_map(|group| {
        let texts = texts(group).filter(move |text| !is_port(group, *text));
        texts.map(|text| (group.id.as_str(), text))
    });
    let solid: Vec<(&str, Bounds)> = boxes.iter().copied().chain(beside).collect();
    apart(&solid, text);
    let ports: Vec<(&str, Bounds)> = of_class(scene, "connections")
        .flat_map(|link| shapes(link).map(|port| (link.ends.as_ref().expect("it has ends")[0].as_str(), port)))
        .collect();
    for link in of_class(scene, "connections") {
        let source = link.ends.as_ref().map(|ends| ends[0].as_str());
        for line in link.items.iter().flat_map(segments) {
            let others = ports.iter().filter(|(from, _)| Some(*from) != source);
            let crossed = others.clone().find(|(_, bounds)| Bounds::is_crossed(line, *bounds));
            assert!(crossed.is_none(), "{} runs over the port {crossed:?} in\n{text}", link.id);
        }
        for line in link.items.iter().flat_map(segments) {
            let crossed = solid.iter().find(|(_, bounds)| Bounds::is_crossed(line, *bounds));
            assert!(crossed.is_none(), "{} runs over {crossed:?} in\n{text}", link.id);
        }
        ends_meet(scene, link, text);
    }
    frames_hold_their_members(scene, &boxes, text);
}

/// Checks that a line leads from the edge of one box or frame to that of another.
fn ends_meet(scene: &Scene, link: &Group, text: &str) {
    let routes =
        link.items.iter().filter_map(|item| if let Item::Route { points, .. } = item { Some(points) } else { None });
    let points: Vec<_> = routes.flatten().copied().collect();
    let ends = link.ends.as_ref().expect("a connection has ends");
    for (id, point) in ends.iter().zip([points[0], points[points.len() - 1]]) {
        let group = scene.groups.iter().find(|group| group.id == *id).expect("its ends are there");
        assert!(touches(body(group), point), "{} does not meet {id} in\n{text}", link.id);
    }
}

fn frames_hold_their_members(scene: &Scene, boxes: &[(&str, Bounds)], text: &str) {
    for fold in &scene.folds {
        let group = scene.groups.iter().find(|group| group.id == fold.group).expect("the frame is there");
        let frame = body(group);
        for (id, bounds) in boxes {
            if fold.members.iter().any(|member| member == id) {
                assert!(contains(frame, *bounds), "{id} is not in {} in\n{text}", fold.group);
            } else {
                assert!(!frame.overlaps(*bounds), "{id} is in {} in\n{text}", fold.group);
            }
        }
        let axis = |point: Point| if fold.down { point.y } else { point.x };
        assert!(fold.band.iter().zip([axis(frame.min), axis(frame.max)]).all(|(a, b)| (a - b).abs() < 1e-6));
        let closed = body(&fold.stand_in);
        assert!((axis(closed.min) - fold.band[0]).abs() < 1e-6);
        assert!((axis(closed.max) - axis(closed.min) - fold.closed).abs() < 1e-6);
        let unknown = fold.members.iter().find(|id| !scene.groups.iter().any(|group| group.id == **id));
        assert_eq!(unknown, None);
    }
}

const DIRECTIONS: [Direction; 2] = [Direction::Down, Direction::Right];

#[test]
fn every_spec_is_placed_without_overlaps() {
    for text in specs() {
        for direction in DIRECTIONS {
            check(&text, direction, 0);
            check(&text, direction, 1);
        }
    }
}

#[test]
fn fifty_branches_are_placed_side_by_side() {
    let branch = |index: usize| format!("  - dense: {{name: b{index}, units: 12, from: input}}\n");
    let names: Vec<String> = (0..50).map(|index| format!("b{index}")).collect();
    let branches: String = (0..50).map(branch).collect();
    let text = format!("input: [8]\nlayers:\n{branches}  - concat: {{from: [{}]}}\n", names.join(", "));
    for direction in DIRECTIONS {
        check(&text, direction, 0);
    }
}

#[test]
fn a_label_is_written_in_the_boxes() {
    let template = "{name}\\n{kind}, {units} values in a line that is too long for a box\\n{params}";
    let label = Some(Template::parse(template).expect("a template"));
    for direction in DIRECTIONS {
        for empty in [false, true] {
            let label = if empty { Some(Template::parse("").expect("a template")) } else { label.clone() };
            let options = Options { label, ..options(direction, 0) };
            let scene = scene(GALLERY[1].1, &options);
            placed(&scene, "lenet5");
            let group = scene.groups.iter().find(|group| group.id == "layer-f6").expect("the layer");
            let texts: Vec<&str> = group
                .items
                .iter()
                .filter_map(|item| if let Item::Text(text) = item { Some(text.text.as_str()) } else { None })
                .collect();
            let written = ["f6", "dense, 84 values in a line that is too", "long for a box", "10,164"];
            assert_eq!(texts, if empty { &[][..] } else { &written[..] });
        }
    }
}

/// The view of a network with this many levels unfolded.
fn view(text: &str, depth: usize) -> BlockView {
    with(text, &options(Direction::Down, depth), BlockView::of)
}

fn names(view: &BlockView) -> Vec<&str> {
    view.blocks().iter().map(|block| block.properties.name.as_str()).collect()
}

/// Each fold and stack as its count and its name, indented by the folds that it is in.
fn folds(view: &BlockView) -> Vec<String> {
    let line = |depth: usize, fold: &Fold| format!("{}{} × {}", "  ".repeat(depth), fold.count, fold.name);
    let mut lines = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, block) in view.blocks().iter().enumerate() {
        let mut around: Vec<usize> = view.folds_of(index).collect();
        around.reverse();
        let known = open.iter().zip(&around).take_while(|(a, b)| a == b).count();
        lines.extend((known..around.len()).map(|depth| line(depth, &view.folds()[around[depth]])));
        lines.extend(block.stack.iter().map(|stack| line(around.len(), stack)));
        open = around;
    }
    lines
}

#[test]
fn the_stages_of_a_residual_network_are_folded() {
    let resnet = GALLERY.iter().find(|(name, _)| *name == "resnet20").expect("the model").1;
    assert_eq!(folds(&view(resnet, 0)), ["3 × conv2d_1..a1", "2 × conv2d_10..a5", "2 × conv2d_17..a8"]);
    assert_eq!(folds(&view(resnet, 1)), [""; 0]);
    let graph = Model::from_text(resnet).expect("a valid model").graph;
    assert_eq!(graph.parameters().trainable, 272_474);
}

#[test]
fn repeats_within_repeats_are_folded_and_unfolded_level_by_level() {
    let block = "  - dense: 8\n  - dense: 8\n  - dense: 8\n  - dropout: 0.5\n  - activation: relu\n";
    let text = format!("input: [8]\nlayers:\n{}  - dense: 2\n", block.repeat(3));
    assert_eq!(folds(&view(&text, 0)), ["3 × dense_1..activation_1", "  3 × dense_1..dense_1"]);
    assert_eq!(names(&view(&text, 0)), ["input", "dense_1", "dropout_1", "activation_1", "dense_10"]);
    assert_eq!(folds(&view(&text, 1)), ["3 × dense_1..dense_1", "3 × dense_4..dense_4", "3 × dense_7..dense_7"]);
    assert_eq!(view(&text, 1).blocks().len(), 11);
    assert_eq!(view(&text, 2).blocks().len(), 17);
    assert_eq!(folds(&view(&text, 2)), [""; 0]);
}

#[test]
fn repeats_in_a_branch_are_folded() {
    let text = "input: [8]
layers:
  - dense: {name: a1, units: 8}
  - dense: {name: a2, units: 8}
  - dense: {name: a3, units: 8}
  - dropout: {name: b, rate: 0.5, from: input}
  - add: {from: [a3, b, input]}
";
    assert_eq!(folds(&view(text, 0)), ["3 × a1..a1"]);
    assert_eq!(names(&view(text, 0)), ["input", "a1", "b", "add_1"]);
}

#[test]
fn what_differs_in_anything_but_its_name_is_not_folded() {
    let pairs = [
        ["dense: 8", "dense: {units: 8, use_bias: false}"],
        ["dense: 8", "dense: 9"],
        ["dense: 8", "dense: {units: 8, activation: relu}"],
        ["dropout: 0.5", "dropout: 0.4"],
        ["activation: relu", "activation: tanh"],
    ];
    for [a, b] in pairs {
        let text = |b: &str| {
            format!("input: [8]\nlayers:\n  - {a}\n  - {b}\n  - {a}\n  - {a}\n  - {b}\n  - {a}\n  - dense: 1\n")
        };
        let once = |fold: &str| fold.starts_with("2 × ");
        assert!(folds(&view(&text(b), 0)).iter().all(|fold| once(fold)), "{a} is not {b}");
        assert!(folds(&view(&text(a), 0))[0].starts_with("6 × "), "{a}");
    }
    // The skip ends one layer earlier in the second block.
    let skip = |name: &str, from: &str| {
        format!("  - dense: 8\n  - dense: {{name: {name}, units: 8}}\n  - add: {{from: [{name}, {from}]}}\n")
    };
    let other = "  - dense: {name: y, units: 8}\n  - dense: {name: w, units: 8}\n  - add: {name: z, from: [w, y]}\n";
    let text = format!("input: [8]\nlayers:\n{}{other}", skip("x", "input"));
    assert_eq!(folds(&view(&text, 0)), [""; 0]);
}

/// A part of a block.
#[derive(Debug, Clone)]
enum Part {
    Layer(&'static str),
    /// A skip connection around these parts.
    Skip(Vec<Part>),
    /// These parts, repeated.
    Times(usize, Vec<Part>),
}

fn part() -> impl Strategy<Value = Part> {
    let layers = vec!["dense: {units: 8, ", "dropout: {rate: 0.5, ", "activation: {function: relu, "];
    let layer = prop::sample::select(layers).prop_map(Part::Layer).boxed();
    layer.prop_recursive(3, 12, 3, |inner| {
        let parts = prop::collection::vec(inner, 1..4);
        prop_oneof![
            parts.clone().prop_map(Part::Skip),
            (2..4_usize, parts).prop_map(|(count, parts)| Part::Times(count, parts))
        ]
    })
}

/// Writes parts after the layer `from`, and returns the last layer.
fn write(parts: &[Part], mut from: String, text: &mut String, count: &mut usize) -> String {
    for part in parts {
        match part {
            Part::Layer(layer) => {
                *count += 1;
                let _ = writeln!(text, "  - {layer}name: n{count}, from: {from}}}");
                from = format!("n{count}");
            }
            Part::Skip(parts) => {
                let end = write(parts, from.clone(), text, count);
                *count += 1;
                let _ = writeln!(text, "  - add: {{name: n{count}, from: [{end}, {from}]}}");
                from = format!("n{count}");
            }
            Part::Times(times, parts) => {
                for _ in 0..*times {
                    from = write(parts, from, text, count);
                }
            }
        }
    }
    from
}

/// Networks with nested repeats and skip connections.
fn repetitive() -> impl Strategy<Value = String> {
    prop::collection::vec(part(), 1..5).prop_map(|parts| {
        let mut text = "input: [8]\nlayers:\n".to_owned();
        write(&parts, "input".into(), &mut text, &mut 0);
        text
    })
}

fn adds_up(text: &str) {
    let graph = Model::from_text(text).expect("a valid model").graph;
    for (depth, detail) in
        [0, 1, 2, usize::MAX].into_iter().flat_map(|depth| [(depth, Detail::High), (depth, Detail::Low)])
    {
        let options = Options { detail: Some(detail), ..options(Direction::Down, depth) };
        let view = BlockView::of(&netviz::picture(&graph, None, &options));
        let outer = || view.folds().iter().filter(|fold| fold.parent.is_none());
        let alone = || view.blocks().iter().filter(|block| block.fold.is_none());
        let outer = || outer().chain(alone().filter_map(|block| block.stack.as_ref()));
        let single = || alone().filter(|block| block.stack.is_none());
        let all = || single().flat_map(|block| std::iter::once(&block.properties).chain(&block.bands));
        let layers = all().count() + outer().map(|fold| fold.layers).sum::<usize>();
        assert_eq!(layers, graph.order().len(), "{text}");
        let parameters = all().map(|layer| layer.parameters.total()).sum::<usize>()
            + outer().map(|fold| fold.parameters.total()).sum::<usize>();
        assert_eq!(parameters, graph.parameters().total(), "{text}");
        let flops: Option<usize> = all().map(|layer| layer.flops).chain(outer().map(|fold| fold.flops)).sum();
        assert_eq!(flops, graph.flops(), "{text}");
        for (index, fold) in view.folds().iter().enumerate() {
            one_way_in_and_out(&view, index, fold, text);
        }
    }
}

/// Checks that one block feeds a fold, and that one block of the fold feeds the rest.
fn one_way_in_and_out(view: &BlockView, index: usize, fold: &Fold, text: &str) {
    let inside = |block: usize| view.folds_of(block).any(|fold| fold == index);
    let shown = (0..view.blocks().len()).filter(|&block| inside(block)).count();
    assert!(fold.count >= 2 && fold.layers - shown >= 2, "{} hides nothing in\n{text}", fold.name);
    let ends = |enters: bool| {
        let links = view.links().iter().filter(|link| inside(link.target) == enters && inside(link.source) != enters);
        links.map(|link| link.source).collect::<std::collections::BTreeSet<usize>>().len()
    };
    assert!(ends(true) == 1 && ends(false) <= 1, "{} in\n{text}", fold.name);
}

/// Everything unfolded is the graph itself.
fn unfolds(text: &str) {
    let graph = Model::from_text(text).expect("a valid model").graph;
    let options = options(Direction::Down, usize::MAX);
    let view = BlockView::of(&netviz::picture(&graph, None, &options));
    assert!(view.folds().is_empty());
    let all: Vec<&str> = graph.order().map(|index| graph.node(index).name.as_str()).collect();
    assert_eq!(names(&view), all);
    let mut edges: Vec<[&str; 2]> = graph
        .order()
        .flat_map(|target| graph.predecessors(target).into_iter().map(move |source| [source, target]))
        .map(|ends| ends.map(|end| graph.node(end).name.as_str()))
        .collect();
    let mut links: Vec<[&str; 2]> =
        view.links().iter().map(|link| [link.source, link.target].map(|block| all[block])).collect();
    edges.sort_unstable();
    edges.dedup();
    links.sort_unstable();
    assert_eq!(links, edges, "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn networks_of_every_kind_are_placed_without_overlaps(text in networks::network()) {
        for direction in DIRECTIONS {
        check(&text, direction, 0);
    }
    }

    #[test]
    fn skips_of_every_length_are_placed_without_overlaps(text in perceptron()) {
        for direction in DIRECTIONS {
        check(&text, direction, 0);
    }
    }

    #[test]
    fn folded_networks_are_placed_without_overlaps(text in repetitive(), depth in 0..3_usize) {
        for direction in DIRECTIONS {
        check(&text, direction, depth);
    }
    }

    #[test]
    fn what_is_shown_and_what_is_hidden_add_up(text in prop_oneof![repetitive(), perceptron()]) {
        adds_up(&text);
        unfolds(&text);
    }
}
