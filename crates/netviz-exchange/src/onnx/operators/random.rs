//! Random numbers.

use netviz_model::ir::{DType, TensorType};

use super::common::{dim, ranked, with_dtype};
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[("high", "1"), ("low", "0"), ("mean", "0"), ("scale", "1")];

const fn of_shape(name: &'static str) -> Operator {
    Operator::plain(name, |call| {
        let sizes = call.ints("shape").unwrap_or_default();
        Ok(vec![TensorType::new(call.dtype("dtype").unwrap_or(DType::Float32), sizes.iter().copied().map(dim))])
    })
    .defaults(DEFAULTS)
}

const fn like(name: &'static str) -> Operator {
    Operator::plain(name, alike).defaults(DEFAULTS)
}

pub(super) const OPERATORS: &[Operator] = &[
    of_shape("RandomNormal"),
    of_shape("RandomUniform"),
    like("RandomNormalLike"),
    like("RandomUniformLike"),
    like("Bernoulli"),
    Operator::plain("Multinomial", samples).defaults(&[("sample_size", "1")]),
];

fn alike(call: &Call) -> Types {
    let input = call.at(0)?;
    Ok(vec![with_dtype(input, call.dtype("dtype").unwrap_or(input.dtype()))])
}

fn samples(call: &Call) -> Types {
    let batch = ranked::<2>(call, 0)?.map_or(netviz_model::ir::Dim::Unknown, |[batch, _]| batch.clone());
    let dtype = call.dtype("dtype").unwrap_or(DType::Int32);
    Ok(vec![TensorType::new(dtype, [batch, dim(call.int("sample_size", 1))])])
}
