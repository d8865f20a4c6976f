//! Pictures of two models.

use std::fs;
use std::path::Path;

use predicates::prelude::*;
use predicates::str::contains;

use crate::{folder, netviz};

const BEFORE: &str = "\
name: net
input: [1, 16, 16]
layers:
  - conv2d: {filters: 4, kernel: 3, padding: same, name: stem}
  - conv2d: {filters: 8, kernel: 3, padding: same, name: deep}
  - max_pool2d: {pool: 2, name: pool}
  - flatten
  - dense: {units: 20, name: hidden}
  - dense: {units: 10, name: output}
";

fn after() -> String {
    BEFORE
        .replace("  - max_pool2d", "  - batch_norm: {name: norm}\n  - max_pool2d")
        .replace("filters: 8", "filters: 6")
        .replace("  - dense: {units: 20, name: hidden}\n", "")
}

/// It is the picture of the guide; `NETVIZ_BLESS=1` rewrites it.
#[test]
fn a_picture_shows_both_models() {
    let folder = folder(&[("a.yaml", BEFORE), ("b.yaml", &after())]);
    netviz(folder.path(), &["compare", "a.yaml", "b.yaml", "--svg", "x.svg"]).code(1);
    let svg = fs::read_to_string(folder.path().join("x.svg")).expect("a picture");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/compare.svg");
    if std::env::var_os("NETVIZ_BLESS").is_some() {
        fs::write(&golden, &svg).expect("a file");
    }
    assert!(svg == fs::read_to_string(&golden).expect("a golden"), "{} differs", golden.display());
}

#[test]
fn every_format_shows_what_differs() {
    let folder = folder(&[("a.yaml", BEFORE), ("b.yaml", &after())]);
    let files = ["x.svg", "x.png", "x.pdf", "x.html", "x.tex", "x.dot", "x.mmd", "x.txt", "x.json"];
    let outputs: Vec<&str> = files.iter().flat_map(|file| ["-o", file]).collect();
    let arguments = [&["compare", "a.yaml", "b.yaml"], &outputs[..]].concat();
    netviz(folder.path(), &arguments).code(1).stdout(contains("drawn to x.svg, x.png"));
    let text = |file: &str| fs::read_to_string(folder.path().join(file)).expect("a text");
    for (file, removed) in [("x.dot", "− dense hidden"), ("x.mmd", "− dense hidden"), ("x.txt", "− dense hidden")]
    {
        assert!(text(file).contains(removed), "{file}: {}", text(file));
    }
    let json: serde_json::Value = serde_json::from_str(&text("x.json")).expect("JSON");
    let nodes = json["nodes"].as_array().expect("a list");
    let change = |name: &str| nodes.iter().find(|node| node["id"] == name).expect("a node")["change"].clone();
    assert_eq!(["hidden", "norm", "deep"].map(change), ["removed", "added", "changed"]);
    assert_eq!(change("stem"), serde_json::Value::Null);
    for color in ["#1a7f37", "#cf222e", "#9a6700"] {
        assert!(text("x.svg").contains(color) && text("x.html").contains(color), "{color}");
        assert!(text("x.tex").contains(&color[1..].to_uppercase()), "{color}");
    }
    assert!(text("x.svg").contains("; removed") && !text("x.svg").contains("; moved"));
}

#[test]
fn every_view_marks_layers() {
    let folder = folder(&[("a.yaml", BEFORE), ("b.yaml", &after())]);
    for view in ["blocks", "volumes", "neurons"] {
        let arguments = ["compare", "a.yaml", "b.yaml", "--view", view, "--theme", "dark", "--svg", "-"];
        netviz(folder.path(), &arguments)
            .code(1)
            .stdout(contains("; added").and(contains("; removed")).and(contains("#3fb950")));
    }
}

/// A copy with a difference is not folded with the others.
#[test]
fn equal_blocks_are_folded_and_others_are_not() {
    let net = |changed: &str| {
        let block = |index: usize| {
            let rate = if index == 3 { changed } else { "0.5" };
            format!("  - dense: 8\n  - activation: relu\n  - dropout: {rate}\n")
        };
        format!("input: [8]\nlayers:\n{}  - dense: 2\n", (0..9).map(block).collect::<String>())
    };
    let folder = folder(&[("a.yaml", &net("0.5")), ("b.yaml", &net("0.25"))]);
    let picture = |other: &str| {
        let assert = netviz(folder.path(), &["compare", "a.yaml", other, "-o", "x.txt"]);
        let text = fs::read_to_string(folder.path().join("x.txt")).expect("a text");
        assert!(assert.get_output().stderr.is_empty());
        text
    };
    let equal = picture("a.yaml");
    assert!(equal.contains("× 9") && !equal.contains('~'), "{equal}");
    let changed = picture("b.yaml");
    assert!(changed.contains("× 3") && changed.contains("× 5") && changed.contains("~ dropout_4"), "{changed}");
}
