//! `netviz embed`: the text that it writes between the comments of a document, and the text that it keeps.

#[path = "../common/mod.rs"]
mod common;
mod documents;
mod failures;
mod formatters;

use std::path::Path;

use assert_cmd::Command;
use common::names;
use tempfile::TempDir;

const TINY: &str = "name: tiny\ninput: [3]\nlayers: [dense: 2]\n";
const BEGIN: &str = "<!-- netviz: tiny.yaml -->\n";
const END: &str = "<!-- /netviz -->\n";
const LINK: &str = "\n![tiny: input 3, dense_1 (dense) 2; 8 parameters](tiny.svg)\n\n";

/// A folder with a model and a document.
fn folder(document: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "tiny.yaml", TINY);
    write(folder.path(), "a.md", document);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("the file can be written");
}

fn read(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("the file is there")
}

/// `netviz embed`, without arguments.
fn embed(folder: &TempDir) -> Command {
    let mut command = Command::cargo_bin("netviz").expect("the program is built");
    command.current_dir(folder).arg("embed").env_remove("CLICOLOR_FORCE");
    command
}

/// The document after `netviz embed`.
fn embedded(document: &str) -> String {
    let folder = folder(document);
    embed(&folder).arg("a.md").assert().success().stderr("");
    read(&folder, "a.md")
}

fn render(folder: &TempDir, args: &[&str]) -> Vec<u8> {
    let mut command = Command::cargo_bin("netviz").expect("the program is built");
    command.current_dir(folder).arg("render").args(args).output().expect("it runs").stdout
}

#[test]
fn a_picture_is_a_file_beside_the_document_and_a_link_to_it() {
    let folder = folder(&format!("# A\n\n{BEGIN}{END}after"));
    embed(&folder).arg("a.md").assert().success().stdout("a.md: 1 of 1 picture redrawn\n").stderr("");
    assert_eq!(read(&folder, "a.md"), format!("# A\n\n{BEGIN}{LINK}{END}after"));
    assert_eq!(read(&folder, "tiny.svg").into_bytes(), render(&folder, &["tiny.yaml", "--svg", "-"]));
}

#[test]
fn text_is_a_fence_in_the_document() {
    let folder = folder(&format!("<!-- netviz: tiny.yaml --format dot -->\nold\n{END}"));
    embed(&folder).arg("a.md").assert().success();
    let dot = String::from_utf8(render(&folder, &["tiny.yaml", "--dot", "-"])).expect("UTF-8");
    let expected = format!("<!-- netviz: tiny.yaml --format dot -->\n\n```dot\n{}\n```\n\n{END}", dot.trim_end());
    assert_eq!(read(&folder, "a.md"), expected);
    assert_eq!(names(&folder), ["a.md", "tiny.yaml"]);
}

#[test]
fn a_fence_is_longer_than_any_in_the_text() {
    let text = embedded("<!-- netviz: tiny.yaml --format dot --title \"a ```` b\" -->\n<!-- /netviz -->\n");
    assert!(text.contains("\n`````dot\n") && text.ends_with("\n`````\n\n<!-- /netviz -->\n"), "{text}");
}

#[test]
fn the_options_are_those_of_render() {
    let options = ["--theme", "dark", "--title", "A 'b' c", "--max-neurons", "2"];
    let folder = folder(&format!("<!-- netviz: --theme=dark tiny.yaml --title \"A 'b' c\" --max-neurons 2 -->\n{END}"));
    embed(&folder).arg("a.md").assert().success();
    assert_eq!(names(&folder), ["a.md", "tiny-dark-a-b-c-max-neurons-2.svg", "tiny.yaml"]);
    let expected = render(&folder, &[&["tiny.yaml", "--svg", "-"], &options[..]].concat());
    assert_eq!(read(&folder, "tiny-dark-a-b-c-max-neurons-2.svg").into_bytes(), expected);
}

#[test]
fn a_file_may_be_named_and_its_ending_names_the_format() {
    let folder = folder(&format!("<!-- netviz: tiny.yaml --file 'my (net).png' -->\n{END}"));
    embed(&folder).arg("a.md").assert().success();
    assert!(read(&folder, "a.md").contains("8 parameters](my%20%28net%29.png)\n"));
    let png = std::fs::read(folder.path().join("my (net).png")).expect("the picture is there");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
}

#[test]
fn what_is_no_image_is_linked_to() {
    let text = embedded("<!-- netviz: tiny.yaml --format pdf -->\n<!-- /netviz -->\n");
    assert!(text.contains("\n[tiny: input 3, dense_1 (dense) 2; 8 parameters](tiny.pdf)\n"), "{text}");
}

#[test]
fn paths_start_at_the_folder_of_the_document() {
    let folder = folder("");
    std::fs::create_dir(folder.path().join("docs")).expect("a folder");
    let document = format!("<!-- netviz: ../tiny.yaml --theme mine.yaml --file x.svg -->\n{END}");
    write(&folder.path().join("docs"), "b.md", &document);
    write(&folder.path().join("docs"), "mine.yaml", "base: dark\n");
    embed(&folder).arg("docs/b.md").assert().success();
    assert_eq!(names(folder.path().join("docs")), ["b.md", "mine.yaml", "x.svg"]);
    let svg = render(&folder, &["tiny.yaml", "--theme", "dark", "--svg", "-"]);
    assert_eq!(read(&folder, "docs/x.svg").into_bytes(), svg);
}

/// A Markdown parser finds the description in the text of the link.
#[test]
fn the_text_of_a_link_says_what_the_picture_shows() {
    for name in ["a_b _c_ *d* `e`", "![x](y) & &amp;", "<b>", "1] ~~x~~ $y$ | z", "🦀 \"ネ\" --- ..."] {
        let folder = folder(&format!("{BEGIN}{END}"));
        let name_in_yaml = name.replace('\'', "''");
        write(folder.path(), "tiny.yaml", &format!("name: '{name_in_yaml}'\ninput: [3]\nlayers: [dense: 2]\n"));
        embed(&folder).arg("a.md").assert().success();
        let text = read(&folder, "a.md");
        let events = pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::all());
        let heard = events.filter_map(|event| match event {
            pulldown_cmark::Event::Text(text) => Some(text.into_string()),
            _ => None,
        });
        // The parser adds typographic characters.
        let heard = heard.collect::<String>().replace(['“', '”'], "\"").replace('—', "---").replace('…', "...");
        assert_eq!(heard, format!("{name}: input 3, dense_1 (dense) 2; 8 parameters"));
    }
}

#[test]
fn a_check_names_what_is_out_of_date_and_changes_nothing() {
    let document = format!("{BEGIN}{END}\n<!-- netviz: tiny.yaml --format dot -->\n{END}");
    let folder = folder(&document);
    write(folder.path(), "b c.md", &document);
    write(folder.path(), "none.md", "text\n");
    let mut command = embed(&folder);
    let assert = command.args(["--check", "a.md", "none.md", "b c.md", "a.md"]).assert().code(1);
    let stale = |name: &str| format!("{name}:1: out of date\n{name}:4: out of date\n");
    assert.stdout(stale("a.md") + &stale("b c.md")).stderr(
        "error: pictures are out of date\n\
         help: run `netviz embed a.md 'b c.md'`\n\n",
    );
    assert_eq!((read(&folder, "a.md"), names(&folder).len()), (document, 4));

    embed(&folder).args(["a.md", "b c.md", "none.md"]).assert().success();
    let fresh = "a.md: 2 pictures, up to date\nnone.md: no pictures\n";
    embed(&folder).args(["--check", "a.md", "none.md"]).assert().success().stdout(fresh).stderr("");
}

#[test]
fn a_picture_is_out_of_date_where_its_file_is() {
    let folder = folder(&format!("{BEGIN}{END}"));
    embed(&folder).arg("a.md").assert().success();
    for change in ["<svg/>", ""] {
        write(folder.path(), "tiny.svg", change);
        embed(&folder).args(["--check", "a.md"]).assert().code(1).stdout("a.md:1: out of date\n");
    }
    std::fs::remove_file(folder.path().join("tiny.svg")).expect("it was there");
    embed(&folder).args(["--check", "a.md"]).assert().code(1).stdout("a.md:1: out of date\n");
    embed(&folder).arg("a.md").assert().success();
    write(folder.path(), "tiny.yaml", &TINY.replace("dense: 2", "dense: 3"));
    embed(&folder).args(["--check", "a.md"]).assert().code(1).stdout("a.md:1: out of date\n");
}
