//! HTML: the picture in one offline page with pan, zoom, search and folding.
//!
//! The page is `page.html` with the picture, the style sheet, the scripts and the data of the scene inserted. A strict
//! content security policy lists the digests of the style sheet and the scripts, so that nothing else in the page can
//! run or load.

use std::collections::HashMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::number::rounded;
use super::svg::{PIXELATED, escaped, inline};
use super::{Format, InMarkdown};
use crate::font::drawable;
use crate::picture::{Options, Picture};
use crate::scene::relayout::Region;
use crate::scene::{Group, Scene};
use netviz_model::diagnostics::Diagnostic;

pub(crate) const FORMAT: Format = Format {
    name: "html",
    endings: &["htm"],
    doc: "an interactive HTML page",
    is_for_terminals: false,
    in_markdown: InMarkdown::Link,
    write: |picture| unwrapped(picture).map(Into::into),
    scene: None,
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// In an order in which each script comes after those that it uses.
const SCRIPTS: &str = concat!(
    "(() => {\n",
    include_str!("view.js"),
    include_str!("relayout.js"),
    include_str!("folds.js"),
    include_str!("redraw.js"),
    include_str!("motion.js"),
    include_str!("neurons.js"),
    include_str!("panel.js"),
    include_str!("minimap.js"),
    include_str!("rows.js"),
    include_str!("tree.js"),
    include_str!("search.js"),
    include_str!("keys.js"),
    "})();\n",
);

/// The scripts without their comments and indentation, which every page would repeat. No text in them spans lines.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = SCRIPTS.lines().map(str::trim_start);
    let is_code = |line: &&str| !line.is_empty() && !["//", "/**", "* "].iter().any(|start| line.starts_with(start));
    lines.filter(is_code).flat_map(|line| [line, "\n"]).collect()
});

/// A page scrolls, and its frames collapse, so that nothing in it is wrapped; it has a background of its own.
fn unwrapped(picture: &Picture) -> Result<String, Diagnostic> {
    if picture.options.page.is_none() && !picture.options.transparent {
        return picture.scene().map(html);
    }
    let options = Options { page: None, transparent: false, ..picture.options.clone() };
    Picture::new(picture.graph, picture.weights, picture.view, &options).scene().map(html)
}

/// Writes a scene as a page.
pub fn html(scene: &Scene) -> String {
    if scene.transparent {
        return html(&Scene { transparent: false, ..scene.clone() });
    }
    let picture = inline(scene, "");
    let [light, dark] = [scene.background.light.hex(), scene.background.dark.hex()];
    let style = format!("{STYLE}:root{{--canvas:light-dark({light},{dark})}}{}", picture.rules);
    let (policy, title, data) = (policy(&style), escaped(&scene.title), data(scene));
    let places = [
        ("policy", policy.as_str()),
        ("title", &title),
        ("style", &style),
        ("picture", &picture.svg),
        ("data", &data),
        ("script", &SCRIPT),
    ];
    fill(PAGE, &places)
}

/// Inserts texts for the placeholders `{{name}}` of a page; a text that looks like a placeholder is not replaced again.
pub(crate) fn fill(page: &str, places: &[(&str, &str)]) -> String {
    let mut parts = page.split("{{");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once("}}").unwrap_or((part, ""));
        let text = places.iter().find(|(name, _)| *name == place).map(|(_, text)| *text);
        debug_assert!(text.is_some(), "no text for the place {place}");
        result.push_str(text.unwrap_or_default());
        result.push_str(rest);
    }
    result
}

/// The digest of a script or a style sheet for a content security policy.
pub(crate) fn digest(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; img-src data:; script-src {}; style-src {}; style-src-attr 'unsafe-hashes' {}; \
         base-uri 'none'; form-action 'none'",
        digest(&SCRIPT),
        digest(style),
        digest(PIXELATED),
    )
}

/// The data of the scene for the scripts, as JSON that cannot end its element.
fn data(scene: &Scene) -> String {
    let stand_ins = scene.folds.iter().map(|fold| &fold.stand_in);
    let listed = scene.groups.iter().chain(stand_ins);
    let listed: Vec<&Group> = listed.filter(|group| !group.label.is_empty() || group.ends.is_some()).collect();
    let places: HashMap<&str, usize> = listed.iter().enumerate().map(|(at, group)| (group.id.as_str(), at)).collect();
    let told = |details: &[(String, String)]| -> Vec<_> {
        details.iter().map(|(name, value)| [shown(name), shown(value)]).collect()
    };
    let group = |group: &&Group| {
        json!({
            "id": shown(&group.id),
            "label": shown(&group.label),
            "details": told(&group.details),
            "ends": group.ends.as_ref().map(|ends| ends.each_ref().map(|id| shown(id))),
        })
    };
    let folds = scene.folds.iter().map(|fold| {
        let size = &fold.size;
        json!({
            "group": shown(&fold.group),
            "standIn": shown(&fold.stand_in.id),
            "members": fold.members.iter().map(|id| shown(id)).collect::<Vec<_>>(),
            "size": size.open.map(rounded),
            "ports": size.ports.map(rounded),
            "beside": rounded(size.beside),
            "closed": size.closed.map(rounded),
            "tail": rounded(size.tail),
            "region": fold.region.as_ref().map(|own| region(own, &places)),
        })
    });
    let relayout = scene.relayout.as_ref().map(|relayout| {
        let around = relayout.around;
        let around = [around.margin, around.top, around.title, around.legend[0], around.legend[1]];
        json!({
            "down": relayout.down,
            "gaps": relayout.gaps,
            "around": around.map(rounded),
            "whole": region(&relayout.whole, &places),
        })
    });
    let data = json!({
        "details": told(&scene.details),
        "groups": listed.iter().map(group).collect::<Vec<_>>(),
        "folds": folds.collect::<Vec<_>>(),
        "relayout": relayout,
    });
    data.to_string().replace('<', "\\u003c")
}

/// A region, with groups by their places in the list of groups. A node is its two sides, its length and its tail,
/// followed by its groups; a line is its group, followed by its nodes.
fn region(region: &Region, places: &HashMap<&str, usize>) -> Value {
    let place = |id: &String| places.get(id.as_str()).copied();
    let nodes = region.nodes.iter().map(|node| {
        let sizes = [node.sides[0], node.sides[1], node.length, node.tail];
        let sizes = sizes.into_iter().map(|length| json!(rounded(length)));
        sizes.chain(node.groups.iter().map(|id| json!(place(id)))).collect::<Value>()
    });
    let lines = region.lines.iter().map(|line| {
        let nodes = line.nodes.iter().map(|node| json!(node));
        std::iter::once(json!(place(&line.group))).chain(nodes).collect::<Value>()
    });
    json!({
        "nodes": nodes.collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
        "order": region.order,
        "blocks": region.blocks,
    })
}

/// A text as the picture contains it, with undrawable characters replaced.
fn shown(text: &str) -> String {
    text.chars().map(drawable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_looks_like_a_place_stays_as_it_is() {
        let places = [("a", "[a {{b}}]"), ("b", "[b {{b}}]")];
        assert_eq!(fill("1{{a}}2{{b}}3", &places), "1[a {{b}}]2[b {{b}}]3");
    }

    #[test]
    fn no_text_of_the_scripts_spans_lines() {
        let quotes = |line: &str| line.matches('`').count();
        assert!(SCRIPTS.lines().all(|line| quotes(line) % 2 == 0));
        assert!(!SCRIPT.contains("/**") && SCRIPT.ends_with("})();\n"));
    }

    #[test]
    fn the_pages_own_parts_are_small() {
        let size = PAGE.len() + STYLE.len() + SCRIPT.len();
        // Every page repeats them; the picture of a small network takes some 10,000 more.
        assert!(size < 80_000, "{size} bytes");
    }
}
