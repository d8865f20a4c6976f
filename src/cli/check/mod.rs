//! `netviz check`

mod facts;
mod summary;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use facts::Facts;

use super::input::Input;
use super::locate::models_in;
use super::{CheckArgs, Failure, ModelArgs, files};
use crate::diagnostics::{Diagnostic, Severity};
use crate::formats;
use crate::run::SPEC;
use crate::source::Sources;
use crate::text;

pub(super) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let mut failures = Vec::new();
    let models = models(&args.models);
    let is_one = models.len() == 1;
    for (index, model) in models.into_iter().enumerate() {
        let model = ModelArgs { model, set: args.set.clone(), dim: args.dim.clone(), strict: args.strict };
        let gap = if index > 0 { "\n" } else { "" };
        let result =
            if args.json { print_object(&model, args.depth)? } else { print_table(&model, gap, is_one, args.depth)? };
        failures.extend(result.err());
    }
    Failure::all(failures).map_or(Ok(()), Err)
}

/// Prints `gap` and the table of a model's layers, or returns the problems of the model. With several models, the title
/// includes the file.
fn print_table(
    args: &ModelArgs,
    gap: &str,
    is_one: bool,
    depth: Option<usize>,
) -> Result<Result<(), Failure>, Failure> {
    let (model, sources) = match Input::open(args, &[]).and_then(|input| Ok((input.read()?, input.sources))) {
        Ok(read) => read,
        Err(failure) => return Ok(Err(failure)),
    };
    let name = model.graph.name();
    let title = if is_one { name.to_owned() } else { format!("{name} ({})", sources.model().name()) };
    let text = if model.source.is_some() {
        let facts = Facts::of(&model);
        let table = summary::grouped(&model.graph, depth.unwrap_or(usize::MAX));
        format!("{}\n{table}\n{}", facts.head(&title), facts.foot())
    } else {
        summary::summary(&model.graph, &title)
    };
    files::print(&format!("{gap}{text}")).map(Ok)
}

/// Prints a model and its problems as JSON.
fn print_object(args: &ModelArgs, depth: Option<usize>) -> Result<Result<(), Failure>, Failure> {
    let input = Input::open(args, &[]);
    let name = match &input {
        Ok(input) => input.sources.model().name().to_owned(),
        Err(_) => args.model.as_deref().unwrap_or(Path::new("")).to_string_lossy().into_owned(),
    };
    let checked = input.and_then(|input| input.model().map(|model| (model, input.sources)));
    let (network, facts, problems): (Value, Value, Vec<_>) = match &checked {
        Ok((model, sources)) => {
            let problems = model.warnings.iter().map(|warning| (warning, Some(sources))).collect();
            // As in the table, layers of model files are in no groups.
            let depth = depth.filter(|_| model.source.is_some());
            (formats::network(&model.graph), Facts::of(model).to_json(depth), problems)
        }
        Err(failure) => (Value::Null, Value::Null, failure.diagnostics().collect()),
    };
    let list = |severity| -> Vec<Value> { of_severity(&problems, severity).collect() };
    let (errors, warnings) = (list(Severity::Error), list(Severity::Warning));
    let is_valid = errors.is_empty() && (warnings.is_empty() || !args.strict);
    let mut object = json!({"model": name, "valid": is_valid, "errors": errors, "warnings": warnings});
    if let (Some(object), Value::Object(facts)) = (object.as_object_mut(), facts) {
        object.extend(facts);
    }
    object["network"] = network;
    files::print_data(&(text::json(&object) + "\n"))?;
    Ok(if is_valid { Ok(()) } else { Err(Failure::already_reported()) })
}

fn of_severity<'a>(
    problems: &'a [(&Diagnostic, Option<&Sources>)],
    severity: Severity,
) -> impl Iterator<Item = Value> + 'a {
    let problems = problems.iter().filter(move |(problem, _)| problem.severity == severity);
    problems.map(|(problem, sources)| object(problem, *sources))
}

/// A problem as JSON, with its position: line and column count from 1, columns in characters.
fn object(problem: &Diagnostic, sources: Option<&Sources>) -> Value {
    let mut object = json!({"message": problem.message, "hint": problem.hint});
    if let (Some(span), Some(sources)) = (problem.span, sources) {
        let source = sources.get(span.source);
        let (line, range) = source.line_at(span.start);
        let column = source.text()[range.start..span.start].chars().count() + 1;
        (object["file"], object["line"], object["column"]) = (source.name().into(), line.into(), column.into());
    }
    object
}

/// The named models, with the model files in place of folders; `None`, the default model, if none is named.
fn models(named: &[PathBuf]) -> Vec<Option<PathBuf>> {
    let inside = |path: &Path| -> Vec<PathBuf> {
        let is_run = path.join(SPEC).is_file();
        if is_run { Vec::new() } else { models_in(path).collect() }
    };
    let expanded = named.iter().flat_map(|path| {
        let inside = inside(path);
        if inside.is_empty() { vec![path.clone()] } else { inside }
    });
    if named.is_empty() { vec![None] } else { expanded.map(Some).collect() }
}
