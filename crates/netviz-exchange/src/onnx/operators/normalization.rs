//! Normalization.

use netviz_model::category::Category::Normalization;
use netviz_model::ir::Role::{Statistic, Trainable};
use netviz_model::ir::{Dim, TensorType};

use super::common::{axis, same, typed};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("BatchNormalization", Normalization, batch)
        .flops(2)
        .roles(&[Trainable, Trainable, Trainable, Statistic, Statistic])
        .defaults(&[("momentum", "0.9"), ("epsilon", "0.00001"), ("spatial", "1"), ("training_mode", "0")]),
    Operator::new("InstanceNormalization", Normalization, same)
        .flops(5)
        .roles(&[Trainable; 3])
        .defaults(&[("epsilon", "0.00001")]),
    Operator::new("LayerNormalization", Normalization, layer).flops(7).roles(&[Trainable; 3]).defaults(&[
        ("axis", "-1"),
        ("epsilon", "0.00001"),
        ("stash_type", "1"),
    ]),
    Operator::new("GroupNormalization", Normalization, same)
        .flops(7)
        .roles(&[Trainable; 3])
        .defaults(&[("epsilon", "0.00001"), ("stash_type", "1")]),
    Operator::new("RMSNormalization", Normalization, same).flops(4).roles(&[Trainable; 2]).defaults(&[
        ("axis", "-1"),
        ("epsilon", "0.00001"),
        ("stash_type", "1"),
    ]),
    Operator::new("LRN", Normalization, same).flops(3).defaults(&[
        ("alpha", "0.0001"),
        ("beta", "0.75"),
        ("bias", "1"),
    ]),
    Operator::new("LpNormalization", Normalization, same).flops(2).defaults(&[("axis", "-1"), ("p", "2")]),
    Operator::new("MeanVarianceNormalization", Normalization, same).flops(5),
];

/// In training, also the running statistics, and in early versions those of the batch.
fn batch(call: &Call) -> Types {
    let input = call.at(0)?;
    let statistics = call.get(3).cloned().unwrap_or_else(|| {
        typed(input.dtype(), input.dims().and_then(|dims| dims.get(1)).map(|channels| vec![channels.clone()]))
    });
    Ok(vec![input.clone(), statistics.clone(), statistics.clone(), statistics.clone(), statistics])
}

/// Also the mean and the inverse of the deviation, of which the normalized dimensions are 1.
pub(super) fn layer(call: &Call) -> Types {
    let input = call.at(0)?;
    let statistics = match input.dims() {
        None => TensorType::unranked(input.dtype()),
        Some(dims) => {
            let first = axis(call.int("axis", -1), dims.len())?;
            let ones = dims[first..].iter().map(|_| Dim::Size(1));
            input.with_dims(dims[..first].iter().cloned().chain(ones))
        }
    };
    Ok(vec![input.clone(), statistics.clone(), statistics])
}
