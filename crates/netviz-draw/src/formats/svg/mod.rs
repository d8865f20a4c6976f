//! SVG 1.1, self-contained: text stays text, no script, no reference to anything outside.

mod adaptive;
mod raster;

use std::fmt::Write;

use super::number::number;
use super::{Format, InMarkdown};
use crate::font::{FAMILIES, Weight, drawable, takes_no_room, width};
use crate::page::Unit;
use crate::scene::route::{Piece, arrowhead, pieces};
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Raster, Scene, Shape, Shown, Stroke, Text};
use crate::theme::Paint;
use adaptive::{Adaptive, Property};

pub(crate) const FORMAT: Format = Format {
    name: "svg",
    endings: &[],
    doc: "an SVG image",
    is_for_terminals: false,
    in_markdown: InMarkdown::Image,
    write: |picture| Ok(svg(picture.scene()?).into()),
    scene: Some(|scene| Ok(svg(scene).into())),
};

/// Part of the first tag of every picture.
pub const SIGNATURE: &str = "aria-labelledby=\"netviz-title netviz-desc\"";

/// Writes a scene as SVG.
pub fn svg(scene: &Scene) -> String {
    let writer = Writer::of(scene, "");
    document(scene, scene.shown, "", &writer.adaptive.style(), &writer.text)
}

/// Writes a scene as SVG for use inside an HTML page, on one line, so that Markdown treats it as one block.
///
/// Ids start with `prefix`, since a page may contain each id only once. Adaptive colours follow the page's property
/// `color-scheme`.
pub fn inline_svg(scene: &Scene, prefix: &str) -> String {
    let writer = Writer::of(scene, prefix);
    let rules = writer.adaptive.page_rules();
    let style = if rules.is_empty() { rules } else { format!("<style>{rules}</style>") };
    document(scene, scene.shown, prefix, &style, &writer.text).replace('\n', "")
}

/// The only style attribute, on images: it keeps their pixels square in a browser.
pub(crate) const PIXELATED: &str = "image-rendering:pixelated";

/// A scene within a page.
pub(crate) struct Inline {
    /// The element. The boxes of collapsed frames are in the last group, with class `stand-ins`.
    pub(crate) svg: String,
    /// The style rules of the colours that follow the page's `color-scheme`.
    pub(crate) rules: String,
}

/// Writes a scene as part of a page with its own style sheet. Ids start with `prefix`.
pub(crate) fn inline(scene: &Scene, prefix: &str) -> Inline {
    let mut writer = Writer::of(scene, prefix);
    if !scene.folds.is_empty() {
        writer.text.push_str("<g class=\"stand-ins\">\n");
        for fold in &scene.folds {
            writer.group(&fold.stand_in);
        }
        writer.text.push_str("</g>\n");
    }
    Inline { svg: document(scene, scene.shown, prefix, "", &writer.text), rules: writer.adaptive.page_rules() }
}

/// The font family for a character; `None` for the default families.
pub(crate) type Families<'a> = dyn Fn(char, Weight) -> Option<&'a str> + 'a;

/// Writes some groups of a scene, without its background, and names the fonts of their characters.
#[cfg(feature = "paper")]
pub(crate) fn layer<'a>(scene: &Scene, groups: &[Group], families: &'a Families<'a>) -> String {
    let mut writer = Writer { families: Some(families), ..Writer::default() };
    for group in groups {
        writer.group(group);
    }
    document(scene, Shown::default(), "", "", &writer.text)
}

fn document(scene: &Scene, Shown { scale, unit }: Shown, prefix: &str, style: &str, content: &str) -> String {
    let prefix = escaped(prefix);
    let (width, height) = (number(scene.width), number(scene.height));
    let suffix = if unit == Unit::Millimetre { "mm" } else { "" };
    let [wide, high] = [scene.width, scene.height].map(|length| number(unit.of_pixels(length * scale)));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}{suffix}\" height=\"{high}{suffix}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{prefix}netviz-title {prefix}netviz-desc\" font-family=\"{FAMILIES}\">\n\
         <title id=\"{prefix}netviz-title\">{}</title>\n<desc id=\"{prefix}netviz-desc\">{}</desc>\n\
         {style}{content}</svg>\n",
        escaped(&scene.title),
        escaped(&scene.description),
    )
}

#[derive(Default)]
struct Writer<'a> {
    text: String,
    /// Prefix of every id.
    prefix: String,
    /// Number of gradients so far, which numbers their ids.
    gradients: usize,
    /// Paints that depend on the reader's light or dark setting.
    adaptive: Adaptive,
    /// Font families, if every character's font has to be named.
    families: Option<&'a Families<'a>>,
}

/// Writing to a string cannot fail.
macro_rules! put {
    ($writer:expr, $($argument:tt)*) => {{ let _ = write!($writer.text, $($argument)*); }};
}

impl Writer<'_> {
    /// The background and the groups of a scene.
    fn of(scene: &Scene, prefix: &str) -> Self {
        let mut writer = Self { prefix: escaped(prefix), ..Self::default() };
        if !scene.transparent {
            let (width, height) = (number(scene.width), number(scene.height));
            put!(writer, "<g class=\"background\">\n<rect width=\"{width}\" height=\"{height}\"");
            writer.paint(Property::Fill, scene.background);
            writer.text.push_str("/>\n</g>\n");
        }
        for group in &scene.groups {
            writer.group(group);
        }
        writer
    }

    fn group(&mut self, group: &Group) {
        put!(self, "<g id=\"{}{}\" class=\"{}\">\n", self.prefix, escaped(&group.id), group.class);
        if !group.label.is_empty() {
            put!(self, "<title>{}</title>\n", escaped(&group.label));
        }
        for item in &group.items {
            self.item(item);
        }
        self.text.push_str("</g>\n");
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Shape(shape) => self.shape(shape),
            Item::Lines { segments, stroke } => self.path(&lines(segments), *stroke),
            Item::Route { points, stroke, arrow } => self.route(points, *stroke, *arrow),
            Item::Text(text) => self.line_of_text(text),
            Item::Raster(raster) => self.raster(raster),
        }
    }

    /// An attribute with a colour, and the class that changes it on a dark page.
    fn paint(&mut self, property: Property, paint: Paint) {
        put!(self, " {}=\"{}\"", property.name(), paint.light.hex());
        if let Some(class) = self.adaptive.class(property, paint) {
            put!(self, " class=\"{class}\"");
        }
    }

    /// Like [`Self::paint`], for two colours of one element, which can have only one `class` attribute.
    fn paints(&mut self, paints: [(Property, Paint); 2]) {
        for (property, paint) in paints {
            put!(self, " {}=\"{}\"", property.name(), paint.light.hex());
        }
        let classes: Vec<String> =
            paints.iter().filter_map(|&(property, paint)| self.adaptive.class(property, paint)).collect();
        if !classes.is_empty() {
            put!(self, " class=\"{}\"", classes.join(" "));
        }
    }

    fn path(&mut self, path: &str, stroke: Stroke) {
        put!(self, "<path d=\"{path}\" fill=\"none\"");
        self.paint(Property::Stroke, stroke.color);
        self.stroke(stroke);
        self.text.push_str("/>\n");
    }

    /// The attributes of a stroke besides its colour.
    fn stroke(&mut self, stroke: Stroke) {
        put!(self, " stroke-width=\"{}\"", number(stroke.width));
        if stroke.opacity < 1.0 {
            put!(self, " stroke-opacity=\"{}\"", number(stroke.opacity));
        }
        if stroke.dashed {
            put!(self, " stroke-dasharray=\"{0} {0}\"", number(4.0 * stroke.width.max(1.0)));
        }
    }

    fn route(&mut self, points: &[Point], stroke: Stroke, arrow: bool) {
        let (start, pieces) = pieces(points, stroke, arrow);
        let path = pieces.iter().fold(format!("M{}", pair(start)), |path, piece| match piece {
            Piece::Line(end) => path + "L" + &pair(*end),
            Piece::Curve(control, end) => path + "Q" + &pair(*control) + " " + &pair(*end),
        });
        self.path(&path, stroke);
        if let Some(head) = arrowhead(points, stroke).filter(|_| arrow) {
            let shape = Shape { opacity: stroke.opacity, ..Shape::new(Outline::Polygon(head.to_vec()), stroke.color) };
            self.shape(&shape);
        }
    }

    fn line_of_text(&mut self, text: &Text) {
        let (x, y) = (number(text.at.x), number(text.at.y));
        put!(self, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", number(text.size));
        if text.weight == Weight::Bold {
            self.text.push_str(" font-weight=\"bold\"");
        }
        self.text.push_str(match text.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        });
        if text.angle != 0.0 {
            put!(self, " transform=\"rotate({} {x} {y})\"", number(text.angle));
        }
        // A reader without these fonts sees other ones, which may be wider than the space for the text.
        let length = width(&text.text, text.size, text.weight);
        if self.families.is_none() && length > 0.0 {
            put!(self, " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", number(length));
        }
        self.paint(Property::Fill, text.color);
        self.text.push('>');
        match self.families {
            Some(families) => self.spans(&text.text, |c| families(c, text.weight)),
            None => self.text.push_str(&escaped(&text.text)),
        }
        self.text.push_str("</text>\n");
    }

    /// Text with one span per font family. Invisible characters stay in the span of the character before them, since
    /// they affect how it is drawn.
    fn spans<'f>(&mut self, text: &str, family: impl Fn(char) -> Option<&'f str>) {
        let mut open: Option<&str> = None;
        for c in text.chars() {
            let next = if takes_no_room(c) { family(c).or(open) } else { family(c) };
            if next != open {
                self.text.push_str(if open.is_some() { "</tspan>" } else { "" });
                if let Some(family) = next {
                    put!(self, "<tspan font-family=\"{family}\">");
                }
                open = next;
            }
            self.text.push_str(&escaped(c.encode_utf8(&mut [0; 4])));
        }
        self.text.push_str(if open.is_some() { "</tspan>" } else { "" });
    }

    fn shape(&mut self, shape: &Shape) {
        let gradient = match shape.fill {
            Fill::Gradient(left, right) => Some(self.gradient(left, right)),
            Fill::None | Fill::Plain(_) => None,
        };
        self.outline(&shape.outline);
        if !shape.id.is_empty() {
            put!(self, " id=\"{}{}\"", self.prefix, escaped(&shape.id));
        }
        match (shape.fill, shape.border) {
            (Fill::Plain(fill), Some(border)) => {
                self.paints([(Property::Fill, fill), (Property::Stroke, border.color)]);
            }
            (Fill::Plain(fill), None) => self.paint(Property::Fill, fill),
            (fill, border) => {
                let value = if fill == Fill::None { "none".into() } else { gradient.unwrap_or_default() };
                put!(self, " fill=\"{value}\"");
                if let Some(border) = border {
                    self.paint(Property::Stroke, border.color);
                }
            }
        }
        if shape.opacity < 1.0 {
            put!(self, " fill-opacity=\"{}\"", number(shape.opacity));
        }
        if let Some(border) = shape.border {
            self.stroke(border);
        }
        self.text.push_str("/>\n");
    }

    /// The element of an outline, not yet closed.
    fn outline(&mut self, outline: &Outline) {
        match outline {
            Outline::Ellipse { center, radii: [x, y] } if number(*x) == number(*y) => {
                put!(self, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", number(center.x), number(center.y), number(*x));
            }
            Outline::Ellipse { center, radii: [x, y] } => {
                let (cx, cy, rx, ry) = (number(center.x), number(center.y), number(*x), number(*y));
                put!(self, "<ellipse cx=\"{cx}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\"");
            }
            Outline::Rectangle { corner, size: [width, height], radius } => {
                let [x, y, width, height, rx] = [corner.x, corner.y, *width, *height, *radius].map(number);
                put!(self, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
                if rx != "0" {
                    put!(self, " rx=\"{rx}\"");
                }
            }
            Outline::Polygon(points) => {
                let points: Vec<String> = points.iter().map(|&point| pair(point)).collect();
                put!(self, "<polygon points=\"{}\"", points.join(" "));
            }
        }
    }

    /// Writes a gradient and returns the value of a `fill` with it.
    fn gradient(&mut self, left: Paint, right: Paint) -> String {
        self.gradients += 1;
        let id = format!("{}gradient-{}", self.prefix, self.gradients);
        put!(self, "<linearGradient id=\"{id}\"><stop");
        self.paint(Property::StopColor, left);
        self.text.push_str("/><stop offset=\"1\"");
        self.paint(Property::StopColor, right);
        self.text.push_str("/></linearGradient>\n");
        format!("url(#{id})")
    }

    fn raster(&mut self, raster: &Raster) {
        let [x, y, width, height] = [raster.corner.x, raster.corner.y, raster.size[0], raster.size[1]].map(number);
        put!(
            self,
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
             image-rendering=\"optimizeSpeed\" style=\"{PIXELATED}\" href=\"{}\"/>\n",
            raster::data_url(raster)
        );
    }
}

/// A path of straight lines; lines with the same start as the previous one are drawn from there and back.
fn lines(segments: &[[Point; 2]]) -> String {
    let mut path = String::new();
    let mut index = 0;
    while let Some(&[a, b]) = segments.get(index) {
        // b, a, c are two lines from a.
        let next = segments.get(index + 1).filter(|next| next[0] == a);
        let _ = match next {
            Some(&[_, c]) => write!(path, "M{}L{} {}", pair(b), pair(a), pair(c)),
            None => write!(path, "M{}L{}", pair(a), pair(b)),
        };
        index += if next.is_some() { 2 } else { 1 };
    }
    path
}

fn pair(point: Point) -> String {
    format!("{},{}", number(point.x), number(point.y))
}

/// Text for element content and for attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars().map(drawable) {
        match c {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&#39;"),
            _ => result.push(c),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escaped("<a b=\"c\">&'\u{0}"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}");
    }

    #[test]
    fn lines_from_one_point_share_it() {
        let point = |x: f64| Point { x, y: 0.0 };
        let segments = [[0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [4.0, 5.0]].map(|ends| ends.map(point));
        assert_eq!(lines(&segments), "M1,0L0,0 2,0M0,0L3,0M4,0L5,0");
    }
}
