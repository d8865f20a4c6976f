//! Networks of other programs as model files of netviz, with their weights.
//!
//! Operations are looked up in the tables of [`layers`], which say for each format what layers they are and what
//! becomes of their weights. What only changes the order or the shape of values is no layer, but a
//! [`View`](view::View) of one. At last, [`fuse`] joins what belongs to one layer, such as an activation function.

mod call;
mod draft;
mod fuse;
mod input;
mod layers;
mod obstacle;
mod source;
mod text;
mod view;
mod weight;

use std::collections::{BTreeMap, HashMap};

use netviz_model::diagnostics::Diagnostic;
use netviz_model::graph::Graph;
use netviz_model::ir::{Dim, Instruction, Op, Opaque, Operand, ParameterId, Program, Role, ValueId};
use netviz_model::weights::{TensorData, Weights};

use super::{Origin, Tensor, composites};
use call::{Call, Keras, Known};
use draft::{Draft, Layer};
use input::{inputs, is_channels_last};
use obstacle::{Obstacle, refused};
use source::Source;
use view::View;
use weight::Weight;

/// A network as a model file.
#[non_exhaustive]
pub struct Specification {
    /// The model file.
    pub text: String,
    /// The weights, by the names of parameters.
    weights: BTreeMap<String, Weight>,
}

impl std::fmt::Debug for Specification {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_struct("Specification").field("text", &self.text).finish_non_exhaustive()
    }
}

impl Specification {
    /// The weights of the network, whose program that of the model file is.
    ///
    /// # Errors
    /// If the file does not have them all.
    pub fn weights(&self, program: &Program) -> Result<Weights, Diagnostic> {
        let tensors = program.parameters().iter().map(|parameter| {
            if parameter.role == Role::Counter {
                return Ok(TensorData::Counter(0));
            }
            let weight = self.weights.get(&parameter.name).filter(|weight| weight.shape() == parameter.shape);
            let weight = weight.ok_or_else(|| format!("`{}` has no counterpart in the file", parameter.name))?;
            weight.values().map(TensorData::Float)
        });
        let tensors: Result<Vec<TensorData>, String> = tensors.collect();
        let tensors =
            tensors.map_err(|reason| Diagnostic::error(reason).hint("write the model alone, without `--weights`"))?;
        Weights::new(program, tensors)
    }
}

/// The set that an operation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Set {
    Onnx,
    Aten,
    Keras,
    /// Several operations that exporters make of one layer.
    Pattern,
}

impl Set {
    fn of(op: &Opaque) -> Option<Self> {
        match op.domain.as_str() {
            "" | "ai.onnx" => Some(Self::Onnx),
            "aten" => Some(Self::Aten),
            "keras" | "keras.ops" | "tensorflow" => Some(Self::Keras),
            _ => None,
        }
    }
}

/// Why an operation is no layer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    /// What it is given is not known, because of another operation.
    Follows,
    /// Anything else, as the rest of a sentence after "because".
    Because(String),
}

impl Reason {
    fn because(reason: impl Into<String>) -> Self {
        Self::Because(reason.into())
    }
}

/// Writes a network as a model file. The graph is one that a [`Reader`](super::Reader) has made, `tensors` are the
/// values of its parameters, and `sizes` numbers that follow from no input; `file` is where it comes from.
///
/// # Errors
/// Everything that stands in the way; all operations without a counterpart are one error.
pub fn specification(
    graph: &Graph,
    tensors: &[Tensor],
    sizes: &BTreeMap<ValueId, Tensor>,
    origin: &Origin,
    file: &str,
) -> Result<Specification, Vec<Diagnostic>> {
    let mut walk = Walk::new(graph, (tensors, sizes), origin)?;
    for instruction in graph.detailed().program().instructions() {
        walk.instruction(instruction);
    }
    let (mut draft, output) = walk.finish()?;
    let (output, obstacles) = fuse::fuse(&mut draft, output);
    if !obstacles.is_empty() {
        return Err(vec![refused(&obstacles)]);
    }
    text::write(&draft, output, graph.name(), &comment(origin, file)).map_err(|problem| vec![problem])
}

/// `from resnet18.onnx, ONNX opset 20`
fn comment(origin: &Origin, file: &str) -> String {
    let opset = origin.opsets.iter().find(|(domain, _)| matches!(domain.as_str(), "" | "ai.onnx"));
    let version = opset.map(|(_, version)| format!(" opset {version}")).unwrap_or_default();
    format!("From {file}, {}{version}.", origin.format)
}

/// Several operations that are one layer.
struct Group<'a> {
    kind: String,
    members: Vec<&'a Instruction>,
}

/// The groups whose kind is a layer, and for each value that a member gives the number of its group.
fn groups<'a>(graph: &'a Graph, tensors: &[Tensor]) -> (Vec<Group<'a>>, HashMap<ValueId, usize>) {
    let detailed = graph.detailed();
    let by_output: HashMap<ValueId, &Instruction> =
        detailed.program().instructions().iter().map(|it| (it.output(), it)).collect();
    let mut groups = Vec::new();
    let mut group_of = HashMap::new();
    for (kind, nodes) in composites(detailed, tensors) {
        let outputs = nodes.iter().map(|&node| detailed.node(node).outputs()[0]);
        let members: Vec<&Instruction> = outputs.filter_map(|value| by_output.get(&value).copied()).collect();
        // What tanh approximates is another function.
        let is_approximate = members.iter().any(|member| member.op.name() == "Tanh");
        if layers::find(Set::Pattern, &kind).is_some() && !is_approximate {
            group_of.extend(members.iter().map(|member| (member.output(), groups.len())));
            groups.push(Group { kind, members });
        }
    }
    (groups, group_of)
}

/// The values so far.
struct Walk<'a> {
    groups: Vec<Group<'a>>,
    group_of: HashMap<ValueId, usize>,
    program: &'a Program,
    tensors: &'a [Tensor],
    sizes: &'a BTreeMap<ValueId, Tensor>,
    values: Vec<Known>,
    draft: Draft,
    /// What is in the way besides operations.
    problems: Vec<Diagnostic>,
    obstacles: Vec<Obstacle>,
    /// The names of the nodes that are shown, by what they give.
    names: HashMap<ValueId, &'a str>,
    batch: Option<usize>,
    opset: i64,
    /// Whether dimensions of the input are in another order than in the file.
    is_turned: bool,
    keras: Option<Keras>,
}

impl<'a> Walk<'a> {
    fn new(
        graph: &'a Graph,
        (tensors, known): (&'a [Tensor], &'a BTreeMap<ValueId, Tensor>),
        origin: &Origin,
    ) -> Result<Self, Vec<Diagnostic>> {
        let program = graph.detailed().program();
        let names = graph.order().map(|index| graph.node(index));
        let names =
            names.flat_map(|node| node.outputs().iter().map(move |&value| (value, node.name.as_str()))).collect();
        let (inputs, problems) = inputs(program, origin);
        let Some(Some((input, dtype))) = inputs.first().cloned() else { return Err(problems) };
        let is_turned = input.len() == 3 && is_channels_last(program, origin);
        let mut values = vec![Known::Size; program.values().len()];
        let (sizes, axes) = match input[..] {
            [height, width, channels] if is_turned => {
                (vec![channels, height, width], vec![vec![0], vec![2], vec![3], vec![1]])
            }
            _ => (input.clone(), (0..=input.len()).map(|axis| vec![axis]).collect()),
        };
        values[program.input().index()] = Known::View(View { source: Source::INPUT, sizes: sizes.clone(), axes });
        let mut draft = Draft::new(sizes, dtype);
        for (id, input) in program.inputs().iter().zip(&inputs).skip(1) {
            let view = input.as_ref().map(|(sizes, _)| View::whole(draft.push(Layer::made_up(sizes)), sizes));
            values[id.index()] = view.map_or(Known::Lost, Known::View);
        }
        let opset = origin.opsets.iter().find(|(domain, _)| matches!(domain.as_str(), "" | "ai.onnx"));
        let first = program.value(program.input()).ty.dims().and_then(<[Dim]>::first);
        let (groups, group_of) = groups(graph, tensors);
        Ok(Self {
            groups,
            group_of,
            program,
            tensors,
            sizes: known,
            values,
            draft,
            problems,
            obstacles: Vec::new(),
            names,
            batch: graph.batch().size().or_else(|| first.and_then(Dim::size)),
            opset: opset.map_or(i64::MAX, |(_, version)| *version),
            is_turned,
            keras: Keras::of(origin),
        })
    }

    fn is_quantized(&self, id: ParameterId) -> bool {
        let dtype = self.tensors.get(id.index()).map(|tensor| tensor.dtype);
        self.keras.is_some() && dtype.is_some_and(|dtype| !dtype.is_float() || dtype.bits() <= 8)
    }

    fn operand(&self, operand: Operand) -> Known {
        match operand {
            Operand::Value(id) => match (&self.values[id.index()], self.sizes.get(&id)) {
                (Known::Size, Some(numbers)) => Known::Weight(Weight::of(&self.program.value(id).name, numbers)),
                (known, _) => known.clone(),
            },
            // Layers of Keras have whole numbers as weights if they are quantized.
            Operand::Parameter(id) if self.is_quantized(id) => Known::Size,
            Operand::Parameter(id) => match self.tensors.get(id.index()) {
                Some(tensor) => Known::Weight(Weight::of(&self.program.parameter(id).name, tensor)),
                None => Known::Lost,
            },
            Operand::Constant(_) => Known::Size,
            Operand::Absent => Known::Absent,
        }
    }

    /// Adds the layer of an operation, or of the group that ends with it.
    fn instruction(&mut self, instruction: &'a Instruction) {
        let Op::Opaque(op) = &instruction.op else { return };
        let Some(group) = self.group_of.get(&instruction.output()).map(|&number| &self.groups[number]) else {
            let operands: Vec<Known> = instruction.inputs.iter().map(|&operand| self.operand(operand)).collect();
            self.operation(instruction, Set::of(op), &op.name, operands);
            return;
        };
        if group.members.last().is_none_or(|last| last.output() != instruction.output()) {
            return;
        }
        let own = |operand: &Operand| group.members.iter().any(|it| operand.value() == Some(it.output()));
        let mut outer: Vec<Operand> = Vec::new();
        for operand in group.members.iter().flat_map(|member| &member.inputs).filter(|operand| !own(operand)) {
            if !outer.contains(operand) {
                outer.push(*operand);
            }
        }
        let (kind, operands) = (group.kind.clone(), outer.into_iter().map(|operand| self.operand(operand)).collect());
        self.operation(instruction, Some(Set::Pattern), &kind, operands);
    }

    /// Adds the layer of an operation that is given these operands.
    fn operation(&mut self, instruction: &'a Instruction, set: Option<Set>, kind: &str, operands: Vec<Known>) {
        let Op::Opaque(op) = &instruction.op else { return };
        let depends = operands.iter().any(|known| matches!(known, Known::View(_) | Known::Stack(_)));
        let is_lost = operands.iter().any(|known| matches!(known, Known::Lost));
        let shown = self.names.get(&instruction.output()).copied().unwrap_or(&instruction.name);
        let entry = set.and_then(|set| Some((set, layers::find(set, kind)?)));
        let result = match entry {
            Some((set, entry)) => {
                let mut call = Call {
                    draft: &mut self.draft,
                    set,
                    kind,
                    settings: &op.settings,
                    operands,
                    outputs: instruction.outputs.iter().map(|&id| &self.program.value(id).ty).collect(),
                    opset: self.opset,
                    keras: self.keras,
                    batch: self.batch,
                    name: text::own_name(shown, kind),
                    node: &instruction.name,
                };
                entry(&mut call)
            }
            None if depends => Err(Reason::because(String::new())),
            None if is_lost => Err(Reason::Follows),
            None => Ok(Vec::new()),
        };
        let missing = match result {
            Ok(known) => {
                let ids = instruction.outputs.iter();
                for (&id, known) in ids.zip(known) {
                    self.values[id.index()] = known;
                }
                return;
            }
            // What follows from sizes alone is no layer.
            Err(_) if !depends && !is_lost => Known::Size,
            Err(reason) => {
                if let Reason::Because(reason) = reason {
                    self.obstacles.push(Obstacle {
                        operator: kind.to_owned(),
                        reason: Some(reason).filter(|reason| !reason.is_empty()),
                        node: instruction.name.to_string(),
                    });
                }
                Known::Lost
            }
        };
        for &id in &instruction.outputs {
            let hole = if matches!(missing, Known::Lost) { self.hole(id) } else { None };
            self.values[id.index()] = hole.map_or_else(|| missing.clone(), Known::View);
        }
    }

    /// A value in place of one that is not known, so that what follows from it is checked too.
    fn hole(&mut self, id: ValueId) -> Option<View> {
        let (batch, sample) = self.program.value(id).ty.dims()?.split_first()?;
        let sizes: Vec<usize> = sample.iter().map(Dim::size).collect::<Option<_>>()?;
        (batch.size().is_none() || batch.size() == self.batch).then_some(())?;
        Some(View::whole(self.draft.push(Layer::made_up(&sizes)), &sizes))
    }

    /// The draft, and the output of the network.
    fn finish(mut self) -> Result<(Draft, Source), Vec<Diagnostic>> {
        if !self.obstacles.is_empty() {
            self.problems.push(refused(&self.obstacles));
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let Known::View(view) = &self.values[self.program.output().index()] else {
            return Err(vec![
                Diagnostic::error("the output does not depend on the input")
                    .hint("name a network that computes something"),
            ]);
        };
        let axes: Vec<usize> = (0..view.rank()).collect();
        let is_plain = view.is_unmerged()
            && (self.is_turned || view.order(axes.iter().copied()).is_sorted())
            && (view.batch() != Some(0) || self.draft.sizes(view.source).len() + 1 == view.rank());
        // Images have their channels first also where those of the file are turned.
        let order = if self.is_turned && axes.len() == 4 && view.is_unmerged() { vec![0, 3, 1, 2] } else { axes };
        let source = if is_plain { Ok(view.source) } else { self.draft.arranged(view, &order) };
        let source = source.map_err(|_| {
            vec![
                Diagnostic::error("the first dimension of the output is not the batch")
                    .hint("export the network with it first"),
            ]
        })?;
        if source == Source::INPUT {
            return Err(vec![
                Diagnostic::error("the network has no layers").hint("name a network that computes something"),
            ]);
        }
        Ok((self.draft, source))
    }
}
