//! Draws `network.yaml` into Markdown that the documentation includes.

use std::path::PathBuf;

use netviz::diagnostics::{Style, show};
use netviz::picture::Options;
use netviz::source::{Source, Sources};
use netviz::theme::Theme;
use netviz::views::VIEWS;
use netviz::{Model, formats};

const MODEL: &str = "network.yaml";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={MODEL}");
    let sources = Sources::new(Source::from_bytes(MODEL, std::fs::read(MODEL)?)?);
    let model = Model::read(&sources, &[]).map_err(|problems| {
        let problems: Vec<String> =
            problems.iter().map(|problem| show(problem, Some(&sources), Style::Plain)).collect();
        problems.join("\n\n")
    })?;
    let blocks = VIEWS.iter().find(|view| view.name == "blocks").ok_or("there is no such view")?;
    let options = Options { view: Some(blocks), theme: Theme::light(), ..Options::default() };
    let svg = formats::inline_svg(model.draw(&options)?.scene(), "network-");
    let folder = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(folder.join("network.md"), format!("<figure>{svg}</figure>\n"))?;
    Ok(())
}
