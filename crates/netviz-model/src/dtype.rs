//! Element types of tensors.

use std::fmt;

/// Elements that are stored together, such as weights of 4 bits with a scale: a type of GGUF.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Block {
    /// The name, such as `Q4_K`.
    pub name: &'static str,
    /// Elements of a block.
    pub elements: usize,
    /// Bytes of a block.
    pub bytes: usize,
}

/// Declares the element types: name, and bits of an element.
macro_rules! dtypes {
    ($($(#[$meta:meta])* $variant:ident $name:literal $bits:literal;)+) => {
        /// Element type of a tensor, as in ONNX. Exporters and engines match on all of them, so that a new one is not
        /// forgotten.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum DType {
            $($(#[$meta])* $variant,)+
            /// Blocks of elements with scales in common.
            Block(&'static Block),
        }

        impl DType {
            /// Every element type but those of blocks.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name, such as `float32`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Block(block) => block.name,
                }
            }

            /// Bits of an element in memory; 0 for text, whose elements differ, and for blocks, which
            /// [`bytes`](Self::bytes) counts.
            pub const fn bits(self) -> usize {
                match self {
                    $(Self::$variant => $bits,)+
                    Self::Block(_) => 0,
                }
            }
        }
    };
}

dtypes! {
    /// 32-bit floating point.
    Float32 "float32" 32;
    /// 64-bit floating point.
    Float64 "float64" 64;
    /// 16-bit floating point.
    Float16 "float16" 16;
    /// 16-bit floating point with the exponent of 32 bits.
    BFloat16 "bfloat16" 16;
    /// 8-bit floating point, 4 bits of exponent, without infinity.
    Float8E4M3 "float8_e4m3fn" 8;
    /// 8-bit floating point, 4 bits of exponent, without infinity and negative zero.
    Float8E4M3Fnuz "float8_e4m3fnuz" 8;
    /// 8-bit floating point, 5 bits of exponent.
    Float8E5M2 "float8_e5m2" 8;
    /// 8-bit floating point, 5 bits of exponent, without infinity and negative zero.
    Float8E5M2Fnuz "float8_e5m2fnuz" 8;
    /// A power of two: 8 bits of exponent.
    Float8E8M0 "float8_e8m0" 8;
    /// 4-bit floating point, 2 bits of exponent.
    Float4E2M1 "float4_e2m1" 4;
    /// 2-bit signed integer.
    Int2 "int2" 2;
    /// 4-bit signed integer.
    Int4 "int4" 4;
    /// 8-bit signed integer.
    Int8 "int8" 8;
    /// 16-bit signed integer.
    Int16 "int16" 16;
    /// 32-bit signed integer.
    Int32 "int32" 32;
    /// 64-bit signed integer.
    Int64 "int64" 64;
    /// 2-bit unsigned integer.
    UInt2 "uint2" 2;
    /// 4-bit unsigned integer.
    UInt4 "uint4" 4;
    /// 8-bit unsigned integer.
    UInt8 "uint8" 8;
    /// 16-bit unsigned integer.
    UInt16 "uint16" 16;
    /// 32-bit unsigned integer.
    UInt32 "uint32" 32;
    /// 64-bit unsigned integer.
    UInt64 "uint64" 64;
    /// Two 32-bit floating-point numbers.
    Complex64 "complex64" 64;
    /// Two 64-bit floating-point numbers.
    Complex128 "complex128" 128;
    /// Boolean.
    Bool "bool" 8;
    /// Text.
    String "string" 0;
    /// Of values of a file about which nothing is known.
    Undefined "?" 0;
}

impl DType {
    /// Whether it is a floating-point type.
    pub const fn is_float(self) -> bool {
        matches!(
            self,
            Self::Float32
                | Self::Float64
                | Self::Float16
                | Self::BFloat16
                | Self::Float8E4M3
                | Self::Float8E4M3Fnuz
                | Self::Float8E5M2
                | Self::Float8E5M2Fnuz
                | Self::Float8E8M0
                | Self::Float4E2M1
        )
    }

    /// The bytes of so many elements, those of less than a byte packed.
    pub fn bytes(self, elements: usize) -> u64 {
        if let Self::Block(block) = self {
            let blocks = elements.div_ceil(block.elements.max(1)) as u64;
            return blocks.saturating_mul(block.bytes as u64);
        }
        (elements as u64).saturating_mul(self.bits() as u64).div_ceil(8)
    }

    /// The type with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dtype| dtype.name() == name)
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_whole_bytes_and_blocks() {
        static Q4_K: Block = Block { name: "Q4_K", elements: 256, bytes: 144 };
        assert_eq!([DType::Int4, DType::Float16, DType::Block(&Q4_K)].map(|dtype| dtype.bytes(257)), [129, 514, 288]);
    }
}
