//! Which parameters the nodes of a graph have.

use super::Graph;
use crate::ir::{Instruction, Operand, ParameterId, ValueId};

impl Graph {
    /// The parameters that each node reads, also through operations that are not shown, in the order of the operations.
    /// One that several nodes share is that of the first of them; one that no node reads is missing.
    pub fn parameters_of_nodes(&self) -> Vec<Vec<ParameterId>> {
        let mut owners: Vec<Option<usize>> = vec![None; self.program.values().len()];
        for index in self.order() {
            for output in self.node(index).outputs() {
                owners[output.index()] = Some(index.index());
            }
        }
        let is_shown = owners.clone();
        let owner =
            |owners: &[Option<usize>], outputs: &[ValueId]| outputs.iter().find_map(|output| owners[output.index()]);
        // What no node shows belongs to the first operation that reads it, which is the last one here.
        for instruction in self.program.instructions().iter().rev() {
            let Some(node) = owner(&owners, &instruction.outputs) else { continue };
            for value in instruction.values().filter(|value| is_shown[value.index()].is_none()) {
                owners[value.index()] = Some(node);
            }
        }
        let mut found = vec![Vec::new(); self.order().len()];
        let mut is_taken = vec![false; self.program.parameters().len()];
        for instruction in self.program.instructions() {
            let Some(node) = owner(&owners, &instruction.outputs) else { continue };
            for id in instruction.inputs.iter().filter_map(|operand: &Operand| operand.parameter()) {
                if !std::mem::replace(&mut is_taken[id.index()], true) {
                    found[node].push(id);
                }
            }
        }
        found
    }

    /// The operations that each node stands for, with those before them that are not shown and that no other node
    /// needs, in the order of the program.
    pub(super) fn operations_of_nodes(&self) -> Vec<Vec<&Instruction>> {
        let mut shown: Vec<Option<usize>> = vec![None; self.program.values().len()];
        for index in self.order() {
            for output in self.node(index).outputs() {
                shown[output.index()] = Some(index.index());
            }
        }
        let mut readers: Vec<Readers> = vec![Readers::None; shown.len()];
        let mut found = vec![Vec::new(); self.order().len()];
        for instruction in self.program.instructions().iter().rev() {
            let own = instruction.outputs.iter().find_map(|output| shown[output.index()]).map_or_else(
                || instruction.outputs.iter().fold(Readers::None, |all, output| all.and(readers[output.index()])),
                Readers::One,
            );
            if let Readers::One(node) = own {
                found[node].push(instruction);
            }
            for value in instruction.values().filter(|value| shown[value.index()].is_none()) {
                readers[value.index()] = readers[value.index()].and(own);
            }
        }
        for operations in &mut found {
            operations.reverse();
        }
        found
    }
}

/// The nodes that need a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readers {
    None,
    One(usize),
    Several,
}

impl Readers {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, only) | (only, Self::None) => only,
            (one, other) if one == other => one,
            _ => Self::Several,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_has_its_parameters() {
        let graph =
            Graph::from_text("{input: [4], layers: [dense: {units: 3, activation: relu}, batch_norm, dense: 2]}");
        let graph = graph.expect("a model");
        let names = |ids: Vec<ParameterId>| -> Vec<String> {
            ids.into_iter().map(|id| graph.program().parameter(id).name.clone()).collect()
        };
        let found: Vec<Vec<String>> = graph.parameters_of_nodes().into_iter().map(names).collect();
        assert_eq!(found[1], ["dense_1.weight", "dense_1.bias"]);
        assert_eq!(found[2][..2], ["batch_norm_1.weight", "batch_norm_1.bias"]);
        assert_eq!((found[0].len(), &found[3][..]), (0, &["dense_2.weight".to_owned(), "dense_2.bias".into()][..]));
    }
}
