//! The groups of the network that each unit is in, for telling which parts cut one.

use std::collections::HashMap;

use super::Unit;

/// The groups of units by their names.
pub(super) struct Members {
    /// The groups of each unit.
    of: Vec<Vec<usize>>,
    /// The number of units in each group.
    sizes: Vec<usize>,
}

impl Members {
    pub(super) fn new(units: &[Unit]) -> Self {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut sizes = Vec::new();
        let mut of = Vec::with_capacity(units.len());
        for unit in units {
            let name = unit.layer.name.as_str();
            let mut groups = Vec::new();
            for (end, _) in name.match_indices('.') {
                let group = *known.entry(&name[..end]).or_insert_with(|| {
                    sizes.push(0);
                    sizes.len() - 1
                });
                sizes[group] += 1;
                groups.push(group);
            }
            of.push(groups);
        }
        Self { of, sizes }
    }

    /// Whether there is a group of which some of these units are a part, and others are not in it.
    pub(super) fn cut(&self, units: &[usize]) -> bool {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for &group in units.iter().flat_map(|&unit| &self.of[unit]) {
            *counts.entry(group).or_insert(0) += 1;
        }
        counts.into_iter().any(|(group, count)| count < self.sizes[group] && count < units.len())
    }
}
