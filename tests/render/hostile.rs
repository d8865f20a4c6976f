//! Text made to break a format: every format keeps it as text.

use std::process::Output;

use netviz::formats::FORMATS;
use roxmltree::Document;
use serde_json::Value;

use super::command::render;
use super::paper::Pixels;
use super::{NAMES, Options, graphviz, scene, tikz};

/// Characters that are special in some format, and a title of 10,000 characters.
fn titles() -> Vec<String> {
    let parts = [
        "<script>alert(1)</script>",
        "\"'`&amp;&#60;]]><![CDATA[<!-- -->",
        "{}}}{{\\end{tikzpicture}\\input{/etc/passwd}% $x^2$ #1 ~",
        "</svg></title><img src=x onerror=alert(1)>",
        "digraph { a -> b; } \\n \\\" ; // /* */",
        "🦀 ネットワーク e\u{301} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}tfel",
        "\u{1}\u{7f}\u{9b}31m\u{2028}\u{fffe}\t\n\r",
    ];
    let all = parts.join(" ");
    let long: String = all.chars().cycle().take(10_000).collect();
    NAMES.iter().chain(&parts).map(|text| (*text).to_owned()).chain([all, long, "x".repeat(10_000)]).collect()
}

/// The output of the program for a title, in a format.
fn drawn(title: &str, format: &str) -> Vec<u8> {
    let title = format!("--title={title}");
    let option = format!("--{format}=-");
    let mut command = render();
    command.args(["models/lenet5.yaml", &title, &option]).env("NETVIZ_FONTS", "");
    let output: Output = command.output().expect("it runs");
    assert!(output.status.success(), "{format} of {title:?}: {}", String::from_utf8_lossy(&output.stderr));
    // Formats may warn about characters that their fonts lack.
    let said = String::from_utf8_lossy(&output.stderr);
    let may_lack = ["png", "pdf", "tikz"].contains(&format);
    assert!(said.is_empty() || may_lack && said.starts_with("warning: "), "{format} of {title:?}: {said}");
    output.stdout
}

fn check_svg(title: &str, bytes: Vec<u8>) {
    let text = String::from_utf8(bytes).expect("UTF-8");
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{title:?}: {error}"));
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(!["script", "img", "foreignObject"].contains(&node.tag_name().name()), "{title:?}");
        assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{title:?}");
    }
}

/// Every format is checked with a reader of that format. A format without one is an error, so that new formats are not
/// forgotten.
#[test]
fn every_format_keeps_a_title_as_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pages = Vec::new();
    for format in FORMATS {
        for (index, title) in titles().iter().enumerate() {
            let bytes = drawn(title, format.name);
            match format.name {
                "svg" => check_svg(title, bytes),
                "png" => assert!(Pixels::of_png(&bytes).size[0] > 0),
                "pdf" => {
                    assert!(bytes.starts_with(b"%PDF-") && !String::from_utf8_lossy(&bytes).contains("/JavaScript"));
                }
                "json" => {
                    let value: Value = serde_json::from_slice(&bytes).expect("JSON");
                    assert_eq!(value["scene"]["title"], title.as_str());
                }
                "dot" => {
                    graphviz::graphviz(&String::from_utf8(bytes).expect("UTF-8"), "-Tplain");
                }
                "tikz" => {
                    let file = format!("{index}.tex");
                    std::fs::write(folder.path().join(&file), bytes).expect("written");
                    pages.push(file);
                }
                "text" => {
                    let text = String::from_utf8(bytes).expect("UTF-8");
                    assert!(!text.lines().flat_map(str::chars).any(char::is_control), "{text:?}");
                }
                // These have readers of their own, in a browser.
                "html" | "mermaid" => assert!(std::str::from_utf8(&bytes).is_ok()),
                other => panic!("{other} has no test of hostile text"),
            }
        }
    }
    tikz::typeset(folder.path(), &pages, "");
}

#[test]
fn a_title_never_leaves_the_picture() {
    for title in titles() {
        let title_of = |title: &str| Options { title: Some(title.to_owned()), ..crate::neurons() };
        let scene = scene("input: [4]\nlayers: [dense: 3]\n", &title_of(&title));
        assert!(scene.width < 1000.0 && scene.height < 500.0, "{} × {}", scene.width, scene.height);
        super::geometry::nothing_leaves(&scene, &title);
    }
}
