//! PDF.

use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt, SvgSettings};

use crate::picture::Refusal;
use crate::render::{Format, InMarkdown};
use crate::scene::Scene;

pub(in crate::render) const FORMAT: Format = Format {
    name: "pdf",
    endings: &[],
    doc: "a PDF page",
    in_markdown: InMarkdown::Link,
    write: |picture| pdf(picture.scene()?),
};

/// A CSS pixel is 1/96 of an inch, a point 1/72.
const POINTS: f64 = 0.75;
/// The longest page that every viewer shows (ISO 32000-1, annex C).
const MOST_POINTS: f64 = 14_400.0;

/// Writes a scene as a PDF of one page, as large as the scene or at most 200 inches long; its text can be
/// selected.
///
/// # Errors
/// Where the scene cannot be drawn.
pub fn pdf(scene: &Scene) -> Result<Vec<u8>, Refusal> {
    let failed = |why: String| Refusal::new(format!("the PDF cannot be written: {why}"), "write it as SVG");
    let tree = super::tree(&crate::render::svg(scene))?;
    let points = POINTS.min(MOST_POINTS / scene.width.max(scene.height));
    #[expect(clippy::cast_possible_truncation, reason = "points are less precise by far")]
    let [width, height] = [scene.width, scene.height].map(|length| (length * points) as f32);
    let size = Size::from_wh(width, height).ok_or_else(|| failed("it has no size".into()))?;
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(Metadata::new().title(scene.title.clone()).language("en".into()));
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&tree, size, SvgSettings::default());
    surface.finish();
    page.finish();
    document.finish().map_err(|error| failed(format!("{error:?}")))
}
