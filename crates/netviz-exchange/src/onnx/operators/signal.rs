//! Fourier transforms, windows and determinants.

use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::call::{Int, Known};
use super::common::{axis, of_rank, ranked};
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[("inverse", "0"), ("onesided", "0"), ("output_datatype", "1"), ("periodic", "1")];

const fn window(name: &'static str) -> Operator {
    Operator::plain(name, |call| Ok(vec![TensorType::new(output(call), [number(call, 0).unwrap_or(Dim::Unknown)])]))
        .defaults(DEFAULTS)
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("DFT", transform).defaults(DEFAULTS),
    Operator::plain("STFT", short_time).settings(1).defaults(&[("onesided", "1")]),
    Operator::plain("MelWeightMatrix", |call| {
        let bands = number(call, 0).unwrap_or(Dim::Unknown);
        let bins = number(call, 1).map_or(Dim::Unknown, |length| half(&length));
        Ok(vec![TensorType::new(output(call), [bins, bands])])
    })
    .defaults(DEFAULTS),
    window("BlackmanWindow"),
    window("HammingWindow"),
    window("HannWindow"),
    Operator::plain("Det", determinant),
];

fn output(call: &Call) -> DType {
    call.dtype("output_datatype").unwrap_or(DType::Float32)
}

/// The size that a scalar operand gives; `None` if there is no operand.
fn number(call: &Call, index: usize) -> Option<Dim> {
    call.get(index)?;
    let first = call.value(index).and_then(Known::as_ints).and_then(<[Int]>::first);
    Some(first.map_or(Dim::Unknown, Int::dim))
}

/// The different frequencies of a real signal.
fn half(length: &Dim) -> Dim {
    Dim::compute([length], |[length]| Some(length / 2 + 1))
}

fn transform(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let along = if call.opset < 20 {
        Some(call.int("axis", 1))
    } else if call.get(2).is_none() {
        Some(-2)
    } else {
        call.known_ints(2).and_then(|list| list.first().copied())
    };
    let Some(along) = along else { return Ok(vec![of_rank(input.dtype(), dims.len())]) };
    let along = axis(along, dims.len())?;
    let last = dims.len() - 1;
    let (is_inverse, is_half) = (call.int("inverse", 0) != 0, call.int("onesided", 0) != 0);
    let mut dims = dims.to_vec();
    let own = dims[along].clone();
    dims[along] = match (number(call, 1), is_inverse && is_half) {
        (Some(length), true) => length,
        // Of a real signal of even length.
        (None, true) => Dim::compute([&own], |[bins]| bins.checked_sub(1)?.checked_mul(2)),
        (length, false) => {
            let length = length.unwrap_or(own);
            if is_half { half(&length) } else { length }
        }
    };
    // Complex numbers are pairs.
    dims[last] = Dim::Size(if is_inverse && is_half { 1 } else { 2 });
    Ok(vec![input.with_dims(dims)])
}

fn short_time(call: &Call) -> Types {
    let input = call.at(0)?;
    let (batch, signal) = match ranked::<3>(call, 0) {
        Ok(Some([batch, signal, _])) => (batch.clone(), signal.clone()),
        Ok(None) => (Dim::Unknown, Dim::Unknown),
        // Real signals may come without the last dimension.
        Err(_) => ranked::<2>(call, 0)?
            .map_or((Dim::Unknown, Dim::Unknown), |[batch, signal]| (batch.clone(), signal.clone())),
    };
    let window = call.get(2).and_then(TensorType::dims).and_then(|dims| dims.first().cloned());
    let length = number(call, 3).or(window).unwrap_or_else(|| signal.clone());
    let step = number(call, 1).unwrap_or(Dim::Unknown);
    let frames = Dim::compute([&signal, &length, &step], |[signal, length, step]| {
        signal.checked_sub(length)?.checked_div(step)?.checked_add(1)
    });
    let bins = if call.int("onesided", 1) == 0 { length } else { half(&length) };
    Ok(vec![input.with_dims([batch, frames, bins, Dim::Size(2)])])
}

fn determinant(call: &Call) -> Types {
    let input = call.at(0)?;
    match input.dims() {
        None => Ok(vec![input.clone()]),
        Some([outer @ .., _, _]) => Ok(vec![input.with_dims(outer.iter().cloned())]),
        Some(_) => Err(Misfit::new(format!("needs matrices, but gets {}", input.signature()))),
    }
}
