//! Preprocessing: numbers, texts and images.

use netviz_model::category::Category::{Normalization, Regularization, Shape};
use netviz_model::ir::{DType, Dim, Misfit, Role, TensorType};
use serde_json::Value;

use super::facts::{product, sizes, volume};
use super::spatial::Axes;
use super::{Described, Facts, Kind, Layer};
use crate::keras::config;
use crate::onnx::operators::common::axes;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Rescaling", Normalization, float).flops(2).defaults(&[("offset", "0")]),
    Kind::new("Normalization", Normalization, normalization).flops(2).defaults(&[("axis", "-1"), ("invert", "false")]),
    Kind::new("Resizing", Shape, resized).defaults(IMAGES),
    Kind::new("CenterCrop", Shape, resized).defaults(IMAGES),
    Kind::new("RandomCrop", Shape, resized).defaults(IMAGES),
    Kind::plain("AutoContrast", float).defaults(IMAGES),
    Kind::plain("ContrastLimitedAdaptiveHistogramEqualization", float).defaults(IMAGES),
    Kind::plain("Equalization", float).defaults(IMAGES),
    Kind::plain("Solarization", float).defaults(IMAGES),
    Kind::plain("MaxNumBoundingBoxes", same),
    // Augmentation, which does nothing in inference.
    Kind::new("AugMix", Regularization, float).defaults(IMAGES),
    Kind::new("CutMix", Regularization, float).defaults(IMAGES),
    Kind::new("MixUp", Regularization, float).defaults(IMAGES),
    Kind::new("RandAugment", Regularization, float).defaults(IMAGES),
    Kind::new("RandomBrightness", Regularization, float).defaults(IMAGES),
    Kind::new("RandomColorDegeneration", Regularization, float).defaults(IMAGES),
    Kind::new("RandomColorJitter", Regularization, float).defaults(IMAGES),
    Kind::new("RandomContrast", Regularization, float).defaults(IMAGES),
    Kind::new("RandomElasticTransform", Regularization, float).defaults(IMAGES),
    Kind::new("RandomErasing", Regularization, float).defaults(IMAGES),
    Kind::new("RandomFlip", Regularization, float).defaults(IMAGES),
    Kind::new("RandomGaussianBlur", Regularization, float).defaults(IMAGES),
    Kind::new("RandomGrayscale", Regularization, float).defaults(IMAGES),
    Kind::new("RandomHeight", Regularization, float).defaults(IMAGES),
    Kind::new("RandomHue", Regularization, float).defaults(IMAGES),
    Kind::new("RandomInvert", Regularization, float).defaults(IMAGES),
    Kind::new("RandomPerspective", Regularization, float).defaults(IMAGES),
    Kind::new("RandomPosterization", Regularization, float).defaults(IMAGES),
    Kind::new("RandomRotation", Regularization, float).defaults(IMAGES),
    Kind::new("RandomSaturation", Regularization, float).defaults(IMAGES),
    Kind::new("RandomSharpness", Regularization, float).defaults(IMAGES),
    Kind::new("RandomShear", Regularization, float).defaults(IMAGES),
    Kind::new("RandomTranslation", Regularization, float).defaults(IMAGES),
    Kind::new("RandomWidth", Regularization, float).defaults(IMAGES),
    Kind::new("RandomZoom", Regularization, float).defaults(IMAGES),
    Kind::plain("Pipeline", pipeline),
    Kind::plain("CategoryEncoding", |layer| encoded(layer, layer.config.size("num_tokens"))),
    Kind::plain("Discretization", |layer| encoded(layer, bins(layer))),
    Kind::plain("Hashing", |layer| encoded(layer, layer.config.size("num_bins"))),
    Kind::plain("HashedCrossing", |layer| encoded(layer, layer.config.size("num_bins"))),
    Kind::plain("IntegerLookup", |layer| encoded(layer, vocabulary(layer))).defaults(LOOKUP),
    Kind::plain("StringLookup", |layer| encoded(layer, vocabulary(layer))).defaults(LOOKUP),
    Kind::plain("TextVectorization", text_vectorization).defaults(LOOKUP),
    Kind::plain("STFTSpectrogram", spectrogram),
    Kind::plain("MelSpectrogram", mel_spectrogram),
];

const IMAGES: &[(&str, &str)] = &[
    ("interpolation", "bilinear"),
    ("fill_mode", "reflect"),
    ("fill_value", "0"),
    ("crop_to_aspect_ratio", "false"),
    ("pad_to_aspect_ratio", "false"),
    ("antialias", "false"),
    ("value_range", "0×255"),
];

const LOOKUP: &[(&str, &str)] = &[
    ("invert", "false"),
    ("num_oov_indices", "1"),
    ("output_mode", "int"),
    ("sparse", "false"),
    ("ragged", "false"),
    ("pad_to_max_tokens", "false"),
    ("oov_token", "[UNK]"),
    ("oov_token", "-1"),
    ("vocabulary_dtype", "int64"),
    ("vocabulary_dtype", "string"),
    ("encoding", "utf-8"),
    ("standardize", "lower_and_strip_punctuation"),
    ("split", "whitespace"),
];

fn same(layer: &Layer) -> Described {
    Ok(Facts::of(layer.input()?.clone()))
}

/// The same sizes as floating-point numbers.
fn float(layer: &Layer) -> Described {
    Ok(Facts::of(layer.output(layer.dims()?.map(<[Dim]>::to_vec))))
}

/// Mean and variance of each feature, unless they are in the configuration, and how many samples they come from.
fn normalization(layer: &Layer) -> Described {
    let facts = float(layer)?;
    let is_given = layer.config.get("mean").is_some_and(|mean| mean.is_number() || mean.is_array());
    if is_given {
        return Ok(facts);
    }
    let shape = match layer.dims()? {
        Some(dims) => {
            // No axis is one mean of everything.
            let list = layer.config.ints("axis").unwrap_or_default();
            sizes(axes(&list, dims.len())?.into_iter().map(|axis| &dims[axis]))
        }
        None => None,
    };
    let dtype = layer.policy.variable;
    Ok(facts
        .with("mean", dtype, shape.clone(), Role::Statistic)
        .with("variance", dtype, shape, Role::Statistic)
        .with("count", DType::Int32, Some(Vec::new()), Role::Statistic))
}

fn resized(layer: &Layer) -> Described {
    let [height, width] = [layer.size("height")?, layer.size("width")?];
    let Some(dims) = layer.dims()? else { return Ok(Facts::of(layer.output(None))) };
    let axes = Axes::new(layer, 2);
    if dims.len() != 4 {
        return Err(Misfit::new(format!("needs images, but gets {} dimensions with the batch", dims.len())));
    }
    Ok(Facts::of(layer.output(Some(axes.replaced(dims, vec![height.into(), width.into()], None)))))
}

/// Layers one after the other, in one.
fn pipeline(layer: &Layer) -> Described {
    let mut facts = Facts::of(layer.input()?.clone());
    for inner in layer.config.objects("layers") {
        facts = layer.inner(&inner, facts.outputs)?;
    }
    Ok(Facts { weights: Vec::new(), ..facts })
}

/// Integers, or vectors with one place for each of so many values.
fn encoded(layer: &Layer, count: Option<usize>) -> Described {
    let Some(dims) = layer.dims()? else { return Ok(Facts::of(layer.output(None))) };
    let mode = layer.config.text("output_mode").unwrap_or("int");
    if mode == "int" && layer.config.get("num_tokens").is_none() {
        return Ok(Facts::of(TensorType::new(DType::Int64, dims.iter().cloned())));
    }
    let depth = count.map_or(Dim::Unknown, Dim::Size);
    let (kept, last) = match dims.split_last() {
        Some((last, rest)) if mode != "one_hot" || (*last == Dim::Size(1) && !rest.is_empty()) => (rest, depth),
        _ => (dims, depth),
    };
    Ok(Facts::of(layer.output(Some(kept.iter().cloned().chain([last]).collect()))))
}

fn bins(layer: &Layer) -> Option<usize> {
    match layer.config.get("bin_boundaries") {
        Some(Value::Array(boundaries)) => Some(boundaries.len() + 1),
        _ => layer.config.size("num_bins"),
    }
}

/// The number of words that a table holds.
fn vocabulary(layer: &Layer) -> Option<usize> {
    if layer.config.flag("pad_to_max_tokens", false) {
        return layer.config.size("max_tokens");
    }
    let listed = || {
        let words = layer.config.get("vocabulary").and_then(config::items)?.len();
        let unknown = layer.config.size("num_oov_indices").unwrap_or(1);
        words.checked_add(unknown)?.checked_add(usize::from(layer.config.get("mask_token").is_some()))
    };
    layer.config.size("vocabulary_size").or_else(listed)
}

fn text_vectorization(layer: &Layer) -> Described {
    let Some(dims) = layer.dims()? else { return Ok(Facts::of(layer.output(None))) };
    let batch = dims.first().cloned().unwrap_or(Dim::BATCH);
    if layer.config.text("output_mode").is_none_or(|mode| mode == "int") {
        let length = layer.config.size("output_sequence_length").map_or(Dim::Unknown, Dim::Size);
        return Ok(Facts::of(TensorType::new(DType::Int64, [batch, length])));
    }
    let depth = layer.config.size("max_tokens").filter(|_| layer.config.flag("pad_to_max_tokens", false));
    let depth = depth.or_else(|| vocabulary(layer)).map_or(Dim::Unknown, Dim::Size);
    Ok(Facts::of(layer.output(Some(vec![batch, depth]))))
}

/// Spectra of windows, by convolutions with sines and cosines.
fn spectrogram(layer: &Layer) -> Described {
    let frame = layer.size("frame_length")?;
    let step = layer.config.size("frame_step").unwrap_or(frame / 2).max(1);
    let length = layer.config.size("fft_length").or_else(|| frame.checked_next_power_of_two());
    let bins = length.map(|length| length / 2 + 1);
    let mode = layer.config.text("mode").unwrap_or("log");
    let shape = bins.map(|bins| vec![frame, 1, bins]);
    let dtype = layer.policy.variable;
    let axes = Axes::new(layer, 1);
    let dims = axes.dims(layer)?;
    let channels = axes.channels(dims).and_then(Dim::size);
    let kernels = if matches!(mode, "real" | "imag") { 1 } else { 2 };
    let frequencies = if mode == "stft" { bins.and_then(|bins| bins.checked_mul(2)) } else { bins };
    let output = dims.map(|dims| {
        let is_same = layer.config.text("padding") == Some("same");
        let steps = Dim::compute([&dims[axes.spatial.start]], |[size]| {
            if is_same { Some(size.div_ceil(step)) } else { Some(size.checked_sub(frame)? / step + 1) }
        });
        let [frequency, channel] = [frequencies, channels].map(|size| size.map_or(Dim::Unknown, Dim::Size));
        let both = product([frequencies, channels]).map_or(Dim::Unknown, Dim::Size);
        let batch = dims[0].clone();
        match (layer.config.flag("expand_dims", false), layer.channels_first()) {
            (true, false) => vec![batch, steps, frequency, channel],
            (true, true) => vec![batch, channel, steps, frequency],
            (false, false) => vec![batch, steps, both],
            (false, true) => vec![batch, both, steps],
        }
    });
    // `stft` has a value of each kernel for each frequency, the others join them.
    let parts = if mode == "stft" { 1 } else { kernels };
    let macs = product([output.as_deref().and_then(volume), Some(frame), Some(parts)]);
    let facts = Facts::of(layer.output(output)).macs(macs);
    let facts = if mode == "imag" { facts } else { facts.weight("real_kernel", dtype, shape.clone()) };
    Ok(if mode == "real" { facts } else { facts.weight("imag_kernel", dtype, shape) })
}

fn mel_spectrogram(layer: &Layer) -> Described {
    let bins = layer.size("num_mel_bins")?;
    let stride = layer.config.size("sequence_stride").unwrap_or(512).max(1);
    let dims = layer.dims_of(1)?.map(|dims| {
        let (samples, batch) = dims.split_last().unwrap_or((&Dim::Unknown, &[]));
        let steps = Dim::compute([samples], |[size]| Some(size.checked_add(stride)?.checked_add(1)? / stride));
        batch.iter().cloned().chain([bins.into(), steps]).collect()
    });
    // The transform is no sum of products with weights.
    Ok(Facts::of(layer.output(dims)).macs(None))
}
