//! What people type who know other tools: options by other names, with what netviz has instead.

use std::path::Path;

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::gallery;
use crate::text::shell;

/// Options that are no options of netviz, or not of this command.
const OPTIONS: &[(&[&str], &str)] = &[
    (
        &["--width", "--height", "--size", "--dpi", "--resolution", "--zoom"],
        "`--scale N` sets the pixels of a PNG per pixel of the picture; SVG and PDF scale without loss",
    ),
    (
        &["--out", "--outfile", "--output-file", "--out-file", "--file", "--save", "--to"],
        "name the file last, or with `-o FILE`",
    ),
    (&["--output", "--output-dir", "--outdir", "--dir", "--project", "-o"], "`--out DIR` names the folder of the run"),
    (&["--format", "--type", "-T", "-f"], "the ending of the file names the format: `-o network.pdf`; or `--pdf FILE`"),
    (
        &["--model", "--config", "--input", "--spec", "--yaml", "-m", "-c", "-i"],
        "name the model without an option: `netviz COMMAND MODEL`",
    ),
    (&["--run", "--checkpoint"], "name the run without an option: `netviz COMMAND RUN`"),
    (
        &["--rankdir", "--orientation", "--horizontal", "--vertical"],
        "`--direction lr` draws from left to right, `--direction tb` from top to bottom",
    ),
    (&["--dark", "--dark-mode"], "`--theme dark`, or `--theme auto`, which follows the reader's preference"),
    (
        &["--style", "--layout", "--kind"],
        "`--view` sets what is drawn: neurons, blocks or volumes; `--theme` sets the colours",
    ),
    (
        &["--color", "--colour", "--no-color", "--no-colour"],
        "set the environment variable `NO_COLOR=1` for output without colours",
    ),
    (&["--gpu", "--gpus", "--cuda"], "`--device cuda` trains on an NVIDIA GPU"),
    (&["--workers", "--num-workers", "--jobs", "-j"], "`--threads N` sets the number of processor threads"),
    (&["--optimizer", "--optim", "--opt"], "`--set train.optimizer=adam` sets the optimizer"),
    (&["--loss"], "`--set train.loss=mse` sets the loss"),
    (
        &["--momentum", "--weight-decay", "--wd", "--beta1", "--rho"],
        "`--set train.optimizer.NAME=VALUE` sets an argument of the optimizer",
    ),
    (
        &["--dropout", "--activation", "--units", "--layers"],
        "`--set layers.0.units=256` sets an argument of the first layer",
    ),
    (&["--data", "--dataset"], "`--set train.data=mnist` sets the data set"),
    (
        &["--validation-split", "--val-split", "--val"],
        "`--set train.validation_split=0.1` keeps a tenth of the training data for validation",
    ),
    (
        &["--force", "--yes", "-y"],
        "`netviz train --overwrite` replaces a run; files that netviz writes replace older ones",
    ),
    (&["--continue", "--restart"], "`netviz train --resume RUN` continues a run"),
    (&["--verbose", "--debug", "-v"], "there is one level of output; `--json` prints all numbers, `-V` the version"),
    (&["--silent"], "`--quiet` prints warnings and errors only"),
    (
        &["--patience", "--early-stopping"],
        "`--set train.early_stopping=3` stops after three epochs without improvement",
    ),
    (&["--open", "--browser", "--serve"], "`--html FILE` writes a page that any browser opens"),
];

/// The error with a tip, if an option is one of these, or a model stands in the place of a command.
pub(super) fn explained(mut error: Error) -> Error {
    let tip = match (error.kind(), error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(option)), _) => tip(option),
        (ErrorKind::InvalidSubcommand, _, Some(ContextValue::String(name))) => command_tip(name),
        _ => None,
    };
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    }
    error
}

fn tip(option: &str) -> Option<String> {
    let option = option.split('=').next().unwrap_or_default();
    let (_, tip) = OPTIONS.iter().find(|(words, _)| words.contains(&option))?;
    Some((*tip).to_owned())
}

/// For a model without a command.
fn command_tip(name: &str) -> Option<String> {
    let is_model = gallery::find(name).is_some() || Path::new(name).exists();
    is_model.then(|| format!("name a command before the model: `netviz render {}`", shell(Path::new(name))))
}
