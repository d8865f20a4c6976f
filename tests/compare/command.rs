//! What the command prints, and its status.

use predicates::prelude::*;
use predicates::str::{contains, is_empty};

use crate::{compared, differences, folder, netviz};

const NET: &str = "\
name: net
input: [1, 16, 16]
layers:
  - conv2d: {filters: 4, kernel: 3, name: stem}
  - batch_norm
  - conv2d: {filters: 8, kernel: 3}
  - max_pool2d: 2
  - flatten
  - dense: {units: 20, activation: relu}
  - dense: 10
";

/// The network after some replacements.
fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(NET.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

fn found(changes: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(&[("a.yaml", NET), ("b.yaml", &changed(changes))]);
    differences(&compared(folder.path(), "a.yaml", "b.yaml"))
}

#[test]
fn equal_models_are_equal() {
    let folder = folder(&[("a.yaml", NET), ("b.yaml", &changed(&[("max_pool2d: 2", "max_pool2d: {pool: 2}")]))]);
    let expected = "\
a.yaml → b.yaml

8 layers equal
parameters 6.14 k; multiply-adds 82.1 k
the models are equal
";
    let assert = netviz(folder.path(), &["compare", "a.yaml", "b.yaml"]).success().stderr(is_empty());
    let text = String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8");
    let without_counts =
        |text: &str| text.lines().filter(|line| !line.starts_with("parameters")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_counts(&text), without_counts(expected));
}

#[test]
fn differences_are_listed_and_summed_up() {
    let after = changed(&[
        ("  - batch_norm\n", ""),
        ("units: 20", "units: 30"),
        ("  - flatten\n", "  - flatten\n  - dropout: 0.5\n"),
    ]);
    let folder = folder(&[("a.yaml", NET), ("b.yaml", &after)]);
    let expected = "\
a.yaml → b.yaml

   layer         type        difference
────────────────────────────────────────────────────────────────────────────────────
−  batch_norm_1  batch_norm  4×14×14; 16 parameters
+  dropout_1     dropout     288
~  dense_1       dense       units 20 → 30; parameters 5,780 → 8,670; output 20 → 30
~  dense_2       dense       parameters 210 → 310

1 layer added, 1 removed, 2 changed, 5 equal
parameters 6,342 → 9,316; multiply-adds 55.8 k → 58.8 k
";
    let assert = netviz(folder.path(), &["compare", "a.yaml", "b.yaml"]).code(1).stderr(is_empty());
    let text = String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8");
    let rows =
        |text: &str| text.lines().filter(|line| !line.starts_with("parameters")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows(&text), rows(expected));
}

#[test]
fn layers_are_matched_by_structure_and_not_by_place() {
    // In front, in the middle and at the end.
    assert_eq!(found(&[("layers:\n", "layers:\n  - dropout: 0.5\n")]), ["added: – → dropout_1"]);
    assert_eq!(found(&[("  - flatten\n", "  - activation: relu\n  - flatten\n")]), ["added: – → activation_1"]);
    let text = changed(&[]) + "  - activation: softmax\n";
    let end = folder(&[("a.yaml", NET), ("b.yaml", &text)]);
    assert_eq!(differences(&compared(end.path(), "a.yaml", "b.yaml")), ["added: – → activation_1"]);
    // Automatic names are no evidence: `conv2d_1` is now `conv2d_2`, of which the first one is new.
    let front = found(&[("layers:\n", "layers:\n  - conv2d: {filters: 1, kernel: 1}\n")]);
    assert_eq!(front, ["added: – → conv2d_1", "renamed: conv2d_1 → conv2d_2"]);
    assert_eq!(found(&[("  - batch_norm\n", "")]), ["removed: batch_norm_1 → –"]);
    let moved = found(&[("  - batch_norm\n", ""), ("  - max_pool2d: 2\n", "  - max_pool2d: 2\n  - dropout: 0.5\n")]);
    assert_eq!(moved, ["removed: batch_norm_1 → –", "added: – → dropout_1"]);
    let two = folder(&[
        ("a.yaml", &changed(&[("  - batch_norm\n", "  - dropout: 0.5\n")])),
        ("b.yaml", &changed(&[("  - batch_norm\n", ""), ("  - flatten\n", "  - flatten\n  - dropout: 0.5\n")])),
    ]);
    let found = differences(&compared(two.path(), "a.yaml", "b.yaml"));
    assert_eq!(found, ["moved: dropout_1 → dropout_1"]);
}

#[test]
fn new_names_are_no_difference() {
    let named = |prefix: &str| {
        let names = |(index, line): (usize, &str)| match line.strip_prefix("  - dense: ") {
            Some(units) => format!("  - dense: {{units: {units}, name: {prefix}{index}}}\n"),
            None => format!("{line}\n"),
        };
        let text = "input: [8]\nlayers:\n  - dense: 7\n  - dense: 6\n  - dense: 6\n  - dense: 5\n";
        text.lines().enumerate().map(names).collect::<String>()
    };
    let folder = folder(&[("a.yaml", &named("first")), ("b.yaml", &named("other"))]);
    let object = compared(folder.path(), "a.yaml", "b.yaml");
    assert_eq!((&object["equal"], &object["summary"]["renamed"]), (&true.into(), &4.into()));
    assert!(differences(&object).iter().all(|layer| layer.starts_with("renamed: first")));
}

#[test]
fn a_layer_may_move_among_branches() {
    let net = |from: &str| {
        format!(
            "input: [8]\nlayers:\n  - dense: {{units: 8, name: a}}\n  - dense: {{units: 8, name: b}}\n  \
             - dense: {{units: 8, name: c, from: {from}}}\n  - add: {{from: [b, c]}}\n"
        )
    };
    let folder = folder(&[("a.yaml", &net("a")), ("b.yaml", &net("b"))]);
    assert_eq!(differences(&compared(folder.path(), "a.yaml", "b.yaml")), ["moved: c → c"]);
    let assert = netviz(folder.path(), &["compare", "a.yaml", "b.yaml"]).code(1);
    assert.stdout(contains("→  c      dense  reads a → b"));
}

#[test]
fn a_model_that_cannot_be_read_is_an_error() {
    let folder = folder(&[("a.yaml", NET), ("b.yaml", "input: [4]\nlayers: [dens: 3]"), ("c.bin", "\0\0\0\0")]);
    for (arguments, message) in [
        (&["a.yaml", "b.yaml"][..], "unknown layer `dens`"),
        (&["a.yaml", "nowhere.yaml"], "there is no model `nowhere.yaml`"),
        (&["a.yaml", "c.bin"], "c.bin"),
        (&["-", "-"], "standard input holds one model"),
        (&["--model", "a.yaml"], "compares two models"),
        (&["a.yaml", "a.yaml", "--dim", "N=1"], "`--dim N=1` is for models of other programs"),
        (&["a.yaml", "a.yaml", "--view", "blocks"], "no file is named"),
        (&["a.yaml", "a.yaml", "-o", "picture.xyz"], "its ending names no format"),
    ] {
        let arguments = [&["compare"], arguments].concat();
        netviz(folder.path(), &arguments).code(2).stdout("").stderr(contains(message));
    }
    // The problems of both.
    let both = netviz(folder.path(), &["compare", "nowhere.yaml", "b.yaml"]).code(2);
    both.stderr(contains("there is no model").and(contains("nowhere.yaml")));
}

#[test]
fn built_in_models_have_names() {
    let folder = folder(&[]);
    netviz(folder.path(), &["compare", "mnist", "mnist"]).success().stdout(contains("the models are equal"));
    netviz(folder.path(), &["compare", "mnist", "lenet5"]).code(1);
}

#[test]
fn names_cannot_control_the_terminal() {
    let header = r#"{"a\u001b[31m.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let file = |header: &str| {
        let length = (header.len() as u64).to_le_bytes();
        [&length[..], header.as_bytes(), &[0; 4]].concat()
    };
    let folder = folder(&[("empty.yaml", NET)]);
    std::fs::write(folder.path().join("a.safetensors"), file(header)).expect("a file");
    std::fs::write(folder.path().join("b.safetensors"), file(&header.replace("31m", "32m\\n"))).expect("a file");
    for arguments in [&["--svg", "x.svg"][..], &["--json"]] {
        let assert = netviz(folder.path(), &[&["compare", "a.safetensors", "b.safetensors"], arguments].concat());
        let output = assert.get_output();
        assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let svg = std::fs::read(folder.path().join("x.svg")).expect("a picture");
    assert!(!svg.contains(&0x1b));
}

#[test]
fn columns_are_aligned_in_ascii() {
    let net = |from: &str, units: usize| {
        format!(
            "input: [8]\nlayers:\n  - dense: {{units: 8, name: a}}\n  - dense: {{units: 8, name: b}}\n  \
             - dense: {{units: 8, name: c, from: {from}}}\n  - add: {{from: [b, c]}}\n  - dense: {{units: {units}, name: d}}\n"
        )
    };
    let folder = folder(&[("a.yaml", &net("a", 3)), ("b.yaml", &net("b", 4))]);
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_netviz"));
    let assert = command.env("LC_ALL", "C").current_dir(folder.path()).args(["compare", "a.yaml", "b.yaml"]).assert();
    assert.code(1).stdout(contains(
        "    layer  type   difference
------------------------------------------------------------------
->  c      dense  reads a -> b
~   d      dense  units 3 -> 4; parameters 27 -> 36; output 3 -> 4
",
    ));
}
