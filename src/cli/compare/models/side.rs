//! One of two models that are compared.

use std::collections::HashMap;
use std::path::Path;

use super::CompareArgs;
use crate::cli::input::Input;
use crate::cli::locate::{self, Located};
use crate::cli::trained::{verified, verify_spec, weights_of_run};
use crate::cli::{Failure, ModelArgs};
use crate::exchange::import::{Dims, Tensor};
use crate::files::{Shown, record};
use crate::{Model, Opened};

/// A model with the values of its parameters, as far as there are any.
pub(super) struct Side {
    /// As the user calls it.
    pub(super) name: String,
    /// The format: `ONNX`, or `netviz` for model files and runs.
    pub(super) format: &'static str,
    /// What wrote the operators, if the format leaves that open.
    pub(super) exporter: String,
    pub(super) model: Model,
    /// The values of each parameter of the program. They are in files until they are used.
    pub(super) tensors: Vec<Option<Tensor>>,
}

impl Side {
    /// Reads both models.
    ///
    /// # Errors
    /// All problems of both.
    pub(super) fn both(names: [&Path; 2], args: &CompareArgs) -> Result<[Self; 2], Failure> {
        let standard_input = Path::new("-");
        if names == [standard_input; 2] {
            let failure = Failure::new("standard input holds one model");
            return Err(failure.hint("name a file for one of the two"));
        }
        let inputs = names.map(|name| {
            let located = locate::model(Some(name), Path::new(""))?;
            let input = Input::of(located.clone(), &ModelArgs::of(name.to_owned()), &[])?.with_dims(&args.dim)?;
            Ok((located, input))
        });
        let [first, second] = both(inputs)?;
        if let Some(dim) = args.dim.first().filter(|_| !first.1.is_foreign() && !second.1.is_foreign()) {
            let failure = Failure::new(format!("`--dim {dim}` is for models of other programs, such as ONNX"));
            return Err(failure.hint("neither of the two is one"));
        }
        let sides = [first, second].into_iter().zip(names);
        let mut sides = sides.map(|((located, input), name)| Self::new(&located, &input, name, args));
        let next = || Err(Failure::new("two models are compared"));
        both([sides.next().unwrap_or_else(next), sides.next().unwrap_or_else(next)])
    }

    fn new(located: &Located, input: &Input, name: &Path, args: &CompareArgs) -> Result<Self, Failure> {
        let mut model = if located.run().is_some() { input.model()? } else { input.read()? };
        let format = model.source.as_ref().map_or("netviz", |source| source.origin.format);
        let exporter = model.source.as_ref().map(|source| source.origin.exporter.clone()).unwrap_or_default();
        let tensors = match (located.run(), &mut model.source) {
            (Some(run), _) => of_run(run, &model, args)?,
            (None, Some(source)) => std::mem::take(&mut source.tensors).into_iter().map(Some).collect(),
            (None, None) => Vec::new(),
        };
        Ok(Self { name: name.shown(), format, exporter, model, tensors })
    }
}

/// Both results, or the problems of both.
fn both<T>([first, second]: [Result<T, Failure>; 2]) -> Result<[T; 2], Failure> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok([first, second]),
        (first, second) => {
            let failures = [first.err(), second.err()].into_iter().flatten();
            Err(Failure::all(failures).unwrap_or_else(Failure::already_reported))
        }
    }
}

/// The weights of a run, if it has any.
fn of_run(run: &Path, model: &Model, args: &CompareArgs) -> Result<Vec<Option<Tensor>>, Failure> {
    if args.verify.wanted() {
        verify_spec(run)?;
    }
    let Some(path) = weights_of_run(run) else { return Ok(Vec::new()) };
    let unreadable = || {
        let failure = Failure::new(format!("`{}` is not a valid safetensors file", path.shown()));
        failure.hint("train the model again")
    };
    record(&path);
    let file = Opened::look(&path).ok_or_else(unreadable)?;
    if args.verify.wanted() {
        verified(&path, file.bytes())?;
    }
    let stored = file.read(&Dims::default())?;
    let names = stored.graph.program().parameters().iter().map(|parameter| parameter.name.clone());
    let tensors = stored.source.map(|source| source.tensors).unwrap_or_default();
    let mut values: HashMap<String, Tensor> = names.zip(tensors).collect();
    let parameters = model.graph.program().parameters();
    Ok(parameters.iter().map(|parameter| values.remove(&parameter.name)).collect())
}
