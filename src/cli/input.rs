//! The model that a command works on.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Failure, ModelArgs, failure::print_diagnostics};
use crate::Model;
use crate::files::{ReadError, Shown, read};
use crate::limits;
use crate::source::{Source, Sources};
use crate::spec::Override;
use crate::text::thousands;

/// The model that commands work on where none is named.
const DEFAULT: &str = "models/mnist.yaml";
const BUILT_IN: &str = include_str!("../../models/mnist.yaml");

/// A model as a command names it, not yet read.
#[derive(Debug)]
pub struct Input {
    /// Its texts.
    pub sources: Sources,
    /// What the command line sets.
    pub overrides: Vec<Override>,
}

impl Input {
    /// Loads the model file and parses the values set. `flags` are options that stand for one value
    /// each: the option, the path that it sets, and the value.
    ///
    /// # Errors
    /// Where the file cannot be read or a value is not of the form `path=value`.
    pub fn open(args: &ModelArgs, flags: &[(&str, &str, Option<&str>)]) -> Result<Self, Failure> {
        let mut sources = Sources::new(load(args.model.as_deref())?);
        if args.set.len() > limits::OVERRIDES {
            let failure = Failure::new(format!("{} values are set", thousands(args.set.len())));
            let most = thousands(limits::OVERRIDES);
            return Err(failure.hint(format!("at most {most} can be; write the others into the model file")));
        }
        let mut overrides = Vec::new();
        for text in &args.set {
            overrides.push(Override::parse("--set", text, &mut sources)?);
        }
        for &(flag, path, value) in flags {
            if let Some(value) = value {
                overrides.push(Override::parse(flag, &format!("{path}={value}"), &mut sources)?);
            }
        }
        Ok(Self { sources, overrides })
    }

    /// Reads and checks the model; prints its warnings.
    ///
    /// # Errors
    /// Every problem of the model.
    pub fn read(&self) -> Result<Model, Failure> {
        let model = Model::read(&self.sources, &self.overrides)
            .map_err(|diagnostics| Failure::of_model(diagnostics, self.sources.clone()))?;
        print_diagnostics(&model.warnings, Some(&self.sources));
        Ok(model)
    }
}

/// The file of the model that a command names; `None` for the built-in one.
pub(super) fn file(path: Option<&Path>) -> Option<PathBuf> {
    let path = match path {
        Some(path) => path.to_owned(),
        None => Some(PathBuf::from(DEFAULT)).filter(|path| path.is_file())?,
    };
    Some(if path.is_dir() { path.join(crate::run::SPEC) } else { path })
}

fn load(path: Option<&Path>) -> Result<Source, Failure> {
    let Some(path) = file(path) else { return Ok(Source::new("built-in mnist.yaml", BUILT_IN)) };
    let name = path.shown();
    let bytes = read(&path, limits::MODEL_FILE).map_err(|error| match &error {
        ReadError::TooLarge(_) => Source::too_large(&name),
        ReadError::Io(cause) if cause.kind() == ErrorKind::NotFound => {
            error.diagnostic("", &path).hint("check the path; without one, models/mnist.yaml is used")
        }
        _ => error.diagnostic("", &path),
    })?;
    Ok(Source::from_bytes(name, bytes)?)
}
