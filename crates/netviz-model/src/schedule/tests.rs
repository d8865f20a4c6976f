//! Compares the learning rates of every schedule with those of PyTorch.

use std::collections::BTreeMap;

use super::*;
use crate::diagnostics::Problems;
use crate::source::{Source, Sources};
use crate::spec::{Spec, Train};

const EPOCHS: usize = 12;
const STEPS: usize = 5;

/// A `train` section with these keys added.
fn train(keys: &str) -> Train {
    let spec = format!(
        "input: 784\nlayers: [dense: {{units: 10}}]\ntrain: {{data: mnist, loss: mse, epochs: {EPOCHS}, optimizer: \
         {{sgd: {{learning_rate: 0.5}}}}, {keys}}}\n"
    );
    let mut problems = Problems::default();
    let spec = Spec::parse(&Sources::new(Source::new("x", spec)), &[], &mut problems);
    assert!(!problems.has_errors(), "{problems:?}");
    spec.and_then(|spec| spec.train).expect("a train section")
}

/// The losses of `values.py`.
fn loss(epoch: u32) -> f64 {
    1.0 + (1.3 * f64::from(epoch)).sin() / f64::from(1 + epoch / 4)
}

/// `values.py`, next to the stored values, computes them.
#[test]
fn learning_rates_are_those_of_pytorch() {
    let stored = include_str!("../../tests/schedules/values.json");
    let stored: BTreeMap<String, Vec<f64>> = serde_json::from_str(stored).expect("values");
    for kind in SCHEDULES.entries {
        assert!(stored.keys().any(|keys| keys.contains(kind.name)), "{} is compared", kind.name);
    }
    for (keys, expected) in stored {
        let train = train(&keys);
        assert_eq!(expected.len(), EPOCHS * STEPS);
        let mut plateau = Plateau::default();
        for (index, expected) in expected.into_iter().enumerate() {
            let (epoch, step) = (index / STEPS, index % STEPS);
            if let (Some(chosen), Some(last), 0) = (&train.schedule, epoch.checked_sub(1), step) {
                chosen.observe(&mut plateau, loss(u32::try_from(last).expect("few epochs")));
            }
            let context = ScheduleContext { epoch, epochs: EPOCHS, step, steps: STEPS, plateau };
            let found = train.learning_rate(&context);
            assert!((found - expected).abs() < 1e-12, "{keys}, step {index}: {found} is not {expected}");
        }
    }
}

#[test]
fn without_a_schedule_the_learning_rate_stays() {
    let context = ScheduleContext { epoch: 7, epochs: 9, step: 3, steps: 4, plateau: Plateau::default() };
    assert!((train("seed: 0").learning_rate(&context) - 0.5).abs() < f64::EPSILON);
}
