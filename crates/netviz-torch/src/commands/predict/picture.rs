//! An image file into a sample of a data set.

use std::path::Path;

use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageError, ImageReader, Luma, Rgba};
use netviz::cli::Invert;
use netviz::data::Dataset;
use netviz::diagnostics::Diagnostic;
use netviz::files::Shown;
use netviz::limits;

/// The mean of the border from which on an image looks dark on light.
const LIGHT: u32 = 128;

/// A sample made from an image file.
pub(super) struct Picture {
    /// Height times width values.
    pub(super) values: Vec<u8>,
    /// What was done to the image, in words.
    pub(super) done: Vec<String>,
}

impl Picture {
    pub(super) fn load(path: &Path, dataset: &Dataset, invert: Invert) -> Result<Self, Diagnostic> {
        let (mut image, mut done) = read(path)?;
        let light = border_mean(&image) >= LIGHT;
        if invert == Invert::Always || (invert == Invert::Auto && light) {
            image::imageops::invert(&mut image);
            done.push("inverted".into());
        }
        let [_, height, width] = dataset.sample;
        let wanted = (side(width), side(height));
        if image.dimensions() != wanted {
            let (from_width, from_height) = image.dimensions();
            image = fitted(&image, wanted);
            done.push(format!("resized from {from_width}×{from_height} to {}×{}", wanted.0, wanted.1));
        }
        if light && invert == Invert::Never {
            done.push("it looks dark on light: try --invert".into());
        }
        Ok(Self { values: image.into_raw(), done })
    }
}

/// A size of a data set's image, which is small.
fn side(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// The image in grey, and whether that changed it; what is transparent becomes white.
fn read(path: &Path) -> Result<(GrayImage, Vec<String>), Diagnostic> {
    let name = path.shown();
    let unreadable = |error: &std::io::Error| {
        Diagnostic::error(format!("cannot read `{name}`: {}", netviz::files::plain(error))).hint("check the path")
    };
    let mut reader =
        ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(|error| unreadable(&error))?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(limits::IMAGE_SIDE);
    limits.max_image_height = Some(limits::IMAGE_SIDE);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|error| match error {
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => unreadable(&error),
        _ => Diagnostic::error(format!("`{name}` is not an image that can be read"))
            .hint("PNG, JPEG, GIF and BMP up to 16,384 pixels a side are"),
    })?;
    let mut done = Vec::new();
    let color = decoded.color();
    if color.has_color() {
        done.push("colour to grey".into());
    }
    let mut image = decoded.to_rgba8();
    if color.has_alpha() && image.pixels().any(|pixel| pixel.0[3] < 255) {
        done.push("transparent to white".into());
    }
    for Rgba([red, green, blue, alpha]) in image.pixels_mut() {
        for channel in [red, green, blue] {
            let share = u32::from(*alpha);
            let value = (u32::from(*channel) * share + 255 * (255 - share)) / 255;
            *channel = u8::try_from(value).unwrap_or(u8::MAX);
        }
        *alpha = 255;
    }
    Ok((image::DynamicImage::ImageRgba8(image).to_luma8(), done))
}

/// The mean of the outermost pixels.
fn border_mean(image: &GrayImage) -> u32 {
    let (width, height) = image.dimensions();
    let outer = |x: u32, y: u32| x == 0 || y == 0 || x + 1 == width || y + 1 == height;
    let border = image.enumerate_pixels().filter(|&(x, y, _)| outer(x, y));
    let (sum, count) =
        border.fold((0_u64, 0_u64), |(sum, count), (_, _, Luma([value]))| (sum + u64::from(*value), count + 1));
    u32::try_from(sum / count.max(1)).unwrap_or(0)
}

/// The image scaled to fit into `wanted` without distortion, in the middle of black.
fn fitted(image: &GrayImage, (width, height): (u32, u32)) -> GrayImage {
    let (from_width, from_height) = image.dimensions();
    let scale = (f64::from(width) / f64::from(from_width)).min(f64::from(height) / f64::from(from_height));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the size wanted")]
    let scaled = |size: u32, most: u32| ((f64::from(size) * scale).round() as u32).clamp(1, most);
    let (to_width, to_height) = (scaled(from_width, width), scaled(from_height, height));
    let small = resize(image, to_width, to_height, FilterType::Triangle);
    let mut result = GrayImage::new(width, height);
    let (left, top) = (i64::from((width - to_width) / 2), i64::from((height - to_height) / 2));
    image::imageops::replace(&mut result, &small, left, top);
    result
}
