//! Terminal output: neither file names nor other input of the user can control the terminal. Every command is tried
//! with each name in each position.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use netviz::Model;
use netviz::text::{controls_terminal, shell};
use netviz::weights::{TensorData, Weights};
use serde_json::Value;
use tempfile::TempDir;

/// An escape sequence, a line break, a bell, a direction override, NEL and CSI as C1 codes, a tab, and a line
/// separator.
const NAME: &str = "a\u{1b}[31m\nb\u{7}\u{202e}c\u{85}\u{9b}2J\td\u{2028}";

const MODEL: &str = "\
name: tiny
input: [784]
layers: [dense: {units: 10, activation: softmax}]
train: {data: mnist, loss: categorical_crossentropy, epochs: 1}
";

/// A folder with a model, a run, a document and a theme of that name, and invalid ones.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |ending: &str| folder.path().join(format!("{NAME}{ending}"));
    let write = |ending: &str, text: &str| fs::write(path(ending), text).expect("written");
    write(".yaml", MODEL);
    write(".bad.yaml", "input: [3]\nlayers: [dens: 2]\n");
    write(".theme.yaml", "base: classc\n");
    write(".md", &format!("<!-- netviz: '{}' -->\n<!-- /netviz -->\n", "plain.yaml"));
    write(".bad.md", "<!-- netviz: none.yaml -->\n");
    fs::write(folder.path().join("plain.yaml"), MODEL).expect("written");
    fs::create_dir(path(".empty")).expect("a folder");
    let program = Model::from_text(MODEL).expect("a model").graph.program().clone();
    let zeros =
        program.parameters().iter().map(|parameter| TensorData::Float(vec![0.0; parameter.elements()])).collect();
    let zeros = Weights::new(&program, zeros).expect("one for each parameter");
    for ending in ["", ".2"] {
        fs::create_dir(path(ending)).expect("a folder");
        fs::write(path(ending).join("spec.yaml"), MODEL).expect("written");
        fs::write(
            path(ending).join("weights.safetensors"),
            netviz::exchange::safetensors::state_dict(&program, &zeros),
        )
        .expect("written");
        fs::write(path(ending).join("metrics.jsonl"), "{\"epoch\":1,\"loss\":1,\"seconds\":1}\n").expect("written");
    }
    folder
}

fn run(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz"));
    command.args(arguments).current_dir(folder).env("NETVIZ_DATA", folder.join(NAME)).env_remove("CLICOLOR_FORCE");
    command.output().expect("it runs")
}

/// The output. Checks that it contains no control characters, and that no part of the name starts a line.
fn checked(output: &Output, arguments: &[String]) -> String {
    let mut all = String::new();
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(stream.clone()).expect("UTF-8");
        let found = text.chars().find(|&c| c != '\n' && controls_terminal(c));
        assert_eq!(found, None, "{arguments:?}: {text}");
        assert!(!text.lines().any(|line| line.starts_with('b')), "{arguments:?}: {text}");
        all += &text;
    }
    assert!(!all.contains("panicked"), "{all}");
    all
}

#[test]
fn no_name_controls_the_terminal() {
    let folder = folder();
    let named = |ending: &str| format!("{NAME}{ending}");
    let option = |option: &str, ending: &str| format!("--{option}={NAME}{ending}");
    let commands: Vec<(Vec<String>, i32)> = [
        (vec!["check".into(), named(".yaml")], 0),
        (vec!["check".into(), named(".bad.yaml")], 1),
        (vec!["check".into(), named(".none.yaml")], 1),
        (vec!["check".into(), named(".yaml"), option("set", "=1")], 1),
        (vec!["check".into(), named(".yaml"), named(".too.many")], 1),
        (vec!["doctor".into(), named(".too.many")], 2),
        (vec!["render".into(), named(".yaml"), named(".what")], 2),
        (vec![named("")], 2),
        (vec!["render".into(), named(".yaml"), "-o".into(), named(".svg"), "-o".into(), named(".png")], 0),
        (vec!["render".into(), named(".yaml"), "-o".into(), named(".what")], 2),
        (vec!["render".into(), named(".yaml"), option("svg", "/none/x.svg")], 1),
        (vec!["render".into(), named(".yaml"), option("svg", ".x"), option("dot", ".x")], 2),
        (vec!["render".into(), named(".yaml"), "--svg=x.svg".into(), option("theme", "")], 1),
        (vec!["render".into(), named(".yaml"), "--svg=x.svg".into(), option("theme", ".theme.yaml")], 1),
        (vec!["render".into(), named(".yaml"), "--svg=x.svg".into(), option("weights", ".yaml")], 1),
        (vec!["render".into(), named(".yaml"), "--svg=x.svg".into(), option("label", "{x}")], 1),
        (vec!["render".into(), named(".yaml"), "--svg=x.svg".into(), option("view", "")], 2),
        (vec!["embed".into(), "--check".into(), named(".md")], 1),
        (vec!["embed".into(), named(".md")], 0),
        (vec!["embed".into(), named(".bad.md"), named(".none.md")], 1),
        (vec!["runs".into(), ".".into()], 0),
        (vec!["runs".into(), named(".empty")], 0),
        (vec!["runs".into(), named(".none")], 1),
        (vec!["runs".into(), named(".yaml")], 1),
        (vec!["compare".into(), named(""), named(".2")], 0),
        (vec!["compare".into(), named(""), named(".2"), "-o".into(), named(".c.svg")], 0),
        (vec!["compare".into(), named(""), named("")], 2),
        (vec!["compare".into(), named(".none"), named(".yaml"), named(".empty")], 1),
        (vec!["export".into(), named(""), option("onnx", ".onnx"), option("safetensors", ".safetensors")], 0),
        (vec!["export".into(), named(".none"), option("onnx", ".onnx")], 1),
        (vec!["export".into(), named(".empty"), option("onnx", ".onnx")], 1),
        (vec!["export".into(), named(".yaml"), option("onnx", ".onnx")], 1),
        (vec!["fetch".into(), "mnist".into(), "--offline".into()], 1),
        (vec!["fetch".into(), named("")], 2),
    ]
    .into();
    for (arguments, code) in commands {
        let output = run(folder.path(), &arguments);
        let text = checked(&output, &arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    }
    checked(&run(folder.path(), &["doctor"]), &[]);
}

#[test]
fn json_holds_the_true_name() {
    let folder = folder();
    for arguments in [vec!["runs", "--json", NAME], vec!["compare", "--json", NAME, &format!("{NAME}.2")]] {
        let output = run(folder.path(), &arguments);
        let words: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        let text = checked(&output, &words);
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let first = if words[0] == "runs" { &value } else { &value["runs"][0] };
        assert_eq!(first["run"], NAME);
    }
}

/// Commands that netviz suggests can be pasted, whatever the names are.
#[test]
fn a_shell_reads_the_name_that_was_meant() {
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 8] =
        [b"a b", b"it's", b"-o", b"--out", NAME.as_bytes(), b"a\xffb", b"$(id)`id`!*?;&|", "数字\u{a0}".as_bytes()];
    for name in names {
        let name = OsStr::from_bytes(name);
        let output = Command::new("bash").args(["-c", &format!("printf %s {}", shell(name))]).output().expect("bash");
        let read = output.stdout.strip_prefix(b"./").filter(|_| name.as_bytes()[0] == b'-').unwrap_or(&output.stdout);
        assert_eq!(OsStr::from_bytes(read), name);
        let line = shell(name);
        assert!(!line.chars().any(controls_terminal), "{line:?}");
    }
}

#[test]
fn what_is_suggested_can_be_pasted() {
    let folder = folder();
    let output = run(folder.path(), &["runs", "."]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let command = text.lines().find_map(|line| line.strip_prefix("  netviz ")).expect("a suggestion");
    let line = format!("'{}' {command}", env!("CARGO_BIN_EXE_netviz"));
    let output = Command::new("bash").args(["-c", &line]).current_dir(&folder).output().expect("bash");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.path().join("compare.svg").exists());
}
