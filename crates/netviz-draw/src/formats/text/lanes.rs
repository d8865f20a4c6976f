//! The lanes beside the boxes, in which connections run that do not lead to the next box.

use std::collections::BTreeMap;

use crate::views::blocks::Link;

/// All connections that leave a box and need a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Net {
    pub(super) source: usize,
    /// In order.
    pub(super) targets: Vec<usize>,
    /// From the inside; `None` if there is no room.
    pub(super) lane: Option<usize>,
}

impl Net {
    fn last(&self) -> usize {
        self.targets.last().copied().unwrap_or(self.source)
    }
}

/// Whether a connection leads to the next box, so that it needs no lane.
pub(super) fn is_direct(link: &Link) -> bool {
    link.target == link.source + 1
}

/// Gives each box whose connections pass other boxes a lane, short ones inside.
pub(super) fn nets(links: &[Link], most: usize) -> Vec<Net> {
    let mut by_source: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for link in links.iter().filter(|link| !is_direct(link)) {
        by_source.entry(link.source).or_default().push(link.target);
    }
    let mut nets: Vec<Net> = by_source
        .into_iter()
        .map(|(source, mut targets)| {
            targets.sort_unstable();
            Net { source, targets, lane: None }
        })
        .collect();
    let mut order: Vec<usize> = (0..nets.len()).collect();
    order.sort_by_key(|&net| (nets[net].last() - nets[net].source, net));
    // For each lane, the ends of the nets in it by their starts. Nets that only touch would look joined.
    let mut lanes: Vec<BTreeMap<usize, usize>> = Vec::new();
    for net in order {
        let (start, end) = (nets[net].source, nets[net].last());
        let is_free =
            |taken: &BTreeMap<usize, usize>| taken.range(..=end).next_back().is_none_or(|(_, &last)| last < start);
        let lane = lanes.iter().position(is_free).or_else(|| {
            (lanes.len() < most).then(|| {
                lanes.push(BTreeMap::new());
                lanes.len() - 1
            })
        });
        if let Some(lane) = lane {
            lanes[lane].insert(start, end);
            nets[net].lane = Some(lane);
        }
    }
    nets
}

/// What leads to a box and from it beside the boxes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// Whether a lane ends at it.
    pub(super) enters: bool,
    /// Whether a lane begins at it.
    pub(super) leaves: bool,
    /// The sources of connections that have no lane.
    pub(super) unseen: Vec<usize>,
}

/// What is beside each box.
pub(super) fn beside(nets: &[Net], boxes: usize) -> Vec<Beside> {
    let mut beside = vec![Beside::default(); boxes];
    for net in nets {
        beside[net.source].leaves |= net.lane.is_some();
        for &target in &net.targets {
            match net.lane {
                Some(_) => beside[target].enters = true,
                None => beside[target].unseen.push(net.source),
            }
        }
    }
    beside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(links: &[[usize; 2]], most: usize) -> Vec<Option<usize>> {
        let links: Vec<Link> = links.iter().map(|&[source, target]| Link { source, target, port: 0 }).collect();
        nets(&links, most).into_iter().map(|net| net.lane).collect()
    }

    #[test]
    fn short_connections_are_inside_and_others_share_lanes() {
        assert_eq!(lanes(&[[0, 1], [1, 2]], 9), []);
        assert_eq!(lanes(&[[0, 9], [2, 4], [5, 7]], 9), [Some(1), Some(0), Some(0)]);
        // A net that ends where another starts is beside it.
        assert_eq!(lanes(&[[0, 2], [2, 4]], 9), [Some(0), Some(1)]);
        assert_eq!(lanes(&[[0, 9], [2, 4]], 1), [None, Some(0)]);
    }
}
