//! Failures that end a run: NaN or infinite values, and files that cannot be written.

use std::process::Command;

use super::{MODEL, Place, fail, succeed, turn};

#[test]
fn a_loss_that_is_no_number_ends_training_with_the_step_the_layer_and_advice() {
    let _turn = turn();
    let place = Place::new();
    let sgd = |rate: &str| format!("train.optimizer={{sgd: {{learning_rate: {rate}}}}}");
    let text = fail(place.train("run", &["--set", &sgd("1e30")]), 1);
    assert!(
        text.ends_with("error: the loss is NaN at step 2 of epoch 1: the first values that are not finite are in layer `dense_2`, in \
         the output of `dense_2/Gemm`\nhelp: start again with a lower learning rate, for example with `--set \
         train.optimizer.sgd.learning_rate=0.01`\n\n"),
        "{text}"
    );
    // The last good checkpoint stays, and the run cannot be mistaken for a finished one.
    assert!(!place.path("run/report.json").exists() && !place.path("run/weights.safetensors").exists());
    let text = fail(place.resume("run", &[]), 1);
    assert!(text.contains("error: the loss is NaN at step 2 of epoch 1"), "{text}");
}

#[test]
fn no_checkpoint_holds_values_that_are_no_numbers() {
    let _turn = turn();
    // Bounded activations, which stay finite, after a variance that does not.
    let bounded =
        MODEL.replace("relu", "tanh").replace("softmax", "sigmoid").replace("categorical_crossentropy", "mse");
    let place = Place::with(&bounded);
    let arguments = ["--checkpoint-every", "1", "--set", "train.optimizer={sgd: {learning_rate: 1e22}}"];
    let text = fail(place.train("run", &arguments), 1);
    assert!(
        text.contains("error: `batch_norm_1.running_var` holds NaN or infinite values after step 2 of epoch 1\nhelp: "),
        "{text}"
    );
    let bytes = place.read("run/checkpoint.safetensors");
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    let mut floats = file.tensors().into_iter().filter(|(_, view)| view.dtype() == safetensors::Dtype::F32);
    assert!(floats.all(|(_, view)| {
        view.data().chunks_exact(4).all(|value| f32::from_le_bytes(value.try_into().expect("four bytes")).is_finite())
    }));
}

/// Without validation samples, so that the checkpoint is the only large file written before the end.
fn unjudged() -> Place {
    Place::with(&MODEL.replace("  validation_split: {share: 0.1, mixed: true}\n", ""))
}

/// Runs an engine's arguments through a shell script.
#[cfg(unix)]
fn shell(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{script} exec \"$0\" \"$@\"")]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_grow_ends_the_run_with_the_earlier_files_intact() {
    let _turn = turn();
    let place = unjudged();
    succeed(place.train("whole", &[]));
    succeed(place.train("run", &["--epochs", "2"]));
    let checkpoint = place.read("run/checkpoint.safetensors");
    // In blocks of 512 bytes: enough for all files except for the checkpoint. SIGXFSZ does not end the program.
    let limited = shell("ulimit -f 64;", &place.resume("run", &["--epochs", "3"]));
    assert_eq!(
        fail(limited, 1),
        "error: cannot write `run/checkpoint.safetensors`: file too large\nhelp: allow larger files (`ulimit -f`), \
         then resume with `netviz train --resume run`\n\n"
    );
    assert_eq!(place.read("run/checkpoint.safetensors"), checkpoint);
    succeed(place.resume("run", &[]));
    assert_eq!(place.learned("run"), place.learned("whole"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_ends_the_run_before_it_begins() {
    use std::os::unix::fs::PermissionsExt;
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("run", &["--epochs", "1"]));
    let allow = |mode| std::fs::set_permissions(place.path("run"), PermissionsExt::from_mode(mode)).expect("changed");
    allow(0o555);
    if std::fs::write(place.path("run/probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let before = place.learned("run");
    assert_eq!(
        fail(place.resume("run", &["--epochs", "2"]), 1),
        "error: cannot write `run/spec.yaml`: permission denied\nhelp: make the folder one that can be written to, then \
         resume with `netviz train --resume run`\n\n"
    );
    assert_eq!(place.learned("run"), before);
    allow(0o755);
    succeed(place.resume("run", &["--epochs", "2"]));
}

/// A file system of one megabyte, if this user may mount one.
#[cfg(target_os = "linux")]
struct Disk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn mount(path: std::path::PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&path).expect("made");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&path).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(path))
    }

    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().expect("mount runs").success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_one_that_cannot_be_written_end_the_run_with_the_earlier_files_intact() {
    let _turn = turn();
    let place = unjudged();
    let Some(disk) = Disk::mount(place.path("disk")) else {
        eprintln!("skipped: no disk can be mounted here");
        return;
    };
    succeed(place.train("whole", &[]));
    succeed(place.train("disk/run", &["--epochs", "2"]));
    let files = ["checkpoint.safetensors", "metrics.jsonl", "spec.yaml", "weights.safetensors"];
    let contents = || files.map(|name| place.read(&format!("disk/run/{name}")));
    let before = contents();
    let go_on = "then resume with `netviz train --resume disk/run`\n\n";

    // A resumed run removes the pictures of the finished one, which frees their space.
    for name in netviz::run::PICTURES {
        std::fs::remove_file(place.path("disk/run").join(name)).expect("removed");
    }
    // A file fills most of the free space: small files still fit, the checkpoint does not.
    let room = 1 << 20;
    let taken: usize = before.iter().map(|bytes| bytes.len().next_multiple_of(4096)).sum();
    std::fs::write(place.path("disk/filler"), vec![0; room - taken - (1 << 16)]).expect("written");
    assert_eq!(
        fail(place.resume("disk/run", &["--epochs", "3"]), 1),
        format!(
            "error: cannot write `disk/run/checkpoint.safetensors`: no space left on device\nhelp: free some space, \
             {go_on}"
        )
    );
    let after = contents();
    assert_eq!((&after[0], &after[1], &after[3]), (&before[0], &before[1], &before[3]));
    std::fs::remove_file(place.path("disk/filler")).expect("removed");

    disk.remount("ro");
    let before = contents();
    let text = fail(place.resume("disk/run", &["--epochs", "3"]), 1);
    assert_eq!(
        text,
        format!(
            "error: cannot write `disk/run/spec.yaml`: read-only file system\nhelp: make the folder one that can be \
             written to, {go_on}"
        )
    );
    let text = fail(place.train("disk/run", &[]), 1);
    assert!(text.starts_with("error: `disk/run` holds a run already"), "{text}");
    assert_eq!(contents(), before);

    disk.remount("rw");
    succeed(place.resume("disk/run", &["--epochs", "3"]));
    assert_eq!(place.learned("disk/run"), place.learned("whole"));
}
