//! Books built by mdBook itself, which runs the program; and the program alone, for what it prints.

use std::path::Path;

use assert_cmd::Command;
use mdbook_driver::MDBook;
use predicates::str::{contains, starts_with};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mdbook-netviz");

/// A book of one chapter, with `tiny.yaml` beside it.
fn book(chapter: &str, settings: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    std::fs::create_dir_all(folder.path().join("src/part")).expect("a folder");
    write("book.toml", &format!("[preprocessor.netviz]\ncommand = '{PROGRAM}'\n{settings}"));
    write("src/SUMMARY.md", "- [Chapter](part/chapter.md)\n- [Draft]()\n");
    write("src/part/chapter.md", chapter);
    write("src/part/tiny.yaml", "name: tiny\ninput: [3]\nlayers: [dense: 2]\n");
    folder
}

/// The page of the chapter as mdBook writes it.
fn page(chapter: &str, settings: &str) -> String {
    let folder = book(chapter, settings);
    MDBook::load(folder.path()).and_then(|book| book.build()).unwrap_or_else(|error| panic!("{error:?}"));
    std::fs::read_to_string(folder.path().join("book/part/chapter.html")).expect("the page is there")
}

/// What stands between `<main>` and `</main>`.
fn main_of(page: &str) -> &str {
    page.split("<main>").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page has a main part")
}

#[test]
fn a_block_with_a_path_becomes_a_picture() {
    let page = page("# A\n\n```netviz --theme auto\ntiny.yaml\n```\n\n*after*\n", "");
    let main = main_of(&page);
    assert!(main.contains("<figure class=\"netviz\""), "{main}");
    assert!(main.contains(">tiny: input 3, dense_1 (dense) 2; 8 parameters</desc>"), "{main}");
    assert!(main.contains("{fill:light-dark(#") && !main.contains("prefers-color-scheme"), "{main}");
    assert!(main.contains("</svg></figure>") && main.contains("<em>after</em>"), "{main}");
    assert!(!main.contains("tiny.yaml"), "{main}");
}

#[test]
fn a_block_may_hold_the_model_itself() {
    let model = "name: here\ninput: [2]\nlayers:\n  - dense: 1\n";
    let page = page(&format!("```netviz\n{model}```\n"), "");
    assert!(main_of(&page).contains(">here: input 2, dense_1 (dense) 1; 3 parameters</desc>"));
}

#[test]
fn what_the_book_includes_is_drawn() {
    let page = page("```netviz\n{{#include tiny.yaml}}\n```\n", "");
    assert!(main_of(&page).contains(">tiny: input 3"));
}

#[test]
fn pictures_stand_in_lists_and_between_paragraphs() {
    let page = page(
        "before\n```netviz\ntiny.yaml\n```\n*between*\n\n- item\n\n  ```netviz\n  tiny.yaml\n  ```\n  **in**\n",
        "",
    );
    let main = main_of(&page);
    assert_eq!(main.matches("</svg></figure>").count(), 2);
    assert!(main.contains("<em>between</em>") && main.contains("<strong>in</strong>"), "{main}");
    let item = main.split("<li>").nth(1).and_then(|rest| rest.split("</li>").next()).expect("a list");
    assert!(item.contains("</svg></figure>") && item.contains("<strong>in</strong>"), "{item}");
}

#[test]
fn ids_are_unique_in_the_whole_book() {
    let page = page("```netviz\ntiny.yaml\n```\n\n```netviz\ntiny.yaml\n```\n", "");
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.contains(&"netviz-2-layer-dense_1") && ids.len() == count, "{ids:?}");
}

#[test]
fn the_book_has_options_and_a_block_overrules_them() {
    let blocks = "```netviz\ntiny.yaml\n```\n\n```netviz --theme light\ntiny.yaml\n```\n";
    let page = page(blocks, "options = \"--theme dark --title 'a title'\"\n");
    let main = main_of(&page);
    assert_eq!(main.matches(">a title</text>").count(), 2);
    // The background of the dark theme, and that of the light one.
    assert_eq!(main.matches("fill=\"#0d1117\"").count(), 1, "{main}");
    assert!(main.contains("fill=\"#ffffff\""));
}

#[test]
fn other_code_stays() {
    let page = page("````md\n```netviz\ntiny.yaml\n```\n````\n\n```yaml\nnetviz: 1\n```\n", "");
    assert!(!page.contains("<figure") && page.contains("```netviz\ntiny.yaml\n```"));
}

#[test]
fn a_book_with_a_mistake_is_not_built() {
    let folder = book("```netviz\ninput: [3]\nlayers: [dens: 2]\n```\n", "");
    let error = MDBook::load(folder.path()).and_then(|book| book.build()).expect_err("a mistake");
    assert!(format!("{error:?}").contains("netviz"), "{error:?}");
    assert!(!folder.path().join("book/part/chapter.html").exists());
}

/// The program with a book of these chapters on its standard input, as mdBook writes it under `key`.
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

error: there is no model `tiny.yaml`
 --> src/b.md:1:1
  |
1 | ```netviz
  | ^^^^^^^^^
  |
  = help: its path starts at `FOLDER/src`

src/b.md: 1 error
"
        .replace("FOLDER", &folder.path().display().to_string()),
    );
}

/// The name of the list of chapters has changed in mdBook 0.5.
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
