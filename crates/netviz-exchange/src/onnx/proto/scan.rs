//! How much memory the messages of a file take, before they are read.
//!
//! A message of two bytes in a file takes hundreds in memory, so that the size of a file says little. Values of tensors
//! do not count: they stay in the file.

use std::mem::size_of;

use prost::encoding::{WireType, decode_varint};

use super::{
    AttributeProto, DimensionProto, FunctionProto, GraphProto, HeldTypeProto, MapTypeProto, ModelProto, NodeProto,
    OperatorSetIdProto, SparseTensorProto, StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto,
    TypeProto, ValueInfoProto,
};

/// Messages within messages that are read at most, as prost does.
const DEPTH: usize = 100;
/// What an allocation takes besides its contents.
const ALLOCATION: u64 = 16;

/// A message that is read.
#[derive(Clone, Copy)]
enum Kind {
    Attribute,
    Dimension,
    Entry,
    Function,
    Graph,
    Held,
    Map,
    Model,
    Node,
    Set,
    Shape,
    Sparse,
    Tensor,
    TensorType,
    Type,
    Value,
}

/// What a field holds.
enum Field {
    Message(Kind),
    /// A text of its own, or one of a list.
    Text,
    /// Numbers in a list, each of which takes so many bytes.
    Numbers(u64),
    /// Numbers that are copied only if they are not packed.
    Values,
    /// What takes no memory of its own.
    Other,
}

impl Kind {
    /// The bytes that a message takes in memory, without its contents.
    const fn size(self) -> usize {
        match self {
            Self::Attribute => size_of::<AttributeProto>(),
            Self::Dimension => size_of::<DimensionProto>(),
            Self::Entry => size_of::<StringStringEntryProto>(),
            Self::Function => size_of::<FunctionProto>(),
            Self::Graph => size_of::<GraphProto>(),
            Self::Held => size_of::<HeldTypeProto>(),
            Self::Map => size_of::<MapTypeProto>(),
            Self::Model => size_of::<ModelProto>(),
            Self::Node => size_of::<NodeProto>(),
            Self::Set => size_of::<OperatorSetIdProto>(),
            Self::Shape => size_of::<TensorShapeProto>(),
            Self::Sparse => size_of::<SparseTensorProto>(),
            Self::Tensor => size_of::<TensorProto>(),
            Self::TensorType => size_of::<TensorTypeProto>(),
            Self::Type => size_of::<TypeProto>(),
            Self::Value => size_of::<ValueInfoProto>(),
        }
    }

    /// What the field with a number holds.
    #[expect(clippy::unnested_or_patterns, reason = "by message, as in the specification")]
    const fn field(self, tag: u64) -> Field {
        use Field::{Message, Numbers, Text, Values};
        match (self, tag) {
            (Self::Attribute, 5 | 10) | (Self::Graph, 5) | (Self::Sparse, 1 | 2) => Message(Self::Tensor),
            (Self::Attribute, 6 | 11) | (Self::Model, 7) => Message(Self::Graph),
            (Self::Attribute, 14) | (Self::Value, 2) | (Self::Held, 1) | (Self::Map, 2) => Message(Self::Type),
            (Self::Attribute, 22) | (Self::Graph, 15) => Message(Self::Sparse),
            (Self::Function, 7) | (Self::Graph, 1) => Message(Self::Node),
            (Self::Function, 9) | (Self::Model, 8) => Message(Self::Set),
            (Self::Function, 11) | (Self::Node, 5) => Message(Self::Attribute),
            (Self::Function, 12) | (Self::Graph, 11..=13) => Message(Self::Value),
            (Self::Model, 14) | (Self::Node, 9) | (Self::Tensor, 13) => Message(Self::Entry),
            (Self::Model, 25) => Message(Self::Function),
            (Self::Shape, 1) => Message(Self::Dimension),
            (Self::TensorType, 2) => Message(Self::Shape),
            (Self::Type, 1 | 8) => Message(Self::TensorType),
            (Self::Type, 4 | 9) => Message(Self::Held),
            (Self::Type, 5) => Message(Self::Map),
            (Self::Attribute, 7) => Numbers(4),
            (Self::Attribute, 8) | (Self::Sparse, 3) | (Self::Tensor, 1) => Numbers(8),
            (Self::Tensor, 4 | 5 | 7 | 10 | 11) => Values,
            (Self::Attribute, 1 | 4 | 9 | 21)
            | (Self::Dimension, 2)
            | (Self::Entry, 1 | 2)
            | (Self::Function, 1 | 4 | 5 | 10 | 13)
            | (Self::Graph, 2)
            | (Self::Model, 2..=4)
            | (Self::Node, 1..=4 | 7 | 8)
            | (Self::Set, 1)
            | (Self::Tensor, 8)
            | (Self::Value, 1) => Text,
            _ => Field::Other,
        }
    }
}

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It would take more than this memory.
    Memory(u64),
    /// Its messages are nested deeper than this.
    Depth(usize),
}

/// Whether the messages of a model take at most so much memory. What is damaged is left to the reader, which stops there.
///
/// # Errors
/// If they take more, or are nested too deeply.
pub(crate) fn scan(model: &[u8], most: u64) -> Result<(), Refused> {
    let mut scan = Scan { taken: 0, most };
    scan.message(Kind::Model, model, 0).map(|_| ())
}

struct Scan {
    taken: u64,
    most: u64,
}

impl Scan {
    fn take(&mut self, bytes: u64) -> Result<(), Refused> {
        self.taken = self.taken.saturating_add(bytes);
        if self.taken > self.most { Err(Refused::Memory(self.most)) } else { Ok(()) }
    }

    /// Counts a message; `false` if it is damaged, so that nothing behind it is read.
    fn message(&mut self, kind: Kind, mut rest: &[u8], depth: usize) -> Result<bool, Refused> {
        if depth > DEPTH {
            return Err(Refused::Depth(DEPTH));
        }
        self.take(kind.size() as u64)?;
        while !rest.is_empty() {
            let Ok(key) = decode_varint(&mut rest) else { return Ok(false) };
            let field = kind.field(key >> 3);
            match WireType::try_from(key & 7) {
                Ok(WireType::LengthDelimited) => {
                    let Some((contents, behind)) = delimited(rest) else { return Ok(false) };
                    rest = behind;
                    let length = contents.len() as u64;
                    match field {
                        Field::Message(kind) if !self.message(kind, contents, depth + 1)? => return Ok(false),
                        Field::Message(_) | Field::Other => {}
                        Field::Text => self.take(length + size_of::<String>() as u64 + ALLOCATION)?,
                        // A packed list has a number in each byte at most.
                        Field::Numbers(size) => self.take(length.saturating_mul(size))?,
                        Field::Values => self.take(2 * ALLOCATION + size_of::<prost::bytes::Bytes>() as u64)?,
                    }
                }
                Ok(WireType::Varint) => {
                    if decode_varint(&mut rest).is_err() {
                        return Ok(false);
                    }
                    self.number(&field)?;
                }
                Ok(WireType::SixtyFourBit | WireType::ThirtyTwoBit) => {
                    let size = if key & 7 == 1 { 8 } else { 4 };
                    let Some(behind) = rest.get(size..) else { return Ok(false) };
                    rest = behind;
                    self.number(&field)?;
                }
                // No ONNX file has groups.
                Ok(WireType::StartGroup | WireType::EndGroup) | Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    fn number(&mut self, field: &Field) -> Result<(), Refused> {
        match field {
            Field::Numbers(size) => self.take(*size),
            // At most the ten bytes of a varint.
            Field::Values => self.take(10),
            Field::Message(_) | Field::Text | Field::Other => Ok(()),
        }
    }
}

/// The contents of a field with a length, and what is behind it; `None` if the length lies.
fn delimited(mut rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    fn model(nodes: usize) -> Vec<u8> {
        let graph = GraphProto { node: vec![NodeProto::default(); nodes], ..GraphProto::default() };
        ModelProto { graph: Some(graph), ..ModelProto::default() }.encode_to_vec()
    }

    #[test]
    fn empty_nodes_count_as_large_as_they_are_in_memory() {
        let bytes = model(1000);
        assert!(bytes.len() < 3000);
        let needed = (1000 * size_of::<NodeProto>() + size_of::<GraphProto>() + size_of::<ModelProto>()) as u64;
        assert_eq!(scan(&bytes, needed), Ok(()));
        assert_eq!(scan(&bytes, needed - 1), Err(Refused::Memory(needed - 1)));
    }

    #[test]
    fn values_of_tensors_do_not_count() {
        let tensor = TensorProto { raw_data: vec![0; 100_000].into(), ..TensorProto::default() };
        let graph = GraphProto { initializer: vec![tensor], ..GraphProto::default() };
        let bytes = ModelProto { graph: Some(graph), ..ModelProto::default() }.encode_to_vec();
        assert_eq!(scan(&bytes, 2000), Ok(()));
    }

    #[test]
    fn depth_is_limited() {
        let mut graph = GraphProto::default();
        for _ in 0..60 {
            let attribute = AttributeProto { g: Some(Box::new(graph)), ..AttributeProto::default() };
            let node = NodeProto { attribute: vec![attribute], ..NodeProto::default() };
            graph = GraphProto { node: vec![node], ..GraphProto::default() };
        }
        let bytes = ModelProto { graph: Some(graph), ..ModelProto::default() }.encode_to_vec();
        assert_eq!(scan(&bytes, u64::MAX), Err(Refused::Depth(DEPTH)));
    }

    #[test]
    fn damaged_files_are_left_to_the_reader() {
        for bytes in [&[0x3a, 0xff, 0xff, 0xff, 0x7f][..], &[0x3b], &[0xff; 20]] {
            assert_eq!(scan(bytes, 10_000), Ok(()));
            assert!(ModelProto::decode(bytes).is_err());
        }
    }
}
