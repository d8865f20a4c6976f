//! The IDX format of MNIST and related data sets.

use std::fmt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::dataset::{Dataset, Split};
use crate::files::Shown;
use crate::{files, limits};

/// Images and their labels.
#[derive(Debug, Clone)]
pub struct Samples {
    /// Number of images.
    pub count: usize,
    /// Pixel values, image after image: `count · channels · height · width` of them.
    pub images: Vec<u8>,
    /// The class of each image.
    pub labels: Vec<u8>,
}

impl Samples {
    /// A SHA-256 in hexadecimal digits that identifies the samples and their order.
    pub fn digest(&self) -> String {
        let digest = Sha256::new().chain_update(self.count.to_le_bytes()).chain_update(&self.labels);
        format!("{:x}", digest.chain_update(&self.images).finalize())
    }
}

/// Why a data set could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// The file cannot be read.
    Read(PathBuf, std::io::Error),
    /// The contents of the file are not as expected.
    Damaged(PathBuf, String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "cannot read {}: {error}", path.shown()),
            Self::Damaged(path, why) => write!(f, "{} is damaged: {why}", path.shown()),
        }
    }
}

impl std::error::Error for LoadError {}

/// Loads one part of a data set from its folder.
///
/// # Errors
/// If a file is missing or its contents are not as expected.
pub fn load(dataset: &Dataset, folder: &Path, split: Split) -> Result<Samples, LoadError> {
    let [images, labels] = match split {
        Split::Train => [&dataset.files[0], &dataset.files[1]],
        Split::Test => [&dataset.files[2], &dataset.files[3]],
    };
    let [channels, height, width] = dataset.sample;
    let path = folder.join(images.name);
    let (sizes, images) = read(&path)?;
    if sizes[1..] != [height, width] || channels != 1 {
        return Err(LoadError::Damaged(path, format!("holds {sizes:?}, not images of {height}×{width}")));
    }
    let count = sizes[0];
    let path = folder.join(labels.name);
    let (sizes, labels) = read(&path)?;
    if sizes != [count] {
        return Err(LoadError::Damaged(path, format!("holds {sizes:?}, not {count} labels")));
    }
    if let Some(label) = labels.iter().find(|&&label| usize::from(label) >= dataset.classes.len()) {
        return Err(LoadError::Damaged(path, format!("holds the label {label}")));
    }
    Ok(Samples { count, images, labels })
}

/// The sizes and values of an IDX file of bytes.
fn read(path: &Path) -> Result<(Vec<usize>, Vec<u8>), LoadError> {
    let mut bytes =
        files::read(path, limits::DATA_PACKAGE).map_err(|error| LoadError::Read(path.into(), error.into()))?;
    let damaged = |why: &str| LoadError::Damaged(path.into(), why.into());
    let [0, 0, 8, rank @ 1..=4] = *bytes.first_chunk().ok_or_else(|| damaged("it is too short"))? else {
        return Err(damaged("it is not an IDX file of bytes"));
    };
    let header = 4 + 4 * usize::from(rank);
    let sizes = bytes.get(4..header).ok_or_else(|| damaged("it is too short"))?;
    let sizes: Vec<usize> =
        sizes.chunks_exact(4).map(|size| u32::from_be_bytes([size[0], size[1], size[2], size[3]]) as usize).collect();
    let expected = sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
    if expected != Some(bytes.len() - header) {
        return Err(damaged("its length does not fit its header"));
    }
    bytes.drain(..header);
    Ok((sizes, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<(Vec<usize>, Vec<u8>), String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        read(file.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_that_breaks_off_or_lies_about_its_length_is_damaged() {
        let whole = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];
        assert_eq!(read_bytes(&whole), Ok((vec![2], vec![7, 9])));
        for end in 0..whole.len() {
            assert!(read_bytes(&whole[..end]).expect_err("damaged").contains("is damaged"), "{end} bytes");
        }
        assert!(read_bytes(&[0, 0, 13, 1, 0, 0, 0, 0]).expect_err("floats").contains("not an IDX file of bytes"));
    }
}
