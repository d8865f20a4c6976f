//! How the work grows with the input: each stage at n, 2n and 4n, through the real program.
//!
//! The tests measure processor time, which other programs hardly affect. Four times the input may take less than eight
//! times as long: n·log n passes, n² fails. A stage that seems to take longer is measured again.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Runs the program with these arguments in a folder and returns its processor time in seconds. The output is in
/// `output`.
fn time(arguments: &[String], folder: &Path) -> f64 {
    // The shell prints the processor time of its children.
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
    children.split_whitespace().map(seconds).sum()
}

/// Measures a stage. `prepare` writes input of a given size to a folder and returns the arguments. The output must
/// contain `says` for every size.
fn measure(prepare: impl Fn(usize, &Path) -> Vec<String>, count: usize, says: &str) {
    const MOST: f64 = 8.0;
    let inputs = [1, 2, 4].map(|times| {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments = prepare(times * count, folder.path());
        (folder, arguments)
    });
    let mut times = [f64::INFINITY; 3];
    for attempt in 1.. {
        for (least, (folder, arguments)) in times.iter_mut().zip(&inputs) {
            *least = least.min(time(arguments, folder.path()));
            let said = std::fs::read_to_string(folder.path().join("output")).expect("it says something");
            let start: String = said.chars().take(1000).collect();
            assert!(said.contains(says), "{} says {start}", arguments.join(" "));
        }
        let grows = times[2] / times[0].max(0.01);
        if grows < MOST {
            return;
        }
        let command: String = inputs[0].1.join(" ").chars().take(200).collect();
        assert!(attempt < 4, "{command} takes {times:.2?} s for {count} and two and four times as many");
    }
}

/// Measures a stage that reads one file, `input`.
fn check(input: fn(usize) -> String, count: usize, arguments: &[&str], says: &str) {
    let prepare = |count, folder: &Path| {
        std::fs::write(folder.join("input"), input(count)).expect("written");
        arguments.iter().map(ToString::to_string).collect()
    };
    measure(prepare, count, says);
}

/// A model with one line for each index from 0.
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
    // All layers feed one, which makes a long row of the table.
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
        // Unknown names: in one list, and one in each layer.
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

/// Two layers with `count` lines between them, which become pixels and paths.
#[test]
fn drawing_lines() {
    let wide: fn(usize) -> String = |count| format!("input: [100]\nlayers:\n- dense: {}\n", count / 100);
    for (format, count) in [("--svg", 20_000), ("--png", 20_000), ("--pdf", 20_000), ("--tikz", 2500)] {
        check(wide, count, &["render", "input", "--full", format, "picture"], "input: drawn to");
    }
}

/// Weights from a file, `count` of them.
#[test]
fn drawing_weights() {
    let prepare = |count: usize, folder: &Path| {
        let units = count / 100;
        let model = format!("input: [100]\nlayers:\n- dense: {{name: d, units: {units}}}\n");
        std::fs::write(folder.join("input"), model).expect("written");
        let values = 4 * 100 * units;
        let header = format!(
            "{{\"d.weight\":{{\"dtype\":\"F32\",\"shape\":[{units},100],\"data_offsets\":[0,{values}]}},\
             \"d.bias\":{{\"dtype\":\"F32\",\"shape\":[{units}],\"data_offsets\":[{values},{}]}}}}",
            values + 4 * units
        );
        let floats = (-50_i8..=50).map(f32::from).cycle().take(101 * units).flat_map(f32::to_le_bytes);
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.bytes().chain(floats));
        std::fs::write(folder.join("weights"), file).expect("written");
        ["render", "input", "--weights", "weights", "--full", "--svg", "picture"].map(ToOwned::to_owned).into()
    };
    measure(prepare, 20_000, "input: drawn to");
}

#[test]
fn setting_values() {
    let prepare = |count: usize, folder: &Path| {
        std::fs::write(folder.join("input"), chain(count)).expect("written");
        let sets = (0..count).flat_map(|index| ["--set".to_owned(), format!("layers.{index}.dense=9")]);
        ["check".to_owned(), "input".to_owned()].into_iter().chain(sets).collect()
    };
    measure(prepare, 250, "total");
}

/// Writes a finished run with this many epochs.
fn write_run(folder: &Path, epochs: usize) {
    std::fs::create_dir(folder).expect("a folder");
    let spec = format!(
        "input: [784]\nlayers: [dense: {{units: 10, activation: softmax}}]\n\
         train: {{data: mnist, loss: categorical_crossentropy, metrics: [accuracy], epochs: {epochs}}}\n"
    );
    let metrics = (1..=epochs).fold(String::new(), |text, epoch| {
        text + &format!("{{\"epoch\":{epoch},\"loss\":0.5,\"accuracy\":0.5,\"seconds\":1.0}}\n")
    });
    let report = format!(
        "{{\"name\":\"m\",\"epochs\":{epochs},\"status\":\"finished\",\"test_loss\":0.5,\"test_accuracy\":0.5,\"seconds\":1.0}}"
    );
    let files = [("spec.yaml", spec), ("metrics.jsonl", metrics), ("report.json", report)];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("written");
    }
    std::fs::write(folder.join("checkpoint.safetensors"), "").expect("written");
}

#[test]
fn reading_runs() {
    let many = |count: usize, folder: &Path| {
        for index in 0..count {
            write_run(&folder.join(format!("r{index}")), 2);
        }
        ["runs".to_owned(), ".".to_owned()].into()
    };
    measure(many, 100, "r0");
    let long = |count: usize, folder: &Path| {
        write_run(&folder.join("r0"), count);
        write_run(&folder.join("r1"), count);
        ["compare", "r0", "r1", "--svg", "picture"].map(ToOwned::to_owned).into()
    };
    measure(long, 5000, "test accuracy");
    let several = |count: usize, folder: &Path| {
        let names: Vec<String> = (0..count).map(|index| format!("r{index}")).collect();
        for name in &names {
            write_run(&folder.join(name), 20);
        }
        ["compare".to_owned()].into_iter().chain(names).collect()
    };
    measure(several, 25, "test accuracy");
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
