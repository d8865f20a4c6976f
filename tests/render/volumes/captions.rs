//! Captions, measures and the legend of the view `volumes`.

use netviz::label::Template;
use netviz::picture::{Direction, Options};
use netviz::scene::{Item, Scene};

use super::super::geometry::of_class;
use super::super::{GALLERY, scene as drawn};
use super::{options, scene};

fn words(scene: &Scene) -> Vec<&str> {
    let groups = scene.groups.iter().filter(|group| group.class != "title");
    let texts = groups.flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Text(text) => Some(&*text.text),
        _ => None,
    });
    texts.collect()
}

#[test]
fn measures_and_captions_tell_the_tensors() {
    let picture = scene(GALLERY[1].1, Direction::Right);
    let words = words(&picture);
    for word in ["6", "28×28", "→ 14×14", "c1", "conv2d 5×5", "s2", "max_pool2d 2×2", "120×1×1", "84", "softmax"]
    {
        assert!(words.contains(&word), "{word} is not among {words:?}");
    }
    let picture = scene(GALLERY[1].1, Direction::Down);
    assert!(self::words(&picture).contains(&"6×28×28"));
}

/// The texts of one layer, in their order.
pub(super) fn words_of(scene: &Scene, layer: &str) -> Vec<String> {
    let id = format!("layer-{layer}");
    let group = scene.groups.iter().find(|group| group.id == id).unwrap_or_else(|| panic!("there is no {id}"));
    let texts = group.items.iter().filter_map(|item| match item {
        Item::Text(text) => Some(text.text.clone()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_caption_names_its_bands_and_says_nothing_twice() {
    let text = "input: [1, 32, 32]
layers:
  - conv2d: {name: conv2d, filters: 4, kernel: 3, activation: tanh}
  - batch_norm: {name: norm}
  - activation: relu
  - dropout: {rate: 0.2}
  - conv2d: {filters: 4, kernel: 3, strides: 2}
  - flatten: {name: flatten}
  - dense: {name: Dense, units: 8}
  - dropout: {name: drop, rate: 0.5}
  - dense: {name: result, units: 2}
";
    let picture = scene(text, Direction::Right);
    assert_eq!(words_of(&picture, "conv2d")[2..], ["conv2d", "3×3", "tanh", "norm", "relu", "dropout_1"]);
    assert_eq!(words_of(&picture, "conv2d_1")[2..], ["conv2d_1", "3×3 /2"]);
    assert_eq!(words_of(&picture, "flatten")[1..], ["flatten"]);
    assert_eq!(words_of(&picture, "Dense")[1..], ["Dense", "drop"]);
    assert_eq!(words_of(&picture, "result")[1..], ["result", "dense"]);
    let picture = scene(text, Direction::Down);
    assert_eq!(words_of(&picture, "Dense"), ["Dense", "drop", "8"]);
    assert_eq!(words_of(&picture, "conv2d").concat(), "conv2d3×3, tanh, norm, relu,dropout_14×30×30");
}

/// Either the channels stand below and the rest along the edge, or all of it below.
#[test]
fn a_size_stands_in_one_place_where_text_is_large() {
    let text = "input: [3, 128, 128]
layers:
  - conv2d: {name: conv, filters: 64, kernel: 3, padding: same}
  - max_pool2d: {name: pool, pool: 16}
  - conv2d: {name: small, filters: 128, kernel: 3, padding: same}
";
    let picture = |text_size: f64| {
        let options = options(None);
        let theme = netviz::theme::Theme { text_size, ..options.theme.clone() };
        drawn(text, &Options { theme, ..options })
    };
    let usual = picture(12.0);
    assert_eq!(words_of(&usual, "conv")[..2], ["128×128", "64"]);
    assert_eq!(words_of(&usual, "pool")[0], "→ 8×8");
    let large = picture(60.0);
    assert_eq!(words_of(&large, "conv")[..2], ["64×128×128", "→ 64×8×8"]);
    for text_size in [4.0, 8.0, 16.0, 24.0, 32.0, 48.0, 100.0] {
        let picture = picture(text_size);
        for (layer, whole, count, rest) in [
            ("input", "3×128×128", "3", "128×128"),
            ("conv", "64×128×128", "64", "128×128"),
            ("small", "128×8×8", "128", "8×8"),
        ] {
            let words = words_of(&picture, layer);
            let turned = words.contains(&rest.to_owned());
            assert_eq!(turned, words.contains(&count.to_owned()), "{layer} at {text_size}: {words:?}");
            assert_ne!(turned, words.contains(&whole.to_owned()), "{layer} at {text_size}: {words:?}");
        }
    }
}

#[test]
fn a_template_replaces_the_captions() {
    let label = Template::parse("{name}\\n{params} params").expect("a template");
    let options = Options { label: Some(label), ..options(None) };
    let scene = drawn(GALLERY[1].1, &options);
    let words = words(&scene);
    assert!(words.contains(&"156 params") && words.contains(&"0 params") && words.contains(&"6"), "{words:?}");
    assert!(!words.contains(&"conv2d 5×5"), "{words:?}");
}

#[test]
fn the_legend_names_the_colours_that_occur() {
    let legend = |legend: bool| {
        let scene = drawn(GALLERY[1].1, &Options { legend, ..options(None) });
        of_class(&scene, "legend")
            .flat_map(|group| &group.items)
            .filter_map(|item| match item {
                Item::Text(text) => Some(text.text.clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let expected = [
        "dense",
        "convolution",
        "pooling",
        "activation (relu, softmax)",
        "shape",
        "channels × height × width, the last two along the edge where they fit; sizes are not to scale",
    ];
    assert_eq!(legend(true), expected);
    assert!(legend(false).is_empty());
}
