//! Runs that cannot be resumed, and the messages.

use std::path::Path;

use super::{MODEL, Place, fail, start, succeed, turn, wait_for};

/// A run of one epoch, to be resumed for more.
fn trained() -> Place {
    let place = Place::new();
    succeed(place.train("run", &["--epochs", "1"]));
    place
}

#[test]
fn another_model_is_refused_with_what_differs() {
    let _turn = turn();
    let place = trained();
    let anew = "help: only `train.epochs` may change: put the rest back to resume, or start a new run with `netviz train \
                MODEL --out DIR`\n\n";
    assert_eq!(
        fail(place.resume("run", &["--epochs", "2", "--seed", "1", "--batch-size", "64"]), 1),
        format!(
            "error: `run` was started with `train.batch_size: 2000`, which is `64` now\n\n\
             error: `run` was started with `train.seed: 0`, which is `1` now\n{anew}"
        )
    );
    // Another model on the command line, and the folder's own model edited by hand.
    std::fs::write(place.path("other.yaml"), MODEL.replace("dropout: 0.3", "dropout: 0.4")).expect("written");
    let layer = "dropout: {name: dropout_1, from: activation_1, rate: 0.";
    let differs = format!("error: `run` was started with `layers.3: {layer}3}}`, which is `{layer}4}}` now\n{anew}");
    let mut named = place.resume("run", &[]);
    named.arg("other.yaml");
    assert_eq!(fail(named, 1), differs);
    let own = place.text("run/spec.yaml");
    std::fs::write(place.path("run/spec.yaml"), own.replace("dropout: 0.3", "dropout: 0.4")).expect("written");
    assert_eq!(fail(place.resume("run", &["--epochs", "2"]), 1), differs);
    // Comments and notation may differ.
    std::fs::write(place.path("run/spec.yaml"), own.replace("dropout: 0.3", "dropout: {rate: 0.30} # kept"))
        .expect("written");
    succeed(place.resume("run", &["--epochs", "2"]));
    assert_eq!(
        fail(place.resume("run", &["--epochs", "1"]), 1),
        "error: `run` stands after epoch 2: it cannot end with epoch 1\nhelp: give `--epochs 2` or more\n\n"
    );
}

#[test]
fn other_data_are_refused() {
    let _turn = turn();
    let place = trained();
    let mnist = netviz::dataset::find("mnist").expect("a data set");
    let real = netviz::data::cache::folder(mnist);
    let changed = place.path("data/mnist");
    std::fs::create_dir_all(&changed).expect("made");
    for file in &mnist.files {
        std::fs::copy(real.join(file.name), changed.join(file.name)).expect("copied");
    }
    for (file, first) in [("train-labels-idx1-ubyte", 5), ("t10k-labels-idx1-ubyte", 7)] {
        let labels = changed.join(file);
        let right = std::fs::read(&labels).expect("read");
        let mut wrong = right.clone();
        assert_eq!(std::mem::replace(&mut wrong[8], 6), first);
        std::fs::write(&labels, wrong).expect("written");
        let mut command = place.resume("run", &["--epochs", "2"]);
        command.env("NETVIZ_DATA", place.path("data"));
        assert_eq!(
            fail(command, 1),
            format!(
                "error: {file} in {} is not the original, by the SHA-256\nhelp: `netviz fetch mnist` replaces damaged \
                 files\n\n",
                changed.display()
            )
        );
        std::fs::write(&labels, right).expect("written");
    }
    succeed(place.resume("run", &["--epochs", "2"]));
}

#[test]
fn a_checkpoint_that_is_damaged_cut_or_missing_is_refused() {
    let _turn = turn();
    let place = trained();
    let whole = place.read("run/checkpoint.safetensors");
    let anew = "help: start the run again: `netviz train run --out run --overwrite`\n\n";
    let damaged =
        format!("error: `run/checkpoint.safetensors` is damaged: its checksum does not fit what it holds\n{anew}");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    for bytes in [&flipped, &whole[..whole.len() - 1], &whole[..1000], &[]] {
        std::fs::write(place.path("run/checkpoint.safetensors"), bytes).expect("written");
        assert_eq!(fail(place.resume("run", &["--epochs", "2"]), 1), damaged);
    }
    std::fs::remove_file(place.path("run/checkpoint.safetensors")).expect("removed");
    let missing = format!("error: `run` holds no checkpoint.safetensors to go on from\n{anew}");
    assert_eq!(fail(place.resume("run", &[]), 1), missing);
    let what = "help: name the folder that `netviz train` wrote, such as runs/mnist\n\n";
    assert_eq!(fail(place.resume("gone", &[]), 1), format!("error: there is no run `gone`\n{what}"));
    assert_eq!(
        fail(place.resume(".", &[]), 1),
        format!("error: `.` is not the folder of a run: it holds no spec.yaml\n{what}")
    );
    // The command in the hint works.
    succeed(place.engine(&["train", "run", "--out", "run", "--overwrite", "--threads", "1"]));
    assert_eq!(place.read("run/checkpoint.safetensors").len(), whole.len());
}

#[test]
fn a_folder_in_use_is_refused_and_its_run_goes_on() {
    let _turn = turn();
    let place = Place::new();
    let mut child = start(place.train("run", &["--epochs", "1000"]));
    wait_for(&place.path("run/metrics.jsonl"));
    assert_eq!(
        fail(place.resume("run", &[]), 1),
        "error: `run` is in use by another run\nhelp: wait until it has ended, or stop it\n\n"
    );
    assert_eq!(
        fail(place.train("run", &[]), 1),
        "error: `run` is in use by another run\nhelp: wait until it has ended, or choose another folder with `--out \
         DIR`\n\n"
    );
    assert!(child.try_wait().expect("known").is_none(), "the run goes on");
    child.kill().expect("killed");
    child.wait().expect("it ends");
    assert!(has_lines(&place.path("run/metrics.jsonl")));
    let epochs = place.text("run/metrics.jsonl").lines().count() + 1;
    // The lock was released with the process.
    let text = fail(place.resume("run", &["--epochs", "0"]), 1);
    assert!(text.contains("`epochs`: expected a whole number of at least 1"), "{text}");
    succeed(place.resume("run", &["--epochs", &epochs.to_string()]));
}

fn has_lines(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| text.ends_with('\n'))
}

#[test]
fn another_number_of_threads_is_allowed_with_a_warning() {
    let _turn = turn();
    let place = trained();
    let arguments = ["train", "--resume", "run", "--epochs", "2", "--threads", "2"];
    let output = place.engine(&arguments).output().expect("the engine starts");
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).expect("text"),
        "warning: `run` was started with 1 thread, not 2\nhelp: the result is equivalent, but not byte for byte the \
         same as without interruption\n\n"
    );
}

#[test]
fn options_that_make_no_sense_beside_it_are_refused() {
    let place = Place::new();
    let text = fail(place.resume("run", &["--out", "other"]), 2);
    assert!(text.contains("the argument '--resume <RUN>' cannot be used with '--out <DIR>'"), "{text}");
    let text = fail(place.resume("run", &["--checkpoint-every", "0"]), 2);
    assert!(text.contains("invalid value '0' for '--checkpoint-every <N>'"), "{text}");
}
