//! Crossings in the view of blocks, compared with those of Graphviz's `dot` on the same boxes and frames.

use netviz::graph::Graph;
use netviz::picture::{Detail, Options};
use netviz::views::VIEWS;

use super::graphviz::{Dot, dot};
use super::metrics::{Metrics, crossing_pairs, lines};
use super::networks::{NETWORKS, Size, random_dag};

/// What netviz makes on random graphs, at most, for each of `dot`'s: points where lines cross, of which lines that branch
/// from one source share some; crossings of pairs of connections; and pixels.
const MOST_POINTS: f64 = 1.0;
const MOST_PAIRS: f64 = 1.2;
const MOST_AREA: f64 = 1.4;

#[derive(Debug, Clone, Copy)]
struct Compared {
    points: usize,
    pairs: usize,
    area: f64,
    dot: Dot,
}

fn compared(graph: &Graph) -> Compared {
    let view = VIEWS.iter().find(|view| view.name == "blocks");
    let options = Options { view, page: None, detail: Some(Detail::High), ..Options::default() };
    let picture = netviz::picture(graph, None, &options);
    let scene = picture.scene().expect("it is not too large");
    let dot = dot(&picture, scene).expect("the tests need Graphviz: apt-get install graphviz");
    let pairs = crossing_pairs(&lines(scene));
    Compared { points: Metrics::of(scene).crossings, pairs, area: scene.width * scene.height, dot }
}

#[test]
fn networks_have_no_more_crossings_than_with_dot() {
    let is_network = |name: &str| !name.starts_with("random");
    for network in NETWORKS.iter().filter(|it| it.size < Size::Large && is_network(it.name)) {
        let found = compared(&(network.build)());
        assert!(found.points.max(found.pairs) <= found.dot.pairs, "{}: {found:?}", network.name);
    }
}

#[test]
fn random_graphs_are_not_much_worse_than_with_dot() {
    let graphs = [10, 20, 30, 40, 50, 60].into_iter().flat_map(|layers| (0..10).map(move |seed| (layers, seed)));
    let graphs = graphs.map(|(layers, seed)| random_dag("random", layers, 100 * layers as u64 + seed));
    let found: Vec<Compared> = graphs.map(|graph| compared(&graph)).collect();
    let sum = |of: fn(&Compared) -> f64| found.iter().map(of).sum::<f64>();
    let crossings = sum(|it| it.dot.pairs as f64);
    let points = sum(|it| it.points as f64) / crossings;
    let pairs = sum(|it| it.pairs as f64) / crossings;
    let area = sum(|it| it.area) / sum(|it| it.dot.size[0] * it.dot.size[1]);
    assert!(
        points <= MOST_POINTS && pairs <= MOST_PAIRS && area <= MOST_AREA,
        "{points:.2} times the crossings, {pairs:.2} times the pairs and {area:.2} times the area: {found:#?}"
    );
}
