//! Contents of each frame and of the whole picture, and the lines between them.

use std::collections::HashSet;

use super::region::Thing;
use crate::views::blocks::{BlockView, Link};

/// Contents of a frame, or of the whole picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Inside {
    /// In topological order.
    pub(super) things: Vec<Thing>,
    pub(super) edges: Vec<[Thing; 2]>,
    /// For each edge to a frame, which of its entries it leads to.
    pub(super) entries: Vec<usize>,
}

impl Inside {
    /// Whether several blocks outside feed it, each at a place of its own.
    pub(super) fn has_entries(&self) -> bool {
        self.things.contains(&Thing::Entry(1))
    }
}

/// The contents of each fold, followed by those of the whole picture.
pub(super) fn insides(view: &BlockView) -> Vec<Inside> {
    let count = view.folds().len();
    let mut insides = vec![Inside::default(); count + 1];
    let entries = entries(view);
    for (fold, entries) in insides.iter_mut().zip(&entries) {
        fold.things.extend((0..entries.len().max(1)).map(Thing::Entry));
    }
    let mut begun = vec![false; count];
    for block in 0..view.blocks().len() {
        // Frames that begin with this block take its place.
        let mut thing = Thing::Block(block);
        let mut around = view.folds_of(block);
        loop {
            let fold = around.next();
            insides[fold.unwrap_or(count)].things.push(thing);
            match fold {
                Some(fold) if !std::mem::replace(&mut begun[fold], true) => thing = Thing::Frame(fold),
                _ => break,
            }
        }
    }
    for fold in &mut insides[..count] {
        fold.things.push(Thing::Exit);
    }
    let mut seen = HashSet::new();
    for &link in view.links() {
        for (inside, ends, entry) in pieces(view, link, &entries) {
            if seen.insert((inside, ends, entry)) {
                insides[inside].edges.push(ends);
                insides[inside].entries.push(entry);
            }
        }
    }
    insides
}

/// For each fold, the blocks outside that feed it.
fn entries(view: &BlockView) -> Vec<Vec<usize>> {
    let mut entries: Vec<Vec<usize>> = vec![Vec::new(); view.folds().len()];
    for link in view.links() {
        let [out, into] = [link.source, link.target].map(|block| view.folds_of(block).collect::<Vec<usize>>());
        for fold in into.into_iter().filter(|fold| !out.contains(fold)) {
            if !entries[fold].contains(&link.source) {
                entries[fold].push(link.source);
            }
        }
    }
    entries
}

/// Splits a connection at the frames that it crosses: out of those around its source, to those around its target, and
/// into these; each piece with the entry at which it enters a frame.
fn pieces(
    view: &BlockView,
    Link { source, target, .. }: Link,
    entries: &[Vec<usize>],
) -> Vec<(usize, [Thing; 2], usize)> {
    let [out, into] = [source, target].map(|block| view.folds_of(block).collect::<Vec<usize>>());
    let common = out.iter().rev().zip(into.iter().rev()).take_while(|(a, b)| a == b).count();
    let place = |fold: usize| entries[fold].iter().position(|&entry| entry == source).unwrap_or_default();
    let around = if common == 0 { view.folds().len() } else { out[out.len() - common] };
    let (mut from, mut to, mut entry) = (Thing::Block(source), Thing::Block(target), 0);
    let mut pieces = Vec::new();
    for &fold in &out[..out.len() - common] {
        pieces.push((fold, [from, Thing::Exit], 0));
        from = Thing::Frame(fold);
    }
    for &fold in &into[..into.len() - common] {
        pieces.push((fold, [Thing::Entry(place(fold)), to], entry));
        (to, entry) = (Thing::Frame(fold), place(fold));
    }
    pieces.push((around, [from, to], entry));
    pieces
}
