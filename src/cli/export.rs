//! `netviz export`

use std::fmt::Write;
use std::path::Path;

use super::trained::Trained;
use super::{ExportArgs, Failure, files};
use crate::export::{self, Difference};
use crate::files::{Output, Shown, write_all};
use crate::ir::Program;
use crate::text::{self, bytes as size, shell, thousands};

/// One file to be written.
struct Export<'a> {
    path: &'a Path,
    bytes: Vec<u8>,
    /// Description of the contents, printed after the size.
    contents: String,
    /// Python code that uses it.
    usage: String,
}

/// Serializes a trained network.
type Exporter = for<'a> fn(&'a Path, &Trained) -> Result<Export<'a>, Failure>;

pub(super) fn run(args: &ExportArgs) -> Result<(), Failure> {
    let targets = targets(args)?;
    let trained = Trained::open(&args.run, args.verify)?;
    // Nothing is written before everything has been checked.
    let exports = targets.iter().map(|(path, write)| write(path, &trained)).collect::<Result<Vec<_>, _>>()?;
    let report = report(&exports, &trained.program);
    let to_stdout = exports.iter().any(|export| export.path == Path::new("-"));
    let outputs: Vec<Output> = exports.into_iter().map(|export| Output::new(export.path, export.bytes)).collect();
    write_all(&outputs)?;
    if to_stdout { Ok(()) } else { files::print(&report) }
}

/// The files to write, each with its exporter.
fn targets(args: &ExportArgs) -> Result<Vec<(&Path, Exporter)>, Failure> {
    let mut targets: Vec<(&Path, Exporter)> = Vec::new();
    targets.extend(args.onnx.as_deref().map(|path| (path, onnx as Exporter)));
    targets.extend(args.safetensors.as_deref().map(|path| (path, safetensors as Exporter)));
    for path in args.files.iter().chain(&args.outputs) {
        let Some(write) = by_ending(path) else {
            let failure = Failure::new(format!("`{}`: its ending names no format", path.shown()));
            return Err(failure.hint("`.onnx` and `.safetensors` do; or name one: `--onnx FILE`").with_code(2));
        };
        targets.push((path, write));
    }
    let is_twice = |index: usize| targets[..index].iter().any(|(path, _)| *path == targets[index].0);
    if (0..targets.len()).any(is_twice) {
        return Err(Failure::new("both formats would go to the same file").hint("give each a file of its own"));
    }
    if targets.is_empty() {
        let named = &args.run;
        let is_file = !named.exists() && by_ending(named).is_some();
        let hint = if is_file {
            format!("name the run before the file: `netviz export runs {}` exports the newest run", shell(named))
        } else {
            format!("`netviz export {} model.onnx`", shell(named))
        };
        return Err(Failure::new("there is no file to write").hint(hint).with_code(2));
    }
    Ok(targets)
}

/// The exporter for the extension of a file name.
fn by_ending(path: &Path) -> Option<Exporter> {
    match path.extension()?.to_string_lossy().to_lowercase().as_str() {
        "onnx" => Some(onnx),
        "safetensors" => Some(safetensors),
        _ => None,
    }
}

fn onnx<'a>(path: &'a Path, Trained { program, weights, .. }: &Trained) -> Result<Export<'a>, Failure> {
    let bytes = export::onnx(program, weights);
    export::check_onnx(&bytes, program, weights).map_err(|difference| unlike("ONNX", &difference))?;
    let (input, output) = (program.value(program.input()), export::output_name(program));
    let parameters = thousands(program.parameter_count().total());
    let contents = format!(
        "ONNX, opset {}, {parameters} parameters\n  input   {:<8}{}\n  output  {output:<8}{}",
        export::OPSET,
        input.name,
        input.ty.signature(),
        program.value(program.logits).ty.signature(),
    );
    let usage = format!(
        "session = onnxruntime.InferenceSession({})\n[{output}] = session.run(None, {{{:?}: samples}})",
        quoted(path),
        input.name,
    );
    Ok(Export { path, bytes, contents, usage })
}

fn safetensors<'a>(path: &'a Path, Trained { program, weights, .. }: &Trained) -> Result<Export<'a>, Failure> {
    let bytes = export::safetensors(program, weights);
    export::check_safetensors(&bytes, program, weights).map_err(|difference| unlike("safetensors", &difference))?;
    let contents = format!("safetensors, {} tensors named as in a PyTorch state_dict", weights.0.len());
    let usage = format!("state_dict = safetensors.torch.load_file({})", quoted(path));
    Ok(Export { path, bytes, contents, usage })
}

/// The serialized bytes, read back, differ from the network.
fn unlike(format: &str, difference: &Difference) -> Failure {
    Failure::new(format!("the {format} file, read back, {difference}")).hint("nothing was written")
}

/// A path as a Python string literal, for which the JSON form is valid.
fn quoted(path: &Path) -> String {
    text::json(&path.to_string_lossy().into())
}

fn report(exports: &[Export], program: &Program) -> String {
    let mut text = String::new();
    for Export { path, bytes, contents, .. } in exports {
        let _ = writeln!(text, "{}: {}, {contents}", path.shown(), size(bytes.len() as u64));
    }
    text += "Read back and compared with the run: equal.\n\n";
    if let Some(preprocessing) = program.preprocessing {
        let _ = writeln!(
            text,
            "Each sample is expected as\n  {preprocessing}\n({} in the metadata)\n",
            export::PREPROCESSING
        );
    }
    text += "To use it in Python:\n";
    for line in exports.iter().flat_map(|export| export.usage.lines()) {
        let _ = writeln!(text, "  {line}");
    }
    text
}
