//! The input of a network, which has one that netviz trains.

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::{DType, Dim, Instruction, Op, Program, ValueId};
use netviz_model::text::plural;

use crate::import::Origin;

/// The sizes of a sample in the order of the file, and the type of its values.
pub(super) type Input = (Vec<usize>, DType);

/// The inputs, as far as their sizes are known, and what is wrong with them and with the outputs: the network has one each.
pub(super) fn inputs(program: &Program, origin: &Origin) -> (Vec<Option<Input>>, Vec<Diagnostic>) {
    if program.inputs().is_empty() && ["GGUF", "safetensors"].contains(&origin.format) {
        let message =
            format!("{} files hold tensors, and no graph that says what layers they belong to", origin.format);
        let hint = "give the network itself: as ONNX, as `.pt2` of PyTorch or as `.keras`";
        return (Vec::new(), vec![Diagnostic::error(message).hint(hint)]);
    }
    let list = |ids: &[ValueId]| {
        let names: Vec<String> = ids.iter().map(|&id| format!("`{}`", excerpt(&program.value(id).name))).collect();
        names.join(", ")
    };
    let ends = [("input", program.inputs()), ("output", program.outputs())];
    let several = ends.into_iter().filter(|(_, ids)| ids.len() != 1).map(|(what, ids)| {
        let message = match ids {
            [] => format!("the network has no {what}"),
            ids => format!("the network has {}: {}", plural(ids.len(), what), list(ids)),
        };
        Diagnostic::error(message).hint("a network that netviz trains has one input and one output")
    });
    let mut problems: Vec<Diagnostic> = several.collect();
    let inputs = program.inputs().iter().map(|&id| {
        let ty = &program.value(id).ty;
        let dims = ty.dims().and_then(<[Dim]>::split_first);
        let sizes = dims.and_then(|(_, sample)| sample.iter().map(Dim::size).collect::<Option<Vec<usize>>>());
        let dtype = if ty.dtype().is_float() { DType::Float32 } else { DType::Int64 };
        sizes.filter(|sizes| !sizes.is_empty() && !sizes.contains(&0)).map(|sizes| (sizes, dtype))
    });
    let inputs: Vec<Option<Input>> = inputs.collect();
    for (&id, _) in program.inputs().iter().zip(&inputs).filter(|(_, input)| input.is_none()) {
        let value = program.value(id);
        let message = format!("the input `{}` is {}", excerpt(&value.name), value.ty.signature());
        let hint = "fix its sizes with `--dim NAME=SIZE`; the first one is the batch";
        problems.push(Diagnostic::error(message).hint(hint));
    }
    (inputs, problems)
}

/// Whether images have their channels last: in Keras by its configuration, else if all that reads the input puts
/// them first.
pub(super) fn is_channels_last(program: &Program, origin: &Origin) -> bool {
    if origin.metadata.iter().any(|(key, value)| key == "data format" && value.ends_with("last")) {
        return true;
    }
    let mut readers = program.instructions().iter().filter(|it| it.values().any(|id| id == program.input())).peekable();
    let turns = |instruction: &Instruction| match &instruction.op {
        Op::Opaque(op) => op.name == "Transpose" && op.settings.iter().any(|it| it.value.to_string() == "0×3×1×2"),
        _ => false,
    };
    readers.peek().is_some() && readers.all(turns)
}
