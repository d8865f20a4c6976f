//! One name for operations and settings that formats call differently.

use std::borrow::Cow;

use crate::category::Category;
use crate::schema::{ArgValue, Setting};

/// Operations that are the same, as they are called in lower case without underscores and without `1d`, `2d` and `3d`.
/// The first of each row is the common name.
const KINDS: &[&[&str]] = &[
    &["dense", "linear", "gemm", "matmul", "addmm", "mm", "einsumdense"],
    &["conv", "convolution", "depthwiseconv"],
    &["convtranspose", "convolutiontranspose"],
    &["batchnorm", "batchnormalization", "syncbatchnorm"],
    &["layernorm", "layernormalization", "nativelayernorm"],
    &["groupnorm", "groupnormalization", "nativegroupnorm"],
    &["instancenorm", "instancenormalization"],
    &["rmsnorm", "rmsnormalization", "simplifiedlayernormalization"],
    &["maxpool", "maxpooling"],
    &["avgpool", "averagepool", "averagepooling"],
    &["globalavgpool", "globalaveragepool", "globalaveragepooling"],
    &["globalmaxpool", "globalmaxpooling"],
    &["add", "plus"],
    &["sub", "subtract"],
    &["mul", "multiply"],
    &["div", "divide", "truediv"],
    &["concat", "concatenate", "cat"],
    &["flatten", "reshape", "view", "unsafeview", "unflatten"],
    &["transpose", "permute", "t", "movedim", "swapaxes"],
    &["split", "chunk", "unbind", "splitwithsizes"],
    &["slice", "select", "narrow", "gathernd", "index"],
    &["expand", "broadcastto"],
    &["cast", "castlike", "to", "tocopy", "typeas"],
    &["mean", "reducemean"],
    &["sum", "reducesum"],
    &["silu", "swish", "siluactivation"],
    &["gelu", "geluactivation", "newgeluactivation", "pytorchgelutanh"],
    &["quickgelu", "quickgeluactivation"],
    &["clip", "clamp", "hardtanh", "relu6"],
    &["embedding", "gather"],
    &["rnn", "simplernn"],
    &["pad", "zeropadding", "constantpadnd"],
    &["resize", "upsample", "upsampling", "interpolate", "upsamplenearest", "upsamplebilinear"],
    &["attention", "multiheadattention", "scaleddotproductattention"],
];

/// Operations that change the form, the order or the type of values alone, choose a part of them, or do nothing in
/// inference, and paddings, which formats write differently.
const PASSIVE: &[&str] = &[
    "identity",
    "flatten",
    "squeeze",
    "unsqueeze",
    "clone",
    "contiguous",
    "detach",
    "alias",
    "liftfreshcopy",
    "cast",
    "transpose",
    "rearrange",
    "channelshuffle",
    "split",
    "slice",
    "expand",
    "pad",
];

/// Settings that mean the same, the common name first.
const SETTINGS: &[&[&str]] = &[
    &["kernel", "kernel_size", "kernel_shape", "pool", "pool_size"],
    &["strides", "stride"],
    &["dilation", "dilations", "dilation_rate"],
    &["groups", "group"],
    &["epsilon", "eps"],
];

/// The epsilon of a batch normalization in ONNX, PyTorch and netviz; Keras always writes its own.
const EPSILON: f64 = 1e-5;

/// Operations whose inputs may be in any order.
const COMMUTATIVE: &[&str] = &["add", "mul", "max", "min", "maximum", "minimum", "average", "sum", "mean"];

/// The name of a kind of layer or an operation that is the same in all formats: `conv` for `Conv`, `conv2d` and
/// `Conv2D`.
pub(super) fn kind(name: &str) -> Cow<'static, str> {
    let plain = plain(name);
    KINDS.iter().find(|row| row.contains(&plain.as_str())).map_or(Cow::Owned(plain), |row| Cow::Borrowed(row[0]))
}

/// [`kind`] of a layer, which may depend on what it has.
pub(super) fn kind_of(name: &str, settings: &[Setting], has_weights: bool) -> Cow<'static, str> {
    let is_one = |value: &ArgValue| match value {
        ArgValue::Int(size) => *size == 1,
        ArgValue::Sizes(sizes) => sizes.iter().all(|size| *size == 1),
        _ => false,
    };
    let to_one = settings.iter().any(|setting| setting.name == "output_size" && is_one(&setting.value));
    let word = |wanted: [&str; 2]| {
        settings.iter().find_map(|setting| match &setting.value {
            ArgValue::Name(word) if wanted.contains(&&*setting.name) => Some(plain(word)),
            _ => None,
        })
    };
    let is_limited = settings
        .iter()
        .any(|setting| setting.name == "max_value" && matches!(setting.value, ArgValue::Int(_) | ArgValue::Float(_)));
    match &*kind(name) {
        "activation" => word(["activation", "function"]).map_or("activation".into(), Cow::Owned),
        "relu" if is_limited => Cow::Borrowed("clip"),
        // A product or a choice of computed values is no layer.
        "dense" | "embedding" if !has_weights => Cow::Owned(plain(name)),
        "adaptiveavgpool" if to_one => Cow::Borrowed("globalavgpool"),
        "adaptiveavgpool" => Cow::Borrowed("avgpool"),
        "adaptivemaxpool" if to_one => Cow::Borrowed("globalmaxpool"),
        kind => Cow::Owned(kind.to_owned()),
    }
}

/// The name of a setting that is the same in all formats; `None` if formats mean different things by it.
pub(super) fn setting(name: &str) -> Option<&'static str> {
    SETTINGS.iter().find(|row| row.contains(&name)).map(|row| row[0])
}

/// What formats take for granted in a setting of a layer.
pub(super) fn usual(name: &str, kind: &str, category: Option<Category>) -> Option<ArgValue> {
    if name == "epsilon" && self::kind(kind) == "batchnorm" {
        return Some(ArgValue::Float(EPSILON));
    }
    let is_one = match name {
        "strides" | "dilation" => true,
        // As many as channels in a depthwise convolution.
        "groups" => !plain(kind).starts_with("depthwise"),
        _ => false,
    };
    (is_one && category == Some(Category::Convolution)).then_some(ArgValue::Int(1))
}

/// The activation function that a setting of a layer names.
pub(super) fn activation(settings: &[Setting]) -> Option<Cow<'static, str>> {
    settings.iter().filter(|setting| setting.name == "activation").find_map(|setting| match &setting.value {
        ArgValue::Name(word) if !["linear", "none"].contains(&&*plain(word)) => Some(kind(word)),
        _ => None,
    })
}

/// Whether an operation computes nothing that all formats write as an operation.
pub(super) fn is_passive(name: &str) -> bool {
    PASSIVE.contains(&&*kind(name))
}

/// Whether parameters belong to an operation in all formats, and are not tables that some exporters compute beforehand.
pub(super) fn owns_parameters(kind: &str) -> bool {
    !["attention", "add", "sub", "mul", "div", "where"].contains(&kind)
}

/// Whether the order of the inputs of an operation does not matter.
pub(super) fn is_commutative(name: &str) -> bool {
    COMMUTATIVE.contains(&&*kind(name))
}

/// Whether a name is one that programs give: that of the kind, that of any kind with a number, or a number.
pub(super) fn is_automatic(name: &str, kind_name: &str) -> bool {
    let leaf = name.rsplit('.').next().unwrap_or_default();
    let stem = leaf.trim_end_matches(|last: char| last.is_ascii_digit());
    let stem = if stem.len() == leaf.len() { leaf } else { stem.strip_suffix(['_', '@', ':']).unwrap_or(leaf) };
    let stem = letters(stem);
    let is_number = stem.chars().all(|c| c.is_ascii_digit());
    let has_number = leaf.ends_with(|last: char| last.is_ascii_digit());
    let is_kind = KINDS.iter().any(|row| row.contains(&without_rank(&stem)));
    is_number || stem == letters(kind_name) || kind(&stem) == kind(kind_name) || is_kind && has_number
}

/// Letters and digits in lower case, without the number of dimensions.
fn plain(name: &str) -> String {
    let letters = letters(name);
    match letters.strip_suffix("transpose").map(without_rank) {
        // `Conv2DTranspose`
        Some(stem) if !stem.is_empty() => format!("{stem}transpose"),
        _ => without_rank(&letters).to_owned(),
    }
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn without_rank(name: &str) -> &str {
    ["1d", "2d", "3d"].iter().find_map(|rank| name.strip_suffix(rank)).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_agree_on_a_name() {
        for (names, common) in [
            (&["conv2d", "Conv", "Conv2D", "DepthwiseConv2D", "convolution"][..], "conv"),
            (&["conv_transpose2d", "ConvTranspose", "Conv2DTranspose"], "convtranspose"),
            (&["dense", "Gemm", "linear", "Dense", "addmm"], "dense"),
            (&["global_avg_pool2d", "GlobalAveragePool", "GlobalAveragePooling2D"], "globalavgpool"),
            (&["relu", "Relu", "ReLU", "re_lu"], "relu"),
        ] {
            assert!(names.iter().all(|name| kind(name) == common), "{common}");
        }
        assert_eq!(kind_of("MatMul", &[], true), "dense");
        assert_eq!(kind_of("MatMul", &[], false), "matmul");
        let size = |sizes: [i64; 2]| Setting {
            name: "output_size".into(),
            value: ArgValue::Sizes(sizes.into()),
            is_default: false,
        };
        assert_eq!(kind_of("adaptive_avg_pool2d", &[size([1, 1])], false), "globalavgpool");
        assert_eq!(kind_of("adaptive_avg_pool2d", &[size([7, 7])], false), "avgpool");
        let found = [setting("kernel_shape"), setting("pool_size"), setting("padding")];
        assert_eq!(found, [Some("kernel"), Some("kernel"), None]);
        for names in [KINDS.concat(), SETTINGS.concat()] {
            assert!(names.iter().enumerate().all(|(index, name)| !names[..index].contains(name)));
        }
    }

    #[test]
    fn names_that_programs_give_are_no_evidence() {
        for (name, kind) in [
            ("dense_1", "dense"),
            ("Conv_12", "Conv"),
            ("layer1.0.relu", "relu"),
            ("features.3", "conv2d"),
            ("max_pool2d@1", "max_pool2d"),
            ("batch_normalization_3", "BatchNormalization"),
            ("re_lu_1", "ReLU"),
            ("Add_3", "LayerNormalization"),
        ] {
            assert!(is_automatic(name, kind), "{name}");
        }
        for (name, kind) in [("conv1", "conv2d"), ("c1", "conv2d"), ("encoder.fc_2", "linear"), ("head", "dense")] {
            assert!(!is_automatic(name, kind), "{name}");
        }
    }
}
