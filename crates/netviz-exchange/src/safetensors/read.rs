//! Reads any safetensors file, or the index of several, as a tree of tensors.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use netviz_model::diagnostics::{Diagnostic, Diagnostics, excerpt};
use netviz_model::ir::{Block, DType};
use netviz_model::limits;
use prost::bytes::Bytes;
use safetensors::tensor::{Dtype, Metadata, SafeTensors};

use crate::import::{BesideError, File, Imported, Leaf, Origin, Reader, Tensor, Values, damaged, tree};

pub(crate) const READER: Reader =
    Reader { name: "safetensors", endings: &["safetensors"], detects, read: |file| read(file) };

/// `model.safetensors.index.json`, which says what file has which tensor.
pub(crate) const INDEX: Reader =
    Reader { name: "safetensors", endings: &[], detects: is_index, read: |file| read_index(file) };

/// Where an index says what it is.
const INDEX_START: usize = 4096;

static F6_E2M3: Block = Block { name: "F6_E2M3", elements: 4, bytes: 3 };
static F6_E3M2: Block = Block { name: "F6_E3M2", elements: 4, bytes: 3 };

/// The size of the header, and JSON.
fn detects(start: &[u8]) -> bool {
    let size = start.first_chunk().map_or(0, |size| u64::from_le_bytes(*size));
    (2..=limits::WEIGHTS_HEADER).contains(&size) && matches!(start.get(8..10), Some(b"{\"" | b"{}" | b"{ "))
}

fn is_index(start: &[u8]) -> bool {
    let start = &start[..start.len().min(INDEX_START)];
    let is_json = start.trim_ascii_start().starts_with(b"{");
    is_json && start.windows(12).any(|part| part == b"\"weight_map\"")
}

fn read(file: &File) -> Result<Imported, Diagnostics> {
    let mut metadata = Vec::new();
    let mut leaves = leaves(file.bytes, &mut metadata)?;
    leaves.sort_by(|a, b| natural(&a.name, &b.name));
    let mut warnings = Vec::new();
    if is_part(file.name) {
        let message = "the file is one of several, and holds only its own tensors";
        warnings.push(
            Diagnostic::warning(message).hint("give the index beside it, such as `model.safetensors.index.json`"),
        );
    }
    imported(file, &leaves, metadata, warnings)
}

fn read_index(file: &File) -> Result<Imported, Diagnostics> {
    #[derive(serde::Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    if file.bytes.len() > limits::GRAPH_TEXT {
        return Err(damaged(READER.name, "the index is too large").into());
    }
    let index: Index =
        serde_json::from_slice(file.bytes).map_err(|error| damaged("index of safetensors", &error.to_string()))?;
    let (mut metadata, mut leaves) = (Vec::new(), Vec::new());
    let (mut warnings, mut problems) = (Vec::new(), Vec::new());
    let names: BTreeSet<&String> = index.weight_map.values().collect();
    for name in names {
        let shown = excerpt(name);
        match file.beside.open(name) {
            Ok(bytes) => match self::leaves(&bytes, &mut metadata) {
                Ok(own) => leaves.extend(own.into_iter().filter(|leaf| index.weight_map.get(&leaf.name) == Some(name))),
                Err(problem) => {
                    problems.push(Diagnostic { message: format!("`{shown}`: {}", problem.message), ..problem });
                }
            },
            Err(BesideError::Missing) => {
                let message = format!("the file `{shown}`, which has tensors of the index, does not exist");
                warnings.push(Diagnostic::warning(message).hint("load it into the folder of the index"));
            }
            Err(BesideError::Outside) => {
                let message = format!("the file `{shown}` is outside the folder of the index");
                problems.push(Diagnostic::error(message).hint("move it into the folder of the index"));
            }
            Err(BesideError::Failed(reason)) => {
                problems.push(Diagnostic::error(format!("the file `{shown}` cannot be read: {reason}")));
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems.into_iter().collect());
    }
    metadata.sort();
    metadata.dedup();
    leaves.sort_by(|a, b| natural(&a.name, &b.name));
    imported(file, &leaves, metadata, warnings)
}

fn imported(
    file: &File,
    leaves: &[Leaf],
    metadata: Vec<(String, String)>,
    warnings: Vec<Diagnostic>,
) -> Result<Imported, Diagnostics> {
    let (graph, tensors) = tree(file.name, READER.name, leaves)?;
    let origin = Origin { format: READER.name, metadata, ..Origin::default() };
    Ok(Imported { graph, origin, tensors, sizes: BTreeMap::new(), warnings })
}

/// The tensors of a file. Its metadata are added to `metadata`.
fn leaves(bytes: &Bytes, metadata: &mut Vec<(String, String)>) -> Result<Vec<Leaf>, Diagnostic> {
    let (size, header): (usize, Metadata) =
        SafeTensors::read_metadata(bytes).map_err(|error| damaged(READER.name, &error.to_string()))?;
    // The size of the header, 8 bytes, is before it.
    let start = size.saturating_add(8);
    let own = header.metadata().iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
    metadata.extend(own);
    metadata.sort();
    let leaf = |name: String| {
        let info = header.info(&name)?;
        let dtype = self::dtype(info.dtype);
        let (from, to) = info.data_offsets;
        let range = start.checked_add(from)?..start.checked_add(to)?;
        let values = if range.start <= range.end && range.end <= bytes.len() {
            Values::Bytes(bytes.slice(range))
        } else {
            Values::Missing("lies outside the file".into())
        };
        let tensor = Tensor { dtype, shape: info.shape.clone(), values };
        Some(Leaf { name, dtype: format!("{:?}", info.dtype), tensor })
    };
    Ok(header.offset_keys().into_iter().filter_map(leaf).collect())
}

fn dtype(dtype: Dtype) -> DType {
    match dtype {
        Dtype::BOOL => DType::Bool,
        Dtype::F4 => DType::Float4E2M1,
        Dtype::F6_E2M3 => DType::Block(&F6_E2M3),
        Dtype::F6_E3M2 => DType::Block(&F6_E3M2),
        Dtype::U8 => DType::UInt8,
        Dtype::I8 => DType::Int8,
        Dtype::F8_E5M2 => DType::Float8E5M2,
        Dtype::F8_E4M3 => DType::Float8E4M3,
        Dtype::F8_E8M0 => DType::Float8E8M0,
        Dtype::F8_E4M3FNUZ => DType::Float8E4M3Fnuz,
        Dtype::F8_E5M2FNUZ => DType::Float8E5M2Fnuz,
        Dtype::I16 => DType::Int16,
        Dtype::U16 => DType::UInt16,
        Dtype::F16 => DType::Float16,
        Dtype::BF16 => DType::BFloat16,
        Dtype::I32 => DType::Int32,
        Dtype::U32 => DType::UInt32,
        Dtype::F32 => DType::Float32,
        Dtype::C64 => DType::Complex64,
        Dtype::F64 => DType::Float64,
        Dtype::I64 => DType::Int64,
        Dtype::U64 => DType::UInt64,
        _ => DType::Undefined,
    }
}

/// Whether a name is that of a part: `model-00001-of-00003`.
fn is_part(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.rsplit_once("-of-")
        .is_some_and(|(before, count)| is_number(count) && before.rsplit('-').next().is_some_and(is_number))
}

/// Compares names part by part, numbers by their values: `layers.2` is before `layers.10`.
fn natural(a: &str, b: &str) -> Ordering {
    let part = |text: &str| (text.parse::<usize>().map_or((1, 0), |number| (0, number)), text.to_owned());
    a.split('.').map(part).cmp(b.split('.').map(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_sorted_by_value() {
        let mut names = ["layers.10.a", "norm", "layers.2.a", "layers.2", "embed"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["embed", "layers.2", "layers.2.a", "layers.10.a", "norm"]);
    }

    #[test]
    fn parts_are_recognized_by_name() {
        assert!(is_part("model-00001-of-00003"));
        for name in ["model", "a-of-b", "1-of-", "best-of-3"] {
            assert!(!is_part(name), "{name}");
        }
    }
}
