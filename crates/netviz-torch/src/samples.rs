//! A data set as tensors.

use std::path::Path;

use netviz::cli::Failure;
use netviz::data::{Adapt, Dataset, Split, load};
use netviz::shape::Shape;
use tch::{Kind, Tensor};

use crate::EngineError;
use crate::storage::{dimensions, integer};

/// Labelled samples that fit a network's input.
#[derive(Debug)]
pub struct Samples {
    /// One byte a value, in the data set's own shape: a quarter of the memory, and quicker to gather.
    images: Tensor,
    labels: Tensor,
    adapt: Adapt,
    input: Shape,
}

/// Samples that are seen together.
#[derive(Debug)]
pub struct Batch {
    /// Values from 0 to 1, in the shape of the network's input.
    pub images: Tensor,
    /// The class of each.
    pub labels: Tensor,
}

/// Reads one part of a data set.
///
/// # Errors
/// Where a file is missing or damaged.
pub fn read(dataset: &Dataset, folder: &Path, split: Split) -> Result<netviz::data::Samples, Failure> {
    load(dataset, folder, split).map_err(|error| {
        let hint = format!("`netviz fetch {}` checks the files and replaces what is wrong", dataset.name);
        Failure::new(error.to_string()).hint(hint)
    })
}

impl Samples {
    /// Loads one part of a data set.
    ///
    /// # Errors
    /// Where a file is missing or damaged.
    pub fn load(dataset: &Dataset, folder: &Path, split: Split, input: &Shape) -> Result<Self, Failure> {
        let samples = read(dataset, folder, split)?;
        Self::new(dataset, &samples.images, &samples.labels, input).map_err(Failure::from)
    }

    /// Samples of images and their labels.
    ///
    /// # Errors
    /// Where the images do not fit the input.
    pub fn new(dataset: &Dataset, images: &[u8], labels: &[u8], input: &Shape) -> Result<Self, EngineError> {
        let adapt = dataset.adapt(input).ok_or_else(|| EngineError::new("the data does not fit the input"))?;
        let mut sizes = vec![-1];
        sizes.extend(dimensions(&dataset.sample));
        let images = Tensor::f_from_slice(images)?.f_reshape(sizes)?;
        let labels = Tensor::f_from_slice(labels)?.f_to_kind(Kind::Int64)?;
        Ok(Self { images, labels, adapt, input: input.clone() })
    }

    /// Samples of images that have no label.
    ///
    /// # Errors
    /// Where the images do not fit the input.
    pub fn unlabelled(dataset: &Dataset, images: &[u8], input: &Shape) -> Result<Self, EngineError> {
        let count = images.len() / dataset.sample.iter().product::<usize>();
        Self::new(dataset, images, &vec![0; count], input)
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        usize::try_from(self.labels.size()[0]).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples before `position`, and those from it on.
    ///
    /// # Errors
    /// Those of libtorch.
    pub fn split_at(&self, position: usize) -> Result<(Self, Self), EngineError> {
        let part = |start: usize, end: usize| {
            let (start, length) = (integer(start), integer(end - start));
            Ok::<_, EngineError>(Self {
                images: self.images.f_narrow(0, start, length)?,
                labels: self.labels.f_narrow(0, start, length)?,
                adapt: self.adapt,
                input: self.input.clone(),
            })
        };
        Ok((part(0, position)?, part(position, self.len())?))
    }

    /// The samples with these numbers.
    ///
    /// # Errors
    /// Those of libtorch.
    pub fn gather(&self, numbers: &[i64]) -> Result<Batch, EngineError> {
        let numbers = Tensor::f_from_slice(numbers)?;
        self.prepare(&self.images.f_index_select(0, &numbers)?, self.labels.f_index_select(0, &numbers)?)
    }

    /// All samples in their order, `size` at a time.
    pub fn batches(&self, size: usize) -> impl Iterator<Item = Result<Batch, EngineError>> + '_ {
        (0..self.len()).step_by(size).map(move |start| {
            let length = integer(size.min(self.len() - start));
            let narrow = |tensor: &Tensor| tensor.f_narrow(0, integer(start), length);
            self.prepare(&narrow(&self.images)?, narrow(&self.labels)?)
        })
    }

    fn prepare(&self, images: &Tensor, labels: Tensor) -> Result<Batch, EngineError> {
        let images = images.f_to_kind(Kind::Float)?.f_div_scalar(255.0)?;
        let images = match self.adapt {
            Adapt::Reshape => {
                let mut sizes = vec![-1];
                sizes.extend(dimensions(self.input.dimensions()));
                images.f_reshape(sizes)?
            }
            Adapt::Pad(sides) => images.f_constant_pad_nd(dimensions(&sides))?,
        };
        Ok(Batch { images, labels })
    }
}
