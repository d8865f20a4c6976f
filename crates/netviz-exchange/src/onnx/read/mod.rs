//! Reads any ONNX file into a graph in which every operation is a node.
//!
//! - Bodies of `If`, `Loop` and `Scan`, and local functions, become groups: their operations are nodes like all others, and
//!   what they capture are ordinary connections.
//! - Stored tensors, also those of `Constant` nodes, are operands and no nodes.
//! - Types are inferred from operator to operator; those that the file states fill in what cannot be inferred.

mod attributes;
mod opsets;
mod order;
mod scope;
mod tensor;
mod unrolled;
mod walk;
mod weight;

use netviz_model::diagnostics::{Diagnostic, Diagnostics};
use netviz_model::limits;
use prost::Message;

use super::proto::{GraphProto, ModelProto, Refused, scan};
use crate::import::{self, File, Imported, Origin, Reader};
use walk::{Walked, Walker};

pub(crate) const READER: Reader = Reader { name: "ONNX", endings: &["onnx"], detects, read };

/// A model starts with its IR version, a small number, or one of the other first fields.
fn detects(start: &[u8]) -> bool {
    matches!(start, [0x08, 1..=127, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42, ..])
}

fn read(file: &File) -> Result<Imported, Diagnostics> {
    scan(file.bytes, limits::ONNX_STRUCTURE).map_err(refused)?;
    let model = ModelProto::decode(file.bytes.clone()).map_err(|error| {
        Diagnostic::error(format!("not a valid ONNX file: {error}")).hint("the file is damaged or of another kind")
    })?;
    let Some(graph) = &model.graph else {
        return Err(Diagnostic::error("the ONNX file holds no graph").hint("export the network again").into());
    };
    let walker = Walker::new(file, &model, graph);
    let origin = origin(&model, graph);
    let Walked { graph, tensors, sizes, operators, warnings } = walker.walk(graph)?;
    let graph = import::contract(graph, &tensors);
    Ok(Imported { graph, origin: Origin { operators, ..origin }, tensors, sizes, warnings })
}

/// The error for a file that would take too much memory.
fn refused(reason: Refused) -> Diagnostic {
    match reason {
        Refused::Memory(most) => Diagnostic::error(format!(
            "the nodes, names and attributes of the ONNX file take more than {} MiB of memory",
            most >> 20
        ))
        .hint("split the network, or store lists of numbers as tensors"),
        Refused::Depth(most) => {
            Diagnostic::error(format!("the messages of the ONNX file are nested more than {most} deep"))
                .hint("the file is damaged: export it again")
        }
    }
}

/// What PyTorch's exporters write into metadata of nodes begins so if they start from `torch.export`.
const FROM_EXPORT: &str = "pkg.torch.onnx.";

/// The program that wrote a file, and which of PyTorch's two exporters it was.
fn exporter(model: &ModelProto, graph: &GraphProto) -> String {
    let mut entries = graph.node.iter().flat_map(|node| &node.metadata_props);
    match (&*model.producer_name, entries.any(|entry| entry.key.starts_with(FROM_EXPORT))) {
        (name, true) => format!("{name} (torch.export)"),
        (name, false) => name.to_owned(),
    }
}

fn origin(model: &ModelProto, graph: &GraphProto) -> Origin {
    let producer = [model.producer_name.as_str(), model.producer_version.as_str()];
    let producer: Vec<&str> = producer.into_iter().filter(|text| !text.is_empty()).collect();
    Origin {
        format: READER.name,
        version: format!("IR {}", model.ir_version),
        producer: producer.join(" "),
        exporter: exporter(model, graph),
        opsets: model.opset_import.iter().map(|set| (set.domain.clone(), set.version)).collect(),
        metadata: model.metadata_props.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect(),
        outputs: graph.output.iter().map(|output| output.name.clone()).collect(),
        ..Origin::default()
    }
}
