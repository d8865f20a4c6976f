//! How the work grows with the input: each stage at n, 2n and 4n, through the real program.
//!
//! What is measured is processor time, which other programs hardly change. Four times the input may take less than
//! eight times as long, which n·log n does and n² does not; a stage that seems to take longer is measured again.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// The least processor time of the program for a text, in seconds, of what has been measured before and now.
fn least(before: f64, text: &str, arguments: &[&str], folder: &Path) -> f64 {
    std::fs::write(folder.join("input"), text).expect("written");
    // The shell tells the processor time of its children.
    let script = "\"$@\" >output 2>&1; times";
    let mut command = Command::new("bash");
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_netviz")]).args(arguments).current_dir(folder);
    let output = command.env("LC_ALL", "C").output().expect("bash runs");
    let times = String::from_utf8(output.stdout).expect("UTF-8");
    let seconds = |time: &str| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m').expect("minutes and seconds");
        60.0 * minutes.parse::<f64>().expect("minutes") + seconds.parse::<f64>().expect("seconds")
    };
    let children = times.lines().nth(1).expect("a line for the children");
    before.min(children.split_whitespace().map(seconds).sum())
}

/// Measures a stage; `says` must stand in what the program says for every size.
fn check(input: fn(usize) -> String, count: usize, arguments: &[&str], says: &str) {
    const MOST: f64 = 8.0;
    let folder = tempfile::tempdir().expect("a folder");
    let texts = [1, 2, 4].map(|times| input(times * count));
    let mut times = [f64::INFINITY; 3];
    for attempt in 1.. {
        for (time, text) in times.iter_mut().zip(&texts) {
            *time = least(*time, text, arguments, folder.path());
            let said = std::fs::read_to_string(folder.path().join("output")).expect("it says something");
            assert!(said.contains(says), "{arguments:?} says {}", said.chars().take(1000).collect::<String>());
        }
        let grows = times[2] / times[0].max(0.01);
        if grows < MOST {
            return;
        }
        assert!(attempt < 4, "{arguments:?} takes {times:.2?} s for {count} and two and four times as many");
    }
}

/// A model of lines, one for each index from 0.
fn model(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold("input: [8]\nlayers:\n".to_owned(), |text, index| text + "- " + &line(index) + "\n")
}

fn chain(count: usize) -> String {
    model(count, |_| "dense: 8".into())
}

fn names(count: usize, prefix: &str) -> String {
    (0..count).map(|index| format!("{prefix}{index}")).collect::<Vec<_>>().join(", ")
}

fn branches(count: usize) -> String {
    let layers = model(count, |index| format!("dense: {{name: l{index}, units: 8, from: input}}"));
    layers + &format!("- add: {{from: [{}]}}\n", names(count, "l"))
}

/// Two layers in each branch, so that two ranks are wide.
fn long_branches(count: usize) -> String {
    let layers = model(count, |index| {
        let (branch, from) = (index / 2, if index % 2 == 0 { "input".into() } else { format!("l{}x0", index / 2) });
        format!("dense: {{name: l{branch}x{}, units: 8, from: {from}}}", index % 2)
    });
    let ends: Vec<String> = (0..count / 2).map(|branch| format!("l{branch}x1")).collect();
    layers + &format!("- add: {{from: [{}]}}\n", ends.join(", "))
}

/// Every layer feeds the next one and one of the twenty before it.
fn random(count: usize) -> String {
    let mut state = 1_u64;
    let mut random = move |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % most
    };
    let mut text = "input: [8]\nlayers:\n- dense: {name: l0, units: 8}\n".to_owned();
    for index in 1..count {
        let other = index.saturating_sub(2 + random(20));
        let _ = match index {
            1..22 => writeln!(text, "- dense: {{name: l{index}, units: 8}}"),
            _ => writeln!(text, "- add: {{name: l{index}, from: [l{}, l{other}]}}", index - 1),
        };
    }
    text
}

/// Forty layers that all feed as many others.
fn dense_joints(count: usize) -> String {
    let layers = model(40, |index| format!("dense: {{name: l{index}, units: 8, from: input}}"));
    let line = format!("- add: {{from: [{}]}}\n", names(40, "l"));
    let adds: Vec<String> = (1..=count).map(|index| format!("add_{index}")).collect();
    layers + &line.repeat(count) + &format!("- add: {{from: [{}]}}\n", adds.join(", "))
}

fn repeated(count: usize) -> String {
    let block = ["dense: {units: 8, activation: relu}", "dropout: 0.5", "dense: 16", "dense: 8"];
    model(count, |index| block[index % 4].into())
}

fn images(count: usize) -> String {
    let block = ["conv2d: {filters: 8, kernel: 3, padding: same, activation: relu}", "batch_norm", "max_pool2d: 1"];
    model(count, |index| block[index % 3].into()).replacen("[8]", "[3, 32, 32]", 1)
}

#[test]
fn checking_a_model() {
    for input in [chain, branches, random, repeated, images] {
        check(input, 3000, &["check", "input"], "total");
    }
    check(dense_joints, 500, &["check", "input"], "total");
    // All layers into one: a long row of the table.
    let into_one: fn(usize) -> String = |count| {
        let layers = model(count, |index| format!("dense: {{name: l{index}, units: 8}}"));
        layers + &format!("- concat: {{from: [{}]}}\n", names(count, "l"))
    };
    check(into_one, 3000, &["check", "input"], "total");
    let named: fn(usize) -> String = |count| {
        let taken = model(count, |index| format!("dense: {{name: dense_{}, units: 8}}", index + 1));
        taken + &"- dense: 8\n".repeat(count)
    };
    check(named, 2000, &["check", "input"], "total");
    check(|count| "# a comment\n".repeat(count) + &chain(1), 10_000, &["check", "input"], "total");
    check(|count| chain(1).replace("- ", "- &a ") + &"- *a\n".repeat(count), 1000, &["check", "input"], "input: ");
}

#[test]
fn telling_problems() {
    let inputs: [fn(usize) -> String; 8] = [
        // Names that are not there: in one list, and one in each layer.
        |count| chain(count) + &format!("- add: {{from: [{}]}}\n", names(count, "d")),
        |count| chain(count) + &model(count, |index| format!("dense: {{units: 8, from: x{index}}}"))[19..],
        |count| model(count, |index| format!("dense: {{unitz: 8, k{index}: 1}}")),
        |count| model(count, |index| format!("dens{index}: 8")),
        |count| model(count, |_| "dense: {name: a, units: 8}".into()),
        |count| model(count, |_| "dense: {units: 8, from: input}".into()),
        |count| model(count, |index| format!("dense: {{name: a{index}, units: 8, from: a{}}}", (index + 1) % count)),
        |count| format!("input: [8]\nlayers: [{}]\n", vec!["denze: 8"; count].join(", ")),
    ];
    for input in inputs {
        check(input, 2000, &["check", "input"], "error: ");
    }
    let keys: fn(usize) -> String = |count| {
        let keys: Vec<String> = (0..count).map(|index| format!("k{index}: 1")).collect();
        format!("input: [8]\nlayers:\n- dense: {{units: 8, {}}}\n", keys.join(", "))
    };
    check(keys, 5000, &["check", "input"], "error: unknown key `k0`");
}

/// Draws an input in a view, data flowing down and to the right.
fn draw(input: fn(usize) -> String, count: usize, view: &str, format: &str) {
    for direction in ["tb", "lr"] {
        let arguments = ["render", "input", "--view", view, "--direction", direction, format, "picture"];
        check(input, count, &arguments, "input: drawn to picture");
    }
}

#[test]
fn drawing_blocks() {
    for input in [chain, repeated, random, branches, long_branches, images] {
        draw(input, 700, "blocks", "--svg");
    }
    draw(dense_joints, 100, "blocks", "--svg");
}

#[test]
fn drawing_volumes() {
    for input in [chain, random, branches, long_branches, images] {
        draw(input, 700, "volumes", "--svg");
    }
    draw(dense_joints, 100, "volumes", "--svg");
}

#[test]
fn drawing_neurons() {
    for input in [chain, random, branches, images] {
        draw(input, 400, "neurons", "--svg");
    }
    draw(dense_joints, 50, "neurons", "--svg");
}

#[test]
fn writing_formats() {
    // Mermaid draws 500 connections at most.
    for (format, count) in [("--dot", 700), ("--mermaid", 60), ("--json", 700), ("--html", 700)] {
        for input in [random, repeated] {
            check(input, count, &["render", "input", "--view", "blocks", format, "picture"], "input: drawn to");
        }
        check(chain, count.min(300), &["render", "input", format, "picture"], "input: drawn to");
    }
    for format in ["--png", "--pdf", "--tikz"] {
        check(chain, 15, &["render", "input", "--view", "blocks", format, "picture"], "input: drawn to");
    }
}

#[test]
fn reading_documents() {
    let inputs: [fn(usize) -> String; 6] = [
        |count| "<!-- netviz: m -->\n<!-- /netviz -->\n\n".repeat(count),
        |count| "<!-- netviz: m -->\n```mermaid\nflowchart\n```\n<!-- /netviz -->\n\n".repeat(count),
        |count| "1. a\n\n   <!-- netviz: m -->\n   - b\n   <!-- /netviz -->\n".repeat(count),
        |count| "<!-- netviz: m -->\n".repeat(count),
        |count| "<!-- netviz: m\n".repeat(count),
        |count| "text <!-- /netviz -->\n".repeat(count),
    ];
    for input in inputs {
        check(input, 500, &["embed", "input"], "error: ");
    }
}
