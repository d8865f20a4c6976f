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
}

/// The contents of each fold, followed by those of the whole picture.
pub(super) fn insides(view: &BlockView) -> Vec<Inside> {
    let count = view.folds().len();
    let mut insides = vec![Inside::default(); count + 1];
    for fold in &mut insides[..count] {
        fold.things.push(Thing::Entry);
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
        for (inside, ends) in pieces(view, link) {
            if seen.insert((inside, ends)) {
                insides[inside].edges.push(ends);
            }
        }
    }
    insides
}

/// Splits a connection at the frames that it crosses: out of those around its source, to those around its target, and
/// into these.
fn pieces(view: &BlockView, Link { source, target, .. }: Link) -> Vec<(usize, [Thing; 2])> {
    let [out, into] = [source, target].map(|block| view.folds_of(block).collect::<Vec<usize>>());
    let common = out.iter().rev().zip(into.iter().rev()).take_while(|(a, b)| a == b).count();
    let around = if common == 0 { view.folds().len() } else { out[out.len() - common] };
    let (mut from, mut to) = (Thing::Block(source), Thing::Block(target));
    let mut pieces = Vec::new();
    for &fold in &out[..out.len() - common] {
        pieces.push((fold, [from, Thing::Exit]));
        from = Thing::Frame(fold);
    }
    for &fold in &into[..into.len() - common] {
        pieces.push((fold, [Thing::Entry, to]));
        to = Thing::Frame(fold);
    }
    pieces.push((around, [from, to]));
    pieces
}
