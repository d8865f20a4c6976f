//! The model that a command works on.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Failure, ModelArgs, failure::print_diagnostics};
use crate::Model;
use crate::diagnostics::Diagnostic;
use crate::source::{Source, Sources};
use crate::spec::Override;

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
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; without one, models/mnist.yaml is used",
            _ => "check the path and its permissions",
        };
        Failure::from(Diagnostic::error(format!("cannot read `{name}`: {}", plain(&error))).hint(hint))
    };
    let mut bytes = Vec::new();
    let limit = Source::MAX_BYTES as u64 + 1;
    let read = File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(unreadable)?;
    Ok(Source::from_bytes(name, bytes)?)
}

/// An error of the operating system in lower case and without its number.
pub fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
