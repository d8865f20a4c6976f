//! Crossings in the view of blocks, compared with those of Graphviz's `dot` on the same boxes and frames.

use netviz::graph::Graph;
use netviz::picture::Options;
use netviz::views::VIEWS;

use super::graphviz::dot_crossings;
use super::metrics::{Metrics, crossing_pairs, lines};
use super::networks::{NETWORKS, Size, random_dag};

/// The crossings that netviz makes on random graphs, at most, for each one of `dot`: points where lines cross, of which
/// lines that branch from one source share some, and pairs of connections.
const MOST_POINTS: f64 = 1.5;
const MOST_PAIRS: f64 = 1.9;

#[derive(Debug, Clone, Copy, Default)]
struct Crossings {
    points: usize,
    pairs: usize,
    dot: usize,
}

fn crossings(graph: &Graph) -> Crossings {
    let options = Options { view: VIEWS.iter().find(|view| view.name == "blocks"), ..Options::default() };
    let picture = netviz::picture(graph, None, &options);
    let scene = picture.scene().expect("it is not too large");
    let dot = dot_crossings(&picture, scene).expect("the tests need Graphviz: apt-get install graphviz");
    Crossings { points: Metrics::of(scene).crossings, pairs: crossing_pairs(&lines(scene)), dot }
}

#[test]
fn networks_have_no_more_crossings_than_with_dot() {
    let is_network = |name: &str| !name.starts_with("random");
    for network in NETWORKS.iter().filter(|it| it.size < Size::Large && is_network(it.name)) {
        let found = crossings(&(network.build)());
        assert!(found.points.max(found.pairs) <= found.dot, "{}: {found:?}", network.name);
    }
}

#[test]
fn random_graphs_have_not_many_more_crossings_than_with_dot() {
    let mut sum = Crossings::default();
    let mut each = Vec::new();
    for layers in [10, 20, 30, 40, 50, 60] {
        for seed in 0..10 {
            let found = crossings(&random_dag("random", layers, 100 * layers as u64 + seed));
            sum = Crossings {
                points: sum.points + found.points,
                pairs: sum.pairs + found.pairs,
                dot: sum.dot + found.dot,
            };
            each.push((layers, seed, found));
        }
    }
    let [points, pairs] = [sum.points, sum.pairs].map(|count| count as f64 / sum.dot as f64);
    assert!(points <= MOST_POINTS && pairs <= MOST_PAIRS, "{points:.2} and {pairs:.2} times as many: {each:?}");
}
