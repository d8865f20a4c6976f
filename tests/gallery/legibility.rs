//! Text at the size at which a picture is read on a page.

use netviz::graph::Graph;
use netviz::picture::Options;
use netviz::views::VIEWS;

use super::metrics::{PLACES, smallest_text};
use super::networks::{NETWORKS, Size};

/// How many of the small and middle networks, at least, have no text that is too small on a page, in each view.
const LEGIBLE: &[(&str, [(&str, usize); 4])] = &[
    ("neurons", [("readme", 19), ("column", 19), ("a4", 19), ("slide", 19)]),
    ("blocks", [("readme", 19), ("column", 19), ("a4", 19), ("slide", 19)]),
    ("volumes", [("readme", 19), ("column", 19), ("a4", 19), ("slide", 19)]),
];

#[test]
fn text_is_large_enough_to_read() {
    let small = NETWORKS.iter().filter(|network| network.size < Size::Large);
    let graphs: Vec<Graph> = small.map(|network| (network.build)()).collect();
    for (view, pages) in LEGIBLE {
        let view = VIEWS.iter().find(|it| it.name == *view);
        for (page, least) in pages {
            let place = PLACES.into_iter().find(|place| place.name == *page).expect("it is a page of the gallery");
            let options = Options { view, page: Some(place.page()), ..Options::default() };
            let is_legible = |graph: &&Graph| {
                let picture = netviz::picture(graph, None, &options);
                let scene = picture.scene().expect("it is not too large");
                smallest_text(scene) * place.scale([scene.width, scene.height]) > place.page().smallest - 0.01
            };
            let found = graphs.iter().filter(is_legible).count();
            let view = view.map_or("", |view| view.name);
            assert!(found >= *least, "{found} of {} can be read as {view} for {page}", graphs.len());
        }
    }
}
