//! `netviz import`

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::input::Input;
use super::{Failure, ModelArgs, files};
use crate::Foreign;
use crate::diagnostics::Diagnostic;
use crate::exchange::import::specification;
use crate::exchange::safetensors;
use crate::files::{Output, Shown, write_all};
use crate::graph::Graph;
use crate::text::{bytes as size, plural, shell, thousands};

/// Arguments of `netviz import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Model of another program: ONNX, PyTorch (.pt2), or Keras (.keras, .h5, .json)
    pub model: PathBuf,

    /// Model file to write; - is standard output [default: that of MODEL, with the ending .yaml]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Also write the weights, as safetensors
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// Fix a size that is only a name in the model, such as batch=1; may be repeated
    #[arg(long, value_name = "NAME=SIZE")]
    pub dim: Vec<String>,

    /// Replace files that are there already
    #[arg(long)]
    pub overwrite: bool,
}

pub(super) fn run(args: &ImportArgs) -> Result<(), Failure> {
    let output = args.output.clone().unwrap_or_else(|| beside(&args.model));
    let targets: Vec<&Path> = std::iter::once(output.as_path()).chain(args.weights.as_deref()).collect();
    if !args.overwrite {
        targets.iter().try_for_each(|path| keep(path))?;
    }
    let model = ModelArgs { dim: args.dim.clone(), ..ModelArgs::of(args.model.clone()) };
    let model = Input::open(&model, &[])?.read()?;
    let name = args.model.shown();
    let Some(Foreign { origin, tensors, sizes }) = &model.source else {
        let failure = Failure::new(format!("`{name}` is a model of netviz already"));
        return Err(failure.hint(format!("`netviz train {}` trains it", shell(&args.model))));
    };
    let file = args.model.file_name().map(|file| Path::new(file).shown()).unwrap_or_default();
    let specification = specification(&model.graph, tensors, sizes, origin, &file).map_err(|problems| {
        let named = |problem: Diagnostic| Diagnostic { message: format!("`{name}`: {}", problem.message), ..problem };
        problems.into_iter().map(named).collect::<Vec<_>>()
    })?;
    let graph = Graph::from_text(&specification.text)?;
    let weights = match &args.weights {
        Some(path) => {
            let weights = specification.weights(graph.program())?;
            Some((path.as_path(), safetensors::write(graph.program(), &weights)))
        }
        None => None,
    };
    let report = report(&graph, &output, weights.as_ref().map(|(path, bytes)| (*path, bytes.len())));
    let mut outputs = vec![Output::new(&output, specification.text.into_bytes())];
    outputs.extend(weights.map(|(path, bytes)| Output::new(path, bytes)));
    write_all(&outputs)?;
    if targets.contains(&Path::new("-")) { Ok(()) } else { files::print(&report) }
}

/// The model file of a model: in the current folder, with the same name.
fn beside(model: &Path) -> PathBuf {
    let mut name = model.file_stem().unwrap_or("model".as_ref()).to_owned();
    name.push(".yaml");
    name.into()
}

/// Refuses to replace a file.
fn keep(path: &Path) -> Result<(), Failure> {
    if path == Path::new("-") || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let failure = Failure::new(format!("`{}` is there already", path.shown()));
    Err(failure.hint("name another file, or replace it with `--overwrite`"))
}

/// What was written, and what to do with it.
fn report(graph: &Graph, output: &Path, weights: Option<(&Path, usize)>) -> String {
    let layers = plural(graph.order().len() - 1, "layer");
    let parameters = thousands(graph.parameters().total());
    let mut text = format!("{}: {layers}, {parameters} parameters\n", output.shown());
    let mut train = format!("netviz train {}", shell(output));
    if let Some((path, length)) = weights {
        let _ = writeln!(text, "{}: {}", path.shown(), size(length as u64));
        let _ = write!(train, " --weights {}", shell(path));
    }
    if graph.train().is_none() {
        text += "\nadd a `train` section, then\n";
    }
    text + &format!("  {train}\n")
}
