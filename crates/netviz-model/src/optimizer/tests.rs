//! Compares the steps of every optimizer with values computed by hand from the rules of Keras and PyTorch, and with the
//! steps of PyTorch itself.

use super::*;
use crate::diagnostics::Problems;
use crate::source::{Source, Sources};

/// An optimizer from the value of the key `optimizer`.
fn chosen(text: &str) -> Chosen<dyn Optimizer> {
    let spec =
        format!("input: 784\nlayers: [dense: {{units: 10}}]\ntrain: {{data: mnist, loss: mse, optimizer: {text}}}\n");
    let mut problems = Problems::default();
    let spec = crate::spec::Spec::parse(&Sources::new(Source::new("x", spec)), &[], &mut problems);
    assert!(!problems.has_errors(), "{problems:?}");
    spec.and_then(|spec| spec.train).expect("a train section").optimizer
}

/// The values of a parameter after each step with these gradients.
fn path(text: &str, start: f32, gradients: &[f32]) -> Vec<f32> {
    let Chosen { value: optimizer, .. } = chosen(text);
    let mut slots = vec![[0.0_f32]; optimizer.slots().len()];
    let mut parameter = [start];
    let step = |(step, &gradient): (u64, &f32)| {
        let mut state: Vec<&mut [f32]> = slots.iter_mut().map(<[f32; 1]>::as_mut_slice).collect();
        let step = Step { number: step, rate: optimizer.learning_rate() };
        optimizer.update(step, Part { parameter: &mut parameter, gradient: &[gradient], state: &mut state });
        parameter[0]
    };
    (1..).zip(gradients).map(step).collect()
}

fn assert_near(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (&found, &expected) in found.iter().zip(expected) {
        let difference = (f64::from(found) - expected).abs();
        assert!(difference <= 2e-7 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

/// The example in the documentation of Keras' `SGD`: w = 1, ∂loss/∂w = w, learning rate 0.1.
#[test]
fn sgd_goes_against_the_gradient() {
    assert_near(&path("{sgd: {learning_rate: 0.1}}", 1.0, &[1.0, 0.9]), &[0.9, 0.81]);
    assert!(chosen("sgd").value.slots().is_empty());
}

/// v ← 0.9 v − 0.1 g, w ← w + v.
#[test]
fn momentum_takes_the_last_step_again() {
    let found = path("{sgd: {learning_rate: 0.1, momentum: 0.9}}", 1.0, &[1.0, 1.0, -2.0]);
    assert_near(&found, &[0.9, 0.71, 0.71 + (0.9 * -0.19 + 0.2)]);
}

/// v ← 0.9 v − 0.1 g, w ← w + 0.9 v − 0.1 g.
#[test]
fn nesterov_momentum_looks_ahead() {
    let found = path("{sgd: {learning_rate: 0.1, momentum: 0.9, nesterov: true}}", 1.0, &[1.0, 1.0]);
    assert_near(&found, &[1.0 - 0.19, 1.0 - 0.19 - 0.271]);
}

/// The first step is that of the example in the documentation of Keras' `RMSprop`: 10 → 9.683772.
#[test]
fn rmsprop_divides_by_the_root_mean_square() {
    let found = path("{rmsprop: {learning_rate: 0.1}}", 10.0, &[10.0, 5.0]);
    let first = 10.0 - 0.1 * 10.0 / (0.1_f64 * 100.0).sqrt();
    assert_near(&found, &[first, first - 0.1 * 5.0 / (0.9 * 10.0 + 0.1 * 25.0_f64).sqrt()]);
    assert_near(&found[..1], &[9.683_772_2]);
}

/// 0.01 / (√0.00001 + 0.0001), as in PyTorch; in the root it would be 0.01 / √0.00011.
#[test]
fn rmsprop_adds_epsilon_to_the_root() {
    let found = path("{rmsprop: {learning_rate: 1, epsilon: 0.0001}}", 0.0, &[0.01]);
    assert_near(&found, &[-0.01 / ((0.1_f64 * 1e-4).sqrt() + 1e-4)]);
}

/// The example in the documentation of Keras' `Adam`: 10 → 9.9, regardless of the size of the gradient.
#[test]
fn adam_starts_with_a_step_of_the_learning_rate() {
    for gradient in [10.0, 1e-3, -4.0_f32] {
        let found = path("{adam: {learning_rate: 0.1}}", 10.0, &[gradient]);
        let size = f64::from(gradient).abs();
        assert_near(&found, &[10.0 - f64::from(gradient.signum()) * 0.1 * size / (size + 1e-7)]);
    }
}

/// Algorithm 1 of Kingma and Ba, in 64 bits.
#[test]
fn adam_corrects_both_means_for_their_start() {
    let gradients = [0.5, -0.25, 2.0, 0.0];
    let (mut parameter, mut average, mut square) = (1.0_f64, 0.0, 0.0);
    let mut expected = Vec::new();
    for (step, gradient) in (1..).zip(gradients) {
        average = 0.9 * average + 0.1 * gradient;
        square = 0.999 * square + 0.001 * gradient * gradient;
        let (average, square) = (average / (1.0 - 0.9_f64.powi(step)), square / (1.0 - 0.999_f64.powi(step)));
        parameter -= 0.01 * average / (square.sqrt() + 1e-7);
        expected.push(parameter);
    }
    assert_near(&path("{adam: {learning_rate: 0.01}}", 1.0, &gradients.map(f32_of)), &expected);
}

/// w ← w · (1 − 0.1 · 0.5), then Adam's step; the decay is not part of the gradient's means.
#[test]
fn adamw_decays_apart_from_the_gradient() {
    let found = path("{adamw: {learning_rate: 0.1, weight_decay: 0.5}}", 10.0, &[10.0, 10.0]);
    assert_near(&found, &[9.5 - 0.1, 9.4 * 0.95 - 0.1]);
    let without = path("{adamw: {learning_rate: 0.1, weight_decay: 0}}", 10.0, &[3.0, -1.0]);
    assert_eq!(without, path("{adam: {learning_rate: 0.1}}", 10.0, &[3.0, -1.0]));
}

#[test]
fn defaults_are_those_of_keras() {
    let text = |text: &str| format!("{:?}", chosen(text).value);
    assert_eq!(
        text("sgd"),
        "Sgd { learning_rate: Positive(0.01), weight_decay: NonNegative(0.0), momentum: Fraction(0.0), nesterov: false }"
    );
    let rmsprop = "RmsProp { learning_rate: Positive(0.001), weight_decay: NonNegative(0.0), rho: Fraction(0.9), \
                   epsilon: Positive(1e-7) }";
    assert_eq!(text("rmsprop"), rmsprop);
    assert_eq!(format!("{:?}", Chosen::<dyn Optimizer>::default().value), rmsprop);
    let adam = "learning_rate: Positive(0.001), weight_decay: NonNegative(0.0), beta_1: Fraction(0.9), beta_2: \
                Fraction(0.999), epsilon: Positive(1e-7) }";
    assert_eq!(text("adam"), format!("Adam {{ {adam}"));
    assert_eq!(text("adamw"), format!("AdamW {{ {}", adam.replace("NonNegative(0.0)", "NonNegative(0.004)")));
}

/// `values.py`, next to the stored values, computes them.
#[test]
fn a_hundred_steps_lead_where_those_of_pytorch_lead() {
    let stored = include_str!("../../tests/optimizers/values.json");
    let stored: std::collections::BTreeMap<String, Vec<[f32; 4]>> = serde_json::from_str(stored).expect("values");
    assert_eq!(stored.len(), 12);
    for (text, expected) in stored {
        let paths: Vec<Vec<f32>> = (1_u8..)
            .zip([1.0, -0.5, 0.25, 2.0])
            .map(|(number, start)| {
                let wave = |step| f64::from(number) * (0.3 * f64::from(step) * f64::from(number)).sin() / 4.0;
                path(&text, start, &(1_u8..=100).map(|step| f32_of(wave(step))).collect::<Vec<f32>>())
            })
            .collect();
        for (index, expected) in expected.iter().enumerate() {
            for (path, &expected) in paths.iter().zip(expected) {
                let found = path[10 * index + 9];
                assert!((found - expected).abs() <= 1e-6, "{text}: {found} is not {expected}");
            }
        }
    }
}

#[test]
fn a_parameter_may_be_split_in_any_way() {
    // Long enough for whole vectors of every width, and a remainder.
    const LENGTH: usize = 67;
    for kind in OPTIMIZERS.entries {
        let Chosen { value: optimizer, .. } = chosen(kind.name);
        let gradient: [f32; LENGTH] = std::array::from_fn(|index| (index as f32 - 30.0) / 7.0);
        let run = |cuts: &[usize]| {
            let mut parameter: [f32; LENGTH] = std::array::from_fn(|index| 1.0 + index as f32 / 3.0);
            let mut slots = vec![[0.0_f32; LENGTH]; optimizer.slots().len()];
            for (step, cut) in (1..=3).flat_map(|step| cuts.windows(2).map(move |cut| (step, cut))) {
                let range = cut[0]..cut[1];
                let mut state: Vec<&mut [f32]> = slots.iter_mut().map(|slot| &mut slot[range.clone()]).collect();
                let parameter = &mut parameter[range.clone()];
                let step = Step { number: step, rate: 0.01 };
                optimizer.update(step, Part { parameter, gradient: &gradient[range], state: &mut state });
            }
            parameter.map(f32::to_bits)
        };
        let whole = run(&[0, LENGTH]);
        assert_eq!(whole, run(&[0, 1, 30, LENGTH]), "{}", kind.name);
        assert_eq!(whole, run(&(0..=LENGTH).collect::<Vec<_>>()), "{}", kind.name);
    }
}
