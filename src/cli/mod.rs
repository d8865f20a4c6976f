//! The commands, their arguments and what they print.
//!
//! The arguments of every command are defined here, including those of the engine `netviz-torch`, so that the help
//! covers all of them.

mod check;
mod compare;
pub mod console;
mod doctor;
pub mod embed;
mod engine;
mod export;
mod failure;
mod fetch;
pub mod files;
mod gallery;
mod guesses;
mod import;
pub mod input;
mod locate;
mod manual;
pub mod render;
mod runs;
mod signals;
mod table;
pub mod trained;
mod view;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use compare::CompareArgs;
pub use embed::EmbedArgs;
pub use engine::args::{Device, EngineArgs, EvaluateArgs, Invert, PredictArgs, TrainArgs};
pub use failure::{Failure, print_diagnostics};
pub use fetch::ensure;
pub use import::ImportArgs;
pub use locate::resumable;
pub use render::RenderArgs;
pub use runs::RunsArgs;
pub use signals::survive_file_size_limit;
pub use view::ViewArgs;

use crate::files::Shown;

/// Check, draw, train and export neural networks described in YAML
#[derive(Debug, Parser)]
#[command(name = "netviz", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Start with `netviz render mnist`, which writes mnist.svg; `netviz models` lists built-in models."
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report every problem of a model, or list its layers, shapes and parameters
    #[command(aliases = ["summary", "info", "describe", "inspect", "validate", "lint"])]
    Check(CheckArgs),
    /// Draw a model
    #[command(aliases = ["draw", "plot", "visualize", "visualise", "viz", "show", "diagram", "graph"])]
    Render(RenderArgs),
    /// Open an interactive page of a model in the browser
    #[command(aliases = ["open", "browse"])]
    View(ViewArgs),
    /// Redraw the diagrams in Markdown files
    Embed(EmbedArgs),
    /// Train a model
    #[command(aliases = ["fit", "learn"])]
    Train(TrainArgs),
    /// Evaluate a trained model on the test set
    #[command(aliases = ["eval", "test", "score"])]
    Evaluate(EvaluateArgs),
    /// Classify images with a trained model
    #[command(aliases = ["classify", "infer"])]
    Predict(PredictArgs),
    /// List training runs with their metrics
    #[command(aliases = ["ls", "list", "history"])]
    Runs(RunsArgs),
    /// Compare runs side by side, or two models layer by layer
    #[command(aliases = ["diff"])]
    Compare(CompareArgs),
    /// Export a trained model as ONNX or safetensors
    #[command(aliases = ["convert", "save"])]
    Export(ExportArgs),
    /// Write the network of another program as a model file, with its weights
    Import(ImportArgs),
    /// List the built-in models, or print one as YAML
    #[command(aliases = ["gallery", "examples", "zoo"])]
    Models(ModelsArgs),
    /// Download a data set, or list all
    #[command(aliases = ["download"])]
    Fetch(FetchArgs),
    /// Check the installation
    Doctor,
    /// Print a script that completes commands in a shell
    #[command(aliases = ["completion"])]
    Completions(CompletionsArgs),
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man(ManArgs),
    /// Print the version
    #[command(hide = true)]
    Version,
}

/// Which model.
#[derive(Debug, Clone, Args)]
pub struct ModelArgs {
    /// Model: a file, a built-in name such as mnist, the folder of a run, or - for standard input [default:
    /// models/mnist.yaml, or the built-in mnist]
    pub model: Option<PathBuf>,

    /// Set a value of the model, such as train.optimizer=adam; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,

    /// Fix a size that is only a name in a model of another program, such as batch=1; may be repeated
    #[arg(long, value_name = "NAME=SIZE")]
    pub dim: Vec<String>,

    /// Treat warnings about the model as errors
    #[arg(long)]
    pub strict: bool,
}

impl ModelArgs {
    /// The model at a path, without changes.
    pub fn of(model: PathBuf) -> Self {
        Self { model: Some(model), set: Vec::new(), dim: Vec::new(), strict: false }
    }
}

/// Whether the files of a run may have been changed.
#[derive(Debug, Clone, Copy, Args)]
pub struct VerifyArgs {
    /// Skip the check of the run's files against the digests in its report
    #[arg(long)]
    pub no_verify: bool,
}

impl VerifyArgs {
    /// Whether files are compared with the digests in the run's report.
    pub fn wanted(self) -> bool {
        !self.no_verify
    }
}

/// Arguments of `netviz check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Models: files, folders of model files, built-in names such as mnist, folders of runs, or - for standard input
    /// [default: models/mnist.yaml, or the built-in mnist]
    #[arg(value_name = "MODEL")]
    pub models: Vec<PathBuf>,

    /// Set a value of the models, such as train.optimizer=adam; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,

    /// Fix a size that is only a name in a model of another program, such as batch=1; may be repeated
    #[arg(long, value_name = "NAME=SIZE")]
    pub dim: Vec<String>,

    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,

    /// Levels of groups that are listed, for models of other programs; deeper ones are one row each [default: all]
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,

    /// Print one JSON object per model and line
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `netviz export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Run: its folder, its name in runs/, or a weights file in it, such as runs/mnist/best.safetensors; with --weights, a
    /// model
    pub run: PathBuf,

    /// Files to write; the ending of each, .onnx or .safetensors, names its format
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// The same as FILE; may be repeated
    #[arg(short, long = "output", value_name = "FILE")]
    pub outputs: Vec<PathBuf>,

    /// Weights of a model that is exported in place of a run, such as those that netviz import wrote
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// Write an ONNX model (opset 18)
    #[arg(long, value_name = "FILE")]
    pub onnx: Option<PathBuf>,

    /// Write the weights alone, named as in PyTorch
    #[arg(long, value_name = "FILE")]
    pub safetensors: Option<PathBuf>,

    /// Whether the digests of the run's files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,
}

/// Arguments of `netviz models`.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    /// Model to print, as a file to start from [default: list all]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(gallery::GALLERY.iter().map(|model| model.name)))]
    pub name: Option<String>,
}

/// Arguments of `netviz fetch`.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Name of the data set [default: list all]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::dataset::DATASETS.iter().map(|d| d.name)))]
    pub dataset: Option<String>,

    /// Only report whether it is there; never use the network
    #[arg(long)]
    pub offline: bool,
}

/// Arguments of `netviz completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Arguments of `netviz man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder
    pub folder: PathBuf,
}

/// Prepares the output and parses the command line. If it asks for help or is wrong, prints the message and exits.
pub fn parse() -> Cli {
    console::set_up();
    Cli::try_parse().unwrap_or_else(|error| {
        // The message quotes arguments, so they are parsed again in a printable form.
        let shown: Vec<String> = std::env::args_os().map(|argument| argument.shown()).collect();
        let error = guesses::explained(Cli::try_parse_from(&shown).err().unwrap_or(error), &shown);
        let text = error.render().ansi().to_string();
        if error.use_stderr() {
            console::print_stderr(text.trim_end_matches('\n'));
        } else {
            // A closed pipe is not an error.
            let _ = console::print(&text);
        }
        std::process::exit(error.exit_code())
    })
}

/// Runs a command of the program `netviz` and returns its exit code.
pub fn run(cli: &Cli) -> ExitCode {
    let result = match &cli.command {
        Command::Check(args) => check::run(args),
        Command::Render(args) => render::run(args),
        Command::View(args) => view::run(args),
        Command::Embed(args) => embed::run(args),
        Command::Runs(args) => runs::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Export(args) => export::run(args),
        Command::Import(args) => import::run(args),
        Command::Fetch(args) => fetch::run(args),
        Command::Models(args) => gallery::run(args),
        Command::Doctor => doctor::run(),
        Command::Completions(args) => manual::completions(args),
        Command::Man(args) => manual::pages(args),
        Command::Version => manual::version(),
        Command::Train(_) | Command::Evaluate(_) | Command::Predict(_) => engine::hand_over(),
    };
    finish(result)
}

/// Prints a failure, if there is one, and returns the exit code.
pub fn finish(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code())
        }
    }
}
