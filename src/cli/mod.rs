//! The commands, their arguments and what they print.
//!
//! The arguments of every command are defined here, those of the engine `netviz-torch` too, so that
//! help covers all of them.

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
pub mod input;
pub mod render;
mod runs;
mod signals;
mod summary;
mod table;
pub mod trained;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::limits;

pub use compare::CompareArgs;
pub use embed::EmbedArgs;
pub use failure::{Failure, print_diagnostics};
pub use fetch::ensure;
pub use render::RenderArgs;
pub use runs::RunsArgs;
pub use signals::survive_file_size_limit;

use crate::files::Shown;

/// One YAML file describes a neural network; netviz checks it, draws it, trains it and ships it.
#[derive(Debug, Parser)]
#[command(name = "netviz", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report every problem of a model, or its layers, shapes and parameters
    Check(CheckArgs),
    /// Draw a model
    Render(RenderArgs),
    /// Draw the pictures in Markdown files
    Embed(EmbedArgs),
    /// Train a model
    Train(TrainArgs),
    /// Judge a trained model on its test data
    Evaluate(EvaluateArgs),
    /// Classify images with a trained model
    Predict(PredictArgs),
    /// List runs with their figures
    Runs(RunsArgs),
    /// Put runs side by side
    Compare(CompareArgs),
    /// Write a trained model for other programs
    Export(ExportArgs),
    /// Download a data set
    Fetch(FetchArgs),
    /// Say what is installed and what is missing
    Doctor,
}

/// Which model.
#[derive(Debug, Clone, Args)]
pub struct ModelArgs {
    /// Model file, folder of a run, or - for standard input [default: models/mnist.yaml, or a built-in copy of it]
    pub model: Option<PathBuf>,

    /// Set a value of the model, such as train.optimizer=adam; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,

    /// Treat warnings about the model as errors
    #[arg(long)]
    pub strict: bool,
}

impl ModelArgs {
    /// A model as it is.
    pub fn of(model: PathBuf) -> Self {
        Self { model: Some(model), set: Vec::new(), strict: false }
    }
}

/// Whether the files of a run may have been changed.
#[derive(Debug, Clone, Copy, Args)]
pub struct VerifyArgs {
    /// Take the run's files as they are, though they were changed since the run wrote them
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
    /// Which model.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// Arguments of `netviz train`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArgs,

    /// Number of times that all samples are seen
    #[arg(long, value_name = "N")]
    pub epochs: Option<String>,

    /// Number of samples a step
    #[arg(long, value_name = "N")]
    pub batch_size: Option<String>,

    /// Learn from the first N samples only, for a quick try; the test samples stay all
    #[arg(long, value_name = "N")]
    pub limit: Option<String>,

    /// Where every random choice starts from
    #[arg(long, value_name = "N")]
    pub seed: Option<String>,

    /// What the run shares with other commands of the engine.
    #[command(flatten)]
    pub engine: EngineArgs,

    /// Folder that the run is written to [default: runs/NAME, or the first free one of runs/NAME-2, runs/NAME-3, …]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Replace the run in that folder, once the new one has its first checkpoint
    #[arg(long, conflicts_with = "resume")]
    pub overwrite: bool,

    /// Go on with the run in this folder from its last checkpoint, as if it had never stopped; a larger
    /// --epochs trains a finished run further
    #[arg(long, value_name = "RUN", conflicts_with = "out")]
    pub resume: Option<PathBuf>,

    /// Write a checkpoint every N steps too, not only after every epoch
    #[arg(long, value_name = "N")]
    pub checkpoint_every: Option<std::num::NonZeroU64>,

    /// Fill the terminal with live curves; what is printed otherwise stays when they are gone
    #[arg(long, conflicts_with_all = ["json", "quiet"])]
    pub tui: bool,

    /// Write event files for TensorBoard into the run's folder, which a resumed run goes on with
    #[arg(long)]
    pub tensorboard: bool,

    /// Print one JSON object a line
    #[arg(long, conflicts_with = "quiet")]
    pub json: bool,

    /// Print warnings and errors only
    #[arg(long, short)]
    pub quiet: bool,
}

/// What the commands of the engine share.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// Number of processor threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(limits::THREADS)))]
    pub threads: Option<u16>,

    /// Where the tensors are: cuda needs a libtorch that was built for it
    #[arg(long, value_enum, value_name = "DEVICE", default_value_t = Device::Cpu)]
    pub device: Device,

    /// Never use the network
    #[arg(long)]
    pub offline: bool,
}

/// What carries out the operations of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Device {
    /// The processor
    Cpu,
    /// The first graphics processor of NVIDIA's
    Cuda,
}

/// Arguments of `netviz evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// Folder of the run, such as runs/mnist, or weights in it, such as runs/mnist/best.safetensors
    pub run: PathBuf,

    /// What the run shares with other commands of the engine.
    #[command(flatten)]
    pub engine: EngineArgs,

    /// Whether files may have been changed.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `netviz predict`.
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// Folder of the run, such as runs/mnist, or weights in it, such as runs/mnist/best.safetensors
    pub run: PathBuf,

    /// Image files (PNG, JPEG, WebP, GIF, BMP), such as photos of handwriting on paper
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,

    /// Swap light and dark: always, never, or if the image is dark on light (auto). MNIST's digits are light on dark
    #[arg(long, value_enum, value_name = "WHEN", require_equals = true, num_args = 0..=1)]
    #[arg(default_value_t = Invert::Auto, default_missing_value = "always")]
    pub invert: Invert,

    /// Never swap light and dark; the same as --invert=never
    #[arg(long, conflicts_with = "invert")]
    pub no_invert: bool,

    /// Write what the network saw as a PNG; for several images, FILE-1.png, FILE-2.png, …
    #[arg(long, value_name = "FILE")]
    pub save_input: Option<PathBuf>,

    /// Whether files may have been changed.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
}

impl PredictArgs {
    /// Whether light and dark are swapped.
    pub fn invert(&self) -> Invert {
        if self.no_invert { Invert::Never } else { self.invert }
    }
}

/// Whether light and dark are swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Invert {
    /// If the image looks dark on light
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Arguments of `netviz export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Folder of the run, such as runs/mnist, or weights in it, such as runs/mnist/best.safetensors
    pub run: PathBuf,

    /// Whether files may have been changed.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Write an ONNX model (opset 18)
    #[arg(long, value_name = "FILE", required_unless_present = "safetensors")]
    pub onnx: Option<PathBuf>,

    /// Write the weights alone, named as PyTorch names them
    #[arg(long, value_name = "FILE")]
    pub safetensors: Option<PathBuf>,
}

/// Arguments of `netviz fetch`.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Name of the data set
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(crate::data::DATASETS.iter().map(|d| d.name)))]
    pub dataset: String,

    /// Only look whether it is there; never use the network
    #[arg(long)]
    pub offline: bool,
}

/// Prepares the output, and reads the arguments of the command line; ends the program where they ask for help or are
/// wrong.
pub fn parse() -> Cli {
    console::set_up();
    Cli::try_parse().unwrap_or_else(|error| {
        // The message quotes arguments: they are read once more as they can be shown.
        let shown = std::env::args_os().map(|argument| argument.shown());
        let error = Cli::try_parse_from(shown).err().unwrap_or(error);
        let text = error.render().ansi().to_string();
        if error.use_stderr() {
            console::complain(text.trim_end_matches('\n'));
        } else {
            // Whoever has closed the pipe wants no more help.
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
        Command::Embed(args) => embed::run(args),
        Command::Runs(args) => runs::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Export(args) => export::run(args),
        Command::Fetch(args) => fetch::run(args),
        Command::Doctor => doctor::run(),
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
