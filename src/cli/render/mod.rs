//! `netviz render`

mod draw;
mod graphviz;
mod outputs;
mod watch;

use std::path::{Path, PathBuf};

use clap::Args;
use terminal_size::Width;

pub use draw::{Amount, DrawArgs, Flow, Which};
pub(super) use draw::{page, theme};
pub use outputs::Outputs;
use outputs::Target;

use super::console;
use super::failure::print_diagnostics;
use super::input::Input;
use super::locate::{self, Located};
use super::trained::{read_weights, verify_spec, weights_of_run};
use super::{Failure, ModelArgs, VerifyArgs, files};
use crate::diagnostics::Diagnostic;
use crate::files::{Output, Shown, write_all};
use crate::formats::Rendered;
use crate::graph::Graph;
use crate::picture;
use crate::picture::{Fit, Picture};
use crate::views::VIEWS;
use crate::weights::Weights;

/// Arguments of `netviz render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,

    /// The files.
    #[command(flatten)]
    pub outputs: Outputs,

    /// Colour connections by these weights [default: those of a run]
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// Whether the digests of the run's files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// How the picture looks.
    #[command(flatten)]
    pub draw: DrawArgs,

    /// The layout engine of SVG pictures
    #[arg(long, value_enum, default_value_t = Engine::Netviz)]
    pub engine: Engine,

    /// Redraw whenever the model, its weights or the theme file change, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
}

/// Layout engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// netviz itself
    Netviz,
    /// The program `dot` of Graphviz
    Graphviz,
}

pub(super) fn run(args: &RenderArgs) -> Result<(), Failure> {
    if args.watch {
        return watch::run(args);
    }
    let (drawn, choice) = once(args)?;
    // Standard output contains only the picture.
    if args.outputs.have_standard_output() {
        return Ok(());
    }
    files::print(&format!("{drawn}{choice}\n"))
}

/// Draws everything. Returns what was drawn, and the other views if none was named.
fn once(args: &RenderArgs) -> Result<(String, String), Failure> {
    let mut targets = args.outputs.resolve()?;
    let located = locate::model(args.model.model.as_deref(), Path::new(""))?;
    if targets.is_empty() {
        targets.push(outputs::default(&located)?);
    }
    let input = Input::of(located.clone(), &args.model, &[])?;
    let graph = input.read()?.graph;
    let mut options = args.draw.options(Path::new(""))?;
    let prints = |target: &Target| target.format.is_for_terminals && target.path == Path::new("-");
    if targets.iter().any(prints) {
        options.ascii = !console::is_unicode();
        if let Some((Width(columns), _)) = terminal_size::terminal_size_of(std::io::stdout()) {
            options.columns = usize::from(columns);
        }
    }
    let weights = weights(args, &located, &graph)?;
    let picture = picture(&graph, weights.as_ref(), &options);
    draw(args, &targets, &picture)?;
    let names: Vec<String> = targets.iter().map(|target| target.path.shown()).collect();
    let view = picture.view().name;
    let choice = if args.draw.wanted_view().is_none() {
        let others = VIEWS.iter().filter(|other| other.name != view).map(|other| format!("`--view {}`", other.name));
        format!(" as {view} (or {})", others.collect::<Vec<_>>().join(", "))
    } else {
        String::new()
    };
    let fitted = picture.fit().map(|fit| fitted(fit, &args.draw)).unwrap_or_default();
    Ok((format!("{}: drawn to {}", graph.name(), listed(&names)), choice + &fitted))
}

/// What was left out so that the picture fits its page, if anything was.
fn fitted(fit: &Fit, draw: &DrawArgs) -> String {
    let page = draw.page.as_deref().unwrap_or(if draw.width.is_some() { "the width" } else { "readme" });
    let folded = (!fit.left_out.is_empty())
        .then(|| format!("\nto fit {page}, {}; `--page none` draws everything", listed(&fit.left_out)));
    let small = fit.too_small.map(|size| {
        format!("\nits smallest text is {size:.1} pixels high on {page}; `--page none` and HTML have room for it")
    });
    folded.into_iter().chain(small).collect()
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The trained weights, from a file or a run.
fn weights(args: &RenderArgs, located: &Located, graph: &Graph) -> Result<Option<Weights>, Failure> {
    if let Some(run) = located.run().filter(|_| args.verify.wanted()) {
        verify_spec(run)?;
    }
    weights_file(args, located).map(|path| read_weights(&path, graph.program(), args.verify)).transpose()
}

fn weights_file(args: &RenderArgs, located: &Located) -> Option<PathBuf> {
    args.weights.clone().or_else(|| weights_of_run(located.run()?))
}

/// Draws all pictures, then writes them.
fn draw(args: &RenderArgs, targets: &[Target], picture: &Picture) -> Result<(), Failure> {
    let mut pictures = Vec::new();
    for Target { format, path } in targets {
        let rendered = match (args.engine, format.name) {
            (Engine::Graphviz, "svg") => graphviz::svg(&(picture.view().dot)(picture)?)?.into(),
            _ => (format.write)(picture)?,
        };
        pictures.push((path.as_path(), rendered));
    }
    write(pictures)
}

/// Prints the warnings about pictures, without duplicates between formats, and writes the pictures.
pub(super) fn write(pictures: Vec<(&Path, Rendered)>) -> Result<(), Failure> {
    let mut warnings: Vec<Diagnostic> = Vec::new();
    for warning in pictures.iter().flat_map(|(_, rendered)| &rendered.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    print_diagnostics(&warnings, None);
    let outputs: Vec<Output> = pictures.into_iter().map(|(path, rendered)| Output::new(path, rendered.bytes)).collect();
    Ok(write_all(&outputs)?)
}
