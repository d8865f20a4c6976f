//! Event files as the real TensorBoard reads them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use safetensors::SafeTensors;
use serde_json::{Value, json};

/// A network with dropout and running statistics, and 27 batches per epoch.
const MODEL: &str = "
name: small
input: [784]
layers: [dense: {units: 24}, batch_norm, activation: relu, dropout: 0.3, dense: {units: 10, activation: softmax}]
train:
  data: mnist
  loss: categorical_crossentropy
  metrics: [accuracy]
  optimizer: {sgd: {learning_rate: 0.1}}
  schedule: {step: {every: 1, factor: 0.5}}
  batch_size: 200
  limit: 6000
  epochs: 3
  validation_split: 0.1
";

/// Runs that share the processor take many times as long.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary folder with a model in it, and room for runs.
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

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
        command.args(["train", "--threads", "1"]).args(arguments).current_dir(self.0.path());
        command
    }

    /// Trains to the end.
    fn train(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(arguments).output().expect("the engine starts");
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).expect("text")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).expect("JSON")
    }

    /// The event file in a part of a run.
    fn events(&self, part: &str) -> PathBuf {
        let files = self.path(part).read_dir().unwrap_or_else(|error| panic!("{part}: {error}"));
        let mut files = files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
        let file = files.next().expect("an event file");
        assert_eq!(files.next(), None, "one file in {part}");
        file
    }
}

/// A TensorBoard process, which ends when this value is dropped.
struct TensorBoard(Child, Box<dyn BufRead>);

impl TensorBoard {
    /// Starts TensorBoard, and returns what it reads first.
    fn start(run: &Path) -> (Self, Value) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = root.join(".venv/bin/python");
        assert!(python.is_file(), "{} is missing: `make test` makes it", python.display());
        let mut command = Command::new(python);
        command.arg(root.join("tests/tensorboard_check.py")).arg(run).stderr(Stdio::null());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python runs");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut board = Self(child, Box::new(answers));
        let seen = same(board.answer());
        (board, seen)
    }

    /// What TensorBoard reads now.
    fn look(&mut self) -> Value {
        writeln!(self.0.stdin.as_mut().expect("a pipe")).expect("it listens");
        self.answer()
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.1.read_line(&mut line).expect("an answer");
        serde_json::from_str(&line).expect("JSON")
    }
}

/// Checks that all readers of TensorBoard see the same. Returns that, with the times of the epochs as `times`.
fn same(mut seen: Value) -> Value {
    for reader in ["accumulator", "server"] {
        assert_eq!(seen[reader], seen["multiplexer"], "{reader}");
    }
    let mut parts = seen["multiplexer"].take();
    parts["times"] = seen["times"].take();
    parts
}

impl Drop for TensorBoard {
    fn drop(&mut self) {
        // It ends when its standard input is closed.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn seen(run: &Path) -> Value {
    TensorBoard::start(run).1
}

/// Everything except for times: this must not depend on interruptions.
fn points(run: &Path) -> Value {
    timeless(seen(run))
}

fn timeless(mut seen: Value) -> Value {
    seen["times"].take();
    seen["train"]["scalars"]["epoch_seconds"].take();
    seen
}

/// Checks the steps and values of a list of points, up to rounding.
fn assert_points(points: &Value, expected: &[(u64, f64)], name: &str) {
    let points = points.as_array().unwrap_or_else(|| panic!("{name} is missing"));
    assert_eq!(points.len(), expected.len(), "{name}: {points:?}");
    for (point, (step, value)) in points.iter().zip(expected) {
        let difference = point[1].as_f64().expect("a number") - value;
        assert!(point[0] == *step && difference.abs() < 1e-6 + value.abs() * 1e-6, "{name}: {point}, not {value}");
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs_f64()
}

#[test]
fn tensorboard_sees_the_figures_the_parameters_and_the_settings_of_a_run() {
    let _turn = turn();
    let place = Place::new(MODEL);
    let before = now();
    let text = place.train(&["model.yaml", "--out", "run", "--tensorboard"]);
    assert!(text.contains("\n  tensorboard --logdir run\n"), "{text}");
    let after = now();
    let seen = seen(&place.path("run"));

    let metrics = place.read("run/metrics.jsonl");
    let metrics: Vec<Value> = metrics.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(metrics.len(), 3);
    let by_epoch = |key: &str| -> Vec<(u64, f64)> {
        metrics
            .iter()
            .map(|line| (line["epoch"].as_u64().expect("a number"), line[key].as_f64().expect("a number")))
            .collect()
    };
    for (part, prefix, keys) in [
        ("train", "", ["loss", "accuracy", "learning_rate", "seconds"].as_slice()),
        ("validation", "val_", &["loss", "accuracy"]),
    ] {
        for key in keys {
            let name = format!("epoch_{key}");
            assert_points(&seen[part]["scalars"][&name], &by_epoch(&format!("{prefix}{key}")), &name);
        }
    }
    let report = place.json("run/report.json");
    for key in ["loss", "accuracy"] {
        let expected = [(3, report[&format!("test_{key}")].as_f64().expect("a number"))];
        assert_points(&seen["test"]["scalars"][&format!("epoch_{key}")], &expected, key);
    }
    for picture in ["confusion", "mistakes", "network"] {
        let [size] = seen["test"]["images"][picture].as_array().expect("a list").as_slice() else {
            panic!("{picture}")
        };
        assert!(size[0] == 3 && size[1].as_u64() > Some(200) && size[2].as_u64() > Some(200), "{picture}: {size}");
    }

    let indented: String = place.read("run/spec.yaml").lines().flat_map(|line| ["    ", line, "\n"]).collect();
    assert_eq!(seen["."]["text"], json!({"model": indented}));
    let parameters = &seen["."]["hparams"][0];
    for (name, value) in [
        ("optimizer", json!("sgd")),
        ("optimizer.learning_rate", json!(0.1)),
        ("batch_size", json!(200.0)),
        ("parameters", report["parameters"].clone()),
    ] {
        let same = parameters[name].as_f64().is_some_and(|number| Some(number) == value.as_f64());
        assert!(same || parameters[name] == value, "{name}: {}", parameters[name]);
    }

    for part in ["train", "validation"] {
        let times = seen["times"][part].as_array().expect("times").iter().map(|time| time.as_f64().expect("a number"));
        let times: Vec<f64> = [before].into_iter().chain(times).chain([after]).collect();
        assert!(times.len() == 5 && times.is_sorted(), "{part}: {times:?}");
    }
}

#[test]
fn the_histograms_count_every_value_of_every_parameter_that_is_learned() {
    let _turn = turn();
    let place = Place::new(MODEL);
    place.train(&["model.yaml", "--out", "run", "--tensorboard"]);
    let seen = seen(&place.path("run"));
    let histograms = seen["train"]["histograms"].as_object().expect("an object");
    // The parameters after the last epoch, which the last histogram shows.
    let bytes = std::fs::read(place.path("run/weights.safetensors")).expect("weights");
    let file = SafeTensors::deserialize(&bytes).expect("safetensors");
    let learned: Vec<_> = file.tensors().into_iter().filter(|(name, _)| !name.contains("running")).collect();
    let learned: Vec<_> = learned.into_iter().filter(|(name, _)| !name.contains("num_batches")).collect();
    assert_eq!(histograms.len(), learned.len());
    for (name, view) in learned {
        let values = view.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four bytes")));
        let values: Vec<f64> = values.map(f64::from).collect();
        let min = values.iter().copied().fold(f64::INFINITY, f64::min);
        let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let points = histograms[&name.replace('.', "/")].as_array().expect("a list");
        assert_eq!(points.iter().map(|point| point[0].as_u64()).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
        assert!(points.iter().all(|point| point[3].as_f64() == Some(values.len() as f64)), "{name}: {points:?}");
        assert_eq!(points[2], json!([3, min, max, values.len() as f64]), "{name}");
    }
}

#[test]
fn the_curves_by_step_are_those_of_single_batches() {
    let _turn = turn();
    let place = Place::new(MODEL);
    // One step per epoch: the metrics of an epoch are those of its batch.
    let one = ["--set", "train.validation_split=0", "--limit", "200", "--epochs", "20"];
    place.train(&[["model.yaml", "--out", "one", "--tensorboard"].as_slice(), &one].concat());
    let scalars = seen(&place.path("one"))["train"]["scalars"].take();
    for key in ["loss", "accuracy"] {
        let epochs = &scalars[&format!("epoch_{key}")];
        assert_eq!(scalars[&format!("batch_{key}")], json!([epochs[9], epochs[19]]), "{key}");
    }
    assert!(!place.path("one/tensorboard/validation").exists());
    // Many steps per epoch: with 200 samples per batch, the accuracy is a multiple of 1/200.
    place.train(&["model.yaml", "--out", "many", "--tensorboard"]);
    let points = seen(&place.path("many"))["train"]["scalars"]["batch_accuracy"].take();
    let points = points.as_array().expect("a list");
    assert_eq!(
        points.iter().map(|point| point[0].as_u64().expect("a number")).collect::<Vec<_>>(),
        [10, 20, 30, 40, 50, 60, 70, 80]
    );
    for point in points {
        let right = point[1].as_f64().expect("a number") * 200.0;
        assert!((right - right.round()).abs() < 1e-3, "{point}");
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_points_of_one_that_is_not_to_a_tensorboard_that_watches() {
    let _turn = turn();
    let place = Place::new(MODEL);
    let longer = ["--epochs", "20", "--checkpoint-every", "43"];
    place.train(&[["model.yaml", "--out", "whole", "--tensorboard"].as_slice(), &longer].concat());
    let whole = points(&place.path("whole"));

    let mut command = place.command(&[["model.yaml", "--out", "killed", "--tensorboard"].as_slice(), &longer].concat());
    let mut board: Option<TensorBoard> = None;
    for _ in 0..4 {
        // Killed once there are points after the last checkpoint.
        let run = place.path("killed");
        let mut child = command.stdout(Stdio::null()).spawn().expect("the engine starts");
        let has_events = || run.join("tensorboard/train").read_dir().is_ok_and(|mut files| files.next().is_some());
        wait_for(&mut child, has_events);
        let begun = std::fs::metadata(place.events("killed/tensorboard/train")).expect("a file").len();
        wait_for(&mut child, || {
            std::fs::metadata(place.events("killed/tensorboard/train")).is_ok_and(|file| file.len() > begun + 500)
        });
        child.kill().expect("killed");
        assert!(!child.wait().expect("it ends").success(), "it ended before it was killed");
        // The TensorBoard that is running has read them.
        let watching = board.get_or_insert_with(|| TensorBoard::start(&run).0);
        let seen = same(watching.look());
        assert!(seen["train"]["scalars"]["batch_loss"].as_array().is_some_and(|points| !points.is_empty()));
        command = place.command(&["--resume", "killed", "--checkpoint-every", "43"]);
    }
    place.train(&["--resume", "killed"]);
    let mut board = board.expect("one was started");
    assert_eq!(points(&place.path("killed")), whole);
    assert_eq!(timeless(same(board.look())), whole, "what the one sees that was watching");
}

/// Far more than any step of a test takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Waits until a run has done something.
fn wait_for(child: &mut Child, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}");
        assert!(child.try_wait().expect("a child").is_none(), "the run has ended");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn what_no_checkpoint_knows_is_cut_off_and_what_is_missing_is_added() {
    let _turn = turn();
    let place = Place::new(MODEL);
    place.train(&["model.yaml", "--out", "whole", "--tensorboard", "--epochs", "3"]);
    let whole = points(&place.path("whole"));
    place.train(&["model.yaml", "--out", "short", "--tensorboard", "--epochs", "2"]);
    // As if the third epoch had been written without its last bytes, and without its checkpoint.
    let longer = std::fs::read(place.events("whole/tensorboard/train")).expect("read");
    let path = place.events("short/tensorboard/train");
    let length = std::fs::read(&path).expect("read").len();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("opened");
    file.write_all(&longer[length..longer.len() - 5]).expect("written");
    std::fs::remove_dir_all(place.path("short/tensorboard/validation")).expect("removed");
    place.train(&["--resume", "short", "--epochs", "3"]);
    assert_eq!(points(&place.path("short")), whole);
}

#[test]
fn a_run_writes_event_files_only_if_asked_but_then_of_all_its_epochs() {
    let _turn = turn();
    let place = Place::new(MODEL);
    let text = place.train(&["model.yaml", "--out", "run", "--epochs", "2"]);
    assert!(!place.path("run/tensorboard").exists() && !text.contains("tensorboard"), "{text}");
    let before = now();
    place.train(&["--resume", "run", "--epochs", "3", "--tensorboard"]);
    let late = seen(&place.path("run"));
    place.train(&["model.yaml", "--out", "whole", "--tensorboard"]);
    let whole = seen(&place.path("whole"));
    for (part, tag) in [("train", "epoch_loss"), ("train", "epoch_learning_rate"), ("validation", "epoch_accuracy")] {
        assert_eq!(late[part]["scalars"][tag], whole[part]["scalars"][tag], "{tag}");
    }
    assert_eq!(late["test"], whole["test"]);
    // The histograms of the first two epochs cannot be restored.
    let histograms =
        [&late, &whole].map(|seen| seen["train"]["histograms"]["dense_1/weight"].as_array().expect("a list"));
    assert_eq!(histograms[0], &histograms[1][2..]);
    let times: Vec<f64> = late["times"]["train"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|time| time.as_f64().expect("a number"))
        .collect();
    assert!(times.is_sorted() && times[0] < times[1] && times[2] > before, "{times:?}");
}

#[test]
fn a_new_run_takes_the_place_of_an_earlier_one_to_a_tensorboard_that_watches() {
    let _turn = turn();
    let place = Place::new(MODEL);
    place.train(&["model.yaml", "--out", "run", "--tensorboard"]);
    let (mut board, _) = TensorBoard::start(&place.path("run"));
    place.train(&["model.yaml", "--out", "run", "--overwrite", "--tensorboard", "--epochs", "2", "--seed", "5"]);
    let mut new = points(&place.path("run"));
    new["train"]["scalars"]["epoch_seconds"].take();
    // Only the server notices, which checks every second. The Python readers keep the removed file open.
    let start = Instant::now();
    loop {
        let mut seen = board.look()["server"].take();
        seen["train"]["scalars"]["epoch_seconds"].take();
        let differs = ["train", "validation", "test"].into_iter().find(|&part| seen[part] != new[part]);
        if differs.is_none() && seen["."]["text"] == new["."]["text"] {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{differs:?}: {seen} and {new}");
    }
    // Files that no run wrote prevent the run from being replaced.
    let others = ["run/tensorboard/notes.txt", "run/tensorboard/train/events.out.tfevents.1.host"];
    for name in others {
        std::fs::write(place.path(name), "mine").expect("written");
    }
    let output = place.command(&["model.yaml", "--out", "run", "--overwrite"]).output().expect("the engine starts");
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("error: `run` holds files that no run wrote: tensorboard\n"), "{text}");
    assert!(others.iter().all(|name| place.read(name) == "mine"));
    for name in others {
        std::fs::remove_file(place.path(name)).expect("removed");
    }
    place.train(&["model.yaml", "--out", "run", "--overwrite", "--epochs", "1"]);
    assert!(!place.path("run/tensorboard").exists());
}

#[test]
fn the_test_samples_judge_the_epoch_whose_parameters_are_kept() {
    let _turn = turn();
    let place = Place::new(MODEL);
    let early = ["--epochs", "40", "--set", "train.early_stopping=1", "--set", "train.schedule.step.factor=1"];
    place.train(&[["model.yaml", "--out", "run", "--tensorboard"].as_slice(), &early].concat());
    let report = place.json("run/report.json");
    assert_ne!(report["best_epoch"], report["stopped_after"], "the best epoch is not the last");
    let loss = [(report["best_epoch"].as_u64().expect("an epoch"), report["test_loss"].as_f64().expect("a number"))];
    assert_points(&seen(&place.path("run"))["test"]["scalars"]["epoch_loss"], &loss, "epoch_loss");
}

#[cfg(unix)]
#[test]
fn an_event_file_that_cannot_be_written_ends_the_run_with_advice() {
    let _turn = turn();
    // Its checkpoints are smaller than its event files.
    let tiny = MODEL.replace("[784]", "[1, 28, 28]").replace("dense: {units: 24}", "avg_pool2d: 14, flatten");
    let place = Place::new(&tiny.replace("batch_size: 200", "batch_size: 5"));
    let limited = |arguments: &[&str]| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""]).arg(env!("CARGO_BIN_EXE_netviz-torch"));
        shell.args(["train", "--threads", "1"]).args(arguments).current_dir(place.0.path());
        shell.output().expect("sh runs")
    };
    let output = limited(&["model.yaml", "--out", "run", "--tensorboard"]);
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{text}");
    let name = place.events("run/tensorboard/train");
    let name = name.strip_prefix(place.0.path()).expect("in the folder").display();
    assert_eq!(
        text,
        format!(
            "error: cannot write `{name}`: file too large\nhelp: allow larger files (`ulimit -f`), then resume with \
             `netviz train --resume run`\n\n"
        )
    );
    place.train(&["--resume", "run"]);
    place.train(&["model.yaml", "--out", "whole", "--tensorboard"]);
    assert_eq!(points(&place.path("run")), points(&place.path("whole")));

    place.train(&["model.yaml", "--out", "other"]);
    std::fs::write(place.path("other/tensorboard"), "").expect("written");
    let further = ["--resume", "other", "--epochs", "9", "--tensorboard"];
    let output = place.command(&further).output().expect("the engine starts");
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.starts_with("error: cannot make `other/tensorboard`: "), "{text}");
}
