//! The output of `train`, `evaluate` and `predict` in a terminal: file names cannot control it, and suggested commands
//! can be pasted.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use image::GrayImage;
use netviz::text::controls_terminal;
use serde_json::Value;

/// An escape sequence, a line break, a bell, a direction override, and NEL and CSI as C1 codes.
const NAME: &str = "a\u{1b}[31m\nb\u{7}\u{202e}c\u{85}\u{9b}2J";

const MODEL: &str = "\
name: small
input: [784]
layers: [dense: {units: 10, activation: softmax}]
train: {data: mnist, loss: categorical_crossentropy, metrics: [accuracy], batch_size: 100, epochs: 1}
";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
    command.args(arguments).current_dir(folder).output().expect("it runs")
}

/// The output. Checks that it contains no control characters, and that no part of the name starts a line.
fn checked(output: &Output) -> String {
    let mut all = String::new();
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(stream.clone()).expect("UTF-8");
        assert_eq!(text.chars().find(|&c| c != '\n' && controls_terminal(c)), None, "{text:?}");
        assert!(!text.lines().any(|line| line.starts_with('b')), "{text}");
        all += &text;
    }
    all
}

#[test]
fn no_name_controls_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let named = |ending: &str| format!("{NAME}{ending}");
    fs::write(folder.path().join(named(".yaml")), MODEL).expect("written");
    GrayImage::new(28, 28).save(folder.path().join(named(".png"))).expect("saved");
    fs::write(folder.path().join(named(".txt")), "no image").expect("written");
    let (model, out) = (named(".yaml"), named("run"));
    let check = |arguments: &[&str], code: i32| {
        let output = run(folder.path(), arguments);
        let text = checked(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        text
    };
    let told = check(&["train", &model, "--limit", "200", "--out", &out, "--threads", "1"], 0);
    check(&["train", "--resume", &out], 0);
    check(&["train", &model, "--resume", &named(".none")], 1);
    check(&["train", &model, "--epochs", NAME], 1);
    check(&["train", &model, "--limit", "200", "--out", &named(".txt")], 1);
    check(&["train", &named(".none")], 1);
    check(&["train", &model, "--device", NAME], 2);
    check(&["evaluate", &out, "--threads", "1"], 0);
    check(&["evaluate", &named(".none")], 1);
    check(&["predict", &out, &named(".png")], 0);
    check(&["predict", &out, &named(".txt"), &named(".none")], 1);
    let json = check(&["predict", "--json", &out, &named(".png")], 0);
    let json = json.lines().next().expect("an object");
    assert_eq!(serde_json::from_str::<Value>(json).expect("JSON")["image"], named(".png"));

    let command = told.lines().find_map(|line| line.strip_prefix("  netviz evaluate ")).expect("a suggestion");
    let line = format!("'{}' evaluate {command} --threads 1", env!("CARGO_BIN_EXE_netviz-torch"));
    let output = Command::new("bash").args(["-c", &line]).current_dir(&folder).output().expect("bash");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}
