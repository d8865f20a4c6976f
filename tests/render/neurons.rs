//! Every neuron is drawn or counted, and every drawn pair of a dense connection is a line.

use netviz::formats;
use netviz::picture::{Direction, Options};
use netviz::scene::{Fill, Item, Outline, Point, Shape};
use netviz::theme::Theme;
use netviz::views::neurons::Role;
use roxmltree::{Document, Node};

use super::command::render;
use super::{GALLERY, at_most, scene, view};

/// The picture of a model of the gallery, as drawn by the program.
fn picture(model: &str, max_neurons: usize, format: &str) -> String {
    let path = format!("{}/models/{model}.yaml", env!("CARGO_MANIFEST_DIR"));
    let output = render().args([&path, "--max-neurons", &max_neurons.to_string(), format, "-"]).output();
    String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
}

fn group<'a>(svg: &'a Document, id: &str) -> Node<'a, 'a> {
    svg.descendants().find(|node| node.attribute("id") == Some(id)).unwrap_or_else(|| panic!("there is no {id}"))
}

fn children<'a>(group: Node<'a, 'a>, tag: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    group.children().filter(move |node| node.has_tag_name(tag))
}

/// The lines from this many points. Each point has one path: `MaLb` is one line, `MbLa c` are two.
fn lines(svg: &Document, link: &str, from: usize) -> usize {
    let paths = children(group(svg, link), "path").map(|path| path.attribute("d").expect("a path has data"));
    paths.take(from).map(|path| path.matches('M').count() + path.matches(' ').count()).sum()
}

/// The circles of a layer's neurons, without the dots for omitted ones.
fn circles(svg: &Document, layer: &str) -> usize {
    children(group(svg, layer), "circle").filter(|circle| circle.attribute("id").is_some()).count()
}

#[test]
fn neurons_are_drawn_or_counted() {
    for (max_neurons, shown) in [(1, [1, 1, 1]), (3, [3, 3, 3]), (10, [10, 10, 10]), (1000, [784, 512, 10])] {
        let text = picture("mnist", max_neurons, "--svg");
        let svg = Document::parse(&text).expect("well-formed");
        for ((layer, total), shown) in [("input", 784), ("dense_1", 512), ("dense_2", 10)].into_iter().zip(shown) {
            let id = format!("layer-{layer}");
            assert_eq!(circles(&svg, &id), shown, "{layer} of at most {max_neurons}");
            let omitted = (shown < total).then(|| format!("+{}", total - shown));
            let counted: Vec<&str> = children(group(&svg, &id), "text")
                .filter_map(|text| text.text())
                .filter(|text| text.starts_with('+'))
                .collect();
            assert_eq!(counted, omitted.iter().map(String::as_str).collect::<Vec<_>>());
        }
        assert_eq!(lines(&svg, "link-input.dense_1", shown[0]), shown[0] * shown[1]);
        assert_eq!(lines(&svg, "link-dense_1.dense_2", shown[1]), shown[1] * shown[2]);
    }
}

#[test]
fn dot_has_an_edge_for_every_drawn_pair_and_counts_the_rest() {
    for (max_neurons, shown) in [(1, [1, 1, 1]), (3, [3, 3, 3]), (10, [10, 10, 10]), (1000, [784, 512, 10])] {
        let dot = picture("mnist", max_neurons, "--dot");
        let visible = dot.lines().filter(|line| line.contains(" -> ") && !line.contains("invis"));
        assert_eq!(visible.count(), shown[0] * shown[1] + shown[1] * shown[2]);
        assert_eq!(dot.matches("shape=circle").count(), shown.iter().sum::<usize>());
        for (total, shown) in [784, 512, 10].into_iter().zip(shown) {
            assert_eq!(dot.contains(&format!("(+{})", total - shown)), shown < total);
        }
    }
}

#[test]
fn ten_neurons_are_the_default() {
    let output = render().args(["models/mnist.yaml", "--svg", "-"]).output().expect("it runs");
    assert_eq!(output.stdout, picture("mnist", 10, "--svg").into_bytes());
}

/// A limit for single layers overrides the general limit.
#[test]
fn single_layers_have_numbers_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("theme.yaml"), "neurons: {dense_1: 4, input: 3}\n").expect("written");
    let model = format!("{}/models/mnist.yaml", env!("CARGO_MANIFEST_DIR"));
    let counts = |arguments: &[&str]| {
        let mut command = render();
        command.current_dir(&folder).arg(&model).args(arguments).args(["--page", "none", "--svg", "-"]);
        let text = String::from_utf8(command.output().expect("it runs").stdout).expect("UTF-8");
        let svg = Document::parse(&text).expect("well-formed");
        ["input", "dense_1", "dense_2"].map(|layer| circles(&svg, &format!("layer-{layer}")))
    };
    assert_eq!(counts(&["--neurons", "dense_1=4"]), [10, 4, 10]);
    assert_eq!(counts(&["--neurons", "dense_1=4", "--neurons", "input=30"]), [30, 4, 10]);
    assert_eq!(counts(&["--neurons", "dense_1=4,dense_2=1", "--max-neurons", "2"]), [2, 4, 1]);
    assert_eq!(counts(&["--neurons", "dense_1=4,input=5", "--full"]), [5, 4, 10]);
    assert_eq!(counts(&["--theme", "theme.yaml"]), [3, 4, 10]);
    assert_eq!(counts(&["--theme", "theme.yaml", "--neurons", "dense_1=6"]), [3, 6, 10]);
}

#[test]
fn numbers_of_neurons_that_cannot_be_drawn_are_refused() {
    let refused = |model: &str, neurons: &str| {
        let path = format!("{}/models/{model}.yaml", env!("CARGO_MANIFEST_DIR"));
        let output = render().args([&path, "--neurons", neurons, "--svg", "-"]).output().expect("it runs");
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    for (model, neurons, expected) in [
        ("mnist", "dens_1=4", ["`mnist` has no layer `dens_1`", "did you mean `dense_1`?"]),
        ("mnist", "code=4", ["`mnist` has no layer `code`", "known here: `input`, `dense_1`, `dense_2`"]),
        ("lenet5", "c1=4", ["`c1` is not drawn as neurons", "known here: `f6`, `output`"]),
        ("mnist", "dense_2=11", ["cannot draw 11 neurons of `dense_2`, which has 10", "choose a number from 1 to 10"]),
        ("mnist", "dense_2=0", ["invalid value 'dense_2=0'", "expected a layer and a number from 1"]),
        ("mnist", "dense_2", ["invalid value 'dense_2'", "expected a layer and a number from 1"]),
    ] {
        let found = refused(model, neurons);
        assert!(expected.iter().all(|part| found.contains(part)), "{found}");
    }
}

/// Includes the dots for omitted neurons.
#[test]
fn every_circle_is_seen_on_its_background() {
    for preset in netviz::theme::THEMES {
        let theme = (preset.theme)();
        for theme in [theme.clone(), Theme { input: theme.background, border_width: 0.0, ..theme }] {
            let scene = scene(GALLERY[0].1, &Options { theme: theme.clone(), ..crate::neurons() });
            let circles = scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
                Item::Shape(shape) if matches!(shape.outline, Outline::Ellipse { .. }) => Some(shape),
                _ => None,
            });
            for circle in circles {
                let Fill::Plain(fill) = circle.fill else { panic!("{circle:?} has no colour") };
                let seen = circle.border.map_or(fill, |border| border.color);
                assert!(seen.contrast(theme.background) > 1.25, "{}: {circle:?}", preset.name);
            }
        }
    }
}

#[test]
fn the_triangle_of_flattening_points_where_data_flows() {
    let text = "input: [1, 4, 4]\nlayers:\n  - flatten\n  - dense: 2\n";
    for direction in [Direction::Down, Direction::Right] {
        let scene = scene(text, &Options { direction: Some(direction), ..crate::neurons() });
        let group = scene.groups.iter().find(|group| group.id == "layer-flatten_1").expect("it is drawn");
        let Some(Item::Shape(Shape { outline: Outline::Polygon(corners), .. })) = group.items.first() else {
            panic!("{group:?} is no polygon")
        };
        let along = |point: &Point| if direction == Direction::Down { point.y } else { point.x };
        let across = |point: &Point| if direction == Direction::Down { point.x } else { point.y };
        let mut corners = corners.clone();
        corners.sort_by(|a, b| along(a).total_cmp(&along(b)));
        let [a, b, tip] = &corners[..] else { panic!("{corners:?} are no triangle") };
        assert!((along(a) - along(b)).abs() < 1e-9 && along(tip) > along(a) + 20.0, "{corners:?}");
        assert!((across(tip) - f64::midpoint(across(a), across(b))).abs() < 1e-9, "{corners:?}");
        // Its text is inside it.
        for item in &group.items {
            let Item::Text(text) = item else { continue };
            if text.text == "Flattening" {
                for corner in super::geometry::corners(text) {
                    let share = (along(tip) - along(&corner)) / (along(tip) - along(a));
                    let half = share * (across(a) - across(b)).abs() / 2.0;
                    assert!(share < 1.0 && (across(&corner) - across(tip)).abs() < half, "{direction:?}: {corner:?}");
                }
            }
        }
    }
}

#[test]
fn a_library_that_asks_for_no_neurons_gets_one() {
    let view = view(GALLERY[0].1, 0);
    assert_eq!(view.rows()[0].omitted(), 783);
    assert!(formats::svg(&scene(GALLERY[0].1, &at_most(0))).contains("+783"));
}

#[test]
fn a_long_connection_joins_every_neuron_to_its_lane() {
    let text = "input: [8]
layers:
  - dense: {name: a, units: 5}
  - dense: {name: b, units: 30}
  - concat: {from: [a, b, input]}
";
    let text = super::svg(text);
    let svg = Document::parse(&text).expect("well-formed");
    assert_eq!(lines(&svg, "link-input.a", 8), 8 * 5);
    assert_eq!(lines(&svg, "link-a.b", 5), 5 * 10);
    assert_eq!(lines(&svg, "link-b.concat_1", 10), 10);
    assert_eq!(lines(&svg, "link-a.concat_1", 5), 5);
    assert_eq!(lines(&svg, "link-input.concat_1", 8), 8);
}

#[test]
fn a_dense_layer_is_the_output_where_it_alone_is_the_result() {
    let dense = "  - dense: {name: a, units: 4}\n  - dense: {name: b, units: 4}\n";
    for (rest, is_output) in [
        ("", true),
        ("  - activation: softmax\n  - dropout: 0.1\n", true),
        ("  - add: {from: [a, b]}\n", false),
        ("  - add: {from: [b, b]}\n", false),
        ("  - reshape: [2, 2]\n", false),
    ] {
        let view = view(&format!("input: [4]\nlayers:\n{dense}{rest}"), 10);
        let roles: Vec<Role> = view.rows().iter().map(|row| row.role).collect();
        let last = if is_output { Role::Output } else { Role::Hidden };
        assert_eq!(roles[..3], [Role::Input, Role::Hidden, last], "{rest}");
        assert!(roles[3..].iter().all(|&role| role == Role::Hidden));
    }
}

/// The limit of the command counts the lines that are drawn.
#[test]
fn lines_are_counted_as_they_are_drawn() {
    for (text, lines) in [
        (GALLERY[0].1, 10 * 10 + 10 * 10),
        ("input: [8]\nlayers:\n  - dense: {name: a, units: 5}\n  - concat: {from: [a, input]}\n", 40 + 5 + 8 + 1 + 1),
    ] {
        assert_eq!(view(text, 10).lines(), lines);
    }
}
