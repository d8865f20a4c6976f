//! Runs that are stopped in every way, resumed, and end with the same result as uninterrupted ones.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{MODEL, Place, fail, kill_under_way, start, succeed, turn, wait_for};

/// Pseudo-random times, the same in each run of the tests.
struct Moments(u64);

impl Moments {
    /// A time below `limit`.
    fn next(&mut self, limit: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        limit.mul_f64((self.0 >> 40) as f64 / (1_u64 << 24) as f64)
    }
}

/// Starts a command and waits until the folder of its run has a checkpoint, or the checkpoint was read.
fn under_way(mut command: Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the engine starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // `small: 50,186 parameters, …`, and `resumed …` before the first step of a resumed run.
    let _ = lines.next();
    // Read the rest, so that the pipe stays open.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

/// Whether a run is writing a file in its folder. Such a file has no name yet, or a temporary one.
fn is_writing(run: &Child, folder: &Path) -> bool {
    let open = Path::new("/proc").join(run.id().to_string()).join("fd").read_dir();
    let mut files = open.into_iter().flatten().filter_map(|entry| entry.ok()?.path().read_link().ok());
    let is_incomplete = |file: &Path| {
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        file.parent() == Some(folder) && (name.starts_with('#') || name.starts_with(".netviz-"))
    };
    files.any(|file| is_incomplete(&file))
}

/// Halts a run while it is writing a file in its folder. Returns false if the run ended before.
fn halt_while_writing(run: &mut Child, folder: &Path) -> bool {
    while run.try_wait().expect("a state").is_none() {
        if is_writing(run, folder) {
            signal(run, "STOP");
            // It may have completed the file before the signal.
            if is_writing(run, folder) {
                return true;
            }
            signal(run, "CONT");
        }
    }
    false
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

/// How often a run was killed, and how often while it was writing a file.
#[derive(Default)]
struct Kills {
    all: usize,
    writing: usize,
}

/// Trains in `run` and kills it several times at random moments. If the run writes a checkpoint every few steps, every
/// other kill happens while a file is being written. `whole` is the duration of an uninterrupted run.
fn train_with_kills(place: &Place, run: &str, arguments: &[&str], whole: Duration, moments: &mut Moments) -> Kills {
    const WANTED: usize = 6;
    let folder = place.path(run);
    let checkpoints_steps = arguments.contains(&"--checkpoint-every");
    let mut kills = Kills::default();
    let mut command = place.train(run, arguments);
    while kills.all < WANTED {
        let mut child = under_way(command);
        wait_for(&folder.join("checkpoint.safetensors"));
        std::thread::sleep(moments.next(whole / 8));
        let was_writing = kills.all % 2 == 1 && checkpoints_steps && halt_while_writing(&mut child, &folder);
        child.kill().expect("killed");
        if child.wait().expect("it ends").success() {
            // The run ended first: start again.
            std::fs::remove_dir_all(&folder).expect("removed");
            command = place.train(run, arguments);
            continue;
        }
        kills.all += 1;
        kills.writing += usize::from(was_writing);
        command = place.resume(run, arguments);
    }
    succeed(place.resume(run, arguments));
    kills
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_bytes_of_one_that_is_not() {
    let _turn = turn();
    let place = Place::new();
    let mut moments = Moments(4);
    let mut total = Kills::default();
    for (optimizer, more) in [
        ("{sgd: {learning_rate: 0.1, momentum: 0.9}}", ["--checkpoint-every", "1"].as_slice()),
        ("rmsprop", &["--checkpoint-every", "1"]),
        ("adam", &["--checkpoint-every", "7"]),
        ("adamw", &[]),
    ] {
        let set = format!("train.optimizer={optimizer}");
        let arguments = [&["--set", &set], more].concat();
        let began = Instant::now();
        succeed(place.train("whole", &arguments));
        let whole = began.elapsed();
        let kills = train_with_kills(&place, "killed", &arguments, whole, &mut moments);
        assert_eq!(place.learned("killed"), place.learned("whole"), "{optimizer} after {} kills", kills.all);
        let names =
            place.path("killed").read_dir().expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let left: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with('.')).collect();
        assert!(left.is_empty(), "what a killed run was writing is removed: {left:?}");
        total.all += kills.all;
        total.writing += kills.writing;
        for run in ["whole", "killed"] {
            std::fs::remove_dir_all(place.path(run)).expect("removed");
        }
    }
    eprintln!("{} kills, {} of them while a file was being written", total.all, total.writing);
    assert!(total.all >= 20, "{} kills", total.all);
    assert_eq!(total.writing, 9, "every other kill of the first three runs");
}

#[test]
fn several_threads_and_convolutions_make_no_difference() {
    let _turn = turn();
    let model = MODEL.replace("input: [784]", "input: [1, 28, 28]").replace(
        "  - dense: {units: 48}\n  - batch_norm\n",
        "  - conv2d: {filters: 4, kernel: 5, strides: 2}\n  - batch_norm\n  - flatten\n",
    );
    let place = Place::with(&model);
    let arguments = ["--threads", "2", "--epochs", "3", "--checkpoint-every", "2"];
    let train = |run| place.engine(&[&["train", "model.yaml", "--out", run], arguments.as_slice()].concat());
    succeed(train("whole"));
    kill_under_way(|| train("killed"), &place.path("killed/checkpoint.safetensors"), 100);
    // The number of threads comes from the checkpoint.
    let text = succeed(place.engine(&["train", "--resume", "killed"]));
    assert!(text.contains(", 2 threads\nresumed "), "{text}");
    assert_eq!(place.learned("killed"), place.learned("whole"));
}

#[test]
fn ctrl_c_leaves_a_checkpoint_at_the_step_where_it_stopped() {
    let _turn = turn();
    let place = Place::new();
    // More epochs than can finish before the signal. The resumed run then trains one more.
    let mut command = place.train("stopped", &["--epochs", "100000"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the engine starts");
    wait_for(&place.path("stopped/checkpoint.safetensors"));
    std::thread::sleep(Duration::from_millis(40));
    signal(&child, "INT");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(130), "{text}");
    let (place_of, rest) = text.strip_prefix("error: interrupted ").and_then(|text| text.split_once(';')).expect(&text);
    assert_eq!(rest, " a checkpoint is in stopped\nhelp: resume with `netviz train --resume stopped`\n\n");
    // There are no metrics in the first epoch.
    let metrics = std::fs::read_to_string(place.path("stopped/metrics.jsonl")).unwrap_or_default();
    let epochs = (metrics.lines().count() + 1).to_string();
    let resumed = succeed(place.resume("stopped", &["--epochs", &epochs]));
    assert!(resumed.contains(&format!("\nresumed {place_of}\n")), "{resumed}");
    succeed(place.train("whole", &["--epochs", &epochs]));
    assert_eq!(place.learned("stopped"), place.learned("whole"));
}

#[test]
fn a_finished_run_can_be_trained_further() {
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("long", &[]));
    succeed(place.train("short", &["--epochs", "2"]));
    let text = succeed(place.resume("short", &[]));
    assert_eq!(
        text,
        "short is finished, with 2 epochs: nothing to do\n\n\
         to train it further\n  netviz train --resume short --epochs 4\n"
    );
    assert_eq!(succeed(place.resume("short", &["--json"])), "{\"event\":\"finished\",\"epochs\":2}\n");
    let text = succeed(place.resume("short", &["--epochs", "3"]));
    assert!(text.contains("\nresumed after epoch 2\nepoch 3/3"), "{text}");
    assert_eq!(place.learned("short"), place.learned("long"));
    assert!(place.text("short/spec.yaml").contains("epochs: 3"));
}

#[test]
fn a_run_that_replaces_a_stopped_one_is_a_new_one() {
    let _turn = turn();
    let place = Place::new();
    let mut child = start(place.train("run", &["--epochs", "1000", "--seed", "3"]));
    wait_for(&place.path("run/metrics.jsonl"));
    child.kill().expect("killed");
    child.wait().expect("it ends");
    let text = fail(place.engine(&["evaluate", "run"]), 1);
    assert_eq!(text, "error: the run `run` is not finished\nhelp: resume it: `netviz train --resume run`\n\n");
    succeed(place.train("run", &["--overwrite"]));
    succeed(place.train("other", &[]));
    assert_eq!(place.learned("run"), place.learned("other"));
}
