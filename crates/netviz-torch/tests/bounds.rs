//! Memory and time of a run are bounded, whatever the network and the number of epochs. Output that cannot be written
//! ends a run properly.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use netviz_torch::checkpoint::Checkpoint;
use sha2::{Digest, Sha256};

/// Runs that share the processor take many times as long.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A network that learns from a few samples.
const SMALL: &str = "
name: small
input: [784]
layers:
  - dense: {units: 8, activation: relu}
  - dense: {units: 10, activation: softmax}
train: {data: mnist, loss: categorical_crossentropy, limit: 100, epochs: 4}
";

/// A temporary folder with a model in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new(model: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        std::fs::write(place.path("model.yaml"), model).expect("written");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A shell command, in which `$E` is the engine and `$T` trains the model in `run`.
    fn shell(&self, script: &str) -> Command {
        let engine = env!("CARGO_BIN_EXE_netviz-torch");
        let mut command = Command::new("bash");
        command.args(["-c", script]).current_dir(self.0.path());
        command.env("E", engine).env("T", format!("{engine} train model.yaml --out run --threads 1 --offline"));
        command
    }

    fn names(&self) -> Vec<String> {
        let entries = self.0.path().read_dir().expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

/// The exit code and standard error.
fn end(mut command: Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.output().expect("the shell starts");
    (status.code(), String::from_utf8(stderr).expect("text"))
}

/// A number in a file of `/proc`; `None` once the process has ended.
fn of_process(id: u32, file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/{file}")).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Peak memory of a process, in MiB.
fn peak(child: &mut Child) -> u64 {
    let mut peak = 0;
    while child.try_wait().expect("a state").is_none() {
        peak = of_process(child.id(), "status", "VmHWM:").unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak / 1024
}

#[test]
fn a_network_that_does_not_fit_is_refused_before_anything_is_written() {
    let place = Place::new(
        "input: [784]\nlayers: [dense: 20000000, dense: {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: \
         categorical_crossentropy}\n",
    );
    let (code, text) = end(place.shell("ulimit -v 8000000; $T"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("error: training takes 296.22 GiB of memory, and "), "{text}");
    assert!(
        text.contains("177.70 GiB for a checkpoint, 59.23 GiB for the parameters, 59.23 GiB for rmsprop\n"),
        "{text}"
    );
    assert!(
        text.ends_with(
            "help: make the network smaller: its largest layer, `dense_1`, holds 15,700,000,000 of 15,900,000,010 \
             parameters\n\n"
        ),
        "{text}"
    );
    assert_eq!(place.names(), ["model.yaml"]);

    // A folder that claims to hold such a network.
    std::fs::create_dir(place.path("run")).expect("made");
    std::fs::copy(place.path("model.yaml"), place.path("run/spec.yaml")).expect("copied");
    std::fs::write(place.path("run/weights.safetensors"), "").expect("written");
    for command in ["evaluate run --offline", "predict run digit.png"] {
        let (code, text) = end(place.shell(&format!("ulimit -v 8000000; $E {command}")));
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.starts_with("error: reading `run/weights.safetensors` takes 118.46 GiB of memory, and "),
            "{text}"
        );
    }
}

#[test]
fn a_batch_that_does_not_fit_is_refused_with_one_that_does() {
    let place = Place::new(
        "input: [1, 56, 56]\nlayers: [conv2d: {filters: 16, kernel: 3, activation: relu}, global_avg_pool2d, dense: \
         {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: categorical_crossentropy, batch_size: 60000, \
         epochs: 1}\n",
    );
    let (code, text) = end(place.shell("ulimit -v 8000000; $T"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(" for the values of a batch of 60,000 samples"), "{text}");
    let (_, hint) = text.split_once("help: use `--batch-size ").expect("a size");
    let size: usize = hint.split('`').next().and_then(|size| size.parse().ok()).expect("a number");
    assert!((1..60_000).contains(&size), "{text}");
    // A batch has at most as many samples as the data.
    let (code, text) = end(place.shell("ulimit -v 8000000; $T --limit 100 --quiet"));
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn an_evaluation_gives_up_every_value_after_its_last_reader() {
    let _turn = turn();
    // The values of 1,000 samples together take 2 GB.
    let layers = "  - conv2d: {filters: 16, kernel: 1, activation: relu}\n".repeat(20);
    let place = Place::new(&format!(
        "input: [1, 28, 28]\nlayers:\n{layers}  - global_avg_pool2d\n  - dense: {{units: 10, activation: \
         softmax}}\ntrain: {{data: mnist, loss: categorical_crossentropy, batch_size: 8, limit: 8, epochs: 1}}\n"
    ));
    let mut child = place.shell("exec $T --quiet").spawn().expect("the engine starts");
    let peak = peak(&mut child);
    assert!(child.wait().expect("it ends").success());
    assert!((100..900).contains(&peak), "{peak} MiB");
}

#[test]
fn what_an_epoch_writes_does_not_grow_with_their_number() {
    let _turn = turn();
    let place = Place::new(SMALL);
    let count = 400;
    let mut command = place.shell(&format!("exec $T --json --epochs {count} --set train.validation_split=0.1"));
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the engine starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let written: Vec<u64> =
        lines.map_while(|line| line.ok().and_then(|_| of_process(child.id(), "io", "wchar:"))).take(count).collect();
    assert!(child.wait().expect("it ends").success());
    let [first, second, third, fourth] = [0, count / 4, count / 2, count - 1].map(|epoch| written[epoch]);
    let (one, two) = ((second - first).max(third - second), fourth - third);
    assert!(two < one * 5 / 2, "{one} bytes for the epochs up to {}, {two} for those after {}", count / 4, count / 2);

    let last = place.read("run/checkpoint.safetensors").len();
    let lines = |name: &str| place.read(name).split(|&byte| byte == b'\n').count() - 1;
    assert_eq!(["run/metrics.jsonl", "run/history.jsonl", "run/metrics.csv"].map(lines), [count, count, count + 1]);
    let (code, text) = end(place.shell("$T --overwrite --quiet --epochs 1 --set train.validation_split=0.1"));
    assert_eq!(code, Some(0), "{text}");
    let first = place.read("run/checkpoint.safetensors").len();
    assert!(last.abs_diff(first) < 100, "{first} bytes after one epoch, {last} after {count}");
}

#[test]
fn a_run_that_is_killed_while_it_is_validated_goes_on_behind_its_last_step() {
    let _turn = turn();
    // Few steps, and a long validation on ten thousand samples.
    let place = Place::new(
        "input: [1, 28, 28]\nlayers: [conv2d: {filters: 32, kernel: 5, activation: relu}, global_avg_pool2d, dense: \
         {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: categorical_crossentropy, batch_size: 10, limit: \
         30, epochs: 2, validation_data: test}\n",
    );
    assert_eq!(end(place.shell("$T --quiet")), (Some(0), String::new()));
    let whole = place.read("run/weights.safetensors");
    std::fs::rename(place.path("run"), place.path("whole")).expect("renamed");

    let mut child = place.shell("exec $T --quiet").spawn().expect("the engine starts");
    let step = || {
        let bytes = std::fs::read(place.path("run/checkpoint.safetensors")).ok()?;
        Some(Checkpoint::from_bytes(bytes).expect("a checkpoint is never half written").state.step)
    };
    while step() != Some(3) {
        assert!(child.try_wait().expect("a state").is_none(), "it has ended without a checkpoint before a validation");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("it ends");
    let (code, text) = end(place.shell("$E train --resume run --threads 1 --offline --quiet"));
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(place.read("run/weights.safetensors"), whole);
    assert_eq!(place.read("run/best.safetensors"), place.read("whole/best.safetensors"));
}

#[test]
fn output_that_cannot_be_written_ends_a_run_that_can_be_resumed() {
    let _turn = turn();
    let place = Place::new(SMALL);
    assert_eq!(end(place.shell("$T --quiet")), (Some(0), String::new()));
    let whole = place.read("run/weights.safetensors");
    std::fs::remove_dir_all(place.path("run")).expect("removed");

    let full = "error: cannot print: no space left on device\nhelp: check where the output goes";
    let (code, text) = end(place.shell("$T --json >/dev/full"));
    assert_eq!((code, text), (Some(1), format!("{full}, then resume with `netviz train --resume run`\n\n")));
    let (code, text) = end(place.shell("$E train --resume run --threads 1 --offline --quiet"));
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(place.read("run/weights.safetensors"), whole);

    // The heading comes before the first step.
    std::fs::remove_dir_all(place.path("run")).expect("removed");
    let (code, text) = end(place.shell("$T >/dev/full"));
    assert_eq!((code, text), (Some(1), format!("{full}, then resume with `netviz train --resume run`\n\n")));
    assert_eq!(end(place.shell("$E train --resume run --threads 1 --offline --quiet")).0, Some(0));
    assert_eq!(place.read("run/weights.safetensors"), whole);
}

#[test]
fn a_reader_that_goes_away_does_not_stop_the_training() {
    let _turn = turn();
    let place = Place::new(SMALL);
    let (code, text) = end(place.shell("set -o pipefail; $T --json | head -n 1"));
    assert_eq!((code, text), (Some(0), String::new()));
    assert!(String::from_utf8_lossy(&place.read("run/report.json")).contains("\"finished\""));
}

#[test]
fn complaints_that_cannot_be_written_leave_the_exit_code() {
    let place = Place::new(SMALL);
    for script in ["$E train gone.yaml 2>/dev/full", "$E train gone.yaml 2>&-", "$E evaluate gone 2>/dev/full"] {
        assert_eq!(end(place.shell(script)).0, Some(1), "{script}");
    }
}

#[test]
fn a_checkpoint_that_asks_for_no_threads_or_for_too_many_is_refused() {
    let _turn = turn();
    let place = Place::new(SMALL);
    assert_eq!(end(place.shell("$T --quiet --epochs 1")), (Some(0), String::new()));
    let whole = place.read("run/checkpoint.safetensors");
    let at = |bytes: &[u8], text: &str| bytes.windows(text.len()).position(|part| part == text.as_bytes());
    let known = "threads\\\":1,\\\"device";
    let start = at(&whole, known).expect("the number of threads");
    for number in ["0", "1000000000"] {
        let mut bytes = whole[..start].to_vec();
        bytes.extend(format!("threads\\\":{number},\\\"device").bytes());
        bytes.extend(&whole[start + known.len()..]);
        // The file begins with the length of its header.
        let header = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
        let header = header + (bytes.len() - whole.len()) as u64;
        bytes[..8].copy_from_slice(&header.to_le_bytes());
        let end_of_contents = bytes.len() - 32;
        let digest = Sha256::digest(&bytes[..end_of_contents]);
        bytes[end_of_contents..].copy_from_slice(&digest);
        std::fs::write(place.path("run/checkpoint.safetensors"), &bytes).expect("written");
        let (code, text) = end(place.shell("$E train --resume run --epochs 2 --offline"));
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.starts_with(&format!(
                "error: `run/checkpoint.safetensors` asks for {number} threads, not 1 to 1024\n"
            )),
            "{text}"
        );
    }
}

#[test]
fn a_history_that_is_not_the_checkpoint_s_is_refused_and_metrics_are_mended() {
    let _turn = turn();
    let place = Place::new(SMALL);
    assert_eq!(end(place.shell("$T --quiet --epochs 3")), (Some(0), String::new()));
    let resume = || end(place.shell("$E train --resume run --threads 1 --offline --quiet --epochs 4"));
    let history = String::from_utf8(place.read("run/history.jsonl")).expect("text");
    let refused = (
        Some(1),
        "error: `run/history.jsonl` does not hold the epochs of checkpoint.safetensors\nhelp: start the run again: \
         `netviz train run --out run --overwrite`\n\n"
            .to_owned(),
    );
    let write = |name: &str, text: &str| std::fs::write(place.path(name), text).expect("written");
    for damaged in [&history[..history.len() - 1], &history.replacen("\"correct\":", "\"correct\":1", 1), ""] {
        write("run/history.jsonl", damaged);
        assert_eq!(resume(), refused);
    }
    std::fs::remove_file(place.path("run/history.jsonl")).expect("removed");
    assert_eq!(resume(), refused);
    // An incomplete line of a killed run is cut off, and missing metrics are restored.
    write("run/history.jsonl", &(history.clone() + "{\"number\":4,\"st"));
    write("run/metrics.jsonl", "{\"epoch\":1");
    std::fs::remove_file(place.path("run/metrics.csv")).expect("removed");
    assert_eq!(resume(), (Some(0), String::new()));
    let now = String::from_utf8(place.read("run/history.jsonl")).expect("text");
    assert!(now.starts_with(&history) && now.lines().count() == 4, "{now}");
    for (name, lines) in [("run/metrics.jsonl", 4), ("run/metrics.csv", 5)] {
        assert_eq!(String::from_utf8(place.read(name)).expect("text").lines().count(), lines, "{name}");
    }
}
