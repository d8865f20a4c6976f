//! Which folders runs use, and which files they do not touch.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{MODEL, ONE_THREAD, Place, fail, start, succeed, turn, wait_for};

const QUICK: &[&str] = &["--limit", "2000", "--epochs", "1", "--batch-size", "200"];

impl Place {
    /// `train model.yaml` with more arguments, into a folder that the program chooses.
    fn train_anywhere(&self, arguments: &[&str]) -> Command {
        self.engine(&[&["train", "model.yaml"], ONE_THREAD, QUICK, arguments].concat())
    }

    /// Every file in a folder with its bytes.
    fn contents(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for entry in self.path(name).read_dir().expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            found.push((name, fs::read(&path).unwrap_or_default()));
        }
        found.sort();
        found
    }

    fn report(&self, run: &str) -> Value {
        serde_json::from_slice(&self.read(&format!("{run}/report.json"))).expect("JSON")
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = folder
        .read_dir()
        .expect("a folder")
        .map(|entry| entry.expect("read").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_second_run_gets_a_folder_of_its_own() {
    let _turn = turn();
    let place = Place::new();
    let text = succeed(place.train_anywhere(&[]));
    assert!(!text.contains("writing to"), "{text}");
    let first = place.contents("runs/small");
    let text = succeed(place.train_anywhere(&["--seed", "1"]));
    assert!(
        text.lines().nth(1) == Some("writing to runs/small-2") && text.contains("netviz evaluate runs/small-2"),
        "{text}"
    );
    // A file that has the name is not replaced.
    fs::write(place.path("runs/small-3"), "").expect("written");
    let text = succeed(place.train_anywhere(&["--json"]));
    let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["run"], "runs/small-4");
    assert_eq!(names(&place.path("runs")), ["small", "small-2", "small-3", "small-4"]);
    assert_eq!(place.contents("runs/small"), first);
}

#[test]
fn a_run_is_replaced_where_that_is_wanted_and_only_by_one_that_has_begun() {
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("run", QUICK));
    let old = place.contents("run");
    assert_eq!(
        fail(place.train("run", QUICK), 1),
        "error: `run` holds a run already\nhelp: `netviz train --resume run` resumes it, `--overwrite` replaces it, \
         `--out DIR` keeps both\n\n"
    );
    // A start that fails late leaves the old run unchanged, and no other files.
    let mut broken = place.train("run", &[QUICK, &["--overwrite"]].concat());
    broken.env("NETVIZ_DATA", place.path("none")).arg("--offline");
    fail(broken, 1);
    assert_eq!(place.contents("run"), old);
    assert_eq!(names(&place.path("")), ["model.yaml", "run"]);
    succeed(place.train("run", &[QUICK, &["--overwrite", "--seed", "5"]].concat()));
    assert_eq!(place.report("run")["seed"], 5);
    assert_eq!(names(&place.path("")), ["model.yaml", "run"]);
    // The model may be the one of the run that is replaced.
    succeed(place.engine(&[&["train", "run", "--out", "run", "--overwrite"], ONE_THREAD].concat()));
    assert_eq!(place.report("run")["seed"], 5);
    // Without `--out`, the run with the default name is replaced.
    succeed(place.train_anywhere(&["--overwrite"]));
    succeed(place.train_anywhere(&["--overwrite", "--seed", "9"]));
    assert_eq!(
        (names(&place.path("runs")), &place.report("runs/small")["seed"]),
        (vec!["small".to_owned()], &Value::from(9))
    );
}

#[test]
fn a_folder_that_holds_anything_else_is_refused_unchanged() {
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("run", QUICK));
    fs::write(place.path("run/notes.txt"), "mine").expect("written");
    fs::create_dir_all(place.path("mine/.netviz-cache")).expect("made");
    for name in ["report.html", "metrics.csv", "spec.yaml", "model.yaml"] {
        fs::write(place.path("mine").join(name), MODEL).expect("written");
    }
    for (folder, told) in [
        ("run", "`run` holds files that no run wrote: notes.txt"),
        ("mine", "`mine` holds files that no run wrote: .netviz-cache, model.yaml"),
        (".", "`.` holds files that no run wrote: mine, model.yaml, run"),
    ] {
        let before = place.contents(folder);
        for overwrite in [&[][..], &["--overwrite"]] {
            let text = fail(place.train(folder, &[QUICK, overwrite].concat()), 1);
            let help = "help: nothing was changed; choose another folder with `--out DIR`\n\n";
            assert_eq!(text, format!("error: {told}\n{help}"));
        }
        assert_eq!(place.contents(folder), before);
    }
    fs::write(place.path("file"), "").expect("written");
    assert!(fail(place.train("file", QUICK), 1).contains("`file` is a file, where the folder of the run would be"));
    // A run with other files can still be resumed.
    succeed(place.resume("run", &["--epochs", "2"]));
    assert_eq!(place.read("run/notes.txt"), b"mine");
    // An empty folder is used.
    fs::create_dir(place.path("empty")).expect("made");
    succeed(place.train("empty", QUICK));
}

#[test]
fn a_run_that_is_moved_stays_itself() {
    let _turn = turn();
    let place = Place::new();
    let mut child = start(place.train("x", &["--limit", "4000", "--epochs", "1000", "--seed", "1"]));
    wait_for(&place.path("x/metrics.jsonl"));
    fs::rename(place.path("x"), place.path("x-old")).expect("moved");
    fs::create_dir(place.path("x")).expect("made");
    succeed(place.train("x", &[QUICK, &["--seed", "2"]].concat()));
    let second = place.contents("x");
    stop(&child, "TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    assert_eq!(place.contents("x"), second);
    assert_eq!(place.report("x-old")["seed"], 1);
    assert_eq!(place.report("x-old")["status"], "interrupted");
    // Its own weights are in it.
    let digest = format!("{:x}", Sha256::digest(place.read("x-old/weights.safetensors")));
    assert_eq!(place.report("x-old")["files"]["weights.safetensors"], digest);
}

fn stop(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn a_run_writes_through_no_link() {
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("other", QUICK));
    let other = place.contents("other");
    // Hard links, such as those of a backup, are not written through.
    assert!(
        Command::new("cp").args(["-rl", "other", "copy"]).current_dir(place.path("")).status().expect("cp").success()
    );
    succeed(place.resume("copy", &["--epochs", "2"]));
    assert_eq!(place.contents("other"), other);
    succeed(place.train("run", QUICK));
    for name in ["weights.safetensors", "metrics.jsonl"] {
        let path = place.path("run").join(name);
        let kept = fs::read(&path).expect("read");
        fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink(place.path("other").join(name), &path).expect("linked");
        assert_eq!(
            fail(place.resume("run", &["--epochs", "2"]), 1),
            format!(
                "error: cannot use `run/{name}`: it is a symbolic link, which may lead out of the folder\nhelp: check it \
                 and its permissions\n\n"
            )
        );
        assert_eq!(place.contents("other"), other);
        fs::remove_file(&path).expect("removed");
        fs::write(&path, kept).expect("written");
    }
}

#[test]
fn every_file_of_a_run_has_its_digest_and_a_changed_one_is_named() {
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("run", &[QUICK, &["--set", "train.validation_split=0.5", "--tensorboard"]].concat()));
    let report = place.report("run");
    let digests = report["files"].as_object().expect("an object");
    let mut expected = names(&place.path("run"));
    expected.retain(|name| !["report.json", "tensorboard"].contains(&name.as_str()));
    let mut told: Vec<&String> = digests.keys().filter(|name| !name.contains('/')).collect();
    told.sort();
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
    assert_eq!(digests.keys().filter(|name| name.starts_with("tensorboard/")).count(), 4);
    for (name, digest) in digests {
        assert_eq!(*digest, format!("{:x}", Sha256::digest(place.read(&format!("run/{name}")))), "{name}");
    }
    let weights = place.read("run/weights.safetensors");
    for place_of_flip in [weights.len() - 1, weights.len() / 2, 200] {
        let mut flipped = weights.clone();
        flipped[place_of_flip] ^= 1;
        fs::write(place.path("run/weights.safetensors"), flipped).expect("written");
        let text = fail(place.engine(&["evaluate", "run"]), 1);
        assert_eq!(
            text,
            "error: `run`: weights.safetensors was changed since the run wrote it: its SHA-256 is not the one in \
             report.json\nhelp: restore the file, train again, or skip the check with `--no-verify`\n\n"
        );
    }
    fs::write(place.path("run/weights.safetensors"), &weights).expect("written");
    let spec = place.text("run/spec.yaml");
    fs::write(place.path("run/spec.yaml"), spec.clone() + "# mine\n").expect("written");
    assert!(fail(place.engine(&["evaluate", "run/best.safetensors"]), 1).contains("`run`: spec.yaml was changed"));
    succeed(place.engine(&["evaluate", "run", "--no-verify"]));
    // A run that was resumed and then killed is not damaged.
    let mut child = start(place.resume("run", &["--epochs", "1000"]));
    wait_for_line(&place.path("run/metrics.jsonl"), 3);
    child.kill().expect("killed");
    child.wait().expect("it ends");
    assert_eq!(place.report("run")["status"], "unfinished");
    succeed(place.engine(&["evaluate", "run"]));
}

fn wait_for_line(path: &Path, line: usize) {
    for _ in 0..24_000 {
        if fs::read_to_string(path).is_ok_and(|text| text.lines().count() >= line) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("no line {line} in {} within two minutes", path.display());
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let _turn = turn();
    let place = Place::new();
    succeed(place.train("run", QUICK));
    let mut weights = place.read("run/weights.safetensors");
    let end = weights.len();
    weights[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(place.path("run/weights.safetensors"), weights).expect("written");
    let text = fail(place.engine(&["evaluate", "run", "--no-verify"]), 1);
    assert!(text.starts_with("error: `run/weights.safetensors` cannot be used: `"), "{text}");
    assert!(text.contains("` contains NaN or infinity"), "{text}");
}

#[test]
fn signals_of_the_system_stop_a_run_as_ctrl_c_does() {
    let _turn = turn();
    let place = Place::new();
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let run = format!("run-{signal}");
        let command = place.train(&run, &["--epochs", "1000"]);
        let mut child = start(command);
        wait_for(&place.path(&run).join("metrics.jsonl"));
        stop(&child, signal);
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{signal}");
        assert_eq!(place.report(&run)["status"], "interrupted");
    }
    // A signal that the parent process ignores stays ignored, as with `nohup`, or `command &` in a script.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' HUP INT; exec \"$0\" train model.yaml --out ignoring --epochs 1000 --threads 1 -q"])
        .arg(env!("CARGO_BIN_EXE_netviz-torch"))
        .current_dir(place.path(""))
        .spawn()
        .expect("it starts");
    let metrics = place.path("ignoring/metrics.jsonl");
    wait_for(&metrics);
    stop(&child, "HUP");
    stop(&child, "INT");
    wait_for_line(&metrics, fs::read_to_string(&metrics).expect("read").lines().count() + 2);
    assert!(child.try_wait().expect("known").is_none());
    stop(&child, "TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
}
