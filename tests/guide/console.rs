//! What the guide and the README show of the console is what the program prints.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::{blocks, chapters, root};

/// Files that the commands read, besides the folders of this project.
const FILES: [&str; 5] = [
    "models/lenet5.yaml",
    "tests/guide/files/other.yaml",
    "tests/guide/files/broken.yaml",
    "tests/guide/files/zh.yaml",
    "tests/import/files/spec/lenet.pt2",
];

/// Commands whose output is the same everywhere: those that train state times, and `view` a temporary folder.
const COMMANDS: [&str; 4] = ["check", "compare", "import", "render"];

/// A folder in which the commands run.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for name in ["docs", "models"] {
        std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).expect("a link");
    }
    for file in FILES {
        let name = Path::new(file).file_name().expect("a name");
        std::fs::copy(root().join(file), folder.path().join(name)).expect("a copy");
    }
    folder
}

/// Runs a line of a console, which may begin with a variable; `None` if its output is not the same everywhere.
fn run(line: &str, folder: &Path) -> Option<Output> {
    let mut words = line.split(' ').peekable();
    let variable = words.next_if(|word| word.contains('='));
    let arguments: Vec<&str> = words.skip(1).collect();
    let of_run = arguments.iter().any(|argument| argument.starts_with("runs/"));
    if of_run || !COMMANDS.contains(arguments.first()?) {
        return None;
    }
    let mut netviz = Command::cargo_bin("netviz").expect("the program is built");
    netviz.current_dir(folder).args(arguments).envs(variable.and_then(|variable| variable.split_once('=')));
    Some(netviz.output().expect("it runs"))
}

#[test]
fn shown_output_is_real() {
    let readme = root().join("README.md");
    let text = std::fs::read_to_string(&readme).expect("UTF-8");
    let mut commands = 0;
    for (path, text) in chapters().into_iter().chain([(readme, text)]) {
        let folder = folder();
        for (_, block) in blocks(&text).iter().filter(|(info, _)| info == "console") {
            if block.contains("$ netviz train") {
                continue; // What `make train` prints, which ends with more than its commands do.
            }
            // Of a part, the first line is a command, and what follows is its output.
            for part in format!("\n{block}").split("\n$ ").skip(1) {
                let (line, shown) = part.split_once('\n').unwrap_or((part, ""));
                let Some(Output { stdout, stderr, .. }) = run(line, folder.path()) else { continue };
                commands += 1;
                let printed = [stderr, stdout].map(|text| String::from_utf8(text).expect("UTF-8").trim().to_owned());
                let printed = printed.join("\n\n");
                assert_eq!(printed.trim(), shown.trim(), "{}: {line}", path.display());
            }
        }
    }
    assert!(commands >= 12, "the guide shows {commands} commands");
}
