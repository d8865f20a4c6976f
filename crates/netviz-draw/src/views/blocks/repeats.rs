//! Finds blocks of layers that are repeated in sequence.
//!
//! A network is a chain of steps: the layers between two adjacent ones that every path passes, including the second of
//! the two. Each branch within a step is a chain, too. Two steps are equal if their layers and the connections between
//! them are; [`runs`](super::runs) finds equal steps in a chain.

use std::collections::HashMap;
use std::ops::Range;

use super::runs::runs;
use netviz_model::limits;

/// A frame takes about as much space as a box, so it has to hide more than one.
const LEAST_HIDDEN: usize = 2;

/// Properties of layers for comparison. Layers are numbered in topological order.
pub(super) struct Layers<'a> {
    /// The inputs of each layer.
    pub(super) sources: &'a [Vec<usize>],
    /// The consumers of each layer.
    pub(super) targets: &'a [Vec<usize>],
    /// Equal numbers for layers that are equal except for their inputs.
    pub(super) alike: &'a [usize],
    /// Whether a layer is a likely first layer of a block.
    pub(super) heads: &'a [bool],
}

/// A repeated block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repeat {
    /// The layers of each copy, in the same order.
    pub(super) copies: Vec<Vec<usize>>,
    /// Index of the repeat whose first copy contains it.
    pub(super) parent: Option<usize>,
}

/// A part of the network with one layer before it and one after it.
struct Region {
    layers: Vec<usize>,
    /// The repeat that contains it.
    parent: Option<usize>,
    /// Number of repeats that contain it, including unfolded ones.
    level: usize,
    /// Number of regions that contain it.
    depth: usize,
}

/// The repeats that stay folded when `unfolded` levels are unfolded, each after the one that contains it.
pub(super) fn repeats(layers: &Layers, unfolded: usize) -> Vec<Repeat> {
    let count = layers.sources.len();
    let mut finder = Finder { layers, place: vec![None; count], known: HashMap::new(), repeats: Vec::new() };
    let mut waiting = vec![Region { layers: (0..count).collect(), parent: None, level: 0, depth: 0 }];
    while let Some(region) = waiting.pop() {
        let mut inner = finder.search(&region, unfolded);
        inner.reverse();
        waiting.extend(inner.into_iter().filter(|inner| inner.layers.len() > 1 && inner.depth < limits::FOLD_DEPTH));
    }
    finder.repeats
}

struct Finder<'a> {
    layers: &'a Layers<'a>,
    /// The index of each layer in the region.
    place: Vec<Option<usize>>,
    /// The numbers of the steps seen so far.
    known: HashMap<Vec<usize>, usize>,
    repeats: Vec<Repeat>,
}

impl Finder<'_> {
    /// Finds the repeats in the chain of a region; returns the regions within it.
    fn search(&mut self, region: &Region, unfolded: usize) -> Vec<Region> {
        for (index, &layer) in region.layers.iter().enumerate() {
            self.place[layer] = Some(index);
        }
        let steps = self.steps(&region.layers);
        let numbers: Vec<usize> =
            steps.iter().map(|step| self.number(&region.layers[step.clone()], step.start)).collect();
        let weights: Vec<usize> = steps.iter().map(ExactSizeIterator::len).collect();
        let is_head = |step: usize| self.layers.heads[region.layers[steps[step].start]];
        let runs = runs(&numbers, &weights, LEAST_HIDDEN, is_head);

        let mut inner = Vec::new();
        let mut next = 0;
        for run in &runs {
            inner.extend(steps[next..run.start].iter().flat_map(|step| self.branches(region, step)));
            next = run.start + run.copies * run.period;
            let copies = (0..run.copies).map(|copy| {
                let steps = &steps[run.copy(copy)];
                region.layers[steps[0].start..steps[steps.len() - 1].end].to_vec()
            });
            let (level, depth) = (region.level + 1, region.depth + 1);
            let within = |layers, parent| Region { layers, parent, level, depth };
            if region.level < unfolded {
                inner.extend(copies.map(|layers| within(layers, region.parent)));
            } else {
                let copies: Vec<Vec<usize>> = copies.collect();
                inner.push(within(copies[0].clone(), Some(self.repeats.len())));
                self.repeats.push(Repeat { copies, parent: region.parent });
            }
        }
        inner.extend(steps[next..].iter().flat_map(|step| self.branches(region, step)));
        for &layer in &region.layers {
            self.place[layer] = None;
        }
        inner
    }

    /// The steps of a region, as ranges of its layers. Only the last step may have several ends.
    fn steps(&self, layers: &[usize]) -> Vec<Range<usize>> {
        let count = layers.len();
        // Change of the number of connections that pass each position, relative to the previous position.
        let mut passing = vec![0_isize; count + 2];
        let mut pass = |from: usize, to: usize| {
            passing[from] += 1;
            passing[to] -= 1;
        };
        for (index, &layer) in layers.iter().enumerate() {
            for &source in &self.layers.sources[layer] {
                pass(self.place[source].map_or(0, |source| source + 1), index);
            }
            if self.layers.targets[layer].iter().any(|&target| self.place[target].is_none()) {
                pass(index + 1, count);
            }
        }
        let mut steps = Vec::new();
        let (mut start, mut now) = (0, 0);
        for (index, more) in passing[..count].iter().enumerate() {
            now += more;
            if now == 0 {
                steps.push(start..index + 1);
                start = index + 1;
            }
        }
        if start < count {
            steps.push(start..count);
        }
        steps
    }

    /// A number that is the same for equal steps. `start` is the index of the first layer of the step.
    fn number(&mut self, layers: &[usize], start: usize) -> usize {
        let mut key = Vec::new();
        for &layer in layers {
            let sources = &self.layers.sources[layer];
            key.extend([self.layers.alike[layer], sources.len()]);
            let within = |&source: &usize| self.place[source].and_then(|source| source.checked_sub(start));
            key.extend(sources.iter().map(|source| within(source).map_or(0, |source| source + 1)));
        }
        // A last step with several ends must not equal another step of the region.
        let last = layers[layers.len() - 1];
        let ends = |&layer: &usize| {
            let outside = |&target: &usize| self.place[target].is_none_or(|place| place >= start + layers.len());
            layer != last && self.layers.targets[layer].iter().any(outside)
        };
        if layers.iter().any(ends) {
            key.push(usize::MAX);
        }
        let next = self.known.len();
        *self.known.entry(key).or_insert(next)
    }

    /// The branches of a step: its connected components without its last layer.
    fn branches(&self, region: &Region, step: &Range<usize>) -> Vec<Region> {
        let layers = &region.layers[step.start..step.end - 1];
        let mut branch: Vec<usize> = (0..layers.len()).collect();
        for (index, &layer) in layers.iter().enumerate() {
            let sources = self.layers.sources[layer].iter();
            let within = sources.filter_map(|&source| self.place[source]?.checked_sub(step.start));
            for source in within {
                let (a, b) = (root(&mut branch, source), root(&mut branch, index));
                branch[a.max(b)] = a.min(b);
            }
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); layers.len()];
        for (index, &layer) in layers.iter().enumerate() {
            members[root(&mut branch, index)].push(layer);
        }
        let (parent, level, depth) = (region.parent, region.level, region.depth + 1);
        let regions = members.into_iter().filter(|layers| layers.len() > 1);
        regions.map(|layers| Region { layers, parent, level, depth }).collect()
    }
}

/// The root of an index in a union-find forest; shortens the path to it.
fn root(joined: &mut [usize], mut index: usize) -> usize {
    while joined[index] != index {
        joined[index] = joined[joined[index]];
        index = joined[index];
    }
    index
}
