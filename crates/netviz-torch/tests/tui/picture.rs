//! The view while a network trains.

use vt100::{Color, Screen};

use super::{LONG, Place, turn, under_way};

/// The rows of the screen.
fn rows(screen: &Screen) -> Vec<String> {
    screen.rows(0, screen.size().1.get()).collect()
}

/// The legends of training and validation, for few epochs and for many.
const SIGNS: [&str; 2] = ["● train", "◆ val"];
const LINES: [&str; 2] = ["━ train", "┄ val"];

/// Whether a character is a braille pattern with at least one dot.
fn is_braille(c: char) -> bool {
    ('\u{2801}'..='\u{28ff}').contains(&c)
}

/// The colours of all characters.
fn colors(screen: &Screen) -> Vec<Color> {
    let (rows, columns) = screen.size();
    let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
    cells.filter_map(|(row, column)| screen.cell(row, column)).map(vt100::Cell::fgcolor).collect()
}

#[test]
fn a_view_shows_the_network_progress_curves_epochs_and_keys() {
    let _turn = turn();
    let place = Place::new();
    let mut terminal = under_way(place.train(&LONG), [80, 24]);
    let text = terminal.wait("curve", |screen| {
        let text = screen.contents();
        (text.chars().filter(|&c| is_braille(c)).count() > 10 && text.contains("steps/s")).then_some(text)
    });
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows[0], " small  12,730 parameters · 3,600 of mnist · batch 50 · adam · 1 thread");
    assert!(rows[2].starts_with(" epoch ") && rows[2].contains("/100000  ") && rows[2].contains("/72  "), "{text}");
    assert!(rows[3].starts_with(" run ") && rows[3].contains("0 %") && rows[3].contains("ETA "), "{text}");
    assert!(rows[5].starts_with(" loss  ") && rows[5].contains(" accuracy  "), "{text}");
    let signs = |signs: [&str; 2]| signs.map(|sign| rows[5].matches(&format!("  {sign} ")).count());
    assert!([SIGNS, LINES].into_iter().any(|pair| signs(pair) == [2, 2]), "{text}");
    assert!(rows[6..15].iter().any(|row| row.contains('┤')) && text.matches('└').count() == 2, "{text}");
    let header = rows.iter().position(|row| row.trim_start().starts_with("epoch   ") || row.contains("val_accuracy"));
    assert!(header.is_some(), "{text}");
    assert!(rows[23].starts_with(" q, Ctrl-C stop, to be resumed   Ctrl-C twice end at once"), "{text}");
    assert!(colors(terminal.parser().screen()).iter().all(|color| matches!(color, Color::Default | Color::Idx(..16))));
    assert!(colors(terminal.parser().screen()).contains(&Color::Idx(6)));
    assert!(terminal.parser().screen().hide_cursor());
}

#[test]
fn a_view_takes_the_size_that_its_terminal_gets() {
    let _turn = turn();
    let place = Place::new();
    let mut terminal = under_way(place.train(&LONG), [80, 24]);
    for size in [[120, 40], [30, 8], [200, 50], [80, 24]] {
        terminal.resize(size);
        terminal.wait("picture of the new size", |screen| {
            let rows = rows(screen);
            let keys = rows.last().is_some_and(|last| last.contains("q, Ctrl-C stop, to be resumed"));
            let header = rows[0].starts_with(" small") || rows[0].starts_with("small");
            (rows.len() == usize::from(size[1]) && keys && header && rows.iter().any(|row| row.contains("run ")))
                .then_some(())
        });
    }
    // A single cell is no problem either.
    for size in [[1, 1], [80, 24]] {
        terminal.resize(size);
    }
    terminal.wait_for(&["Ctrl-C twice"]);
}

#[test]
fn no_color_leaves_other_ways_to_tell_curves_apart() {
    let _turn = turn();
    let place = Place::new();
    let command = place.train(&LONG).env("NO_COLOR", "1");
    let mut terminal = under_way(command, [80, 24]);
    let text = terminal.wait("two signs", |screen| {
        let text = screen.contents();
        [SIGNS, LINES].iter().any(|signs| signs.iter().all(|sign| text.contains(sign))).then_some(text)
    });
    assert!(text.chars().any(is_braille), "{text}");
    assert!(colors(terminal.parser().screen()).iter().all(|color| *color == Color::Default));
}

#[test]
fn a_locale_without_unicode_gets_ascii() {
    let _turn = turn();
    let place = Place::new();
    let command = place.train(&LONG).env("LC_ALL", "C");
    let mut terminal = under_way(command, [80, 24]);
    let text = terminal.wait_for(&[" train ", " val ", "12,730 parameters, 3,600 of mnist"]);
    assert!(text.is_ascii(), "{text}");
}
