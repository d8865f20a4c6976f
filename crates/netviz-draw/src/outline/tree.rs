//! The tree of groups, while the outline is made.

use std::collections::{HashMap, HashSet};

use super::classes::common;
use super::named::{Named, Origin};
use super::order::{order, remove};
use super::repeats::Repeat;
use super::{Draft, Fold, Joins, Level, Link, Open, Outline, Part, Unit};
use netviz_model::graph::Mark;
use netviz_model::ir::{ParameterCount, TensorType};
use netviz_model::layer::Category;

pub(super) struct Tree<'a> {
    /// Each after the one that contains it.
    drafts: Vec<Draft>,
    /// Between units that are shown.
    links: Vec<Link>,
    /// The unit that is shown for each unit.
    first: &'a [usize],
}

impl<'a> Tree<'a> {
    /// The tree of the repeats, with the class of each.
    pub(super) fn new(
        repeats: &[Repeat],
        classes: Vec<Option<String>>,
        units: &[Unit],
        links: Vec<Link>,
        first: &'a [usize],
    ) -> Self {
        let around = Around::new(first, &links);
        let mut drafts: Vec<Draft> =
            repeats.iter().map(|repeat| draft(repeat, repeats, units, first, &around)).collect();
        for (draft, class) in drafts.iter_mut().zip(classes) {
            draft.fold.class = class;
        }
        for (index, repeat) in repeats.iter().enumerate().filter(|(_, repeat)| repeat.is_series) {
            let inner = (0..repeats.len()).filter(|&inner| repeats[inner].parent == Some(index));
            for (place, inner) in inner.take(repeat.counts[0].len()).enumerate() {
                let counts: Vec<String> = repeat.counts.iter().map(|counts| counts[place].to_string()).collect();
                if counts.iter().any(|count| *count != counts[0]) {
                    drafts[inner].fold.title = format!("× {}", super::listed(counts));
                }
            }
        }
        Self { drafts, links, first }
    }

    /// Adds groups of the network. The values of `leaving` leave the network.
    pub(super) fn add_named(
        &mut self,
        groups: Vec<Named>,
        repeats: &[Repeat],
        units: &[Unit],
        leaving: &HashSet<usize>,
    ) {
        // A box that stands for a group has an id like that of a layer.
        let layers = units.iter().flat_map(Unit::all).map(|layer| layer.name.clone());
        let mut taken: HashSet<String> =
            self.drafts.iter().map(|draft| draft.fold.name.clone()).chain(layers).collect();
        let mut known: HashMap<Vec<usize>, usize> =
            self.drafts.iter().enumerate().rev().map(|(index, draft)| (draft.members.clone(), index)).collect();
        let around = Around::new(self.first, &self.links);
        let mut groups_of: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
        for (index, draft) in self.drafts.iter().enumerate() {
            draft.members.iter().for_each(|&unit| groups_of[unit].push(index));
        }
        for Named { path, title, class, members, origin } in groups {
            let own_path = matches!(origin, Origin::Group | Origin::Body).then(|| path.clone());
            if let Some(&same) = known.get(&members) {
                // A repeat that is a whole group has its name; of two equal groups, the outer one is enough.
                let own = &mut self.drafts[same].fold;
                if origin != Origin::Fork && same < repeats.len() && own.title.starts_with('×') {
                    own.title = format!("{title} {}", own.title);
                    own.path = own_path;
                }
            } else if !self.crosses(&members, &groups_of) && taken.insert(path.clone()) {
                let all: Vec<usize> = around.all(&members, repeats).collect();
                let last = members.last();
                let is_sum = all.iter().filter(|&&unit| Some(&self.first[unit]) == last).count() > 1;
                let sum = Sum::of(all.iter().map(|&unit| &units[unit]));
                let fold = Fold { is_sum, class, path: own_path, ..sum.fold(path, title) };
                known.insert(members.clone(), self.drafts.len());
                let open = match origin {
                    Origin::Fork => Open::Fork(Joins::Layers),
                    Origin::Body if around.feeds_one(&members, leaving) => Open::Framed,
                    _ if around.has_frame(&members, leaving) => Open::Framed,
                    _ => Open::Bare,
                };
                for &unit in &members {
                    groups_of[unit].push(self.drafts.len());
                }
                self.drafts.push(Draft { fold, members, open });
            }
        }
        for (draft, repeat) in self.drafts.iter_mut().zip(repeats) {
            let [first, last] =
                [repeat.copies.first(), repeat.copies.last()].map(|copy| common(copy.into_iter().flatten(), units));
            if !first.is_empty() {
                let is_unnamed = draft.fold.title.starts_with('×');
                draft.fold.span = is_unnamed.then(|| [first.clone(), last]);
                draft.fold.path = Some(first);
            }
        }
        if self.drafts.len() > repeats.len() {
            self.nest();
            self.find_those_over_groups();
        }
    }

    /// Whether units are a part of a group with others, without being all of it or within it.
    fn crosses(&self, members: &[usize], groups_of: &[Vec<usize>]) -> bool {
        let mut common: HashMap<usize, usize> = HashMap::new();
        for &group in members.iter().flat_map(|&unit| &groups_of[unit]) {
            *common.entry(group).or_default() += 1;
        }
        let is_part =
            |(group, common): (usize, usize)| common < members.len() && common < self.drafts[group].members.len();
        common.into_iter().any(is_part)
    }

    /// Sorts the groups, each after the one that contains it: the smallest of those with all its units.
    fn nest(&mut self) {
        self.drafts.sort_by_key(|draft| std::cmp::Reverse(draft.members.len()));
        let mut innermost = vec![None; self.first.len()];
        for (index, draft) in self.drafts.iter_mut().enumerate() {
            draft.fold.parent = innermost[draft.members[0]];
            for &unit in &draft.members {
                innermost[unit] = Some(index);
            }
        }
    }

    /// Finds the branches and the repeats without a name that have groups of the network among them, of which these are
    /// drawn as long as there is room.
    fn find_those_over_groups(&mut self) {
        for index in 0..self.drafts.len() {
            let Draft { fold, open: Open::Framed | Open::Bare, .. } = &self.drafts[index] else { continue };
            // A repeat has the path of its first copy, which may be only a part of that.
            if fold.path.as_ref() != Some(&fold.name) && fold.class.is_none() {
                continue;
            }
            let mut around = fold.parent;
            while let Some(group) = around {
                let Draft { fold, open, .. } = &mut self.drafts[group];
                match open {
                    Open::Fork(least) => *least = Joins::Groups,
                    Open::Framed if fold.count > 1 && fold.class.is_none() && fold.title.starts_with('×') => {
                        *open = Open::Around;
                    }
                    _ => {}
                }
                around = fold.parent;
            }
        }
    }

    /// Takes out the repeats of which a single unit is shown, which needs no frame; by that unit.
    fn take_stacks(&mut self) -> HashMap<usize, Fold> {
        let is_stack: Vec<bool> = self.drafts.iter().map(|draft| draft.members.len() == 1).collect();
        let stacks = self.drafts.iter().filter(|draft| draft.members.len() == 1);
        let stacks = stacks.map(|draft| (draft.members[0], Fold { parent: None, ..draft.fold.clone() })).collect();
        remove(&mut self.drafts, &is_stack);
        stacks
    }

    /// The outline, with groups closed as the level says.
    pub(super) fn outline(mut self, units: Vec<Unit>, repeats: &[Repeat], level: Level) -> Outline {
        let shown: Vec<usize> = (0..units.len()).filter(|&unit| self.first[unit] == unit).collect();
        let order = order(&shown, &self.links, &mut self.drafts);
        let mut place = vec![0; units.len()];
        for (index, &unit) in order.iter().enumerate() {
            place[unit] = index;
        }
        let mut stacks = self.take_stacks();
        let mut group = vec![None; units.len()];
        for (index, draft) in self.drafts.iter().enumerate() {
            for &unit in &draft.members {
                group[unit] = Some(index);
            }
        }
        let mut variants: Vec<Vec<Unit>> = vec![Vec::new(); units.len()];
        let in_series: HashSet<usize> =
            repeats.iter().filter(|repeat| repeat.is_series).flat_map(|repeat| &repeat.layers).copied().collect();
        for (unit, &first) in self.first.iter().enumerate() {
            if first != unit && in_series.contains(&unit) {
                variants[first].push(units[unit].clone());
            }
        }
        let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
        let part = |&unit: &usize| {
            let variants = std::mem::take(&mut variants[unit]);
            let stack = stacks.remove(&unit);
            Some(Part { unit: units[unit].take()?, variants, closed: None, stack, group: group[unit] })
        };
        let parts = order.iter().filter_map(part).collect();
        let moved = |link: Link| Link { source: place[link.source], target: place[link.target], ..link };
        let links = super::sorted(self.links.into_iter().map(moved).collect());
        let open: Vec<Open> = self.drafts.iter().map(|draft| draft.open).collect();
        let groups: Vec<Fold> = self.drafts.into_iter().map(|draft| draft.fold).collect();
        let mut depths: Vec<usize> = Vec::with_capacity(groups.len());
        for group in &groups {
            depths.push(group.parent.map_or(0, |parent| depths[parent]) + 1);
        }
        let depth = depths.into_iter().max().unwrap_or(0);
        Outline { parts, links, groups, depth }.closed(level, &open)
    }
}

/// What is around each unit that is shown.
struct Around {
    /// The units that it stands for, itself among them.
    copies: Vec<Vec<usize>>,
    sources: Vec<Vec<usize>>,
    targets: Vec<Vec<usize>>,
}

impl Around {
    fn new(first: &[usize], links: &[Link]) -> Self {
        let empty = || vec![Vec::new(); first.len()];
        let mut around = Self { copies: empty(), sources: empty(), targets: empty() };
        for (unit, &first) in first.iter().enumerate() {
            around.copies[first].push(unit);
        }
        for link in links {
            around.sources[link.target].push(link.source);
            around.targets[link.source].push(link.target);
        }
        around
    }

    /// All units that members of a group stand for: those of all its copies, also in all copies of a series around it, but
    /// in one copy of a repeat around it, whose frame has the totals.
    fn all<'r>(&'r self, members: &'r [usize], repeats: &[Repeat]) -> impl Iterator<Item = usize> + use<'r> {
        let [first, last] = [members[0], members[members.len() - 1]];
        let is_around = |repeat: &&Repeat| {
            let copy = &repeat.copies[0];
            let has = |unit: usize| copy.binary_search(&unit).is_ok();
            let shown = || copy.iter().filter(|&&unit| self.copies[unit].first() == Some(&unit)).count();
            !repeat.is_series && has(first) && has(last) && shown() > members.len()
        };
        let around = repeats.iter().filter(is_around);
        let hidden: HashSet<usize> = around.flat_map(|repeat| repeat.copies[1..].concat()).collect();
        let mut all: Vec<usize> = members.iter().flat_map(|&unit| self.copies[unit].clone()).collect();
        all.retain(|unit| !hidden.contains(unit));
        all.sort_unstable();
        all.into_iter()
    }

    /// Whether all values that leave these units go to one unit outside, such as those of a body to its operation.
    fn feeds_one(&self, members: &[usize], leaving: &HashSet<usize>) -> bool {
        let is_within = |unit: &usize| members.binary_search(unit).is_ok();
        let outside = members.iter().flat_map(|&unit| &self.targets[unit]).filter(|unit| !is_within(unit));
        outside.collect::<HashSet<_>>().len() <= 1 && !members.iter().any(|unit| leaving.contains(unit))
    }

    fn has_frame(&self, members: &[usize], leaving: &HashSet<usize>) -> bool {
        let is_within = |unit: &usize| members.binary_search(unit).is_ok();
        let outside = members.iter().flat_map(|&unit| &self.sources[unit]).filter(|unit| !is_within(unit));
        let is_end = |unit: &&usize| leaving.contains(unit) || !self.targets[**unit].iter().all(is_within);
        outside.collect::<HashSet<_>>().len() <= 1 && members.iter().filter(is_end).count() <= 1
    }
}

/// The group of a repeat.
fn draft(repeat: &Repeat, repeats: &[Repeat], units: &[Unit], first: &[usize], around: &Around) -> Draft {
    let copy = &repeat.copies[0];
    let name = format!("{}..{}", units[copy[0]].layer.name, units[copy[copy.len() - 1]].layer.name);
    let members: Vec<usize> = copy.iter().copied().filter(|&unit| first[unit] == unit).collect();
    let sum = Sum::of(around.all(&members, repeats).map(|unit| &units[unit]));
    let count = repeat.copies.len();
    let sizes = if repeat.is_series { sizes(repeat, units, first) } else { String::new() };
    let fold = Fold { count, is_sum: true, parent: repeat.parent, sizes, ..sum.fold(name, format!("× {count}")) };
    Draft { fold, members, open: Open::Framed }
}

/// What the outputs of the copies of a series differ in: their first sizes, or else their shapes.
fn sizes(repeat: &Repeat, units: &[Unit], first: &[usize]) -> String {
    let last = repeat.copies[0].last().map(|&unit| first[unit]);
    let mut types: Vec<&TensorType> =
        first.iter().zip(units).filter(|(first, _)| Some(**first) == last).map(|(_, unit)| unit.layer.ty()).collect();
    if types.len() > repeat.copies.len() {
        // There are repeats within it.
        types.dedup();
    }
    let types = types.into_iter();
    let channels = types.clone().map(|ty| ty.sample_dims().first().map(ToString::to_string).unwrap_or_default());
    [channels.collect::<Vec<_>>(), types.map(ToString::to_string).collect()]
        .into_iter()
        .find(|sizes| sizes.iter().any(|size| *size != sizes[0]))
        .map_or_else(String::new, super::listed)
}

/// Sums over units.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) layers: usize,
    parameters: ParameterCount,
    flops: Option<usize>,
    /// Names of the first and the last layer, but for fused ones.
    ends: Option<[String; 2]>,
    /// In the order of their first layers.
    kinds: Vec<(String, usize)>,
    categories: Vec<(Category, usize)>,
    /// That of all layers so far, or a change.
    mark: Option<Mark>,
}

/// Of nothing.
impl Default for Sum {
    fn default() -> Self {
        let (layers, parameters, flops) = (0, ParameterCount::default(), Some(0));
        Self { layers, parameters, flops, ends: None, kinds: Vec::new(), categories: Vec::new(), mark: None }
    }
}

impl Sum {
    pub(super) fn of<'u>(units: impl Iterator<Item = &'u Unit>) -> Self {
        let mut sum = Self::default();
        units.for_each(|unit| sum.add_unit(unit));
        sum
    }

    fn add_unit(&mut self, unit: &Unit) {
        count(&mut self.kinds, unit.layer.kind.clone(), 1);
        if let Some(category) = unit.layer.category {
            count(&mut self.categories, category, 1);
        }
        self.add_mark(unit.mark());
        self.add(unit.count(), unit.parameters(), unit.flops(), [&unit.layer.name, &unit.layer.name]);
    }

    pub(super) fn add_part(&mut self, part: &Part) {
        let Some(group) = part.closed.as_ref().or(part.stack.as_ref()) else { return self.add_unit(&part.unit) };
        group.kinds.iter().for_each(|(kind, more)| count(&mut self.kinds, kind.clone(), *more));
        group.categories.iter().for_each(|&(category, more)| count(&mut self.categories, category, more));
        self.add_mark(group.mark);
        self.add(group.layers, group.parameters, group.flops, [&group.ends[0], &group.ends[1]]);
    }

    fn add_mark(&mut self, mark: Option<Mark>) {
        self.mark = if self.layers == 0 || self.mark == mark { mark } else { Some(Mark::Changed) };
    }

    fn add(&mut self, layers: usize, parameters: ParameterCount, flops: Option<usize>, [first, last]: [&String; 2]) {
        match &mut self.ends {
            Some([_, end]) => end.clone_from(last),
            None => self.ends = Some([first.clone(), last.clone()]),
        }
        self.layers += layers;
        self.parameters.trainable = self.parameters.trainable.saturating_add(parameters.trainable);
        self.parameters.fixed = self.parameters.fixed.saturating_add(parameters.fixed);
        self.flops = self.flops.zip(flops).map(|(sum, more)| sum.saturating_add(more));
    }

    /// A group with these sums.
    pub(super) fn fold(self, name: String, title: String) -> Fold {
        let Self { layers, parameters, flops, ends, mut kinds, categories, mark } = self;
        kinds.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let (ends, sizes) = (ends.unwrap_or_default(), String::new());
        let (count, class, path, span, parent, is_sum) = (1, None, None, None, None, false);
        Fold {
            name,
            count,
            title,
            class,
            path,
            span,
            parent,
            layers,
            parameters,
            flops,
            is_sum,
            sizes,
            ends,
            kinds,
            categories,
            mark,
        }
    }
}

/// Counts something as often.
fn count<T: PartialEq>(counts: &mut Vec<(T, usize)>, value: T, more: usize) {
    match counts.iter_mut().find(|(known, _)| *known == value) {
        Some((_, count)) => *count += more,
        None => counts.push((value, more)),
    }
}
