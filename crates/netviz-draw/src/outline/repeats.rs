//! Finds blocks of layers that are repeated in sequence.
//!
//! A network is a chain of steps: the layers between two adjacent ones that every path passes, including the second of
//! the two. Each branch within a step is a chain, too. Two steps are equal if their layers and the connections between
//! them are; [`runs`](super::runs) finds equal steps in a chain. A series is a run of steps, or runs of them, that differ
//! in sizes alone, such as the stages of a `ResNet`.

use std::collections::HashMap;
use std::ops::Range;

use super::members::Members;
use super::runs::{Run, runs};
use netviz_model::limits;

/// A frame takes about as much space as a box, so it has to hide more than one.
const LEAST_HIDDEN: usize = 2;

/// Properties of layers for comparison. Layers are numbered in topological order.
pub(super) struct Layers<'a> {
    /// The groups of the network that each layer is in.
    pub(super) members: &'a Members,
    /// The inputs of each layer.
    pub(super) sources: &'a [Vec<usize>],
    /// The consumers of each layer.
    pub(super) targets: &'a [Vec<usize>],
    /// Equal numbers for layers that are equal except for their inputs.
    pub(super) alike: &'a [usize],
    /// Equal numbers for layers that are equal except for their inputs and sizes; `None` to find no series.
    pub(super) similar: Option<&'a [usize]>,
    /// Whether a layer is a likely first layer of a block.
    pub(super) heads: &'a [bool],
    /// Whether a layer is a likely first layer of a stage: its output has another shape than its input.
    pub(super) stages: &'a [bool],
}

/// A repeated block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repeat {
    /// The layers of each copy, in the same order. Those of a series do not have the further copies within them.
    pub(super) copies: Vec<Vec<usize>>,
    /// All its layers.
    pub(super) layers: Vec<usize>,
    /// Whether the copies differ in sizes.
    pub(super) is_series: bool,
    /// For each copy of a series, the numbers of copies of the repeats directly within it.
    pub(super) counts: Vec<Vec<usize>>,
    /// Index of the repeat whose first copy contains it.
    pub(super) parent: Option<usize>,
}

/// The repeats of a network.
pub(super) struct Found {
    /// Each after the one that contains it.
    pub(super) repeats: Vec<Repeat>,
    /// The layer that each one is a copy of, which may itself be a copy; itself for others.
    pub(super) first: Vec<usize>,
    /// The layers of each step with branches that has no other one within it and is no copy.
    pub(super) forks: Vec<Vec<usize>>,
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
    /// Whether it is in a series, in which there are no other ones.
    in_series: bool,
}

/// The repeats that stay folded when `unfolded` levels are unfolded.
pub(super) fn repeats(layers: &Layers, unfolded: usize) -> Found {
    let count = layers.sources.len();
    let mut finder = Finder {
        layers,
        place: vec![None; count],
        known: HashMap::new(),
        found: Found { repeats: Vec::new(), first: (0..count).collect(), forks: Vec::new() },
    };
    let mut waiting = vec![Region { layers: (0..count).collect(), parent: None, level: 0, depth: 0, in_series: false }];
    while let Some(region) = waiting.pop() {
        let mut inner = finder.search(&region, unfolded);
        inner.reverse();
        waiting.extend(inner.into_iter().filter(|inner| inner.layers.len() > 1 && inner.depth < limits::FOLD_DEPTH));
    }
    let mut found = finder.found;
    found.forks = innermost(found.forks, count);
    found
}

/// The lists of layers with no other one within them; of two, one contains the other, or they have nothing in common.
fn innermost(mut lists: Vec<Vec<usize>>, count: usize) -> Vec<Vec<usize>> {
    lists.sort_by_key(Vec::len);
    let mut taken = vec![false; count];
    lists.retain(|list| {
        let is_innermost = list.iter().all(|&layer| !taken[layer]);
        for &layer in list {
            taken[layer] = true;
        }
        is_innermost
    });
    lists
}

struct Finder<'a> {
    layers: &'a Layers<'a>,
    /// The index of each layer in the region.
    place: Vec<Option<usize>>,
    /// The numbers of the steps seen so far.
    known: HashMap<Vec<usize>, usize>,
    found: Found,
}

/// A step of a chain, or a run of them.
#[derive(Debug, Clone, Copy)]
struct Element {
    /// The first step.
    start: usize,
    /// How many steps it has: those of one copy of a run.
    length: usize,
    copies: usize,
    /// Whether the copies differ in sizes.
    is_series: bool,
}

/// A chain of steps, each a range of the layers of a region.
struct Chain<'a> {
    region: &'a Region,
    steps: &'a [Range<usize>],
}

impl Chain<'_> {
    /// The layers of consecutive steps.
    fn layers(&self, steps: Range<usize>) -> &[usize] {
        &self.region.layers[self.steps[steps.start].start..self.steps[steps.end - 1].end]
    }
}

impl Element {
    /// The steps of one of its copies.
    fn copy(self, index: usize) -> Range<usize> {
        let start = self.start + index * self.length;
        start..start + self.length
    }

    fn end(self) -> usize {
        self.start + self.copies * self.length
    }
}

impl Finder<'_> {
    /// Finds the repeats in the chain of a region; returns the regions within it.
    fn search(&mut self, region: &Region, unfolded: usize) -> Vec<Region> {
        for (index, &layer) in region.layers.iter().enumerate() {
            self.place[layer] = Some(index);
        }
        let steps = self.steps(&region.layers);
        let chain = Chain { region, steps: &steps };
        let elements = self.elements(&chain);
        let is_folded = region.level >= unfolded;
        let (elements, series) = if is_folded { self.series(&chain, elements) } else { (elements, Vec::new()) };
        let mut inner = Vec::new();
        let mut next = 0;
        for Run { start, period, copies } in series {
            for element in &elements[next..start] {
                self.element(&chain, *element, is_folded, region.parent, &mut inner);
            }
            next = start + period * copies;
            let parts: Vec<&[Element]> = elements[start..next].chunks(period).collect();
            let parent = self.add_series(&chain, &parts);
            for element in parts[0] {
                self.element(&chain, *element, true, Some(parent), &mut inner);
            }
            for element in parts[1..].iter().copied().flatten() {
                self.hide(&chain, *element);
            }
        }
        for element in &elements[next..] {
            self.element(&chain, *element, is_folded, region.parent, &mut inner);
        }
        for &layer in &region.layers {
            self.place[layer] = None;
        }
        inner
    }

    /// The elements of a chain: its runs of equal steps, and the steps in between.
    fn elements(&mut self, chain: &Chain) -> Vec<Element> {
        let alike = self.layers.alike;
        let numbers: Vec<usize> = (0..chain.steps.len()).map(|step| self.number(chain, step, alike)).collect();
        let weights: Vec<usize> = chain.steps.iter().map(ExactSizeIterator::len).collect();
        let rank = |step: usize, period: usize| {
            let is_head = self.layers.heads[chain.region.layers[chain.steps[step].start]];
            (self.layers.members.cut(chain.layers(step..step + period)), !is_head)
        };
        let runs = runs(&numbers, &weights, LEAST_HIDDEN, rank);
        let single = |start: usize| Element { start, length: 1, copies: 1, is_series: false };
        let mut elements = Vec::new();
        let mut next = 0;
        for Run { start, period, copies } in runs {
            elements.extend((next..start).map(single));
            elements.push(Element { start, length: period, copies, is_series: false });
            next = start + period * copies;
        }
        elements.extend((next..chain.steps.len()).map(single));
        elements
    }

    /// Runs of elements that differ in sizes alone; before that, steps in sequence that do become one element, if more is
    /// hidden then: the dense blocks of a `DenseNet` have different numbers of layers.
    fn series(&mut self, chain: &Chain, elements: Vec<Element>) -> (Vec<Element>, Vec<Run>) {
        let Some(similar) = self.layers.similar.filter(|_| !chain.region.in_series) else {
            return (elements, Vec::new());
        };
        let numbers = self.numbers(chain, &elements, similar);
        let plain = self.similar_runs(chain, &elements, &numbers);
        let mut joined: Vec<Element> = Vec::new();
        let mut last = None;
        for (&element, &number) in elements.iter().zip(&numbers) {
            match joined.last_mut().filter(|_| element.copies == 1 && last == Some(number)) {
                Some(run) => (run.copies, run.is_series) = (run.copies + 1, true),
                None => joined.push(element),
            }
            last = Some(number);
        }
        let numbers = self.numbers(chain, &joined, similar);
        let runs = self.similar_runs(chain, &joined, &numbers);
        if shown(chain, &joined, &runs) < shown(chain, &elements, &plain) { (joined, runs) } else { (elements, plain) }
    }

    /// A number for each element, the same for those that differ in sizes alone.
    fn numbers(&mut self, chain: &Chain, elements: &[Element], similar: &[usize]) -> Vec<usize> {
        let mut numbers = Vec::with_capacity(elements.len());
        for element in elements {
            let steps = element.copy(0).map(|step| self.number(chain, step, similar));
            let mut key: Vec<usize> = std::iter::once(usize::from(element.copies > 1)).chain(steps).collect();
            // No step has a key that ends like this.
            key.push(usize::MAX - 1);
            let next = self.known.len();
            numbers.push(*self.known.entry(key).or_insert(next));
        }
        numbers
    }

    /// Runs of elements, given their numbers.
    fn similar_runs(&self, chain: &Chain, elements: &[Element], numbers: &[usize]) -> Vec<Run> {
        let weights: Vec<usize> = elements.iter().map(|element| chain.layers(element.copy(0)).len()).collect();
        // The layers of all copies of so many elements.
        let layers = |start: usize, period: usize| {
            let last = elements[start + period - 1];
            chain.layers(elements[start].start..last.end())
        };
        let rank = |element: usize, period: usize| {
            let first = chain.region.layers[chain.steps[elements[element].start].start];
            let is_head = self.layers.stages[first] && self.layers.heads[first];
            (self.layers.members.cut(layers(element, period)), !is_head)
        };
        let mut runs = runs(numbers, &weights, LEAST_HIDDEN, rank);
        // What differs in sizes is no copy of a part of two groups.
        runs.retain(|run| !self.layers.members.cut(layers(run.start, run.period)));
        runs
    }

    /// Adds the regions within an element, and if it is a run, its repeat, or the regions within all copies if it is not
    /// folded.
    fn element(
        &mut self,
        chain: &Chain,
        element: Element,
        is_folded: bool,
        parent: Option<usize>,
        inner: &mut Vec<Region>,
    ) {
        let region = chain.region;
        let in_series = region.in_series || parent != region.parent;
        if element.copies == 1 {
            inner.extend(self.branches(chain, element.start, parent));
            let fork = chain.layers(element.copy(0));
            if fork.len() > 2 {
                self.found.forks.push(fork.to_vec());
            }
            return;
        }
        let (level, depth) = (region.level + 1, region.depth + 1);
        let within = |layers: &[usize], parent| Region { layers: layers.to_vec(), parent, level, depth, in_series };
        if is_folded {
            inner.push(within(chain.layers(element.copy(0)), Some(self.found.repeats.len())));
            self.hide(chain, element);
            let copies = (0..element.copies).map(|copy| chain.layers(element.copy(copy)).to_vec()).collect();
            let layers = chain.layers(element.start..element.end()).to_vec();
            let counts = vec![Vec::new(); element.copies];
            self.found.repeats.push(Repeat { copies, layers, is_series: element.is_series, counts, parent });
        } else {
            inner.extend((0..element.copies).map(|copy| within(chain.layers(element.copy(copy)), parent)));
        }
    }

    /// Makes the layers of further copies copies of the first ones.
    fn hide(&mut self, chain: &Chain, element: Element) {
        for copy in 1..element.copies {
            let layers = chain.layers(element.copy(copy)).iter().zip(chain.layers(element.copy(0)));
            for (&layer, &first) in layers {
                self.found.first[layer] = first;
            }
        }
    }

    /// Adds a series, by the elements of each of its copies; returns its index.
    fn add_series(&mut self, chain: &Chain, parts: &[&[Element]]) -> usize {
        let layers =
            |part: &&[Element]| part.iter().flat_map(|element| chain.layers(element.copy(0))).copied().collect();
        let copies: Vec<Vec<usize>> = parts.iter().map(layers).collect();
        for copy in &copies[1..] {
            for (&layer, &first) in copy.iter().zip(&copies[0]) {
                self.found.first[layer] = first;
            }
        }
        let counts =
            |part: &&[Element]| part.iter().map(|element| element.copies).filter(|&copies| copies > 1).collect();
        let last = parts[parts.len() - 1];
        self.found.repeats.push(Repeat {
            layers: chain.layers(parts[0][0].start..last[last.len() - 1].end()).to_vec(),
            counts: parts.iter().map(counts).collect(),
            copies,
            is_series: true,
            parent: chain.region.parent,
        });
        self.found.repeats.len() - 1
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

    /// A number that is the same for steps that are equal, if layers with the same number in `alike` are.
    fn number(&mut self, chain: &Chain, step: usize, alike: &[usize]) -> usize {
        let (layers, start) = (chain.layers(step..step + 1), chain.steps[step].start);
        let mut key = Vec::new();
        for &layer in layers {
            let sources = &self.layers.sources[layer];
            key.extend([alike[layer], sources.len()]);
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
    fn branches(&self, chain: &Chain, step: usize, parent: Option<usize>) -> Vec<Region> {
        let (region, step) = (chain.region, &chain.steps[step]);
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
        let (level, depth) = (region.level, region.depth + 1);
        let in_series = region.in_series || parent != region.parent;
        let regions = members.into_iter().filter(|layers| layers.len() > 1);
        regions.map(|layers| Region { layers, parent, level, depth, in_series }).collect()
    }
}

/// How many layers of elements are shown if of each of these runs, one copy is.
fn shown(chain: &Chain, elements: &[Element], runs: &[Run]) -> usize {
    let layers =
        |elements: &[Element]| elements.iter().map(|element| chain.layers(element.copy(0)).len()).sum::<usize>();
    let hidden = |run: &Run| layers(&elements[run.start + run.period..run.start + run.period * run.copies]);
    layers(elements) - runs.iter().map(hidden).sum::<usize>()
}

/// The root of an index in a union-find forest; shortens the path to it.
fn root(joined: &mut [usize], mut index: usize) -> usize {
    while joined[index] != index {
        joined[index] = joined[joined[index]];
        index = joined[index];
    }
    index
}
