//! `netviz doctor`, with fake engines.

mod common;

use assert_cmd::Command;
use common::installed;
use tempfile::TempDir;

/// The exit code and the report, with `DIR` for the folder.
fn doctor(folder: &TempDir) -> (Option<i32>, String) {
    let path = folder.path().to_str().expect("UTF-8");
    let mut command = Command::new(folder.path().join("netviz"));
    let output = command.arg("doctor").env("PATH", "/nowhere").env("NETVIZ_DATA", path).output().expect("run");
    let report = String::from_utf8(output.stdout).expect("UTF-8").replace(path, "DIR");
    (output.status.code(), report)
}

#[test]
fn what_is_missing_comes_with_its_remedy() {
    let (code, report) = doctor(&installed(None));
    assert_eq!(
        report,
        "\
✗ engine    netviz-torch is neither beside netviz nor on the PATH; run `make build` or `make install`
✗ libtorch  not known without the engine; it comes with `make build`
! mnist     not complete in DIR/mnist; run `netviz fetch mnist`, or training does
! graphviz  the program `dot` is not on the PATH; only --engine graphviz needs it: `apt-get install graphviz`
"
    );
    assert_eq!(code, Some(1));
}

#[test]
fn data_and_graphviz_may_be_missing() {
    let (code, report) = doctor(&installed(Some("echo libtorch 2.13.0, 2 threads")));
    assert!(report.starts_with("✓ engine    DIR/netviz-torch\n✓ libtorch  2.13.0, 2 threads\n! mnist "), "{report}");
    assert_eq!(code, Some(0));
}

#[test]
fn an_engine_that_does_not_load_is_quoted_in_short() {
    let script = "echo 'netviz-torch: error while loading shared libraries: libtorch.so: cannot open it' >&2; exit 127";
    let (code, report) = doctor(&installed(Some(script)));
    assert!(report.contains("✗ libtorch  libtorch.so: cannot open it; run `make build`"), "{report}");
    assert_eq!(code, Some(1));
}
