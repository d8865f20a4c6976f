//! Every neuron is drawn or counted, and every drawn pair of a dense connection is a line.

use netviz::render;
use netviz::view::neurons::Role;
use roxmltree::{Document, Node};

use super::command::render;
use super::{GALLERY, at_most, scene, view};

/// The picture of a model of the gallery as the program draws it.
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

/// The lines of a fan from this many points, each of which has a path: `MaLb` is one line, `MbLa c` are two.
fn lines(svg: &Document, link: &str, from: usize) -> usize {
    let paths = children(group(svg, link), "path").map(|path| path.attribute("d").expect("a path has data"));
    paths.take(from).map(|path| path.matches('M').count() + path.matches(' ').count()).sum()
}

/// The circles of a layer's neurons, without the dots of those left out.
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

#[test]
fn a_library_that_asks_for_no_neurons_gets_one() {
    let view = view(GALLERY[0].1, 0);
    assert_eq!(view.rows()[0].omitted(), 783);
    assert!(render::svg(&scene(GALLERY[0].1, &at_most(0))).contains("+783"));
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

/// The lines that the command's limit is about are those that are drawn.
#[test]
fn lines_are_counted_as_they_are_drawn() {
    for (text, lines) in [
        (GALLERY[0].1, 10 * 10 + 10 * 10),
        ("input: [8]\nlayers:\n  - dense: {name: a, units: 5}\n  - concat: {from: [a, input]}\n", 40 + 5 + 8 + 1 + 1),
    ] {
        assert_eq!(view(text, 10).lines(), lines);
    }
}
