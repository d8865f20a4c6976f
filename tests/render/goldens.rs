//! The pictures of the gallery, byte for byte.
//!
//! `NETVIZ_BLESS=1 cargo test --test render` rewrites them. Look at each one before you commit it.

use std::path::Path;

use super::GALLERY;
use super::command::render;

#[test]
fn every_model_is_drawn_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut changed = Vec::new();
    for (name, _) in GALLERY {
        for (view, format, golden) in [
            ("neurons", "svg", format!("{name}.svg")),
            ("neurons", "dot", format!("{name}.dot")),
            ("blocks", "svg", format!("{name}-blocks.svg")),
            ("volumes", "svg", format!("{name}-volumes.svg")),
        ] {
            let model = folder.join("models").join(name).with_extension("yaml");
            let arguments = ["--view", view, &format!("--{format}"), "-"];
            let output = render().arg(model).args(arguments).output().expect("it runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let golden = folder.join("tests/goldens").join(golden);
            if std::fs::read(&golden).unwrap_or_default() == output.stdout {
                continue;
            }
            if std::env::var_os("NETVIZ_BLESS").is_some() {
                std::fs::write(&golden, output.stdout).expect("the golden can be written");
            } else {
                changed.push(golden);
            }
        }
    }
    assert!(changed.is_empty(), "these are drawn in another way: {changed:?}");
}
