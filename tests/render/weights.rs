//! Weights in pictures: the sign and size of each.

use netviz::Model;
use netviz::ir::Program;
use netviz::picture::{Options, Pick};
use netviz::scene::{Item, Scene, Stroke};
use netviz::theme::Theme;
use netviz::weights::{TensorData, Weights};

const MODEL: &str = "\
name: small
input: [1, 2, 3]
layers:
  - flatten
  - dense: {units: 4, name: hidden}
  - dense: {units: 2, name: result}
";

/// Weights that count up from −2, so that all differ.
fn learned(program: &Program) -> Weights {
    let mut next = -2.0_f32;
    let tensor = |elements: usize| {
        let values = (0..elements).map(|_| {
            next += 0.125;
            next
        });
        TensorData::Float(values.collect())
    };
    let tensors = program.parameters().iter().map(netviz::ir::Parameter::elements).map(tensor).collect();
    Weights::new(program, tensors).expect("as many as there are")
}

fn scene(text: &str, options: &Options) -> Scene {
    let model = Model::from_text(text).expect("a valid model");
    let weights = learned(&model.graph.program().clone());
    netviz::picture(&model.graph, Some(&weights), options).scene().expect("it is not too large").clone()
}

/// The lines between two layers, each with its stroke.
fn lines(scene: &Scene, link: &str) -> Vec<([f64; 2], Stroke)> {
    let group = scene.groups.iter().find(|group| group.id == link).unwrap_or_else(|| panic!("there is no {link}"));
    let lines = group.items.iter().filter_map(|item| match item {
        Item::Lines { segments, stroke } => Some(segments.iter().map(|[a, b]| ([a.x, b.x], *stroke))),
        _ => None,
    });
    lines.flatten().collect()
}

fn legend(scene: &Scene) -> String {
    let group = scene.groups.iter().find(|group| group.class == "legend");
    let texts = group.into_iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Text(text) => Some(text.text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// The weight of a line. Weights increase by 1/8 with the source, then with the target, from −2 + 1/8 on: 24 of
/// `hidden.weight`, 4 biases, then `result.weight`.
fn weight(source: usize, target: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let index = (24 + 4 + 4 * target + source + 1) as f32;
    -2.0 + 0.125 * index
}

#[test]
fn sign_is_colour_and_size_is_width_and_opacity() {
    let theme = Theme::classic();
    let scene = scene(MODEL, &crate::neurons());
    let mut lines = lines(&scene, "link-hidden.result");
    assert_eq!(lines.len(), 8);
    lines.sort_by(|(a, _), (b, _)| a[1].total_cmp(&b[1]).then(a[0].total_cmp(&b[0])));
    for pair in lines.windows(2) {
        let [(_, smaller), (_, larger)] = pair else { unreachable!("windows of two") };
        assert!(smaller.width <= larger.width && smaller.opacity <= larger.opacity);
    }
    for (index, (_, stroke)) in lines.iter().enumerate() {
        let expected = if weight(index % 4, index / 4) > 0.0 { theme.positive } else { theme.negative };
        assert_eq!(stroke.color, expected);
    }
    assert!(lines[0].1.width < lines[7].1.width);
}

#[test]
fn negative_weights_are_dashed_in_print() {
    for preset in netviz::theme::THEMES {
        let theme = (preset.theme)();
        let dashes = theme.dash_negative;
        assert!(dashes || preset.name != "print");
        let scene = scene(MODEL, &Options { theme: theme.clone(), ..crate::neurons() });
        for (_, stroke) in lines(&scene, "link-hidden.result") {
            assert_eq!(stroke.dashed, dashes && stroke.color == theme.negative, "{}", preset.name);
        }
        assert_eq!(legend(&scene).contains("negative weight (dashed)"), dashes, "{}", preset.name);
    }
}

#[test]
fn the_legend_tells_the_scale_and_which_neurons_are_drawn() {
    let two = Options { max_neurons: Some(2), ..crate::neurons() };
    let text = legend(&scene(MODEL, &two));
    assert!(text.contains("positive weight; negative weight") && text.contains("largest into result: "), "{text}");
    assert!(text.contains("2 of 4 in hidden; evenly spaced"), "{text}");
    let text = legend(&scene(MODEL, &Options { pick: Pick::Strongest, ..two.clone() }));
    // The remark is broken into lines.
    assert!(text.contains("2 of 4 in hidden; those with the; largest weights"), "{text}");
    assert_eq!(legend(&scene(MODEL, &Options { legend: false, ..two })), "");
}

#[test]
fn the_strongest_neurons_are_those_with_the_largest_weights_into_them() {
    let drawn = |pick: Pick| {
        let scene = scene(MODEL, &Options { max_neurons: Some(2), pick, ..crate::neurons() });
        let group = scene.groups.iter().find(|group| group.id == "layer-hidden").expect("the layer is drawn");
        let ids = group.items.iter().filter_map(|item| match item {
            Item::Shape(shape) if !shape.id.is_empty() => Some(shape.id.clone()),
            _ => None,
        });
        ids.collect::<Vec<_>>()
    };
    assert_eq!(drawn(Pick::Even), ["neuron-hidden.0", "neuron-hidden.3"]);
    // From −1.875 to −1.25, from −1.125 to −0.5, from −0.375 to 0.25, from 0.375 to 1.
    assert_eq!(drawn(Pick::Strongest), ["neuron-hidden.0", "neuron-hidden.1"]);
}

#[test]
fn biases_are_connections_of_a_neuron_that_is_always_one() {
    let scene = scene(MODEL, &Options { bias: true, ..crate::neurons() });
    assert_eq!(lines(&scene, "link-hidden.result").len(), 4 * 2 + 2);
    let ids = scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Shape(shape) if shape.id.rsplit('.').next() == Some("bias") => Some(shape.id.as_str()),
        _ => None,
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["neuron-flatten_1.bias", "neuron-hidden.bias"]);
}

#[test]
fn neurons_are_shown_as_the_images_that_they_respond_to() {
    let theme = Theme::classic();
    let scene = scene(MODEL, &Options { receptive: 3, ..crate::neurons() });
    let group = scene.groups.iter().find(|group| group.id == "receptive-hidden").expect("the images are drawn");
    let rasters: Vec<_> = group
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Raster(raster) => Some(raster),
            _ => None,
        })
        .collect();
    assert_eq!(rasters.len(), 3);
    assert!(rasters.iter().all(|raster| raster.columns == 3 && raster.pixels.len() == 6));
    // The first weight of the strongest neuron is the largest of its own, and negative.
    assert_eq!(rasters[0].pixels[0], theme.negative.light);
}

#[test]
fn what_cannot_be_shown_is_refused() {
    let refused = |text: &str, is_trained: bool| {
        let model = Model::from_text(text).expect("a valid model");
        let weights = learned(&model.graph.program().clone());
        let options = Options { receptive: 3, ..crate::neurons() };
        netviz::picture(&model.graph, is_trained.then_some(&weights), &options)
            .scene()
            .expect_err("there is no such picture")
            .message
    };
    assert_eq!(refused(MODEL, false), "`--receptive` needs a trained network");
    let flat = "input: [6]\nlayers:\n  - dense: 2\n";
    assert_eq!(refused(flat, true), "`--receptive` needs a network that is fed images, but the input is 6");
    let filters = "input: [1, 4, 4]\nlayers:\n  - conv2d: {filters: 2, kernel: 3}\n";
    assert!(refused(filters, true).starts_with("`--receptive` needs a dense layer that sees every pixel"));
}

#[test]
fn weights_that_are_no_numbers_are_drawn_as_the_largest() {
    let model = Model::from_text("input: [2]\nlayers:\n  - dense: {units: 1, use_bias: false}\n").expect("valid");
    let weights = Weights::new(model.graph.program(), vec![TensorData::Float(vec![f32::NAN, 0.5])]).expect("two");
    let options = crate::neurons();
    let picture = netviz::picture(&model.graph, Some(&weights), &options);
    let drawn = lines(picture.scene().expect("a picture"), "link-input.dense_1");
    assert!(drawn.len() == 2 && drawn.iter().all(|(_, stroke)| stroke.opacity.is_finite() && stroke.width > 0.0));
}

/// All 784 · 512 + 512 · 10 connections, in a size that browsers can open.
#[test]
fn a_whole_network_is_drawn() {
    let options = Options { full: true, ..crate::neurons() };
    let scene = scene(super::GALLERY[0].1, &options);
    assert_eq!(lines(&scene, "link-input.dense_1").len(), 784 * 512);
    let last = lines(&scene, "link-dense_1.dense_2");
    assert!(last.len() >= 512 * 10);
    let circles = scene
        .groups
        .iter()
        .flat_map(|group| &group.items)
        .filter(|item| matches!(item, Item::Shape(shape) if shape.id.starts_with("neuron-")));
    assert_eq!(circles.count(), 784 + 512 + 10);
    assert!(netviz::formats::svg(&scene).len() < 10_000_000);
}
