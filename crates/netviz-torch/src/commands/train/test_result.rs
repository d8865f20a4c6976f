//! Evaluates a trained network on the test set, sample by sample.

use std::path::Path;
use std::sync::Arc;

use netviz::chart::{Confusion, Mistake};
use netviz::dataset::{Dataset, Split};
use netviz::spec::Train;
use netviz::theme::Color;
use tch::{Kind, Tensor};

use super::RunError;
use crate::EngineError;
use crate::network::Network;
use crate::samples::{Batch, Samples, read};
use crate::storage::to_vec;
use crate::sums::MetricSums;
use crate::training::{self, Measures};

/// Maximum number of mistakes shown.
const MOST: usize = 50;

/// The evaluation of a network on the test set of a run.
pub(super) struct TestResult {
    /// Loss and metrics.
    pub(super) metrics: MetricSums,
    /// The confusion matrix.
    pub(super) confusion: Confusion,
    /// The mistakes with the highest confidence, most confident first.
    pub(super) mistakes: Vec<Mistake<'static>>,
}

/// The prediction for a sample.
struct Taken {
    sample: usize,
    truth: usize,
    guess: usize,
    probability: f32,
}

impl TestResult {
    /// Loads the samples and evaluates the network on them.
    pub(super) fn of(network: &Network, spec: &Train, cache: &Path) -> Result<Self, RunError> {
        let dataset = spec.data.value;
        let data = Arc::new(read(dataset, cache, Split::Test)?);
        let program = network.program();
        let samples = Samples::new(dataset, data.clone(), &program.value(program.input()).ty)?;
        let mut confusion = Confusion::new(dataset.classes);
        let (mut wrong, mut seen) = (Vec::new(), 0);
        let metrics = training::judge(network, &samples, &Measures::of(spec), &mut |batch, scores| {
            let probabilities = training::probabilities(network, scores, &*spec.loss.value)?;
            for guess in guesses(batch, &probabilities, seen)? {
                confusion.add(guess.truth, guess.guess);
                seen += 1;
                if guess.truth != guess.guess {
                    wrong.push(guess);
                }
            }
            Ok(())
        })?;
        // The sort is stable: mistakes of equal confidence stay in the order of the samples.
        wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        wrong.truncate(MOST);
        let mistakes = wrong.iter().map(|wrong| mistake(wrong, dataset, &data.images)).collect();
        Ok(Self { metrics, confusion, mistakes })
    }
}

/// The predictions for a batch whose first sample has the index `first`.
fn guesses(batch: &Batch, probabilities: &Tensor, first: usize) -> Result<Vec<Taken>, EngineError> {
    let (sure, best) = probabilities.f_max_dim(1, false)?;
    let whole = |tensor: &Tensor| to_vec(&tensor.f_to_kind(Kind::Float)?);
    let (best, sure) = (whole(&best)?, to_vec(&sure)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "classes are small whole numbers")]
    let class = |number: f32| number as usize;
    let guesses = batch.classes.iter().zip(&best).zip(&sure).enumerate();
    Ok(guesses
        .map(|(index, ((&truth, &guess), &probability))| Taken {
            sample: first + index,
            truth,
            guess: class(guess),
            probability,
        })
        .collect())
}

fn mistake(wrong: &Taken, dataset: &Dataset, images: &[u8]) -> Mistake<'static> {
    let [channels, height, width] = dataset.sample;
    let plane = height * width;
    let values = &images[wrong.sample * channels * plane..][..channels * plane];
    // A grey image has the same value in all three colours.
    let value = |pixel: usize, channel: usize| values[channel.min(channels - 1) * plane + pixel];
    Mistake {
        sample: wrong.sample,
        columns: width,
        pixels: (0..plane).map(|pixel| Color(value(pixel, 0), value(pixel, 1), value(pixel, 2))).collect(),
        truth: dataset.classes[wrong.truth],
        guess: dataset.classes[wrong.guess],
        probability: f64::from(wrong.probability),
    }
}
