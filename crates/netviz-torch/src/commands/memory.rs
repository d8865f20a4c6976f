//! Checks that a network fits into memory, before anything is written.

use std::collections::BTreeMap;

use netviz::cli::Failure;
use netviz::dataset::Dataset;
use netviz::ir::Program;
use netviz::memory::{MemoryRequirement, available};
use netviz::spec::Train;
use netviz::text::{plural, thousands};
use tch::Device;

use crate::network::Footprint;
use crate::training::{scored, trainable};

/// Bytes of a 32-bit number.
const NUMBER: u64 = 4;

/// Checks that training fits: a step, the checkpoint after it, and the evaluation.
///
/// # Errors
/// If it does not fit: what needs how much memory, and what to change.
pub(super) fn check_training(program: &Program, spec: &Train, device: Device) -> Result<(), Failure> {
    Training::of(program, spec, device).check(program, available())
}

/// Checks that a trained network fits, with the values of `samples` samples at once. Its weights are already loaded.
///
/// # Errors
/// If it does not fit: what needs how much memory.
pub(super) fn check_use(action: &str, program: &Program, samples: usize, data: u64) -> Result<(), Failure> {
    let values = Footprint::of_use(program, program.output()).of_batch(samples);
    let need = MemoryRequirement::default().and("the parameters", program.parameter_bytes());
    let need = need.and(format!("the values of {}", plural(samples, "sample")), values).and("the data", data);
    need.check(action, available()).map_err(Failure::from)
}

/// The bytes of the test samples.
pub(super) fn test_bytes(dataset: &Dataset) -> u64 {
    dataset.files[2..].iter().map(|file| file.bytes).sum()
}

/// Memory of training at its three peaks.
struct Training {
    /// During a step, without the values of the batch.
    step: MemoryRequirement,
    footprint: Footprint,
    batch: usize,
    /// While a checkpoint is written, and during evaluation.
    between: [MemoryRequirement; 2],
}

impl Training {
    fn of(program: &Program, spec: &Train, device: Device) -> Self {
        let dataset = spec.data.value;
        let parameters = program.parameter_bytes();
        let gradients = trainable(program)
            .fold(0_u64, |sum, parameter| sum.saturating_add((parameter.elements() as u64).saturating_mul(NUMBER)));
        let slots = gradients.saturating_mul(spec.optimizer.value.slots().len() as u64);
        let best = if spec.has_validation() || spec.early_stopping.is_some() { parameters } else { 0 };
        let train_bytes: u64 = dataset.files[..2].iter().map(|file| file.bytes).sum();
        let held = MemoryRequirement::default()
            .and("the parameters", parameters)
            .and(spec.optimizer.kind.name, slots)
            .and("the best parameters", best)
            .and("the data", train_bytes.saturating_add(test_bytes(dataset).saturating_mul(2)));
        // A copy of the parameters, and the bytes of the file.
        let checkpoint = [parameters, parameters, slots, best].into_iter().fold(0, u64::saturating_add);
        let wanted = scored(program, &*spec.loss.value);
        let in_use = Footprint::of_use(program, wanted);
        // Values on a GPU are not in main memory.
        let is_here = |bytes: u64| if device == Device::Cpu { bytes } else { 0 };
        let evaluated = in_use.evaluation_batch();
        let evaluation = is_here(in_use.of_batch(evaluated));
        let sample: u64 = dataset.sample.iter().map(|&size| size as u64).product();
        let samples = usize::try_from(dataset.files[0].bytes / sample.max(1)).unwrap_or(usize::MAX);
        let samples = spec.limit.map_or(samples, |limit| limit.get().min(samples));
        Self {
            step: held.clone().and("the gradients", gradients),
            footprint: if device == Device::Cpu { Footprint::of_training(program, wanted) } else { Footprint::NOTHING },
            batch: spec.batch_size.get().min(samples),
            between: [
                held.clone().and("a checkpoint", checkpoint),
                held.and(format!("the evaluation of {} at once", plural(evaluated, "sample")), evaluation),
            ],
        }
    }

    /// Memory of a step, with the values of a batch.
    fn step(&self, batch: usize) -> MemoryRequirement {
        let values = self.footprint.of_batch(batch);
        self.step.clone().and(format!("the values of a batch of {}", plural(batch, "sample")), values)
    }

    fn check(&self, program: &Program, available: Option<u64>) -> Result<(), Failure> {
        let needs = [self.step(self.batch), self.between[0].clone(), self.between[1].clone()];
        let Some(largest) = needs.iter().max_by_key(|need| need.total()) else { return Ok(()) };
        largest.check("training", available).map_err(|refusal| refusal.hint(self.remedy(program, available)).into())
    }

    /// A hint: what to change so that training fits.
    fn remedy(&self, program: &Program, available: Option<u64>) -> String {
        let available = available.unwrap_or(u64::MAX);
        let fits = |need: &MemoryRequirement| need.total() <= available;
        let batch = self.footprint.samples_in(available.saturating_sub(self.step.total()));
        if self.between.iter().all(fits) && fits(&self.step(1)) {
            return format!("use `--batch-size {batch}` or less, or a machine with more memory");
        }
        let (layer, what) = largest_layer(program, self.step.total() > self.footprint.of_batch(1));
        format!("make the network smaller: its largest layer, `{layer}`, {what}")
    }
}

/// The largest layer, by its parameters or by its values per sample, and how many these are.
fn largest_layer<'a>(program: &'a Program, by_parameters: bool) -> (String, String) {
    let mut sizes: BTreeMap<&'a str, u64> = BTreeMap::new();
    let mut add = |name: Option<(&'a str, &str)>, size: usize| {
        if let Some((layer, _)) = name {
            let sum = sizes.entry(layer).or_default();
            *sum = sum.saturating_add(size as u64);
        }
    };
    if by_parameters {
        program.parameters().iter().for_each(|each| add(each.name.rsplit_once('.'), each.elements()));
    } else {
        program.values().iter().for_each(|each| add(each.name.rsplit_once('/'), each.ty.elements().unwrap_or(0)));
    }
    let (layer, size) = sizes.into_iter().max_by_key(|&(_, size)| size).unwrap_or_default();
    let count = thousands(usize::try_from(size).unwrap_or(usize::MAX));
    let what = if by_parameters {
        format!("holds {count} of {} parameters", thousands(program.parameter_count().total()))
    } else {
        format!("computes {count} values for each sample")
    };
    (layer.to_owned(), what)
}
