//! How much the weights of two models differ.

use std::collections::{HashMap, HashSet};

use super::folded::{self, Compared};
use super::side::Side;
use crate::exchange::import::{Tensor, relative_change};
use crate::graph::{Comparison, Language};
use crate::ir::{ParameterId, Role};

/// A relative change by which tensors may differ and be equal: some units of the last place in single precision.
const ROUNDING: f64 = 1e-6;

/// The weights that two models have in common.
#[derive(Default)]
pub(super) struct WeightChanges {
    /// The largest change first; equal ones in the order of the second model.
    pub(super) tensors: Vec<WeightChange>,
    /// Those that cannot be compared.
    pub(super) not_compared: Vec<NotCompared>,
}

/// A tensor of both models.
pub(super) struct WeightChange {
    /// Its names.
    pub(super) names: [String; 2],
    pub(super) shape: Vec<usize>,
    /// The norm of the difference relative to that of the first one.
    pub(super) relative: f64,
}

/// A tensor of both models that cannot be compared, and why.
pub(super) struct NotCompared {
    pub(super) names: [String; 2],
    pub(super) reason: String,
}

impl WeightChanges {
    /// Compares the weights of layers that match, and then those of the same name.
    pub(super) fn of(sides: &[Side; 2], layers: &Comparison, language: Language) -> Self {
        if sides.iter().any(|side| side.tensors.iter().all(Option::is_none)) {
            return Self::default();
        }
        let mut found = Self::default();
        let owned = [0, 1].map(|side| sides[side].model.graph.parameters_of_nodes());
        let mut taken = [HashSet::new(), HashSet::new()];
        for pair in &layers.pairs {
            let changes = if let Some(folded) = pair.folded {
                folded::changes(sides, &owned, pair, folded)
            } else {
                let own = [&owned[0][pair.before.index()], &owned[1][pair.after.index()]];
                of_layer(sides, own, language).into_iter().filter_map(|ids| change(sides, ids, language)).collect()
            };
            for (ids, change) in changes {
                for side in [0, 1] {
                    taken[side].insert(ids[side]);
                }
                found.add(sides, ids, change);
            }
        }
        for ids in of_names(sides, &taken) {
            if let Some((ids, change)) = change(sides, ids, language) {
                found.add(sides, ids, change);
            }
        }
        found.tensors.sort_by(|a, b| b.relative.total_cmp(&a.relative));
        found
    }

    fn add(&mut self, sides: &[Side; 2], ids: [usize; 2], change: Result<f64, String>) {
        let names = [0, 1].map(|side| sides[side].model.graph.program().parameters()[ids[side]].name.clone());
        let shape = sides[1].tensors[ids[1]].as_ref().map(|tensor| tensor.shape.clone()).unwrap_or_default();
        match change {
            Ok(relative) => self.tensors.push(WeightChange { names, shape, relative }),
            Err(reason) => self.not_compared.push(NotCompared { names, reason }),
        }
    }

    /// Whether no tensor differs.
    pub(super) fn are_equal(&self) -> bool {
        self.different() == 0
    }

    /// The number of tensors that differ by more than rounding.
    pub(super) fn different(&self) -> usize {
        self.tensors.iter().take_while(|tensor| tensor.relative > ROUNDING).count()
    }
}

/// The relative change of two tensors, if both are stored.
fn change(sides: &[Side; 2], ids: [usize; 2], language: Language) -> Option<Compared> {
    let [a, b] = [0, 1].map(|side| sides[side].tensors.get(ids[side])?.as_ref());
    Some((ids, relative_change(a?, b?, language == Language::Different)))
}

/// The parameters of both programs with the same names that no layers have in common.
fn of_names(sides: &[Side; 2], taken: &[HashSet<usize>; 2]) -> Vec<[usize; 2]> {
    let free = |side: usize| {
        let parameters = sides[side].model.graph.program().parameters().iter().enumerate();
        let free = parameters.filter(|(index, _)| !taken[side].contains(index));
        free.map(|(index, own)| (own.name.as_str(), index)).collect::<Vec<(&str, usize)>>()
    };
    let before: HashMap<&str, usize> = free(0).into_iter().collect();
    free(1).into_iter().filter_map(|(name, index)| Some([*before.get(name)?, index])).collect()
}

/// The parameters of a layer that belong together: those with the same last part of their names, then in order.
fn of_layer(sides: &[Side; 2], own: [&Vec<ParameterId>; 2], language: Language) -> Vec<[usize; 2]> {
    let mut free = [0, 1].map(|side| {
        let program = sides[side].model.graph.program();
        // Formats have other constants.
        let is_compared = |role: Role| match role {
            Role::Trainable | Role::Statistic | Role::Frozen => true,
            Role::Constant => language == Language::Same,
            Role::Counter => false,
        };
        let weights = own[side].iter().filter(|id| is_compared(program.parameter(**id).role));
        weights.map(|id| id.index()).collect::<Vec<usize>>()
    });
    let leaf = |side: usize, index: usize| {
        let name = sides[side].model.graph.program().parameters()[index].name.as_str();
        name.rsplit(['.', '/']).next().unwrap_or(name)
    };
    let shape = |side: usize, index: usize| -> Option<Vec<usize>> {
        let tensor: &Tensor = sides[side].tensors.get(index)?.as_ref()?;
        let mut shape = tensor.shape.clone();
        shape.sort_unstable();
        Some(shape)
    };
    let mut found = Vec::new();
    let mut take = |is_same: &dyn Fn(usize, usize) -> bool, free: &mut [Vec<usize>; 2]| {
        let mut rest = Vec::new();
        for before in std::mem::take(&mut free[0]) {
            match free[1].iter().position(|&after| is_same(before, after)) {
                Some(place) => found.push([before, free[1].remove(place)]),
                None => rest.push(before),
            }
        }
        free[0] = rest;
    };
    take(&|before, after| leaf(0, before) == leaf(1, after), &mut free);
    take(&|before, after| shape(0, before) == shape(1, after), &mut free);
    take(&|_, _| true, &mut free);
    found
}
