//! How Markdown formatters change the output of `netviz embed`, and how `netviz embed` reads their output.

use std::path::Path;
use std::process::{Command, Output};

use super::{END, embed, folder, read, write};

/// Every kind of content, at the margin and in lists.
const DOCUMENT: &str = "\
# Networks

<!-- netviz: odd.yaml -->
<!-- /netviz -->

<!-- netviz: odd.yaml --format mermaid -->
<!-- /netviz -->
Text right behind.

<!-- netviz: odd.yaml --format dot -->
<!-- /netviz -->

<!-- netviz: odd.yaml --format tikz -->
<!-- /netviz -->

- item

  <!-- netviz: odd.yaml --format png -->
  <!-- /netviz -->

  1. item

     <!-- netviz: odd.yaml --format mermaid -->
     <!-- /netviz -->

     <!-- netviz: odd.yaml --format pdf -->
     <!-- /netviz -->

  <!-- netviz: odd.yaml --format html -->
  <!-- /netviz -->

  <!-- netviz: odd.yaml --format json --view volumes -->
  <!-- /netviz -->

<!-- netviz: odd.yaml --format json -->
<!-- /netviz -->
";

/// A name full of Markdown syntax.
const ODD: &str = "name: '_a_ *b* [c](d) <e> & `f` | g_h ~~i~~ 1. # - + !'\ninput: [3]\nlayers: [dense: 2]\n";

const PRETTIER: &str = "tests/browser/node_modules/prettier/bin/prettier.cjs";

/// Runs Prettier on the document `a.md`. If it is not installed, prints that the test is skipped, except in CI, where
/// it fails.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn prettier(folder: &Path, option: &str) -> Option<Output> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(PRETTIER);
    if !program.exists() && std::env::var_os("CI").is_none() {
        println!("skipped: scripts/test_setup.sh installs Prettier");
        return None;
    }
    let mut command = Command::new("node");
    Some(command.arg(program).args([option, "a.md"]).current_dir(folder).output().expect("node runs"))
}

#[test]
fn prettier_finds_nothing_to_change() {
    // Prettier requires an empty line after a marker, which netviz does not write.
    let folder = folder(&DOCUMENT.replace("-->\nText", "-->\n\nText"));
    write(folder.path(), "odd.yaml", ODD);
    embed(&folder).arg("a.md").assert().success();
    let Some(output) = prettier(folder.path(), "--check") else { return };
    let text = read(&folder, "a.md");
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    embed(&folder).args(["--check", "a.md"]).assert().success();
}

#[test]
fn what_prettier_writes_is_up_to_date() {
    let folder = folder(DOCUMENT);
    write(folder.path(), "odd.yaml", ODD);
    embed(&folder).arg("a.md").assert().success();
    // As another formatter may write it.
    let joined = read(&folder, "a.md").replace("\"directed\": true,\n", "\"directed\":true,");
    write(folder.path(), "a.md", &joined);
    embed(&folder).args(["--check", "a.md"]).assert().success();
    let Some(output) = prettier(folder.path(), "--write") else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = read(&folder, "a.md");
    embed(&folder).args(["--check", "a.md"]).assert().success();
    embed(&folder).arg("a.md").assert().success();
    assert_eq!(read(&folder, "a.md"), text);
    assert!(prettier(folder.path(), "--check").expect("it is there").status.success());
}

#[test]
fn empty_lines_round_a_picture_do_not_count() {
    let begin = "<!-- netviz: tiny.yaml --format mermaid -->\n";
    let folder = folder(&format!("{begin}{END}"));
    embed(&folder).arg("a.md").assert().success();
    let written = read(&folder, "a.md");
    let inner = written.strip_prefix(begin).and_then(|rest| rest.strip_suffix(END)).expect("the markers stay").trim();
    for [before, after] in [["", "\n"], ["\n", "\n"], ["\n\n\n", "\n \n\t\n"], ["  \n", "\n\n\n"]] {
        let text = format!("{begin}{before}{inner}{after}{END}");
        write(folder.path(), "a.md", &text);
        embed(&folder).args(["--check", "a.md"]).assert().success().stdout("a.md: 1 picture, up to date\n");
        embed(&folder).arg("a.md").assert().success();
        assert_eq!(read(&folder, "a.md"), text);
    }
    // Empty lines inside are a difference.
    write(folder.path(), "a.md", &written.replacen("  n0", "\n  n0", 1));
    embed(&folder).args(["--check", "a.md"]).assert().code(1);
}
