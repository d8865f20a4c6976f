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

use netviz::picture::{Options, View};
use netviz::scene::Scene;
use netviz::views::VIEWS;

use metrics::{Kind, Metrics, PLACES};
use networks::{NETWORKS, Size};

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

fn check(network: &str, view: &View, place: &str, scene: &Scene) {
    let metrics = Metrics::of(scene);
    for kind in Kind::ALL {
        let known = KNOWN.iter().find(|(name, of, which, _)| (*name, *of, *which) == (network, view.name, kind));
        let most = known.map_or(0, |(.., most)| *most);
        let found = metrics.count(kind);
        let first = metrics.faults.iter().find(|fault| fault.kind == kind);
        assert!(found <= most, "{network} as {} for {place}: {found} times {}: {first:?}", view.name, kind.name());
    }
}
