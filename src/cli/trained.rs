//! What a run has learned: its model with its weights.

use std::path::{Path, PathBuf};

use super::input::Input;
use super::{Failure, ModelArgs, VerifyArgs};
use crate::Model;
use crate::diagnostics::Diagnostic;
use crate::files::{Shown, read};
use crate::limits;
use crate::memory::{Need, available};
use crate::program::Program;
use crate::run::{self, CHECKPOINT, SPEC, WEIGHTS};
use crate::text::shell;
use crate::weights::{Weights, WeightsError};

/// A trained network.
#[derive(Debug)]
pub struct Trained {
    /// The model as it was trained.
    pub model: Model,
    /// Its operations.
    pub program: Program,
    /// Its parameters.
    pub weights: Weights,
}

impl Trained {
    /// Reads the folder of a run, or a file of weights in it. The model's warnings were printed when it was trained.
    ///
    /// # Errors
    /// Where the folder or a file is missing, every problem of the model, or every difference between
    /// the weights and the model.
    pub fn open(run: &Path, verify: VerifyArgs) -> Result<Self, Failure> {
        let (run, weights) = match run.parent().filter(|folder| run.is_file() && folder.join(SPEC).is_file()) {
            Some(folder) if run.extension().is_some_and(|ending| ending == "safetensors") => (folder, run.to_owned()),
            _ => (run, run.join(WEIGHTS)),
        };
        look(run)?;
        if verify.wanted() {
            verify_spec(run)?;
        }
        let model = Input::open(&ModelArgs::of(run.to_owned()), &[])?.model()?;
        let program = Program::lower(&model.graph);
        let name = weights.shown();
        let weights = read_weights(&weights, &program, verify)?;
        if let Some(parameter) = weights.first_not_finite(&program) {
            let message = format!("`{name}` is of no use: `{parameter}` holds values that are NaN or infinite");
            return Err(Failure::new(message).hint("train the model again, with a smaller learning rate"));
        }
        Ok(Self { model, program, weights })
    }
}

/// Whether there is a run at all.
fn look(run: &Path) -> Result<(), Failure> {
    let name = run.shown();
    if run.is_file() {
        let hint = match run.parent().filter(|folder| folder.join(SPEC).is_file()) {
            Some(folder) => format!("name the folder itself, `{}`, or a file of weights in it", folder.shown()),
            None => format!("train it first: `netviz train {}`, then name the folder that this writes", shell(run)),
        };
        return Err(Failure::new(format!("`{name}` is a file, not the folder of a run")).hint(hint));
    }
    if !run.is_dir() {
        let hint = format!("train a model first: `netviz train MODEL --out {}`", shell(run));
        return Err(Failure::new(format!("there is no run `{name}`")).hint(hint));
    }
    if run.join(CHECKPOINT).is_file() && !run.join(WEIGHTS).is_file() {
        return Err(Failure::new(format!("the run `{name}` is not finished"))
            .hint(format!("go on with it: `netviz train --resume {}`", shell(run))));
    }
    match [SPEC, WEIGHTS].into_iter().find(|file| !run.join(file).is_file()) {
        Some(file) => {
            Err(Failure::new(format!("`{name}` holds no {file}, so it is not the folder of a trained model"))
                .hint(format!("train a model first: `netviz train MODEL --out {}`", shell(run))))
        }
        None => Ok(()),
    }
}

/// The weights file of a folder, where it is that of a run.
pub(super) fn weights_of_run(run: &Path) -> Option<PathBuf> {
    Some(run.join(WEIGHTS)).filter(|path| path.is_file())
}

/// Whether the model in a run's folder is the one that the run was started with.
///
/// # Errors
/// That it is not.
pub(super) fn verify_spec(run: &Path) -> Result<(), Failure> {
    let path = run.join(SPEC);
    let Ok(bytes) = read(&path, limits::MODEL_FILE) else { return Ok(()) };
    verified(&path, &bytes)
}

fn verified(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    run::verify(path, bytes).map_err(|why| {
        let run = path.parent().unwrap_or(Path::new(""));
        Failure::new(format!("`{}`: {why}", run.shown()))
            .hint("put the file back, train again, or use it as it is with `--no-verify`")
    })
}

/// Reads the parameters of a program.
///
/// # Errors
/// Where the file cannot be read or is damaged, or every difference between it and the program.
pub(super) fn read_weights(path: &Path, program: &Program, verify: VerifyArgs) -> Result<Weights, Failure> {
    let name = path.shown();
    // The file as it is, and its values.
    Need::default()
        .and("the file of weights", program.parameter_bytes())
        .and("their values", program.parameter_bytes())
        .check(&format!("reading `{name}`"), available())?;
    let bytes = read(path, limits::WEIGHTS_HEADER.saturating_add(program.parameter_bytes()))
        .map_err(|error| error.diagnostic("", path))?;
    if verify.wanted() {
        verified(path, &bytes)?;
    }
    Weights::from_bytes(&bytes, program).map_err(|error| match error {
        WeightsError::Format(_) => Failure::new(format!("`{name}` is {error}"))
            .hint("train the model again, or name a file that `netviz train` or `netviz export --safetensors` wrote"),
        WeightsError::Mismatch(differences) => {
            let differences = differences.iter().map(|difference| Diagnostic::error(format!("`{name}`: {difference}")));
            Failure::from(differences.collect::<Vec<_>>())
                .hint(format!("these are the weights of another model than `{}`", program.name))
        }
    })
}
