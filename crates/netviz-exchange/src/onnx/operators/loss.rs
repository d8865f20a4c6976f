//! Losses.

use super::common::with_dtype;
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[("reduction", "mean")];

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("NegativeLogLikelihoodLoss", loss).settings(1).defaults(DEFAULTS),
    Operator::plain("SoftmaxCrossEntropyLoss", loss).settings(1).defaults(DEFAULTS),
];

/// One number for each target or for all, then the logarithms of the probabilities.
fn loss(call: &Call) -> Types {
    let scores = call.at(0)?;
    let loss = match call.text("reduction", "mean") {
        "none" => with_dtype(call.at(1)?, scores.dtype()),
        _ => super::common::scalar(scores.dtype()),
    };
    Ok(vec![loss, scores.clone()])
}
