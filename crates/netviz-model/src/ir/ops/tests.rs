//! Tests that every operation must pass.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::dtype::DType;
use crate::ir::types::Dim;

fn examples() -> Vec<(Op, OperandTypes)> {
    OPS.iter().flat_map(|info| (info.examples)()).collect()
}

#[test]
fn every_operation_has_a_name_of_its_own_an_opset_and_an_example() {
    let names: HashSet<&str> = OPS.iter().map(|info| info.name).collect();
    assert_eq!(names.len(), OPS.len());
    for info in OPS {
        assert!((1..=OPSET).contains(&info.since), "{}", info.name);
        assert!(!(info.examples)().is_empty(), "{}", info.name);
        assert!((info.examples)().iter().all(|(op, _)| op.name() == info.name), "{}", info.name);
    }
}

#[test]
fn an_example_has_types_and_a_cost() {
    for (op, operands) in examples() {
        let operands = Operands(&operands);
        let types = op.infer(&operands).unwrap_or_else(|misfit| panic!("{op:?}: {misfit:?}"));
        assert!(types.iter().all(|ty| ty.elements().is_some()), "{op:?}: {types:?}");
        assert!(op.flops(&operands, &types).is_some(), "{op:?}");
    }
}

#[test]
fn onnx_out_and_in_again_is_the_identity() {
    for (op, _) in examples() {
        assert_eq!((op.info().read)(&op.form()), Some(op.clone()), "{op:?}");
    }
}

#[test]
fn a_batch_of_unknown_size_keeps_its_name() {
    for (op, operands) in examples() {
        let types = op.infer(&Operands(&operands)).expect("an example");
        let has_batch = |ty: &TensorType| ty.dims().expect("a rank").contains(&Dim::BATCH);
        let reads_batch = operands.iter().flatten().any(has_batch);
        assert!(types.iter().all(|ty| has_batch(ty) == reads_batch), "{op:?}: {types:?}");
    }
}

fn dim() -> impl Strategy<Value = Dim> {
    let size = prop_oneof![0..6_usize, Just(usize::MAX), Just(1 << 40)];
    let symbol = prop_oneof![Just(Dim::BATCH), Just(Dim::Symbol("length".into()))];
    prop_oneof![4 => size.prop_map(Dim::Size), 2 => symbol, 1 => Just(Dim::Unknown)]
}

fn ty() -> impl Strategy<Value = TensorType> {
    let dtype = prop_oneof![4 => Just(DType::Float32), 1 => prop::sample::select(DType::ALL.to_vec())];
    let dims = prop::option::weighted(0.9, prop::collection::vec(dim(), 0..6));
    (dtype, dims).prop_map(|(dtype, dims)| match dims {
        Some(dims) => TensorType::new(dtype, dims),
        None => TensorType::unranked(dtype),
    })
}

/// An example in which some operands are others, absent, missing or too many.
fn case() -> impl Strategy<Value = (Op, OperandTypes)> {
    let change = (0..7_usize, prop::option::weighted(0.9, ty()));
    let changes = (prop::collection::vec(change, 0..4), 0..3_usize, 0..2_usize);
    (prop::sample::select(examples()), changes).prop_map(|((op, mut operands), (changes, fewer, more))| {
        for (index, ty) in changes {
            if let Some(operand) = operands.get_mut(index) {
                *operand = ty;
            } else {
                operands.push(ty);
            }
        }
        operands.truncate(operands.len().saturating_sub(fewer));
        operands.extend(std::iter::repeat_n(None, more));
        (op, operands)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    /// Whatever the operands are: inference returns, and so does the cost.
    #[test]
    fn inference_gives_types_or_a_reason((op, operands) in case()) {
        let operands = Operands(&operands);
        match op.infer(&operands) {
            Ok(types) => {
                prop_assert!(!types.is_empty());
                let _ = op.flops(&operands, &types);
            }
            Err(misfit) => prop_assert!(!misfit.message.is_empty()),
        }
    }
}
