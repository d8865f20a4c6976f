//! A scene with every kind of content.

use netviz::font::Weight;
use netviz::scene::relayout::FrameSize;
use netviz::scene::{Anchor, Fill, Fold, Group, Item, Outline, Point, Raster, Scene, Shape, Shown, Stroke, Text};
use netviz::theme::{Color, Paint};

const INK: Paint = Paint::rgb(0x1f_29_33);
const BLUE: Paint = Paint::rgb(0x34_98_db);
const RED: Paint = Paint { light: Color::rgb(0xe7_4c_3c), dark: Color::rgb(0xff_7b_72) };

fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

fn shapes() -> Vec<Item> {
    let corner = |x: f64| Outline::Rectangle { corner: point(x, 20.0), size: [80.0, 60.0], radius: 0.0 };
    let rounded = Outline::Rectangle { corner: point(320.0, 20.0), size: [60.0, 60.0], radius: 16.0 };
    let hollow = Outline::Polygon(vec![point(30.0, 100.0), point(90.0, 110.0), point(40.0, 160.0)]);
    let dashed = Stroke { dashed: true, ..Stroke::solid(INK, 3.0) };
    let ellipse = Outline::Ellipse { center: point(160.0, 130.0), radii: [40.0, 24.0] };
    let circle = Outline::Ellipse { center: point(250.0, 130.0), radii: [28.0; 2] };
    let faint = Shape { opacity: 0.3, ..Shape::new(ellipse, RED) };
    vec![
        Shape { id: "part.1".into(), ..Shape::new(corner(20.0), BLUE) }.into(),
        Shape::new(corner(120.0), Fill::Gradient(INK, RED)).into(),
        Shape::new(rounded, BLUE).bordered(Stroke::solid(INK, 4.0)).into(),
        Shape::new(hollow, Fill::None).bordered(dashed).into(),
        faint.bordered(Stroke { opacity: 0.5, ..Stroke::solid(INK, 6.0) }).into(),
        Shape::new(circle, Fill::Gradient(BLUE, RED)).into(),
    ]
}

fn lines() -> Vec<Item> {
    let thick = Stroke { opacity: 0.5, ..Stroke::solid(RED, 12.0) };
    let segments = vec![[point(300.0, 100.0), point(380.0, 160.0)], [point(380.0, 100.0), point(300.0, 160.0)]];
    let route = vec![point(30.0, 190.0), point(120.0, 190.0), point(120.0, 250.0), point(200.0, 220.0)];
    vec![
        Item::Lines { segments, stroke: thick },
        Item::Lines { segments: Vec::new(), stroke: thick },
        Item::Route { points: route.clone(), stroke: Stroke::solid(INK, 3.0), arrow: true },
        Item::Route {
            points: route.iter().map(|p| point(p.x + 180.0, p.y)).collect(),
            stroke: Stroke { dashed: true, opacity: 0.6, ..Stroke::solid(BLUE, 2.0) },
            arrow: false,
        },
    ]
}

fn texts() -> Vec<Item> {
    let text = |text: &str, at: Point, anchor: Anchor, angle: f64| Text {
        text: text.into(),
        at,
        anchor,
        size: 18.0,
        weight: Weight::Regular,
        color: INK,
        angle,
    };
    vec![
        text("begin", point(30.0, 300.0), Anchor::Start, 0.0).into(),
        Text { weight: Weight::Bold, ..text("middle", point(160.0, 300.0), Anchor::Middle, 0.0) }.into(),
        text("end 6×28×28", point(380.0, 300.0), Anchor::End, 0.0).into(),
        text("turned", point(60.0, 380.0), Anchor::Start, -90.0).into(),
        text("slanted", point(120.0, 330.0), Anchor::Start, 30.0).into(),
    ]
}

fn raster() -> Item {
    let pixel =
        |index: u32| Color::rgb(if (index / 3).is_multiple_of(2) { 0x33_66_99 } else { 0x0f_0f_0f * (index % 16) });
    Item::Raster(Raster {
        corner: point(240.0, 320.0),
        size: [120.0, 60.0],
        columns: 8,
        pixels: (0..32).map(pixel).collect(),
    })
}

/// All kinds of parts, without overlap.
pub(crate) fn everything() -> Scene {
    let details = vec![("kind".into(), "dense".into())];
    let layer = Group { label: "a layer".into(), details, ..Group::new("layer-a", "layer", shapes()) };
    let ends = Some(["layer-a".to_owned(), "layer-b".to_owned()]);
    let fold = Fold {
        group: "fold-a".into(),
        stand_in: netviz::scene::Group::new("closed-a", "stand-in", Vec::new()),
        members: vec!["layer-a".into()],
        down: true,
        band: [10.0, 90.0],
        closed: 20.0,
        size: FrameSize::default(),
        region: None,
    };
    Scene {
        width: 400.5,
        height: 400.0,
        title: "parts".into(),
        description: "all kinds of parts".into(),
        details: vec![("parts".into(), "4".into())],
        shown: Shown::default(),
        background: Paint::rgb(0xfa_fa_f0),
        transparent: false,
        groups: vec![
            layer,
            Group { ends, ..Group::new("link-a.b", "connections", lines()) },
            Group::new("legend", "legend", texts()),
            Group::new("image", "layer", vec![raster()]),
        ],
        folds: vec![fold],
        relayout: None,
    }
}
