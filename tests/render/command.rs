//! The command: what it writes, what it prints, and how it fails.

use std::io::Read;
use std::process::{Command, Stdio};

use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use tempfile::TempDir;

use super::common::names;

/// `netviz render`, without arguments.
pub(crate) fn render() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::cargo_bin("netviz").expect("the program is built");
    command.arg("render").env_remove("CLICOLOR_FORCE");
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn an_empty_folder_is_enough() {
    let folder = folder();
    let mut command = render();
    let assert = command.current_dir(&folder).args(["--svg", "out.svg"]).assert();
    assert
        .success()
        .stdout("mnist: drawn to out.svg as neurons (or `--view blocks`, `--view volumes`)\n")
        .stderr(is_empty());
    assert_eq!(names(&folder), ["out.svg"]);
    let svg = std::fs::read_to_string(folder.path().join("out.svg")).expect("the picture is there");
    assert_eq!(svg, super::for_readme(super::GALLERY[0].1));
}

#[test]
fn both_formats_can_be_written_at_once() {
    let folder = folder();
    let mut command = render();
    let assert = command.current_dir(&folder).args(["--svg", "a.svg", "--dot", "b.dot"]).assert();
    assert
        .success()
        .stdout("mnist: drawn to a.svg and b.dot as neurons (or `--view blocks`, `--view volumes`)\n")
        .stderr(is_empty());
    assert_eq!(names(&folder), ["a.svg", "b.dot"]);
}

#[test]
fn standard_output_holds_the_picture_only() {
    let folder = folder();
    let mut command = render();
    let assert = command.current_dir(&folder).args(["--svg", "-", "--dot", "b.dot"]).assert();
    assert.success().stdout(super::for_readme(super::GALLERY[0].1)).stderr(is_empty());
    assert_eq!(names(&folder), ["b.dot"]);
}

#[test]
fn standard_output_takes_one_picture() {
    let expected = "error: two pictures cannot both go to standard output\n\
                    help: name a file for one of them\n\n";
    render().args(["--svg", "-", "--dot", "-"]).assert().code(2).stdout(is_empty()).stderr(expected);
}

#[test]
fn two_runs_give_the_same_bytes() {
    let bytes = || render().args(["models/resnet_mini.yaml", "--svg", "-"]).output().expect("it runs").stdout;
    assert_eq!(bytes(), bytes());
}

#[test]
fn the_number_of_neurons_has_bounds() {
    for number in ["0", "1001", "-1", "many"] {
        let assert = render().args(["--svg", "-", &format!("--max-neurons={number}")]).assert();
        assert.code(2).stdout(is_empty()).stderr(contains("--max-neurons <N>"));
    }
}

#[test]
fn a_picture_of_too_many_lines_is_refused() {
    let folder = folder();
    let model = folder.path().join("wide.yaml");
    let layers = "  - dense: 1000\n".repeat(3);
    std::fs::write(&model, format!("input: [1000]\nlayers:\n{layers}")).expect("the model can be written");
    let assert = render().arg(model).args(["--max-neurons", "1000", "--svg", "-"]).assert();
    assert.code(1).stdout(is_empty()).stderr(
        "error: a picture of `wide` would have 3,000,000 lines\n\
         help: at most 1,000,000 can be drawn; leave out `--full`, or use a smaller `--max-neurons`\n\n",
    );
}

#[test]
fn a_missing_folder_is_an_error() {
    let expected = "error: cannot write `missing/out.svg`: no such file or directory\nhelp: make its folder first\n\n";
    let folder = folder();
    let mut command = render();
    let assert = command.current_dir(&folder).args(["--svg", "missing/out.svg"]).assert();
    assert.code(1).stdout(is_empty()).stderr(expected);
    assert!(names(&folder).is_empty());
}

#[test]
fn a_folder_as_target_is_an_error() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("out.svg")).expect("a folder");
    let mut command = render();
    let assert = command.current_dir(&folder).args(["--svg", "out.svg"]).assert();
    let expected = "error: cannot write `out.svg`: is a directory\nhelp: choose another file\n\n";
    assert.code(1).stdout(is_empty()).stderr(expected);
    assert_eq!(names(&folder), ["out.svg"]);
}

#[test]
fn a_file_stays_as_it_was_where_the_command_fails() {
    let folder = folder();
    std::fs::write(folder.path().join("out.svg"), "before").expect("a file");
    let mut command = render();
    command.current_dir(&folder).args(["missing.yaml", "--svg", "out.svg"]).assert().code(1);
    let mut command = render();
    let command = command.current_dir(&folder).env("PATH", folder.path());
    let assert = command.args(["--engine", "graphviz", "--svg", "out.svg", "--dot", "out.dot"]).assert();
    assert.code(1);
    assert_eq!(std::fs::read(folder.path().join("out.svg")).expect("the file is there"), b"before");
    assert_eq!(names(&folder), ["out.svg"]);
}

/// Root may write anywhere, except in `/proc` and `/sys`.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_to_is_an_error() {
    let assert = render().args(["--svg", "/proc/out.svg"]).assert();
    assert.code(1).stdout(is_empty()).stderr(contains("error: cannot write `/proc/out.svg`: "));
}

/// A full disk: the device `/dev/full`.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let output = Command::new(env!("CARGO_BIN_EXE_netviz")).args(["render", "--svg", "-"]).stdout(full).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let expected = "error: cannot write `-`: no space left on device\nhelp: choose another file\n\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz"));
    command.args(["render", "--max-neurons", "1000", "--svg", "-"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut head = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut head).expect("it writes");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr)), (Some(0), "".into()));
    assert_eq!(&head, b"<svg xmlns");
}

#[test]
fn the_help_names_every_option() {
    let options = ["--svg <FILE>", "--dot <FILE>", "--max-neurons <N>", "--engine <ENGINE>", "--set <PATH=VALUE>"];
    let assert = render().arg("--help").assert().success();
    options.iter().fold(assert, |assert, option| assert.stdout(contains(*option).trim()));
}
