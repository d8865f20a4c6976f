//! Mermaid diagrams as the real Mermaid reads and draws them, through `tests/browser/mermaid.mjs`.

use netviz::formats;
use netviz::limits;
use netviz::picture::{Direction, Options, Picture};
use netviz::views::blocks::BlockView;
use serde_json::Value;

use super::browser::run;
use super::{GALLERY, NAMES, named, specs, with};

/// The drawing of each diagram by Mermaid; `None` if the tests are not set up.
fn drawn(diagrams: &[String]) -> Option<Vec<Value>> {
    let lines = run("mermaid", &[], diagrams, "mmd")?;
    Some(lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

fn diagram(text: &str, options: &Options) -> String {
    with(text, options, |picture: &Picture| formats::mermaid(picture).expect("it is small"))
}

#[test]
fn mermaid_draws_every_layer_and_fold() {
    let mut diagrams = Vec::new();
    let mut expected = Vec::new();
    for text in specs() {
        for direction in [Direction::Down, Direction::Right] {
            let options = Options { direction: Some(direction), ..crate::neurons() };
            diagrams.push(diagram(&text, &options));
            expected.push(with(&text, &options, |picture| {
                let view = BlockView::of(picture);
                (view.blocks().len(), view.folds().len(), picture.title().to_owned())
            }));
        }
    }
    let Some(drawn) = drawn(&diagrams) else { return };
    assert_eq!(drawn.len(), expected.len());
    for (drawn, (blocks, folds, title)) in drawn.iter().zip(expected) {
        let count = |key: &str| drawn[key].as_array().map_or(0, Vec::len);
        assert_eq!((count("nodes"), count("clusters")), (blocks, folds), "{title}");
        assert_eq!(drawn["scripts"], 0, "{title}");
    }
}

#[test]
fn names_are_shown_as_they_are() {
    // Layer names may only contain letters, digits, `_` and `-`, but that includes keywords of Mermaid.
    let words = ["end", "graph", "subgraph", "click", "style", "default", "o1", "x_y_z", "-1_ネ"];
    // Of different sizes, so that they are not folded.
    let layers = words.iter().zip(2..).map(|(word, units)| format!("  - dense: {{name: {word}, units: {units}}}\n"));
    let layers = layers.collect::<Vec<_>>().concat();
    let text = format!("input: [4]\nlayers:\n{layers}");
    let Some(drawn) = drawn(&[diagram(&text, &crate::neurons())]) else { return };
    let nodes: Vec<&str> = drawn[0]["nodes"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for word in words {
        assert!(nodes.iter().any(|node| node.contains(word)), "{word} is not in {nodes:?}");
    }
}

#[test]
fn no_title_breaks_a_diagram() {
    let long = "<script>alert(1)</script> \"quotes\" {braces} [brackets] %% #35; `ticks` end; 🦀\nline".repeat(200);
    let titled = |title: &str| Options { title: Some(title.to_owned()), ..crate::neurons() };
    let hostile = [long.as_str(), "", "%%{init: {}}%%", ";", "\u{202e}"];
    let mut diagrams: Vec<String> = hostile.map(|title| diagram(GALLERY[0].1, &titled(title))).to_vec();
    diagrams.extend(NAMES.map(|name| diagram(&named(name), &crate::neurons())));
    let label = netviz::label::Template::parse("<b>{name}</b>\\n\"{kind}\" `x` #1; {{ }} end").expect("a template");
    diagrams.push(diagram(GALLERY[1].1, &Options { label: Some(label), ..crate::neurons() }));
    let Some(drawn) = drawn(&diagrams) else { return };
    assert_eq!(drawn.len(), diagrams.len());
    assert!(drawn.iter().all(|drawn| drawn["scripts"] == 0));
    let last = drawn.last().and_then(|drawn| drawn["nodes"][1].as_str()).expect("a node");
    assert_eq!(last, "<b>c1</b>\"conv2d\" `x` #1; { } end");
}

/// An input that feeds this many layers, whose outputs are joined, and one more layer if `more`.
fn wide(branches: usize, more: bool) -> String {
    let layers =
        (0..branches).map(|index| format!("  - dense: {{name: d{index}, units: {}, from: input}}\n", index + 1));
    let names: Vec<String> = (0..branches).map(|index| format!("d{index}")).collect();
    let last = if more { "  - dense: 2\n" } else { "" };
    format!(
        "input: [4]\nlayers:\n{}  - concat: {{from: [{}]}}\n{last}",
        layers.collect::<Vec<_>>().concat(),
        names.join(", ")
    )
}

/// Mermaid still draws diagrams at its limits. Beyond them, netviz reports the reason.
#[test]
fn what_mermaid_does_not_draw_is_refused() {
    let text_of = |title: usize| Options { title: Some("x".repeat(title)), ..crate::neurons() };
    let small = "input: [4]\nlayers: [dense: 2]\n";
    let rest = diagram(small, &text_of(1)).encode_utf16().count() - 1;
    let refused = |text: &str, options: &Options| {
        with(text, options, |picture: &Picture| formats::mermaid(picture)).expect_err("it is too large").to_string()
    };
    assert_eq!(
        refused(&wide(250, true), &crate::neurons()),
        "the Mermaid diagram would have 501 connections; Mermaid draws at most 500\nhelp: write it as SVG, which has \
         no such limit"
    );
    assert_eq!(
        refused(small, &Options { unfold: 1, ..text_of(limits::MERMAID_LENGTH + 1 - rest) }),
        "the Mermaid diagram would have 50,001 characters; Mermaid draws at most 50,000\nhelp: leave out `--unfold`, or write \
         it as SVG, which has no such limit"
    );
    let at_limits =
        [diagram(&wide(250, false), &crate::neurons()), diagram(small, &text_of(limits::MERMAID_LENGTH - rest))];
    let Some(drawn) = drawn(&at_limits) else { return };
    let nodes: Vec<usize> = drawn.iter().map(|drawn| drawn["nodes"].as_array().map_or(0, Vec::len)).collect();
    assert_eq!(nodes, [252, 2]);
}
