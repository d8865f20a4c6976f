//! The differences between two networks, layer by layer.
//!
//! Layers are matched by their structure and their names, not by their positions: see `steps`. Two networks of
//! different formats are compared by what the formats have in common: see [`Language`].
//!
//! What settings of two models affect training is another question, which [`differences`](super::differences) answers.

mod align;
mod changes;
mod form;
mod item;
mod matching;
mod moves;
mod passive;
mod steps;
mod strict;
mod union;
mod vocabulary;

use std::collections::HashMap;
use std::fmt;

use petgraph::graph::NodeIndex;

use super::Graph;
use crate::schema::ArgValue;
use crate::text::thousands;
use item::Items;

/// How two graphs describe their layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// In the same way, so that everything can be compared.
    Same,
    /// In different ways, as files of different formats do. Kinds, sizes and settings are compared if they have the
    /// same meaning in all formats; the order of dimensions, paddings, initializers, changes of shape that keep the
    /// order of values, and layers that only training needs are not. An activation function may be an argument or a
    /// layer, and a batch normalization a layer or part of the one before it.
    Different,
}

/// A difference in one layer, or a layer that one of two networks has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Only the second network has it.
    Added,
    /// Only the first network has it.
    Removed,
    /// Its kind, its settings, its parameters or its types differ.
    Changed,
    /// It is in another place.
    Moved,
}

impl Mark {
    /// Every mark, in the order of legends.
    pub const ALL: [Self; 4] = [Self::Added, Self::Removed, Self::Changed, Self::Moved];

    /// Its sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
            Self::Moved => "→",
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

/// Two networks, compared.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// Layers of both, in the order of the second network.
    pub pairs: Vec<Pair>,
    /// Layers that only the first network has.
    pub removed: Vec<NodeIndex>,
    /// Layers that only the second network has.
    pub added: Vec<NodeIndex>,
}

/// A layer that both networks have.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// The layer in the first network.
    pub before: NodeIndex,
    /// The layer in the second network.
    pub after: NodeIndex,
    /// The normalization that is a layer of its own in the one network, and part of this layer in the other.
    pub folded: Option<Folded>,
    /// In what the layers differ.
    pub changes: Vec<Change>,
    /// Whether it reads other layers, or is in another group.
    pub moved: bool,
    /// Whether it has another name.
    pub renamed: bool,
    /// Whether only its output has other sizes, because those of its input are others.
    pub resized: bool,
}

/// A batch normalization that the exporter of the other network has put into the layer before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folded {
    /// The network that has it as a layer: 0 for the first one, 1 for the second one.
    pub side: usize,
    /// That layer.
    pub norm: NodeIndex,
}

impl Folded {
    /// The value that it adds to a variance, also if the file takes it for granted.
    pub fn epsilon(self, graph: &Graph) -> Option<f64> {
        match form::value(graph, self.norm, "epsilon")? {
            ArgValue::Float(value) => Some(value),
            ArgValue::Int(value) => Some(value as f64),
            _ => None,
        }
    }
}

/// A value in which two layers differ.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// What it is: a setting, `kind`, `parameters`, `output` or `activation`.
    pub what: String,
    /// Its value in the first network; `None` if that has no such value.
    pub before: Option<ArgValue>,
    /// Its value in the second network.
    pub after: Option<ArgValue>,
}

/// `filters 16 → 24`, with `–` for a value that one of the two does not have.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let value = |value: &Option<ArgValue>| match value {
            Some(ArgValue::Int(count)) if ["parameters", "trainable"].contains(&&*self.what) => {
                usize::try_from(*count).map_or_else(|_| count.to_string(), thousands)
            }
            Some(value) => value.to_string(),
            None => "–".to_owned(),
        };
        write!(f, "{} {} → {}", self.what.replace('_', " "), value(&self.before), value(&self.after))
    }
}

impl Pair {
    /// Its mark, if the layers differ in more than their names and what follows from other layers.
    pub fn mark(&self) -> Option<Mark> {
        if self.moved {
            Some(Mark::Moved)
        } else if self.changes.is_empty() {
            None
        } else {
            Some(Mark::Changed)
        }
    }
}

impl Comparison {
    /// Whether the networks are equal, but for names.
    pub fn is_equal(&self) -> bool {
        let is_same = |pair: &Pair| pair.mark().is_none() && !pair.resized;
        self.added.is_empty() && self.removed.is_empty() && self.pairs.iter().all(is_same)
    }

    /// The number of layers with a mark.
    pub fn count(&self, mark: Mark) -> usize {
        match mark {
            Mark::Added => self.added.len(),
            Mark::Removed => self.removed.len(),
            Mark::Changed | Mark::Moved => self.pairs.iter().filter(|pair| pair.mark() == Some(mark)).count(),
        }
    }

    /// The number of batch normalizations that are part of the layers before in one of the networks.
    pub fn folded(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.folded.is_some()).count()
    }

    /// The number of layers that are equal, but for names.
    pub fn equal(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.mark().is_none() && !pair.resized).count()
    }
}

impl Graph {
    /// Compares this network with a later one.
    ///
    /// It takes time and memory proportional to the number of layers and connections, and for a list of `m` and `n`
    /// layers without equal ones between layers that match, time proportional to m · n up to
    /// [`limits::COMPARED`](crate::limits::COMPARED), above which less similar layers are matched.
    ///
    /// ```
    /// use netviz_model::graph::{Graph, Language};
    ///
    /// let before = Graph::from_text("{input: [4], layers: [dense: 3, dense: 2]}").expect("a model");
    /// let after = Graph::from_text("{input: [4], layers: [dense: 3, dropout: 0.5, dense: 2]}").expect("a model");
    /// let found = before.compare(&after, Language::Same);
    /// assert_eq!((found.added.len(), found.removed.len(), found.equal()), (1, 0, 3));
    /// ```
    pub fn compare(&self, after: &Self, language: Language) -> Comparison {
        let normalized = [self, after].map(item::has_normalizations);
        let folds = |side: usize| language == Language::Different && normalized[side] && !normalized[1 - side];
        let both = [Items::new(self, language, folds(0)), Items::new(after, language, folds(1))];
        let both = [&both[0], &both[1]];
        let matching = steps::matching(both);
        let moved = moves::moved(both, &matching);
        let strict = (language == Language::Same).then(|| [self, after].map(strict::Strict::new));
        let found = changes::Changes { graphs: [self, after], both, matching: &matching, language, strict };
        let mut comparison = Comparison { pairs: Vec::new(), removed: Vec::new(), added: Vec::new() };
        for (index, item) in both[1].all.iter().enumerate().filter(|(_, item)| !item.is_activation) {
            match matching.of[1][index] {
                Some(other) if both[0].all[other].is_activation => {}
                Some(other) => {
                    let mut pair = found.pair([other, index]);
                    pair.moved = moved[other];
                    comparison.pairs.push(pair);
                }
                None => comparison.added.push(item.node),
            }
        }
        let gone = both[0].all.iter().enumerate().filter(|(index, _)| matching.is_free(0, *index));
        comparison.removed = gone.filter(|(_, item)| !item.is_activation).map(|(_, item)| item.node).collect();
        if language == Language::Same {
            regrouped(self, after, &mut comparison.pairs);
        }
        comparison
    }
}

/// Finds layers that are in another group, unless most layers of their group are: then the group has another name.
fn regrouped(before: &Graph, after: &Graph, pairs: &mut [Pair]) {
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for pair in &*pairs {
        *counts.entry((group(before, pair.before), group(after, pair.after))).or_insert(0) += 1;
    }
    // The most frequent group of the second network for each of the first, and the other way round.
    let mut best: [HashMap<&str, (usize, &str)>; 2] = Default::default();
    let mut sorted: Vec<(&(&str, &str), &usize)> = counts.iter().collect();
    sorted.sort_unstable();
    for (&(old, new), &count) in sorted {
        for (side, from, to) in [(0, old, new), (1, new, old)] {
            let entry = best[side].entry(from).or_insert((count, to));
            if entry.0 < count {
                *entry = (count, to);
            }
        }
    }
    for pair in pairs {
        let [old, new] = [group(before, pair.before), group(after, pair.after)];
        let is_usual = [(0, old, new), (1, new, old)].iter().any(|&(side, from, to)| best[side][from].1 == to);
        pair.moved |= old != new && !is_usual;
    }
}

/// The path of the group of a node.
fn group(graph: &Graph, node: NodeIndex) -> &str {
    graph.node(node).name.rsplit_once('.').map_or("", |(path, _)| path)
}
