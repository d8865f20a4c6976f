//! `PyTorch`'s exported programs, as `torch.export.save` writes them: an archive with the graph in JSON, and the weights.
//!
//! - Every operation is a node, in the groups of the modules that it was called in.
//! - Parameters, buffers and constants are operands and no nodes; tied weights are one.
//! - Types are those that the file states. Bodies of `cond` and its like are groups.
//! - Pickles are never read. Where weights are pickled, as before 2.9, there are names, shapes and types, but no values.

mod arguments;
mod modules;
mod operators;
mod schema;
mod symbols;
mod walk;
mod weights;

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, Diagnostics};
use netviz_model::ir::DType;
use netviz_model::{limits, text};
use prost::bytes::Bytes;

use crate::import::{self, Archive, Costs, File, Imported, Origin, Reader, check_json};
use schema::ExportedProgram;
use walk::Walker;
use weights::Weights;

pub(super) const READER: Reader = Reader { name: "PyTorch", endings: &["pt2"], detects, read };

/// Where the graph is: in 2.8 and later, and before.
const PROGRAMS: [&str; 2] = ["models/", "serialized_exported_program.json"];

/// What values of a program take: an object is at most a node, or an entry of a table.
const COSTS: Costs = Costs { value: 48, list: 128, object: 160 };

fn detects(start: &[u8]) -> bool {
    program_of(&Archive::members(start)).is_some()
}

/// The path of the graph among those of an archive. There may be several; the usual name is the one that
/// `torch.export.load` reads.
fn program_of(members: &[String]) -> Option<&str> {
    let programs = members.iter().map(String::as_str).filter(|name| is_program(name));
    programs.min_by_key(|name| (!name.ends_with("/model.json"), *name))
}

fn is_program(name: &str) -> bool {
    let [models, early] = PROGRAMS;
    let is_json = std::path::Path::new(name).extension().is_some_and(|ending| ending == "json");
    let in_models = name.rsplit_once('/').is_some_and(|(folder, _)| format!("{folder}/").ends_with(models));
    is_json && in_models || name.rsplit('/').next() == Some(early)
}

fn read(file: &File) -> Result<Imported, Diagnostics> {
    let mut archive = Archive::open(file.bytes).map_err(|reason| {
        Diagnostic::error(format!("not a PyTorch program: {reason}")).hint(
            "a `.pt2` file is made by `torch.export.save(torch.export.export(model.eval(), (example,)), \"model.pt2\")`",
        )
    })?;
    let members: Vec<String> = archive.names().map(std::borrow::Cow::into_owned).collect();
    let Some(path) = program_of(&members) else { return Err(no_program(&members).into()) };
    let json = member(&mut archive, path, file.bytes.len())?;
    let root = path.find("models/").map_or("", |end| &path[..end]);
    let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    let mut config = |kind: &str| {
        let path = format!("{root}data/{kind}/{name}_{kind}_config.json");
        members.contains(&path).then(|| member(&mut archive, &path, file.bytes.len())).transpose()
    };
    let (weights, constants) = (config("weights")?, config("constants")?);
    let quoted;
    let program: ExportedProgram = if let Ok(program) = serde_json::from_slice(&json) {
        program
    } else {
        quoted = schema::quoted(&json);
        serde_json::from_slice(&quoted).map_err(|error| damaged(&error))?
    };
    let weights =
        Weights::new(&mut archive, root, [weights.as_ref(), constants.as_ref()]).map_err(|error| damaged(&error))?;
    let walker = Walker::new(file, &program, weights);
    let (graph, tensors, warnings) = walker.walk()?;
    Ok(Imported {
        graph: import::contract(graph, &tensors),
        origin: origin(&program),
        tensors,
        sizes: BTreeMap::new(),
        warnings,
    })
}

/// A text of the archive, which has this length.
fn member(archive: &mut Archive, path: &str, length: usize) -> Result<Bytes, Diagnostic> {
    let error = |reason: String| Diagnostic::error(reason).hint("the file is damaged: export it again");
    let text = archive.read(path, limits::GRAPH_TEXT).map_err(error)?;
    if text.len() > limits::GRAPH_TEXT {
        let most = text::bytes(limits::GRAPH_TEXT as u64);
        return Err(Diagnostic::error(format!("the member `{path}` has more than {most}"))
            .hint("export a smaller part of the network"));
    }
    check_json(&text, COSTS, length).map_err(|reason| {
        Diagnostic::error(format!("the member `{path}` cannot be read: {reason}"))
            .hint("export a smaller part of the network")
    })?;
    Ok(text)
}

fn damaged(error: &serde_json::Error) -> Diagnostic {
    Diagnostic::error(format!("not a valid PyTorch program: {error}"))
        .hint("the file is damaged, or of a version of PyTorch that netviz does not know")
}

/// The error for an archive of another kind.
fn no_program(members: &[String]) -> Diagnostic {
    let has = |part: &str| members.iter().any(|name| name.contains(part));
    let what = if has("data/aotinductor/") {
        "holds code that AOTInductor has compiled, and no graph"
    } else if has("code/") || has("constants.pkl") {
        "is a TorchScript archive, whose graph is in code and pickles"
    } else if has("data.pkl") {
        "is a checkpoint in a pickle, and holds no graph"
    } else {
        "is an archive without an exported program"
    };
    Diagnostic::error(format!("the file {what}"))
        .hint("save the network with `torch.export.save(torch.export.export(model.eval(), (example,)), \"model.pt2\")`")
}

fn origin(program: &ExportedProgram) -> Origin {
    let version = &program.schema_version;
    Origin {
        format: READER.name,
        version: format!("schema {}.{}", version.major, version.minor),
        producer: format!("PyTorch {}", program.torch_version.as_deref().unwrap_or_default()).trim_end().to_owned(),
        opsets: program.opset_version.iter().map(|(set, version)| (set.clone(), *version)).collect(),
        outputs: walk::output_names(program).into_iter().map(str::to_owned).collect(),
        ..Origin::default()
    }
}

/// An element type by its number in `ScalarType`.
fn dtype(number: i64) -> Option<DType> {
    Some(match number {
        1 => DType::UInt8,
        2 => DType::Int8,
        3 => DType::Int16,
        4 => DType::Int32,
        5 => DType::Int64,
        6 => DType::Float16,
        7 => DType::Float32,
        8 => DType::Float64,
        10 => DType::Complex64,
        11 => DType::Complex128,
        12 => DType::Bool,
        13 => DType::BFloat16,
        28 => DType::UInt16,
        29 => DType::Float8E4M3,
        30 => DType::Float8E5M2,
        31 => DType::Float8E4M3Fnuz,
        32 => DType::Float8E5M2Fnuz,
        33 => DType::Float8E8M0,
        34 => DType::UInt32,
        35 => DType::UInt64,
        _ => return None,
    })
}
