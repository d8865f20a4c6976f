//! Commands that `netviz` hands over to its engine, with engines of our own.

mod common;

use assert_cmd::Command;
use common::installed;
use tempfile::TempDir;

fn netviz(folder: &TempDir) -> Command {
    let mut command = Command::new(folder.path().join("netviz"));
    command.env("PATH", "/nowhere").current_dir(folder.path());
    command
}

#[test]
fn the_engine_beside_the_program_gets_the_arguments_and_gives_the_exit_code() {
    let folder = installed(Some("echo \"$@\"; exit 7"));
    for arguments in [&["train", "--epochs", "2", "a b"][..], &["evaluate", "runs/x"], &["predict", "runs/x", "y.png"]]
    {
        let expected = format!("{}\n", arguments.join(" "));
        netviz(&folder).args(arguments).assert().code(7).stdout(expected);
    }
}

#[test]
fn a_missing_engine_is_named_with_its_remedy() {
    let expected = "\
error: training needs the engine, `netviz-torch`, which is neither beside netviz nor on the PATH
help: build it with `make build`, or install both programs with `make install`

";
    netviz(&installed(None)).arg("train").assert().code(1).stdout("").stderr(expected);
}
