//! Texts.

use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::common::{broadcasts, dim, with_dtype};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("StringNormalizer", normalized)
        .defaults(&[("case_change_action", "NONE"), ("is_case_sensitive", "0")]),
    Operator::plain("StringConcat", broadcasts),
    Operator::plain("StringSplit", split),
    Operator::plain("RegexFullMatch", |call| Ok(vec![with_dtype(call.at(0)?, DType::Bool)])),
    Operator::plain("TfIdfVectorizer", counts),
];

/// Words, of which some may be left out.
fn normalized(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let (outer, words) = match dims {
        [words] => (&[][..], words),
        [_, words] => (&dims[..1], words),
        _ => return Err(Misfit::new(format!("needs a list of texts, but gets {}", input.signature()))),
    };
    let keeps_all = call.texts("stopwords").is_none_or(<[String]>::is_empty);
    let words = if keeps_all { words.clone() } else { Dim::Unknown };
    Ok(vec![input.with_dims(outer.iter().cloned().chain([words]))])
}

/// The parts of each text, and their number.
fn split(call: &Call) -> Types {
    let input = call.at(0)?;
    let counts = with_dtype(input, DType::Int64);
    let Some(dims) = input.dims() else { return Ok(vec![input.clone(), counts]) };
    Ok(vec![input.with_dims(dims.iter().cloned().chain([Dim::Unknown])), counts])
}

/// How often each sequence of words occurs: one number for each of them.
fn counts(call: &Call) -> Types {
    let number = call.ints("ngram_indexes").and_then(|indexes| indexes.iter().max()?.checked_add(1));
    let number = number.map_or(Dim::Unknown, dim);
    Ok(vec![match call.dims(0)? {
        Some([_]) => TensorType::new(DType::Float32, [number]),
        Some([batch, _]) => TensorType::new(DType::Float32, [batch.clone(), number]),
        _ => TensorType::unranked(DType::Float32),
    }])
}
