//! `TikZ` as pdflatex typesets it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use netviz::formats;
use netviz::scene::Scene;
use netviz::theme::Color;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};

use super::command::render as netviz;
use super::paper::{Pixels, poppler, tower};
use super::parts::everything;
use super::{GALLERY, NAMES, named, scene, specs};

/// Typesets files as pages of their own sizes. `None`, with a message, if `LaTeX` is not installed.
pub(crate) fn typeset(folder: &Path, files: &[String], packages: &str) -> Option<PathBuf> {
    if Command::new("pdflatex").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI needs pdflatex: apt-get install texlive-pictures");
        #[expect(clippy::print_stderr, reason = "a test that says nothing would seem to have run")]
        {
            eprintln!("skipped: pdflatex is missing; apt-get install texlive-pictures");
        }
        return None;
    }
    let pages = files.iter().fold(String::new(), |mut pages, file| {
        let _ = writeln!(
            pages,
            "\\setbox0\\hbox{{\\input{{{file}}}}}\\pdfpagewidth\\wd0 \\pdfpageheight\\ht0 \\shipout\\box0"
        );
        pages
    });
    let text = format!(
        "\\documentclass{{article}}\\usepackage{{tikz}}{packages}\\begin{{document}}\n\
         \\hoffset-1in \\voffset-1in\n{pages}\\end{{document}}\n"
    );
    std::fs::write(folder.join("pages.tex"), text).expect("written");
    let arguments = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "pages.tex"];
    let output = Command::new("pdflatex").args(arguments).current_dir(folder).output().expect("it runs");
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", &log[log.len().saturating_sub(2000)..]);
    assert!(!log.contains("Overfull") && !log.contains("Missing character"), "{log}");
    Some(folder.join("pages.pdf"))
}

/// Typesets scenes as pages.
fn pages(folder: &Path, scenes: &[Scene], packages: &str) -> Option<PathBuf> {
    let write = |(index, scene): (usize, &Scene)| {
        let name = format!("{index}.tex");
        std::fs::write(folder.join(&name), formats::tikz(scene).expect("it is not too large").bytes).expect("written");
        name
    };
    let files: Vec<String> = scenes.iter().enumerate().map(write).collect();
    typeset(folder, &files, packages)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn every_picture_compiles_and_is_as_large_as_the_scene() {
    let folder = folder();
    let mut scenes: Vec<Scene> = specs().iter().map(|text| scene(text, &crate::neurons())).collect();
    scenes.push(everything());
    let Some(pdf) = pages(folder.path(), &scenes, "") else { return };
    let info = poppler("pdfinfo", &pdf, &["-l", "999"]);
    let sizes: Vec<[f64; 2]> = info
        .lines()
        .filter(|line| line.starts_with("Page ") && line.contains(" size:"))
        .map(|line| {
            let numbers: Vec<f64> = line.split_whitespace().skip(3).filter_map(|word| word.parse().ok()).collect();
            [numbers[0], numbers[1]]
        })
        .collect();
    assert_eq!(sizes.len(), scenes.len(), "{info}");
    for (scene, found) in scenes.iter().zip(sizes) {
        for (found, pixels) in found.into_iter().zip([scene.width, scene.height]) {
            assert!((found - 0.75 * pixels).abs() < 0.05, "{found} points for {pixels} pixels");
        }
    }
}

/// The mean colour of each square of `SIDE` pixels.
const SIDE: usize = 12;

fn squares(size: [usize; 2], at: impl Fn(usize, usize) -> Color) -> Vec<[f64; 3]> {
    let [columns, rows] = size.map(|length| length / SIDE);
    let mean = |column: usize, row: usize| {
        let mut sum = [0.0; 3];
        for (x, y) in (0..SIDE * SIDE).map(|index| (column * SIDE + index % SIDE, row * SIDE + index / SIDE)) {
            let Color(red, green, blue) = at(x, y);
            for (sum, channel) in sum.iter_mut().zip([red, green, blue]) {
                *sum += f64::from(channel) / (SIDE * SIDE) as f64;
            }
        }
        sum
    };
    (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))).map(|(x, y)| mean(x, y)).collect()
}

/// A page of a PDF, with two pixels per unit of the scene.
fn page(pdf: &Path, number: usize) -> Pixels {
    let number = number.to_string();
    let name = pdf.with_extension("");
    let arguments = ["-png", "-r", "192", "-f", &number, "-singlefile"].map(str::to_owned);
    let mut command = Command::new("pdftoppm");
    let status = command.args(arguments).arg(pdf).arg(&name).status().expect("poppler is there");
    assert!(status.success());
    Pixels::of_png(&std::fs::read(pdf.with_extension("png")).expect("written"))
}

/// Uses a font of the same widths, so that text has the same position as in the PNG. A few characters look different in
/// `TeX`, so small differences are allowed; a missing part gives at least 150.
#[test]
fn a_picture_looks_as_it_does_in_png() {
    let folder = folder();
    let mut scenes: Vec<Scene> = GALLERY.iter().map(|(_, text)| scene(text, &crate::neurons())).collect();
    scenes.push(everything());
    let Some(pdf) = pages(folder.path(), &scenes, "\\usepackage{helvet}") else { return };
    for (index, scene) in scenes.iter().enumerate() {
        let expected = Pixels::of_png(&formats::png(scene, 2.0).expect("it is not too large").bytes);
        let found = page(&pdf, index + 1);
        let size = [0, 1].map(|axis| expected.size[axis].min(found.size[axis]));
        let [a, b] = [&expected, &found].map(|pixels| squares(size, |x, y| pixels.at(x, y)));
        let far = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| far(a, b)).collect();
        let largest = differences.iter().copied().fold(0.0, f64::max);
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        assert!(mean < 2.0 && largest < 130.0, "{}: mean {mean}, largest {largest}", scene.title);
    }
}

#[test]
fn names_are_shown_as_they_are() {
    let folder = folder();
    let shown = NAMES.iter().filter(|name| name.is_ascii() && !name.trim().is_empty());
    let scenes: Vec<Scene> = shown.clone().map(|name| scene(&named(name), &crate::neurons())).collect();
    // T1 includes straight quotation marks.
    let packages = "\\usepackage[T1]{fontenc}\\usepackage{helvet}";
    let Some(pdf) = pages(folder.path(), &scenes, packages) else { return };
    let text = poppler("pdftotext", &pdf, &["-raw", "-"]);
    let bare = |text: &str| text.replace('’', "'").split_whitespace().collect::<String>();
    for name in shown {
        // A long title wraps to the next line.
        assert!(bare(&text).contains(&bare(name)), "{name:?} is not in {text}");
    }
}

#[test]
fn two_pictures_go_into_one_document() {
    let folder = folder();
    for (name, _) in GALLERY {
        let path = folder.path().join(name).with_extension("tex");
        netviz().arg(format!("models/{name}.yaml")).arg("-o").arg(path).assert().success();
    }
    let files: Vec<String> = GALLERY.iter().map(|(name, _)| (*name).to_owned()).collect();
    let Some(pdf) = typeset(folder.path(), &files, "\\usepackage[T1]{fontenc}\\usepackage{helvet}") else { return };
    let text = poppler("pdftotext", &pdf, &["-"]);
    assert!(GALLERY.iter().all(|(name, _)| text.contains(name)), "{text}");
}

#[test]
fn what_tex_cannot_take_is_refused() {
    let folder = folder();
    let model = folder.path().join("deep.yaml");
    std::fs::write(&model, format!("input: [8]\nlayers:\n{}", "  - dense: 8\n".repeat(300))).expect("written");
    let hint = "write a PDF and include it with \\includegraphics, or draw fewer neurons";
    let assert = netviz().arg(&model).args(["--view", "neurons", "--tikz", "-"]).assert();
    assert
        .code(1)
        .stdout(is_empty())
        .stderr(contains("pixels long; TeX's largest length is 21,000").and(contains(hint)));
    let assert = netviz().args(["models/mnist.yaml", "--max-neurons", "200", "--tikz", "-"]).assert();
    let message = "error: the TikZ picture would have 42,";
    assert.code(1).stdout(is_empty()).stderr(contains(message).and(contains(hint)));
}

/// Every picture that is not refused compiles: near the limit, as one path and as separate paths.
#[test]
fn what_is_not_refused_fits_into_texs_memory() {
    use netviz::scene::{Group, Item, Outline, Point, Shape, Stroke};
    use netviz::theme::Paint;
    let point = |index: usize| Point { x: (index % 397) as f64 + 0.17, y: (index % 389) as f64 + 0.31 };
    let stroke = Stroke { opacity: 0.75, ..Stroke::solid(Paint::rgb(0x70_70_70), 0.75) };
    let segments = (0..11_990).map(|index| [point(index), point(7 * index + 3)]).collect();
    let rectangle = |index| Outline::Rectangle { corner: point(index), size: [1.5, 2.25], radius: 0.0 };
    let shapes = (0..11_990).map(|index| Shape::new(rectangle(index), stroke.color).bordered(stroke).into()).collect();
    for items in [vec![Item::Lines { segments, stroke }], shapes] {
        let folder = folder();
        let scene = Scene { groups: vec![Group::new("all", "layer", items)], ..everything() };
        pages(folder.path(), &[scene], "");
    }
}

/// TeX accepts pictures up to the limit, and netviz refuses longer ones.
#[test]
fn the_longest_picture_is_typeset() {
    let (mut fitting, mut most) = (None, 0);
    for layers in (150..200).rev() {
        match formats::tikz(&tower(layers)) {
            Ok(rendered) => {
                (fitting, most) = (Some(rendered.bytes), layers);
                break;
            }
            Err(refusal) => assert!(refusal.message.ends_with("TeX's largest length is 21,000"), "{refusal}"),
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("long.tex"), fitting.expect("150 layers fit")).expect("written");
    assert!(tower(most).height > 20_800.0);
    typeset(folder.path(), &["long.tex".to_owned()], "");
}
