//! What people type first: names of models and runs, commands and options of other tools, positional outputs.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty, starts_with};
use tempfile::TempDir;

#[path = "runs/folder.rs"]
#[allow(dead_code, reason = "another test takes the rest")]
mod runs;

const MODEL: &str = "input: [4]\nlayers:\n  - dense: 3\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn netviz(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("netviz").expect("the program is built").current_dir(folder).args(arguments).assert()
}

fn stdout(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(netviz(folder, arguments).success().get_output().stdout.clone()).expect("UTF-8")
}

#[test]
fn help_and_version_are_there_by_every_name() {
    let folder = folder(&[]);
    for arguments in [&["help"][..], &["--help"], &["-h"]] {
        netviz(folder.path(), arguments).success().stdout(contains("netviz render mnist"));
    }
    netviz(folder.path(), &[]).code(2).stderr(contains("netviz render mnist"));
    for arguments in [&["version"][..], &["--version"], &["-V"]] {
        netviz(folder.path(), arguments).success().stdout(concat!("netviz ", env!("CARGO_PKG_VERSION"), "\n"));
    }
    assert_eq!(stdout(folder.path(), &["help", "render"]), stdout(folder.path(), &["render", "--help"]));
}

#[test]
fn help_fits_80_columns() {
    let folder = folder(&[]);
    let commands = "check render embed train evaluate predict runs compare export models fetch doctor completions";
    for command in [""].into_iter().chain(commands.split(' ')) {
        let mut netviz = Command::cargo_bin("netviz").expect("the program is built");
        let arguments = [command, "--help"].into_iter().filter(|argument| !argument.is_empty());
        let assert = netviz.current_dir(folder.path()).env("COLUMNS", "80").args(arguments).assert().success();
        let help = String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8");
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

#[test]
fn commands_are_found_by_the_names_of_other_tools() {
    let folder = folder(&[("m.yaml", MODEL)]);
    for name in ["draw", "plot", "visualize", "show", "graph"] {
        netviz(folder.path(), &[name, "m.yaml", "--svg", "-"]).success().stdout(starts_with("<svg"));
    }
    for name in ["summary", "info", "validate"] {
        netviz(folder.path(), &[name, "m.yaml"]).success().stdout(contains("dense_1"));
    }
    netviz(folder.path(), &["ls"]).success().stdout(contains("there are no runs"));
    netviz(folder.path(), &["redner", "m.yaml"]).code(2).stderr(contains("did you mean `netviz render`?"));
    for name in ["lenet5", "m.yaml"] {
        netviz(folder.path(), &[name]).code(2).stderr(contains(format!("`netviz render {name}`")));
    }
    netviz(folder.path(), &["export", "mnist", "m.onnx"]).code(1).stderr(contains("`netviz train mnist`"));
}

#[test]
fn options_of_other_tools_lead_to_those_of_netviz() {
    let folder = folder(&[("m.yaml", MODEL)]);
    for (arguments, tip) in [
        (&["render", "m.yaml", "--height", "300"][..], "--page 830x300"),
        (&["render", "m.yaml", "--dpi=300"], "--scale N"),
        (&["render", "m.yaml", "--out", "a.svg"], "-o FILE"),
        (&["render", "m.yaml", "--format", "png"], "-o network.pdf"),
        (&["render", "m.yaml", "--rankdir", "LR"], "--direction lr"),
        (&["train", "m.yaml", "--output", "x"], "--out DIR"),
        (&["train", "m.yaml", "--optimizer", "adam"], "--set train.optimizer=adam"),
        (&["train", "--gpu"], "--device cuda"),
        (&["check", "--model", "m.yaml"], "netviz COMMAND MODEL"),
        (&["train", "--epoch", "3"], "--epochs"),
    ] {
        netviz(folder.path(), arguments).code(2).stdout(is_empty()).stderr(contains("tip: ").and(contains(tip)));
    }
}

#[test]
fn a_picture_goes_to_the_files_that_are_named_last_or_to_one_named_after_the_model() {
    let folder = folder(&[("m.yaml", MODEL), ("dir/net.yaml", MODEL)]);
    netviz(folder.path(), &["render", "m.yaml", "a.svg", "b.dot"]).success().stdout(contains("a.svg and b.dot"));
    assert!(fs::read_to_string(folder.path().join("a.svg")).expect("written").starts_with("<svg"));
    assert!(fs::read_to_string(folder.path().join("b.dot")).expect("written").starts_with("digraph"));
    netviz(folder.path(), &["render", "dir/net.yaml"]).success().stdout(contains("drawn to net.svg as neurons"));
    // Its own picture is replaced, and nothing else.
    let first = fs::read(folder.path().join("net.svg")).expect("written");
    netviz(folder.path(), &["render", "dir/net.yaml", "--theme", "dark"]).success();
    assert_ne!(fs::read(folder.path().join("net.svg")).expect("written"), first);
    for other in ["<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "notes", ""] {
        fs::write(folder.path().join("net.svg"), other).expect("written");
        let message = contains("`net.svg` exists, and netviz did not write it").and(contains("-o net.svg"));
        netviz(folder.path(), &["render", "dir/net.yaml"]).code(1).stderr(message);
        assert_eq!(fs::read_to_string(folder.path().join("net.svg")).expect("there"), other);
    }
    netviz(folder.path(), &["render", "m.yaml", "picture"]).code(2).stderr(contains("its ending names no format"));
    let mut command = Command::cargo_bin("netviz").expect("the program is built");
    command.current_dir(folder.path()).args(["render", "-"]).write_stdin(MODEL);
    command.assert().success().stdout(contains("drawn to network.svg"));
}

#[test]
fn built_in_models_are_found_by_name_and_files_of_models_first() {
    let folder = folder(&[]);
    let list = stdout(folder.path(), &["models"]);
    for name in ["tiny", "mnist", "lenet5", "resnet_mini", "resnet20", "alexnet", "vgg16"] {
        assert!(list.contains(&format!("\n{name} ")), "{list}");
        netviz(folder.path(), &["check", name]).success().stdout(starts_with(format!("{name}\n")));
    }
    netviz(folder.path(), &["render", "lenet5"]).success().stdout(contains("lenet5.svg as volumes"));
    fs::create_dir(folder.path().join("models")).expect("a folder");
    fs::write(folder.path().join("models/lenet5.yaml"), format!("name: mine\n{MODEL}")).expect("written");
    netviz(folder.path(), &["check", "lenet5"]).success().stdout(starts_with("mine\n"));
    // A document names them too.
    fs::write(folder.path().join("a.md"), "<!-- netviz: vgg16 --format dot -->\n<!-- /netviz -->\n").expect("written");
    netviz(folder.path(), &["embed", "a.md"]).success();
    assert!(fs::read_to_string(folder.path().join("a.md")).expect("there").contains("digraph"));
}

#[test]
fn runs_are_found_by_name_and_a_folder_of_runs_is_its_newest() {
    let folder = folder(&[]);
    runs::finished("optimizer: adam", &[(0.5, None)]).write(&folder, "runs/a");
    runs::finished("optimizer: adam", &[(0.5, None)]).write(&folder, "runs/b");
    let newer = std::time::SystemTime::now() + std::time::Duration::from_mins(1);
    let spec = fs::File::options().write(true).open(folder.path().join("runs/a/spec.yaml")).expect("there");
    spec.set_modified(newer).expect("a time");
    let newest = contains("using the newest run of `runs`: runs/a");
    netviz(folder.path(), &["check", "runs"]).success().stdout(starts_with("small\n")).stderr(newest);
    netviz(folder.path(), &["check", "b"]).success().stdout(starts_with("small\n")).stderr(is_empty());
    // Runs are compared by name, and all of a folder at once.
    let both = || contains("runs/a").and(contains("runs/b"));
    netviz(folder.path(), &["compare", "a", "b"]).success().stdout(both());
    netviz(folder.path(), &["compare", "runs"]).success().stdout(both());
    netviz(folder.path(), &["compare", "a", "runs/a"]).code(2).stderr(contains("`runs/a` is named twice"));
    // These runs have no weights.
    netviz(folder.path(), &["export", "b", "b.onnx"]).code(1).stderr(contains("the run `runs/b` is not finished"));
    netviz(folder.path(), &["export", "runs/c", "b.onnx"]).code(1).stderr(contains("there is no run `runs/c`"));
}

#[test]
fn several_models_are_checked_at_once_and_as_json() {
    let wrong = "input: [4]\nlayers:\n  - denze: 3\n";
    let folder = folder(&[("models/a.yaml", MODEL), ("models/b.yml", wrong), ("models/notes.txt", "no model")]);
    netviz(folder.path(), &["check", "models/"])
        .code(1)
        .stdout(contains("dense_1"))
        .stderr(contains("models/b.yml: 1 error").and(contains("notes").not()));
    netviz(folder.path(), &["check", "models/a.yaml", "mnist"]).success().stdout(
        contains("small (models/a.yaml)")
            .or(contains("a (models/a.yaml)"))
            .and(contains("\n\nmnist (built-in mnist.yaml)\n")),
    );
    let output = netviz(folder.path(), &["check", "--json", "models/"]).code(1).stderr(is_empty()).get_output().clone();
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object per line"))
        .collect();
    let [right, wrong] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((&right["model"], &right["valid"]), (&"models/a.yaml".into(), &true.into()));
    assert_eq!(right["network"]["graph"]["parameters"], 15);
    assert_eq!(right["network"]["nodes"][1]["id"], "dense_1");
    assert_eq!(right["network"]["edges"][0]["target"], "dense_1");
    assert_eq!((&wrong["valid"], &wrong["network"]), (&false.into(), &serde_json::Value::Null));
    let error = &wrong["errors"][0];
    assert_eq!((&error["file"], &error["line"], &error["column"]), (&"models/b.yml".into(), &3.into(), &5.into()));
    assert!(error["message"].as_str().is_some_and(|message| message.contains("denze")), "{error}");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("dense")), "{error}");
}

#[test]
fn completions_and_manual_pages_come_from_the_same_definition() {
    let folder = folder(&[]);
    for (shell, part) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef netviz"),
        ("fish", "complete -c netviz"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        netviz(folder.path(), &["completions", shell]).success().stdout(contains(part).and(contains("theme")));
    }
    netviz(folder.path(), &["completions", "tcsh"]).code(2).stderr(contains("bash"));
    netviz(folder.path(), &["man", "."]).success();
    let page = fs::read_to_string(folder.path().join("netviz-render.1")).expect("written");
    assert!(page.contains(".TH netviz-render 1") && page.contains("\\-\\-theme"), "{page}");
    assert!(fs::read_to_string(folder.path().join("netviz.1")).expect("written").contains("netviz\\-render"));
    assert!(!folder.path().join("netviz-man.1").exists());
}

#[test]
fn commands_of_other_tools_and_missing_arguments_lead_on() {
    let folder = folder(&[]);
    for (arguments, tip) in [
        (&["init"][..], "netviz models lenet5 > network.yaml"),
        (&["datasets"], "`netviz fetch` lists"),
        (&["serve", "m.yaml"], "network.html"),
        (&["layers", "dense"], "docs/src/layers.md"),
        (&["run", "mnist"], "`netviz train MODEL`"),
        (&["drwa"], "did you mean `netviz render`?"),
        (&["predict", "digit.png"], "`netviz predict runs digit.png`"),
        (&["export"], "`netviz export runs model.onnx`"),
        (&["compare"], "`netviz compare runs`"),
        (&["completions"], "`netviz completions bash`"),
        (&["render", "--lr"], "--direction lr"),
    ] {
        netviz(folder.path(), arguments).code(2).stdout(is_empty()).stderr(contains(tip));
    }
    // There is no misleading suggestion, and the usage is that of the whole command.
    netviz(folder.path(), &["blorp"]).code(2).stderr(contains("tip").not());
    let whole = contains("Usage: netviz render [OPTIONS] [MODEL] [FILE]...");
    netviz(folder.path(), &["draw", "--blorp", "3"]).code(2).stderr(whole);
    netviz(folder.path(), &["evaluate"]).code(1).stderr(contains("no run `runs`").and(contains("`netviz train`")));
    netviz(folder.path(), &["export", "m.onnx"]).code(2).stderr(contains("`netviz export runs m.onnx`"));
}

#[test]
fn models_and_data_sets_are_listed_and_a_model_is_printed_to_start_from() {
    let folder = folder(&[]);
    let yaml = stdout(folder.path(), &["models", "lenet5"]);
    fs::write(folder.path().join("mine.yaml"), &yaml).expect("written");
    netviz(folder.path(), &["check", "mine.yaml"]).success().stdout(starts_with("lenet5\n"));
    netviz(folder.path(), &["models", "lenet"]).code(2).stderr(contains("lenet5"));
    let mut fetch = Command::cargo_bin("netviz").expect("the program is built");
    let fetch = fetch.env("NETVIZ_DATA", folder.path()).arg("fetch").assert().success();
    fetch.stdout(contains("not downloaded").and(contains("netviz fetch mnist")));
}
