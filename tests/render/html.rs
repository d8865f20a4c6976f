//! HTML in Chromium and Firefox, through `tests/browser/html.mjs`.

use netviz::formats;
use netviz::picture::{Detail, Direction, Options};
use netviz::views::VIEWS;

use super::browser::run;
use super::{GALLERY, NAMES, named, scene};

/// Lets both browsers check pages.
fn browse(check: &str, pages: &[String]) {
    run("html", &[check], pages, "html");
}

fn page(text: &str, options: &Options) -> String {
    formats::html(&scene(text, options))
}

fn mnist(options: &Options) -> String {
    page(GALLERY[0].1, options)
}

#[test]
fn pages_are_quiet_and_run_nothing_but_their_own_script() {
    let views = VIEWS.iter().map(|view| Options { view: Some(view), ..crate::neurons() });
    let mut pages: Vec<String> =
        views.flat_map(|options| [GALLERY[0], GALLERY[2]].map(|(_, text)| page(text, &options))).collect();
    pages.extend(NAMES.iter().map(|name| page(&named(name), &crate::neurons())));
    let title = "</script><script>alert(1)</script></title>{{script}}<img src=x onerror=alert(2)>".repeat(100);
    pages.push(mnist(&Options { title: Some(title), ..crate::neurons() }));
    browse("quiet", &pages);
}

#[test]
fn search_finds_a_layer() {
    browse("search", &[mnist(&crate::neurons())]);
}

#[test]
fn search_finds_settings_as_people_type_them() {
    browse("words", &[in_blocks(GALLERY[1].1, None)]);
}

#[test]
fn keys_reach_everything() {
    browse("keys", &[mnist(&crate::neurons())]);
}

#[test]
fn a_layer_tells_its_details() {
    browse("details", &[mnist(&crate::neurons())]);
}

/// Removing the focused element fires an event immediately in some browsers, such as Chromium 148, and none in others.
#[test]
fn the_panel_is_drawn_again_whatever_its_own_drawing_causes() {
    browse("removals", &[mnist(&crate::neurons())]);
}

#[test]
fn a_neuron_shows_its_connections_alone() {
    let skip = "
input: [4]
layers:
  - dense: {name: a, units: 5}
  - dense: {name: b, units: 5}
  - dense: {name: c, units: 5}
  - add: {from: [a, c]}
  - dense: 3
";
    let right = Options { direction: Some(Direction::Right), ..crate::neurons() };
    let wide = Options { max_neurons: Some(300), ..crate::neurons() };
    let texts = [GALLERY[0].1, skip, GALLERY[1].1];
    let mut pages: Vec<String> = texts.map(|text| page(text, &crate::neurons())).into();
    pages.extend([mnist(&right), mnist(&wide)]);
    browse("alone", &pages);
}

#[test]
fn every_connection_of_a_full_picture_can_be_shown() {
    let text = "input: [200]\nlayers:\n  - dense: 64\n  - dense: 10\n";
    browse("alone", &[page(text, &Options { full: true, ..crate::neurons() })]);
}

/// A model in blocks.
fn in_blocks(text: &str, direction: Option<Direction>) -> String {
    let view = VIEWS.iter().find(|view| view.name == "blocks").expect("there are blocks");
    page(text, &Options { view: Some(view), direction, ..crate::neurons() })
}

/// A network of these layers and two more in blocks.
fn blocks(layers: &str, direction: Option<Direction>) -> String {
    in_blocks(&format!("input: [8, 9, 9]\nlayers:\n{layers}  - flatten\n  - dense: 2\n"), direction)
}

/// Layers with these names, kinds and arguments.
fn layers(block: &[(&str, &str)], copies: usize) -> String {
    let layer =
        |copy: usize, (name, rest): &(&str, &str)| format!("  - {}\n", rest.replace("NAME", &format!("{name}{copy}")));
    (1..=copies).flat_map(|copy| block.iter().map(move |part| layer(copy, part))).collect()
}

const CONV: &str = "conv2d: {name: NAME, filters: 8, kernel: 3, padding: same}";
const RELU: &str = "activation: {name: NAME, function: relu}";
const NORM: &str = "batch_norm: {name: NAME}";

#[test]
fn a_frame_closes_and_opens() {
    browse("folds", &[blocks(&layers(&[("a", CONV), ("b", RELU), ("c", NORM)], 4), None)]);
}

/// A frame in a frame, beside a frame, and beside a layer, in both directions.
#[test]
fn frames_close_and_open_wherever_they_are() {
    let nested = layers(&[("a", CONV), ("b", CONV), ("c", CONV), ("d", NORM), ("e", RELU)], 3);
    let left = layers(&[("a", CONV), ("b", RELU)], 3);
    let right = layers(&[("c", CONV), ("d", NORM), ("e", RELU)], 4).replacen('{', "{from: stem, ", 1);
    let stem = CONV.replace("NAME", "stem");
    let beside = format!("  - {stem}\n{left}{right}  - add: {{from: [b3, e4]}}\n");
    let alone = format!("  - {stem}\n{left}  - add: {{from: [b3, stem]}}\n");
    let pages = [nested, beside, alone]
        .iter()
        .flat_map(|layers| [Direction::Down, Direction::Right].map(|direction| blocks(layers, Some(direction))))
        .collect::<Vec<_>>();
    browse("refolds", &pages);
}

/// The pages of a model in blocks, with all groups open and with those below each depth closed.
fn at_depths(layers: &str, detail: Detail, direction: Direction) -> Vec<String> {
    let view = VIEWS.iter().find(|view| view.name == "blocks");
    let text = format!("input: [8, 9, 9]\nlayers:\n{layers}");
    let page_at = |depth| {
        let (detail, direction) = (Some(detail), Some(direction));
        page(&text, &Options { view, detail, direction, depth, legend: false, ..crate::neurons() })
    };
    [None, Some(0), Some(1)].map(page_at).into()
}

/// The name of a layer that makes all boxes equally wide, whatever is closed.
const WIDE: &str = "stem_with_a_name_that_is_long";

/// Repeats beside each other, in each other and passed by connections, and groups with many connections.
#[test]
fn a_page_with_closed_frames_is_the_picture_of_closed_groups() {
    let stem = CONV.replace("NAME", WIDE);
    let branch = |name: &str, copies| {
        let names: Vec<String> = ["a", "b", "c"].map(|part| format!("{name}{part}")).into();
        let parts = [(names[0].as_str(), CONV), (names[1].as_str(), NORM), (names[2].as_str(), RELU)];
        layers(&parts, copies).replacen('{', &format!("{{from: {WIDE}, "), 1)
    };
    let beside = format!(
        "  - {stem}\n{}{}{}{}  - add: {{from: [oc2, pc3, {WIDE}, qc2, rc4]}}\n  - flatten\n  - dense: 2\n",
        branch("o", 2),
        branch("p", 3),
        branch("q", 2),
        branch("r", 4)
    );
    let inner = [("a", CONV), ("b", NORM), ("c", CONV), ("d", NORM), ("e", RELU)];
    let named = layers(&inner, 3).replace("name: ", "name: o.p.").replace("o.p.a1,", &format!("o.p.a1, from: {WIDE},"))
        + &layers(&[("x", CONV), ("y", NORM)], 2).replace("name: ", "name: o.q.");
    let nested = format!("  - {stem}\n{named}  - add: {{from: [o.q.y2, {WIDE}]}}\n  - flatten\n  - dense: 2\n");
    for layers in [&beside, &nested] {
        for (detail, direction) in
            [(Detail::High, Direction::Down), (Detail::High, Direction::Right), (Detail::Medium, Direction::Down)]
        {
            let pages = at_depths(layers, detail, direction);
            if pages[0].contains("\"standIn\"") {
                browse("depths", &pages);
            }
        }
    }
}

#[test]
fn thousands_of_frames_open_and_close_at_once() {
    let block = |index: u32| {
        let filters = (index.wrapping_mul(2_654_435_761) >> 26) + 1;
        let conv = format!("conv2d: {{name: NAME, filters: {filters}, kernel: 3, padding: same}}");
        let names = ["a", "b", "c", "d"].map(|part| format!("n{index}{part}_"));
        layers(&[(&names[0], &conv), (&names[1], NORM), (&names[2], RELU), (&names[3], &conv)], 3)
    };
    let view = VIEWS.iter().find(|view| view.name == "blocks");
    let text = format!("input: [8, 9, 9]\nlayers:\n{}", (0..417).map(block).collect::<String>());
    browse("many", &[page(&text, &Options { view, detail: Some(Detail::High), ..crate::neurons() })]);
}

#[test]
fn groups_of_names_are_in_the_tree() {
    let text = "
input: [8, 9, 9]
layers:
  - conv2d: {name: stem.conv, filters: 8, kernel: 3, padding: same}
  - batch_norm: {name: stem.norm}
  - conv2d: {name: encoder.left.conv, filters: 8, kernel: 3, padding: same, from: stem.norm}
  - batch_norm: {name: encoder.left.norm}
  - conv2d: {name: encoder.right.conv, filters: 8, kernel: 5, padding: same, from: stem.conv}
  - batch_norm: {name: encoder.right.norm}
  - add: {name: encoder.add, from: [encoder.left.norm, encoder.right.norm]}
  - add: {name: decoder.a, from: [encoder.add, encoder.left.conv]}
  - conv2d: {name: decoder.b, filters: 8, kernel: 3, padding: same}
  - flatten
  - dense: 2
";
    let view = VIEWS.iter().find(|view| view.name == "blocks");
    browse("names", &[page(text, &Options { view, detail: Some(Detail::High), ..crate::neurons() })]);
}

#[test]
fn a_printed_page_has_the_size_of_the_picture() {
    browse("paper", &deep());
}

#[test]
fn frames_open_without_motion_for_those_who_want_none() {
    browse("still", &deep());
}

/// A deep network, which is many screens long or wide.
fn deep() -> [String; 2] {
    [Direction::Down, Direction::Right].map(|direction| in_blocks(GALLERY[3].1, Some(direction)))
}

#[test]
fn the_minimap_shows_the_view_and_moves_it() {
    browse("minimap", &deep());
}

#[test]
fn the_minimap_follows_the_theme() {
    let theme = netviz::theme::Theme::auto();
    browse("colors", &[mnist(&Options { theme, ..crate::neurons() })]);
}

#[test]
fn the_tree_and_the_picture_are_one() {
    browse("tree", &deep()[..1]);
}

#[test]
fn frames_open_and_close_in_motion() {
    browse("motion", &deep()[1..]);
}

/// More than a thousand layers, no two of which are alike.
#[test]
fn a_large_picture_moves_without_being_drawn_again() {
    let layers: Vec<String> = (1..=1500_u32)
        .map(|number| {
            let filters = number.wrapping_mul(2_654_435_761) >> 26;
            format!("  - conv2d: {{name: c{number}, filters: {}, kernel: 3, padding: same}}\n", filters + 1)
        })
        .collect();
    browse("smooth", &[blocks(&layers.concat(), None)]);
}

#[test]
fn a_large_picture_opens_at_its_beginning_and_scrolls() {
    browse("opening", &deep());
}

#[test]
fn what_is_drawn_stays_in_sight_when_all_frames_close_and_open() {
    browse("sight", &deep());
}

#[test]
fn the_focus_is_brought_into_sight() {
    browse("tab", &deep());
}

#[test]
fn a_layer_names_what_feeds_it_beyond_its_frame() {
    let block = [("a", CONV), ("b", CONV), ("c", CONV), ("d", NORM), ("e", RELU)];
    browse("feeds", &[blocks(&layers(&block, 3), None)]);
}

#[test]
fn a_page_follows_the_reader_and_the_toggle() {
    let theme = netviz::theme::Theme::auto();
    browse("theme", &[mnist(&Options { theme, ..crate::neurons() })]);
}

#[test]
fn the_picture_moves_by_wheel_drag_pinch_and_keys() {
    browse("zoom", &[mnist(&crate::neurons())]);
}
