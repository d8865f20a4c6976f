//! What several tests share.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use netviz::graph::{Content, Graph};
use tempfile::TempDir;

/// The text of a model of the gallery.
pub(crate) fn model_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name).with_extension("yaml");
    std::fs::read_to_string(path).expect("the model is there")
}

/// Everything that a graph holds, without places in its text.
pub(crate) fn describe(graph: &Graph) -> String {
    let mut lines = vec![graph.name().to_owned()];
    for index in graph.order() {
        let node = graph.node(index);
        let inputs: Vec<&str> = graph.inputs(index).iter().map(|&input| graph.node(input).name.as_str()).collect();
        let layer = match &node.content {
            Content::Input => String::new(),
            Content::Layer { kind, layer } => format!("{kind:?} {layer:?}"),
        };
        lines.push(format!("{} {} {:?} {inputs:?} {layer}", node.name, node.shape, node.parameters));
    }
    if let Some(train) = graph.train() {
        let (data, loss) = (train.data.value.name, train.loss.value);
        let numbers = (train.batch_size, train.epochs, train.seed, &train.validation_split);
        lines.push(format!("{data} {:?} {loss:?} {:?} {numbers:?}", train.optimizer, train.metrics));
    }
    lines.join("\n")
}

/// A folder with `netviz` and, where `engine` is given, an engine that does what this script says.
pub(crate) fn installed(engine: Option<&str>) -> TempDir {
    // On the file system of the program, which is linked there: the engine beside it is not to be found.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    std::fs::hard_link(env!("CARGO_BIN_EXE_netviz"), folder.path().join("netviz")).expect("linked");
    if let Some(script) = engine {
        write_program(&folder.path().join("netviz-torch"), script);
    }
    folder
}

/// Writes a script of the shell that can be run.
///
/// Another process writes it. A child that a test beside this one starts would hold a descriptor of this process until
/// it executes, and a file that is open for writing cannot be run.
pub(crate) fn write_program(path: &Path, script: &str) {
    let write = ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\""];
    let status = Command::new("sh").args(write).arg(path).arg(script).status();
    assert!(status.expect("there is a shell").success(), "{} is not written", path.display());
}

/// Holds the lock of a folder until the guard is dropped, as `netviz train` does.
///
/// Another process holds it. A child that a test beside this one starts would hold a descriptor of this process until
/// it executes, and the lock with it.
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

/// What some work gives, and the time that the processor spends on it in this thread, whatever else the machine does
/// meanwhile.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = processor_time();
    let result = work();
    (result, processor_time().saturating_sub(before))
}

fn processor_time() -> Duration {
    let line = std::fs::read_to_string("/proc/thread-self/stat").expect("Linux tells it");
    // The name, in parentheses, may hold anything; user and system time are the 14th and 15th field, in hundredths.
    let fields = line.rsplit_once(')').expect("a name").1.split_whitespace();
    Duration::from_millis(fields.skip(11).take(2).map(|ticks| 10 * ticks.parse::<u64>().expect("a number")).sum())
}

/// `netviz` as a command that is ended after this many seconds of the processor's time.
pub(crate) fn netviz_within(seconds: u32) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new("sh");
    command.args(["-c", &format!("ulimit -t {seconds}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_netviz")]);
    command
}

/// What a folder holds, in order.
pub(crate) fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = folder.as_ref().read_dir().expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}
