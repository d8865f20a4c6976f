//! A trained run: its model with its weights.

use std::path::{Path, PathBuf};

use super::input::Input;
use super::locate::{self, Located, RunFiles};
use super::{Failure, ModelArgs, VerifyArgs};
use crate::Model;
use crate::diagnostics::Diagnostic;
use crate::exchange::{Error, safetensors};
use crate::files::{Shown, read};
use crate::ir::Program;
use crate::limits;
use crate::memory::{MemoryRequirement, available};
use crate::run::{self, SPEC, WEIGHTS};
use crate::weights::Weights;

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
    /// Reads a run by its folder, its name in `runs` or a weights file in it. Does not print the warnings about the
    /// model, which were printed when it was trained.
    ///
    /// # Errors
    /// If the folder or a file is missing, if a file was changed, or if a weight is not finite; every problem of the
    /// model, or every difference between the weights and the model.
    pub fn open(run: &Path, verify: VerifyArgs) -> Result<Self, Failure> {
        let RunFiles { folder, weights } = locate::run(run)?;
        if verify.wanted() {
            verify_spec(&folder)?;
        }
        let args = ModelArgs::of(folder.clone());
        let model = Input::of(Located::Run(folder), &args, &[])?.model()?;
        let program = model.graph.program().clone();
        let weights = finite_weights(&weights, &program, verify)?;
        Ok(Self { model, program, weights })
    }

    /// Reads a model and a file of its weights, and prints the warnings about the model.
    ///
    /// # Errors
    /// Every problem of the model, or every difference between the weights and the model.
    pub(super) fn of_model(model: &Path, weights: &Path) -> Result<Self, Failure> {
        let model = Input::open(&ModelArgs::of(model.to_owned()), &[])?.read()?;
        model.graph.runnable()?;
        let program = model.graph.program().clone();
        let weights = finite_weights(weights, &program, VerifyArgs { no_verify: true })?;
        Ok(Self { model, program, weights })
    }
}

/// The weights file of a run, if it has one.
pub(super) fn weights_of_run(run: &Path) -> Option<PathBuf> {
    Some(run.join(WEIGHTS)).filter(|path| path.is_file())
}

/// Checks that the model in a run's folder is the one that the run was started with.
///
/// # Errors
/// If it is not.
pub(super) fn verify_spec(run: &Path) -> Result<(), Failure> {
    let path = run.join(SPEC);
    let Ok(bytes) = read(&path, limits::MODEL_FILE) else { return Ok(()) };
    verified(&path, &bytes)
}

/// Checks that a file of a run is as the run wrote it.
///
/// # Errors
/// If it is not.
pub(super) fn verified(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    run::verify(path, bytes).map_err(|why| {
        let run = path.parent().unwrap_or(Path::new(""));
        Failure::new(format!("`{}`: {why}", run.shown()))
            .hint("restore the file, train again, or skip the check with `--no-verify`")
    })
}

/// Reads the parameters of a program for its use.
///
/// # Errors
/// If the file cannot be read or is not that of the model's weights, and if a weight is not finite.
pub fn finite_weights(path: &Path, program: &Program, verify: VerifyArgs) -> Result<Weights, Failure> {
    let weights = read_weights(path, program, verify)?;
    match weights.first_not_finite(program) {
        None => Ok(weights),
        Some(parameter) => {
            let message = format!("`{}` cannot be used: `{parameter}` contains NaN or infinity", path.shown());
            Err(Failure::new(message).hint("train the model again, with a smaller learning rate"))
        }
    }
}

/// Reads the parameters of a program.
///
/// # Errors
/// If the file cannot be read, is damaged or was changed, or if there is too little memory; every difference between it
/// and the program.
pub(super) fn read_weights(path: &Path, program: &Program, verify: VerifyArgs) -> Result<Weights, Failure> {
    let name = path.shown();
    // Both the file and its values are in memory.
    MemoryRequirement::default()
        .and("the file of weights", program.parameter_bytes())
        .and("their values", program.parameter_bytes())
        .check(&format!("reading `{name}`"), available())?;
    let bytes = read(path, limits::WEIGHTS_HEADER.saturating_add(program.parameter_bytes()))
        .map_err(|error| error.diagnostic("", path))?;
    if verify.wanted() {
        verified(path, &bytes)?;
    }
    safetensors::read(&bytes, program).map_err(|error| match error {
        Error::Mismatch(differences) => {
            let differences = differences.iter().map(|difference| Diagnostic::error(format!("`{name}`: {difference}")));
            Failure::from(differences.collect::<Vec<_>>())
                .hint(format!("these are the weights of another model than `{}`", program.name()))
        }
        Error::Format(what) => Failure::new(format!("`{name}` is {what}"))
            .hint("train the model again, or name a file that `netviz train` or `netviz export --safetensors` wrote"),
        error => Failure::new(format!("`{name}`: {error}")).hint("name a file of weights of this model"),
    })
}
