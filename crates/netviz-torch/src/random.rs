//! Random numbers. Each is derived from the seed, its purpose and its position, so none depends on how many were drawn
//! before it.

use netviz::ir::Parameter;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What random numbers are used for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Initialize = 1,
    Shuffle = 2,
    Dropout = 3,
    Split = 4,
}

/// The generator for a purpose and a position.
fn generator(seed: u64, purpose: Purpose, place: [u64; 2]) -> ChaCha8Rng {
    let mut key = [0; 32];
    for (bytes, word) in key.chunks_exact_mut(8).zip([seed, purpose as u64, place[0], place[1]]) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

/// The initial values of parameter number `index`.
pub fn initialize(parameter: &Parameter, index: usize, seed: u64) -> Vec<f32> {
    let Some(limit) = parameter.initializer.limit() else {
        return vec![parameter.initializer.mean(); parameter.elements()];
    };
    let mut generator = generator(seed, Purpose::Initialize, [index as u64, 0]);
    (0..parameter.elements()).map(|_| generator.gen_range(-limit..limit)).collect()
}

/// A permutation of the indices below `count`: the order of samples in an epoch. Epochs count from 1.
pub fn permutation(count: usize, seed: u64, epoch: usize) -> Vec<usize> {
    shuffled(count, generator(seed, Purpose::Shuffle, [epoch as u64, 0]))
}

/// A permutation of the indices below `count` that does not depend on the epoch, for the split into training and
/// validation samples.
pub fn mixed(count: usize, seed: u64) -> Vec<usize> {
    shuffled(count, generator(seed, Purpose::Split, [0, 0]))
}

fn shuffled(count: usize, mut generator: ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut generator);
    order
}

/// The seed of libtorch's generator for dropout in one step.
pub fn dropout_seed(seed: u64, epoch: usize, step: usize) -> i64 {
    generator(seed, Purpose::Dropout, [epoch as u64, step as u64]).r#gen()
}

/// A lock for tests that use libtorch's generator, which the whole process shares.
#[cfg(test)]
pub(crate) fn turn() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_depend_on_the_seed_and_the_place_alone() {
        let model = netviz::Model::from_text("{input: [20], layers: [dense: 30]}").expect("a model");
        let parameter = &model.graph.program().parameters()[0];
        let values = initialize(parameter, 0, 7);
        assert_eq!(values, initialize(parameter, 0, 7));
        assert_ne!(values, initialize(parameter, 1, 7));
        assert_ne!(values, initialize(parameter, 0, 8));
        let limit = (6.0_f32 / 50.0).sqrt();
        assert!(values.iter().all(|value| value.abs() <= limit));
        let mean = values.iter().sum::<f32>() / 600.0;
        assert!(mean.abs() < 0.05, "the mean of {} values is {mean}", values.len());
        let share = values.iter().filter(|value| value.abs() > limit / 2.0).count();
        assert!((200..400).contains(&share), "{share} of 600 lie in the outer half");
    }

    #[test]
    fn an_epoch_sees_every_sample_once_in_an_order_of_its_own() {
        let mut order = permutation(1000, 0, 1);
        assert_ne!(order, permutation(1000, 0, 2));
        order.sort_unstable();
        assert_eq!(order, (0..1000).collect::<Vec<usize>>());
    }
}
