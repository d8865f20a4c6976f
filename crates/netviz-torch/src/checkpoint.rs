//! Checkpoint files: the state of a run between two steps.
//!
//! A checkpoint is a safetensors file. It holds the parameters as `model.NAME`, the optimizer state as
//! `optimizer.SLOT.NAME`, the parameters after the best epoch as `best.NAME`, and everything else as JSON in the
//! metadata. The last tensor, and so the last 32 bytes, is the SHA-256 of all bytes before it.
//!
//! The completed epochs are in a separate file, so that the size of a checkpoint does not grow with their number. The
//! checkpoint holds the [`Seal`] of that file.

use std::borrow::Cow;

use netviz::exchange::safetensors::{dtype, tensor};
use netviz::ir::{Parameter, Program};
use netviz::limits;
use netviz::optimizer::Optimizer;
use netviz::weights::{TensorData, Weights};
use safetensors::{Dtype, SafeTensors, View, serialize};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::training::Epoch;
use crate::training::{Seal, State, trainable};

/// The version of the format.
const VERSION: u32 = 3;
/// The only key in the metadata. With several keys, the order of a hash map would decide the bytes of the file.
const KEY: &str = "netviz";
/// The name of the checksum. It is the only tensor of bytes, so it is the last one: safetensors puts the smallest type
/// last.
const CHECKSUM: &str = "checksum";
const CHECKSUM_BYTES: usize = 32;

/// What a run was started with. With anything else, a run cannot resume, or does not give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The model, as YAML.
    pub spec: String,
    /// Number of samples in the data set's training split.
    pub samples: usize,
    /// Digests of the training and the test samples.
    pub digest: String,
    /// Processor threads.
    pub threads: usize,
    /// The device: `cpu` or `cuda`.
    pub device: String,
    /// The version of netviz.
    pub netviz: String,
    /// The version of libtorch.
    pub libtorch: String,
}

/// A checkpoint whose checksum is right and whose tensors are not read yet.
#[derive(Debug)]
pub struct Checkpoint {
    /// What the run was started with.
    pub origin: Origin,
    /// The state, without what the tensors and the history hold: optimizer state, best parameters and completed epochs.
    pub state: State,
    seal: Seal,
    bytes: Vec<u8>,
}

/// The JSON in the metadata.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    version: u32,
    origin: Cow<'a, Origin>,
    state: Cow<'a, State>,
    history: Seal,
}

/// Serializes a checkpoint.
///
/// # Panics
/// If the weights or the state do not match the program and the optimizer.
pub fn to_bytes(
    origin: &Origin,
    state: &State,
    weights: &Weights,
    program: &Program,
    optimizer: &dyn Optimizer,
) -> Vec<u8> {
    let parameters = [(MODEL, Some(weights)), (BEST, state.best.as_ref())].into_iter().flat_map(|(prefix, weights)| {
        let pairs = weights.into_iter().flat_map(|weights| program.parameters().iter().zip(weights.tensors()));
        pairs.map(move |(parameter, tensor)| (name(prefix, parameter), Block::Parameter(parameter, tensor)))
    });
    let slots = trainable(program).zip(&state.slots).flat_map(|(parameter, slots)| {
        let named = optimizer.slots().iter().zip(slots);
        named.map(move |(slot, values)| (slot_name(slot, parameter), Block::Slot(parameter, values)))
    });
    let blocks = parameters.chain(slots).chain([(CHECKSUM.to_owned(), Block::Checksum)]);
    let (origin, history) = (Cow::Borrowed(origin), state.history.seal());
    let record = Record { version: VERSION, origin, state: Cow::Borrowed(state), history };
    let record = serde_json::to_string(&record).expect("numbers and texts");
    let metadata = [(KEY.to_owned(), record)].into_iter().collect();
    let mut bytes = serialize(blocks, Some(metadata)).expect("names are unique and sizes fit");
    let end = bytes.len() - CHECKSUM_BYTES;
    let checksum = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

impl Checkpoint {
    /// Verifies the checksum of a file and reads its metadata.
    ///
    /// # Errors
    /// What is wrong with the file, in one sentence.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, String> {
        let intact = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .is_some_and(|(contents, checksum)| Sha256::digest(contents).as_slice() == checksum);
        if !intact {
            return Err("is damaged: its checksum does not fit what it holds".into());
        }
        let other = || "was written by another version of netviz".to_owned();
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|_| other())?;
        let record = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY)).ok_or_else(other)?;
        let record: Record = serde_json::from_str(record).map_err(|_| other())?;
        let threads = 1..=usize::from(limits::THREADS);
        if record.version != VERSION || record.state.epoch.checked_sub(1) != Some(record.history.epochs) {
            return Err(other());
        }
        if !threads.contains(&record.origin.threads) {
            return Err(format!("asks for {} threads, not 1 to {}", record.origin.threads, limits::THREADS));
        }
        Ok(Self { origin: record.origin.into_owned(), state: record.state.into_owned(), seal: record.history, bytes })
    }

    /// The completed epochs, from the bytes of the history file. `None` if these do not match the checkpoint.
    pub fn epochs(&self, file: &[u8]) -> Option<Vec<Epoch>> {
        let epochs = self.seal.open(file)?;
        let steps = epochs.iter().fold(self.state.step, |sum, epoch| sum.saturating_add(epoch.steps));
        (self.state.steps == steps as u64).then_some(epochs)
    }

    /// Reads the state, without the completed epochs, and the parameters.
    ///
    /// # Errors
    /// Names the first tensor that does not match the program and the optimizer.
    pub fn restore(&self, program: &Program, optimizer: &dyn Optimizer) -> Result<(State, Weights), String> {
        let file = SafeTensors::deserialize(&self.bytes).map_err(|error| error.to_string())?;
        let read = |name: &str, parameter| tensor(&file, name, parameter);
        let weights = |prefix: &str| -> Result<Weights, String> {
            let tensors = program.parameters().iter().map(|parameter| read(&name(prefix, parameter), parameter));
            Weights::new(program, tensors.collect::<Result<_, _>>()?).map_err(|problem| problem.message)
        };
        let has_best = file.names().iter().any(|name| name.starts_with(BEST));
        let best = has_best.then(|| weights(BEST)).transpose()?;
        let slots: Result<Vec<Vec<Vec<f32>>>, String> = trainable(program)
            .map(|parameter| {
                let slots = optimizer.slots().iter().map(|slot| match read(&slot_name(slot, parameter), parameter)? {
                    TensorData::Float(values) => Ok(values),
                    TensorData::Counter(_) => Err(format!("`{slot}` is a counter")),
                });
                slots.collect()
            })
            .collect();
        Ok((State { slots: slots?, best, ..self.state.clone() }, weights(MODEL)?))
    }
}

/// Prefix of the names of parameters.
const MODEL: &str = "model.";
/// Prefix of the names of parameters after the best epoch.
const BEST: &str = "best.";

fn name(prefix: &str, parameter: &Parameter) -> String {
    format!("{prefix}{}", parameter.name)
}

fn slot_name(slot: &str, parameter: &Parameter) -> String {
    format!("optimizer.{slot}.{}", parameter.name)
}

/// A tensor of the file, which is converted to bytes when it is written.
enum Block<'a> {
    Parameter(&'a Parameter, &'a TensorData),
    Slot(&'a Parameter, &'a [f32]),
    Checksum,
}

impl View for Block<'_> {
    fn dtype(&self) -> Dtype {
        match self {
            Self::Parameter(parameter, _) | Self::Slot(parameter, _) => dtype(parameter),
            Self::Checksum => Dtype::U8,
        }
    }

    fn shape(&self) -> &[usize] {
        match self {
            Self::Parameter(parameter, _) | Self::Slot(parameter, _) => &parameter.shape,
            Self::Checksum => &[CHECKSUM_BYTES],
        }
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(match self {
            Self::Parameter(_, tensor) => tensor.to_bytes(),
            Self::Slot(_, values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Self::Checksum => vec![0; CHECKSUM_BYTES],
        })
    }

    fn data_len(&self) -> usize {
        self.shape().iter().product::<usize>() * self.dtype().bitsize() / 8
    }
}

#[cfg(test)]
mod tests {
    use netviz::Model;
    use netviz::spec::Train;

    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;
    use crate::network::Network;
    use crate::sums::MetricSums;

    /// A small network with parameters of every role, and the bytes of its checkpoint.
    fn example() -> (Program, State, Weights, Vec<u8>) {
        let text = "input: [1, 4, 4]\nlayers:\n  - conv2d: {filters: 2, kernel: 3}\n  - batch_norm\n  - flatten\n  \
                    - dense: 3";
        let program = Model::from_text(text).expect("a model").graph.program().clone();
        let weights = Network::initialized(program.clone(), 7).and_then(|network| network.weights()).expect("weights");
        let mut state = State::new(&program, &settings());
        state.add_step(&MetricSums::default(), Duration::from_millis(7));
        for (index, value) in state.slots.iter_mut().flatten().flatten().enumerate() {
            *value = 1.0 / (index as f32 + 3.0);
        }
        state.best = Network::initialized(program.clone(), 8).and_then(|network| network.weights()).ok();
        let bytes = to_bytes(&origin(), &state, &weights, &program, optimizer().as_ref());
        (program, state, weights, bytes)
    }

    fn optimizer() -> std::sync::Arc<dyn Optimizer> {
        settings().optimizer.value
    }

    fn settings() -> Train {
        let train = "input: [784]\nlayers: [dense: {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: mse, \
                     optimizer: adam}";
        Model::from_text(train).expect("a model").graph.train().expect("a section").clone()
    }

    fn origin() -> Origin {
        let text = |text: &str| text.to_owned();
        Origin {
            spec: text("layers: []"),
            samples: 7,
            digest: text("abc"),
            threads: 2,
            device: text("cpu"),
            netviz: text("1"),
            libtorch: text("2"),
        }
    }

    #[test]
    fn what_is_written_is_read_back_to_the_last_bit() {
        let (program, state, weights, bytes) = example();
        let checkpoint = Checkpoint::from_bytes(bytes).expect("intact");
        assert_eq!(checkpoint.origin, origin());
        let (read, parameters) = checkpoint.restore(&program, optimizer().as_ref()).expect("fits");
        assert_eq!((read.epoch, read.step, read.steps, read.elapsed), (1, 1, 1, Duration::from_millis(7)));
        assert!(read.best.as_ref().is_some_and(|best| *best != weights));
        assert_eq!((read.slots, read.best, parameters), (state.slots, state.best, weights));
    }

    /// A run that another version of netviz began can be resumed.
    #[test]
    fn the_state_keeps_the_names_that_earlier_checkpoints_have() {
        let (_, state, ..) = example();
        let record = serde_json::to_value(&state).expect("numbers and texts");
        let names: BTreeSet<_> = record.as_object().expect("a map").keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["elapsed", "epoch", "figures", "step", "steps"]));
    }

    #[test]
    fn no_byte_can_be_changed_or_cut_off_unnoticed() {
        let (.., bytes) = example();
        for index in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[index] ^= 1;
            assert!(Checkpoint::from_bytes(damaged).is_err(), "byte {index}");
            assert!(Checkpoint::from_bytes(bytes[..index].to_vec()).is_err(), "{index} bytes");
        }
    }
}
