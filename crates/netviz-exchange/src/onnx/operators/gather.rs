//! Values looked up and put down by their places.

use netviz_model::category::Category::Shape;
use netviz_model::ir::Role::Trainable;
use netviz_model::ir::TensorType;

use super::call::{Elements, Int, Known};
use super::common::axis;
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] =
    &[Operator::new("Gather", Shape, gather).value(gathered).roles(&[Trainable]).defaults(&[("axis", "0")])];

fn gather(call: &Call) -> Types {
    let data = call.at(0)?;
    let (Some(dims), Some(places)) = (data.dims(), call.dims(1)?) else {
        return Ok(vec![TensorType::unranked(data.dtype())]);
    };
    let along = axis(call.int("axis", 0), dims.len())?;
    Ok(vec![data.with_dims([&dims[..along], places, &dims[along + 1..]].concat())])
}

/// Those of lists.
fn gathered(call: &Call) -> Option<Known> {
    let (data, places) = (call.value(0)?, call.value(1)?);
    let [size] = data.shape[..] else { return None };
    let at = |place: &Int| axis(place.known()?, size).ok();
    let places_list = places.as_ints()?;
    let elements = match &data.elements {
        Elements::Ints(ints) => Elements::Ints(
            places_list.iter().map(|place| at(place).map_or(Int::Unknown, |at| ints[at].clone())).collect(),
        ),
        Elements::Floats(floats) => {
            Elements::Floats(places_list.iter().map(|place| at(place).map(|at| floats[at])).collect::<Option<_>>()?)
        }
    };
    Some(Known { shape: places.shape.clone(), elements })
}
