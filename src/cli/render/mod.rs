//! `netviz render`

mod draw;
mod graphviz;
mod outputs;
mod watch;

use std::path::{Path, PathBuf};

use clap::Args;

pub(super) use draw::theme;
pub use draw::{DrawArgs, Flow, Which};
pub use outputs::Outputs;

use super::failure::print_diagnostics;
use super::input::Input;
use super::trained::{read_weights, verify_spec, weights_of_run};
use super::{Failure, ModelArgs, VerifyArgs, files};
use crate::diagnostics::Diagnostic;
use crate::files::{Output, Shown, write_all};
use crate::graph::Graph;
use crate::picture::{Options, Picture, Refusal};
use crate::program::Program;
use crate::render::{Format, Rendered};
use crate::weights::Weights;

/// Arguments of `netviz render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArgs,

    /// Where pictures go.
    #[command(flatten)]
    pub outputs: Outputs,

    /// Colour connections by these weights [default: those of a run]
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// Whether files may have been changed.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// How they look.
    #[command(flatten)]
    pub draw: DrawArgs,

    /// Who places the parts of the SVG picture
    #[arg(long, value_enum, default_value_t = Engine::Netviz)]
    pub engine: Engine,

    /// Draw again whenever the model, its weights or the theme file change, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
}

/// Who places the parts of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// netviz itself
    Netviz,
    /// The program `dot` of Graphviz
    Graphviz,
}

impl From<Refusal> for Failure {
    fn from(Refusal { message, hint }: Refusal) -> Self {
        Self::new(message).hint(hint)
    }
}

pub(super) fn run(args: &RenderArgs) -> Result<(), Failure> {
    if args.watch {
        return watch::run(args);
    }
    let drawn = once(args)?;
    // Standard output holds nothing but the picture.
    if args.outputs.resolve()?.iter().any(|(_, path)| *path == Path::new("-")) {
        return Ok(());
    }
    files::print(&format!("{drawn}\n"))
}

/// Draws everything and says what was drawn.
fn once(args: &RenderArgs) -> Result<String, Failure> {
    let outputs = args.outputs.resolve()?;
    let options = args.draw.options(Path::new(""))?;
    let graph = Input::open(&args.model, &[])?.read()?.graph;
    let weights = weights(args, &graph)?;
    draw(args, &outputs, &graph, weights.as_ref(), &options)?;
    let names: Vec<String> = outputs.iter().map(|(_, path)| path.shown()).collect();
    Ok(format!("{}: drawn to {}", graph.name(), listed(&names)))
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// What the network has learned, where a file or a run says so.
fn weights(args: &RenderArgs, graph: &Graph) -> Result<Option<Weights>, Failure> {
    if let Some(run) = args.model.model.as_deref().filter(|_| args.verify.wanted()) {
        verify_spec(run)?;
    }
    weights_file(args).map(|path| read_weights(&path, &Program::lower(graph), args.verify)).transpose()
}

fn weights_file(args: &RenderArgs) -> Option<PathBuf> {
    args.weights.clone().or_else(|| weights_of_run(args.model.model.as_deref()?))
}

/// Draws everything before anything is written.
fn draw(
    args: &RenderArgs,
    outputs: &[(&Format, &Path)],
    graph: &Graph,
    weights: Option<&Weights>,
    options: &Options,
) -> Result<(), Failure> {
    let mut picture = Picture::new(graph, options);
    picture.weights = weights;
    let mut pictures = Vec::new();
    for (format, path) in outputs {
        let rendered = match (args.engine, format.name) {
            (Engine::Graphviz, "svg") => graphviz::svg(&(options.view.dot)(&picture)?)?.into(),
            _ => (format.write)(&picture)?,
        };
        pictures.push((*path, rendered));
    }
    write(pictures)
}

/// Says what is not as it should be in pictures, once where several formats have it in common, and writes them.
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
