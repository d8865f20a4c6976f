//! Decodes image files into grey images, with bounded memory.

use std::io::Cursor;
use std::path::Path;

use image::error::ImageError;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageFormat, ImageReader, imageops};
use netviz::diagnostics::Diagnostic;
use netviz::files::{self, Shown};
use netviz::limits;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::complete;
use super::gray::{Gray, from_values};

/// The formats that are read, for messages.
const FORMATS: &str = "PNG, JPEG, WebP, GIF or BMP";

/// Maximum width and height. Larger images are reduced before all other steps; a digit needs about 20 pixels.
const SIDE: u32 = 1024;

/// A decoded image, rotated upright.
pub struct Decoded {
    /// Brightness.
    pub tone: Gray,
    /// Opacity, if any of the image is transparent.
    pub alpha: Option<Gray>,
    /// Width and height in the file, after rotating upright.
    pub size: (u32, u32),
    /// Whether the file holds colours.
    pub is_colored: bool,
    /// Whether the file's EXIF orientation rotates or mirrors the image.
    pub is_turned: bool,
}

/// Reads an image. Of a file with several images, it reads the first.
///
/// # Errors
/// If the file cannot be read, is not an image of a known format, is truncated or damaged, or is too large.
pub fn read(path: &Path) -> Result<Decoded, Diagnostic> {
    let bytes = files::read(path, limits::IMAGE_FILE).map_err(|error| error.diagnostic("", path))?;
    decode(&bytes).map_err(|problem| problem.diagnostic(&path.shown()))
}

/// Why a file is not an image that can be classified.
#[derive(Debug, PartialEq)]
enum Problem {
    Empty,
    /// An unsupported format, with its name if it is known.
    Format(Option<&'static str>),
    /// An unsupported variant of a known format.
    Kind,
    Damaged,
    /// Width and height.
    TooLarge(u32, u32),
}

impl Problem {
    fn diagnostic(&self, name: &str) -> Diagnostic {
        let side = netviz::text::thousands(limits::IMAGE_SIDE as usize);
        let (message, hint) = match self {
            Self::Empty => (format!("`{name}` is empty"), "check that it was copied or saved completely".to_owned()),
            Self::Format(None) => {
                (format!("`{name}` is not an image that can be read"), format!("name a {FORMATS} file"))
            }
            Self::Format(Some(format)) => (
                format!("`{name}` is an image in the format {format}, which cannot be read"),
                format!("save it as {FORMATS}"),
            ),
            Self::Kind => (
                format!("`{name}` is an image of a kind that cannot be read"),
                "save it again as an ordinary PNG or JPEG".to_owned(),
            ),
            Self::Damaged => (
                format!("`{name}` is cut or damaged: it is not a complete image"),
                "copy or download it again".to_owned(),
            ),
            Self::TooLarge(width, height) => (
                format!("`{name}` is too large: {width}×{height} pixels"),
                format!(
                    "scale it down; {side} pixels a side and {} MiB of pixels are allowed",
                    limits::IMAGE_DECODED >> 20
                ),
            ),
        };
        Diagnostic::error(message).hint(hint)
    }
}

impl From<ImageError> for Problem {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::Kind,
            _ => Self::Damaged,
        }
    }
}

fn decode(bytes: &[u8]) -> Result<Decoded, Problem> {
    if bytes.is_empty() {
        return Err(Problem::Empty);
    }
    let Ok(format) = image::guess_format(bytes) else { return Err(Problem::Format(other_format(bytes))) };
    match format {
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Bmp => {}
        ImageFormat::Tiff => return Err(Problem::Format(Some("TIFF"))),
        ImageFormat::Avif => return Err(Problem::Format(Some("AVIF"))),
        _ => return Err(Problem::Format(None)),
    }
    if !complete::is_complete(format, bytes) {
        return Err(Problem::Damaged);
    }
    let (pixels, orientation) = if format == ImageFormat::Jpeg { jpeg(bytes)? } else { other(format, bytes)? };
    let (tone, alpha) = pixels.reduced();
    let swaps = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    Ok(Decoded {
        tone: upright(tone, orientation),
        alpha: alpha.map(|alpha| upright(alpha, orientation)),
        size: if swaps { (pixels.height, pixels.width) } else { (pixels.width, pixels.height) },
        is_colored: pixels.is_colored,
        is_turned: orientation != Orientation::NoTransforms,
    })
}

/// Formats of phones and scanners that the crate `image` does not recognize by their first bytes.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    match bytes.get(4..12)? {
        [b'f', b't', b'y', b'p', brand @ ..]
            if [b"heic", b"heix", b"hevc", b"mif1", b"msf1"].iter().any(|b| b[..] == *brand) =>
        {
            Some("HEIC")
        }
        [b'f', b't', b'y', b'p', b'a', b'v', b'i', _] => Some("AVIF"),
        _ if bytes.starts_with(b"%PDF-") => Some("PDF"),
        _ => None,
    }
}

/// The pixels of a file, row by row.
struct Pixels {
    width: u32,
    height: u32,
    color: ColorType,
    is_colored: bool,
    bytes: Vec<u8>,
}

/// Decodes a JPEG, directly to grey if it can: that takes a third of the memory.
fn jpeg(bytes: &[u8]) -> Result<(Pixels, Orientation), Problem> {
    let most = limits::IMAGE_SIDE as usize;
    // Without strict mode, the decoder makes up missing data.
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let damaged = |_| Problem::Damaged;
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Problem::Damaged)?;
    let input = decoder.input_colorspace().ok_or(Problem::Damaged)?;
    let components = input.num_components();
    let is_progressive = complete::is_progressive(bytes);
    let color = match input {
        ColorSpace::YCbCr | ColorSpace::Luma => ColorType::L8,
        ColorSpace::RGB | ColorSpace::CMYK | ColorSpace::YCCK => ColorType::Rgb8,
        _ => return Err(Problem::Kind),
    };
    let pixels = width * height;
    // A progressive file is decoded as a whole, with two bytes per component.
    let memory = pixels * (usize::from(color.bytes_per_pixel()) + if is_progressive { 2 * components } else { 0 });
    let short = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    if width > most || height > most || memory as u64 > limits::IMAGE_DECODED {
        return Err(Problem::TooLarge(short(width), short(height)));
    }
    let output = if color == ColorType::L8 { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(output));
    let pixels = decoder.decode().map_err(damaged)?;
    if !has_whole_scans(bytes, options.jpeg_set_out_colorspace(output), &pixels) {
        return Err(Problem::Damaged);
    }
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    let pixels =
        Pixels { width: short(width), height: short(height), color, is_colored: components > 1, bytes: pixels };
    Ok((pixels, orientation.unwrap_or(Orientation::NoTransforms)))
}

/// Whether the scans of a JPEG hold all of its pixels. If not, decoders make up the rest from the bytes that follow, so
/// inserting other bytes changes the pixels.
fn has_whole_scans(bytes: &[u8], options: DecoderOptions, pixels: &[u8]) -> bool {
    const FILLER: [u8; 4096] = [0xAA; 4096];
    let Some(end) = complete::end_of_scans(bytes) else { return false };
    let probe = [&bytes[..end], &FILLER, &bytes[end..]].concat();
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&probe), options.set_strict_mode(false));
    decoder.decode().is_ok_and(|others| others == pixels)
}

fn other(format: ImageFormat, bytes: &[u8]) -> Result<(Pixels, Orientation), Problem> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // For what a decoder needs besides the pixels, whose size is checked below.
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(limits::IMAGE_DECODED);
    reader.limits(decoder_limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > limits::IMAGE_SIDE || decoder.total_bytes() > limits::IMAGE_DECODED {
        return Err(Problem::TooLarge(width, height));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let color = decoder.color_type();
    let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).map_err(|_| Problem::TooLarge(width, height))?];
    decoder.read_image(&mut pixels)?;
    // GIFs are always decoded to colour.
    let is_colored = color.has_color() && format != ImageFormat::Gif;
    Ok((Pixels { width, height, color, is_colored, bytes: pixels }, orientation))
}

impl Pixels {
    /// Brightness and opacity. Each pixel is the mean of a square of pixels in the file, so that no side is longer than
    /// [`SIDE`].
    fn reduced(&self) -> (Gray, Option<Gray>) {
        let byte = |value: u8| f32::from(value) / 255.0;
        let word = |bytes: &[u8]| f32::from(u16::from_ne_bytes([bytes[0], bytes[1]])) / 65535.0;
        match self.color {
            ColorType::L8 => self.reduced_with(1, |p| (byte(p[0]), 1.0)),
            ColorType::La8 => self.reduced_with(2, |p| (byte(p[0]), byte(p[1]))),
            ColorType::Rgb8 => self.reduced_with(3, |p| (luma(byte(p[0]), byte(p[1]), byte(p[2])), 1.0)),
            ColorType::Rgba8 => self.reduced_with(4, |p| (luma(byte(p[0]), byte(p[1]), byte(p[2])), byte(p[3]))),
            ColorType::L16 => self.reduced_with(2, |p| (word(p), 1.0)),
            ColorType::La16 => self.reduced_with(4, |p| (word(p), word(&p[2..]))),
            ColorType::Rgb16 => self.reduced_with(6, |p| (luma(word(p), word(&p[2..]), word(&p[4..])), 1.0)),
            _ => self.reduced_with(8, |p| (luma(word(p), word(&p[2..]), word(&p[4..])), word(&p[6..]))),
        }
    }

    fn reduced_with(&self, bytes: usize, pixel: impl Fn(&[u8]) -> (f32, f32)) -> (Gray, Option<Gray>) {
        let step = self.width.max(self.height).div_ceil(SIDE);
        let size = (self.width.div_ceil(step), self.height.div_ceil(step));
        let (step, width, height) = (step as usize, size.0 as usize, size.1 as usize);
        // For each square: the sums of opacity times brightness and of opacity, and the number of pixels.
        let mut sums = vec![(0.0_f32, 0.0_f32, 0.0_f32); width * height];
        for (y, row) in self.bytes.chunks_exact(self.width as usize * bytes).enumerate() {
            let sums = &mut sums[y / step * width..][..width];
            for (square, sum) in row.chunks(step * bytes).zip(sums) {
                for (tone, alpha) in square.chunks_exact(bytes).map(&pixel) {
                    *sum = (sum.0 + tone * alpha, sum.1 + alpha, sum.2 + 1.0);
                }
            }
        }
        let tone = sums.iter().map(|&(tone, alpha, _)| if alpha > 0.0 { tone / alpha } else { 0.0 }).collect();
        let alpha: Vec<f32> = sums.iter().map(|&(_, alpha, count)| alpha / count).collect();
        let is_transparent = alpha.iter().any(|&alpha| alpha < 1.0);
        (from_values(size, tone), is_transparent.then(|| from_values(size, alpha)))
    }
}

/// Brightness of a colour (ITU-R BT.709).
fn luma(red: f32, green: f32, blue: f32) -> f32 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The image, rotated and mirrored as EXIF says.
fn upright(image: Gray, orientation: Orientation) -> Gray {
    match orientation {
        Orientation::NoTransforms => image,
        Orientation::Rotate90 => imageops::rotate90(&image),
        Orientation::Rotate180 => imageops::rotate180(&image),
        Orientation::Rotate270 => imageops::rotate270(&image),
        Orientation::FlipHorizontal => imageops::flip_horizontal(&image),
        Orientation::FlipVertical => imageops::flip_vertical(&image),
        Orientation::Rotate90FlipH => imageops::flip_horizontal(&imageops::rotate90(&image)),
        Orientation::Rotate270FlipH => imageops::flip_horizontal(&imageops::rotate270(&image)),
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, RgbaImage};

    use super::*;

    fn image() -> DynamicImage {
        GrayImage::from_fn(40, 30, |x, y| image::Luma([u8::try_from((x * 31 + y * 17) % 251).expect("a byte")])).into()
    }

    fn encoded(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        let has_colour = matches!(format, ImageFormat::WebP | ImageFormat::Gif);
        let image = if has_colour { image().to_rgb8().into() } else { image() };
        image.write_to(&mut Cursor::new(&mut bytes), format).expect("encoded");
        bytes
    }

    #[test]
    fn a_file_that_is_cut_anywhere_is_damaged() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
            let bytes = encoded(format);
            assert!(decode(&bytes).is_ok(), "{format:?}");
            for length in (20..bytes.len()).step_by(13).chain([bytes.len() - 1]) {
                assert_eq!(decode(&bytes[..length]).err(), Some(Problem::Damaged), "{format:?}, {length} bytes");
            }
        }
        assert_eq!(decode(b"").err(), Some(Problem::Empty));
    }

    #[test]
    fn a_large_image_is_reduced_by_means() {
        let large = GrayImage::from_fn(2100, 30, |x, _| image::Luma([if x % 3 == 0 { 255 } else { 0 }]));
        let mut bytes = Vec::new();
        large.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("encoded");
        let decoded = decode(&bytes).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert_eq!((decoded.size, decoded.tone.dimensions()), ((2100, 30), (700, 10)));
        assert!(decoded.tone.iter().all(|&value| (value - 1.0 / 3.0).abs() < 1e-6));
    }

    #[test]
    fn opacity_weighs_the_mean() {
        let half = RgbaImage::from_fn(1500, 1, |x, _| image::Rgba([200, 200, 200, if x % 2 == 0 { 255 } else { 0 }]));
        let mut bytes = Vec::new();
        half.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("encoded");
        let decoded = decode(&bytes).unwrap_or_else(|problem| panic!("{problem:?}"));
        let alpha = decoded.alpha.expect("transparent");
        assert!(alpha.iter().all(|&value| (value - 0.5).abs() < 1e-6));
        assert!(decoded.tone.iter().all(|&value| (value - 200.0 / 255.0).abs() < 1e-5));
    }
}
