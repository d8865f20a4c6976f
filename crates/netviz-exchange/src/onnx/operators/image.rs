//! Images in other sizes, and boxes in them.

use netviz_model::category::Category::Shape;
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::call::{Int, Known};
use super::common::{axis, dim, divided, of_rank, ranked, same};
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[
    ("align_corners", "0"),
    ("antialias", "0"),
    ("coordinate_transformation_mode", "half_pixel"),
    ("cubic_coeff_a", "-0.75"),
    ("exclude_outside", "0"),
    ("extrapolation_value", "0"),
    ("keep_aspect_ratio_policy", "stretch"),
    ("mode", "nearest"),
    ("nearest_mode", "round_prefer_floor"),
    ("padding_mode", "zeros"),
];

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new(
        "Resize",
        Shape,
        |call| if call.opset < 11 { resize(call, 1, None) } else { resize(call, 2, Some(3)) },
    )
    .settings(1)
    .defaults(DEFAULTS),
    Operator::new("Upsample", Shape, |call| resize(call, 1, None)).settings(1).defaults(DEFAULTS),
    GRID_SAMPLE,
    Operator::plain("AffineGrid", affine_grid).defaults(DEFAULTS),
    Operator::new("CenterCropPad", Shape, center_crop),
    Operator::new("Col2Im", Shape, from_columns).defaults(&[
        ("dilations", "1×1"),
        ("pads", "0×0×0×0"),
        ("strides", "1×1"),
    ]),
    Operator::plain("NonMaxSuppression", |_| Ok(vec![TensorType::new(DType::Int64, [Dim::Unknown, Dim::Size(3)])]))
        .settings(2)
        .defaults(&[("center_point_box", "0")]),
    Operator::plain("ImageDecoder", |call| {
        let channels = if call.text("pixel_format", "RGB") == "Grayscale" { 1 } else { 3 };
        Ok(vec![TensorType::new(DType::UInt8, [Dim::Unknown, Dim::Unknown, Dim::Size(channels)])])
    })
    .defaults(&[("pixel_format", "RGB")]),
];

/// The operator of both domains.
pub(super) const GRID_SAMPLE: Operator = Operator::new("GridSample", Shape, |call| {
    let input = call.at(0)?;
    Ok(vec![match (input.dims(), call.dims(1)?) {
        (Some([batch, channels, ..]), Some([_, places @ .., _])) => {
            input.with_dims([batch, channels].into_iter().chain(places).cloned())
        }
        (dims, _) => dims.map_or(TensorType::unranked(input.dtype()), |dims| of_rank(input.dtype(), dims.len())),
    }])
})
.defaults(DEFAULTS);

/// A number as a size, rounded down.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
pub(super) fn floor(size: f64) -> Dim {
    if (0.0..1e15).contains(&size) { Dim::Size(size as usize) } else { Dim::Unknown }
}

/// A size times a scale in single precision, as runtimes compute it.
#[expect(clippy::cast_possible_truncation, reason = "scales are stored in single precision")]
fn scaled(dim: &Dim, scale: f64) -> Dim {
    match dim.size() {
        _ if (scale - 1.0).abs() < f64::EPSILON => dim.clone(),
        Some(size) => floor(f64::from((size as f32 * scale as f32).floor())),
        None => Dim::Unknown,
    }
}

/// The factors of a resize: an operand, or an attribute of an early version.
fn scales(call: &Call, index: usize) -> Option<Vec<f64>> {
    if let Some(scales) = call.floats("scales") {
        return Some(scales.to_vec());
    }
    let single = [call.float("height_scale", 0.0), call.float("width_scale", 0.0)];
    if single.iter().all(|&scale| scale > 0.0) {
        return Some([[1.0, 1.0], single].concat());
    }
    call.value(index)?.as_floats().filter(|scales| !scales.is_empty())
}

fn resize(call: &Call, index: usize, sizes: Option<usize>) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let along: Vec<usize> = match call.ints("axes") {
        Some(list) => list.iter().map(|&entry| axis(entry, dims.len())).collect::<Result<_, _>>()?,
        None => (0..dims.len()).collect(),
    };
    let sizes = sizes.and_then(|index| call.value(index)?.as_ints()).filter(|sizes| !sizes.is_empty());
    let scales = scales(call, index);
    let count = sizes.map(<[Int]>::len).or(scales.as_ref().map(Vec::len));
    if count.is_some_and(|count| count != along.len()) {
        return Err(Misfit::new(format!("has {} sizes for {} dimensions", count.unwrap_or(0), along.len())));
    }
    let mut resized = dims.to_vec();
    let targets: Vec<Dim> = match (sizes, scales) {
        (Some(sizes), _) => fitted(call, &along.iter().map(|&axis| &dims[axis]).collect::<Vec<_>>(), sizes),
        (None, Some(scales)) => {
            let is_cropped = call.text("coordinate_transformation_mode", "") == "tf_crop_and_resize";
            let parts = if is_cropped { parts(call, along.len()) } else { Some(vec![1.0; along.len()]) };
            let target = |(place, scale): (usize, &f64)| {
                let part = parts.as_ref()?.get(place)?;
                Some(scaled(&dims[along[place]], scale * part))
            };
            scales.iter().enumerate().map(|pair| target(pair).unwrap_or(Dim::Unknown)).collect()
        }
        (None, None) => vec![Dim::Unknown; along.len()],
    };
    for (&axis, target) in along.iter().zip(targets) {
        resized[axis] = target;
    }
    Ok(vec![input.with_dims(resized)])
}

/// The part of each dimension that is inside the region of interest.
fn parts(call: &Call, count: usize) -> Option<Vec<f64>> {
    let region = call.value(1)?.as_floats()?;
    (0..count).map(|index| Some(region.get(index + count)? - region.get(index)?)).collect()
}

/// The given sizes, or the largest or smallest ones with the same ratio.
fn fitted(call: &Call, dims: &[&Dim], sizes: &[Int]) -> Vec<Dim> {
    let pick: fn(f64, f64) -> f64 = match call.text("keep_aspect_ratio_policy", "stretch") {
        "not_larger" => f64::min,
        "not_smaller" => f64::max,
        _ => return sizes.iter().map(Int::dim).collect(),
    };
    let ratio = |(dim, size): (&&Dim, &Int)| Some(size.known()? as f64 / dim.size()? as f64);
    let ratios: Option<Vec<f64>> = dims.iter().zip(sizes).map(ratio).collect();
    let scale = ratios.and_then(|ratios| ratios.into_iter().reduce(pick));
    let target = |dim: &&Dim| floor((dim.size()? as f64 * scale?).round()).size();
    dims.iter().map(|dim| target(dim).map_or(Dim::Unknown, Dim::Size)).collect()
}

/// Places in an image, of two or three coordinates.
fn affine_grid(call: &Call) -> Types {
    let dtype = call.at(0)?.dtype();
    let Some([batch, _, spatial @ ..]) = call.value(1).and_then(Known::as_ints) else {
        return Ok(vec![TensorType::unranked(dtype)]);
    };
    let dims = std::iter::once(batch).chain(spatial).map(Int::dim);
    Ok(vec![TensorType::new(dtype, dims.chain([Dim::Size(spatial.len())]))])
}

fn center_crop(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return same(call) };
    let along: Vec<usize> = match call.ints("axes") {
        Some(list) => list.iter().map(|&entry| axis(entry, dims.len())).collect::<Result<_, _>>()?,
        None => (0..dims.len()).collect(),
    };
    let sizes = call.value(1).and_then(Known::as_ints).unwrap_or_default();
    let mut cropped = dims.to_vec();
    for (place, &axis) in along.iter().enumerate() {
        cropped[axis] = sizes.get(place).map_or(Dim::Unknown, Int::dim);
    }
    Ok(vec![input.with_dims(cropped)])
}

/// An image of columns, each of which holds the values of one block.
fn from_columns(call: &Call) -> Types {
    let input = call.at(0)?;
    let image = call.known_ints(1);
    let block = call
        .known_ints(2)
        .and_then(|sizes| sizes.iter().try_fold(1_usize, |area, &size| area.checked_mul(usize::try_from(size).ok()?)));
    let (Some(dims), Some(image)) = (ranked::<3>(call, 0)?, image) else {
        return Ok(vec![TensorType::unranked(input.dtype())]);
    };
    let channels = block.filter(|&area| area > 0).map_or(Dim::Unknown, |area| divided(&dims[1], area));
    Ok(vec![input.with_dims([dims[0].clone(), channels].into_iter().chain(image.into_iter().map(dim)))])
}
