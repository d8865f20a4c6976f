//! GGUF, the files of llama.cpp: metadata, and tensors in many quantized types.
//!
//! [Its specification](https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) says how it is laid out. There is no graph:
//! the network is a tree of tensors.

mod bytes;
mod metadata;
mod types;

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, Diagnostics};
use netviz_model::limits;
use netviz_model::text::{plural, thousands};
use prost::bytes::Bytes;

use crate::import::{File, Imported, Leaf, Origin, Reader, Tensor, Values, damaged, tree};
use bytes::Reader as Input;

pub(super) const READER: Reader =
    Reader { name: "GGUF", endings: &["gguf"], detects: |start| start.starts_with(MAGIC), read: |file| read(file) };

const MAGIC: &[u8] = b"GGUF";
/// Bytes that tensors start at a multiple of, if the metadata do not say otherwise.
const ALIGNMENT: usize = 32;
/// Bytes of a tensor's name, of which llama.cpp allows 63.
const LONGEST_NAME: usize = 4096;
/// What a tensor and an entry of the metadata take at least.
const TENSOR: usize = 24;
const ENTRY: usize = 13;

fn read(file: &File) -> Result<Imported, Diagnostics> {
    let mut input = Input::new(file.bytes);
    if input.take(MAGIC.len()) != Some(MAGIC) {
        return Err(damaged(READER.name, "it does not start with `GGUF`").into());
    }
    let version = input.u32().ok_or_else(cut)?;
    // Small numbers with their bytes in the other order.
    if version != 0 && version.trailing_zeros() >= 16 {
        return Err(Diagnostic::error("the GGUF file is big-endian, and netviz reads little-endian ones only")
            .hint("convert it with `gguf-convert-endian model.gguf little` of the Python package gguf")
            .into());
    }
    if !(2..=3).contains(&version) {
        return Err(Diagnostic::error(format!(
            "the GGUF file is of version {version}, and netviz reads versions 2 and 3"
        ))
        .hint("convert the original network again with a current llama.cpp")
        .into());
    }
    let (tensors, entries) = input.count(TENSOR).zip(input.count(ENTRY)).ok_or_else(cut)?;
    let most = limits::OPERATIONS;
    if tensors > most || entries > most {
        let message = format!("the GGUF file has more than {} tensors or entries of metadata", thousands(most));
        return Err(Diagnostic::error(message).hint("it is not that of a network").into());
    }
    let header = header(&mut input, tensors, entries).ok_or_else(cut)?;
    let alignment = header.entry("general.alignment").and_then(|text| text.parse().ok()).unwrap_or(ALIGNMENT);
    let start = input.position().checked_next_multiple_of(alignment.max(1)).unwrap_or(usize::MAX);
    let (mut leaves, mut missing) = (Vec::with_capacity(header.tensors.len()), 0_usize);
    for info in &header.tensors {
        let leaf = leaf(info, file.bytes, start)?;
        missing += usize::from(matches!(leaf.tensor.values, Values::Missing(_)));
        leaves.push(leaf);
    }
    let kind = header.entry("general.architecture").filter(|text| !text.is_empty()).unwrap_or(READER.name);
    let name = header.entry("general.name").filter(|text| !text.trim().is_empty()).unwrap_or(file.name);
    let (graph, tensors) = tree(name, kind, &leaves)?;
    let outside = (missing > 0).then(|| {
        let message = format!("the values of {} lie outside the file", plural(missing, "tensor"));
        Diagnostic::warning(message).hint("the file is cut: load it again")
    });
    let warnings = part(&header).into_iter().chain(outside).collect();
    let origin =
        Origin { format: READER.name, version: version.to_string(), metadata: header.metadata, ..Origin::default() };
    Ok(Imported { graph, origin, tensors, sizes: BTreeMap::new(), warnings })
}

/// The warning about a file that is one of several.
fn part(header: &Header) -> Option<Diagnostic> {
    let number = |key: &str| header.entry(key)?.parse::<u64>().ok();
    let count = number("split.count").filter(|&count| count > 1)?;
    let own = number("split.no").map_or_else(|| "one".to_owned(), |own| format!("part {}", own.saturating_add(1)));
    let all = number("split.tensors.count").map(|all| format!(" of {all}")).unwrap_or_default();
    let message = format!("the file is {own} of {count}: it holds {} tensors{all}", header.tensors.len());
    Some(Diagnostic::warning(message).hint("join the parts with `llama-gguf-split --merge` of llama.cpp"))
}

fn cut() -> Diagnostic {
    damaged(READER.name, "it ends within the header")
}

struct Header {
    metadata: Vec<(String, String)>,
    tensors: Vec<Info>,
}

impl Header {
    fn entry(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// What the header says about a tensor.
struct Info {
    name: String,
    /// The fastest dimension first.
    sizes: Vec<u64>,
    ty: u32,
    offset: u64,
}

/// Everything before the values; `None` if it is damaged.
fn header(input: &mut Input, tensors: usize, entries: usize) -> Option<Header> {
    let mut header = Header { metadata: Vec::new(), tensors: Vec::new() };
    for _ in 0..entries {
        let key = String::from_utf8_lossy(input.text()?).into_owned();
        let ty = input.u32()?;
        header.metadata.push((key, metadata::value(input, ty)?));
    }
    for _ in 0..tensors {
        let name = String::from_utf8_lossy(input.text()?).into_owned();
        let rank = input.u32()?;
        if rank as usize > limits::RANK || name.len() > LONGEST_NAME {
            return None;
        }
        let sizes = (0..rank).map(|_| input.u64()).collect::<Option<_>>()?;
        header.tensors.push(Info { name, sizes, ty: input.u32()?, offset: input.u64()? });
    }
    Some(header)
}

/// A tensor whose values lie behind `start`.
fn leaf(info: &Info, bytes: &Bytes, start: usize) -> Result<Leaf, Diagnostic> {
    let name = &info.name;
    let (ty, dtype) = types::find(info.ty).ok_or_else(|| {
        let message = format!("the tensor `{name}` has the element type {}, which netviz does not know", info.ty);
        Diagnostic::error(message).hint("quantize the network to another type, such as Q4_K_M")
    })?;
    // numpy and all others have the fastest dimension last.
    let shape: Vec<usize> = info.sizes.iter().rev().map(|&size| usize::try_from(size).unwrap_or(usize::MAX)).collect();
    let mut tensor = Tensor { dtype, shape, values: Values::Missing("lies outside the file".into()) };
    let range = usize::try_from(info.offset).ok().and_then(|offset| {
        let from = start.checked_add(offset)?;
        let to = from.checked_add(usize::try_from(dtype.bytes(tensor.elements())).ok()?)?;
        (to <= bytes.len()).then_some(from..to)
    });
    if let Some(range) = range {
        tensor.values = Values::Bytes(bytes.slice(range));
    }
    Ok(Leaf { name: info.name.clone(), dtype: ty.to_owned(), tensor })
}
