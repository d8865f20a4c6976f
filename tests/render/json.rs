//! JSON: the network as networkx reads it, and the scene in it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use netviz::Model;
use netviz::formats;
use netviz::graph::Graph;
use netviz::scene::{Item, Scene};
use netviz::theme::Theme;
use serde_json::Value;

use super::{GALLERY, Options, scene, specs};

fn json(graph: &Graph, options: &Options) -> String {
    formats::json(&netviz::picture(graph, None, options)).expect("it is not too large")
}

fn model(text: &str) -> Graph {
    Model::from_text(text).expect("a valid model").graph
}

fn parsed(text: &str, options: &Options) -> Value {
    serde_json::from_str(&json(&model(text), options)).expect("JSON")
}

/// The graph as networkx reads it.
fn networkx(json: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make test` makes it from tests/requirements.txt", python.display());
    let mut command = Command::new(python);
    command.arg(root.join("tests/networkx_check.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("python runs");
    child.stdin.take().expect("a pipe").write_all(json.as_bytes()).expect("it reads everything");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn networkx_reads_the_network_of_the_model() {
    let twice = "input: [4]\nlayers:\n  - dense: {name: a, units: 4}\n  - add: {from: [a, input, a, a]}\n";
    for text in GALLERY.iter().map(|(_, text)| *text).chain([twice]) {
        let graph = model(text);
        let found = networkx(&json(&graph, &crate::neurons()));
        assert_eq!(found["in_order"], true);
        assert_eq!(found["graph"]["name"], graph.name());
        assert_eq!(found["graph"]["parameters"], graph.parameters().total());
        let nodes = found["nodes"].as_array().expect("nodes");
        assert_eq!(nodes.len(), graph.order().len());
        for (index, entry) in graph.order().zip(nodes) {
            let node = graph.node(index);
            assert_eq!(entry[0], node.name.as_str());
            let kind = node.content.kind();
            assert_eq!(entry[1]["kind"], kind);
            assert_eq!(entry[1]["shape"], Value::from(graph.output_type(index).sample().expect("known")));
            assert_eq!(entry[1]["parameters"], node.parameters.total());
            assert_eq!(entry[1]["flops"], serde_json::json!(node.flops));
        }
        let edges = found["edges"].as_array().expect("edges");
        let mut edges: Vec<String> = edges.iter().map(|edge| format!("{}>{}.{}", edge[0], edge[1], edge[2])).collect();
        let mut expected: Vec<String> = graph
            .order()
            .flat_map(|target| {
                let name = |index| Value::from(graph.node(index).name.as_str());
                let inputs = graph.predecessors(target).into_iter().enumerate();
                inputs.map(|(port, source)| format!("{}>{}.{port}", name(source), name(target))).collect::<Vec<_>>()
            })
            .collect();
        edges.sort();
        expected.sort();
        assert_eq!(edges, expected);
    }
}

/// The drawn items, as JSON.
fn items(value: &Value) -> Vec<&Value> {
    let groups = value["scene"]["groups"].as_array().expect("groups");
    groups.iter().flat_map(|group| group["items"].as_array().expect("items")).collect()
}

fn drawn(scene: &Scene) -> Vec<&Item> {
    scene.groups.iter().flat_map(|group| &group.items).collect()
}

fn near(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - expected).abs() <= 0.005 + 1e-9)
}

#[test]
fn the_scene_is_there_with_every_place() {
    for text in specs() {
        let (scene, value) = (scene(&text, &crate::neurons()), parsed(&text, &crate::neurons()));
        assert!(near(&value["scene"]["width"], scene.width) && near(&value["scene"]["height"], scene.height));
        assert_eq!(value["scene"]["title"], scene.title.as_str());
        let ids: Vec<&str> = scene.groups.iter().map(|group| group.id.as_str()).collect();
        let found = value["scene"]["groups"].as_array().expect("groups").iter().map(|group| group["id"].as_str());
        assert_eq!(found.collect::<Option<Vec<_>>>(), Some(ids));
        let (expected, found) = (drawn(&scene), items(&value));
        assert_eq!(expected.len(), found.len());
        for (item, value) in expected.into_iter().zip(found) {
            match item {
                Item::Text(text) => {
                    assert_eq!(value["text"], text.text.as_str());
                    assert!(near(&value["at"][0], text.at.x) && near(&value["at"][1], text.at.y));
                    assert_eq!(value["color"], text.color.light.hex());
                }
                Item::Lines { segments, stroke } => {
                    let found = value["segments"].as_array().expect("segments");
                    assert_eq!(found.len(), segments.len());
                    for (found, [a, b]) in found.iter().zip(segments) {
                        let places = [a.x, a.y, b.x, b.y];
                        assert!(places.iter().enumerate().all(|(index, place)| near(&found[index], *place)));
                    }
                    assert!(near(&value["stroke"]["width"], stroke.width));
                }
                Item::Route { points, arrow, .. } => {
                    assert_eq!(value["points"].as_array().map(Vec::len), Some(points.len()));
                    assert_eq!(value["arrow"], *arrow);
                }
                Item::Shape(shape) => assert!(near(&value["opacity"], shape.opacity)),
                Item::Raster(raster) => assert_eq!(value["columns"], raster.columns),
            }
        }
    }
}

#[test]
fn a_layer_is_where_its_shapes_are() {
    let value = parsed(GALLERY[0].1, &crate::neurons());
    let scene = scene(GALLERY[0].1, &crate::neurons());
    for node in value["nodes"].as_array().expect("nodes") {
        let [x, y, width, height] = ["x", "y", "width", "height"].map(|key| node[key].as_f64().expect("a number"));
        assert!(x - width / 2.0 > 0.0 && x + width / 2.0 < scene.width, "{node}");
        assert!(y - height / 2.0 > 0.0 && y + height / 2.0 < scene.height, "{node}");
        assert!((height - 30.0).abs() < 0.01, "a row of neurons is as high as one: {node}");
    }
}

#[test]
fn what_follows_the_reader_has_both_colours() {
    let options = Options { theme: Theme::auto(), ..crate::neurons() };
    let value = parsed(GALLERY[0].1, &options);
    assert_eq!(value["scene"]["background"], serde_json::json!({"light": "#ffffff", "dark": "#0d1117"}));
}

#[test]
fn an_element_is_a_line() {
    let graph = model(GALLERY[0].1);
    let text = json(&graph, &crate::neurons());
    assert_eq!(text, json(&graph, &crate::neurons()));
    let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((lines("{\"id\":\"input\","), lines("{\"source\":"), lines("{\"type\":\"lines\"")), (1, 2, 20));
}

#[test]
fn arguments_keep_their_types() {
    let text = "input: [1, 8, 8]\nlayers:\n  - conv2d: {filters: 3, kernel: [3, 2], padding: same}\n  - dropout: 0.25\n  - reshape: [-1]\n";
    let nodes = parsed(text, &crate::neurons())["nodes"].clone();
    let settings = |index: usize| nodes[index]["settings"].clone();
    let conv2d = serde_json::json!({
        "filters": 3, "kernel": [3, 2], "strides": [1, 1], "padding": "same", "dilation": [1, 1], "groups": 1,
        "activation": "linear", "use_bias": true,
    });
    assert_eq!([settings(0), settings(1)], [serde_json::json!({}), conv2d]);
    assert_eq!([settings(2), settings(3)], [serde_json::json!({"rate": 0.25}), serde_json::json!({"shape": [-1]})]);
}
