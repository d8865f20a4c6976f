//! Properties that hold for every acyclic graph.

use proptest::prelude::*;

use super::*;

const GAP: f64 = 10.0;
const LANE: f64 = 6.0;

fn edge(source: usize, target: usize) -> Edge {
    Edge { source, target, upright: false }
}

fn graph() -> impl Strategy<Value = (Vec<Size>, Vec<Edge>)> {
    (1_usize..40).prop_flat_map(|count| {
        let size = (1.0_f64..80.0, 1.0_f64..80.0).prop_map(|(left, right)| Size { left, right });
        let edge = (0..count, 0..count, any::<bool>())
            .prop_map(|(a, b, upright)| (a != b).then_some(Edge { source: a.min(b), target: a.max(b), upright }));
        let edges = proptest::collection::vec(edge, 0..80).prop_map(|edges| edges.into_iter().flatten().collect());
        (proptest::collection::vec(size, count), edges)
    })
}

proptest! {
    #[test]
    fn edges_lead_down_and_nothing_overlaps((nodes, edges) in graph()) {
        let placed = place(&nodes, &edges, [GAP, LANE], &[]);
        for (&Edge { source, target, .. }, passes) in edges.iter().zip(&placed.passes) {
            prop_assert!(placed.ranks[source] < placed.ranks[target]);
            prop_assert_eq!(passes.len(), placed.ranks[target] - placed.ranks[source] - 1);
        }
        let last = placed.ranks.iter().max().copied().unwrap_or(0);
        for rank in 0..=last {
            let mut spans: Vec<(f64, f64)> = (0..nodes.len())
                .filter(|&node| placed.ranks[node] == rank)
                .map(|node| (placed.x[node] - nodes[node].left, placed.x[node] + nodes[node].right))
                .collect();
            let mut passing: Vec<(usize, f64)> = Vec::new();
            for (&Edge { source, .. }, passes) in edges.iter().zip(&placed.passes) {
                if let Some(pass) = rank.checked_sub(placed.ranks[source] + 1).and_then(|index| passes.get(index)) {
                    spans.push((*pass, *pass));
                    passing.push((source, *pass));
                }
            }
            // Edges from one node may pass at the same place.
            for (index, (source, pass)) in passing.iter().enumerate() {
                if passing[..index].contains(&(*source, *pass)) {
                    let first = spans.iter().position(|span| *span == (*pass, *pass)).expect("it was added");
                    spans.remove(first);
                }
            }
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in spans.windows(2) {
                prop_assert!(pair[1].0 - pair[0].1 > LANE - 1e-6, "{:?} is too near to {:?}", pair[1], pair[0]);
            }
        }
        prop_assert_eq!(&placed, &place(&nodes, &edges, [GAP, LANE], &[]));
    }
}

#[test]
fn a_chain_is_straight() {
    let nodes = [Size { left: 30.0, right: 10.0 }, Size { left: 5.0, right: 80.0 }, Size { left: 1.0, right: 1.0 }];
    let placed = place(&nodes, &[edge(0, 1), edge(1, 2)], [GAP, LANE], &[]);
    assert_eq!(placed.x, [30.0; 3]);
    assert_eq!(placed.ranks, [0, 1, 2]);
}

#[test]
fn a_skip_passes_beside_the_block_that_it_skips() {
    let node = Size { left: 20.0, right: 20.0 };
    let placed = place(&[node; 4], &[edge(0, 1), edge(1, 2), edge(2, 3), edge(0, 3)], [GAP, LANE], &[]);
    for (rank, pass) in placed.passes[3].iter().enumerate() {
        assert!((pass - placed.x[rank + 1]).abs() >= 20.0 + LANE);
    }
}

#[test]
fn an_upright_chain_stays_straight_beside_its_skips() {
    let node = Size { left: 20.0, right: 20.0 };
    let chain = (0..5).map(|source| Edge { upright: true, ..edge(source, source + 1) });
    let edges: Vec<Edge> = chain.chain([edge(0, 2), edge(0, 4), edge(1, 4), edge(0, 5)]).collect();
    let placed = place(&[node; 6], &edges, [GAP, LANE], &[]);
    assert_eq!(placed.x, [placed.x[0]; 6]);
}

#[test]
fn branches_stand_in_the_given_order() {
    let node = Size { left: 20.0, right: 20.0 };
    // A fork of a chain of two nodes, one node, and a skip; node 5 joins them.
    let edges = [edge(0, 1), edge(1, 2), edge(2, 5), edge(0, 3), edge(3, 5), edge(0, 4), edge(4, 5), edge(0, 5)];
    for branches in [[1, 3, 4], [4, 3, 1], [3, 1, 4]] {
        let placed = place(&[node; 6], &edges, [GAP, LANE], &[branches.to_vec()]);
        let x = branches.map(|node| placed.x[node]);
        assert!(x.is_sorted() && x[0] < x[2], "{branches:?}: {placed:?}");
    }
}
