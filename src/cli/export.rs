//! `netviz export`

use std::fmt::Write;
use std::path::Path;

use super::summary::size;
use super::trained::Trained;
use super::{ExportArgs, Failure, files};
use crate::export::{self, Difference};
use crate::text::thousands;

/// One file to be written.
struct Output<'a> {
    path: &'a Path,
    bytes: Vec<u8>,
    /// What is in it, to follow its size.
    contents: String,
    /// Python that uses it.
    usage: String,
}

pub(super) fn run(args: &ExportArgs) -> Result<(), Failure> {
    if args.onnx.is_some() && args.onnx == args.safetensors {
        return Err(Failure::new("both formats would go to the same file").hint("give each a file of its own"));
    }
    let trained = Trained::open(&args.run)?;
    // Nothing is written before everything has been checked.
    let onnx = args.onnx.as_deref().map(|path| onnx(path, &trained)).transpose()?;
    let safetensors = args.safetensors.as_deref().map(|path| safetensors(path, &trained)).transpose()?;
    let outputs: Vec<Output> = onnx.into_iter().chain(safetensors).collect();
    for output in &outputs {
        files::write(output.path, &output.bytes)?;
    }
    let to_stdout = outputs.iter().any(|output| output.path == Path::new("-"));
    if to_stdout { Ok(()) } else { files::print(&report(&outputs)) }
}

fn onnx<'a>(path: &'a Path, Trained { program, weights, .. }: &Trained) -> Result<Output<'a>, Failure> {
    let bytes = export::onnx(program, weights);
    export::check_onnx(&bytes, program, weights).map_err(|difference| unlike("ONNX", &difference))?;
    let (input, output) = (program.value(program.input), export::output_name(program));
    let parameters = thousands(program.parameter_count().total());
    let shape = |shape: &crate::shape::Shape| format!("float32 N×{shape}");
    let contents = format!(
        "ONNX, opset {}, {parameters} parameters\n  input   {:<8}{}\n  output  {output:<8}{}",
        export::OPSET,
        input.name,
        shape(&input.shape),
        shape(&program.value(program.logits).shape),
    );
    let usage = format!(
        "session = onnxruntime.InferenceSession({})\n[{output}] = session.run(None, {{{:?}: samples}})",
        quoted(path),
        input.name,
    );
    Ok(Output { path, bytes, contents, usage })
}

fn safetensors<'a>(path: &'a Path, Trained { program, weights, .. }: &Trained) -> Result<Output<'a>, Failure> {
    let bytes = weights.to_bytes(program);
    export::check_safetensors(&bytes, program, weights).map_err(|difference| unlike("safetensors", &difference))?;
    let contents = format!("safetensors, {} tensors named as in a PyTorch state_dict", weights.0.len());
    let usage = format!("state_dict = safetensors.torch.load_file({})", quoted(path));
    Ok(Output { path, bytes, contents, usage })
}

/// The written bytes are not what they were written from.
fn unlike(format: &str, difference: &Difference) -> Failure {
    Failure::new(format!("the {format} file, read back, {difference}")).hint("nothing was written")
}

/// A path as Python has it; a string of JSON is one of Python.
fn quoted(path: &Path) -> String {
    serde_json::Value::from(path.to_string_lossy()).to_string()
}

fn report(outputs: &[Output]) -> String {
    let mut text = String::new();
    for Output { path, bytes, contents, .. } in outputs {
        let _ = writeln!(text, "{}: {}, {contents}", path.display(), size(bytes.len()));
    }
    text += "Read back and compared with the run: equal.\n\nTo go on, in Python:\n";
    for line in outputs.iter().flat_map(|output| output.usage.lines()) {
        let _ = writeln!(text, "  {line}");
    }
    text
}
