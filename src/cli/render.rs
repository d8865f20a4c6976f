//! `netviz render`

use std::path::{Path, PathBuf};

use super::input::Input;
use super::{Engine, Failure, RenderArgs, files, graphviz};
use crate::text::thousands;
use crate::theme::Theme;
use crate::view::neurons::NeuronView;
use crate::{layout, render};

/// Enough for two layers of a thousand neurons, fully drawn; more would fill gigabytes.
const MOST_LINES: usize = 2_500_000;

pub(super) fn run(args: &RenderArgs) -> Result<(), Failure> {
    let paths: Vec<&PathBuf> = args.svg.iter().chain(&args.dot).collect();
    let to_stdout = paths.iter().filter(|path| path.as_path() == Path::new("-")).count();
    if to_stdout > 1 {
        let failure = Failure::new("`--svg` and `--dot` cannot both go to standard output");
        return Err(failure.hint("name a file for one of them").with_code(2));
    }
    let graph = Input::open(&args.model, &[])?.read()?.graph;
    let view = NeuronView::of(&graph, args.max_neurons as usize);
    for (path, picture) in paths.iter().zip(draw(args, &view)?) {
        files::write(path, &picture)?;
    }
    // Standard output holds nothing but the picture.
    if to_stdout > 0 {
        return Ok(());
    }
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    files::print(&format!("{}: drawn to {}\n", graph.name(), names.join(" and ")))
}

/// The SVG, then the DOT, where they are asked for; both before anything is written.
fn draw(args: &RenderArgs, view: &NeuronView) -> Result<Vec<Vec<u8>>, Failure> {
    let lines = view.lines();
    if lines > MOST_LINES {
        let message = format!("a picture of `{}` would have {} lines", view.title(), thousands(lines));
        let hint = format!("at most {} can be drawn; try a smaller `--max-neurons`", thousands(MOST_LINES));
        return Err(Failure::new(message).hint(hint));
    }
    let theme = Theme::classic();
    let mut pictures = Vec::new();
    if args.svg.is_some() {
        pictures.push(match args.engine {
            Engine::Netviz => render::svg(&layout::neurons(view, &theme)).into_bytes(),
            Engine::Graphviz => graphviz::svg(&render::dot(view, &theme))?,
        });
    }
    if args.dot.is_some() {
        pictures.push(render::dot(view, &theme).into_bytes());
    }
    Ok(pictures)
}
