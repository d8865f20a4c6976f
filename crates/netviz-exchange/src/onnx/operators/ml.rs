//! Classical machine learning: ai.onnx.ml.

use netviz_model::category::Category::Dense;
use netviz_model::ir::{Container, DType, Dim, TensorType};

use super::common::{dim, same, with_dtype};
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[
    ("aggregate_function", "1"),
    ("aggregate_function", "SUM"),
    ("multi_class", "0"),
    ("one_class", "0"),
    ("post_transform", "0"),
    ("post_transform", "NONE"),
    ("zeros", "1"),
];

const fn table(name: &'static str, infer: fn(&Call) -> Types) -> Operator {
    Operator::plain(name, infer).defaults(DEFAULTS)
}

pub(super) const OPERATORS: &[Operator] = &[
    table("ArrayFeatureExtractor", extracted),
    table("Binarizer", same).defaults(&[("threshold", "0")]),
    table("CastMap", |call| {
        let dtype = match call.text("cast_to", "TO_FLOAT") {
            "TO_INT64" => DType::Int64,
            "TO_STRING" => DType::String,
            _ => DType::Float32,
        };
        let is_sparse = call.text("map_form", "DENSE") == "SPARSE";
        let size = if is_sparse { dim(call.int("max_map", 1)) } else { Dim::Unknown };
        Ok(vec![TensorType::new(dtype, [Dim::Size(1), size])])
    }),
    table("CategoryMapper", |call| {
        let input = call.at(0)?;
        Ok(vec![with_dtype(input, if input.dtype() == DType::String { DType::Int64 } else { DType::String })])
    }),
    table("DictVectorizer", |call| {
        let dtype = call.at(0)?.dtype();
        Ok(vec![TensorType::new(dtype, [Dim::Size(1), labels(call, &["int64_vocabulary", "string_vocabulary"])])])
    }),
    table("FeatureVectorizer", |call| {
        let batch = call.dims(0)?.and_then(|dims| dims.first().cloned()).unwrap_or(Dim::Unknown);
        let sum =
            call.ints("inputdimensions").map(|sizes| sizes.iter().fold(0, |sum: i64, &it| sum.saturating_add(it)));
        Ok(vec![TensorType::new(DType::Float32, [batch, sum.map_or(Dim::Unknown, dim)])])
    }),
    table("Imputer", same),
    table("LabelEncoder", encoded),
    Operator::new("LinearClassifier", Dense, |call| classes(call, &["classlabels_ints", "classlabels_strings"]))
        .macs(|call, _| coefficients(call))
        .defaults(DEFAULTS),
    Operator::new("LinearRegressor", Dense, |call| rows(call, DType::Float32, dim(call.int("targets", 1))))
        .macs(|call, _| coefficients(call))
        .defaults(&[("post_transform", "NONE"), ("targets", "1")]),
    table("Normalizer", |call| Ok(vec![with_dtype(call.at(0)?, DType::Float32)])).defaults(&[("norm", "MAX")]),
    table("OneHotEncoder", |call| {
        let Some(dims) = call.dims(0)? else { return Ok(vec![TensorType::unranked(DType::Float32)]) };
        let categories = labels(call, &["cats_int64s", "cats_strings"]);
        Ok(vec![TensorType::new(DType::Float32, dims.iter().cloned().chain([categories]))])
    }),
    table("SVMClassifier", |call| classes(call, &["classlabels_ints", "classlabels_strings"])).macs(|_, _| None),
    table("SVMRegressor", |call| rows(call, DType::Float32, Dim::Size(1))).macs(|_, _| None),
    table("Scaler", |call| Ok(vec![with_dtype(call.at(0)?, DType::Float32)])).flops(2),
    table("TreeEnsemble", |call| rows(call, call.at(0)?.dtype(), dim(call.int("n_targets", -1)))),
    table("TreeEnsembleClassifier", |call| classes(call, &["classlabels_int64s", "classlabels_strings"])),
    table("TreeEnsembleRegressor", |call| rows(call, DType::Float32, dim(call.int("n_targets", -1)))),
    table("ZipMap", |call| {
        let key = if call.texts("classlabels_strings").is_some() { DType::String } else { DType::Int64 };
        let map = TensorType::sized(DType::Float32, &[]).within(Container::Map(key));
        Ok(vec![map.within(Container::Sequence)])
    }),
];

/// The number of labels that one of several attributes lists.
fn labels(call: &Call, names: &[&str]) -> Dim {
    let count = |name: &&str| {
        let count = call.ints(name).map(<[i64]>::len).or(call.texts(name).map(<[String]>::len));
        count.filter(|&count| count > 0)
    };
    names.iter().find_map(count).map_or(Dim::Unknown, Dim::Size)
}

/// The number of samples: a single one if there is only one dimension.
fn samples(call: &Call) -> Result<Dim, netviz_model::ir::Misfit> {
    Ok(match call.dims(0)? {
        Some([_]) => Dim::Size(1),
        Some([batch, ..]) => batch.clone(),
        _ => Dim::Unknown,
    })
}

/// A row of numbers for each sample.
fn rows(call: &Call, dtype: DType, columns: Dim) -> Types {
    Ok(vec![TensorType::new(dtype, [samples(call)?, columns])])
}

/// The class of each sample, and the scores of all classes.
fn classes(call: &Call, names: &[&str]) -> Types {
    let is_text = names.iter().any(|name| call.texts(name).is_some_and(|texts| !texts.is_empty()));
    let batch = samples(call)?;
    let dtype = if is_text { DType::String } else { DType::Int64 };
    // A single label, or none, is one of two classes.
    let count = match labels(call, names) {
        Dim::Size(1) => Dim::Unknown,
        count => count,
    };
    Ok(vec![TensorType::new(dtype, [batch.clone()]), TensorType::new(DType::Float32, [batch, count])])
}

/// A multiply-add for each sample and coefficient.
fn coefficients(call: &Call) -> Option<usize> {
    let batch = super::common::size(&samples(call).ok()?)?;
    Some(call.floats("coefficients")?.len().saturating_mul(batch))
}

fn extracted(call: &Call) -> Types {
    let input = call.at(0)?;
    let count = call.dims(1)?.map_or(Dim::Unknown, super::common::product);
    Ok(vec![match input.dims() {
        Some([_]) => input.with_dims([Dim::Size(1), count]),
        Some([outer @ .., _]) => input.with_dims(outer.iter().cloned().chain([count])),
        _ => TensorType::unranked(input.dtype()),
    }])
}

fn encoded(call: &Call) -> Types {
    let input = call.at(0)?;
    let dtype = if call.texts("values_strings").is_some() {
        DType::String
    } else if call.ints("values_int64s").is_some() {
        DType::Int64
    } else if call.floats("values_floats").is_some() {
        DType::Float32
    } else if let Some((ty, _)) = call.tensor("values_tensor") {
        ty.dtype()
    } else if input.dtype() == DType::String {
        // The first version encodes texts as numbers, or the reverse.
        DType::Int64
    } else {
        DType::String
    };
    Ok(vec![with_dtype(input, dtype)])
}
