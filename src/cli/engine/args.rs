//! The arguments of the commands that the engine runs.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{ModelArgs, VerifyArgs, runs};
use crate::limits;

/// Arguments of `netviz train`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,

    /// Start from these weights, such as those that netviz import or export wrote
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub weights: Option<PathBuf>,

    /// Passes over the training data
    #[arg(long, value_name = "N")]
    pub epochs: Option<String>,

    /// Samples per step
    #[arg(long, value_name = "N")]
    pub batch_size: Option<String>,

    /// Learning rate of the optimizer
    #[arg(long, visible_alias = "learning-rate", value_name = "RATE")]
    pub lr: Option<String>,

    /// Train on the first N samples only, for a quick try; the test set stays complete
    #[arg(long, value_name = "N")]
    pub limit: Option<String>,

    /// Random seed
    #[arg(long, value_name = "N")]
    pub seed: Option<String>,

    /// Options that all commands of the engine share.
    #[command(flatten)]
    pub engine: EngineArgs,

    /// Folder of the run [default: runs/NAME, or the first free one of runs/NAME-2, runs/NAME-3, …]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Replace the run in that folder, once the new one has its first checkpoint
    #[arg(long, conflicts_with = "resume")]
    pub overwrite: bool,

    /// Resume a run, by its folder or its name in runs/, from its last checkpoint, with the result it would have had
    /// without the interruption; a larger --epochs extends a finished run
    #[arg(long, value_name = "RUN", conflicts_with = "out")]
    pub resume: Option<PathBuf>,

    /// Also write a checkpoint every N steps, not only after each epoch
    #[arg(long, value_name = "N")]
    pub checkpoint_every: Option<std::num::NonZeroU64>,

    /// Show live curves in the whole terminal
    #[arg(long, conflicts_with_all = ["json", "quiet"])]
    pub tui: bool,

    /// Write TensorBoard event files into the folder of the run
    #[arg(long)]
    pub tensorboard: bool,

    /// Print one JSON object per line
    #[arg(long, conflicts_with = "quiet")]
    pub json: bool,

    /// Print warnings and errors only
    #[arg(long, short)]
    pub quiet: bool,
}

/// Options that all commands of the engine share.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// Number of processor threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(limits::THREADS)))]
    pub threads: Option<u16>,

    /// Device of the tensors; cuda needs a libtorch that was built for it
    #[arg(long, value_enum, value_name = "DEVICE", default_value_t = Device::Cpu)]
    pub device: Device,

    /// Never use the network
    #[arg(long)]
    pub offline: bool,
}

/// The device that runs the operations of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Device {
    /// The processor
    Cpu,
    /// The first NVIDIA GPU
    Cuda,
}

/// Arguments of `netviz evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// Run: its folder, its name in runs/, or a weights file in it, such as runs/mnist/best.safetensors; a folder that
    /// contains runs is the newest of them
    #[arg(default_value = runs::DEFAULT)]
    pub run: PathBuf,

    /// Options that all commands of the engine share.
    #[command(flatten)]
    pub engine: EngineArgs,

    /// Whether the digests of the run's files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `netviz predict`.
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// Run: its folder, its name in runs/, or a weights file in it, such as runs/mnist/best.safetensors
    pub run: PathBuf,

    /// Image files (PNG, JPEG, WebP, GIF, BMP), such as photos of handwriting on paper
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,

    /// Invert the image: always, never, or if it is dark on light (auto); MNIST's digits are light on dark
    #[arg(long, value_enum, value_name = "WHEN", require_equals = true, num_args = 0..=1)]
    #[arg(default_value_t = Invert::Auto, default_missing_value = "always")]
    pub invert: Invert,

    /// Do not invert the image; the same as --invert=never
    #[arg(long, conflicts_with = "invert")]
    pub no_invert: bool,

    /// Write the prepared input as a PNG; for several images, FILE-1.png, FILE-2.png, …
    #[arg(long, value_name = "FILE")]
    pub save_input: Option<PathBuf>,

    /// Whether the digests of the run's files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
}

impl PredictArgs {
    /// Whether the image is inverted.
    pub fn invert(&self) -> Invert {
        if self.no_invert { Invert::Never } else { self.invert }
    }
}

/// When an image is inverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Invert {
    /// If the image is dark on light
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
