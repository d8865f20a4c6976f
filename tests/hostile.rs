//! Inputs made to break the reader: each must fail quickly, with a clear message and no control characters.

mod common;

use std::fmt::Write;
use std::io::Write as _;
use std::time::Duration;

use common::{netviz_within, timed};
use netviz::Model;
use netviz::diagnostics::{Style, show};
use netviz::source::{Source, Sources};

/// Processor time that is enough for a debug build. The attacks would take minutes.
const SOON: Duration = Duration::from_secs(10);

/// The messages of a text that is not a valid model.
fn messages(text: &str) -> Vec<String> {
    let (model, time) = timed(|| Model::from_text(text));
    let diagnostics = model.expect_err("the text is not a valid model");
    assert!(time < SOON, "took {time:?}");
    diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

/// What the program prints to standard error for a file of these bytes.
fn check(bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a temporary file");
    file.write_all(bytes).expect("the file can be written");
    let output = netviz_within(10).arg("check").arg(file.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    text.replace(&file.path().display().to_string(), "FILE")
}

#[test]
fn a_file_that_is_not_utf_8_is_refused() {
    assert_eq!(
        check(b"name: a\ninput: [4]\nlayers: [\xff]\n"),
        "error: `FILE` is not UTF-8: invalid byte at offset 28, line 3\nhelp: save the file as UTF-8 text\n\n"
    );
}

#[test]
fn a_file_of_100_mb_is_refused_without_reading_it() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.as_file().set_len(100_000_000).expect("a sparse file");
    let output = netviz_within(2).arg("check").arg(file.path()).output().expect("it runs");
    let path = file.path().display();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        format!(
            "error: `{path}` is not a model file: it looks like a binary file\nhelp: the smallest model is\n          \
             input: [784]\n          layers:\n            - dense: {{units: 10}}\n\n"
        )
    );
}

#[test]
fn an_alias_bomb_stops_at_once() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in "abcdefghi".chars().zip("bcdefghij".chars()) {
        let aliases = vec![format!("*{from}"); 9].join(", ");
        writeln!(text, "{to}: &{to} [{aliases}]").expect("a string");
    }
    let (messages, time) = timed(|| messages(&text));
    assert_eq!(messages, ["the file expands to too many values"]);
    assert!(time < Duration::from_secs(1), "took {time:?}");
}

#[test]
fn nested_aliases_of_one_anchor_stop_at_once() {
    let layers = vec!["dense: 3"; 900].join("}, {");
    let aliases = vec!["*a"; 900].join(", ");
    let text = format!("input: [3]\nlayers: [&a [{{{layers}}}], {aliases}]\n");
    assert_eq!(messages(&text), ["the file expands to too many values"]);
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    let too_deep = ["the file is nested more than 16 levels deep"];
    assert_eq!(messages(&format!("layers: {}", "[".repeat(10_000))), too_deep);
    assert_eq!(messages(&format!("layers: {}{}", "{a: ".repeat(10_000), "}".repeat(10_000))), too_deep);
    assert_eq!(messages(&"- ".repeat(10_000)), too_deep);
    let blocks = (0..700).fold(String::new(), |text, level| text + &" ".repeat(level) + "a:\n");
    assert_eq!(messages(&blocks), too_deep);
}

/// Processor time for a network of this many layers, half of them with two inputs.
fn time_of(layers: usize) -> Duration {
    let mut text = "input: [8]\nlayers:\n".to_owned();
    for index in 0..layers / 2 {
        let other = if index == 0 { "input".into() } else { format!("layer_{}", index - 1) };
        writeln!(text, "  - dense: {{name: layer_{index}, units: 8, activation: relu}}").expect("a string");
        writeln!(text, "  - add: {{from: [layer_{index}, {other}]}}").expect("a string");
    }
    let (model, time) = timed(|| Model::from_text(&text).expect("a valid model"));
    assert_eq!(model.graph.order().len(), layers + 1);
    assert_eq!(model.graph.parameters().total(), layers / 2 * (8 * 8 + 8));
    time
}

#[test]
fn ten_thousand_layers_take_five_times_as_long_as_two_thousand() {
    let (few, many) = (time_of(2_000), time_of(10_000));
    assert!(many < SOON && many < 12 * few, "{few:?} and {many:?}: squared, it would be 25 times");
}

#[test]
fn one_layer_may_have_ten_thousand_inputs() {
    let names = vec!["a"; 10_000].join(", ");
    let text = format!("input: [8]\nlayers:\n  - dense: {{name: a, units: 8}}\n  - add: {{from: [{names}]}}\n");
    let (_, time) = timed(|| Model::from_text(&text).expect("a valid model"));
    assert!(time < SOON, "took {time:?}");
}

#[test]
fn a_cycle_of_ten_thousand_layers_does_not_overflow_the_stack() {
    let layers = "  - dense: 8\n".repeat(10_000);
    let text = format!("input: [8]\nlayers:\n  - add: {{from: [input, dense_10000]}}\n{layers}");
    let head: Vec<String> = (1..10).map(|index| format!("dense_{index}")).collect();
    let tail: Vec<String> = (9_992..=10_000).map(|index| format!("dense_{index}")).collect();
    let path = format!("add_1 → {} → (9982 more) → {} → add_1", head.join(" → "), tail.join(" → "));
    assert_eq!(messages(&text), [format!("the layers form a cycle: {path}")]);
}

#[test]
fn thousands_of_problems_are_counted_but_not_all_shown() {
    let text = format!("input: [8]\nlayers:\n{}", "  - dens: 8\n".repeat(5_000));
    let shown = check(text.as_bytes());
    assert_eq!(shown.matches("error: unknown layer `dens`").count(), 50);
    assert!(shown.ends_with("… and 4,950 more\n\nFILE: 5,000 errors\n"), "{}", &shown[shown.len() - 60..]);
}

#[test]
fn a_mapping_of_one_key_repeated_is_read_in_time() {
    let text = format!("input: [8]\nlayers:\n  - dense: {{{}}}\n", vec!["units: 8"; 40_000].join(", "));
    assert_eq!(messages(&text)[0], "duplicate key `units` in `dense`");
}

#[test]
fn a_line_of_a_megabyte_is_not_shown() {
    let text = format!("input: [4]\nlayers: [dense: 0{}]\n", " ".repeat(900_000));
    assert_eq!(
        check(text.as_bytes()),
        "error: `units`: expected a whole number of at least 1, found 0\n--> FILE:2:17\n\nFILE: 1 error\n"
    );
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let hostile = "\u{1b}[31m\u{7}\u{8}\0\u{7f}\u{9b}31m\u{202e}\r";
    let escaped = r"\e[31m\a\b\0\x7f\x9b31m\u202e\n";
    let texts = [
        format!("name: \"{escaped}\"\ninput: [4]\nlayers: [dense: 3]\n"),
        format!("input: [4]\nlayers: [\"{escaped}\": 3]\n"),
        format!("input: [4]\nlayers: [dense: {{units: 3, \"{escaped}\": \"{escaped}\", name: \"{escaped}\"}}]\n"),
        format!("input: [4]\nlayers: [dense: {{units: \"{escaped}\", from: \"{escaped}\"}}]\n"),
        format!("input: [4]\nlayers: [dense: 3]\ntrain: {{data: \"{escaped}\", loss: \"{escaped}\"}}\n"),
        format!("input: [4]\nlayers: [{hostile}dense: 3]\n"),
        format!("input: [4]\n# {hostile}\nlayers: [dens: 3] # {hostile}\n"),
    ];
    for text in texts {
        let sources = Sources::new(Source::new(format!("{hostile}.yaml"), text.as_str()));
        let diagnostics = Model::read(&sources, &[]).expect_err("not a valid model");
        for diagnostic in &diagnostics {
            let shown = show(diagnostic, Some(&sources), Style::Plain);
            let raw = shown.chars().find(|&c| (c.is_control() && c != '\n') || c == '\u{202e}');
            assert_eq!(raw, None, "{text:?} gives {shown:?}");
        }
    }
}

#[test]
fn a_name_may_be_any_text_of_one_line() {
    for name in ["<script>alert(1)<", "it's \"quoted\" & 'more'", "🦀 ネットワーク", "$HOME `id` %s \\\\ {}"] {
        let quoted = name.replace('"', "\\\"").replace("\\\\", "");
        let text = format!("name: \"{quoted}\"\ninput: [4]\nlayers: [dense: 3]\n");
        let model = Model::from_text(&text).unwrap_or_else(|diagnostics| panic!("{name}: {diagnostics:?}"));
        assert_eq!(model.graph.name(), name.replace("\\\\", ""));
    }
}

#[test]
fn a_name_that_could_leave_its_folder_is_refused() {
    let expected = "a network's name is 1 to 100 characters, without `/`, `\\` or a leading `.`";
    for name in
        ["", ".", "..", ".hidden", "a/b", "../../etc/passwd", r"a\\b", r"a\nb", r"\0", r"\u202e", &"x".repeat(10_000)]
    {
        assert_eq!(messages(&format!("name: \"{name}\"\ninput: [4]\nlayers: [dense: 3]\n")), [expected], "{name}");
    }
}

#[test]
fn a_word_of_ten_thousand_characters_is_cut() {
    let word = "w".repeat(10_000);
    let text = format!("input: [4]\nlayers:\n  - {word}\n  - dense: {{units: {word}, from: {word}}}\n");
    let cut = "w".repeat(40) + "…";
    assert_eq!(
        messages(&text),
        [
            format!("unknown layer `{cut}`"),
            format!("`units`: expected a whole number of at least 1, found the text `{cut}`"),
            format!("there is no layer named `{cut}`"),
        ]
    );
}

/// Runs a command that must fail quickly, and returns its messages.
fn refused(arguments: &[&str], text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("m.yaml"), text).expect("written");
    let output = netviz_within(10).args(arguments).current_dir(&folder).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

const SMALL: &str = "input: [4]\nlayers: [dense: 3]\n";

#[test]
fn a_whole_network_of_billions_is_counted_before_it_is_drawn() {
    let most = "at most 1,000,000 can be drawn; leave out `--full`, or use a smaller `--max-neurons`";
    for (layers, lines) in [
        ("- dense: 1", "2,147,483,647"),
        ("- dropout: 0.5", "2,147,483,647"),
        ("- dropout: 0.5\n- dense: 2", "2,147,483,649"),
        (
            "- dense: {units: 100, name: a}\n- dense: {units: 100, from: input}\n- add: {from: [a, dense_1]}",
            "429,496,729,600",
        ),
    ] {
        let text = format!("name: wide\ninput: [2147483647]\nlayers:\n{layers}\n");
        let message = refused(&["render", "m.yaml", "--full", "--svg", "x.svg"], &text);
        let refusal = format!("error: a picture of `wide` would have {lines} lines\nhelp: {most}\n\n");
        assert!(message.ends_with(&refusal), "{message}");
    }
}

#[test]
fn a_path_of_many_keys_is_refused() {
    let path = format!("layers.0.dense.{}=1", vec!["a"; 60_000].join("."));
    let message = refused(&["check", "m.yaml", "--set", &path], SMALL);
    assert!(message.contains("leads through 60,003 keys\nhelp: a path has at most 16"), "{message}");
    let value = format!("name={}1{}", "[".repeat(60_000), "]".repeat(60_000));
    assert!(refused(&["check", "m.yaml", "--set", &value], SMALL).contains("nested more than 16 levels deep"));
}

#[test]
fn a_path_of_many_keys_is_refused_in_documents_too() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("m.yaml"), SMALL).expect("written");
    let keys = vec!["a"; 100_000].join(".");
    let document = format!("<!-- netviz: m.yaml --set layers.0.dense.{keys}=1 -->\n<!-- /netviz -->\n");
    std::fs::write(folder.path().join("x.md"), document).expect("written");
    let output = netviz_within(10).args(["embed", "x.md"]).current_dir(&folder).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("leads through 100,003 keys"));
}

#[test]
fn many_values_are_not_set_at_once() {
    let sets: Vec<String> = (0..1001).map(|index| format!("--set=train.a{index}=1")).collect();
    let arguments: Vec<&str> = ["check", "m.yaml"].into_iter().chain(sets.iter().map(String::as_str)).collect();
    let message = "error: 1,001 values are set\nhelp: at most 1,000 can be; write the others into the model file\n\n";
    assert_eq!(refused(&arguments, SMALL), message);
}

#[test]
fn connections_that_pass_too_many_layers_are_refused_in_every_view() {
    let mut text = "input: [8]\nlayers:\n  - dense: {name: a, units: 8}\n  - dense: {name: l0, units: 8}\n".to_owned();
    for layer in 1..10_000 {
        let _ = writeln!(text, "  - add: {{name: l{layer}, from: [l{}, a]}}", layer - 1);
    }
    for view in ["neurons", "blocks", "volumes"] {
        let message = refused(&["render", "m.yaml", "--view", view, "--page", "none", "--svg", "x.svg"], &text);
        assert!(message.contains("000,000 can be drawn"), "{view}: {message}");
    }
}

#[test]
fn files_without_end_are_read_no_further_than_their_limit() {
    for arguments in [
        &["render", "m.yaml", "--svg", "x.svg", "--theme", "/dev/zero"][..],
        &["render", "m.yaml", "--svg", "x.svg", "--weights", "/dev/zero"],
        &["check", "/dev/zero"],
        &["embed", "/dev/zero"],
        &["embed", "x.md"],
    ] {
        let message = refused(arguments, SMALL);
        assert!(message.starts_with("error: "), "{arguments:?}: {message}");
    }
    // A picture is compared with its existing file, which is endless here.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("m.yaml"), SMALL).expect("written");
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("x.svg")).expect("linked");
    let document = "<!-- netviz: m.yaml --file x.svg -->\n<!-- /netviz -->\n";
    std::fs::write(folder.path().join("x.md"), document).expect("written");
    let mut command = netviz_within(10);
    let output = command.args(["embed", "--check", "x.md"]).current_dir(&folder).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}
