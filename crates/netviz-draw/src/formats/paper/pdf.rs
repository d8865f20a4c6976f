//! PDF.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Rect, Size};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt, SvgSettings};

use crate::formats::{Format, InMarkdown, Rendered};
use crate::scene::Scene;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;
use netviz_model::text::whole;
use resvg::tiny_skia::Pixmap;

use super::fonts::Fonts;
use super::layers::{Layer, layers, stroke_scale, usual_scale};
use super::strokes::{self, Strokes};

pub(crate) const FORMAT: Format = Format {
    name: "pdf",
    endings: &[],
    doc: "a PDF page",
    is_for_terminals: false,
    in_markdown: InMarkdown::Link,
    write: |picture| pdf(picture.scene()?),
    scene: Some(pdf),
};

/// A CSS pixel is 1/96 of an inch, a point 1/72.
const POINTS: f64 = 0.75;
/// Writes a scene as a PDF of one page, as large as the scene but at most 200 inches long. Text can be selected. Very
/// many lines become pixels.
///
/// # Errors
/// If the scene cannot be drawn.
pub fn pdf(scene: &Scene) -> Result<Rendered, Diagnostic> {
    let failed = |why: String| Diagnostic::error(format!("the PDF cannot be written: {why}")).hint("write it as SVG");
    let length = scene.width.max(scene.height) * scene.shown.scale;
    let points = POINTS.min(limits::PDF_POINTS / length) * scene.shown.scale;
    let fonts = Fonts::of(scene);
    #[expect(clippy::cast_possible_truncation, reason = "points are less precise by far")]
    let [width, height] = [scene.width, scene.height].map(|length| (length * points) as f32);
    let size = Size::from_wh(width, height).ok_or_else(|| failed("it has no size".into()))?;
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(Metadata::new().title(scene.title.clone()).language("en".into()));
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    if !scene.transparent {
        background(&mut surface, scene, size);
    }
    let layers = layers(scene);
    let scale = stroke_scale(&layers, usual_scale(scene) * scene.shown.scale);
    for layer in layers {
        match layer {
            Layer::Groups(groups) => {
                let tree = super::tree(scene, groups, &fonts)?;
                surface.draw_svg(&tree, size, SvgSettings::default());
            }
            Layer::Strokes(strokes) => {
                let (image, size) =
                    image(scene, &strokes, [scale, points]).ok_or_else(|| failed("it is too large".into()))?;
                surface.draw_image(image, size);
            }
        }
    }
    surface.finish();
    page.finish();
    let bytes = document.finish().map_err(|error| failed(format!("{error:?}")))?;
    Ok(Rendered { bytes, warnings: reduced(length).into_iter().chain(fonts.warning()).collect() })
}

/// The warning about a picture longer than a page can be.
fn reduced(length: f64) -> Option<Diagnostic> {
    let (wanted, most) = (length * POINTS, limits::PDF_POINTS);
    let percent = 100.0 * most / wanted;
    let [length, page] = [wanted, most].map(whole);
    let message = format!(
        "the PDF shows the picture at {percent:.0} % of its size: it is {length} pt long, and a page can have {page}"
    );
    let hint = "draw fewer neurons, fold repeated blocks, or write it as SVG";
    (wanted > most).then(|| Diagnostic::warning(message).hint(hint))
}

fn background(surface: &mut Surface, scene: &Scene, size: Size) {
    let color = scene.background.light;
    let mut path = PathBuilder::new();
    if let Some(page) = Rect::from_xywh(0.0, 0.0, size.width(), size.height()) {
        path.push_rect(page);
    }
    surface.set_fill(Some(Fill { paint: rgb::Color::new(color.0, color.1, color.2).into(), ..Fill::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Lines as an image with a transparent background, with no more pixels than a PNG may have, and its size in points.
fn image(scene: &Scene, strokes: &[Strokes], [scale, points]: [f64; 2]) -> Option<(Image, Size)> {
    let scale = scale.min((limits::IMAGE_PIXELS / (scene.width * scene.height)).sqrt());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 268 million pixels")]
    let [columns, rows] = [scene.width, scene.height].map(|length| (length * scale).ceil().max(1.0) as u32);
    let mut pixels = Pixmap::new(columns, rows)?;
    strokes::draw(&mut pixels, strokes, scale);
    let mut bytes = pixels.take_demultiplied();
    // Viewers that scale it down interpolate colours separately from opacity, so transparent pixels need the same
    // colour.
    let color = strokes.first()?.stroke.color.light;
    for pixel in bytes.chunks_exact_mut(4).filter(|pixel| pixel[3] == 0) {
        pixel[..3].copy_from_slice(&[color.0, color.1, color.2]);
    }
    #[expect(clippy::cast_possible_truncation, reason = "points are less precise by far")]
    let [width, height] = [columns, rows].map(|count| (f64::from(count) / scale * points) as f32);
    Some((Image::from_rgba8(bytes, columns, rows), Size::from_wh(width, height)?))
}
