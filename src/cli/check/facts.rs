//! What a check tells about a model, for people and as JSON.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use petgraph::graph::NodeIndex;
use serde_json::{Value, json};

use super::summary::{self, Row};
use crate::Model;
use crate::diagnostics::{excerpt, printable_line};
use crate::exchange::import::{Origin, Tensor};
use crate::graph::{Content, Graph, Group, Node};
use crate::ir::{DType, Dim, Role, TensorType};
use crate::text::{bytes, countable, plural, rounded, shell, thousands};

/// Everything that is counted.
pub(super) struct Facts<'m> {
    graph: &'m Graph,
    origin: Option<&'m Origin>,
    parameters: Parameters,
    /// Bytes of the stored tensors by element type.
    bytes: BTreeMap<DType, u64>,
    /// Operations by their names.
    operators: BTreeMap<String, usize>,
    /// Names of layers whose multiply-adds cannot be counted.
    uncounted: Vec<&'m str>,
}

/// Numbers of values of stored tensors.
#[derive(Default)]
struct Parameters {
    trainable: usize,
    statistics: usize,
    frozen: usize,
    constants: usize,
}

impl Parameters {
    /// All but constants.
    fn total(&self) -> usize {
        self.trainable.saturating_add(self.statistics).saturating_add(self.frozen)
    }
}

impl<'m> Facts<'m> {
    pub(super) fn of(model: &'m Model) -> Self {
        let graph = &model.graph;
        let origin = model.source.as_ref().map(|source| &source.origin);
        let mut parameters = Parameters::default();
        let mut bytes: BTreeMap<DType, u64> = BTreeMap::new();
        let tensors = model.source.as_ref().map(|source| source.tensors.as_slice()).unwrap_or_default();
        for (index, parameter) in graph.program().parameters().iter().enumerate() {
            let count = match parameter.role {
                Role::Trainable => &mut parameters.trainable,
                Role::Statistic => &mut parameters.statistics,
                Role::Frozen => &mut parameters.frozen,
                Role::Constant | Role::Counter => &mut parameters.constants,
            };
            *count = count.saturating_add(parameter.weights);
            let size = tensors.get(index).map_or_else(|| parameter.bytes(), Tensor::size);
            let sum = bytes.entry(parameter.dtype).or_insert(0);
            *sum = sum.saturating_add(size);
        }
        let mut operators = origin.map(|origin| origin.operators.clone()).unwrap_or_default();
        if operators.is_empty() {
            for index in graph.detailed().order() {
                let content = &graph.detailed().node(index).content;
                if !matches!(content, Content::Input) {
                    *operators.entry(content.kind().to_owned()).or_insert(0) += 1;
                }
            }
        }
        let nodes = graph.order().map(|index| graph.node(index));
        let uncounted = nodes.filter(|node| node.macs.is_none()).map(|node| node.name.as_str()).collect();
        Self { graph, origin, parameters, bytes, operators, uncounted }
    }

    /// The number of operations.
    fn nodes(&self) -> usize {
        self.operators.values().sum()
    }

    /// The lines above the table of layers.
    pub(super) fn head(&self, title: &str) -> String {
        let Some(origin) = self.origin else { return format!("{title}\n") };
        let opsets = origin.opsets.iter().map(|(domain, version)| match domain.as_str() {
            "" | "ai.onnx" => format!("opset {version}"),
            domain => format!("{domain} {version}"),
        });
        let facts: Vec<String> = std::iter::once([origin.format, &origin.version].join(" ").trim().to_owned())
            .chain(opsets)
            .chain((!origin.producer.is_empty()).then(|| format!("by {}", origin.producer)))
            .map(|fact| printable_line(&fact))
            .collect();
        let inputs = self
            .graph
            .inputs()
            .iter()
            .map(|&input| (self.graph.node(input).name.clone(), self.graph.output_type(input)));
        let rows: Vec<(&str, String, String)> = inputs
            .map(|(name, ty)| ("input", name, self.signature(ty)))
            .chain(self.outputs().map(|(name, ty)| ("output", name, self.signature(ty))))
            .filter(|_| self.computes())
            .map(|(what, name, ty)| (what, printable_line(&name), printable_line(&ty)))
            .collect();
        let width =
            rows.iter().map(|(_, name, _)| unicode_width::UnicodeWidthStr::width(name.as_str())).max().unwrap_or(0);
        let mut text = format!("{}: {}\n", printable_line(title), facts.join(", "));
        for (what, name, ty) in rows {
            let gap = " ".repeat(width - unicode_width::UnicodeWidthStr::width(name.as_str()));
            let _ = writeln!(text, "  {what:<6}  {name}{gap}  {ty}");
        }
        text
    }

    /// The lines below the table of layers.
    pub(super) fn foot(&self) -> String {
        const MOST: usize = 6;
        if self.origin.is_none() {
            return String::new();
        }
        let Parameters { trainable, statistics, frozen, constants } = self.parameters;
        let kinds = [(trainable, "trainable"), (statistics, "statistics"), (frozen, "frozen")];
        let mut counts: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", thousands(count)))
            .collect();
        counts.extend((constants > 0).then(|| format!("besides {}", plural(constants, "constant value"))));
        let total: u64 = self.bytes.values().fold(0, |sum, &size| sum.saturating_add(size));
        let mut sizes: Vec<(DType, u64)> = self.bytes.iter().map(|(&dtype, &size)| (dtype, size)).collect();
        sizes.sort_by_key(|&(dtype, size)| (std::cmp::Reverse(size), dtype));
        let sizes = sizes.into_iter().map(|(dtype, size)| format!("{dtype} {}", bytes(size)));
        let mut operators: Vec<(&str, usize)> =
            self.operators.iter().map(|(name, &count)| (name.as_str(), count)).collect();
        operators.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
        let folded = self.graph.folded();
        let nothing = !self.uncounted.is_empty() && self.graph.macs() == 0;
        let rest = match self.uncounted.len() {
            0 => String::new(),
            count => {
                let names = self.uncounted.iter().take(MOST).map(|name| format!("`{}`", excerpt(name)));
                let more = if count > MOST { format!(" and {} more", thousands(count - MOST)) } else { String::new() };
                format!("  without {}{more}, which cannot be counted", names.collect::<Vec<_>>().join(", "))
            }
        };
        let rows = [
            ("parameters", format!("{}  {}", thousands(self.parameters.total()), counts.join(", "))),
            (
                "multiply-adds",
                match self.fixed_batch() {
                    _ if nothing => format!("?{rest}"),
                    Some(batch) => format!("{}  for a batch of {batch}{rest}", rounded(self.graph.macs())),
                    None => format!("{}{rest}", rounded(self.graph.macs())),
                },
            ),
            ("size", format!("{}  {}", bytes(total), sizes.collect::<Vec<_>>().join(", "))),
            (
                "operators",
                format!(
                    "{}  {}",
                    thousands(self.nodes()),
                    operators
                        .iter()
                        .map(|(name, count)| format!("{} {}", printable_line(name), thousands(*count)))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            ),
        ];
        let rows = rows.into_iter().filter(|(name, _)| *name != "multiply-adds" || self.computes());
        let mut text = rows.fold(String::new(), |text, (name, row)| format!("{text}{name:<13}  {}\n", row.trim_end()));
        if let Some(dims) = self.free_dims().filter(|_| !self.uncounted.is_empty()) {
            let _ = writeln!(text, "{:<13}  give sizes to count all: `{dims}`", "");
        }
        if folded > 0 {
            let operations = plural(folded, "operation");
            let _ = writeln!(text, "{:<13}  {operations} on shapes and weights, not listed", "folded");
        }
        text
    }

    /// Whether it is a network, and not only tensors.
    fn computes(&self) -> bool {
        !self.graph.inputs().is_empty()
    }

    /// The size of the batch, if the file states one of more than one sample for all inputs.
    fn fixed_batch(&self) -> Option<usize> {
        let types = self.graph.inputs().iter().map(|&input| self.graph.output_type(input));
        let leading = |ty: &TensorType| match ty.dims() {
            Some([Dim::Size(size), _, ..]) if ty.containers().is_empty() && *size > 1 => Some(*size),
            _ => None,
        };
        let mut sizes = types.map(leading);
        let first = sizes.next()??;
        sizes.all(|size| size == Some(first)).then_some(first)
    }

    /// Options that fix the sizes of inputs that are not known, but for the batch.
    fn free_dims(&self) -> Option<String> {
        let mut options: Vec<String> = Vec::new();
        for &input in self.graph.inputs() {
            let name = &self.graph.node(input).name;
            for (index, dim) in self.graph.output_type(input).dims().unwrap_or_default().iter().enumerate() {
                let name = match dim {
                    Dim::Symbol(name) if *dim != Dim::BATCH => name.clone().into_owned(),
                    Dim::Unknown => format!("{name}.{index}"),
                    _ => continue,
                };
                let option = format!("--dim {}", shell(format!("{name}=SIZE")));
                if !options.contains(&option) {
                    options.push(option);
                }
            }
        }
        (!options.is_empty()).then(|| options.join(" "))
    }

    /// The names and types of the outputs: the names of the file, or those of the layers.
    fn outputs(&self) -> impl Iterator<Item = (String, &TensorType)> {
        let names = self.origin.map(|origin| origin.outputs.as_slice()).unwrap_or_default();
        self.graph.outputs().iter().enumerate().map(|(index, &output)| {
            (names.get(index).cloned().unwrap_or_else(|| self.graph.source_name(output)), self.graph.ty(output))
        })
    }

    /// Element type and dimensions, with the batch as the file calls it.
    fn signature(&self, ty: &TensorType) -> String {
        match (ty.dims(), self.graph.batch()) {
            (Some([first, rest @ ..]), batch) if *first == Dim::BATCH && ty.containers().is_empty() => {
                // A batch without a name is any number.
                ty.with_dims(std::iter::once(batch.clone()).chain(rest.iter().cloned())).signature()
            }
            _ => ty.signature(),
        }
    }

    fn shape(&self, ty: &TensorType) -> Value {
        let dim = |dim: &Dim| match if *dim == Dim::BATCH { self.graph.batch() } else { dim } {
            Dim::Size(size) => Value::from(*size),
            Dim::Symbol(name) => Value::from(&**name),
            Dim::Unknown => Value::Null,
        };
        ty.dims().map_or(Value::Null, |dims| dims.iter().map(dim).collect())
    }

    fn value(&self, name: &str, ty: &TensorType) -> Value {
        let containers: Vec<String> = ty.containers().iter().map(ToString::to_string).collect();
        let dtype = if ty.dtype() == DType::Undefined { Value::Null } else { ty.dtype().name().into() };
        let mut value = json!({"name": name, "dtype": dtype, "shape": self.shape(ty)});
        if !containers.is_empty() {
            value["containers"] = containers.into();
        }
        value
    }

    /// The keys of the JSON object that are documented in the guide. Of groups below a depth, the sums are listed.
    pub(super) fn to_json(&self, depth: Option<usize>) -> Value {
        let origin = self.origin;
        let inputs: Vec<Value> = self
            .graph
            .inputs()
            .iter()
            .map(|&input| self.value(&self.graph.node(input).name, self.graph.output_type(input)))
            .collect();
        let outputs: Vec<Value> = self.outputs().map(|(name, ty)| self.value(&name, ty)).collect();
        let layers = match depth {
            Some(depth) => self.grouped(depth),
            None => self.graph.order().map(|index| self.layer(index)).collect(),
        };
        let opset = origin.and_then(|origin| {
            let main = origin.opsets.iter().find(|(domain, _)| domain.is_empty() || domain == "ai.onnx");
            main.map(|(_, version)| *version)
        });
        let Parameters { trainable, statistics, frozen, constants } = self.parameters;
        let total: u64 = self.bytes.values().fold(0, |sum, &size| sum.saturating_add(size));
        let sizes: BTreeMap<&str, u64> = self.bytes.iter().map(|(dtype, &size)| (dtype.name(), size)).collect();
        json!({
            "format": origin.map_or("netviz", |origin| origin.format),
            "version": origin.map(|origin| &origin.version),
            "producer": origin.map(|origin| &origin.producer).filter(|producer| !producer.is_empty()),
            "opset": opset,
            "opsets": origin.map(|origin| origin.opsets.iter().cloned().collect::<BTreeMap<_, _>>()),
            "metadata": origin.map(|origin| origin.metadata.iter().cloned().collect::<BTreeMap<_, _>>()),
            "inputs": inputs,
            "outputs": outputs,
            "nodes": self.nodes(),
            "layers": layers,
            "parameters": {
                "total": countable(self.parameters.total()), "trainable": countable(trainable),
                "statistics": countable(statistics), "frozen": countable(frozen), "constants": countable(constants),
            },
            "macs": countable(self.graph.macs()),
            "macs_not_counted": self.uncounted,
            "bytes": Some(total).filter(|&total| total < u64::MAX),
            "bytes_by_dtype": sizes,
            "operators": self.operators,
            "folded": self.graph.folded(),
        })
    }

    /// The rows of the table: layers, and groups below a depth, which others read under the names of the groups.
    fn grouped(&self, depth: usize) -> Vec<Value> {
        let rows = summary::rows(self.graph, depth);
        let mut group_of: HashMap<NodeIndex, &str> = HashMap::new();
        for (row, _) in &rows {
            if let Row::Closed(_, group) = row {
                group_of.extend(group.all_nodes().into_iter().map(|node| (node, group.path.as_str())));
            }
        }
        let listed = |(row, _): &(Row, usize)| match row {
            Row::Layer(index, _) | Row::Open(_, _, Some(index)) => {
                let mut layer = self.layer(*index);
                layer["inputs"] = self.read_by(&[*index], &group_of).into();
                Some(layer)
            }
            Row::Closed(_, group) => Some(self.group(group, &group_of)),
            Row::Open(_, _, None) => None,
        };
        rows.iter().filter_map(listed).collect()
    }

    /// What some nodes read from outside the group that they are in, each once unless a single node reads it.
    fn read_by(&self, nodes: &[NodeIndex], group_of: &HashMap<NodeIndex, &str>) -> Vec<String> {
        let mut names = Vec::new();
        for &node in nodes {
            let own = group_of.get(&node);
            for source in self.graph.sources(node) {
                let group = group_of.get(&source.node);
                let name = group.map_or_else(|| self.graph.source_name(source), |group| (*group).to_owned());
                if (own.is_none() || own != group) && (own.is_none() || !names.contains(&name)) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn group(&self, group: &Group, group_of: &HashMap<NodeIndex, &str>) -> Value {
        let nodes = group.all_nodes();
        let sum = |count: fn(&Node) -> usize| {
            nodes.iter().fold(0_usize, |sum, &node| sum.saturating_add(count(self.graph.node(node))))
        };
        let macs = nodes.iter().try_fold(0_usize, |sum, &node| Some(sum.saturating_add(self.graph.node(node).macs?)));
        let last = nodes.last().copied();
        json!({
            "name": group.path,
            "kind": self.graph.class(&group.path),
            "category": null,
            "inputs": self.read_by(&nodes, group_of),
            "outputs": last.map_or_else(Vec::new, |last| self.graph.types(last).map(|ty| self.shape(ty)).collect()),
            "dtype": last.map(|last| self.graph.output_type(last).dtype().name()),
            "parameters": countable(sum(|node| node.parameters.total())),
            "trainable": countable(sum(|node| node.parameters.trainable)),
            "macs": macs.and_then(countable),
            "settings": {},
            "layers": nodes.len(),
        })
    }

    fn layer(&self, index: NodeIndex) -> Value {
        let node = self.graph.node(index);
        let inputs: Vec<String> =
            self.graph.sources(index).into_iter().map(|source| self.graph.source_name(source)).collect();
        let outputs: Vec<Value> = self.graph.types(index).map(|ty| self.shape(ty)).collect();
        let settings: serde_json::Map<String, Value> = self
            .graph
            .settings(index)
            .into_iter()
            .map(|setting| (setting.name.into_owned(), setting.value.to_json()))
            .collect();
        json!({
            "name": node.name,
            "kind": node.content.kind(),
            "category": node.content.category().map(crate::category::Category::name),
            "inputs": inputs,
            "outputs": outputs,
            "dtype": self.graph.output_type(index).dtype().name(),
            "parameters": countable(node.parameters.total()),
            "trainable": countable(node.parameters.trainable),
            "macs": node.macs.and_then(countable),
            "settings": settings,
        })
    }
}
