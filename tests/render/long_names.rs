//! Names that are too long for their space: layers that differ in their last word remain distinguishable.

use std::collections::HashSet;

use netviz::formats::svg;
use netviz::label::Template;
use netviz::picture::{Direction, Options};
use netviz::scene::{Item, Text};
use netviz::views::VIEWS;
use roxmltree::Document;

use super::geometry::{Bounds, corners};
use super::scene;

const NAMES: [&str; 2] = [
    "the_first_hidden_layer_of_the_encoder_network_number_one",
    "the_first_hidden_layer_of_the_encoder_network_number_two",
];

const TEMPLATES: [&str; 3] = [
    "{name}",
    "{name}\\n{settings}\\n{kind} {in_shape} -> {out_shape} {params} parameters {flops} operations, on and on and on",
    "{name} {kind} {in_shape} -> {out_shape} a label that goes on and on and on and on and on and on and on to its end",
];

fn options() -> Vec<Options> {
    let labels = [None].into_iter().chain(TEMPLATES.map(|text| Some(Template::parse(text).expect("a template"))));
    let looks = labels.flat_map(|label| VIEWS.iter().map(move |view| (label.clone(), view)));
    let all = looks.flat_map(|(label, view)| {
        [Direction::Down, Direction::Right].map(|direction| Options {
            view: Some(view),
            label: label.clone(),
            direction: Some(direction),
            ..crate::neurons()
        })
    });
    all.collect()
}

fn model() -> String {
    let layers = NAMES.map(|name| format!("  - dense: {{name: {name}, units: 1}}\n"));
    format!("name: {}\ninput: [2]\nlayers:\n{}", "a_network_with_a_long_name_".repeat(3), layers.concat())
}

#[test]
fn shortened_names_differ_and_titles_hold_the_whole() {
    for options in options() {
        let scene = scene(&model(), &options);
        let texts = |layer: &str| -> Vec<String> {
            let id = format!("layer-{layer}");
            let group = scene.groups.iter().find(|group| group.id == id).expect("every layer is drawn");
            let texts = group.items.iter().filter_map(|item| match item {
                Item::Text(Text { text, .. }) => Some(text.clone()),
                _ => None,
            });
            texts.collect()
        };
        let shown: HashSet<Vec<String>> = NAMES.iter().map(|name| texts(name)).collect();
        // Text that follows the name on its line is shortened together with it.
        let is_alone = options.label != Some(Template::parse(TEMPLATES[2]).expect("a template"));
        assert!(shown.len() == 2 || !is_alone, "{}: {shown:?}", options.view.expect("a view").name);
        let text = svg(&scene);
        let document = Document::parse(&text).expect("XML");
        let titles: Vec<&str> =
            document.descendants().filter(|node| node.has_tag_name("title")).filter_map(|node| node.text()).collect();
        for name in NAMES {
            assert!(
                titles.iter().any(|title| title.contains(name)),
                "{}: {titles:?}",
                options.view.expect("a view").name
            );
        }
    }
}

#[test]
fn the_edge_of_the_picture_cuts_nothing() {
    for options in options() {
        let scene = scene(&model(), &options);
        for item in scene.groups.iter().flat_map(|group| &group.items) {
            if let Item::Text(text) = item {
                let Bounds { min, max } = Bounds::of(corners(text));
                let inside = min.x >= 0.0 && min.y >= 0.0 && max.x <= scene.width && max.y <= scene.height;
                assert!(inside, "{}: {text:?}", options.view.expect("a view").name);
            }
        }
    }
}
