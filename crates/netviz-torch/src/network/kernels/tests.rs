//! Tests that every kernel must pass.

use netviz::ir::{self, OPS, Op, OperandTypes, TensorType};
use tch::kind::{FLOAT_CPU, INT64_CPU};
use tch::{Kind, Tensor};

use super::*;

/// The number of samples in place of `N`.
const BATCH: usize = 3;

fn sizes(ty: &TensorType) -> Vec<i64> {
    let dims = ty.dims().expect("examples have ranks");
    dims.iter().map(|dim| i64::try_from(dim.size().unwrap_or(BATCH)).expect("a small size")).collect()
}

fn kind(ty: &TensorType) -> Kind {
    match ty.dtype() {
        ir::DType::Float32 => Kind::Float,
        ir::DType::Int64 => Kind::Int64,
        other => panic!("no example has {other}"),
    }
}

/// Positive numbers, which are also variances.
fn tensor(ty: &TensorType) -> Tensor {
    match kind(ty) {
        Kind::Int64 => Tensor::zeros(sizes(ty), INT64_CPU),
        _ => Tensor::rand(sizes(ty), FLOAT_CPU) + 0.1,
    }
}

fn tensors(operands: &OperandTypes) -> Vec<Option<Tensor>> {
    operands.iter().map(|ty| ty.as_ref().map(tensor)).collect()
}

fn borrowed(tensors: &[Option<Tensor>]) -> Operands<'_> {
    Operands(tensors.iter().map(Option::as_ref).collect())
}

fn examples() -> Vec<(Op, OperandTypes)> {
    OPS.iter().flat_map(|info| (info.examples)()).collect()
}

#[test]
fn the_types_that_are_inferred_are_those_of_the_kernel() {
    let _turn = crate::random::turn();
    for (op, operands) in examples() {
        let types = op.infer(&ir::Operands(&operands)).expect("an example");
        for mode in [Mode::Infer, Mode::Train] {
            let outputs = kernel(&op).expect("a kernel").run(&borrowed(&tensors(&operands)), mode).expect("outputs");
            assert_eq!(outputs.len(), types.len(), "{op:?}");
            for (output, ty) in outputs.iter().zip(&types) {
                assert_eq!((output.size(), output.kind()), (sizes(ty), kind(ty)), "{op:?}");
            }
        }
    }
}

#[test]
fn own_gradients_are_those_of_autograd() {
    let _turn = crate::random::turn();
    tch::manual_seed(5);
    let mut own = 0;
    for (op, types) in examples() {
        let kernel = kernel(&op).expect("a kernel");
        if !kernel.rule(&types).is_own() {
            continue;
        }
        own += 1;
        let operands: Vec<Option<Tensor>> = tensors(&types);
        let operands: Vec<Option<Tensor>> =
            operands.into_iter().map(|tensor| tensor.map(|tensor| tensor.set_requires_grad(true))).collect();
        let output = kernel.run(&borrowed(&operands), Mode::Train).expect("outputs").remove(0);
        let gradient = Tensor::randn(output.size(), FLOAT_CPU);
        let known: Vec<&Tensor> = operands.iter().flatten().collect();
        let expected = Tensor::run_backward(&[(&output * &gradient).sum(Kind::Float)], &known, false, false);

        let _guard = tch::no_grad_guard();
        let applied = Applied { operands: borrowed(&operands), output: Some(&output), passes_on: true };
        let found = kernel.gradients(&applied, &gradient).expect("gradients");
        let found: Vec<&Tensor> = found.iter().flatten().collect();
        assert_eq!(found.len(), expected.len(), "{op:?}");
        for (found, expected) in found.into_iter().zip(&expected) {
            assert!(found.allclose(expected, 1e-5, 1e-5, false), "{op:?}: {found} and {expected}");
        }
    }
    assert!(own > 10, "only {own} operations have gradients of their own");
}

/// Exact resume depends on it: a checkpoint then holds the state of the generator.
#[test]
fn every_operation_that_draws_random_numbers_says_so() {
    let _turn = crate::random::turn();
    for (op, types) in examples() {
        let operands = tensors(&types);
        let run = |seed: i64| {
            tch::manual_seed(seed);
            kernel(&op).expect("a kernel").run(&borrowed(&operands), Mode::Train).expect("outputs").remove(0)
        };
        let differs = (1..6).any(|seed| !run(0).equal(&run(seed)));
        assert_eq!(differs, op.info().is_random, "{op:?}");
    }
}
