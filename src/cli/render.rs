//! `netviz render`

use std::path::Path;

use super::input::Input;
use super::{Engine, Failure, RenderArgs, files, graphviz};
use crate::theme::Theme;
use crate::view::neurons::NeuronView;
use crate::{layout, render};

pub(super) fn run(args: &RenderArgs) -> Result<(), Failure> {
    let graph = Input::open(&args.model, &[])?.read()?.graph;
    let view = NeuronView::of(&graph, args.max_neurons as usize);
    let theme = Theme::classic();
    let mut written = Vec::new();
    if let Some(path) = &args.svg {
        let bytes = match args.engine {
            Engine::Netviz => render::svg(&layout::neurons(&view, &theme)).into_bytes(),
            Engine::Graphviz => graphviz::svg(&render::dot(&view, &theme))?,
        };
        written.push((path, bytes));
    }
    if let Some(path) = &args.dot {
        written.push((path, render::dot(&view, &theme).into_bytes()));
    }
    for (path, bytes) in &written {
        files::write(path, bytes)?;
    }
    // Standard output may be the picture.
    if written.iter().any(|(path, _)| path.as_path() == Path::new("-")) {
        return Ok(());
    }
    let names: Vec<String> = written.iter().map(|(path, _)| path.display().to_string()).collect();
    files::print(&format!("{}: drawn to {}\n", graph.name(), names.join(" and ")))
}
