//! PNG.

use resvg::tiny_skia::{Pixmap, Transform};

use crate::picture::Refusal;
use crate::render::{Format, InMarkdown};
use crate::scene::Scene;

pub(in crate::render) const FORMAT: Format = Format {
    name: "png",
    endings: &[],
    doc: "a PNG picture",
    in_markdown: InMarkdown::Image,
    write: |picture| png(picture.scene()?, picture.options.scale),
};

/// The most pixels: 1 GiB of memory.
const MOST_PIXELS: f64 = 268_435_456.0;

/// Writes a scene as PNG with `scale` pixels for one of the scene.
///
/// # Errors
/// Where it would have more than 268 million pixels.
pub fn png(scene: &Scene, scale: f64) -> Result<Vec<u8>, Refusal> {
    let [width, height] = [scene.width, scene.height].map(|length| (length * scale).ceil().max(1.0));
    let too_large = || {
        let message = format!("the PNG would be {width} pixels wide and {height} high");
        Refusal::new(message, "choose a smaller `--scale`, or write it as SVG or PDF")
    };
    if width * height > MOST_PIXELS || width.max(height) > f64::from(u16::MAX) {
        return Err(too_large());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 65,535")]
    let [columns, rows] = [width as u32, height as u32];
    let mut pixels = Pixmap::new(columns, rows).ok_or_else(too_large)?;
    #[expect(clippy::cast_possible_truncation, reason = "pixels are less precise by far")]
    let scale = scale as f32;
    resvg::render(&super::tree(scene)?, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    encode(&pixels).map_err(|error| Refusal::new(format!("the PNG cannot be written: {error}"), "write it as SVG"))
}

/// The background is opaque, so that no pixel needs an alpha channel.
fn encode(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let bytes: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(file)
}
