//! The page that rustdoc generates contains the picture.

use std::path::Path;
use std::process::Command;

#[test]
fn the_documentation_shows_the_network() {
    let target = tempfile::tempdir().expect("a temporary folder");
    // Only the library, with the picture from the build script. Runs rustdoc directly rather than through `cargo doc`,
    // which would wait for a lock.
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let status = Command::new(rustdoc)
        .args(["--edition", "2024", "--crate-name", "netviz_in_rustdoc", "src/lib.rs", "--out-dir"])
        .arg(target.path())
        .env("OUT_DIR", env!("OUT_DIR"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .status();
    assert!(status.expect("rustdoc runs").success());
    let page = target.path().join("netviz_in_rustdoc/index.html");
    let page = std::fs::read_to_string(page).expect("the page is there");
    assert!(page.contains("<figure><svg xmlns=") && page.contains("</svg></figure>"), "{page}");
    assert!(page.contains(">digits: input 1×28×28, conv2d_1 (conv2d) 8×26×26"), "{page}");
    assert!(page.contains("<p>The picture is drawn from <code>network.yaml</code>"), "{page}");
}
