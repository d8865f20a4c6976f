//! `--save-input`: files that show what the network saw.

use std::path::{Path, PathBuf};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use netviz::cli::Failure;
use netviz::dataset::Dataset;
use netviz::files::Output;

/// The files that samples are written to.
pub(super) struct Saved<'a> {
    path: &'a Path,
    /// Whether there are several files, which are numbered.
    is_numbered: bool,
}

impl<'a> Saved<'a> {
    /// The file itself for one image, and numbered ones for several.
    ///
    /// # Errors
    /// If the file name does not end in `.png`.
    pub(super) fn new(path: &'a Path, images: usize) -> Result<Self, Failure> {
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png")) {
            return Ok(Self { path, is_numbered: images > 1 });
        }
        Err(Failure::new(format!("`{}` does not end in .png", path.display())).hint("samples are written as PNG"))
    }

    /// The sample made from the image at this position, as a file.
    ///
    /// # Errors
    /// If it cannot be encoded.
    pub(super) fn output(&self, index: usize, values: &[u8], dataset: &Dataset) -> Result<Output, Failure> {
        let [_, height, width] = dataset.sample;
        let side = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes)
            .write_image(&values[..width * height], side(width), side(height), ExtendedColorType::L8)
            .map_err(|error| Failure::new(format!("cannot write a sample as PNG: {error}")))?;
        let path = if self.is_numbered { numbered(self.path, index + 1) } else { self.path.to_owned() };
        Ok(Output::new(path, bytes))
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
