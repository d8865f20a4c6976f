//! The gallery: what holds for the pictures of all its networks.

mod crossings;
#[path = "../../examples/gallery/graphviz.rs"]
mod graphviz;
mod legibility;
#[path = "../../examples/gallery/metrics/mod.rs"]
#[allow(dead_code, reason = "the program shows more than is tested")]
mod metrics;
#[path = "../../examples/gallery/networks/mod.rs"]
mod networks;

use std::path::Path;

use netviz::Model;
use netviz::picture::{Detail, Direction, Options, View};
use netviz::scene::{Item, Point, Scene};
use netviz::theme::Theme;
use netviz::views::VIEWS;

use metrics::{Kind, Metrics, PLACES};
use networks::{NETWORKS, Size};

/// The largest rectangle without anything in it, as a fraction of the picture.
const MOST_HOLE: f64 = 1.0 / 3.0;

/// Faults that are known: network, view, kind, and how many there are at most on any page.
const KNOWN: &[(&str, &str, Kind, usize)] = &[];

#[test]
fn networks_have_the_published_parameters() {
    for network in NETWORKS {
        if let Some(published) = network.published {
            assert_eq!((network.build)().parameters().trainable, published, "{}", network.name);
        }
    }
}

#[test]
fn every_network_is_drawn_without_faults() {
    for network in NETWORKS.iter().filter(|network| network.size < Size::Large) {
        let graph = (network.build)();
        for view in VIEWS {
            let mut before: Option<Scene> = None;
            for place in PLACES {
                let options = Options { view: Some(view), page: Some(place.page()), ..Options::default() };
                let picture = netviz::picture(&graph, None, &options);
                let scene = picture.scene().expect("it is not too large");
                // Views that do not depend on the page are measured once.
                if before.as_ref() != Some(scene) {
                    check(network.name, view, place.name, scene);
                    before = Some(scene.clone());
                }
            }
        }
    }
}

/// Bodies of `If` read several values, each of which enters their frames at a place of its own.
#[test]
fn bodies_of_operations_are_drawn_without_faults() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/networks/silero_vad.onnx");
    let model = Model::from_path(&path).expect("it can be read");
    for direction in [Direction::Down, Direction::Right] {
        for detail in [Detail::Low, Detail::Medium] {
            let options = Options {
                view: VIEWS.iter().find(|view| view.name == "blocks"),
                direction: Some(direction),
                detail: Some(detail),
                page: None,
                ..Options::default()
            };
            let picture = netviz::picture(&model.graph, None, &options);
            let scene = picture.scene().expect("it is not too large");
            let is_frame = |name: &str| {
                let id = format!("fold-model.decoder.If_1.{name}");
                scene.groups.iter().any(|group| group.id == id)
            };
            assert!(is_frame("then_branch") && is_frame("else_branch"), "the branches have no frames");
            assert_eq!(Metrics::of(scene).faults, [], "{direction:?}, {detail:?}");
            // Two values enter the branch with weights, at different places.
            let entered = scene.groups.iter().filter(|group| {
                group.ends.as_ref().is_some_and(|[source, target]| {
                    let is_outside = ["layer-state", "layer-model.decoder.If"].contains(&source.as_str());
                    is_outside && target == "fold-model.decoder.If_1.then_branch"
                })
            });
            let end = |item: &Item| match item {
                Item::Route { points, .. } => points.last().copied(),
                _ => None,
            };
            let ends: Vec<Point> = entered.filter_map(|group| group.items.iter().rev().find_map(end)).collect();
            assert_eq!(ends.len(), 2);
            assert!((ends[0].x - ends[1].x).abs() + (ends[0].y - ends[1].y).abs() > 20.0, "{ends:?}");
        }
    }
}

fn check(network: &str, view: &View, place: &str, scene: &Scene) {
    let metrics = Metrics::of(scene);
    assert!(metrics.hole <= MOST_HOLE, "{network} as {} for {place}: a hole of {:.2}", view.name, metrics.hole);
    for kind in Kind::ALL {
        let known = KNOWN.iter().find(|(name, of, which, _)| (*name, *of, *which) == (network, view.name, kind));
        let most = known.map_or(0, |(.., most)| *most);
        let found = metrics.count(kind);
        let first = metrics.faults.iter().find(|fault| fault.kind == kind);
        assert!(found <= most, "{network} as {} for {place}: {found} times {}: {first:?}", view.name, kind.name());
    }
}

/// Blocks on a README, with the numbers of copies that the papers give.
#[test]
fn networks_fold_as_their_papers_draw_them() {
    let expected: [(&str, &[&str]); 5] = [
        ("resnet50", &["× 4", "× 2, 3, 5, 2"]),
        ("densenet121", &["× 6", "× 3", "× 12, 24, 16"]),
        ("inception_v4", &["× 4", "× 7", "× 3", "3 branches"]),
        ("transformer12", &["× 12"]),
        ("transformer48", &["× 48"]),
    ];
    for (name, titles) in expected {
        let network = NETWORKS.iter().find(|network| network.name == name).expect("it is in the gallery");
        let options = Options { view: VIEWS.iter().find(|view| view.name == "blocks"), ..Options::default() };
        let graph = (network.build)();
        let picture = netviz::picture(&graph, None, &options);
        let scene = picture.scene().expect("it is not too large");
        let texts: Vec<&str> = scene
            .groups
            .iter()
            .flat_map(|group| &group.items)
            .filter_map(|item| if let Item::Text(text) = item { Some(text.text.as_str()) } else { None })
            .collect();
        assert!(titles.iter().all(|title| texts.contains(title)), "{name}: {texts:?}");
    }
}

/// The pictures of large networks in the guide. `NETVIZ_BLESS=1 cargo test --test gallery` rewrites them; look at them
/// before you commit them.
#[test]
fn pictures_of_the_guide_are_current() {
    let pictures =
        [("densenet121", "blocks", "readme"), ("transformer12", "blocks", "readme"), ("unet5", "volumes", "slide")];
    for (name, view, page) in pictures {
        let network = NETWORKS.iter().find(|network| network.name == name).expect("it is in the gallery");
        let view = VIEWS.iter().find(|it| it.name == view);
        let page = PLACES.into_iter().find(|place| place.name == page).map(metrics::Place::page);
        let options = Options { view, page, theme: Theme::auto(), ..Options::default() };
        let graph = (network.build)();
        let picture = netviz::picture(&graph, None, &options);
        let svg = netviz::formats::svg(picture.scene().expect("it is not too large"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/src/pictures/{name}.svg"));
        if std::env::var_os("NETVIZ_BLESS").is_some() {
            std::fs::write(&path, &svg).expect("written");
        }
        let now = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(now == svg, "{} is out of date; run NETVIZ_BLESS=1 cargo test --test gallery", path.display());
    }
}
