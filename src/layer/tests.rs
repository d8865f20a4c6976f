//! Tests that every layer kind must pass.

use super::*;
use crate::diagnostics::Problems;
use crate::graph::lower::measure;
use crate::spec::layer_from_text;

fn example(kind: &Kind) -> (Arc<dyn Layer>, Vec<Shape>) {
    let mut problems = Problems::default();
    let layer = layer_from_text(kind.example, &mut problems);
    let problems = problems.into_sorted();
    assert!(problems.is_empty(), "the example of {} has problems: {problems:?}", kind.name);
    let inputs = kind.example_inputs.iter().map(|sizes| Shape::new(*sizes).expect("a shape")).collect();
    (layer.expect("the example is a layer"), inputs)
}

/// The output shape and parameter count of a layer, or why its inputs do not fit.
pub(super) fn apply(text: &str, inputs: &[&[usize]]) -> Result<(String, usize), String> {
    let mut problems = Problems::default();
    let layer = layer_from_text(text, &mut problems).unwrap_or_else(|| panic!("{text}: {problems:?}"));
    let inputs: Vec<Shape> = inputs.iter().map(|sizes| Shape::new(*sizes).expect("a shape")).collect();
    let shape = layer.infer(&inputs).map_err(|misfit| misfit.message)?;
    Ok((shape.to_string(), measure(layer.as_ref(), &inputs).parameters.total()))
}

#[test]
fn what_a_layer_infers_is_what_its_operations_compute() {
    for kind in KINDS {
        let (layer, inputs) = example(kind);
        let inferred = layer.infer(&inputs).unwrap_or_else(|misfit| panic!("{}: {misfit:?}", kind.name));
        assert_eq!(inferred, measure(layer.as_ref(), &inputs).shape, "{}", kind.name);
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
