//! Draws `network.yaml` into Markdown that the documentation includes.

use std::path::PathBuf;

use netviz::diagnostics::{Style, show};
use netviz::picture::{Options, Picture};
use netviz::source::{Source, Sources};
use netviz::theme::Theme;
use netviz::view::VIEWS;
use netviz::{Model, render};

const MODEL: &str = "network.yaml";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={MODEL}");
    let sources = Sources::new(Source::from_bytes(MODEL, std::fs::read(MODEL)?).map_err(|problem| problem.message)?);
    let model = Model::read(&sources, &[]).map_err(|problems| {
        let problems: Vec<String> =
            problems.iter().map(|problem| show(problem, Some(&sources), Style::Plain)).collect();
        problems.join("\n\n")
    })?;
    let blocks = VIEWS.iter().find(|view| view.name == "blocks").ok_or("there is no such view")?;
    let options = Options { view: blocks, theme: Theme::light(), ..Options::default() };
    let picture = Picture::new(&model.graph, &options);
    let svg = render::inline_svg(picture.scene()?, "network-");
    let folder = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(folder.join("network.md"), format!("<figure>{svg}</figure>\n"))?;
    Ok(())
}
