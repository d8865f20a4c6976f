//! Files of other programs that come through a pipe.

use std::path::Path;

use assert_cmd::Command;

const FILES: &[&str] = &["keras/frames.keras", "keras/nested.h5", "pytorch/shared.pt2", "tensors/llama.gguf"];

fn netviz(arguments: &[&str], input: Vec<u8>) -> (String, String) {
    let mut netviz = Command::cargo_bin("netviz").expect("the program is built");
    let output = netviz.args(arguments).write_stdin(input).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// Without the name of the network, which is that of the file where the file says none.
fn unnamed(told: &str) -> &str {
    told.split_once(':').map_or(told, |(_, rest)| rest)
}

#[test]
fn a_pipe_is_read_like_its_file() {
    for file in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files").join(file);
        let bytes = std::fs::read(&path).expect(file);
        let (direct, _) = netviz(&["check", &path.to_string_lossy()], Vec::new());
        let (piped, _) = netviz(&["check", "-"], bytes.clone());
        assert_eq!(unnamed(&piped), unnamed(&direct), "{file}");
        let (svg, _) = netviz(&["render", "-", "--svg", "-"], bytes);
        assert!(svg.starts_with("<svg") || svg.starts_with("<?xml"), "{file}: {svg:.60}");
    }
}

#[test]
fn what_is_no_model_is_not_read_to_its_end() {
    let mut netviz = Command::cargo_bin("netviz").expect("the program is built");
    let output = netviz.args(["check", "-"]).write_stdin(vec![b'#'; 3 << 20]).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("larger than 1 MiB"), "{told}");
}
