//! Pictures in characters.

use netviz::formats;
use netviz::picture::Options;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::command::render;
use super::networks::network;
use super::{GALLERY, specs, with};

fn text(network: &str, columns: usize, ascii: bool) -> String {
    let options = Options { columns, ascii, ..Options::default() };
    with(network, &options, formats::text)
}

/// Checks the width, and that every box is closed and every connection arrives.
fn check(network: &str, columns: usize) {
    let drawn = text(network, columns, false);
    for line in drawn.lines() {
        assert!(line.width() <= columns, "{line}\n{network}");
    }
    let count = |c: char| drawn.chars().filter(|found| *found == c).count();
    // A frame or a box begins and ends; lanes turn with the same characters.
    assert_eq!(count('┌'), count('└'), "{drawn}");
    let grid: Vec<Vec<char>> = drawn.lines().skip(1).map(|line| line.chars().collect()).collect();
    let at = |row: usize, column: usize| grid.get(row).and_then(|line| line.get(column)).copied().unwrap_or(' ');
    // No line ends in the open: what leads down is met from above.
    let (down, up) = ("│┐┤┌├┬┼", "│┘┤└├┴┼▼◄");
    if grid.iter().flatten().all(|c| c.is_ascii() || "─│┌┐└┘├┤┬┴┼▼◄×·…".contains(*c)) {
        for (row, line) in grid.iter().enumerate() {
            for (column, &c) in line.iter().enumerate() {
                if down.contains(c) {
                    let below = at(row + 1, column);
                    assert!(up.contains(below), "{c} at {row}:{column} leads to `{below}`\n{drawn}");
                }
            }
        }
    }
}

#[test]
fn every_network_fits_its_columns_and_no_line_ends_in_the_open() {
    let gallery: Vec<String> = GALLERY.iter().map(|(name, _)| crate::common::model_text(name)).collect();
    for network in gallery.iter().chain(&specs()) {
        for columns in [40, 61, 80, 100] {
            check(network, columns);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_network_fits(network in network()) {
        check(&network, 52);
    }
}

#[test]
fn lines_are_drawn_in_ascii_where_the_locale_is_not_utf_8() {
    for locale in ["C", "C.UTF-8"] {
        let mut command = render();
        let output = command.args(["models/resnet20.yaml", "--text"]).env("LC_ALL", locale).output().expect("it runs");
        let drawn = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(drawn.is_ascii(), locale == "C", "{drawn}");
        assert!(drawn.lines().all(|line| line.width() <= 80) && drawn.contains("conv2d stem"), "{drawn}");
    }
}

/// Where one line passes another, the one that goes on is not interrupted.
#[test]
fn lines_that_cross_do_not_look_joined() {
    let network = |last: &str| {
        let layers = "  - dense: {name: a, units: 4}\n  - dense: {name: b, units: 4, activation: relu}\n  - dense: {name: c, \
                      units: 4, activation: tanh}\n";
        format!(
            "input: [4]\nlayers:\n{layers}  - add: {{name: d, from: [{last}]}}\n  - add: {{name: e, from: [d, b]}}\n"
        )
    };
    let line = |last: &str| {
        let drawn = text(&network(last), 80, false);
        drawn.lines().find(|line| line.contains("add d")).map(str::to_owned).expect("it is drawn")
    };
    assert!(line("c, input").ends_with("◄─│─┘"), "{}", line("c, input"));
    assert!(line("c, input, b").ends_with("◄─┼─┘"), "{}", line("c, input, b"));
}

/// The next word is the model, which must not be taken for the file.
#[test]
fn a_model_after_the_option_is_drawn_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("net.yaml");
    std::fs::write(&path, "input: [4]\nlayers: [dense: 2]\n").expect("written");
    let output = render().current_dir(&folder).args(["--text", "net.yaml"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("net\n"), "{output:?}");
    assert!(std::fs::read_to_string(&path).expect("it is there").starts_with("input"));
    render().current_dir(&folder).args(["net.yaml", "--text=net.txt"]).assert().success();
    assert_eq!(std::fs::read(folder.path().join("net.txt")).expect("written"), output.stdout);
}

#[test]
fn connections_without_a_lane_are_named() {
    let layers = (1..13)
        .map(|units| format!("  - dense: {{name: d{units}, units: {units}, from: input}}\n"))
        .collect::<Vec<_>>();
    let all: Vec<String> = (1..13).map(|units| format!("d{units}")).collect();
    let network = format!("input: [4]\nlayers:\n{}  - concat: {{from: [{}]}}\n", layers.concat(), all.join(", "));
    let drawn = text(&network, 40, false);
    assert!(drawn.contains("also from "), "{drawn}");
    assert!(!text(&network, 100, false).contains("also from "), "{drawn}");
}

#[test]
fn a_transparent_picture_has_no_background() {
    let options = Options { transparent: true, ..crate::neurons() };
    with("input: [4]\nlayers: [dense: 2]\n", &options, |picture| {
        let scene = picture.scene().expect("small");
        assert!(!formats::svg(scene).contains("class=\"background\""));
        assert!(!String::from_utf8_lossy(&formats::tikz(scene).expect("small").bytes).contains("\\fill[netviz"));
        assert!(formats::json(picture).expect("small").contains("\"background\": null"));
        let png = formats::png(scene, 1.0).expect("small").bytes;
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!(info.color_type, png::ColorType::Rgba);
        assert_eq!(pixels[..4], [0; 4]);
        assert!(pixels.chunks(4).any(|pixel| pixel[3] == u8::MAX));
    });
}
