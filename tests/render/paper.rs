//! PNG and PDF, as read by a decoder and the programs of poppler.

use std::path::Path;
use std::process::Command;

use netviz::font::width;
use netviz::formats;
use netviz::scene::{Item, Scene, Text};
use netviz::theme::{Color, Theme};
use netviz::views::VIEWS;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};

use super::command::render as netviz;
use super::{GALLERY, Options, named, scene};

/// A decoded picture.
pub(crate) struct Pixels {
    pub(crate) size: [usize; 2],
    bytes: Vec<u8>,
}

impl Pixels {
    pub(crate) fn of_png(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("it fits")];
        let info = reader.next_frame(&mut bytes).expect("all pixels are there");
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        Self { size: [info.width, info.height].map(|size| size as usize), bytes }
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> Color {
        let at = 3 * (y * self.size[0] + x);
        Color(self.bytes[at], self.bytes[at + 1], self.bytes[at + 2])
    }
}

fn png(scene: &Scene, scale: f64) -> Pixels {
    Pixels::of_png(&formats::png(scene, scale).expect("it is not too large").bytes)
}

/// The output of the program for a model.
fn drawn(arguments: &[&str]) -> Vec<u8> {
    let output = netviz().args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The output of a program of poppler for a PDF.
pub(crate) fn poppler(program: &str, pdf: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output =
        command.arg(pdf).args(arguments).output().expect("the tests need poppler: apt-get install poppler-utils");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Writes a PDF to a temporary folder.
fn written(scene: &Scene) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out.pdf");
    std::fs::write(&path, formats::pdf(scene).expect("it can be drawn").bytes).expect("written");
    (folder, path)
}

fn texts(scene: &Scene) -> impl Iterator<Item = &Text> {
    scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Text(text) => Some(text),
        _ => None,
    })
}

#[test]
fn a_png_is_as_large_as_the_scene_times_the_scale() {
    let scene = scene(GALLERY[0].1, &crate::neurons());
    for scale in ["0.1", "0.5", "1", "1.37", "2", "3"] {
        let pixels = Pixels::of_png(&drawn(&["models/mnist.yaml", "--page", "none", "--scale", scale, "--png", "-"]));
        let scale: f64 = scale.parse().expect("a number");
        for (pixels, length) in pixels.size.into_iter().zip([scene.width, scene.height]) {
            assert!((0.0..1.0).contains(&(pixels as f64 - length * scale)), "{pixels} for {length} × {scale}");
        }
    }
    let two = Pixels::of_png(&drawn(&["models/mnist.yaml", "--page", "none", "--png", "-"]));
    assert_eq!(two.size, png(&scene, 2.0).size, "two is the default");
}

#[test]
fn a_png_is_as_large_in_a_document_as_the_pdf() {
    let scene = scene(GALLERY[0].1, &crate::neurons());
    let file = formats::png(&scene, 3.0).expect("it is not too large").bytes;
    let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    let dimensions = reader.info().pixel_dims.expect("its resolution is known");
    assert_eq!((dimensions.xppu, dimensions.yppu), (11_339, 11_339), "288 pixels an inch");
    assert_eq!(dimensions.unit, png::Unit::Meter);
}

#[test]
fn the_background_reaches_every_edge() {
    for (theme, background) in [(Theme::classic(), Color::WHITE), (Theme::dark(), Color::rgb(0x0d_11_17))] {
        let scene = scene(GALLERY[0].1, &Options { theme, ..crate::neurons() });
        for scale in [1.0, 1.37, 2.0] {
            let pixels = png(&scene, scale);
            let [width, height] = pixels.size;
            let rows = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
            let columns = (0..height).flat_map(|y| [(0, y), (width - 1, y)]);
            assert!(rows.chain(columns).all(|(x, y)| pixels.at(x, y) == background), "scale {scale}");
        }
    }
}

/// The first and the last column with ink in the rows of a text.
fn ink(pixels: &Pixels, text: &Text, background: Color, scale: f64) -> [f64; 2] {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows of a picture")]
    let row = |y: f64| (y * scale) as usize;
    let rows = row(text.at.y - 0.7 * text.size)..row(text.at.y);
    let inked = |x: &usize| rows.clone().any(|y| pixels.at(*x, y).contrast(background) > 2.0);
    let columns: Vec<usize> = (0..pixels.size[0]).filter(inked).collect();
    [columns.first(), columns.last()].map(|column| *column.expect("there is ink") as f64 / scale)
}

/// With titles that are alone in their rows and have no kerning.
#[test]
fn text_is_drawn_in_the_font_that_it_was_measured_in() {
    for title in ["mnist", "HHHHHHHHHHHHHHHH", "illimitable", "minimum 0123456789", "Ünïcödé Ωμέγα Жук"] {
        let scene = scene(&named(title), &crate::neurons());
        let text = texts(&scene).find(|text| text.text == title).expect("the title is there");
        let half = width(title, text.size, text.weight) / 2.0;
        let found = ink(&png(&scene, 2.0), text, Color::WHITE, 2.0);
        for (found, expected) in found.into_iter().zip([text.at.x - half, text.at.x + half]) {
            assert!((found - expected).abs() < 3.0, "{title}: ink at {found}, expected about {expected}");
        }
    }
}

/// The font draws a box for characters that it lacks.
#[test]
fn characters_without_a_glyph_leave_ink() {
    for title in ["ネットワーク", "🦀🦀🦀"] {
        let scene = scene(&named(title), &crate::neurons());
        let text = texts(&scene).find(|text| text.text == title).expect("the title is there");
        let [first, last] = ink(&png(&scene, 2.0), text, Color::WHITE, 2.0);
        assert!(last - first > 0.5 * width(title, text.size, text.weight));
        let (_folder, pdf) = written(&scene);
        assert!(poppler("pdftotext", &pdf, &["-"]).contains("dense_1"));
    }
}

#[test]
fn what_follows_the_reader_is_light_on_paper() {
    for (name, text) in GALLERY {
        let [auto, light] =
            [Theme::auto(), Theme::light()].map(|theme| scene(text, &Options { theme, ..crate::neurons() }));
        assert_eq!(formats::png(&auto, 1.0), formats::png(&light, 1.0), "{name}");
    }
}

#[test]
fn two_runs_write_the_same_bytes() {
    for (name, _) in GALLERY {
        for format in ["--png", "--pdf"] {
            let bytes = || drawn(&[&format!("models/{name}.yaml"), format, "-"]);
            assert_eq!(bytes(), bytes(), "{format} of {name}");
        }
    }
}

#[test]
fn the_scale_has_bounds() {
    for scale in ["0", "0.09", "20.1", "-1", "nan", "inf", "two"] {
        let assert = netviz().args(["--png", "-", &format!("--scale={scale}")]).assert();
        assert.code(2).stdout(is_empty()).stderr(contains("not a number from 0.1 to 20"));
    }
}

#[test]
fn a_png_of_too_many_pixels_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("deep.yaml");
    std::fs::write(&model, format!("input: [8]\nlayers:\n{}", "  - dense: 8\n".repeat(300))).expect("written");
    let png = folder.path().join("deep.png");
    let assert =
        netviz().arg(&model).args(["--view", "neurons", "--page", "none", "--scale", "20", "--png"]).arg(&png).assert();
    let limits = "the limits are 65,535 per side and 268,435,456 in total";
    let hint = "choose a smaller `--scale`, or write it as SVG or PDF";
    assert
        .code(1)
        .stdout(is_empty())
        .stderr(contains("error: the PNG would be").and(contains(limits)).and(contains(hint)));
    assert!(!png.exists());
}

#[test]
fn text_in_a_pdf_is_text_in_the_embedded_font() {
    for (name, text) in GALLERY {
        let scene = scene(text, &crate::neurons());
        let (_folder, pdf) = written(&scene);
        let found = poppler("pdftotext", &pdf, &["-"]);
        for text in texts(&scene) {
            assert!(found.contains(&text.text), "{name}: {:?} is not in {found}", text.text);
        }
        let fonts = poppler("pdffonts", &pdf, &[]);
        let fonts: Vec<&str> = fonts.lines().skip(2).collect();
        // Name, type, encoding, and whether it is embedded, a subset, and has Unicode values.
        assert!(!fonts.is_empty() && fonts.iter().all(|font| font.contains("+LiberationSans")), "{fonts:?}");
        assert!(fonts.iter().all(|font| font.contains(" yes yes yes ")), "{fonts:?}");
    }
}

/// The page of a PDF in points.
fn page(pdf: &Path) -> [f64; 2] {
    let info = poppler("pdfinfo", pdf, &[]);
    let line = info.lines().find_map(|line| line.strip_prefix("Page size:")).expect("it has a size");
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    [numbers[0], numbers[1]]
}

#[test]
fn a_page_is_as_large_as_the_scene() {
    for (name, text) in GALLERY {
        let scene = scene(text, &crate::neurons());
        let (_folder, pdf) = written(&scene);
        for (found, pixels) in page(&pdf).into_iter().zip([scene.width, scene.height]) {
            assert!((found - 0.75 * pixels).abs() < 0.01, "{name}: {found} points for {pixels} pixels");
        }
        let info = poppler("pdfinfo", &pdf, &[]);
        assert!(info.contains(name) && !info.contains("Date"), "{info}");
        assert!(info.contains("Pages:           1\n"), "{info}");
    }
}

#[test]
fn a_page_is_no_longer_than_viewers_show() {
    let text = format!("input: [8]\nlayers:\n{}", "  - dense: 8\n".repeat(300));
    let scene = scene(&text, &crate::neurons());
    let (_folder, pdf) = written(&scene);
    let [width, height] = page(&pdf);
    assert!((height - 14_400.0).abs() < 0.1, "{height}");
    assert!((width / height - scene.width / scene.height).abs() < 1e-3);
    assert!(poppler("pdftotext", &pdf, &["-"]).contains("dense_300"));
}

/// The side of a square in pixels, smaller than the parts of a picture.
const SQUARE: usize = 16;

/// Maximum difference in shade, of 255, between squares of the PDF as poppler draws it and of the PNG.
fn difference(scene: &Scene, pdf: &Path) -> f64 {
    let drawn = pdf.with_extension("");
    poppler("pdftoppm", pdf, &["-r", "96", "-png", "-singlefile", &drawn.display().to_string()]);
    let drawn = Pixels::of_png(&std::fs::read(drawn.with_extension("png")).expect("it is drawn"));
    let png = png(scene, 1.0);
    let [width, height] = [0, 1].map(|axis| drawn.size[axis].min(png.size[axis]));
    let squares = (0..height / SQUARE).flat_map(|y| (0..width / SQUARE).map(move |x| [x * SQUARE, y * SQUARE]));
    let shade = |pixels: &Pixels, [left, top]: [usize; 2]| {
        let rows = (top..top + SQUARE).flat_map(|y| (left..left + SQUARE).map(move |x| (x, y)));
        rows.map(|(x, y)| f64::from(pixels.at(x, y).1)).sum::<f64>() / (SQUARE * SQUARE) as f64
    };
    squares.map(|at| (shade(&drawn, at) - shade(&png, at)).abs()).fold(0.0, f64::max)
}

/// Viewers take minutes for hundreds of thousands of lines, and draw overlapping faint lines too dark.
#[test]
fn very_many_lines_are_pixels_in_a_pdf() {
    let images = |pdf: &Path| poppler("pdfimages", pdf, &["-list"]).lines().skip(2).count();
    let [few, many] = [140, 150].map(|units| {
        let text = format!("input: [{units}]\nlayers: [dense: {units}]\n");
        scene(&text, &Options { full: true, ..crate::neurons() })
    });
    let (_folder, pdf) = written(&few);
    assert_eq!(images(&pdf), 0, "fewer are lines");
    let (_folder, pdf) = written(&many);
    assert_eq!(images(&pdf), 2, "the pixels and their opacity");
    let difference = difference(&many, &pdf);
    assert!(difference < 20.0, "{difference}");
    assert!(poppler("pdftotext", &pdf, &["-"]).contains("dense_1"));
}

/// A tall picture of this many layers, all different.
pub(crate) fn tower(layers: usize) -> Scene {
    let layers: Vec<String> = (1..=layers).map(|units| format!("  - dense: {units}\n")).collect();
    let view = VIEWS.iter().find(|view| view.name == "blocks").expect("a view");
    scene(&format!("input: [4]\nlayers:\n{}", layers.concat()), &Options { view: Some(view), ..crate::neurons() })
}

#[test]
fn a_picture_longer_than_a_page_is_reduced_and_that_is_said() {
    let fits = formats::pdf(&tower(100)).expect("it can be drawn");
    assert!(fits.warnings.is_empty());
    let reduced = formats::pdf(&tower(200)).expect("it can be drawn");
    let messages: Vec<&str> = reduced.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(
        messages.len() == 1
            && messages[0].starts_with("the PDF shows the picture at ")
            && messages[0].ends_with(" 14,400"),
        "{messages:?}"
    );
}
