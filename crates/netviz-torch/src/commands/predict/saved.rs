//! Files that show what the network saw.

use std::path::{Path, PathBuf};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use netviz::cli::{Failure, files};
use netviz::data::Dataset;

/// The files that samples are written to.
pub(super) struct Saved {
    /// In the order of the images.
    paths: Vec<PathBuf>,
}

impl Saved {
    /// The file itself for one image, and numbered ones for several.
    ///
    /// # Errors
    /// If one of them is one of the images, or it is not called a PNG.
    pub(super) fn new(path: &Path, images: &[PathBuf]) -> Result<Self, Failure> {
        let name = path.display();
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png")) {
            return Err(Failure::new(format!("`{name}` does not end in .png")).hint("samples are written as PNG"));
        }
        let paths: Vec<PathBuf> = match images.len() {
            1 => vec![path.to_owned()],
            count => (1..=count).map(|number| numbered(path, number)).collect(),
        };
        let same =
            |a: &Path, b: &Path| a == b || a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b));
        match paths.iter().find(|path| images.iter().any(|image| same(path, image))) {
            Some(path) => {
                let message = format!("`{}` is one of the images and would be overwritten", path.display());
                Err(Failure::new(message).hint("choose another file with `--save-input FILE.png`"))
            }
            None => Ok(Self { paths }),
        }
    }

    /// Writes the sample made from the image at this position.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn write(&self, index: usize, values: &[u8], dataset: &Dataset) -> Result<(), Failure> {
        let [_, height, width] = dataset.sample;
        let side = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes)
            .write_image(&values[..width * height], side(width), side(height), ExtendedColorType::L8)
            .map_err(|error| Failure::new(format!("cannot write a sample as PNG: {error}")))?;
        files::write(&self.paths[index], &bytes)
    }
}

/// `seen-2.png` for `seen.png`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}
