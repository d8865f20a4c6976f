//! A network and its drawing options, as given in a document.

use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, FromArgMatches, Parser};

use super::invocation::Invocation;
use crate::cli::input::Input;
use crate::cli::locate::{self, Located};
use crate::cli::render::DrawArgs;
use crate::cli::trained::{read_weights, verify_spec, weights_of_run};
use crate::cli::{Failure, ModelArgs, VerifyArgs};
use crate::files::Shown;
use crate::graph::Graph;
use crate::picture;
use crate::picture::{Options, Picture};
use crate::source::{Source, Sources};
use crate::weights::Weights;

/// A network and its drawing options: the options of `netviz render` except for the output.
#[derive(Debug, Args)]
pub(super) struct DrawingArgs {
    #[command(flatten)]
    pub model: ModelArgs,

    /// Colour connections by these weights [default: those of a run]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,

    #[command(flatten)]
    pub verify: VerifyArgs,

    #[command(flatten)]
    draw: DrawArgs,
}

/// A checked network, its trained weights, and its drawing options.
#[derive(Debug)]
pub struct Drawing {
    graph: Graph,
    weights: Option<Weights>,
    options: Options,
}

/// The arguments of a code block.
#[derive(Debug, Parser)]
struct Block {
    #[command(flatten)]
    drawing: DrawingArgs,
}

impl Drawing {
    /// The drawing of a code block, whose arguments name a model or only give options for `model`. Paths are relative
    /// to `folder`.
    ///
    /// # Errors
    /// What is wrong with the arguments, the model, or other files that they name.
    pub fn of_block(words: &str, model: Option<Source>, folder: &Path) -> Result<Self, Failure> {
        let args = parse::<Block>(words)?.args.drawing;
        match (model, &args.model.model) {
            (Some(_), Some(path)) => {
                let message = format!("there are two models: this one, and `{}`", path.shown());
                Err(Failure::new(message).hint("remove one of the two"))
            }
            (Some(_), None) if !args.model.set.is_empty() => {
                Err(Failure::new("`--set` is for the model of a file").hint("change the model here"))
            }
            (Some(source), None) => {
                let strict = args.model.strict;
                args.read(
                    &Input {
                        located: None,
                        sources: Sources::new(source),
                        overrides: Vec::new(),
                        strict,
                        foreign: None,
                    },
                    folder,
                )
            }
            (None, _) => args.open(folder),
        }
    }

    /// Its picture.
    pub fn picture(&self) -> Picture<'_> {
        picture(&self.graph, self.weights.as_ref(), &self.options)
    }
}

/// Reads the arguments in a document.
pub(super) fn parse<T: CommandFactory + FromArgMatches>(words: &str) -> Result<Invocation<T>, Failure> {
    Invocation::parse(words).map_err(Failure::from)
}

impl DrawingArgs {
    /// The drawing of the named model; paths are relative to `folder`.
    pub(super) fn open(&self, folder: &Path) -> Result<Drawing, Failure> {
        let Some(model) = &self.model.model else {
            return Err(Failure::new("no model is named").hint("write the path of its file first: `models/mnist.yaml`"));
        };
        let located = locate::model(Some(model), folder)?;
        self.read(&Input::of(located, &self.model, &[])?, folder)
    }

    fn read(&self, input: &Input, folder: &Path) -> Result<Drawing, Failure> {
        let graph = input.read()?.graph;
        let options = self.draw.options(folder)?;
        let run = input.located.as_ref().and_then(Located::run);
        if let Some(run) = run.filter(|_| self.verify.wanted()) {
            verify_spec(run)?;
        }
        let path = self.weights.as_ref().map(|path| folder.join(path)).or_else(|| weights_of_run(run?));
        let weights = path.map(|path| read_weights(&path, graph.program(), self.verify)).transpose()?;
        Ok(Drawing { graph, weights, options })
    }
}
