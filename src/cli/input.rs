//! The model that a command works on.

use std::path::Path;

use netviz_exchange::Bytes;
use netviz_exchange::import::Dims;

use super::locate::{self, Located};
use super::{Failure, ModelArgs, failure::print_diagnostics};
use crate::diagnostics::{Diagnostic, Severity};
use crate::files::{ReadError, Shown, read_within, record};
use crate::limits;
use crate::model::kind;
use crate::run::SPEC;
use crate::source::{Source, SourceError, Sources};
use crate::spec::Override;
use crate::text::thousands;
use crate::{Model, Opened};

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
    /// The file, if it is that of another program; `sources` then has its name only.
    pub(super) foreign: Option<(Opened, Dims)>,
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
        let mut sources = match load(&located)? {
            Loaded::Text(source) => Sources::new(source),
            Loaded::Foreign(file) => return Self::of_foreign(located, file, args, flags),
        };
        if let Some(dim) = args.dim.first() {
            let failure = Failure::new(format!("`--dim {dim}` is for models of other programs, such as ONNX"));
            return Err(failure.hint("set the sizes of a model file with `--set input=[1, 28, 28]`").with_code(2));
        }
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
        Ok(Self { located: Some(located), sources, overrides, strict: args.strict, foreign: None })
    }

    /// Whether the model is the file of another program.
    pub(super) fn is_foreign(&self) -> bool {
        self.foreign.is_some()
    }

    /// The same input with sizes for those symbols that it has, if it is the file of another program.
    ///
    /// # Errors
    /// If one is not of the form `name=size`.
    pub(super) fn with_dims(mut self, dims: &[String]) -> Result<Self, Failure> {
        if let Some((_, known)) = &mut self.foreign {
            *known = Dims::new(dims.iter().map(|text| size(text)).collect::<Result<_, _>>()?).shared();
        }
        Ok(self)
    }

    /// A file of another program, which has no values to set.
    fn of_foreign(
        located: Located,
        file: Opened,
        args: &ModelArgs,
        flags: &[(&str, &str, Option<&str>)],
    ) -> Result<Self, Failure> {
        let flag = flags.iter().find(|(.., value)| value.is_some()).map(|(flag, ..)| *flag);
        if let Some(flag) = flag.or_else(|| args.set.first().map(|_| "--set")) {
            let failure = Failure::new(format!("`{flag}` is for model files, not for those of {}", file.reader().name));
            return Err(failure.hint("`--dim NAME=SIZE` fixes a size").with_code(2));
        }
        let dims = Dims::new(args.dim.iter().map(|text| size(text)).collect::<Result<_, _>>()?);
        let name = located.file().map(|path| path.shown()).unwrap_or_default();
        let sources = Sources::new(Source::new(name, ""));
        let (overrides, strict) = (Vec::new(), args.strict);
        Ok(Self { located: Some(located), sources, overrides, strict, foreign: Some((file, dims)) })
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
        match &self.foreign {
            Some((file, dims)) => Ok(file.read(dims)?),
            None => Ok(Model::read(&self.sources, &self.overrides)?),
        }
    }
}

/// A size by its name: `batch=1`.
fn size(text: &str) -> Result<(String, usize), Failure> {
    let parsed =
        text.split_once('=').and_then(|(name, size)| Some((name.trim().to_owned(), size.trim().parse().ok()?)));
    parsed.ok_or_else(|| {
        Failure::new(format!("`--dim {text}` is not a name and a size")).hint("such as `--dim batch=1`").with_code(2)
    })
}

/// What a file holds.
enum Loaded {
    /// Perhaps a model file.
    Text(Source),
    /// The model of another program.
    Foreign(Opened),
}

fn load(located: &Located) -> Result<Loaded, Failure> {
    let path = match located {
        Located::BuiltIn(model) => return Ok(Loaded::Text(model.source())),
        Located::File(path) => path.clone(),
        Located::Run(folder) => folder.join(SPEC),
    };
    let name = path.shown();
    if let Some(file) = Opened::look(&path) {
        record(&path);
        return Ok(Loaded::Foreign(file));
    }
    if let Some(kind) = Opened::refused(&path) {
        return Err(kind::refused(&name, kind).into());
    }
    let limit = |start: &[u8]| if Opened::begins(start) { limits::STREAM } else { limits::MODEL_FILE };
    let bytes = read_within(&path, limit).map_err(|error| match &error {
        ReadError::TooLarge(limits::MODEL_FILE) => SourceError::TooLarge { name: name.clone() }.into(),
        _ => error.diagnostic("", &path),
    })?;
    // What comes through a pipe may be a file of another program, too.
    let bytes = Bytes::from(bytes);
    if let Some(file) = Opened::new(&path, &bytes) {
        return Ok(Loaded::Foreign(file));
    }
    match kind::of(&bytes, "") {
        Some(kind) => Err(kind::refused(&name, kind).into()),
        None => Ok(Loaded::Text(Source::from_bytes(name, bytes.into()).map_err(Diagnostic::from)?)),
    }
}
