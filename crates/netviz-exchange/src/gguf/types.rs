//! Element types of GGUF, as `ggml.h` of [ggml] defines them.
//!
//! [ggml]: https://github.com/ggml-org/ggml

use netviz_model::ir::{Block, DType};

/// Declares the types that are stored in blocks: number, elements and bytes of a block.
macro_rules! blocks {
    ($($number:literal $name:ident $elements:literal $bytes:literal;)+) => {
        const BLOCKS: &[(u32, &Block)] =
            &[$(($number, &Block { name: stringify!($name), elements: $elements, bytes: $bytes })),+];
    };
}

blocks! {
    2 Q4_0 32 18;
    3 Q4_1 32 20;
    6 Q5_0 32 22;
    7 Q5_1 32 24;
    8 Q8_0 32 34;
    9 Q8_1 32 40;
    10 Q2_K 256 84;
    11 Q3_K 256 110;
    12 Q4_K 256 144;
    13 Q5_K 256 176;
    14 Q6_K 256 210;
    15 Q8_K 256 292;
    16 IQ2_XXS 256 66;
    17 IQ2_XS 256 74;
    18 IQ3_XXS 256 98;
    19 IQ1_S 256 50;
    20 IQ4_NL 32 18;
    21 IQ3_S 256 110;
    22 IQ2_S 256 82;
    23 IQ4_XS 256 136;
    29 IQ1_M 256 56;
    // In blocks over four or eight rows, of the same sizes.
    31 Q4_0_4_4 32 18;
    32 Q4_0_4_8 32 18;
    33 Q4_0_8_8 32 18;
    34 TQ1_0 256 54;
    35 TQ2_0 256 66;
    36 IQ4_NL_4_4 32 18;
    37 IQ4_NL_4_8 32 18;
    38 IQ4_NL_8_8 32 18;
    39 MXFP4 32 17;
    40 NVFP4 64 36;
    41 Q1_0 128 18;
}

/// The other types, with their names.
const PLAIN: &[(u32, &str, DType)] = &[
    (0, "F32", DType::Float32),
    (1, "F16", DType::Float16),
    (24, "I8", DType::Int8),
    (25, "I16", DType::Int16),
    (26, "I32", DType::Int32),
    (27, "I64", DType::Int64),
    (28, "F64", DType::Float64),
    (30, "BF16", DType::BFloat16),
];

/// The name of a type and the type, by its number.
pub(super) fn find(number: u32) -> Option<(&'static str, DType)> {
    let block = BLOCKS.iter().find(|(known, _)| *known == number).map(|(_, block)| (block.name, DType::Block(block)));
    block.or_else(|| PLAIN.iter().find(|(known, ..)| *known == number).map(|&(_, name, dtype)| (name, dtype)))
}
