//! Tensors, whose values stay where they are in the file.

use prost::bytes::{Buf, BufMut, Bytes};
use prost::encoding::{self, DecodeContext, WireType};
use prost::{DecodeError, Message};

use super::StringStringEntryProto;

/// A constant, the last dimension fastest, little-endian.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TensorProto {
    pub(crate) dims: Vec<i64>,
    pub(crate) data_type: i32,
    pub(crate) name: String,
    pub(crate) raw_data: Bytes,
    /// In place of `raw_data`: for 32-bit floating point and complex numbers.
    pub(crate) float_data: Numbers,
    /// For integers and floating point of up to 32 bits.
    pub(crate) int32_data: Numbers,
    pub(crate) int64_data: Numbers,
    pub(crate) double_data: Numbers,
    pub(crate) uint64_data: Numbers,
    /// The number of texts.
    pub(crate) strings: usize,
    /// Where the values are, if not in this file.
    pub(crate) external_data: Vec<StringStringEntryProto>,
    /// 1 if they are not.
    pub(crate) data_location: i32,
}

/// A packed list of numbers as its bytes: fixed sizes of 4 or 8, or varints.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Numbers {
    chunks: Vec<Bytes>,
    /// Numbers that are not packed, which follow.
    single: Vec<u8>,
}

impl Numbers {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.chunks.is_empty() && self.single.is_empty()
    }

    /// The bytes that [`Self::bytes`] copies.
    pub(crate) fn copied(&self) -> usize {
        match &self.chunks[..] {
            [_] | [] if self.single.is_empty() => 0,
            chunks => chunks.iter().map(Bytes::len).sum::<usize>() + self.single.len(),
        }
    }

    /// All bytes in one piece.
    pub(crate) fn bytes(&self) -> Bytes {
        match &self.chunks[..] {
            [only] if self.single.is_empty() => only.clone(),
            chunks => chunks.iter().map(Bytes::as_ref).chain([&self.single[..]]).collect::<Vec<_>>().concat().into(),
        }
    }

    fn merge(&mut self, wire_type: WireType, buf: &mut impl Buf, context: DecodeContext) -> Result<(), DecodeError> {
        match wire_type {
            WireType::LengthDelimited => {
                if !self.single.is_empty() {
                    self.chunks.push(std::mem::take(&mut self.single).into());
                }
                let mut chunk = Bytes::new();
                encoding::bytes::merge(wire_type, &mut chunk, buf, context)?;
                self.chunks.push(chunk);
            }
            WireType::Varint => encoding::encode_varint(encoding::decode_varint(buf)?, &mut self.single),
            WireType::ThirtyTwoBit => {
                let mut value = 0_u32;
                encoding::fixed32::merge(wire_type, &mut value, buf, context)?;
                self.single.extend(value.to_le_bytes());
            }
            WireType::SixtyFourBit => {
                let mut value = 0_u64;
                encoding::fixed64::merge(wire_type, &mut value, buf, context)?;
                self.single.extend(value.to_le_bytes());
            }
            WireType::StartGroup | WireType::EndGroup => encoding::skip_field(wire_type, 0, buf, context)?,
        }
        Ok(())
    }
}

/// Written by hand, so that numbers stay bytes. Only what netviz writes is encoded: sizes, type, name and raw values.
impl Message for TensorProto {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        encoding::int64::encode_repeated(1, &self.dims, buf);
        if self.data_type != 0 {
            encoding::int32::encode(2, &self.data_type, buf);
        }
        if !self.name.is_empty() {
            encoding::string::encode(8, &self.name, buf);
        }
        if !self.raw_data.is_empty() {
            encoding::bytes::encode(9, &self.raw_data, buf);
        }
    }

    fn encoded_len(&self) -> usize {
        let data_type = if self.data_type == 0 { 0 } else { encoding::int32::encoded_len(2, &self.data_type) };
        let name = if self.name.is_empty() { 0 } else { encoding::string::encoded_len(8, &self.name) };
        let values = if self.raw_data.is_empty() { 0 } else { encoding::bytes::encoded_len(9, &self.raw_data) };
        encoding::int64::encoded_len_repeated(1, &self.dims) + data_type + name + values
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        match tag {
            1 => encoding::int64::merge_repeated(wire_type, &mut self.dims, buf, context),
            2 => encoding::int32::merge(wire_type, &mut self.data_type, buf, context),
            4 => self.float_data.merge(wire_type, buf, context),
            5 => self.int32_data.merge(wire_type, buf, context),
            6 => {
                self.strings += 1;
                encoding::skip_field(wire_type, tag, buf, context)
            }
            7 => self.int64_data.merge(wire_type, buf, context),
            8 => encoding::string::merge(wire_type, &mut self.name, buf, context),
            9 => encoding::bytes::merge(wire_type, &mut self.raw_data, buf, context),
            10 => self.double_data.merge(wire_type, buf, context),
            11 => self.uint64_data.merge(wire_type, buf, context),
            13 => encoding::message::merge_repeated(wire_type, &mut self.external_data, buf, context),
            14 => encoding::int32::merge(wire_type, &mut self.data_location, buf, context),
            _ => encoding::skip_field(wire_type, tag, buf, context),
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
