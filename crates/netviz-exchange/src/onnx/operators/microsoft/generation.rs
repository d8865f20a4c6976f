//! Decoding of texts, whose bodies are whole networks.

use netviz_model::ir::{DType, Dim, TensorType};

use crate::onnx::operators::common::dim;
use crate::onnx::operators::{Call, Operator, Types};

/// A search that runs its bodies as often as it finds words.
const fn search(name: &'static str, infer: fn(&Call) -> Types) -> Operator {
    Operator::plain(name, infer).macs(|_, _| None).repeats(|_| None).defaults(&[
        ("early_stopping", "0"),
        ("no_repeat_ngram_size", "0"),
        ("temperature", "1"),
        ("top_p", "0"),
    ])
}

pub(in crate::onnx::operators) const OPERATORS: &[Operator] = &[
    search("BeamSearch", |call| sequences(call, Some(4))),
    search("WhisperBeamSearch", |call| sequences(call, Some(4))),
    search("GreedySearch", |call| sequences(call, None)),
    search("Sampling", |call| sequences(call, None)),
    Operator::plain("NGramRepeatBlock", |call| Ok(vec![call.at(1)?.clone()])),
    Operator::plain("Tokenizer", |call| {
        let input = call.at(0)?;
        let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
        Ok(vec![input.with_dims(dims.iter().cloned().chain([Dim::Unknown]))])
    }),
];

/// Words of each text, up to a number that is an operand, for each of several answers.
fn sequences(call: &Call, answers: Option<usize>) -> Types {
    let batch = call.dims(0)?.and_then(|dims| dims.first().cloned()).unwrap_or(Dim::Unknown);
    let number = |index: usize| {
        let value = call.known_ints(index).and_then(|list| list.first().copied());
        value.map_or(Dim::Unknown, dim)
    };
    let answers = answers.map(number);
    Ok(vec![TensorType::new(DType::Int32, [Some(batch), answers, Some(number(1))].into_iter().flatten())])
}
