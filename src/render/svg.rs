//! SVG 1.1, self-contained: text stays text, no script, no reference to anything outside.

use std::fmt::Write;

use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Scene, Stroke};
use crate::text::{FAMILIES, Weight, drawable};

/// Writes a scene as SVG.
pub fn svg(scene: &Scene) -> String {
    let mut writer = Writer { text: String::new(), gradients: 0 };
    writer.document(scene);
    writer.text
}

struct Writer {
    text: String,
    /// Gradients written so far, which numbers their ids.
    gradients: usize,
}

/// Writing to a string cannot fail.
macro_rules! put {
    ($writer:expr, $($argument:tt)*) => {{ let _ = write!($writer.text, $($argument)*); }};
}

impl Writer {
    fn document(&mut self, scene: &Scene) {
        let (width, height) = (number(scene.width), number(scene.height));
        put!(
            self,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FAMILIES}\">\n"
        );
        put!(self, "<title>{}</title>\n", escaped(&scene.title));
        put!(self, "<desc>{}</desc>\n", escaped(&scene.description));
        let background = scene.background.hex();
        put!(self, "<rect class=\"background\" width=\"{width}\" height=\"{height}\" fill=\"{background}\"/>\n");
        for group in &scene.groups {
            self.group(group);
        }
        self.text.push_str("</svg>\n");
    }

    fn group(&mut self, group: &Group) {
        put!(self, "<g id=\"{}\" class=\"{}\">\n", escaped(&group.id), group.class);
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
            Item::Shape { outline, fill } => self.shape(outline, *fill),
            Item::Lines { segments, stroke } => {
                let lines =
                    segments.iter().fold(String::new(), |path, [a, b]| path + "M" + &pair(*a) + "L" + &pair(*b));
                self.path(&lines, *stroke);
            }
            Item::Route { points, stroke } => self.path(&rounded(points), *stroke),
            Item::Text { text, at, anchor, size, weight, color } => {
                let anchor = match anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                };
                let weight = match weight {
                    Weight::Regular => "",
                    Weight::Bold => " font-weight=\"bold\"",
                };
                let (x, y, size) = (number(at.x), number(at.y), number(*size));
                let (color, text) = (color.hex(), escaped(text));
                put!(
                    self,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}{anchor} fill=\"{color}\">{text}</text>\n"
                );
            }
        }
    }

    fn path(&mut self, path: &str, stroke: Stroke) {
        let Stroke { color, width, opacity } = stroke;
        put!(self, "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"", color.hex(), number(width));
        if opacity < 1.0 {
            put!(self, " stroke-opacity=\"{}\"", number(opacity));
        }
        self.text.push_str("/>\n");
    }

    fn shape(&mut self, outline: &Outline, fill: Fill) {
        let fill = self.fill(fill);
        match outline {
            Outline::Ellipse { center, radii: [x, y] } if number(*x) == number(*y) => {
                let (cx, cy, r) = (number(center.x), number(center.y), number(*x));
                put!(self, "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\" fill=\"{fill}\"/>\n");
            }
            Outline::Ellipse { center, radii: [x, y] } => {
                let (cx, cy, rx, ry) = (number(center.x), number(center.y), number(*x), number(*y));
                put!(self, "<ellipse cx=\"{cx}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\" fill=\"{fill}\"/>\n");
            }
            Outline::Rectangle { corner, size: [width, height], radius } => {
                let [x, y, width, height, rx] = [corner.x, corner.y, *width, *height, *radius].map(number);
                put!(
                    self,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{rx}\" fill=\"{fill}\"/>\n"
                );
            }
            Outline::Polygon(points) => {
                let points: Vec<String> = points.iter().map(|&point| pair(point)).collect();
                put!(self, "<polygon points=\"{}\" fill=\"{fill}\"/>\n", points.join(" "));
            }
        }
    }

    /// The value of a `fill`; a gradient is written before the shape that uses it.
    fn fill(&mut self, fill: Fill) -> String {
        match fill {
            Fill::Plain(color) => color.hex(),
            Fill::Gradient(left, right) => {
                self.gradients += 1;
                let id = format!("gradient-{}", self.gradients);
                put!(
                    self,
                    "<linearGradient id=\"{id}\"><stop stop-color=\"{}\"/>\
                     <stop offset=\"1\" stop-color=\"{}\"/></linearGradient>\n",
                    left.hex(),
                    right.hex()
                );
                format!("url(#{id})")
            }
        }
    }
}

/// How far before a corner a route begins to turn.
const TURN: f64 = 14.0;

/// A path through the points, its corners quadratic curves.
fn rounded(points: &[Point]) -> String {
    let toward = |from: Point, to: Point| {
        let length = (to.x - from.x).hypot(to.y - from.y);
        let share = if length == 0.0 { 0.0 } else { (TURN / length).min(0.5) };
        Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
    };
    let mut path = String::new();
    for (index, &point) in points.iter().enumerate() {
        let corner = (index > 0).then(|| points.get(index + 1)).flatten();
        let _ = match (index, corner) {
            (0, _) => write!(path, "M{}", pair(point)),
            (_, None) => write!(path, "L{}", pair(point)),
            (_, Some(&next)) => {
                let (before, after) = (toward(point, points[index - 1]), toward(point, next));
                write!(path, "L{}Q{} {}", pair(before), pair(point), pair(after))
            }
        };
    }
    path
}

fn pair(point: Point) -> String {
    format!("{},{}", number(point.x), number(point.y))
}

/// Two digits behind the point, without zeros at the end.
fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // Minus zero would be written with its sign.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// Text for element content and for attributes.
fn escaped(text: &str) -> String {
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
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, 12.345, -0.001].map(number), ["1", "0.5", "12.35", "0"]);
    }

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escaped("<a b=\"c\">&'\u{0}"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}");
    }
}
