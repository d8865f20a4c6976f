//! Commands and options of other tools, with their equivalents in netviz.

use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error};

use super::{Cli, gallery};
use crate::schema::suggest;
use crate::text::shell;

/// Commands of other tools that are neither commands of netviz nor aliases.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &["new", "init", "create", "generate", "template", "example"],
        "a model is a YAML file; `netviz models lenet5 > network.yaml` writes one to start from",
    ),
    (
        &["layers", "layer", "ops", "explain", "docs", "doc", "guide", "reference", "schema", "optimizers", "losses"],
        "layers and their arguments are in the guide, docs/src/layers.md; training is in docs/src/training.md",
    ),
    (
        &["serve", "browser", "web", "ui", "gui", "html"],
        "`netviz view MODEL` opens an interactive page; `netviz render MODEL network.html` writes one",
    ),
    (&["svg", "png", "pdf", "dot", "tikz", "mermaid"], "the file names the format: `netviz render MODEL network.svg`"),
    (&["run", "start"], "`netviz train MODEL` trains a model; `netviz runs` lists the runs"),
    (&["resume", "continue"], "`netviz train --resume RUN` continues a run"),
    (&["data", "dataset", "datasets"], "`netviz fetch` lists the data sets"),
    (&["report", "results", "metrics", "log", "logs"], "`netviz runs` lists the runs; each holds a report.html"),
    (&["onnx", "safetensors", "freeze", "torchscript"], "`netviz export RUN model.onnx` writes an ONNX file"),
    (&["tensorboard"], "`netviz train --tensorboard` writes TensorBoard event files"),
    (&["setup", "install"], "`netviz doctor` checks the installation"),
    (&["watch"], "`netviz render --watch MODEL network.svg` draws again after each change"),
    (&["theme", "themes", "style"], "`netviz render --theme dark` sets the theme; docs/src/themes.md shows all"),
];

/// Tips for commands whose required arguments are missing.
const REQUIRED: &[(&str, &str)] = &[
    ("predict", "name the run before the images: `netviz predict runs digit.png` takes the newest run"),
    ("export", "`netviz export runs model.onnx` exports the newest run"),
    ("compare", "`netviz compare runs` compares all runs in that folder"),
    ("embed", "name Markdown files: `netviz embed README.md`"),
    ("completions", "name the shell: `netviz completions bash`, or zsh, fish, powershell, elvish"),
];

/// Options that netviz does not have, or not for this command.
const OPTIONS: &[(&[&str], &str)] = &[
    (&["--height", "--size"], "`--page 830x300` or `--width 84mm` sets the place that the picture has to fit"),
    (
        &["--dpi", "--resolution", "--zoom"],
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
        &["--rankdir", "--orientation", "--horizontal", "--vertical", "--lr", "--LR", "--tb", "--TB"],
        "`--direction lr` draws from left to right, `--direction tb` from top to bottom",
    ),
    (&["--dark", "--dark-mode"], "`--theme dark`, or `--theme auto`, which follows the reader's preference"),
    (
        &["--style", "--layout", "--kind"],
        "`--view` sets what is drawn: neurons, blocks or volumes; `--direction` lr or tb; `--theme` the colours",
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
    (&["--epochs", "--batch-size", "--seed", "--limit"], "`netviz train` has this option"),
    (&["--continue", "--restart"], "`netviz train --resume RUN` continues a run"),
    (&["--verbose", "--debug", "-v"], "there is one level of output; `--json` prints all numbers, `-V` the version"),
    (&["--silent"], "`--quiet` prints warnings and errors only"),
    (
        &["--patience", "--early-stopping"],
        "`--set train.early_stopping=3` stops after three epochs without improvement",
    ),
    (&["--open", "--browser", "--serve"], "`--html FILE` writes a page that any browser opens"),
];

/// Adds a tip to an error, if one is known, and the whole usage of the command that `arguments` name.
pub(super) fn explained(mut error: Error, arguments: &[String]) -> Error {
    let mut program = Cli::command();
    program.build();
    let words = || arguments.iter().skip(1).filter(|argument| !argument.starts_with('-'));
    let command = words().next().and_then(|name| program.find_subcommand_mut(name));
    if let Some(command) = command
        && error.get(ContextKind::Usage).is_some()
    {
        let usage = ContextValue::StyledStr(command.render_usage());
        error.insert(ContextKind::Usage, usage);
        if error.kind() == ErrorKind::MissingRequiredArgument
            && let Some((_, tip)) = REQUIRED.iter().find(|(name, _)| *name == command.get_name())
        {
            add_tip(&mut error, tip);
        }
    }
    match (error.kind(), error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(option)), _) => {
            // clap suggests passing the option as a value, which is hardly ever meant.
            let tip = option_tip(option);
            error.remove(ContextKind::Suggested);
            if let Some(tip) = tip {
                error.remove(ContextKind::SuggestedArg);
                add_tip(&mut error, tip);
            }
        }
        (ErrorKind::InvalidSubcommand, _, Some(ContextValue::String(name))) => {
            let tip = command_tip(name, &program);
            error.remove(ContextKind::SuggestedSubcommand);
            if let Some(tip) = tip {
                add_tip(&mut error, &tip);
            }
        }
        _ => {}
    }
    error
}

fn add_tip(error: &mut Error, tip: &str) {
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip.to_owned())]));
}

fn option_tip(option: &str) -> Option<&'static str> {
    let option = option.split('=').next().unwrap_or_default();
    let (_, tip) = OPTIONS.iter().find(|(words, _)| words.contains(&option))?;
    Some(tip)
}

/// The tip for an unknown command.
fn command_tip(word: &str, program: &Command) -> Option<String> {
    if gallery::find(word).is_some() || Path::new(word).exists() {
        return Some(format!("name a command before the model: `netviz render {}`", shell(Path::new(word))));
    }
    if let Some((_, tip)) = COMMANDS.iter().find(|(words, _)| words.contains(&word.to_lowercase().as_str())) {
        return Some((*tip).to_owned());
    }
    // A word that is near to a name or an alias of a command probably means that command.
    let names = program.get_subcommands().flat_map(Command::get_name_and_visible_aliases);
    let aliases = program.get_subcommands().flat_map(Command::get_all_aliases);
    let nearest = suggest::nearest(word, names.chain(aliases))?;
    let command = program.find_subcommand(nearest)?;
    Some(format!("did you mean `netviz {}`?", command.get_name()))
}
