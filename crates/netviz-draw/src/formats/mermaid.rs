//! Mermaid, the diagrams that GitHub and many wikis render in Markdown: always the layer graph, whatever the view.
//!
//! A label is a quoted string without Markdown, in which `&`, `<`, `>`, `"`, `#` and backquotes are written as
//! Mermaid's entities (`#35;`), so that no part of a name is parsed as syntax, a tag or an entity.

use std::fmt::Write;

use super::{Format, InMarkdown};
use crate::font::drawable;
use crate::picture::{Direction, Picture};
use crate::theme::{Paint, Theme};
use crate::views::blocks::{Block, BlockView};
use netviz_model::diagnostics::Diagnostic;
use netviz_model::layer::Category;
use netviz_model::limits;
use netviz_model::text::thousands;

pub(super) const FORMAT: Format = Format {
    name: "mermaid",
    endings: &["mmd"],
    doc: "a Mermaid flowchart of the layers",
    is_for_terminals: false,
    in_markdown: InMarkdown::Fence("mermaid"),
    write: |picture| mermaid(picture).map(Into::into),
    scene: None,
};

/// Writes the layer graph of a picture as a Mermaid flowchart; repeated blocks are subgraphs.
///
/// # Errors
/// If Mermaid would refuse it: its limits are 500 connections and 50,000 UTF-16 code units.
pub fn mermaid(picture: &Picture) -> Result<String, Diagnostic> {
    let view = BlockView::of(picture);
    fits(picture, view.links().len(), limits::MERMAID_EDGES, "connections")?;
    let direction = match picture.direction() {
        Direction::Down => "TB",
        Direction::Right => "LR",
    };
    let mut text = format!("flowchart {direction}\n");
    let _ = writeln!(text, "  accTitle: {}", line(picture.title()));
    let _ = writeln!(text, "  accDescr: {}", line(view.description()));
    nodes(&mut text, &view);
    for link in view.links() {
        let shape = escaped(&view.blocks()[link.source].properties.outputs[link.port].to_string());
        let _ = writeln!(text, "  n{} -->|\"{shape}\"| n{}", link.source, link.target);
    }
    classes(&mut text, &view, &picture.options.theme);
    fits(picture, text.encode_utf16().count(), limits::MERMAID_LENGTH, "characters")?;
    Ok(text)
}

/// Refuses more than Mermaid draws.
fn fits(picture: &Picture, count: usize, most: usize, what: &str) -> Result<(), Diagnostic> {
    if count <= most {
        return Ok(());
    }
    let [count, most] = [count, most].map(thousands);
    let message = format!("the Mermaid diagram would have {count} {what}; Mermaid draws at most {most}");
    let folded = if picture.options.unfold > 0 { "leave out `--unfold`, or " } else { "" };
    Err(Diagnostic::error(message).hint(format!("{folded}write it as SVG, which has no such limit")))
}

/// The boxes in order, each inside the subgraphs of the folds that contain it.
fn nodes(text: &mut String, view: &BlockView) {
    let mut open: Vec<usize> = Vec::new();
    for (index, block) in view.blocks().iter().enumerate() {
        let mut folds: Vec<usize> = view.folds_of(index).collect();
        folds.reverse();
        let common = open.iter().zip(&folds).take_while(|(a, b)| a == b).count();
        close(text, &mut open, common);
        for &fold in &folds[common..] {
            indent(text, open.len());
            let _ = writeln!(text, "subgraph f{fold}[\"{}\"]", escaped(&view.folds()[fold].heading()));
            open.push(fold);
        }
        indent(text, open.len());
        let _ = writeln!(text, "n{index}[\"{}\"]{}", label(block), class(block));
    }
    close(text, &mut open, 0);
}

fn close(text: &mut String, open: &mut Vec<usize>, remaining: usize) {
    while open.len() > remaining {
        open.pop();
        indent(text, open.len());
        text.push_str("end\n");
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth + 1));
}

fn label(block: &Block) -> String {
    let lines = std::iter::once(block.heading()).chain(block.all_lines());
    lines.map(|line| escaped(&line)).collect::<Vec<_>>().join("<br/>")
}

fn class(block: &Block) -> String {
    block.properties.category.map_or_else(String::new, |category| format!(":::{}", class_name(category)))
}

/// Differs from the category's name, which could be a keyword of Mermaid.
fn class_name(category: Category) -> String {
    format!("c_{}", category.name())
}

fn classes(text: &mut String, view: &BlockView, theme: &Theme) {
    let hex = |paint: Paint| paint.light.hex();
    for category in view.categories() {
        let fill = theme.category(category);
        let color = theme.text_on([fill; 2]);
        let border = theme.border_of(fill).unwrap_or(fill);
        let name = class_name(category);
        let _ = writeln!(text, "  classDef {name} fill:{},stroke:{},color:{}", hex(fill), hex(border), hex(color));
    }
    for (index, mark) in view.blocks().iter().enumerate().filter_map(|(index, block)| Some((index, block.mark()?))) {
        let _ = writeln!(text, "  style n{index} stroke:{},stroke-width:3px", hex(theme.mark(mark)));
    }
    for (index, block) in view.blocks().iter().enumerate() {
        let usual = block.properties.category.map(|category| theme.category(category));
        let Some(fill) = theme.layer(&block.properties).filter(|fill| Some(*fill) != usual) else { continue };
        let color = theme.text_on([fill; 2]);
        let _ = writeln!(text, "  style n{index} fill:{},color:{}", hex(fill), hex(color));
    }
}

/// Text for a quoted label.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars().map(drawable) {
        match c {
            '&' | '<' | '>' | '"' | '#' | '`' | '\\' | '*' | '_' | '~' | '$' | '{' | '}' | ';' => {
                let _ = write!(result, "#{};", u32::from(c));
            }
            _ => result.push(c),
        }
    }
    result
}

/// Text up to the end of its line, in which only a comment or a directive could begin.
fn line(text: &str) -> String {
    let plain = text.chars().map(drawable).filter(|c| !matches!(c, '%' | '{' | '}' | '#' | '<' | '>'));
    let plain: String = plain.map(|c| if c == ';' { ',' } else { c }).collect();
    if plain.trim().is_empty() { "network".to_owned() } else { plain.trim().to_owned() }
}
