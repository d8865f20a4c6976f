//! `netviz export`

use std::fmt::Write;
use std::path::Path;

use super::trained::Trained;
use super::{ExportArgs, Failure, files};
use crate::exchange::{Format, PREPROCESSING, by_ending};
use crate::files::{Output, Shown, write_all};
use crate::ir::Program;
use crate::text::{self, bytes as size, shell};

/// One file to be written.
struct Export<'a> {
    path: &'a Path,
    format: &'static Format,
    bytes: Vec<u8>,
}

pub(super) fn run(args: &ExportArgs) -> Result<(), Failure> {
    let targets = targets(args)?;
    let trained = match &args.weights {
        Some(weights) => Trained::of_model(&args.run, weights)?,
        None => Trained::open(&args.run, args.verify)?,
    };
    // Nothing is written before everything has been checked.
    let exports = targets.iter().map(|(path, format)| serialize(path, format, &trained));
    let exports = exports.collect::<Result<Vec<_>, _>>()?;
    let of = if args.weights.is_some() { "weights" } else { "run" };
    let report = report(&exports, &trained.program, of);
    let to_stdout = exports.iter().any(|export| export.path == Path::new("-"));
    let outputs: Vec<Output> = exports.into_iter().map(|export| Output::new(export.path, export.bytes)).collect();
    write_all(&outputs)?;
    if to_stdout { Ok(()) } else { files::print(&report) }
}

/// The files to write, each with its format.
fn targets(args: &ExportArgs) -> Result<Vec<(&Path, &'static Format)>, Failure> {
    let options = [(&args.onnx, "onnx"), (&args.safetensors, "safetensors")];
    let named = options.into_iter().filter_map(|(path, ending)| Some((path.as_deref()?, by_ending(ending)?)));
    let mut targets: Vec<(&Path, &Format)> = named.collect();
    for path in args.files.iter().chain(&args.outputs) {
        let Some(format) = format_of(path) else {
            let failure = Failure::new(format!("`{}`: its ending names no format", path.shown()));
            return Err(failure.hint("`.onnx` and `.safetensors` do; or name one: `--onnx FILE`").with_code(2));
        };
        targets.push((path, format));
    }
    let is_twice = |index: usize| targets[..index].iter().any(|(path, _)| *path == targets[index].0);
    if (0..targets.len()).any(is_twice) {
        return Err(Failure::new("both formats would go to the same file").hint("give each a file of its own"));
    }
    if targets.is_empty() {
        let named = &args.run;
        let is_file = !named.exists() && format_of(named).is_some();
        let hint = if is_file {
            format!("name the run before the file: `netviz export runs {}` exports the newest run", shell(named))
        } else {
            format!("`netviz export {} model.onnx`", shell(named))
        };
        return Err(Failure::new("there is no file to write").hint(hint).with_code(2));
    }
    Ok(targets)
}

/// The format that the ending of a path names.
fn format_of(path: &Path) -> Option<&'static Format> {
    by_ending(&path.extension()?.to_string_lossy())
}

/// Serializes a network, and compares what is read back with it.
fn serialize<'a>(
    path: &'a Path,
    format: &'static Format,
    Trained { program, weights, .. }: &Trained,
) -> Result<Export<'a>, Failure> {
    let bytes = (format.write)(program, weights);
    (format.check)(&bytes, program, weights).map_err(|error| {
        Failure::new(format!("the {} file, read back, is not what was written: {error}", format.name))
            .hint("nothing was written")
    })?;
    Ok(Export { path, format, bytes })
}

/// A path as a Python string literal, for which the JSON form is valid.
fn quoted(path: &Path) -> String {
    text::json(&path.to_string_lossy().into())
}

fn report(exports: &[Export], program: &Program, of: &str) -> String {
    let mut text = String::new();
    for Export { path, format, bytes } in exports {
        let _ = writeln!(text, "{}: {}, {}", path.shown(), size(bytes.len() as u64), (format.contents)(program));
    }
    let _ = writeln!(text, "Read back and compared with the {of}: equal.\n");
    if let Some(preprocessing) = program.preprocessing() {
        let _ = writeln!(text, "Each sample is expected as\n  {preprocessing}\n({PREPROCESSING} in the metadata)\n");
    }
    text += "To use it in Python:\n";
    for Export { path, format, .. } in exports {
        for line in (format.usage)(program, &quoted(path)).lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}
