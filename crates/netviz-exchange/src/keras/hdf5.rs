//! HDF5 files: data sets by their paths. Their values stay in the file until somebody needs them.

use std::collections::{BTreeMap, HashMap};

use hdf5_pure::{
    AttrValue, Chunk, ChunkIndex, Dataset, Datatype, DatatypeByteOrder, FormatError, Group, Layout, Source,
};
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::DType;
use netviz_model::{limits, text};
use prost::bytes::Bytes;

use crate::import::{Packed, Tensor, Values};

/// The first bytes of a file.
pub(super) const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Groups within groups.
const DEPTH: usize = 64;

/// Bytes of the chunks that h5py chooses.
const CHUNK: u64 = 1 << 20;

/// An open file.
pub(super) struct Hdf5 {
    file: hdf5_pure::File,
    bytes: Bytes,
    /// The bytes that its data sets may have together.
    most: u64,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The data sets by their paths, such as `layers/dense/vars/0`.
    pub(super) tensors: BTreeMap<String, Tensor>,
    /// The names that a group gives to its data sets, in order, by the path of the group.
    pub(super) names: HashMap<String, Vec<String>>,
}

/// A mapped file, from which the parts that are needed are copied.
struct Mapped(Bytes);

impl Source for Mapped {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.checked_add(buffer.len()).ok_or(FormatError::OffsetOverflow { offset, length: self.len() })?;
        let available = self.0.len().saturating_sub(start);
        let part = self.0.get(start..end);
        buffer.copy_from_slice(part.ok_or(FormatError::UnexpectedEof { expected: buffer.len(), available })?);
        Ok(())
    }
}

impl Hdf5 {
    /// Opens a file, of which only the first structures are read. It may be a member of an archive; the length is that of
    /// the file that the user has.
    pub(super) fn open(bytes: &Bytes, length: usize) -> Result<Self, Diagnostic> {
        let file = hdf5_pure::File::from_source(Mapped(bytes.clone())).map_err(|error| damaged(&error))?;
        Ok(Self { file, bytes: bytes.clone(), most: limits::unpacked(length as u64) })
    }

    /// The attributes of the file that are texts.
    pub(super) fn texts(&self) -> Result<HashMap<String, String>, Diagnostic> {
        let attributes = self.file.root().attrs().map_err(|error| damaged(&error))?;
        let text = |(name, value): (String, AttrValue)| Some((name, value.as_str()?.to_owned()));
        Ok(attributes.into_iter().filter_map(text).collect())
    }

    /// Everything below the root except these groups.
    pub(super) fn contents(&self, except: &[&str]) -> Result<Contents, Diagnostic> {
        let mut contents = Contents::default();
        let (mut objects, mut held) = (0_usize, 0_u64);
        // Links can make a circle, so that only depth and number end the walk.
        let mut waiting = vec![(String::new(), self.file.root(), 0)];
        while let Some((path, group, depth)) = waiting.pop() {
            if depth > DEPTH {
                return Err(Diagnostic::error(format!(
                    "the groups of the HDF5 file are nested more than {DEPTH} deep"
                ))
                .hint("save the model again"));
            }
            if let Some(names) = names(&group) {
                contents.names.insert(path.clone(), names);
            }
            for (name, dataset) in group.iter_datasets().map_err(|error| damaged(&error))? {
                let path = joined(&path, &name);
                let tensor = self.tensor(&path, dataset)?;
                let has_values = |tensor: &&Tensor| !matches!(tensor.values, Values::Missing(_));
                held = held.saturating_add(tensor.as_ref().filter(has_values).map_or(0, Tensor::size));
                contents.tensors.extend(tensor.map(|tensor| (path, tensor)));
                objects += 1;
            }
            for (name, child) in group.iter_groups().map_err(|error| damaged(&error))? {
                let path = joined(&path, &name);
                if !except.contains(&path.as_str()) {
                    waiting.push((path, child, depth + 1));
                }
                objects += 1;
            }
            // Data sets can have their bytes in common.
            if held > self.most {
                let [held, length] = [held, self.bytes.len() as u64].map(text::bytes);
                return Err(Diagnostic::error(format!("the data sets of the HDF5 file claim to hold {held}"))
                    .hint(format!("the file has {length}, which cannot be: save the model again")));
            }
            if objects > limits::HDF5_OBJECTS {
                let most = text::thousands(limits::HDF5_OBJECTS);
                return Err(Diagnostic::error(format!("the HDF5 file has more than {most} groups and data sets"))
                    .hint("save the model again"));
            }
        }
        Ok(contents)
    }

    /// The tensor that a data set is; `None` if it holds anything else, such as texts.
    fn tensor(&self, path: &str, dataset: Dataset) -> Result<Option<Tensor>, Diagnostic> {
        let error = |error: hdf5_pure::Error| {
            Diagnostic::error(format!("the data set `{}` cannot be read: {error}", excerpt(path)))
                .hint("the file is damaged: save the model again")
        };
        let Some((dtype, is_native)) = element(&dataset.datatype().map_err(error)?) else { return Ok(None) };
        let shape = dataset.shape().map_err(error)?;
        let shape = shape.into_iter().map(|size| usize::try_from(size).unwrap_or(usize::MAX)).collect();
        let mut tensor = Tensor { dtype, shape, values: Values::Missing("was never written".into()) };
        let wanted = dtype.bytes(tensor.elements());
        let claims = || {
            let [wanted, length] = [wanted, self.bytes.len() as u64].map(text::bytes);
            Diagnostic::error(format!("the data set `{}` claims to hold {wanted}", excerpt(path)))
                .hint(format!("the file has {length}, which cannot be: save the model again"))
        };
        tensor.values = match dataset.layout().map_err(error)? {
            Layout::Contiguous { address: None, .. } => return Ok(Some(tensor)),
            Layout::Contiguous { address: Some(start), size } if is_native => {
                let end = start.checked_add(wanted).filter(|_| size >= wanted).ok_or_else(claims)?;
                let range = usize::try_from(start).ok().zip(usize::try_from(end).ok()).map(|(start, end)| start..end);
                let range = range.filter(|range| range.end <= self.bytes.len()).ok_or_else(claims)?;
                Values::Bytes(self.bytes.slice(range))
            }
            _ if wanted > self.most || wanted > limits::UNPACKED => return Err(claims()),
            // Chunks can be larger than a data set that may grow, but not by much.
            Layout::Chunked { chunk_shape, .. } if bytes(&chunk_shape, dtype) > wanted.max(CHUNK) => {
                return Err(claims());
            }
            Layout::Chunked { index, .. } if !is_readable(index) => {
                Values::Missing("is stored in chunks of the newest version of HDF5".into())
            }
            _ => {
                let (size, length) = (dtype.bits() / 8, self.bytes.len() as u64);
                Values::Packed(Packed::new(move || {
                    if !has_room(&dataset, length)? {
                        return None;
                    }
                    let mut bytes = dataset.read_raw().ok()?;
                    if !is_native {
                        bytes.chunks_exact_mut(size.max(1)).for_each(<[u8]>::reverse);
                    }
                    Some(bytes)
                }))
            }
        };
        Ok(Some(tensor))
    }
}

/// The bytes of a chunk.
fn bytes(shape: &[u64], dtype: DType) -> u64 {
    shape.iter().fold(dtype.bytes(1), |product, &size| product.saturating_mul(size))
}

/// Whether all chunks of a data set are inside it, and inside a file of this length.
///
/// The crate takes memory for the size that a chunk claims, and computes with its place, before it looks at either.
fn has_room(dataset: &Dataset, length: u64) -> Option<bool> {
    if !dataset.is_chunked() {
        return Some(true);
    }
    let shape = dataset.shape().ok()?;
    let fits = |chunk: &Chunk| {
        let is_inside = chunk.offset.iter().zip(&shape).all(|(place, size)| place < size);
        is_inside && chunk.address.saturating_add(chunk.storage_size) <= length
    };
    Some(dataset.chunks().ok()?.iter().all(fits))
}

/// Whether chunks are listed in a way that Keras' users have: that of all versions, or none for a single one. The crate
/// can panic on damaged lists of the newest version.
fn is_readable(index: ChunkIndex) -> bool {
    matches!(index, ChunkIndex::BTreeV1 | ChunkIndex::SingleChunk | ChunkIndex::Implicit)
}

/// The path of what a group holds.
pub(super) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

fn damaged(error: &hdf5_pure::Error) -> Diagnostic {
    Diagnostic::error(format!("not a valid HDF5 file: {error}")).hint("the file is damaged: save the model again")
}

/// The names of a layer's weights. Long lists are several attributes: `weight_names0`, `weight_names1`.
fn names(group: &Group) -> Option<Vec<String>> {
    let attributes = group.attrs().ok()?;
    let strings = |value: &AttrValue| match value.as_strings() {
        Some(strings) => Some(strings.to_vec()),
        None => value.as_str().map(|text| vec![text.to_owned()]),
    };
    if let Some(value) = attributes.get("weight_names") {
        // No weights are an array of numbers without entries.
        return Some(strings(value).unwrap_or_default());
    }
    let parts = (0..).map_while(|part| attributes.get(&format!("weight_names{part}")));
    let names: Vec<String> = parts.filter_map(strings).flatten().collect();
    (!names.is_empty()).then_some(names)
}

/// The element type of a data set, and whether its bytes are in the order of [`Values::Bytes`].
fn element(datatype: &Datatype) -> Option<(DType, bool)> {
    let is_native = |order: &DatatypeByteOrder, size: u32| size == 1 || *order == DatatypeByteOrder::LittleEndian;
    match datatype {
        Datatype::FloatingPoint { size, byte_order, layout } => {
            let dtype = match (size, layout.exponent_size) {
                (1, 4) => DType::Float8E4M3,
                (1, 5) => DType::Float8E5M2,
                (2, 8) => DType::BFloat16,
                (2, _) => DType::Float16,
                (4, _) => DType::Float32,
                (8, _) => DType::Float64,
                _ => return None,
            };
            Some((dtype, is_native(byte_order, *size)))
        }
        Datatype::FixedPoint { size, byte_order, layout } => {
            let dtype = match (size, layout.signed) {
                (1, true) => DType::Int8,
                (1, false) => DType::UInt8,
                (2, true) => DType::Int16,
                (2, false) => DType::UInt16,
                (4, true) => DType::Int32,
                (4, false) => DType::UInt32,
                (8, true) => DType::Int64,
                (8, false) => DType::UInt64,
                _ => return None,
            };
            Some((dtype, is_native(byte_order, *size)))
        }
        // NumPy has no type of its own for these, so that h5py writes bytes.
        Datatype::Opaque { size: 2, .. } => Some((DType::BFloat16, true)),
        // Booleans of h5py.
        Datatype::Enumeration { size: 1, .. } => Some((DType::Bool, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hdf5_pure::FileBuilder;

    use super::*;

    /// A file with one data set of these numbers, in one compressed chunk or as they are.
    fn file(numbers: &[f32], is_packed: bool) -> Vec<u8> {
        let mut builder = FileBuilder::new();
        let dataset = builder.create_dataset("numbers").with_f32_data(numbers).with_shape(&[numbers.len() as u64]);
        if is_packed {
            dataset.with_chunks(&[numbers.len() as u64]).with_deflate(6);
        }
        builder.finish().expect("memory")
    }

    fn read(bytes: Vec<u8>) -> Result<Contents, Diagnostic> {
        let length = bytes.len();
        Hdf5::open(&bytes.into(), length)?.contents(&[])
    }

    /// Replaces all numbers of 64 bits that have one value.
    fn patched(mut bytes: Vec<u8>, from: u64, to: u64) -> Vec<u8> {
        for place in 0..bytes.len() - 8 {
            if bytes[place..place + 8] == from.to_le_bytes() {
                bytes[place..place + 8].copy_from_slice(&to.to_le_bytes());
            }
        }
        bytes
    }

    #[test]
    fn values_stay_in_the_file() {
        let bytes = Bytes::from(file(&[0.5; 1234], false));
        let contents = Hdf5::open(&bytes, bytes.len()).and_then(|file| file.contents(&[])).expect("a file");
        let Values::Bytes(values) = &contents.tensors["numbers"].values else { panic!("copied") };
        assert!(bytes.as_ptr_range().contains(&values.as_ptr()));
    }

    #[test]
    fn packed_values_are_unpacked() {
        let numbers: Vec<f32> = (0..1234_u16).map(f32::from).collect();
        let contents = read(file(&numbers, true)).expect("a file");
        let tensor = &contents.tensors["numbers"];
        assert!(matches!(tensor.values, Values::Packed(_)));
        let expected: Vec<f64> = numbers.into_iter().map(f64::from).collect();
        assert_eq!(tensor.floats(usize::MAX), Some(expected));
    }

    #[test]
    fn data_sets_that_expand_are_bounded_together() {
        let mut builder = FileBuilder::new();
        for number in 0..40 {
            let numbers = vec![0.0; 1 << 18];
            let dataset = builder.create_dataset(&format!("n{number}")).with_f32_data(&numbers);
            dataset.with_shape(&[1 << 18]).with_chunks(&[1 << 18]).with_deflate(9);
        }
        let bytes = builder.finish().expect("memory");
        let length = text::bytes(bytes.len() as u64);
        let error = read(bytes).expect_err("too much");
        assert_eq!(error.message, "the data sets of the HDF5 file claim to hold 40.00 MiB");
        assert!(error.hint.expect("a hint").starts_with(&format!("the file has {length}")));
    }

    #[test]
    fn sizes_that_a_file_cannot_have_are_errors() {
        for is_packed in [false, true] {
            let bytes = patched(file(&[0.5; 1234], is_packed), 1234, 1 << 50);
            let error = read(bytes).expect_err("too large");
            assert_eq!(error.message, "the data set `numbers` claims to hold 4.00 PiB", "{error:?}");
        }
    }
}
