//! Which parameters the nodes of a graph have.

use super::Graph;
use crate::ir::{Operand, ParameterId, ValueId};

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
