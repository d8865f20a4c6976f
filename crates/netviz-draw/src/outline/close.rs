//! Groups that are drawn as one part each.

use std::collections::BTreeSet;
use std::ops::Range;

use super::shared::leaf;
use super::tree::Sum;
use super::{Fold, Joins, Level, Link, Open, Outline, Part, Unit, sorted};
use crate::properties::LayerProperties;
use netviz_model::ir::TensorType;
use netviz_model::layer::Activation;
use netviz_model::text::thousands;

impl Outline {
    /// The outline with groups closed below a depth, and with as few parts as the level says. `open` is how each group
    /// is drawn where it is open.
    pub(super) fn closed(self, level: Level, open: &[Open]) -> Self {
        let depth = if level.most.is_some() { Some(0) } else { level.depth };
        let depth = depth.unwrap_or(usize::MAX);
        // Branches have no frame, so that a depth alone does not close them.
        let joins = if level.most.is_some() { Joins::Groups } else { level.joins };
        let is_closed = |group: usize, around: usize| match open[group] {
            Open::Fork(least) => joins >= least,
            Open::Around => joins >= Joins::Groups,
            Open::Framed | Open::Bare => around >= depth,
        };
        let is_framed = |group: usize| matches!(open[group], Open::Framed | Open::Around);
        let outline = self.close(is_closed, is_framed);
        match level.most {
            Some(most) if most < outline.parts.len() => outline.merged(most),
            _ => outline,
        }
    }

    /// The outline with only those groups open that stand in a row: no connection passes them, and nothing beside them.
    pub(crate) fn in_rows(self) -> Self {
        let crossing = self.crossing();
        let ends = super::ends(&self.groups, self.parts.iter().map(|part| part.group));
        let is_single = |at: usize| crossing.get(at).is_none_or(|&count| count <= 1);
        let in_row: Vec<bool> =
            ends.iter().map(|ends| ends.is_some_and(|[first, last]| is_single(first) && is_single(last + 1))).collect();
        if in_row.iter().all(|in_row| *in_row) { self } else { self.close(|group, _| !in_row[group], |_| true) }
    }

    /// Closes the groups for which that is so, given the number of groups around them. Of the others, those without a
    /// frame are left out.
    fn close(self, is_closed: impl Fn(usize, usize) -> bool, has_frame: impl Fn(usize) -> bool) -> Self {
        let mut depths: Vec<usize> = Vec::with_capacity(self.groups.len());
        // For each group, the outermost closed one that contains it or is it, and the innermost open one.
        let mut closed: Vec<Option<usize>> = Vec::with_capacity(self.groups.len());
        let mut open: Vec<Option<usize>> = Vec::with_capacity(self.groups.len());
        let mut kept: Vec<Fold> = Vec::new();
        for (index, group) in self.groups.iter().enumerate() {
            let around = group.parent.map_or(0, |parent| depths[parent] + 1);
            let parent = group.parent.and_then(|parent| open[parent]);
            let outermost = group.parent.and_then(|parent| closed[parent]);
            let outermost = outermost.or_else(|| is_closed(index, around).then_some(index));
            depths.push(around);
            closed.push(outermost);
            if outermost.is_none() && has_frame(index) {
                kept.push(Fold { parent, ..group.clone() });
                open.push(Some(kept.len() - 1));
            } else {
                open.push(parent);
            }
        }
        let mut of: Vec<Option<usize>> = self.parts.iter().map(|part| closed[part.group?]).collect();
        let groups = self.groups;
        let mut parts = self.parts;
        for part in &mut parts {
            part.group = part.group.and_then(|group| open[group]);
        }
        let outline = Self { parts, links: self.links, groups: kept, depth: self.depth };
        // Neighbours that are closed one by one stay apart.
        if of.iter().all(Option::is_none) {
            return outline;
        }
        let mut next = groups.len();
        for place in &mut of {
            place.get_or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
        outline.joined(&of.into_iter().flatten().collect::<Vec<_>>(), |index, _| groups.get(index).cloned())
    }

    /// Joins adjacent parts until about `most` are left.
    fn merged(self, most: usize) -> Self {
        let cuts = self.cuts(most);
        let of: Vec<usize> = (0..self.parts.len()).map(|part| cuts.partition_point(|&cut| cut <= part)).collect();
        let outline = Self { groups: Vec::new(), ..self };
        outline.joined(&of, |_, parts| {
            if parts.len() == 1 {
                return None;
            }
            let mut sum = Sum::default();
            for part in parts {
                sum.add_part(part);
            }
            let fold = sum.fold(String::new(), String::new());
            let title = match fold.kinds[..] {
                [_] | [_, _] => fold.made_of(),
                _ => format!("{} layers", thousands(fold.layers)),
            };
            // Modules that are closed have names of their own.
            let [first, last] = [&parts[0], &parts[parts.len() - 1]].map(|part| part.unit.layer.name.as_str());
            let first = first.split_once("..").map_or(first, |(first, _)| first);
            let last = last.rsplit_once("..").map_or(last, |(_, last)| last);
            Some(Fold { name: format!("{first}..{last}"), title, ..fold })
        })
    }

    /// The starts of the ranges that about `most` parts are made of: near equal distances, where few connections cross
    /// and the shape changes. Inputs stay by themselves if they are few, then repeats and the last part.
    fn cuts(&self, most: usize) -> Vec<usize> {
        let count = self.parts.len();
        let inputs: Vec<usize> = (0..count).filter(|&at| self.parts[at].unit.layer.is_input()).collect();
        let is_repeat = |part: &Part| part.closed.as_ref().or(part.stack.as_ref()).is_some_and(|fold| fold.count > 1);
        let repeats: Vec<usize> = (0..count).filter(|&at| is_repeat(&self.parts[at])).collect();
        let mut cuts = BTreeSet::new();
        for alone in [inputs, repeats, vec![count - 1]] {
            let ends = alone.into_iter().flat_map(|at| [at, at + 1]).filter(|at| (1..count).contains(at));
            let more: BTreeSet<usize> = ends.chain(cuts.iter().copied()).collect();
            if more.len() < most {
                cuts = more;
            }
        }
        let crossing = self.crossing();
        let keeps_shape = |at: usize| self.parts[at].unit.layer.ty() == self.parts[at - 1].unit.last().ty();
        let start = cuts.first().copied().unwrap_or(0);
        let ranges = most.saturating_sub(cuts.len()).max(1);
        let rest = count - start;
        let mut last = start;
        for range in 1..ranges {
            let (ideal, half) = (start + range * rest / ranges, rest / ranges / 2);
            let near = (last + 1).max(ideal - half)..=(ideal + half).min(count - 1);
            let Some(at) = near.min_by_key(|&at| (crossing[at], keeps_shape(at), at.abs_diff(ideal), at)) else {
                continue;
            };
            cuts.insert(at);
            last = at;
        }
        cuts.into_iter().collect()
    }

    /// For each part, the number of those before it that lead to it or behind it.
    fn crossing(&self) -> Vec<usize> {
        let mut last: Vec<usize> = (0..self.parts.len()).collect();
        for link in &self.links {
            last[link.source] = last[link.source].max(link.target);
        }
        let mut change = vec![0_isize; self.parts.len() + 1];
        for (source, &last) in last.iter().enumerate() {
            change[source + 1] += 1;
            change[last + 1] -= 1;
        }
        let mut now = 0;
        change
            .iter()
            .map(|change| {
                now += change;
                now.unsigned_abs()
            })
            .collect()
    }

    /// Joins the parts with the same number in `of`, which are adjacent, to the group that `fold` makes of them; if it
    /// makes none, they stay.
    fn joined(self, of: &[usize], fold: impl Fn(usize, &[Part]) -> Option<Fold>) -> Self {
        let Self { parts, links, groups, depth } = self;
        let ends = Ends::new(&parts, &links);
        let mut joined: Vec<Part> = Vec::new();
        // The new index of each part, and the new port of each link.
        let mut place = Vec::with_capacity(parts.len());
        let mut ports: Vec<usize> = links.iter().map(|link| link.port).collect();
        let mut start = 0;
        while start < parts.len() {
            let length = of[start..].iter().take_while(|&&number| number == of[start]).count();
            let range = start..start + length;
            match fold(of[start], &parts[range.clone()]) {
                Some(fold) => {
                    place.extend(std::iter::repeat_n(joined.len(), length));
                    joined.push(ends.part(range.clone(), fold, &mut ports));
                }
                None => {
                    for part in &parts[range.clone()] {
                        place.push(joined.len());
                        joined.push(part.clone());
                    }
                }
            }
            start = range.end;
        }
        let moved =
            |(link, port): (&Link, usize)| Link { source: place[link.source], target: place[link.target], port };
        let links = links.iter().zip(ports).map(moved).filter(|link| link.source != link.target);
        Self { links: sorted(links.collect()), parts: joined, groups, depth }
    }
}

/// The links at each part.
struct Ends<'a> {
    parts: &'a [Part],
    links: &'a [Link],
    entering: Vec<Vec<usize>>,
    leaving: Vec<Vec<usize>>,
}

impl<'a> Ends<'a> {
    fn new(parts: &'a [Part], links: &'a [Link]) -> Self {
        let mut ends =
            Self { parts, links, entering: vec![Vec::new(); parts.len()], leaving: vec![Vec::new(); parts.len()] };
        for (index, link) in links.iter().enumerate() {
            ends.leaving[link.source].push(index);
            ends.entering[link.target].push(index);
        }
        ends
    }

    /// The type of a link from the first or the last copy of a series.
    fn ty(&self, link: usize, of_last: bool) -> TensorType {
        let Link { source, port, .. } = self.links[link];
        let part = &self.parts[source];
        let unit = part.variants.last().filter(|_| of_last).unwrap_or(&part.unit);
        unit.last().outputs.get(port).unwrap_or_else(|| unit.layer.ty()).clone()
    }

    /// A range of parts as one, with an output for each type that others read. The ports of the links that leave it are
    /// numbered anew.
    fn part(&self, range: Range<usize>, fold: Fold, ports: &mut [usize]) -> Part {
        let within = &self.parts[range.clone()];
        let last = &within[within.len() - 1];
        let is_series = !fold.sizes.is_empty();
        let entering = self.entering[range.clone()].iter().flatten();
        let entering = entering.filter(|&&link| !range.contains(&self.links[link].source));
        let inputs = entering.map(|&link| self.ty(link, false)).collect();
        let mut outputs: Vec<TensorType> = Vec::new();
        let leaving = self.leaving[range.clone()].iter().flatten();
        for &link in leaving.filter(|&&link| !range.contains(&self.links[link].target)) {
            let ty = self.ty(link, is_series);
            ports[link] = outputs.iter().position(|known| *known == ty).unwrap_or_else(|| {
                outputs.push(ty);
                outputs.len() - 1
            });
        }
        if outputs.is_empty() {
            let unit = last.variants.last().filter(|_| is_series).unwrap_or(&last.unit);
            outputs.clone_from(&unit.last().outputs);
        }
        Part {
            unit: Unit {
                layer: group(&fold, inputs, outputs),
                bands: Vec::new(),
                reads: shared(within),
                readers: String::new(),
            },
            // The last part gives the values of a group with one output.
            variants: if is_series { Vec::new() } else { last.variants.clone() },
            group: within[0].group,
            closed: Some(fold),
            stack: None,
        }
    }
}

/// The names of shared values that parts read, but for their own.
fn shared(parts: &[Part]) -> Vec<String> {
    let mut names: Vec<String> = parts.iter().flat_map(|part| part.unit.reads.clone()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| {
        !parts.iter().any(|part| !part.unit.readers.is_empty() && leaf(&part.unit.last().name) == *name)
    });
    names
}

/// The properties of a closed group, as if it were a layer.
fn group(fold: &Fold, inputs: Vec<TensorType>, outputs: Vec<TensorType>) -> LayerProperties {
    LayerProperties {
        name: fold.name.clone(),
        kind: "group".to_owned(),
        category: if let [(category, _)] = fold.categories[..] { Some(category) } else { None },
        inputs,
        outputs,
        parameters: fold.parameters,
        flops: fold.flops,
        symbol: None,
        activation: Activation::Linear,
        settings: Vec::new(),
        mark: fold.mark,
        changes: Vec::new(),
    }
}
