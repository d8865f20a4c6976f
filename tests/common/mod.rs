//! Helpers for several tests.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use netviz::graph::Graph;
use tempfile::TempDir;

/// The text of a model of the gallery.
pub(crate) fn model_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name).with_extension("yaml");
    std::fs::read_to_string(path).expect("the model is there")
}

/// Everything that a graph holds, except for positions in its text.
pub(crate) fn describe(graph: &Graph) -> String {
    let mut lines = vec![graph.name().to_owned()];
    for index in graph.order() {
        let node = graph.node(index);
        let inputs: Vec<&str> =
            graph.predecessors(index).iter().map(|&input| graph.node(input).name.as_str()).collect();
        let ty = graph.output_type(index);
        lines.push(format!("{} {ty} {:?} {inputs:?} {:?}", node.name, node.parameters, node.content));
    }
    if let Some(train) = graph.train() {
        let (data, loss) = (train.data.value.name, &train.loss.value);
        let numbers = (train.batch_size, train.epochs, train.seed, &train.validation_split);
        lines.push(format!("{data} {:?} {loss:?} {:?} {numbers:?}", train.optimizer, train.metrics));
    }
    lines.join("\n")
}

/// A folder with `netviz` and, if `engine` is given, an engine that runs this script.
pub(crate) fn installed(engine: Option<&str>) -> TempDir {
    // On the file system of the program, because it is hard-linked. It must not find the engine of the build.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    std::fs::hard_link(env!("CARGO_BIN_EXE_netviz"), folder.path().join("netviz")).expect("linked");
    if let Some(script) = engine {
        write_program(&folder.path().join("netviz-torch"), script);
    }
    folder
}

/// Writes an executable shell script.
///
/// A separate process writes it. Otherwise, a child started by a parallel test could inherit the open file until it
/// calls exec, and a file that is open for writing cannot be executed.
pub(crate) fn write_program(path: &Path, script: &str) {
    let write = ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\""];
    let status = Command::new("sh").args(write).arg(path).arg(script).status();
    assert!(status.expect("there is a shell").success(), "{} is not written", path.display());
}

/// Holds the lock of a folder until the guard is dropped, as `netviz train` does.
///
/// A separate process holds it. Otherwise, a child started by a parallel test could inherit the lock until it calls
/// exec.
pub(crate) fn locked(folder: &Path) -> Locked {
    let mut command = Command::new("flock");
    command.arg(folder).args(["sh", "-c", "echo && exec cat"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("flock is part of util-linux");
    let mut line = [0];
    std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut line).expect("it is locked");
    Locked(child)
}

/// A lock that another process holds.
pub(crate) struct Locked(std::process::Child);

impl Drop for Locked {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The result of some work, and the processor time that this thread spends on it, whatever else the machine does.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = processor_time();
    let result = work();
    (result, processor_time().saturating_sub(before))
}

fn processor_time() -> Duration {
    let line = std::fs::read_to_string("/proc/thread-self/stat").expect("Linux tells it");
    // The name, in parentheses, may contain anything. User and system time are fields 14 and 15, in hundredths of a
    // second.
    let fields = line.rsplit_once(')').expect("a name").1.split_whitespace();
    Duration::from_millis(fields.skip(11).take(2).map(|ticks| 10 * ticks.parse::<u64>().expect("a number")).sum())
}

/// `netviz`, killed after this many seconds of processor time.
pub(crate) fn netviz_within(seconds: u32) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new("sh");
    command.args(["-c", &format!("ulimit -t {seconds}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_netviz")]);
    command
}

/// The sorted names of a folder's entries.
pub(crate) fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = folder.as_ref().read_dir().expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}
