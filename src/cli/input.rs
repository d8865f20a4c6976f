//! The model that a command works on.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Failure, ModelArgs, failure::print_diagnostics};
use crate::Model;
use crate::diagnostics::{Diagnostic, Severity};
use crate::files::{BINARY, ReadError, Shown, foreign, read};
use crate::limits;
use crate::run::SPEC;
use crate::source::{Source, Sources};
use crate::spec::{Override, suggest};
use crate::text::{shell, thousands};

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
    /// Whether warnings are errors.
    pub strict: bool,
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
        Ok(Self { sources, overrides, strict: args.strict })
    }

    /// Reads and checks the model; prints its warnings.
    ///
    /// # Errors
    /// Every problem of the model, with `--strict` every warning too.
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
        Model::read(&self.sources, &self.overrides)
            .map_err(|diagnostics| Failure::of_model(diagnostics, self.sources.clone()))
    }
}

/// The file of the model that a command names; `None` for the built-in one.
pub(super) fn file(path: Option<&Path>) -> Option<PathBuf> {
    let path = match path {
        Some(path) => path.to_owned(),
        None => Some(PathBuf::from(DEFAULT)).filter(|path| path.is_file())?,
    };
    Some(if path.is_dir() { path.join(SPEC) } else { path })
}

fn load(named: Option<&Path>) -> Result<Source, Failure> {
    let Some(path) = file(named) else { return Ok(Source::new("built-in mnist.yaml", BUILT_IN)) };
    let name = path.shown();
    let bytes = read(&path, limits::MODEL_FILE).map_err(|error| match &error {
        ReadError::TooLarge(_) => too_large(&path).unwrap_or_else(|| Source::too_large(&name)),
        ReadError::Io(cause) if cause.kind() == ErrorKind::NotFound => match named {
            Some(folder) if folder.is_dir() => no_run(folder),
            _ => error.diagnostic("", &path).hint(format!("check the path{}", alternative(&path))),
        },
        _ => error.diagnostic("", &path),
    })?;
    match foreign(&bytes) {
        Some(kind) => Err(no_model(&path, kind).into()),
        None => Ok(Source::from_bytes(name, bytes)?),
    }
}

/// What a model file looks like.
const SMALLEST: &str = "the smallest model is\n    input: [784]\n    layers:\n      - dense: {units: 10}";

fn no_model(path: &Path, kind: &str) -> Diagnostic {
    Diagnostic::error(format!("`{}` is no model file: it seems to be {kind}", path.shown())).hint(SMALLEST)
}

/// A file of another kind is larger than any model, but its first bytes tell what it is.
fn too_large(path: &Path) -> Option<Diagnostic> {
    let mut start = Vec::new();
    std::fs::File::open(path).ok()?.take(64).read_to_end(&mut start).ok()?;
    foreign(&start).filter(|kind| *kind != BINARY).map(|kind| no_model(path, kind))
}

fn no_run(folder: &Path) -> Diagnostic {
    let hint = match models_in(folder).next() {
        Some(model) => format!("name a model file in it, such as `{}`", shell(&model)),
        None => "name a model file, or the folder of a run, such as `runs/mnist`".into(),
    };
    let message = format!("`{}` is a folder, but not that of a run: it holds no {SPEC}", folder.shown());
    Diagnostic::error(message).hint(hint)
}

/// The model files of a folder, in the order of their names.
fn models_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().take(limits::FOLDER_ENTRIES);
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)));
    paths.sort();
    paths.into_iter()
}

/// The endings of model files.
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The file beside a missing one that is probably meant, for a hint.
fn alternative(path: &Path) -> String {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let beside: Vec<PathBuf> = models_in(folder.unwrap_or(Path::new("."))).collect();
    let names: Vec<String> = beside.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    let same = ENDINGS.iter().map(|ending| path.with_extension(ending)).find(|path| path.is_file());
    let near = || {
        let name = suggest::nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
        Some(path.with_file_name(name))
    };
    match same.or_else(near) {
        Some(path) => format!(": did you mean `{}`?", shell(&path)),
        None => "; without one, models/mnist.yaml is used".into(),
    }
}
