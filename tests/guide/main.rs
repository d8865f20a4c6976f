//! The user guide: its generated chapters are current, its models are valid, and its output is real.
//!
//! `NETVIZ_BLESS=1 cargo test --test guide` rewrites the generated chapters.

mod console;
mod json;
#[path = "../import/message.rs"]
#[allow(dead_code, reason = "another test takes the rest")]
mod message;
#[path = "../common/networks.rs"]
#[allow(dead_code, reason = "another test takes the rest")]
mod networks;
mod reference;

use std::path::{Path, PathBuf};

use netviz::Model;
use netviz::source::{Source, Sources};
use netviz::theme::Theme;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A fenced block: what follows the fence, and the text.
type Block = (String, String);

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => open = Some((info.into(), String::new())),
            Event::Text(text) => {
                if let Some((_, block)) = &mut open {
                    block.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The chapters with their paths.
fn chapters() -> Vec<(PathBuf, String)> {
    let entries = root().join("docs/src").read_dir().expect("the guide is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).expect("UTF-8"))).collect()
}

#[test]
fn generated_chapters_are_current() {
    let chapters = [
        ("layers.md", reference::layers()),
        ("train-section.md", reference::train_section()),
        ("theme-file.md", reference::theme_file()),
    ];
    let chapters = chapters.map(|(name, text)| (name.to_owned(), text));
    for (name, text) in chapters.into_iter().chain(reference::pictures()) {
        let path = root().join("docs/src").join(&name);
        if std::env::var_os("NETVIZ_BLESS").is_some() {
            std::fs::write(&path, &text).expect("the chapter can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "docs/src/{name} is out of date; run NETVIZ_BLESS=1 cargo test --test guide");
    }
}

/// A block with layers is a model, a list is a part of one, and any other is a theme.
#[test]
fn every_yaml_block_is_valid() {
    let mut models = 0;
    for (path, text) in chapters() {
        for (_, block) in blocks(&text).iter().filter(|(info, _)| info == "yaml") {
            let problems = if block.contains("layers:") {
                models += 1;
                Model::from_text(block).err().map(|problems| problems.into_parts().0)
            } else if block.starts_with("- ") {
                None
            } else {
                Theme::read(&Sources::new(Source::new("theme.yaml", block.as_str()))).err()
            };
            assert!(problems.is_none(), "{}: {block}\n{problems:?}", path.display());
        }
    }
    assert!(models > 3, "the guide has models");
}
