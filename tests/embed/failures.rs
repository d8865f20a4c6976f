//! All errors of a document are reported with their lines, and then nothing is written.

use predicates::str::contains;

use super::common::names;
use super::{BEGIN, END, embed, folder, read, write};

/// The message and the hint for a document whose second marker has these words.
fn problem(words: &str) -> (String, String) {
    let document = format!("{BEGIN}{END}\n<!-- netviz: {words} -->\n{END}");
    let folder = folder(&document);
    let output = embed(&folder).arg("a.md").output().expect("it runs");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{words}");
    assert_eq!(read(&folder, "a.md"), document);
    assert_eq!(names(&folder), ["a.md", "tiny.yaml"]);
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(text.contains(" --> a.md:4:14\n"), "{text}");
    let after = |start: &str| text.split(start).nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
    (after("error: ").to_owned(), after("help: ").to_owned())
}

#[test]
fn the_words_of_a_marker_are_checked() {
    for (words, message, hint) in [
        ("none.yaml", "there is no model `none.yaml`", "did you mean `tiny.yaml`?"),
        ("--bias", "no model is named", "write the path of its file first: `models/mnist.yaml`"),
        ("tiny.yaml --veiw x", "unexpected argument `--veiw` found", "a similar argument exists: `--view`"),
        ("tiny.yaml more", "unexpected argument `more` found", "the options are those of `netviz render --help`"),
        ("tiny.yaml --help", "unexpected argument `--help` found", "the options are those of `netviz render --help`"),
        ("tiny.yaml --theme 'x", "a quote is not closed", "words are split as in a shell"),
        (
            "tiny.yaml --theme drk",
            "there is no theme `drk`",
            "did you mean `dark`?, or a theme file such as `mine.yaml`",
        ),
        ("tiny.yaml --label {nme}", "the label has an unknown field `{nme}`", "did you mean `name`?"),
        ("tiny.yaml --file x.md", "the ending of `x.md` names no format", "such as `network.svg`"),
        (
            "tiny.yaml --file x.gv",
            "dot stands in the document itself, not in `x.gv`",
            "leave `--file` out, or choose another format",
        ),
        (
            "tiny.yaml --format svg --file x.png",
            "the ending of `x.png` is not that of svg",
            "leave `--format` out, or choose another name",
        ),
        (
            "tiny.yaml --file /tmp/x.svg",
            "`/tmp/x.svg` is a path of this computer",
            "readers need a path that starts at the document's folder",
        ),
        (
            "tiny.yaml --title x --file tiny.svg",
            "`tiny.svg` holds another picture, of a.md:1",
            "give this one a name of its own: `--file NAME`",
        ),
        (
            "tiny.yaml --set input",
            "`--set input` is not of the form `path=value`",
            "for example `--set train.optimizer=adam`",
        ),
    ] {
        let found = problem(words);
        assert_eq!((found.0.as_str(), found.1.as_str()), (message, hint), "{words}");
    }
}

#[test]
fn choices_are_named() {
    assert!(problem("tiny.yaml --format jpeg").0.starts_with("invalid value `jpeg` for `--format <FORMAT>`"));
    let (message, hint) = problem("tiny.yaml --view z");
    assert!(message.starts_with("invalid value `z` for `--view <VIEW>`") && hint.contains("neurons"), "{hint}");
}

#[test]
fn all_files_are_looked_at_before_anything_is_written() {
    let folder = folder(&format!("{BEGIN}{END}"));
    write(folder.path(), "bad.yaml", "input: [3]\nlayers: [dens: 2]\n");
    write(folder.path(), "b.md", &format!("<!-- netviz: bad.yaml -->\n{END}\n{BEGIN}"));
    let assert = embed(&folder).args(["a.md", "b.md", "c.md", "b.md"]).assert().code(1).stdout("");
    assert.stderr(
        "\
error: unknown layer `dens`
 --> bad.yaml:2:10
  |
2 | layers: [dens: 2]
  |          ^^^^
  |
  = help: did you mean `dense`?

bad.yaml: 1 error

error: `bad.yaml` has errors
 --> b.md:1:14
  |
1 | <!-- netviz: bad.yaml -->
  |              ^^^^^^^^
  |
  = help: they are shown above

error: the picture of `tiny.yaml` has no end
 --> b.md:4:1
  |
4 | <!-- netviz: tiny.yaml -->
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: put `<!-- /netviz -->` on a line below it, before the next picture

b.md: 2 errors

error: cannot read `c.md`: no such file or directory
help: name Markdown files

",
    );
    assert_eq!(names(&folder), ["a.md", "b.md", "bad.yaml", "tiny.yaml"]);
}

#[test]
fn what_is_no_document_is_refused() {
    let folder = folder("");
    std::fs::write(folder.path().join("latin.md"), b"caf\xe9\n").expect("a file");
    embed(&folder).arg("latin.md").assert().code(1).stderr(contains("error: `latin.md` is not UTF-8"));
    embed(&folder).arg(".").assert().code(1).stderr(contains("error: cannot read `.`: is a directory"));
    embed(&folder).assert().code(2);
}

#[test]
fn a_place_that_cannot_be_written_to_is_an_error() {
    let document = format!("<!-- netviz: tiny.yaml --file missing/x.svg -->\n{END}");
    let folder = folder(&document);
    let expected = "error: cannot write `missing/x.svg`: no such file or directory\nhelp: make its folder first\n\n";
    embed(&folder).arg("a.md").assert().code(1).stderr(expected);
    assert_eq!(read(&folder, "a.md"), document);
}
