//! Long networks on a page: columns, a U, ports, and lines that share their way.

use std::fmt::Write;

use netviz::page::Page;
use netviz::picture::{Detail, Direction, Options};
use netviz::scene::{Group, Item, Point, Scene};
use netviz::theme::Theme;
use netviz::views::VIEWS;

use super::geometry::{bounds, of_class};
use super::{GALLERY, scene};

/// A network with so many skip connections, each within the one before.
fn nested(depth: usize) -> String {
    let mut text = String::from("name: u\ninput: [8]\nlayers:\n");
    for level in 1..=depth {
        let _ = writeln!(text, "  - dense: {{name: down{level}, units: {}}}", 8 + level);
        let _ = writeln!(text, "  - dense: {{name: pool{level}, units: {}}}", 28 + level);
    }
    let _ = writeln!(text, "  - dense: {{name: bottom, units: 50}}");
    let mut last = "bottom".to_owned();
    for level in (1..=depth).rev() {
        let _ = writeln!(text, "  - concat: {{name: join{level}, from: [{last}, down{level}]}}");
        last = format!("up{level}");
        let _ = writeln!(text, "  - dense: {{name: {last}, units: {}}}", 60 + level);
    }
    text
}

/// A network of which one layer is read by all of so many blocks.
fn memory(blocks: usize) -> String {
    let mut text = String::from("name: decoder\ninput: [8]\nlayers:\n  - dense: {name: memory, units: 5}\n");
    let _ = writeln!(text, "  - dense: {{name: f0, units: 6}}");
    for block in 1..=blocks {
        let _ = writeln!(text, "  - dense: {{name: q{block}, units: {}, from: f{}}}", 10 + block, block - 1);
        let _ = writeln!(text, "  - concat: {{name: cross{block}, from: [q{block}, memory]}}");
        let _ = writeln!(text, "  - dense: {{name: f{block}, units: {}}}", 40 + block);
    }
    text
}

fn on(page: &str, view: &str, text: &str) -> Scene {
    let options = Options {
        view: VIEWS.iter().find(|it| it.name == view),
        page: Some(Page::parse(page).expect("a page")),
        direction: Some(if view == "volumes" { Direction::Right } else { Direction::Down }),
        detail: Some(Detail::Low),
        ..Options::default()
    };
    scene(text, &options)
}

fn link<'a>(scene: &'a Scene, from: &str, to: &str) -> &'a Group {
    let id = format!("link-{from}.{to}");
    of_class(scene, "connections").find(|group| group.id == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The corners of the pieces of a connection.
fn pieces(group: &Group) -> Vec<&[Point]> {
    let pieces = group
        .items
        .iter()
        .filter_map(|item| if let Item::Route { points, .. } = item { Some(&points[..]) } else { None });
    pieces.collect()
}

/// The names of the ports of a connection.
fn ports(group: &Group) -> Vec<&str> {
    group.items.iter().filter_map(|item| if let Item::Text(text) = item { Some(&*text.text) } else { None }).collect()
}

/// Where the box of a layer is: its least and its largest coordinates.
fn place(scene: &Scene, layer: &str) -> [Point; 2] {
    let id = format!("layer-{layer}");
    let group = scene.groups.iter().find(|group| group.id == id).unwrap_or_else(|| panic!("{layer} is not drawn"));
    let bounds = group.items.iter().find_map(bounds).expect("it has a shape");
    [bounds.min, bounds.max]
}

#[test]
fn skips_that_nest_are_short_and_straight_in_a_u() {
    let text = nested(4);
    let u = on("700x700px", "blocks", &text);
    for level in 1..=4 {
        let pieces = pieces(link(&u, &format!("down{level}"), &format!("join{level}")));
        let [&[start, end]] = pieces[..] else { panic!("{pieces:?} is not straight") };
        assert!((start.y - end.y).abs() < 0.01 && start.x < end.x, "{start:?} to {end:?}");
        let [above, below] = [place(&u, &format!("join{level}")), place(&u, &format!("up{level}"))];
        assert!(below[1].y < above[0].y, "data runs up in the second half");
    }
    assert!(place(&u, "down1")[0].y < place(&u, "down4")[0].y);
    // In the view of volumes, they run down.
    let u = on("900x500px", "volumes", &text);
    for level in 1..=4 {
        let pieces = pieces(link(&u, &format!("down{level}"), &format!("join{level}")));
        let [&[start, end]] = pieces[..] else { panic!("{pieces:?} is not straight") };
        assert!((start.x - end.x).abs() < 0.01 && start.y < end.y, "{start:?} to {end:?}");
    }
    // Where there is room, it stays a column.
    let column = on("700x9000px", "blocks", &text);
    assert!(place(&column, "bottom")[1].y < place(&column, "up1")[0].y);
}

#[test]
fn a_line_that_crosses_a_turn_goes_on_from_a_port_of_the_same_name() {
    for (page, view) in [("700x600px", "blocks"), ("640x640px", "volumes")] {
        let scene = on(page, view, &memory(6));
        let mut interrupted = 0;
        for block in 1..=6 {
            let link = link(&scene, "memory", &format!("cross{block}"));
            let (pieces, ports) = (pieces(link), ports(link));
            assert_eq!(ports.len(), 2 * (pieces.len() - 1), "{view}: {ports:?}");
            assert!(ports.iter().all(|name| *name == "A"), "{view}: {ports:?}");
            interrupted += usize::from(pieces.len() > 1);
            let Some(Item::Route { arrow: true, .. }) =
                link.items.iter().rfind(|item| matches!(item, Item::Route { .. }))
            else {
                panic!("{view}: the last piece has no arrowhead")
            };
        }
        assert!((1..6).contains(&interrupted), "{view}: {interrupted} lines are interrupted");
        // What turns is not.
        assert!((1..=6).all(|block| ports(link(&scene, &format!("q{block}"), &format!("cross{block}"))).is_empty()));
    }
}

#[test]
fn lines_from_one_layer_share_their_way() {
    let scene = on("9000x9000px", "blocks", &memory(6));
    let lanes: Vec<f64> = (1..=6)
        .map(|block| {
            let link = link(&scene, "memory", &format!("cross{block}"));
            pieces(link)[0].iter().map(|point| point.x).fold(0.0, f64::max)
        })
        .collect();
    assert!(lanes.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.01), "{lanes:?}");
}

#[test]
fn branches_stand_in_the_order_of_the_theme() {
    let resnet_mini = GALLERY[2].1;
    for view in VIEWS {
        for [first, second] in [["conv2d_3", "projection"], ["projection", "conv2d_4"]] {
            let mut theme = Theme::classic();
            theme.branches = vec![vec![first.to_owned(), second.to_owned()]];
            let options = Options { view: Some(view), theme, page: None, ..Options::default() };
            let scene = scene(resnet_mini, &options);
            let across = |layer: &str| {
                let [min, _] = place(&scene, layer);
                if view.direction == Direction::Down { min.x } else { min.y }
            };
            assert!(across(first) < across(second), "{}: {first}, {second}", view.name);
        }
    }
}
