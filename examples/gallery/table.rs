//! The measurements as a Markdown table.

use std::fmt::Write;

use crate::drawn::{Drawn, Picture, Row};
use crate::metrics::{Kind, PLACES};

/// One line for each picture; pages for which the picture is the same share a line.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| network | view | page | size | aspect | text px (pt) | empty | hole | page covered | crossings | faults | layouts | ms |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        for (index, picture) in row.pictures.iter().enumerate() {
            if row.pictures[..index].iter().any(|before| is_same(before, picture)) {
                continue;
            }
            let same: Vec<&Picture> = row.pictures.iter().filter(|other| is_same(other, picture)).collect();
            let pages =
                if same.len() == PLACES.len() { "all".to_owned() } else { joined(&same, |it| it.place.name.into()) };
            let _ = match &picture.drawn {
                Err(problem) => {
                    let problem = problem.lines().next().unwrap_or_default();
                    writeln!(table, "| {} | {} | {pages} | not drawn: {problem} |||||||| ", row.name, picture.view)
                }
                Ok(drawn) => writeln!(
                    table,
                    "| {} | {} | {pages} | {} | {} | {} | {:.0} % | {:.0} % | {} | {} | {} | {} | {:.0} |",
                    row.name,
                    picture.view,
                    pixels(drawn.metrics.size),
                    aspect(drawn),
                    joined(&same, |it| text(drawn, it)),
                    100.0 * drawn.metrics.empty,
                    100.0 * drawn.metrics.hole,
                    joined(&same, |it| format!("{:.0} %", 100.0 * drawn.metrics.covered(it.place))),
                    crossings(row, picture, drawn),
                    faults(drawn),
                    picture.layouts,
                    1000.0 * picture.time.as_secs_f64(),
                ),
            };
        }
    }
    table
}

fn is_same(a: &Picture, b: &Picture) -> bool {
    let file = |picture: &Picture| picture.drawn.as_ref().map(|drawn| drawn.file.clone()).map_err(Clone::clone);
    a.view == b.view && file(a) == file(b)
}

fn joined(pictures: &[&Picture], text: impl Fn(&Picture) -> String) -> String {
    pictures.iter().map(|picture| text(picture)).collect::<Vec<String>>().join(", ")
}

/// `830 × 1200`.
pub(crate) fn pixels([width, height]: [f64; 2]) -> String {
    format!("{width:.0} × {height:.0}")
}

/// Width to height as 1:4.0 or 3.0:1.
pub(crate) fn aspect(drawn: &Drawn) -> String {
    let aspect = drawn.metrics.aspect();
    if aspect < 1.0 { format!("1:{:.1}", 1.0 / aspect) } else { format!("{aspect:.1}:1") }
}

/// The smallest text on the page, in pixels and points.
pub(crate) fn text(drawn: &Drawn, picture: &Picture) -> String {
    let pixels = drawn.metrics.text_on(picture.place);
    format!("{pixels:.1} ({:.1})", 0.75 * pixels)
}

/// The points at which lines cross; where they are compared, also the pairs of connections, here and in Graphviz.
pub(crate) fn crossings(row: &Row, picture: &Picture, drawn: &Drawn) -> String {
    let points = drawn.metrics.crossings;
    match row.dot.filter(|_| picture.view == "blocks") {
        None => points.to_string(),
        Some(dot) => format!("{points} (pairs {}, dot {} on {})", drawn.pairs, dot.pairs, pixels(dot.size)),
    }
}

/// Numbers of faults by kind; `none` if there are none.
pub(crate) fn faults(drawn: &Drawn) -> String {
    let counts = Kind::ALL.into_iter().map(|kind| (kind.name(), drawn.metrics.count(kind)));
    let shortened = ("shortened", drawn.metrics.shortened);
    let found = counts.chain([shortened]).filter(|(_, count)| *count > 0);
    let found: Vec<String> = found.map(|(name, count)| format!("{count} {name}")).collect();
    if found.is_empty() { "none".into() } else { found.join(", ") }
}
