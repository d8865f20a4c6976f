//! However a run ends, the terminal is restored and the lines of the run remain.

use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;

use netviz_torch::observe::Screen;
use netviz_torch::sums::MetricSums;
use netviz_torch::training::{Observer, Plan, Progress};
use pty_process::blocking::Command;

use super::{Emulator, LONG, Place, turn, under_way};

/// Wide enough for most lines.
const WIDE: [u16; 2] = [120, 40];
const HEADING: &str = "small: 12,730 parameters, 3,600 samples of mnist in batches of 50, adam, 1 thread";

/// The lines of the run: the heading and those that follow it.
fn said(terminal: &Emulator) -> Vec<String> {
    let lines = terminal.lines();
    let start = lines.iter().position(|line| line.starts_with("small: "));
    lines[start.unwrap_or_else(|| panic!("no heading:\n{}", lines.join("\n")))..].to_vec()
}

#[test]
fn no_size_that_a_terminal_claims_ends_a_run() {
    let _turn = turn();
    let place = Place::new();
    for claimed in [[0, 0], [1, 1], [1, 0], [u16::MAX, 1], [1, u16::MAX], [u16::MAX, u16::MAX]] {
        let mut terminal =
            Emulator::claiming(place.train(&["--epochs", "1", "--limit", "500", "--overwrite"]), WIDE, claimed);
        assert!(terminal.end().success(), "{claimed:?}");
        terminal.assert_restored();
        let lines = said(&terminal);
        assert!(lines[1].starts_with("epoch 1/1  9 steps "), "{claimed:?}: {lines:#?}");
        let bar =
            ["train", "model.yaml", "--out", "run", "--overwrite", "--threads", "1", "--epochs", "1", "--limit", "500"];
        assert!(Emulator::claiming(place.engine(&bar), WIDE, claimed).end().success(), "{claimed:?}");
    }
}

#[test]
fn a_run_that_ends_leaves_the_lines_that_it_would_have_printed() {
    let _turn = turn();
    let place = Place::new();
    let mut terminal = Emulator::start(place.train(&["--epochs", "3"]), WIDE);
    assert!(terminal.end().success());
    terminal.assert_restored();
    let lines = said(&terminal);
    assert_eq!(lines[0], HEADING);
    for (line, epoch) in lines[1..].iter().zip(1..=3) {
        assert!(
            line.starts_with(&format!("epoch {epoch}/3  72 steps  ")) && line.contains("  val_accuracy 0."),
            "{lines:#?}"
        );
    }
    assert!(lines[4].starts_with("the best was epoch "), "{lines:#?}");
    assert!(lines[5].starts_with("test  loss ") && lines[5].contains("(10,000 samples; "), "{lines:#?}");
    assert_eq!(lines[7], "run contains weights, metrics and pictures", "{lines:#?}");
}

#[test]
fn a_terminal_that_takes_no_escape_codes_gets_plain_lines_and_no_view() {
    let _turn = turn();
    let place = Place::new();
    let arguments = ["train", "model.yaml", "--out", "run", "--overwrite", "--threads", "1", "--epochs", "2"];
    for dumb in ["dumb", ""] {
        let mut terminal = Emulator::start(place.engine(&arguments).env("TERM", dumb), WIDE);
        assert!(terminal.end().success());
        assert!(!terminal.was_escaped());
        assert!(said(&terminal)[2].starts_with("epoch 2/2  72 steps  "), "{:#?}", said(&terminal));
        let mut terminal = Emulator::start(place.train(&LONG).env("TERM", dumb), WIDE);
        assert_eq!(terminal.end().code(), Some(1));
        assert!(!terminal.was_escaped());
        let lines = terminal.lines();
        assert_eq!(lines[..2], ["error: `--tui` cannot draw on this terminal", "help: leave `--tui` out"]);
    }
    // In other terminals, there is a progress bar.
    let mut terminal = Emulator::start(place.engine(&arguments), WIDE);
    assert!(terminal.end().success() && terminal.was_escaped());
}

/// Stops a run with these keys, and resumes it.
fn stops_and_goes_on(keys: &str) {
    let _turn = turn();
    let place = Place::new();
    let mut terminal = under_way(place.train(&LONG), WIDE);
    terminal.press(keys);
    assert_eq!(terminal.end().code(), Some(130));
    terminal.assert_restored();
    let lines = said(&terminal);
    assert!(lines.iter().any(|line| line.starts_with("epoch      1/100000  72 steps  ")), "{lines:#?}");
    let last = lines.iter().position(|line| line.starts_with("error: interrupted after ")).expect("an error");
    assert_eq!(lines[last + 1], "help: resume with `netviz train --resume run`", "{lines:#?}");
    let stopped = lines[last].strip_prefix("error: interrupted ").and_then(|text| text.split_once(';'));
    let (stopped, _) = stopped.expect("where it stopped");

    let arguments = ["train", "--resume", "run", "--tui", "--threads", "1"];
    let mut terminal = Emulator::start(place.engine(&arguments), WIDE);
    // Marks or lines, by the number of epochs so far.
    let text = terminal.wait_for(&["/100000  ━", " training", " validation"]);
    assert!(!text.contains(" 1/100000  ━"), "{text}");
    terminal.press("q");
    assert_eq!(terminal.end().code(), Some(130));
    terminal.assert_restored();
    let lines = said(&terminal);
    assert!(lines.contains(&format!("resumed {stopped}")), "{stopped}: {lines:#?}");
}

#[test]
fn ctrl_c_stops_a_run_that_can_be_resumed() {
    stops_and_goes_on("\u{3}");
}

#[test]
fn q_stops_a_run_that_can_be_resumed() {
    // Arrow keys and other keys are ignored.
    stops_and_goes_on("x\u{1b}[A\u{13}q");
}

#[test]
fn a_second_ctrl_c_ends_a_run_at_once() {
    let _turn = turn();
    let place = Place::new();
    // A step takes seconds.
    let slow = ["--limit", "22000", "--batch-size", "20000", "--set", "layers.0.dense.units=2500"];
    let mut terminal = Emulator::start(place.train(&[&LONG, slow.as_slice()].concat()), WIDE);
    terminal.wait_for(&["1,987,510 parameters", "Ctrl-C twice end at once"]);
    terminal.wait("checkpoint", |_| place.0.path().join("run/checkpoint.safetensors").exists().then_some(()));
    terminal.press("\u{3}");
    terminal.wait_for(&["stopping after this step; Ctrl-C ends at once"]);
    terminal.press("\u{3}");
    assert_eq!(terminal.end().code(), Some(130));
    terminal.assert_restored();
    assert!(!said(&terminal).iter().any(|line| line.contains("interrupted")), "it has not waited for the step");
}

#[test]
fn signals_end_a_run_and_give_the_terminal_back() {
    let _turn = turn();
    // SIGTERM and SIGHUP stop it as Ctrl-C does; SIGQUIT ends it at once.
    for (name, code, number) in [("TERM", Some(143), None), ("HUP", Some(129), None), ("QUIT", None, Some(3))] {
        let place = Place::new();
        let mut terminal = under_way(place.train(&LONG), WIDE);
        terminal.signal(name);
        let status = terminal.end();
        assert_eq!((status.code(), status.signal()), (code, number), "SIG{name}");
        terminal.assert_restored();
        let lines = said(&terminal);
        assert!(lines.iter().any(|line| line.starts_with("epoch      1/100000  72 steps  ")), "{lines:#?}");
    }
}

#[test]
fn a_suspended_run_lends_the_terminal_and_takes_it_again() {
    let _turn = turn();
    let place = Place::new();
    let mut terminal = under_way(place.train(&LONG), WIDE);
    terminal.press("\u{1a}");
    terminal.wait_until_suspended();
    terminal.assert_restored();
    assert!(said(&terminal).iter().any(|line| line.starts_with("epoch      1/100000")));
    terminal.signal("CONT");
    terminal.wait("view", |screen| screen.alternate_screen().then_some(()));
    terminal.wait_for(&[" small  12,730 parameters", " validation ", "val_accuracy", "Ctrl-C twice end at once"]);
    terminal.press("q");
    assert_eq!(terminal.end().code(), Some(130));
    terminal.assert_restored();
    // No line is printed twice.
    let lines = terminal.lines();
    assert_eq!(lines.iter().filter(|line| line.starts_with("epoch      1/100000")).count(), 1, "{lines:#?}");
}

#[test]
fn an_error_is_told_in_a_terminal_that_is_as_it_was() {
    let _turn = turn();
    let place = Place::new();
    let diverging = ["--set", "train.optimizer={sgd: {learning_rate: 1e30}}"];
    let mut terminal = Emulator::start(place.train(&[&LONG, diverging.as_slice()].concat()), WIDE);
    assert_eq!(terminal.end().code(), Some(1));
    terminal.assert_restored();
    let lines = said(&terminal);
    assert!(lines[1].starts_with("error: the loss is NaN at step 2 of epoch 1"), "{lines:#?}");
    assert!(lines.iter().any(|line| line.starts_with("help: start again")), "{lines:#?}");
}

/// Set in the environment of the child process that must panic.
const CHILD: &str = "NETVIZ_TEST_OF_A_PANIC";

#[test]
fn a_panic_is_told_in_a_terminal_that_is_as_it_was() {
    if std::env::var_os(CHILD).is_some() {
        panic_in_a_view();
    }
    let program = std::env::current_exe().expect("this program");
    let name = "endings::a_panic_is_told_in_a_terminal_that_is_as_it_was";
    let command = Command::new(program).args(["--exact", name, "--nocapture"]).env(CHILD, "1");
    let mut terminal = Emulator::start(command.env("TERM", "xterm-256color"), WIDE);
    assert_eq!(terminal.end().code(), Some(101));
    terminal.assert_restored();
    let lines = said(&terminal);
    assert_eq!(lines[0], HEADING);
    let panic = lines.iter().position(|line| line.ends_with("a test of a panic")).expect("its message");
    assert!(lines[..panic].iter().any(|line| line.contains("panicked at")), "{lines:#?}");
}

/// Panics while a view has the terminal.
fn panic_in_a_view() {
    let mut screen = Screen::open(Arc::default()).expect("a view");
    let told = screen.start(&Plan {
        run: "run".to_owned(),
        is_numbered: false,
        name: "small".to_owned(),
        parameters: 12_730,
        data: "mnist",
        samples: 3600,
        batch_size: 50,
        epochs: 3,
        optimizer: "adam",
        threads: 1,
        device: "cpu",
        scheduled: false,
        measures: netviz::metric::Metrics::usual().with_loss(),
    });
    let elapsed = std::time::Duration::from_secs(2);
    told.and_then(|()| screen.step(&Progress { epoch: 1, step: 1, steps: 1, metrics: MetricSums::default(), elapsed }))
        .expect("a terminal is told or not");
    panic!("a test of a panic");
}

#[test]
fn without_a_terminal_nothing_is_trained() {
    let place = Place::new();
    let engine = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
        command.args(["train", "model.yaml", "--out", "run", "--tui"]).args(arguments).current_dir(place.0.path());
        command.assert()
    };
    engine(&[])
        .code(1)
        .stdout("")
        .stderr("error: `--tui` draws on a terminal, but the output goes elsewhere\nhelp: leave `--tui` out\n\n");
    for other in ["--json", "--quiet"] {
        engine(&[other]).code(2);
    }
    assert!(!place.0.path().join("run").exists());
}
