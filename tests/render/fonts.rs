//! Characters that the embedded fonts lack: taken from other fonts, or named in a warning.

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use super::command::render;
use super::paper::poppler;

const MODEL: &str = "name: 数\ninput: [3]\nlayers:\n  - dense: {name: 层, units: 2}\n";

/// A font that draws the first character of each pair with the embedded font's glyph of the second.
fn font(characters: &[(char, char)]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/netviz-draw/fonts/LiberationSans-Regular.ttf");
    let mut file = std::fs::read(path).expect("the font is there");
    let face = ttf_parser::Face::parse(&file, 0).expect("a font");
    let mut glyphs: Vec<(u32, u32)> = characters
        .iter()
        .map(|&(new, known)| (new.into(), face.glyph_index(known).expect("it is in the font").0.into()))
        .collect();
    glyphs.sort_unstable();
    // A table with one subtable of format 12: groups of first character, last character and glyph.
    let mut table: Vec<u8> = [0_u16, 1, 3, 10].iter().flat_map(|number| number.to_be_bytes()).collect();
    let groups = u32::try_from(glyphs.len()).expect("few");
    let head = [12, 12 << 16, 16 + 12 * groups, 0, groups];
    let groups = glyphs.iter().flat_map(|&(character, glyph)| [character, character, glyph]);
    table.extend(head.into_iter().chain(groups).flat_map(u32::to_be_bytes));
    // The entry of the directory: name, checksum, offset, length.
    let entry = (12..).step_by(16).find(|&at| &file[at..at + 4] == b"cmap").expect("every font has it");
    for (at, number) in [(8, file.len()), (12, table.len())] {
        let number = u32::try_from(number).expect("small").to_be_bytes();
        file[entry + at..entry + at + 4].copy_from_slice(&number);
    }
    file.extend(table);
    file
}

/// A folder with the model, and with fonts in `fonts`.
fn folder(fonts: &[(&str, &[(char, char)])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("fonts")).expect("a folder");
    for (name, characters) in fonts {
        std::fs::write(folder.path().join("fonts").join(name), font(characters)).expect("written");
    }
    std::fs::write(folder.path().join("a.yaml"), MODEL).expect("written");
    folder
}

fn draw(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = render();
    command.current_dir(folder).env("NETVIZ_FONTS", "fonts").arg("a.yaml").args(arguments);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn characters_that_no_font_has_are_named_once() {
    let folder = folder(&[]);
    let output = draw(&folder, &["-o", "a.png", "-o", "a.pdf", "-o", "a.svg"]);
    let expected = "warning: no font here has `层` U+5C42, `数` U+6570; they are drawn as boxes\n\
                    help: install fonts that have them, such as Debian's `fonts-noto-cjk`, or write SVG or HTML, which \
                    use the reader's fonts\n\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
    let output = draw(&folder, &["--title", "a 🦀 ∀ e\u{20dd}\u{200d}\u{fe0f}", "--png", "-"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("U+20DD, `∀` U+2200, `层` U+5C42, `🦀` U+1F980; they"), "{text}");
    assert!(text.contains("`fonts-noto-cjk` and `fonts-noto-core` and `fonts-symbola`"), "{text}");
}

#[test]
fn what_tikz_prints_as_a_number_is_named() {
    let output = draw(&folder(&[]), &["--tikz", "-"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.starts_with("warning: LaTeX has no glyph for `层` U+5C42, `数` U+6570; their code points"), "{text}");
}

#[test]
fn they_are_drawn_from_fonts_that_have_them() {
    let folder = folder(&[("one.ttf", &[('数', 'N')]), ("two.ttf", &[('层', 'L')])]);
    let output = draw(&folder, &["-o", "a.png", "-o", "a.pdf"]);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = poppler("pdftotext", &folder.path().join("a.pdf"), &["-"]);
    assert!(text.contains('数') && text.contains('层'), "{text}");
    let fonts = poppler("pdffonts", &folder.path().join("a.pdf"), &[]);
    assert!(fonts.lines().count() > 4, "no font was taken in:\n{fonts}");

    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("written");
    draw(&folder, &["-o", "again.png", "-o", "again.pdf"]);
    assert!(read("a.png") == read("again.png") && read("a.pdf") == read("again.pdf"));
    // The picture shows the glyphs of these fonts.
    std::fs::write(folder.path().join("fonts/one.ttf"), font(&[('数', 'M')])).expect("written");
    draw(&folder, &["-o", "other.png"]);
    assert!(read("a.png") != read("other.png"));
}

/// The font that has outlines for most of the characters is used for all of them.
#[test]
fn few_fonts_are_taken() {
    let folder =
        folder(&[("a.ttf", &[('数', 'N')]), ("b.ttf", &[('层', 'L'), ('数', 'N')]), ("c.ttf", &[('层', 'L')])]);
    draw(&folder, &["-o", "a.png"]);
    for unneeded in ["a.ttf", "c.ttf"] {
        std::fs::remove_file(folder.path().join("fonts").join(unneeded)).expect("it is there");
    }
    draw(&folder, &["-o", "b.png"]);
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("written");
    assert!(read("a.png") == read("b.png"));
}

/// Neither a golden SVG nor the size of boxes may depend on the machine's fonts.
#[test]
fn an_svg_is_the_same_with_any_fonts() {
    let [without, with] = [folder(&[]), folder(&[("a.ttf", &[('层', 'L'), ('数', 'N')])])];
    for view in ["neurons", "blocks", "volumes"] {
        let [a, b] = [&without, &with].map(|folder| draw(folder, &["--view", view, "--svg", "-"]));
        assert!(a.stdout == b.stdout && a.stderr.is_empty() && b.stderr.is_empty());
    }
}

/// Chinese characters are two columns wide on a terminal.
#[test]
fn the_columns_of_a_check_are_aligned() {
    let folder = folder(&[]);
    let mut command = assert_cmd::Command::cargo_bin("netviz").expect("the program is built");
    let expected = "\
数
layer  type   shape  parameters  connected to
─────────────────────────────────────────────
input         3               0
层     dense  2               8  input
─────────────────────────────────────────────
total                         8  32 B
";
    command.current_dir(&folder).args(["check", "a.yaml"]).assert().success().stdout(expected);
}
