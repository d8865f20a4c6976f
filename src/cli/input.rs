//! The model that a command works on.

use std::io::Read;
use std::path::Path;

use super::locate::{self, Located};
use super::{Failure, ModelArgs, failure::print_diagnostics};
use crate::Model;
use crate::diagnostics::{Diagnostic, Severity};
use crate::files::{BINARY, ReadError, Shown, foreign, read};
use crate::limits;
use crate::run::SPEC;
use crate::source::{Source, SourceError, Sources};
use crate::spec::Override;
use crate::text::thousands;

/// A model that a command has loaded, but not yet parsed.
#[derive(Debug)]
pub struct Input {
    /// Its origin; `None` if it is in a document.
    pub(super) located: Option<Located>,
    /// Its texts.
    pub sources: Sources,
    /// Values set on the command line.
    pub overrides: Vec<Override>,
    /// Whether warnings are errors.
    pub strict: bool,
}

impl Input {
    /// Loads the model file and parses the values that are set. `flags` are options that set one value each: the
    /// option, the path that it sets, and the value.
    ///
    /// # Errors
    /// If the file cannot be read, or if a value is not of the form `path=value`.
    pub fn open(args: &ModelArgs, flags: &[(&str, &str, Option<&str>)]) -> Result<Self, Failure> {
        Self::of(locate::model(args.model.as_deref(), Path::new(""))?, args, flags)
    }

    /// [`Self::open`] for a model that has been located.
    pub(super) fn of(
        located: Located,
        args: &ModelArgs,
        flags: &[(&str, &str, Option<&str>)],
    ) -> Result<Self, Failure> {
        let mut sources = Sources::new(load(&located)?);
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
        Ok(Self { located: Some(located), sources, overrides, strict: args.strict })
    }

    /// Reads and checks the model; prints its warnings.
    ///
    /// # Errors
    /// Every problem of the model; with `--strict`, also every warning.
    pub fn read(&self) -> Result<Model, Failure> {
        let model = self.model()?;
        if self.strict && !model.warnings.is_empty() {
            let errors = model.warnings.into_iter().map(|warning| Diagnostic { severity: Severity::Error, ..warning });
            return Err(Failure::of_model(errors.collect(), self.sources.clone()));
        }
        print_diagnostics(&model.warnings, Some(&self.sources));
        Ok(model)
    }

    /// Reads and checks the model; its warnings are not printed.
    ///
    /// # Errors
    /// Every problem of the model.
    pub(super) fn model(&self) -> Result<Model, Failure> {
        Ok(Model::read(&self.sources, &self.overrides)?)
    }
}

fn load(located: &Located) -> Result<Source, Failure> {
    let path = match located {
        Located::BuiltIn(model) => return Ok(model.source()),
        Located::File(path) => path.clone(),
        Located::Run(folder) => folder.join(SPEC),
    };
    let name = path.shown();
    let bytes = read(&path, limits::MODEL_FILE).map_err(|error| match &error {
        ReadError::TooLarge(_) => {
            too_large(&path).unwrap_or_else(|| SourceError::TooLarge { name: name.clone() }.into())
        }
        _ => error.diagnostic("", &path),
    })?;
    match foreign(&bytes) {
        Some(kind) => Err(no_model(&path, kind).into()),
        None => Ok(Source::from_bytes(name, bytes).map_err(Diagnostic::from)?),
    }
}

/// The hint with the smallest model file.
const SMALLEST: &str = "the smallest model is\n    input: [784]\n    layers:\n      - dense: {units: 10}";

fn no_model(path: &Path, kind: &str) -> Diagnostic {
    Diagnostic::error(format!("`{}` is not a model file: it looks like {kind}", path.shown())).hint(SMALLEST)
}

/// The error for a file that is too large for a model, if its first bytes show that it is of another kind.
fn too_large(path: &Path) -> Option<Diagnostic> {
    let mut start = Vec::new();
    std::fs::File::open(path).ok()?.take(64).read_to_end(&mut start).ok()?;
    foreign(&start).filter(|kind| *kind != BINARY).map(|kind| no_model(path, kind))
}
