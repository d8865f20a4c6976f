//! In what two layers that match differ.

use std::borrow::Cow;

use petgraph::graph::NodeIndex;

use super::form::{default, dtype, equal, is_input, settings, sizes_of};
use super::item::Item;
use super::matching::{Both, Matching};
use super::strict::{self, Strict};
use super::{Change, Folded, Language, Pair};
use crate::graph::Graph;
use crate::ir::{TensorType, to_i64};
use crate::schema::ArgValue;

/// Everything that is needed to compare two layers.
pub(super) struct Changes<'a, 'g> {
    pub(super) graphs: [&'g Graph; 2],
    pub(super) both: Both<'a, 'g>,
    pub(super) matching: &'a Matching,
    pub(super) language: Language,
    /// For networks that are written in the same way.
    pub(super) strict: Option<[Strict<'g>; 2]>,
}

impl Changes<'_, '_> {
    /// Compares two layers, but for their places.
    pub(super) fn pair(&self, pair: [usize; 2]) -> Pair {
        let items = [0, 1].map(|side| &self.both[side].all[pair[side]]);
        let [before, after] = items.map(|item| item.node);
        let mut changes = Vec::new();
        let [old, new] = [0, 1].map(|side| self.graphs[side].node(items[side].node));
        let is_same_kind = items[0].kind == items[1].kind;
        if is_same_kind {
            self.settings(items, &mut changes);
        } else {
            let name = |kind: &str| Some(ArgValue::name(kind.to_owned()));
            changes.push(Change::new("kind", name(old.content.kind()), name(new.content.kind())));
        }
        changes.extend(self.activation(pair));
        if let Some([old, new]) = &self.strict
            && is_same_kind
        {
            strict::changes([old, new], [before, after], &mut changes);
        }
        let [counts, others] = items.map(|item| item.parameters);
        let number = |count: usize| Some(ArgValue::Int(to_i64(count)));
        let [total, other] = [counts, others].map(|[trainable, fixed]| trainable.saturating_add(fixed));
        if total != other {
            changes.push(Change::new("parameters", number(total), number(other)));
        } else if counts != others {
            changes.push(Change::new("trainable", number(counts[0]), number(others[0])));
        }
        let mut resized = false;
        if !self.same_types(items) {
            let follows = !is_input(self.graphs[0], before) && self.inputs_differ(items);
            if follows && self.same_dtypes(items.map(|item| item.node)) {
                resized = true;
            } else {
                let [old, new] = self.outputs(items.map(|item| item.node)).map(|types| Some(ArgValue::name(types)));
                changes.push(Change::new("output", old, new));
            }
        }
        let renamed = old.name != new.name;
        let norm = |side: usize| items[side].norm.map(|norm| Folded { side, norm });
        let folded = norm(0).or_else(|| norm(1));
        Pair { before, after, folded, moved: false, renamed, resized: resized && changes.is_empty(), changes }
    }

    fn settings(&self, items: [&Item; 2], changes: &mut Vec<Change>) {
        let [before, after] = [0, 1].map(|side| settings(self.graphs[side], items[side].node, self.language));
        if before == after {
            return;
        }
        let names = before.iter().chain(&after).map(|(name, _)| name.clone());
        let mut seen: Vec<Cow<str>> = Vec::new();
        for name in names {
            if seen.contains(&name) {
                continue;
            }
            let value = |settings: &[(Cow<str>, ArgValue)], side: usize| {
                let own = settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
                own.or_else(|| default(self.graphs[side], items[side].node, &name, self.language))
            };
            let (old, new) = (value(&before, 0), value(&after, 1));
            let is_same = match (&old, &new) {
                (Some(old), Some(new)) => equal(old, new),
                // What another format leaves out is not known.
                _ => self.language == Language::Different,
            };
            if !is_same {
                changes.push(Change::new(&name, old, new));
            }
            seen.push(name);
        }
    }

    /// The change of an activation function that is an argument of a layer in the one network.
    fn activation(&self, pair: [usize; 2]) -> Option<Change> {
        let own = |side: usize| {
            let next = pair[side] + 1;
            let items = &self.both[side].all;
            let is_own = items.get(next).is_some_and(|item| item.is_activation && item.node == items[pair[side]].node);
            let is_missing = is_own
                && match self.matching.of[side][next] {
                    None => true,
                    Some(other) => self.both[1 - side].all[other].kind != items[next].kind,
                };
            is_missing.then(|| ArgValue::name(items[next].kind.clone()))
        };
        let (before, after) = (own(0), own(1));
        (before.is_some() || after.is_some()).then(|| Change::new("activation", before, after))
    }

    /// Whether two nodes have outputs of the same types, as far as they are known.
    fn same_types(&self, items: [&Item; 2]) -> bool {
        let [before, after] = items.map(|item| item.node);
        let [old, new] = [self.graphs[0].types(before), self.graphs[1].types(after)];
        match self.language {
            Language::Same => old.eq(new),
            // Formats count other outputs, such as the state of a recurrent layer.
            Language::Different => {
                self.same_dtypes([before, after]) && old.zip(new).take(1).all(|(a, b)| same_sizes(a, b, &items[0].kind))
            }
        }
    }

    fn same_dtypes(&self, [before, after]: [NodeIndex; 2]) -> bool {
        let [old, new] = [self.graphs[0].output_type(before), self.graphs[1].output_type(after)];
        dtype(old).zip(dtype(new)).is_none_or(|(old, new)| old == new)
    }

    /// Whether the values that two layers read have other types.
    fn inputs_differ(&self, items: [&Item; 2]) -> bool {
        let [before, after] = [0, 1].map(|side| {
            let graph = self.graphs[side];
            graph.sources(items[side].node).into_iter().map(|source| graph.ty(source)).collect::<Vec<_>>()
        });
        let is_same = |(a, b): (&&TensorType, &&TensorType)| match self.language {
            Language::Same => a == b,
            Language::Different => same_sizes(a, b, ""),
        };
        before.len() != after.len() || !before.iter().zip(&after).all(is_same)
    }

    /// The outputs of two nodes: the sizes of a sample, or the whole types if these are equal.
    fn outputs(&self, nodes: [NodeIndex; 2]) -> [String; 2] {
        let listed = |text: fn(&TensorType) -> String| {
            [0, 1].map(|side| self.graphs[side].types(nodes[side]).map(text).collect::<Vec<_>>().join(", "))
        };
        let [before, after] = listed(ToString::to_string);
        if before == after { listed(TensorType::signature) } else { [before, after] }
    }
}

/// Whether the sizes of two values that such layers give are the same, in any order, as far as they are known.
fn same_sizes(before: &TensorType, after: &TensorType, kind: &str) -> bool {
    sizes_of(kind, before).zip(sizes_of(kind, after)).is_none_or(|(before, after)| before == after)
}

impl Change {
    pub(super) fn new(what: &str, before: Option<ArgValue>, after: Option<ArgValue>) -> Self {
        Self { what: what.to_owned(), before, after }
    }
}
