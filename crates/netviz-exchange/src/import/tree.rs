//! Files of tensors alone: a tree of the parts of their names.
//!
//! The root is the file, a node is a module, and a leaf is a tensor. Modules beside each other that are numbered and hold
//! tensors of the same names and sizes, such as the blocks of a transformer, are one node.

use std::collections::HashMap;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::{Argument, Composite, Contraction, Graph, GraphBuilder, Output};
use netviz_model::ir::{DType, Dim, Opaque, Role, TensorType};
use netviz_model::limits;
use netviz_model::schema::{ArgValue, Setting};
use netviz_model::text::thousands;
use petgraph::graph::NodeIndex;

use super::{Names, Tensor};

/// A tensor of a file.
pub(crate) struct Leaf {
    /// Its name, in which dots separate modules.
    pub(crate) name: String,
    /// Its element type, as the format calls it.
    pub(crate) dtype: String,
    pub(crate) tensor: Tensor,
}

/// Levels of the tree; the parts of a longer name are one.
const DEPTH: usize = 32;

/// A module or a tensor.
#[derive(Default)]
struct Branch {
    /// The part of the name.
    name: String,
    /// The tensor, by its index.
    leaf: Option<usize>,
    /// In the order of the file.
    children: Vec<usize>,
    /// Branches with the same number hold tensors of the same names and sizes.
    likeness: usize,
    /// The node in the graph.
    node: Option<usize>,
}

/// The tree of a file's tensors, with their values in the order of the graph's parameters. `kind` says what the root is.
///
/// # Errors
/// If there are too many.
pub(crate) fn tree(name: &str, kind: &str, leaves: &[Leaf]) -> Result<(Graph, Vec<Tensor>), Diagnostic> {
    let mut branches = grow(leaves);
    if branches.len() > limits::OPERATIONS {
        let message = format!("the file holds more than {} tensors and modules", thousands(limits::OPERATIONS));
        return Err(Diagnostic::error(message).hint("it is not that of a network"));
    }
    compare(&mut branches, leaves);
    let mut builder = GraphBuilder::new(readable(name));
    let mut names = Names::default();
    let mut tensors = Vec::with_capacity(leaves.len());
    let mut root = None;
    // Each branch with its parent's output and path, the next one last.
    let mut waiting: Vec<(usize, Option<Output>, String)> = vec![(0, None, String::new())];
    let mut count = 0;
    while let Some((index, parent, path)) = waiting.pop() {
        let branch = &branches[index];
        let (own, argument) = match branch.leaf.map(|leaf| &leaves[leaf]) {
            Some(leaf) => {
                let Tensor { dtype, shape, .. } = &leaf.tensor;
                let id = builder.stored(readable(&leaf.name), *dtype, shape.clone(), role(leaf));
                tensors.push(leaf.tensor.clone());
                let op = Opaque {
                    name: readable(&leaf.dtype),
                    macs: Some(0),
                    outputs: vec![TensorType::sized(*dtype, shape)],
                    ..Opaque::default()
                };
                (op, Some(Argument::Stored(id)))
            }
            None => (module(if parent.is_some() { MODULE } else { kind }), None),
        };
        let path = if parent.is_none() {
            String::new()
        } else if path.is_empty() {
            branch.name.clone()
        } else {
            format!("{path}.{}", branch.name)
        };
        let node_name = names.unique(readable(if parent.is_some() { &path } else { name }));
        let arguments: Vec<Argument> = parent.into_iter().map(Argument::Output).chain(argument).collect();
        let output = builder.foreign(&node_name, own, &arguments).first().copied();
        root = root.or(output);
        waiting.extend(branch.children.iter().rev().map(|&child| (child, output, path.clone())));
        branches[index].node = Some(count);
        count += 1;
    }
    let graph = builder.finish_foreign(root.as_slice(), Dim::BATCH, []);
    let copies = Folds { branches: &branches, leaves, copies: Vec::new() }.all();
    let graph = match graph.contracted(Contraction { copies, ..Contraction::default() }) {
        Ok(graph) => graph,
        Err(graph) => *graph,
    };
    Ok((graph, tensors))
}

/// What a node without a tensor is called.
const MODULE: &str = "module";

fn module(kind: &str) -> Opaque {
    let outputs = vec![TensorType::unranked(DType::Undefined)];
    Opaque { name: readable(kind), macs: Some(0), outputs, ..Opaque::default() }
}

/// The branches of all names; the first is the root, and each stands after its parent.
fn grow(leaves: &[Leaf]) -> Vec<Branch> {
    let mut branches = vec![Branch::default()];
    let mut known: HashMap<(usize, &str), usize> = HashMap::new();
    for (index, leaf) in leaves.iter().enumerate() {
        let parts: Vec<&str> = leaf.name.splitn(DEPTH, '.').collect();
        let (last, modules) = parts.split_last().unwrap_or((&"", &[]));
        let mut at = 0;
        for part in modules {
            at = *known.entry((at, part)).or_insert_with(|| add(&mut branches, at, part, None));
        }
        add(&mut branches, at, last, Some(index));
    }
    join(&mut branches);
    branches
}

fn add(branches: &mut Vec<Branch>, parent: usize, name: &str, leaf: Option<usize>) -> usize {
    let index = branches.len();
    branches.push(Branch { name: name.to_owned(), leaf, ..Branch::default() });
    branches[parent].children.push(index);
    index
}

/// Modules with a single child become one with it: `q_proj.weight` is a leaf.
fn join(branches: &mut [Branch]) {
    for index in (1..branches.len()).rev() {
        // The numbers of blocks stay apart, so that these are found alike.
        let is_number = branches[index].name.parse::<usize>().is_ok();
        if let [child] = branches[index].children[..]
            && !is_number
        {
            let Branch { name, leaf, children, .. } = std::mem::take(&mut branches[child]);
            let branch = &mut branches[index];
            branch.name = format!("{}.{name}", branch.name);
            (branch.leaf, branch.children) = (leaf, children);
        }
    }
}

/// What branches that are alike have in common: the names and numbers of their children, and the sizes of the tensor.
type Likeness = (Vec<(String, usize)>, Option<Vec<usize>>);

/// Finds out which branches are alike.
fn compare(branches: &mut [Branch], leaves: &[Leaf]) {
    let mut known: HashMap<Likeness, usize> = HashMap::new();
    for index in (0..branches.len()).rev() {
        let branch = &branches[index];
        let children = branch.children.iter().map(|&child| (branches[child].name.clone(), branches[child].likeness));
        let shape = branch.leaf.map(|leaf| leaves[leaf].tensor.shape.clone());
        let next = known.len();
        branches[index].likeness = *known.entry((children.collect(), shape)).or_insert(next);
    }
}

/// The search for branches that are one node.
struct Folds<'a> {
    branches: &'a [Branch],
    leaves: &'a [Leaf],
    copies: Vec<(String, Composite, Vec<NodeIndex>)>,
}

impl Folds<'_> {
    fn all(mut self) -> Vec<(String, Composite, Vec<NodeIndex>)> {
        self.below(&[0], "");
        self.copies
    }

    /// Folds what is below branches that are one node.
    fn below(&mut self, copies: &[usize], path: &str) {
        let branches = self.branches;
        let Some(&first) = copies.first() else { return };
        let children = &branches[first].children;
        let mut at = 0;
        while let Some(&child) = children.get(at) {
            let run = self.run(&children[at..]);
            let own = &branches[child].name;
            let last = &branches[children[at + run - 1]].name;
            let name = if run == 1 { own.clone() } else { format!("{own}…{last}") };
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            let all: Vec<usize> =
                copies.iter().flat_map(|&copy| branches[copy].children.iter().skip(at).take(run).copied()).collect();
            if all.len() > 1 {
                self.fold(&all, &path);
            }
            self.below(&all, &path);
            at += run;
        }
    }

    /// How many branches from the first one on are numbered one after the other, and are alike.
    fn run(&self, children: &[usize]) -> usize {
        let number = |index: usize| self.branches[index].name.parse::<usize>().ok();
        let Some((&first, rest)) = children.split_first() else { return 1 };
        let Some(start) = number(first) else { return 1 };
        let follows = |step: usize, index: usize| {
            number(index) == start.checked_add(step + 1)
                && self.branches[index].likeness == self.branches[first].likeness
        };
        1 + rest.iter().enumerate().take_while(|&(step, &index)| follows(step, index)).count()
    }

    fn fold(&mut self, all: &[usize], path: &str) {
        let mut dtypes: Vec<&str> =
            all.iter().filter_map(|&index| Some(self.leaves[self.branches[index].leaf?].dtype.as_str())).collect();
        dtypes.sort_unstable();
        dtypes.dedup();
        let count = Setting { name: "copies".into(), value: ArgValue::int(all.len()), is_default: false };
        let composite = Composite {
            kind: if dtypes.is_empty() { MODULE.into() } else { dtypes.join(", ") },
            category: None,
            settings: vec![count],
            symbol: None,
        };
        let nodes = all.iter().filter_map(|&index| self.branches[index].node).map(NodeIndex::new);
        self.copies.push((readable(path), composite, nodes.collect()));
    }
}

/// What a tensor is for, as its name and its type say.
fn role(leaf: &Leaf) -> Role {
    let Tensor { dtype, shape, .. } = &leaf.tensor;
    let last = leaf.name.rsplit('.').next().unwrap_or_default();
    match (dtype, last) {
        (DType::Int64, "num_batches_tracked") if shape.is_empty() => Role::Counter,
        (_, "running_mean" | "running_var") => Role::Statistic,
        (DType::Bool, _) => Role::Constant,
        (DType::Block(_), _) => Role::Trainable,
        (dtype, _) if dtype.is_float() => Role::Trainable,
        // Quantized weights are small, or packed into matrices; positions and the like are neither.
        (dtype, _) if dtype.bits() <= 8 && !shape.is_empty() => Role::Frozen,
        (dtype, _) if dtype.bits() <= 32 && shape.len() > 1 => Role::Frozen,
        _ => Role::Constant,
    }
}

/// A name without control characters, in one line.
fn readable(name: &str) -> String {
    let name: String = name.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
    if name.is_empty() { "file".into() } else { name }
}

/// The error for a damaged file.
pub(crate) fn damaged(format: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(format!("not a valid {format} file: {}", excerpt(reason)))
        .hint("the file is damaged or cut: load it again")
}
