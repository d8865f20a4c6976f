//! Deterministic weights that look like those of a trained network.

use netviz::ir::{Parameter, Program, Role};
use netviz::weights::{TensorData, Weights};

/// All values differ, none is 0, and activations keep their scale from layer to layer.
pub(crate) fn made_up(program: &Program) -> Weights {
    let mut state = 0;
    let tensors = program.parameters().iter().map(|parameter| tensor(parameter, &mut state)).collect();
    Weights::new(program, tensors).expect("one for each parameter")
}

fn tensor(parameter: &Parameter, state: &mut u64) -> TensorData {
    if parameter.role == Role::Counter {
        return TensorData::Counter(469);
    }
    // Around 1 for scales and variances, which are positive.
    let (mean, limit) = (f64::from(parameter.initializer.mean()), parameter.initializer.limit().map_or(0.5, f64::from));
    let (low, high) = (mean - limit, mean + limit);
    #[expect(clippy::cast_possible_truncation)]
    let value = |_| (low + (high - low) * uniform(state)) as f32;
    TensorData::Float((0..parameter.elements()).map(value).collect())
}

/// The next number of `SplitMix64` (Steele, Lea and Flood 2014), from 0 to 1.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
