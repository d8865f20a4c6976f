//! Theme files: those of `tests/themes` against the expected diagnostics beside them, and how a theme is named.
//!
//! `NETVIZ_BLESS=1 cargo test --test render themes` rewrites them. Read the difference before you commit it.

use std::path::Path;

use predicates::prelude::*;
use predicates::str::{contains, is_empty};

use netviz::label::Template;
use netviz::picture::Options;
use netviz::scene::{Fill, Item, Scene, Shape};
use netviz::theme::{Note, Paint, Rule, Theme};
use netviz::views::VIEWS;

use super::command::render;
use super::{GALLERY, scene};

#[test]
fn every_theme_file_gives_the_diagnostics_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/themes");
    let entries = folder.read_dir().expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    assert!(files.len() > 10, "the theme files are missing");
    for file in files {
        let name = Path::new("tests/themes").join(file.file_name().expect("a name"));
        let mut command = render();
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["models/mnist.yaml", "--svg", "-", "--theme"]);
        let output = command.arg(&name).output().expect("it runs");
        let found = String::from_utf8(output.stderr).expect("UTF-8");
        let failed = found.contains("error: ");
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(i32::from(failed)), failed), "{found}");
        let path = file.with_extension("stderr");
        if std::env::var_os("NETVIZ_BLESS").is_some() && !found.is_empty() {
            std::fs::write(&path, &found).expect("written");
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), found, "{}", name.display());
    }
}

/// Whether a shape of a layer has a fill.
fn is_filled(scene: &Scene, layer: &str, paint: Paint) -> bool {
    let group = scene.groups.iter().find(|group| group.id == format!("layer-{layer}")).expect("it is drawn");
    group.items.iter().any(|item| matches!(item, Item::Shape(Shape { fill: Fill::Plain(fill), .. }) if *fill == paint))
}

/// Texts of a picture.
fn texts(scene: &Scene) -> Vec<&str> {
    let items = scene.groups.iter().flat_map(|group| &group.items);
    items.filter_map(|item| if let Item::Text(text) = item { Some(text.text.as_str()) } else { None }).collect()
}

/// Rules and notes of a theme are drawn in every view.
#[test]
fn layers_have_colours_texts_and_notes_of_their_own() {
    let mut theme = Theme::classic();
    let mut rule = Rule::new("dense*");
    rule.color = Some(Paint::rgb(0x00_72_b2));
    theme.layers.push(rule);
    let mut rule = Rule::new("dense_2");
    (rule.color, rule.label) = (Some(Paint::rgb(0xd5_5e_00)), Template::parse("{name}\\nten classes").ok());
    theme.layers.push(rule);
    theme.notes.push(Note::new("dense_1", "dense_2", "perceptron"));
    for view in VIEWS {
        let options = Options { view: Some(view), theme: theme.clone(), ..crate::neurons() };
        let scene = scene(GALLERY[0].1, &options);
        assert!(is_filled(&scene, "dense_1", Paint::rgb(0x00_72_b2)), "{}", view.name);
        assert!(is_filled(&scene, "dense_2", Paint::rgb(0xd5_5e_00)), "{}", view.name);
        let texts = texts(&scene);
        assert!(texts.contains(&"ten classes") && texts.contains(&"perceptron"), "{}: {texts:?}", view.name);
    }
}

#[test]
fn a_theme_that_does_not_exist_is_an_error() {
    let assert = render().args(["--svg", "-", "--theme", "drak"]).assert();
    let hint = "did you mean `dark`?";
    assert.code(1).stdout(is_empty()).stderr(contains("there is no theme `drak`").and(contains(hint)));
    let assert = render().args(["--svg", "-", "--theme", "missing.yaml"]).assert();
    assert.code(1).stdout(is_empty()).stderr(contains("cannot read the theme `missing.yaml`: no such file"));
}

#[test]
fn an_output_says_its_format_and_is_written_once() {
    let assert = render().args(["-o", "out.doc"]).assert();
    assert.code(2).stdout(is_empty()).stderr(contains("`out.doc`: its ending names no format"));
    let assert = render().args(["-o", "out.svg", "--svg", "out.svg"]).assert();
    assert.code(2).stdout(is_empty()).stderr(contains("two pictures would go to `out.svg`"));
}

#[test]
fn every_format_is_written_by_its_ending_and_by_its_option() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in netviz::formats::FORMATS {
        let bytes = |arguments: &[String], file: &str| {
            render().current_dir(&folder).args(arguments).assert().success().stderr(is_empty());
            std::fs::read(folder.path().join(file)).expect("written")
        };
        let named = bytes(&[format!("--{}=named", format.name)], "named");
        for ending in format.endings.iter().chain([&format.name]) {
            let file = format!("out.{ending}");
            assert!(bytes(&["-o".into(), file.clone()], &file) == named, "{file}");
        }
    }
}

#[test]
fn weights_that_do_not_fit_are_refused_with_every_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("w.safetensors");
    let drawn = || {
        let mut command = render();
        command.args(["models/mnist.yaml", "--svg", "-", "--weights"]).arg(&path);
        command.assert().code(1).stdout(is_empty())
    };
    drawn().stderr(contains("cannot read `").and(contains("no such file")));
    std::fs::write(&path, "no weights").expect("written");
    drawn().stderr(contains("not a valid safetensors file"));
    let model = netviz::Model::from_text("input: [4]\nlayers:\n  - dense: 3\n  - dense: {name: other, units: 2}\n");
    let program = model.expect("a valid model").graph.program().clone();
    let tensor = |count: usize| netviz::weights::TensorData::Float(vec![0.0; count]);
    let tensors = program.parameters().iter().map(|parameter| tensor(parameter.elements()));
    let weights = netviz::weights::Weights::new(&program, tensors.collect()).expect("zeros");
    std::fs::write(&path, netviz::exchange::safetensors::state_dict(&program, &weights)).expect("written");
    let mut assert = drawn();
    for difference in [
        "`dense_1.weight` is 3×4 of F32; expected 512×784 of F32",
        "`dense_1.bias` is 3 of F32; expected 512 of F32",
        "`dense_2.weight` is missing; expected 10×512 of F32",
        "`other.weight` is not part of the model",
        "these are the weights of another model than `mnist`",
    ] {
        assert = assert.stderr(contains(difference));
    }
}
