//! `--watch` through the real program: change, break and repair a file.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use predicates::str::{contains, is_empty};
use tempfile::TempDir;

use super::command::render;

/// Far more than a redraw takes on a busy machine.
const SOON: Duration = Duration::from_mins(2);

/// A watching program, which is ended with the test.
struct Watching {
    folder: TempDir,
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const MODEL: &str = "name: first\ninput: [4]\nlayers: [dense: 3]\n";

impl Watching {
    fn start(text: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("theme.yaml"), "base: classic\n").expect("written");
        std::fs::write(folder.path().join("model.yaml"), text).expect("written");
        // If the tests run in the background of a shell, SIGINT would be ignored.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_netviz")]);
        command.args(["render", "model.yaml", "--watch", "-o", "out.svg"]).args(arguments).current_dir(&folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let (sender, lines) = channel();
        let (stdout, stderr) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
        let other = sender.clone();
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|l| sender.send(l))
        });
        std::thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).try_for_each(|l| other.send(l))
        });
        Self { folder, child, lines }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits for a line with this start.
    fn says(&self, start: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(SOON).unwrap_or_else(|_| panic!("it never says {start:?}"));
            if line.starts_with(start) {
                return line;
            }
        }
    }

    fn picture(&self) -> String {
        std::fs::read_to_string(self.path("out.svg")).expect("there is a picture")
    }

    /// Replaces a file as editors do.
    fn rename_over(&self, name: &str, text: &str) {
        let new: &Path = &self.path("new");
        std::fs::write(new, text).expect("written");
        std::fs::rename(new, self.path(name)).expect("renamed");
    }
}

#[test]
fn a_change_is_drawn_and_a_broken_file_keeps_the_last_picture() {
    let watching = Watching::start(MODEL, &[]);
    let line = watching.says("first: drawn to out.svg in ");
    assert!(line.ends_with(" ms"), "{line}");
    assert_eq!(watching.says("watching"), "watching model.yaml; Ctrl-C ends");
    assert!(watching.picture().contains(">first<"));

    std::fs::write(watching.path("model.yaml"), MODEL.replace("first", "second one")).expect("written");
    watching.says("second one: drawn to out.svg in ");
    assert!(watching.picture().contains(">second one<"));

    watching.rename_over("model.yaml", &MODEL.replace("first", "third"));
    watching.says("third: drawn");
    assert!(watching.picture().contains(">third<"));

    watching.rename_over("model.yaml", "input: [4]\nlayers: [dens: 3]\n");
    watching.says("error: unknown layer `dens`");
    assert!(watching.picture().contains(">third<"), "the last picture stays");

    std::fs::remove_file(watching.path("model.yaml")).expect("removed");
    watching.says("error: there is no model `model.yaml`");
    watching.rename_over("model.yaml", MODEL);
    watching.says("first: drawn");
    assert!(watching.picture().contains(">first<"));
}

#[test]
fn a_model_may_be_wrong_at_first() {
    let watching = Watching::start("input: [4]\nlayers: [dens: 3]\n", &[]);
    watching.says("error: unknown layer `dens`");
    watching.rename_over("model.yaml", MODEL);
    watching.says("first: drawn");
}

#[test]
fn a_theme_file_is_watched_too() {
    let watching = Watching::start(MODEL, &["--theme", "theme.yaml"]);
    assert_eq!(watching.says("watching"), "watching model.yaml and theme.yaml; Ctrl-C ends");
    watching.rename_over("theme.yaml", "background: \"#123456\"\ntext: \"#ffffff\"\nmuted: \"#ffffff\"\n");
    watching.says("first: drawn");
    assert!(watching.picture().contains("#123456"));
}

/// A network that takes long enough to draw to be interrupted.
fn large(name: &str) -> String {
    format!("name: {name}\ninput: [150]\nlayers: [dense: 150, dense: 150]\n")
}

#[test]
fn ctrl_c_ends_it_at_once_and_leaves_a_whole_picture() {
    for moment in [0, 200, 240, 260, 280, 300, 350] {
        let mut watching = Watching::start(&large("first"), &["--full"]);
        watching.says("watching");
        let [first, second] = ["first", "second"].map(|name| {
            let model = watching.path(name);
            std::fs::write(&model, large(name)).expect("written");
            let output = render().arg(model).args(["--full", "--svg", "-"]).output().expect("it runs");
            output.stdout
        });
        watching.rename_over("model.yaml", &large("second"));
        std::thread::sleep(Duration::from_millis(moment));
        let kill = Command::new("kill").args(["-INT", &watching.child.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
        let status = watching.child.wait().expect("it ends");
        // The signal itself ends the program, without waiting for a picture. A shell reports this as 130.
        assert_eq!(status.signal(), Some(2), "{status}");
        let picture = std::fs::read(watching.path("out.svg")).expect("there is a picture");
        assert!(picture == first || picture == second, "half a picture after {moment} ms");
    }
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let assert = render().args(["models/mnist.yaml", "--watch", "--svg", "-"]).assert();
    assert.code(2).stdout(is_empty()).stderr(contains("`--watch` cannot redraw to standard output"));
    let folder = tempfile::tempdir().expect("a folder");
    let assert = render().current_dir(&folder).args(["--watch", "-o", "out.svg"]).assert();
    assert.code(2).stdout(is_empty()).stderr(contains("the built-in model never change"));
    let assert = render().args(["missing.yaml", "--watch", "-o", "out.svg"]).assert();
    assert.code(1).stdout(is_empty()).stderr(contains("there is no model `missing.yaml`"));
}

/// `netviz render --watch | head -1`.
#[test]
fn it_ends_with_whoever_reads_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("model.yaml"), MODEL).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz"));
    command.args(["render", "model.yaml", "--watch", "-o", "out.svg"]).current_dir(&folder);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("first: drawn to out.svg"), "{line}");
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("it can be asked") {
            Some(status) => break status,
            None if start.elapsed() > SOON => {
                let _ = child.kill();
                panic!("it goes on");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    assert!(status.success(), "{status}");
}
