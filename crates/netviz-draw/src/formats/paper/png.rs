//! PNG.

use resvg::tiny_skia::{Color, FilterQuality, Pixmap, PixmapPaint, PremultipliedColorU8, Transform};

use crate::formats::{Format, InMarkdown, Rendered};
use crate::scene::{Group, Scene};
use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;
use netviz_model::text::whole;

use super::fonts::Fonts;
use super::layers::{Layer, layers, stroke_scale, usual_scale};
use super::strokes::Strokes;

pub(crate) const FORMAT: Format = Format {
    name: "png",
    endings: &[],
    doc: "a PNG image",
    is_for_terminals: false,
    in_markdown: InMarkdown::Image,
    write: |picture| {
        let scene = picture.scene()?;
        png(scene, picture.options.scale.unwrap_or_else(|| usual_scale(scene)))
    },
    scene: Some(|scene| png(scene, usual_scale(scene))),
};

/// Writes a scene as PNG with `scale` pixels per CSS pixel that it is shown at.
///
/// # Errors
/// If it would have more than 268 million pixels in total, or more than 65,535 per side.
pub fn png(scene: &Scene, scale: f64) -> Result<Rendered, Diagnostic> {
    let per_pixel = scale;
    let scale = scale * scene.shown.scale;
    let [width, height] = [scene.width, scene.height].map(|length| (length * scale).ceil().max(1.0));
    let too_large = || {
        let [width, height, side, all] = [width, height, limits::IMAGE_LENGTH, limits::IMAGE_PIXELS].map(whole);
        let message = format!(
            "the PNG would be {width} pixels wide and {height} high; the limits are {side} per side and {all} in total"
        );
        Diagnostic::error(message).hint("choose a smaller `--scale`, or write it as SVG or PDF")
    };
    if width * height > limits::IMAGE_PIXELS || width.max(height) > limits::IMAGE_LENGTH {
        return Err(too_large());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 65,535")]
    let [columns, rows] = [width as u32, height as u32];
    let mut pixels = Pixmap::new(columns, rows).ok_or_else(too_large)?;
    // The last pixels are only partly covered if the size is not a whole number.
    if !scene.transparent {
        let background = scene.background.light;
        pixels.fill(Color::from_rgba8(background.0, background.1, background.2, u8::MAX));
    }
    let fonts = Fonts::of(scene);
    let layers = layers(scene);
    let fine = stroke_scale(&layers, scale);
    for layer in layers {
        match layer {
            Layer::Strokes(strokes) if fine < scale => coarse(scene, &strokes, [fine, scale], &mut pixels),
            Layer::Strokes(strokes) => super::strokes::draw(&mut pixels, &strokes, scale),
            Layer::Groups(groups) => draw(scene, groups, &fonts, scale, &mut pixels)?,
        }
    }
    let bytes = encode(&pixels, scene.transparent, per_pixel)
        .map_err(|error| Diagnostic::error(format!("the PNG cannot be written: {error}")).hint("write it as SVG"))?;
    Ok(Rendered { bytes, warnings: fonts.warning().into_iter().collect() })
}

/// Draws lines with fewer pixels, at the first scale, and enlarges them to the second.
fn coarse(scene: &Scene, strokes: &[Strokes], [fine, scale]: [f64; 2], pixels: &mut Pixmap) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than the picture has")]
    let [columns, rows] = [scene.width, scene.height].map(|length| (length * fine).ceil().max(1.0) as u32);
    let Some(mut lines) = Pixmap::new(columns, rows) else { return };
    super::strokes::draw(&mut lines, strokes, fine);
    #[expect(clippy::cast_possible_truncation, reason = "pixels are less precise by far")]
    let larger = (scale / fine) as f32;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    pixels.draw_pixmap(0, 0, lines.as_ref(), &paint, Transform::from_scale(larger, larger), None);
}

fn draw(scene: &Scene, groups: &[Group], fonts: &Fonts, scale: f64, pixels: &mut Pixmap) -> Result<(), Diagnostic> {
    #[expect(clippy::cast_possible_truncation, reason = "pixels are less precise by far")]
    let scale = scale as f32;
    let tree = super::tree(scene, groups, fonts)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(())
}

/// Encodes pixels; those on an opaque background without an alpha channel.
fn encode(pixels: &Pixmap, transparent: bool, scale: f64) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(if transparent { png::ColorType::Rgba } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    // In a document, the PNG is as large as the PDF.
    encoder.set_pixel_dims(Some(dimensions(scale)));
    // Plain areas and sharp edges compress better without a filter.
    encoder.set_filter(png::Filter::NoFilter);
    let bytes: Vec<u8> = if transparent {
        // A PNG stores colours that are not multiplied by their opacity.
        let colors = pixels.pixels().iter().map(PremultipliedColorU8::demultiply);
        colors.flat_map(|color| [color.red(), color.green(), color.blue(), color.alpha()]).collect()
    } else {
        pixels.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
    };
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(file)
}

/// A CSS pixel is 1/96 of an inch.
fn dimensions(scale: f64) -> png::PixelDimensions {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and far smaller")]
    let per_meter = (scale * 96.0 / 0.0254).round() as u32;
    png::PixelDimensions { xppu: per_meter, yppu: per_meter, unit: png::Unit::Meter }
}
