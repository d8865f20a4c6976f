//! The output of the program without mdBook.

use std::path::Path;

use assert_cmd::Command;
use predicates::str::{contains, starts_with};

use super::PROGRAM;
use super::book::book;

/// Runs the program with a book of these chapters on standard input, as mdBook writes it under `key`.
fn program(root: &Path, key: &str, chapters: &[(&str, &str)]) -> assert_cmd::assert::Assert {
    let chapter = |(path, content): &(&str, &str)| {
        serde_json::json!({"Chapter": {
            "name": "A", "content": content, "number": [1], "sub_items": [], "path": path, "source_path": path,
            "parent_names": []
        }})
    };
    let items: Vec<_> = chapters.iter().map(chapter).collect();
    let context = serde_json::json!({"root": root, "config": {"book": {"src": "src"}}, "renderer": "html"});
    let input = serde_json::json!([context, {key: items, "__non_exhaustive": null}]).to_string();
    Command::new(PROGRAM).env_remove("CLICOLOR_FORCE").write_stdin(input).assert()
}

#[test]
fn every_mistake_is_told_with_its_chapter_and_line() {
    let folder = book("", "");
    let chapters = [
        (
            "part/chapter.md",
            "é\n\n> ```netviz\n> input: [3]\n> layers: [dens: 2]\n> ```\n\n```netviz --veiw x\ntiny.yaml\n```\n",
        ),
        ("b.md", "```netviz\ntiny.yaml\n```\n"),
    ];
    program(folder.path(), "items", &chapters).code(1).stdout("").stderr(
        "\
error: unknown layer `dens`
 --> src/part/chapter.md:5:12
  |
5 | > layers: [dens: 2]
  |            ^^^^
  |
  = help: did you mean `dense`?

error: unexpected argument `--veiw` found
 --> src/part/chapter.md:8:1
  |
8 | ```netviz --veiw x
  | ^^^^^^^^^^^^^^^^^^
  |
  = help: a similar argument exists: `--view`

src/part/chapter.md: 2 errors

error: there is no model `tiny.yaml` (paths start at `FOLDER/src`)
 --> src/b.md:1:1
  |
1 | ```netviz
  | ^^^^^^^^^
  |
  = help: `tiny` is built in: name it without a path or an ending

src/b.md: 1 error
"
        .replace("FOLDER", &folder.path().display().to_string()),
    );
}

/// mdBook 0.5 renamed the list of chapters.
#[test]
fn both_versions_of_mdbook_are_understood() {
    let folder = book("", "");
    for key in ["items", "sections"] {
        let assert = program(folder.path(), key, &[("part/chapter.md", "```netviz\ntiny.yaml\n```\n")]);
        assert.success().stderr("").stdout(contains("8 parameters</desc>")).stdout(contains("__non_exhaustive"));
    }
}

#[test]
fn html_is_the_renderer_that_is_supported() {
    let supports = |renderer| Command::new(PROGRAM).args(["supports", renderer]).assert();
    supports("html").success();
    supports("markdown").code(1);
}

#[test]
fn anything_else_is_told_what_the_program_is_for() {
    Command::new(PROGRAM).arg("--help").assert().success().stdout(starts_with("mdbook-netviz is run by mdBook."));
    let assert = Command::new(PROGRAM).write_stdin("{}").assert().code(1).stdout("");
    assert
        .stderr(contains("error: standard input holds no book of mdBook: "))
        .stderr(contains("[preprocessor.netviz]"));
}

/// The name of a chapter may contain control characters.
#[test]
fn no_name_of_a_chapter_controls_the_terminal() {
    let folder = book("", "");
    let name = "a\u{1b}[31m\nb\u{7}\u{202e}c\u{85}.md";
    let chapters = [(name, "```netviz\nnone\u{1b}[2J\u{202e}.yaml\n```\n")];
    let assert = program(folder.path(), "items", &chapters).code(1);
    let text = String::from_utf8(assert.get_output().stderr.clone()).expect("UTF-8");
    assert!(text.contains("a␛[31m␊b␇"), "{text}");
    assert_eq!(text.chars().find(|&c| c != '\n' && netviz::text::controls_terminal(c)), None, "{text:?}");
}
