//! A report: headings, metrics, tables and pictures in one HTML page without scripts or network access.

use std::fmt::Write;

use crate::formats::html::{digest, fill};
use crate::formats::svg::{PIXELATED, escaped, inline};
use crate::scene::Scene;
use crate::theme::{Paint, Theme};

/// Contents of a report.
#[derive(Debug)]
pub struct Report<'a> {
    /// Title.
    pub title: String,
    /// Subject, in one sentence.
    pub lead: String,
    /// The most important metrics: names and values.
    pub headline: Vec<(String, String)>,
    /// The sections.
    pub sections: Vec<Section<'a>>,
}

/// A part of a report under a heading.
#[derive(Debug)]
pub struct Section<'a> {
    /// Heading.
    pub heading: &'static str,
    /// Contents, from top to bottom.
    pub parts: Vec<Part<'a>>,
}

/// An element of a section.
#[derive(Debug)]
pub enum Part<'a> {
    /// A paragraph.
    Text(String),
    /// A picture.
    Picture(&'a Scene),
    /// A table with column names in the first row.
    Table(Vec<Vec<String>>),
    /// Names and values.
    Properties(Vec<(String, String)>),
    /// Preformatted text, collapsed below its name if it has one.
    Code(Option<&'static str>, String),
}

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// Attributes of elements that may be wider than a phone: they scroll sideways, also with keys.
const WIDE: &str = "class=\"wide\" tabindex=\"0\"";

/// Writes a report in the colours of a theme; if the theme has both, light or dark follows the reader's system.
pub fn report(report: &Report, theme: &Theme) -> String {
    let mut writer = Writer { style: variables(theme) + STYLE, ..Writer::default() };
    for section in &report.sections {
        writer.section(section);
    }
    let figures = report.headline.iter().fold(String::new(), |text, (name, value)| {
        text + &format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value))
    });
    let style = &writer.style;
    let policy = format!(
        "default-src 'none'; img-src data:; style-src {}; style-src-attr 'unsafe-hashes' {}; base-uri 'none'; \
         form-action 'none'",
        digest(style),
        digest(PIXELATED)
    );
    let places = [
        ("policy", policy.as_str()),
        ("title", &escaped(&report.title)),
        ("lead", &escaped(&report.lead)),
        ("figures", &figures),
        ("style", style),
        ("content", &writer.text),
    ];
    fill(PAGE, &places)
}

fn variables(theme: &Theme) -> String {
    let paints = [
        ("ground", theme.background),
        ("raised", theme.surface),
        ("line", theme.outline),
        ("ink", theme.text),
        ("quiet", theme.muted),
    ];
    let value = |paint: Paint| format!("light-dark({},{})", paint.light.hex(), paint.dark.hex());
    let rules = paints.map(|(name, paint)| format!("--{name}:{}", value(paint)));
    format!(":root{{{}}}\n", rules.join(";"))
}

#[derive(Default)]
struct Writer {
    text: String,
    style: String,
    /// Pictures so far, which number the ids in them.
    pictures: usize,
}

/// Writing to a string cannot fail.
macro_rules! put {
    ($writer:expr, $($argument:tt)*) => {{ let _ = write!($writer.text, $($argument)*); }};
}

impl Writer {
    fn section(&mut self, section: &Section) {
        put!(self, "<section>\n<h2>{}</h2>\n", escaped(section.heading));
        for part in &section.parts {
            self.part(part);
        }
        self.text.push_str("</section>\n");
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(text) => put!(self, "<p>{}</p>\n", escaped(text)),
            Part::Picture(scene) => self.picture(scene),
            Part::Table(rows) => self.table(rows),
            Part::Properties(properties) => {
                self.text.push_str("<dl class=\"facts\">\n");
                for (name, value) in properties {
                    put!(self, "<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
                }
                self.text.push_str("</dl>\n");
            }
            Part::Code(None, code) => put!(self, "<pre {WIDE}>{}</pre>\n", lines(code)),
            Part::Code(Some(name), code) => {
                put!(
                    self,
                    "<details><summary>{}</summary>\n<pre {WIDE}>{}</pre></details>\n",
                    escaped(name),
                    lines(code)
                );
            }
        }
    }

    fn picture(&mut self, scene: &Scene) {
        self.pictures += 1;
        let picture = inline(scene, &format!("picture-{}-", self.pictures));
        put!(self, "<figure {WIDE} aria-label=\"{}\">\n{}</figure>\n", escaped(&scene.title), picture.svg);
        self.style.push_str(&picture.rules);
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        put!(self, "<div {WIDE}><table>\n");
        for (index, row) in rows.iter().enumerate() {
            self.text.push_str("<tr>");
            for cell in row {
                match index {
                    // A name that is too long for its column breaks at its underscores.
                    0 => put!(self, "<th scope=\"col\">{}</th>", escaped(cell).replace('_', "_<wbr>")),
                    _ => put!(self, "<td>{}</td>", escaped(cell)),
                }
            }
            self.text.push_str("</tr>\n");
        }
        self.text.push_str("</table></div>\n");
    }
}

/// Escaped text with its line breaks.
fn lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}
