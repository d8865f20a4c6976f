//! Checks that data, output and loss of a `train` section fit together.

use crate::diagnostics::{Diagnostic, Problems};
use crate::graph::Node;
use crate::ir::{Gather, Instruction, Op, Operand, Program, TensorType};
use crate::loss::{OutputLayer, with_class_weights};
use crate::spec::Train;
use crate::text::thousands;

/// Checks the last layer.
pub(super) fn check(train: &Train, output: Option<(&Node, &TensorType)>, problems: &mut Problems) {
    let dataset = train.data.value;
    check_weights(train, problems);
    check_validation(train, problems);
    let Some((output, ty)) = output else { return };
    let classes = dataset.classes.len();
    if ty.sample().as_deref() != Some(&[classes]) {
        let message = format!("`{}` has {classes} classes, but the last layer gives {ty}", dataset.name);
        let hint = format!("end in `- dense: {{units: {classes}, activation: softmax}}`");
        problems.push(Diagnostic::error(message).at(train.data.span).hint(hint));
    }
    if let Some(misfit) = train.loss.value.misfit(&ending(output)) {
        problems.push(misfit.at(train.loss.span));
    }
}

/// Checks that tables in which the data are looked up have an entry for every value. Only operations that move values
/// have whole numbers as outputs, so these are those of the data.
pub(super) fn check_lookups(train: &Train, program: &Program, problems: &mut Problems) {
    let values = usize::from(u8::MAX) + 1;
    for Instruction { scope, op, inputs, .. } in program.instructions() {
        let (Op::Gather(Gather { axis: 0 }), [Operand::Parameter(table), _]) = (op, &inputs[..]) else { continue };
        let entries = program.parameter(*table).shape.first().copied().unwrap_or(0);
        if entries < values {
            let message = format!(
                "the vocabulary of `{scope}` is {}, but `{}` has {values} different values",
                thousands(entries),
                train.data.value.name
            );
            let hint = format!("write `vocabulary: {values}`");
            problems.push(Diagnostic::error(message).at(train.data.span).hint(hint));
        }
    }
}

/// Checks that there is one weight per class, and a loss that supports class weights.
fn check_weights(train: &Train, problems: &mut Problems) {
    let Some(weights) = &train.class_weights else { return };
    let (dataset, count) = (train.data.value, weights.value.len());
    let classes = dataset.classes.len();
    if count != classes {
        let message = format!("`{}` has {classes} classes, but `class_weights` has {count} weights", dataset.name);
        let hint = "give one weight per class, in the order of the labels";
        problems.push(Diagnostic::error(message).at(weights.span).hint(hint));
    }
    if !train.loss.value.supports_class_weights() {
        let losses: Vec<String> = with_class_weights().iter().map(|name| format!("`loss: {name}`")).collect();
        let message = format!("`class_weights` needs {}", losses.join(" or "));
        let hint = "use that loss, or remove `class_weights`";
        problems.push(Diagnostic::error(message).at(weights.span).hint(hint));
    }
}

/// Checks that there is only one kind of validation, and warns if the test set is also used for decisions.
fn check_validation(train: &Train, problems: &mut Problems) {
    let Some(data) = train.validation_data else { return };
    if train.validation_split.share.0 > 0.0 {
        let message = "`validation_data` and `validation_split` cannot be combined";
        problems.push(Diagnostic::error(message).at(data.span).hint("remove one of the two"));
    } else if train.early_stopping.is_some() {
        let message = "the test set selects the best epoch, so the test metrics are too optimistic";
        let hint = "use `validation_split` for `early_stopping`, and keep the test samples for the end";
        problems.push(Diagnostic::warning(message).at(data.span).hint(hint));
    }
}

fn ending(output: &Node) -> OutputLayer<'_> {
    let activation = output.content.activation();
    OutputLayer { layer: &output.name, activation }
}
