//! `TikZ` as LaTeX typesets it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use netviz::formats;
use netviz::picture::{Direction, Options};
use netviz::scene::{Item, Scene, Text};
use netviz::theme::{Color, Theme};
use netviz::views::VIEWS;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};

use super::command::render as netviz;
use super::paper::{Pixels, poppler, tower};
use super::parts::everything;
use super::{GALLERY, NAMES, named, scene, specs, with};

/// The preamble that the files ask for.
const LIBRARIES: &str = "\\usetikzlibrary{arrows.meta,fit,positioning,shapes.geometric,shapes.multipart}";

/// The programs that typeset LaTeX, and the packages of Debian that have them.
const ENGINES: [(&str, &str); 3] =
    [("pdflatex", "texlive-pictures"), ("xelatex", "texlive-xetex"), ("lualatex", "texlive-luatex")];

/// Typesets files with pdflatex as pages of their own sizes. `None`, with a message, if it is not installed.
pub(crate) fn typeset(folder: &Path, files: &[String], packages: &str) -> Option<PathBuf> {
    typeset_by(ENGINES[0], folder, files, packages)
}

/// The same with another program.
fn typeset_by((engine, package): (&str, &str), folder: &Path, files: &[String], packages: &str) -> Option<PathBuf> {
    if Command::new(engine).arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI needs {engine}: apt-get install {package}");
        #[expect(clippy::print_stderr, reason = "a test that says nothing would seem to have run")]
        {
            eprintln!("skipped: {engine} is missing; apt-get install {package}");
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
    // LuaTeX has other names for the size of a page.
    let text = format!(
        "\\documentclass{{article}}\\usepackage{{tikz}}{LIBRARIES}{packages}\n\
         \\ifdefined\\pagewidth\\let\\pdfpagewidth\\pagewidth\\let\\pdfpageheight\\pageheight\\fi\n\
         \\begin{{document}}\n\\hoffset-1in \\voffset-1in\n{pages}\\end{{document}}\n"
    );
    std::fs::write(folder.join(format!("{engine}.tex")), text).expect("written");
    let arguments = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", engine];
    let output = Command::new(engine).args(arguments).current_dir(folder).output().expect("it runs");
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", &log[log.len().saturating_sub(2000)..]);
    assert!(!log.contains("Overfull") && !log.contains("Missing character"), "{log}");
    Some(folder.join(format!("{engine}.pdf")))
}

/// Writes files into a folder. The results are their names.
fn write_all(folder: &Path, files: &[impl AsRef<[u8]>]) -> Vec<String> {
    let write = |(index, file): (usize, &_)| {
        let name = format!("{index}.tex");
        std::fs::write(folder.join(&name), AsRef::<[u8]>::as_ref(file)).expect("written");
        name
    };
    files.iter().enumerate().map(write).collect()
}

/// Typesets scenes as pages.
fn pages(folder: &Path, scenes: &[Scene], packages: &str) -> Option<PathBuf> {
    let files: Vec<Vec<u8>> =
        scenes.iter().map(|scene| formats::tikz(scene).expect("it is not too large").bytes).collect();
    typeset(folder, &write_all(folder, &files), packages)
}

/// The file of a network.
fn network(text: &str, options: &Options) -> String {
    let format = formats::by_ending("tikz").expect("a format");
    with(text, options, |picture| {
        String::from_utf8((format.write)(picture).expect("it is not too large").bytes).expect("UTF-8")
    })
}

fn view(name: &str) -> Options {
    Options { view: VIEWS.iter().find(|view| view.name == name), ..Options::default() }
}

/// The built-in models.
fn models() -> Vec<String> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir("models").expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("text")).collect()
}

/// Built-in models of at most this many bytes in every view, in these directions.
fn networks(most: usize, directions: &[Option<Direction>]) -> Vec<(String, Options)> {
    let models = models().into_iter().filter(|text| text.len() <= most);
    let all = models.flat_map(|text| VIEWS.iter().map(move |view| (text.clone(), view)));
    let all = all.flat_map(|(text, view)| {
        let options = |&direction: &_| Options { view: Some(view), direction, ..Options::default() };
        directions.iter().map(move |direction| (text.clone(), options(direction)))
    });
    all.collect()
}

/// What takes the slower programs some seconds: the models of at most this many bytes.
const MIDDLE: usize = 1_500;
/// The size of the larger models.
const SMALL: usize = 800;

/// Width and height of each page of a PDF, in points.
fn sizes(pdf: &Path) -> Vec<[f64; 2]> {
    let info = poppler("pdfinfo", pdf, &["-l", "999"]);
    let page = |line: &str| {
        let numbers: Vec<f64> = line.split_whitespace().skip(3).filter_map(|word| word.parse().ok()).collect();
        [numbers[0], numbers[1]]
    };
    info.lines().filter(|line| line.starts_with("Page ") && line.contains(" size:")).map(page).collect()
}

/// The ASCII letters and digits, which every font has.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Every line of text of a picture, but for those along a slope, is in the PDF of each program, and the page is about as
/// large as the picture.
#[test]
fn every_network_is_typeset_by_every_engine() {
    let check = |engine: (&str, &str), most: usize, turned: &[Option<Direction>], packages: &str| {
        let folder = folder();
        let networks = [networks(most, &[None]), networks(SMALL, turned)].concat();
        let files: Vec<String> = networks.iter().map(|(text, options)| network(text, options)).collect();
        let Some(pdf) = typeset_by(engine, folder.path(), &write_all(folder.path(), &files), packages) else { return };
        let sizes = sizes(&pdf);
        let text = poppler("pdftotext", &pdf, &["-"]);
        let pages: Vec<String> = text.split('\u{c}').map(plain).collect();
        assert_eq!(sizes.len(), networks.len());
        for (((text, options), size), page) in networks.iter().zip(sizes).zip(pages) {
            let scene = scene(text, options);
            for item in scene.groups.iter().flat_map(|group| &group.items) {
                if let Item::Text(Text { text, angle, .. }) = item
                    && *angle == 0.0
                {
                    assert!(page.contains(&plain(text)), "{engine:?}: {text:?} of {} is not in {page}", scene.title);
                }
            }
            for (found, pixels) in size.into_iter().zip([scene.width, scene.height]) {
                let wanted = 0.75 * pixels;
                assert!((found - wanted).abs() < 30.0 + 0.06 * wanted, "{}: {found} for {wanted} points", scene.title);
            }
        }
    };
    let both = [Some(Direction::Down), Some(Direction::Right)];
    std::thread::scope(|scope| {
        scope.spawn(|| check(ENGINES[0], usize::MAX, &both, "\\usepackage[T1]{fontenc}\\usepackage{helvet}"));
        scope.spawn(|| check(ENGINES[1], MIDDLE, &[], ""));
        scope.spawn(|| check(ENGINES[2], MIDDLE, &[], ""));
    });
}

/// Layers of every kind, names of networks made to break a format, and odd networks.
#[test]
fn every_kind_of_layer_is_typeset() {
    let folder = folder();
    let files: Vec<String> = specs().iter().map(|text| network(text, &crate::neurons())).collect();
    let kinds: Vec<String> = super::kinds().map(|text| network(&text, &view("volumes"))).collect();
    typeset(folder.path(), &write_all(folder.path(), &[files, kinds].concat()), "");
}

/// The first node has no position, and all others are relative to it: a picture whose first node is moved is the same
/// picture.
/// The box of a closed group is a node like that of a layer, with the colours of its layers at the end of its header.
#[test]
fn closed_groups_are_nodes() {
    let options = Options { depth: Some(0), ..view("blocks") };
    let text = network(GALLERY[3].1, &options);
    let node = text.lines().find(|line| line.contains("(conv2d_1__add_1)")).expect("the first repeat is drawn");
    assert!(node.starts_with("\\node[netviz layer"), "{node}");
    let stripes: Vec<&str> = text.lines().filter(|line| line.contains("conv2d_1__add_1.text split west")).collect();
    assert_eq!(stripes.len(), 2, "convolutions and a merge: {stripes:?}");
}

#[test]
fn everything_follows_the_first_node() {
    let folder = folder();
    let (mut files, mut count) = (Vec::new(), 0);
    for (text, options) in networks(SMALL, &[None]) {
        let file = network(&text, &options);
        let body = file.split_once("\\begin{tikzpicture}").expect("a picture").1;
        // Numbers are steps and shifts, or in the cells of the legend.
        for line in body.lines().filter(|line| !line.contains("\\&")) {
            for (index, _) in line.match_indices('(') {
                let (before, behind) = line.split_at(index);
                let is_relative = before.ends_with("++") || before.ends_with("shift={");
                assert!(is_relative || !behind[1..].starts_with(|c: char| c.is_ascii_digit() || c == '-'), "{line}");
            }
        }
        let moved = file.replacen("\\node[", "\\node[at={(123bp,-45bp)}, ", 1);
        files.extend([file, moved]);
        count += 1;
    }
    let Some(pdf) = typeset(folder.path(), &write_all(folder.path(), &files), "") else { return };
    assert!(count >= 9);
    for index in 0..count {
        let [stays, moves] = [1, 2].map(|page| image(&pdf, 2 * index + page));
        assert_eq!(stays.size, moves.size);
        // Rounding moves some edges by less than a pixel.
        assert!(difference(&stays, &moves) < 0.5, "{}", difference(&stays, &moves));
    }
}

/// The mean difference of the squares of two pictures of the same size.
fn difference(a: &Pixels, b: &Pixels) -> f64 {
    let [a, b] = [a, b].map(|pixels| squares(a.size, |x, y| pixels.at(x, y)));
    let far = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    a.iter().zip(&b).map(|(a, b)| far(a, b)).sum::<f64>() / a.len() as f64
}

/// The number of pixels of a colour on a page.
fn count(pixels: &Pixels, color: Color) -> usize {
    let [columns, rows] = pixels.size;
    (0..columns * rows).filter(|index| pixels.at(index % columns, index / columns) == color).count()
}

#[test]
fn the_width_of_the_document_is_kept() {
    let folder = folder();
    let files = [network(GALLERY[0].1, &view("neurons")), network(GALLERY[1].1, &view("volumes"))];
    let files = write_all(folder.path(), &files);
    let width = "\\newcommand\\netvizwidth{84mm}";
    let Some(pdf) = typeset(folder.path(), &files, "") else { return };
    let natural = sizes(&pdf);
    typeset(folder.path(), &files, width);
    let scaled = sizes(&pdf);
    for (natural, scaled) in natural.iter().zip(&scaled) {
        assert!((scaled[0] - 84.0 / 25.4 * 72.0).abs() < 0.05, "{scaled:?}");
        assert!((scaled[1] / scaled[0] - natural[1] / natural[0]).abs() < 1e-3, "{natural:?} {scaled:?}");
    }
}

#[test]
fn two_pictures_do_not_disturb_each_other() {
    let folder = folder();
    let print = Options { theme: Theme::print(), ..view("volumes") };
    let files = [
        network(GALLERY[1].1, &view("volumes")),
        network(GALLERY[1].1, &print),
        network(GALLERY[2].1, &view("blocks")),
    ];
    let files = write_all(folder.path(), &files);
    let Some(pdf) = typeset(folder.path(), &files, "") else { return };
    let together = [1, 2, 3].map(|number| image(&pdf, number));
    for (file, together) in files.into_iter().zip(together) {
        typeset(folder.path(), &[file], "");
        let alone = image(&pdf, 1);
        assert!(alone.size == together.size && difference(&alone, &together) == 0.0);
    }
}

#[test]
fn what_the_document_defines_wins() {
    let folder = folder();
    let files = write_all(folder.path(), &[network(GALLERY[2].1, &view("blocks"))]);
    let Some(pdf) = typeset(folder.path(), &files, "") else { return };
    let (red, blue) = (Color(255, 0, 0), Color(0, 0, 255));
    let plain = image(&pdf, 1);
    assert_eq!([count(&plain, red), count(&plain, blue)], [0; 2]);
    let own = "\\definecolor{netviz-convolution}{HTML}{FF0000}\\tikzset{netviz frame/.style={}, netviz link/.style={draw=blue}}";
    typeset(folder.path(), &files, own);
    let own = image(&pdf, 1);
    assert_eq!(own.size, plain.size);
    // Headers are larger than lines.
    assert!(count(&own, red) > count(&own, blue) && count(&own, blue) > 100);
}

#[test]
fn a_missing_library_is_named() {
    let folder = folder();
    write_all(folder.path(), &[network(GALLERY[0].1, &view("blocks"))]);
    let text = "\\documentclass{article}\\usepackage{tikz}\\begin{document}\\input{0}\\end{document}";
    std::fs::write(folder.path().join("bare.tex"), text).expect("written");
    let arguments = ["-interaction=nonstopmode", "-halt-on-error", "bare.tex"];
    let Ok(output) = Command::new("pdflatex").args(arguments).current_dir(&folder).output() else { return };
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(log.contains("The preamble needs \\usetikzlibrary{arrows.meta}"), "{log}");
}

#[test]
fn layers_are_nodes_with_valid_names() {
    let text = "input: [4]\nlayers:\n  - dense: {name: frame, units: 3}\n  - dense: {name: Legend-1, units: 2}\n  \
                - dense: {name: legend, units: 4}\n  - dense: {name: a.b, units: 5}\n  - dense: {name: a_b, units: 6}\n";
    let folder = folder();
    let files: Vec<String> =
        VIEWS.iter().map(|view| network(text, &Options { view: Some(view), ..Options::default() })).collect();
    for file in &files {
        for name in ["input", "frame_2", "Legend_1", "legend_2", "a_b", "a_b_2"] {
            assert_eq!(file.matches(&format!(" ({name}) {{")).count(), 1, "{name} in {file}");
        }
    }
    typeset(folder.path(), &write_all(folder.path(), &files), "");
}

/// The guide shows parts of the file for MNIST.
#[test]
fn the_guide_shows_what_is_written() {
    let guide = include_str!("../../docs/src/drawing.md");
    let file = network(GALLERY[0].1, &view("neurons"));
    let blocks = guide.split("```latex\n").skip(1).filter_map(|rest| rest.split("```").next());
    let shown: Vec<&str> = blocks.filter(|block| block.contains("(dense_1)")).flat_map(str::lines).collect();
    assert_eq!(shown.len(), 5);
    for line in shown {
        assert!(file.contains(line), "{line} is not in {file}");
    }
}

#[test]
fn a_transparent_picture_has_no_background() {
    let fill = "fill=netviz-background},\n";
    assert!(network(GALLERY[0].1, &view("blocks")).contains(fill));
    assert!(!network(GALLERY[0].1, &Options { transparent: true, ..view("blocks") }).contains(fill));
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn a_scene_is_as_large_as_its_page() {
    let folder = folder();
    let scenes = [everything(), scene(GALLERY[0].1, &crate::neurons())];
    let Some(pdf) = pages(folder.path(), &scenes, "") else { return };
    for (scene, found) in scenes.iter().zip(sizes(&pdf)) {
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
fn image(pdf: &Path, number: usize) -> Pixels {
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
        let found = image(&pdf, index + 1);
        let size = [0, 1].map(|axis| expected.size[axis].min(found.size[axis]));
        let [a, b] = [&expected, &found].map(|pixels| squares(size, |x, y| pixels.at(x, y)));
        let far = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| far(a, b)).collect();
        let largest = differences.iter().copied().fold(0.0, f64::max);
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        assert!(mean < 2.0 && largest < 140.0, "{}: mean {mean}, largest {largest}", scene.title);
    }
}

#[test]
fn names_are_shown_as_they_are() {
    let folder = folder();
    let shown = NAMES.iter().filter(|name| name.is_ascii() && !name.trim().is_empty());
    let files: Vec<String> = shown.clone().map(|name| network(&named(name), &crate::neurons())).collect();
    // T1 includes straight quotation marks.
    let packages = "\\usepackage[T1]{fontenc}\\usepackage{helvet}";
    let Some(pdf) = typeset(folder.path(), &write_all(folder.path(), &files), packages) else { return };
    let text = poppler("pdftotext", &pdf, &["-raw", "-"]);
    let bare = |text: &str| text.replace('’', "'").split_whitespace().collect::<String>();
    for name in shown {
        // A long title wraps to the next line.
        assert!(bare(&text).contains(&bare(name)), "{name:?} is not in {text}");
    }
}

#[test]
fn what_tex_cannot_take_is_refused() {
    let folder = folder();
    let model = folder.path().join("deep.yaml");
    std::fs::write(&model, format!("input: [8]\nlayers:\n{}", "  - dense: 8\n".repeat(300))).expect("written");
    let hint = "write a PDF and include it with \\includegraphics, or draw fewer neurons";
    let assert = netviz().arg(&model).args(["--view", "neurons", "--page", "none", "--tikz", "-"]).assert();
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
    use netviz::scene::{Group, Outline, Point, Shape, Stroke};
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
    // Each neuron has a name.
    for text in ["input: [103]\nlayers: [dense: 103, dense: 10]\n", "input: [3900]\nlayers: [dense: 2]\n"] {
        let folder = folder();
        let file = network(text, &Options { full: true, ..crate::neurons() });
        typeset(folder.path(), &write_all(folder.path(), &[file]), "");
    }
}

/// TeX accepts pictures up to the limit, and netviz refuses longer ones.
#[test]
fn the_longest_picture_is_typeset() {
    let text = |layers: usize| {
        let layers: Vec<String> = (1..=layers).map(|units| format!("  - dense: {units}\n")).collect();
        format!("input: [4]\nlayers:\n{}", layers.concat())
    };
    let fits = |layers: &usize| match formats::tikz(&tower(*layers)) {
        Ok(_) => true,
        Err(refusal) => {
            assert!(refusal.message.ends_with("TeX's largest length is 21,000"), "{refusal}");
            false
        }
    };
    let most = (150..200).rev().find(fits).expect("150 layers fit");
    assert!(tower(most).height > 20_800.0);
    let folder = tempfile::tempdir().expect("a folder");
    let [down, right] =
        [Direction::Down, Direction::Right].map(|direction| Options { direction: Some(direction), ..view("blocks") });
    let files = [
        formats::tikz(&tower(most)).expect("it fits").bytes,
        network(&text(most), &down).into_bytes(),
        network(&text(90), &right).into_bytes(),
    ];
    typeset(folder.path(), &write_all(folder.path(), &files), "");
}
