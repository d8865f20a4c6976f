//! A data set as batches of tensors.

use std::mem::MaybeUninit;
use std::path::Path;
use std::sync::Arc;

use netviz::cli::Failure;
use netviz::data::{Samples as Source, load};
use netviz::dataset::{Adapt, Dataset, Split};
use netviz::ir::TensorType;
use netviz::shape::Shape;
use tch::{Device, Kind, Tensor};

use crate::storage::{dimensions, integer, unwritten};
use crate::{EngineError, parallel};

/// Labelled samples that fit a network's input.
#[derive(Debug, Clone)]
pub struct Samples {
    /// One byte per value, in the data set's own shape: a quarter of the memory of 32-bit numbers, and faster to
    /// gather.
    source: Arc<Source>,
    /// Indices into `source`, in order.
    numbers: Vec<usize>,
    /// Channels, height and width of an image.
    sample: [usize; 3],
    adapt: Adapt,
    input: Shape,
    /// Whether the network gets the bytes themselves instead of numbers from 0 to 1.
    are_integers: bool,
}

/// A batch of samples.
#[derive(Debug)]
pub struct Batch {
    /// Values from 0 to 1, or whole numbers from 0 to 255: a batch dimension, then the shape of the network's input.
    pub images: Tensor,
    /// The class of each sample.
    pub classes: Vec<usize>,
}

impl Batch {
    /// Moves the batch to a device.
    pub(crate) fn on(self, device: Device) -> Result<Self, EngineError> {
        Ok(Self { images: self.images.f_to(device)?, ..self })
    }
}

/// Number of images that a thread converts at once.
const CHUNK: usize = 16;

/// Reads one split of a data set.
///
/// # Errors
/// If a file is missing or damaged.
pub fn read(dataset: &Dataset, folder: &Path, split: Split) -> Result<Source, Failure> {
    load(dataset, folder, split).map_err(|error| {
        let hint = format!("`netviz fetch {}` checks the files and replaces damaged files", dataset.name);
        Failure::new(error.to_string()).hint(hint)
    })
}

impl Samples {
    /// Loads one split of a data set.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn load(dataset: &Dataset, folder: &Path, split: Split, input: &TensorType) -> Result<Self, Failure> {
        let samples = read(dataset, folder, split)?;
        Self::new(dataset, samples.into(), input).map_err(Failure::from)
    }

    /// All samples of a source, in order.
    ///
    /// # Errors
    /// If the images do not fit the input.
    pub fn new(dataset: &Dataset, source: Arc<Source>, input: &TensorType) -> Result<Self, EngineError> {
        let shape = input.sample().and_then(Shape::new);
        let shape = shape.ok_or_else(|| EngineError::new(format!("the shape of the input, {input}, is not known")))?;
        let adapt = dataset.adapt(&shape).ok_or_else(|| EngineError::new("the data does not fit the input"))?;
        let numbers = (0..source.count).collect();
        Ok(Self {
            source,
            numbers,
            sample: dataset.sample,
            adapt,
            input: shape,
            are_integers: !input.dtype().is_float(),
        })
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Keeps the first `count` samples, or all if there are fewer.
    pub fn truncate(&mut self, count: usize) {
        self.numbers.truncate(count);
    }

    /// Splits into the samples before `position` and the rest.
    pub fn split_at(mut self, position: usize) -> (Self, Self) {
        let numbers = self.numbers.split_off(position);
        let rest = Self { numbers, ..self.clone() };
        (self, rest)
    }

    /// The samples with these indices, in the order given.
    ///
    /// # Panics
    /// If an index is out of bounds.
    #[must_use]
    pub fn select(&self, numbers: &[usize]) -> Self {
        Self { numbers: numbers.iter().map(|&number| self.numbers[number]).collect(), ..self.clone() }
    }

    /// A batch of the samples with these indices.
    ///
    /// # Errors
    /// Those of libtorch.
    ///
    /// # Panics
    /// If an index is out of bounds.
    pub fn gather(&self, numbers: &[usize]) -> Result<Batch, EngineError> {
        let numbers: Vec<usize> = numbers.iter().map(|&number| self.numbers[number]).collect();
        self.batch(&numbers)
    }

    /// All samples in order, in batches of `size`.
    pub fn batches(&self, size: usize) -> impl Iterator<Item = Result<Batch, EngineError>> + '_ {
        self.numbers.chunks(size).map(|numbers| self.batch(numbers))
    }

    /// A batch of the samples of `source` with these indices.
    fn batch(&self, numbers: &[usize]) -> Result<Batch, EngineError> {
        let images = self.images(numbers)?;
        let images = match self.adapt {
            Adapt::Reshape => {
                let mut sizes = vec![-1];
                sizes.extend(dimensions(self.input.dimensions()));
                images.f_reshape(sizes)?
            }
            Adapt::Pad(sides) => images.f_constant_pad_nd(dimensions(&sides))?,
        };
        let classes = numbers.iter().map(|&number| self.source.labels[number].into()).collect();
        Ok(Batch { images, classes })
    }

    /// Scales images in one pass, where libtorch would take three operations.
    fn images(&self, numbers: &[usize]) -> Result<Tensor, EngineError> {
        let mut sizes = vec![integer(numbers.len())];
        sizes.extend(dimensions(&self.sample));
        let size = self.sample.iter().product::<usize>();
        if self.are_integers {
            let bytes: Vec<u8> =
                numbers.iter().flat_map(|number| &self.source.images[number * size..][..size]).copied().collect();
            return Ok(Tensor::f_from_slice(&bytes)?.f_reshape(sizes)?.f_to_kind(Kind::Int64)?);
        }
        let mut images = Tensor::f_empty(sizes, (Kind::Float, Device::Cpu))?;
        let rows = unwritten(&mut images)?.chunks_mut(CHUNK * size);
        parallel::for_each(rows.zip(numbers.chunks(CHUNK)).collect(), |(rows, numbers)| {
            for (row, number) in rows.chunks_exact_mut(size).zip(numbers) {
                scale(row, &self.source.images[number * size..]);
            }
        });
        Ok(images)
    }
}

/// Scales bytes to 0–1. Compiled for several vector widths.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn scale(values: &mut [MaybeUninit<f32>], bytes: &[u8]) {
    for (value, byte) in values.iter_mut().zip(bytes) {
        value.write(f32::from(*byte) / 255.0);
    }
}
