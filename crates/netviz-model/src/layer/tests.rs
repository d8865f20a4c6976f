//! Tests that every layer kind must pass.

use super::*;
use crate::diagnostics::Problems;
use crate::ir::{Builder, DType, ParameterCount, TensorType};
use crate::spec::layer_from_text;

/// The type of the output and the parameters of a layer, or why its inputs do not fit.
fn lowered(layer: &dyn Layer, dtype: DType, inputs: &[&[usize]]) -> Result<(TensorType, ParameterCount), Misfit> {
    let mut builder = Builder::with_capacity("test", 1);
    let inputs: Vec<ValueId> =
        inputs.iter().map(|sizes| builder.input("input", TensorType::batch(dtype, sizes))).collect();
    let (outputs, cost) = builder.lower("layer", |scope| layer.lower(scope, &inputs))?;
    Ok((builder.ty(outputs[0]).clone(), cost.parameters))
}

/// The output shape and parameter count of a layer on numbers, or why its inputs do not fit.
pub(super) fn apply(text: &str, inputs: &[&[usize]]) -> Result<(String, usize), String> {
    apply_to(DType::Float32, text, inputs)
}

/// [`apply`] for inputs of another element type.
pub(super) fn apply_to(dtype: DType, text: &str, inputs: &[&[usize]]) -> Result<(String, usize), String> {
    let mut problems = Problems::default();
    let layer = layer_from_text(text, &mut problems).unwrap_or_else(|| panic!("{text}: {problems:?}"));
    let (ty, parameters) = lowered(layer.as_ref(), dtype, inputs).map_err(|misfit| misfit.message)?;
    Ok((ty.to_string(), parameters.total()))
}

#[test]
fn the_example_of_a_kind_fits_its_inputs() {
    for kind in KINDS {
        let mut problems = Problems::default();
        let layer = layer_from_text(kind.example, &mut problems);
        let problems = problems.into_sorted();
        assert!(problems.is_empty(), "the example of {} has problems: {problems:?}", kind.name);
        let dtype = if kind.takes_integers { DType::Int64 } else { DType::Float32 };
        let lowered = lowered(layer.expect("the example is a layer").as_ref(), dtype, kind.example_inputs);
        lowered.unwrap_or_else(|misfit| panic!("{}: {misfit:?}", kind.name));
    }
}

#[test]
fn names_are_unique_and_every_field_is_documented() {
    for (index, kind) in KINDS.iter().enumerate() {
        assert!(KINDS[..index].iter().all(|other| other.name != kind.name), "{} stands twice", kind.name);
        assert!(kind.fields.iter().all(|field| !field.doc.trim().is_empty()), "{}", kind.name);
        if let Some(shorthand) = kind.shorthand {
            assert!(kind.fields.iter().any(|field| field.name == shorthand), "{}", kind.name);
        }
    }
}

#[test]
fn the_arity_of_a_kind_fits_its_example() {
    for kind in KINDS {
        assert_eq!(kind.arity == Arity::Many, kind.example_inputs.len() > 1, "{}", kind.name);
    }
}
