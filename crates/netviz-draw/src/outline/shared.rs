//! Values that many blocks read, such as the mask of a transformer: these connections are named in the boxes, since lines
//! past all blocks would hide that the blocks are equal.

use std::collections::{BTreeMap, BTreeSet};

use super::{Inputs, Unit};

/// The least number of blocks that read a value.
const LEAST: usize = 3;
/// The largest number of layers of a block that read it, such as the keys and the values of an attention.
const MOST_OF_BLOCK: usize = 2;

/// Takes out the connections of shared values, and notes them in the units. What such values alone are computed from comes
/// first then; `unit_of` follows.
pub(super) fn name(units: &mut Vec<Unit>, sources: &mut Inputs, unit_of: &mut [usize]) {
    let shared = shared(units, sources);
    if shared.is_empty() {
        return;
    }
    let names: BTreeMap<usize, String> =
        shared.iter().map(|&unit| (unit, leaf(&units[unit].last().name).to_owned())).collect();
    let mut kinds_of: BTreeMap<usize, BTreeMap<String, usize>> = BTreeMap::new();
    for (target, inputs) in sources.iter_mut().enumerate() {
        for (source, _) in inputs.extract_if(.., |(source, _)| shared.contains(source)) {
            units[target].reads.push(names[&source].clone());
            *kinds_of.entry(source).or_default().entry(units[target].layer.kind.clone()).or_insert(0) += 1;
        }
    }
    for (source, kinds) in kinds_of {
        let text = kinds.into_iter().map(|(kind, count)| format!("{count} × {kind}"));
        units[source].readers = text.collect::<Vec<_>>().join(", ");
    }
    for &unit in &shared {
        fuse(unit, units, sources, unit_of);
    }
    // Those that now stand for them.
    let first = units.iter().enumerate().filter(|(_, unit)| !unit.readers.is_empty()).map(|(index, _)| index);
    move_first(&ancestors(&first.collect(), sources), units, sources, unit_of);
}

/// The name by which boxes call a shared value: without its groups, which are those of one of the blocks.
pub(crate) fn leaf(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Fuses what a value alone is computed from: the first of these units stands for all of them. The others stay without
/// connections, and are taken out with [`move_first`].
fn fuse(unit: usize, units: &mut [Unit], sources: &mut Inputs, unit_of: &mut [usize]) {
    let mut targets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (target, inputs) in sources.iter().enumerate() {
        for &(source, _) in inputs {
            targets.entry(source).or_default().insert(target);
        }
    }
    let mut group = BTreeSet::from([unit]);
    let mut waiting = vec![unit];
    while let Some(unit) = waiting.pop() {
        for &(source, _) in &sources[unit] {
            let is_own = targets[&source].iter().all(|target| group.contains(target));
            let is_plain = !units[source].layer.is_input() && units[source].readers.is_empty();
            if is_own && is_plain && group.insert(source) {
                waiting.push(source);
            }
        }
    }
    let Some(host) = group.pop_first().filter(|_| !group.is_empty()) else { return };
    for unit in group.clone() {
        let inputs = std::mem::take(&mut sources[unit]);
        let outside = inputs.into_iter().filter(|(source, _)| *source != host && !group.contains(source));
        let more: Vec<(usize, usize)> = outside.filter(|input| !sources[host].contains(input)).collect();
        sources[host].extend(more);
        let Unit { layer, bands, reads, readers } = units[unit].clone();
        units[host].bands.push(layer);
        units[host].bands.extend(bands);
        units[host].reads.extend(reads);
        units[host].readers = readers;
        units[unit].bands.clear();
        unit_of.iter_mut().filter(|of| **of == unit).for_each(|of| *of = host);
    }
}

/// The units whose values are read by as many blocks.
fn shared(units: &[Unit], sources: &Inputs) -> BTreeSet<usize> {
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    for (target, inputs) in sources.iter().enumerate() {
        for &(source, _) in inputs {
            targets[source].push(target);
        }
    }
    let is_candidate = |unit: &usize| {
        let kind = |target: &usize| &units[*target].layer.kind;
        let targets = &targets[*unit];
        targets.len() >= LEAST && targets.iter().all(|target| kind(target) == kind(&targets[0]))
    };
    let candidates: BTreeSet<usize> = (0..units.len()).filter(is_candidate).collect();
    if candidates.is_empty() {
        return candidates;
    }
    let steps = steps(sources, &candidates);
    let is_shared = |unit: &usize| {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for &target in &targets[*unit] {
            *counts.entry(steps[target]).or_insert(0) += 1;
        }
        counts.len() >= LEAST && counts.values().all(|&count| count <= MOST_OF_BLOCK)
    };
    let mut shared: BTreeSet<usize> = candidates.iter().copied().filter(is_shared).collect();
    // A block that reads nothing else would be cut off: then the value is the data flow itself.
    while let Some(inputs) =
        sources.iter().find(|inputs| !inputs.is_empty() && inputs.iter().all(|(source, _)| shared.contains(source)))
    {
        for (source, _) in inputs {
            shared.remove(source);
        }
    }
    shared
}

/// The number of the step of each unit, where steps end at units that no connection passes; those of candidates do not
/// count.
fn steps(sources: &Inputs, candidates: &BTreeSet<usize>) -> Vec<usize> {
    let mut passing = vec![0_isize; sources.len() + 1];
    for (target, inputs) in sources.iter().enumerate() {
        for &(source, _) in inputs.iter().filter(|(source, _)| !candidates.contains(source)) {
            passing[source + 1] += 1;
            passing[target] -= 1;
        }
    }
    let (mut now, mut step) = (0, 0);
    let number = |more: &isize| {
        now += more;
        let own = step;
        step += usize::from(now == 0);
        own
    };
    passing[..sources.len()].iter().map(number).collect()
}

/// Units and all that they are computed from.
fn ancestors(units: &BTreeSet<usize>, sources: &Inputs) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<usize> = units.iter().copied().collect();
    while let Some(unit) = waiting.pop() {
        if found.insert(unit) {
            waiting.extend(sources[unit].iter().map(|&(source, _)| source));
        }
    }
    found
}

/// Numbers the units anew, with some of them first, and without those that no layer is in.
fn move_first(first: &BTreeSet<usize>, units: &mut Vec<Unit>, sources: &mut Inputs, unit_of: &mut [usize]) {
    let kept: BTreeSet<usize> = unit_of.iter().copied().collect();
    let rest = kept.iter().copied().filter(|unit| !first.contains(unit));
    let order: Vec<usize> = first.intersection(&kept).copied().chain(rest).collect();
    let mut place = vec![0; units.len()];
    for (index, &unit) in order.iter().enumerate() {
        place[unit] = index;
    }
    let mut old: Vec<_> = std::mem::take(units).into_iter().zip(std::mem::take(sources)).map(Some).collect();
    for unit in order {
        let Some((unit, inputs)) = old[unit].take() else { continue };
        units.push(unit);
        sources.push(inputs.into_iter().map(|(source, port)| (place[source], port)).collect());
    }
    for unit in unit_of {
        *unit = place[*unit];
    }
}
