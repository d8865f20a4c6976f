//! A scene as JSON.
//!
//! A colour is `"#2ecc71"`, or `{"light": …, "dark": …}` if it follows the reader's setting. A point is `[x, y]`. A
//! stroke is `{"color", "width", "opacity", "dashed"}`. The `type` of an item decides its other keys:
//!
//! | `type` | keys |
//! |---|---|
//! | `ellipse` | `id`, `center`, `radii`, `fill`, `opacity`, `border` |
//! | `rectangle` | `id`, `corner`, `size`, `radius`, `fill`, `opacity`, `border` |
//! | `polygon` | `id`, `points`, `fill`, `opacity`, `border` |
//! | `lines` | `segments`, each `[x1, y1, x2, y2]`, and `stroke` |
//! | `route` | `points`, whose corners are rounded, `stroke`, and `arrow`: whether it ends in an arrowhead |
//! | `text` | `text`, `at`, `anchor` (`start`, `middle`, `end`), `size`, `bold`, `color`, `angle` |
//! | `raster` | `corner`, `size`, `columns`, and `pixels` row after row |
//!
//! A `fill` is a colour, `{"left": …, "right": …}` for a gradient, or null; a `border` is a stroke or null.

use serde_json::{Map, Value, json};

use super::{list, number, numbers};
use crate::font::Weight;
use crate::scene::{Anchor, Fill, Fold, Group, Item, Outline, Point, Raster, Scene, Shape, Stroke, Text};
use crate::theme::Paint;

/// The scene, one line per item.
pub(super) fn text(scene: &Scene) -> String {
    let groups: Vec<String> = scene.groups.iter().map(group).collect();
    format!(
        "{{\n\"width\": {},\n\"height\": {},\n\"title\": {},\n\"description\": {},\n\"background\": {},\n\
         \"groups\": [\n{}\n],\n\"folds\": {}\n}}",
        number(scene.width),
        number(scene.height),
        json!(scene.title),
        json!(scene.description),
        if scene.transparent { Value::Null } else { paint(scene.background) },
        groups.join(",\n"),
        list(scene.folds.iter().map(fold)),
    )
}

fn group(group: &Group) -> String {
    let details: Map<String, Value> =
        group.details.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    format!(
        "{{\"id\": {}, \"class\": {}, \"label\": {}, \"details\": {}, \"ends\": {}, \"items\": {}}}",
        json!(group.id),
        json!(group.class),
        json!(group.label),
        Value::from(details),
        json!(group.ends),
        list(group.items.iter().map(item)),
    )
}

fn fold(fold: &Fold) -> String {
    format!(
        "{{\"group\": {}, \"stand_in\": {}, \"members\": {}, \"down\": {}, \"band\": {}, \"closed\": {}}}",
        json!(fold.group),
        group(&fold.stand_in),
        json!(fold.members),
        fold.down,
        numbers(fold.band),
        number(fold.closed),
    )
}

fn item(item: &Item) -> Value {
    match item {
        Item::Shape(item) => shape(item),
        Item::Lines { segments, stroke: drawn } => {
            let segments = segments.iter().map(|[a, b]| numbers([a.x, a.y, b.x, b.y]));
            json!({"type": "lines", "segments": segments.collect::<Vec<_>>(), "stroke": stroke(*drawn)})
        }
        Item::Route { points, stroke: drawn, arrow } => {
            json!({"type": "route", "points": places(points), "stroke": stroke(*drawn), "arrow": arrow})
        }
        Item::Text(item) => line_of_text(item),
        Item::Raster(item) => raster(item),
    }
}

fn shape(shape: &Shape) -> Value {
    let mut value = match &shape.outline {
        Outline::Ellipse { center, radii } => {
            json!({"type": "ellipse", "center": place(*center), "radii": numbers(*radii)})
        }
        Outline::Rectangle { corner, size, radius } => {
            json!({"type": "rectangle", "corner": place(*corner), "size": numbers(*size), "radius": number(*radius)})
        }
        Outline::Polygon(points) => json!({"type": "polygon", "points": places(points)}),
    };
    if let Some(value) = value.as_object_mut() {
        if !shape.id.is_empty() {
            value.insert("id".into(), shape.id.clone().into());
        }
        value.insert("fill".into(), fill(shape.fill));
        value.insert("opacity".into(), number(shape.opacity));
        value.insert("border".into(), shape.border.map_or(Value::Null, stroke));
    }
    value
}

fn line_of_text(text: &Text) -> Value {
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    json!({
        "type": "text",
        "text": text.text,
        "at": place(text.at),
        "anchor": anchor,
        "size": number(text.size),
        "bold": text.weight == Weight::Bold,
        "color": paint(text.color),
        "angle": number(text.angle),
    })
}

fn raster(raster: &Raster) -> Value {
    json!({
        "type": "raster",
        "corner": place(raster.corner),
        "size": numbers(raster.size),
        "columns": raster.columns,
        "pixels": raster.pixels.iter().map(|pixel| pixel.hex()).collect::<Vec<_>>(),
    })
}

fn stroke(stroke: Stroke) -> Value {
    json!({
        "color": paint(stroke.color),
        "width": number(stroke.width),
        "opacity": number(stroke.opacity),
        "dashed": stroke.dashed,
    })
}

fn fill(fill: Fill) -> Value {
    match fill {
        Fill::None => Value::Null,
        Fill::Plain(color) => paint(color),
        Fill::Gradient(left, right) => json!({"left": paint(left), "right": paint(right)}),
    }
}

fn paint(paint: Paint) -> Value {
    if paint.is_adaptive() {
        json!({"light": paint.light.hex(), "dark": paint.dark.hex()})
    } else {
        paint.light.hex().into()
    }
}

fn place(point: Point) -> Value {
    numbers([point.x, point.y])
}

fn places(points: &[Point]) -> Value {
    points.iter().map(|&point| place(point)).collect()
}
