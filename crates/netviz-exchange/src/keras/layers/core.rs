//! Core layers: dense layers, embeddings, wrappers of a function.

use netviz_model::category::Category::{Dense, Embedding, Merge};
use netviz_model::ir::{DType, Dim, Misfit, Role};

use super::facts::{product, size, sizes, volume};
use super::layer::typed;
use super::{Described, Facts, Kind, Layer};
use crate::keras::config::{self, items};

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Dense", Dense, dense),
    Kind::new("EinsumDense", Dense, einsum_dense),
    Kind::new("Embedding", Embedding, embedding).defaults(EMBEDDING),
    Kind::new("ReversibleEmbedding", Embedding, reversible_embedding).defaults(EMBEDDING),
    Kind::plain("Identity", same),
    Kind::plain("Masking", same).defaults(&[("mask_value", "0")]),
    Kind::plain("Lambda", lambda),
    Kind::plain("Wrapper", wrapper).wraps("layer"),
    // Layers of `keras.applications` itself.
    Kind::plain("LayerScale", layer_scale).flops(1),
    Kind::new("CustomScaleLayer", Merge, scaled_sum).flops(2),
];

const EMBEDDING: &[(&str, &str)] = &[("mask_zero", "false"), ("tie_weights", "true"), ("reverse_dtype", "float32")];

fn same(layer: &Layer) -> Described {
    Ok(Facts::of(layer.input()?.clone()))
}

fn dense(layer: &Layer) -> Described {
    let units = layer.size("units")?;
    let dims = layer.dims_of(1)?;
    let features = dims.and_then(<[Dim]>::last).and_then(Dim::size);
    let output = dims.map(|dims| {
        let mut dims = dims.to_vec();
        dims.pop();
        dims.push(units.into());
        dims
    });
    let macs = product([output.as_deref().and_then(volume), features]);
    let shape = features.map(|features| vec![features, units]);
    let facts = Facts::of(layer.output(output)).macs(macs);
    Ok(quantizable(layer, facts, shape, Some(vec![units]), |facts| {
        if layer.use_bias() { facts.weight("bias", layer.policy.variable, Some(vec![units])) } else { facts }
    }))
}

/// A kernel and what follows it, as the layer's policy keeps them. `scale` is the shape of the scales of quantized kernels.
fn quantizable(
    layer: &Layer,
    facts: Facts,
    shape: Option<Vec<usize>>,
    scale: Option<Vec<usize>>,
    with_bias: impl Fn(Facts) -> Facts,
) -> Facts {
    let dtype = layer.policy.variable;
    let quantized = |facts: Facts, shape, scale| {
        let facts = with_bias(facts.with("kernel", DType::Int8, shape, Role::Frozen));
        facts.with("kernel_scale", dtype, scale, Role::Frozen)
    };
    match layer.policy.quantization {
        Some("int8") => quantized(facts, shape, scale),
        Some("int4") => match (shape, scale) {
            (Some(shape), Some(scale)) => int4(layer, facts, shape, scale, with_bias),
            _ => quantized(facts, None, None),
        },
        Some("float8") => scaled(layer, with_bias(facts.weight("kernel", dtype, shape))),
        // The sizes depend on blocks, so that only a file with weights has them.
        Some(_) => quantized(facts, None, None),
        None => low_rank(layer, facts, "kernel", shape, with_bias),
    }
}

/// A weight and what follows it. If there are matrices of low rank, whose product is added to it, these are trained instead.
fn low_rank(
    layer: &Layer,
    facts: Facts,
    name: &str,
    shape: Option<Vec<usize>>,
    with_rest: impl Fn(Facts) -> Facts,
) -> Facts {
    let dtype = layer.policy.variable;
    match (layer.config.size("lora_rank"), shape) {
        (Some(rank), Some(shape)) => {
            let (units, rest) = shape.split_last().map_or((0, &[][..]), |(units, rest)| (*units, rest));
            let first = rest.iter().copied().chain([rank]).collect();
            with_rest(facts.with(name, dtype, Some(shape.clone()), Role::Frozen))
                .weight(&format!("lora_{name}_a"), dtype, Some(first))
                .weight(&format!("lora_{name}_b"), dtype, Some(vec![rank, units]))
        }
        (_, shape) => with_rest(facts.weight(name, dtype, shape)),
    }
}

/// A matrix of 4-bit weights, which files hold two in a byte. If its rows are in blocks, each block has scales and zeros of
/// its own, and each row says which block it is in.
fn int4(
    layer: &Layer,
    facts: Facts,
    shape: Vec<usize>,
    scale: Vec<usize>,
    with_bias: impl Fn(Facts) -> Facts,
) -> Facts {
    let dtype = layer.policy.variable;
    let rows = shape.first().copied().unwrap_or(0);
    let facts = with_bias(facts.with("kernel", DType::Int4, Some(shape), Role::Frozen));
    match layer.config.object("quantization_config").and_then(|quantization| quantization.config.size("block_size")) {
        Some(block) if block > 0 => {
            let blocks: Vec<usize> = std::iter::once(rows.div_ceil(block)).chain(scale).collect();
            facts
                .with("kernel_scale", dtype, Some(blocks.clone()), Role::Frozen)
                .with("kernel_zero", DType::Int8, Some(blocks), Role::Frozen)
                .with("g_idx", DType::Float32, Some(vec![rows]), Role::Frozen)
        }
        _ => facts.with("kernel_scale", dtype, Some(scale), Role::Frozen),
    }
}

/// The scales of products of 8-bit floating-point numbers, and the largest values that they follow.
fn scaled(layer: &Layer, facts: Facts) -> Facts {
    let length = layer.config.object("dtype").and_then(|policy| policy.config.size("amax_history_length"));
    let history = vec![length.unwrap_or(1024)];
    ["inputs", "kernel", "outputs_grad"].into_iter().fold(facts, |facts, of| {
        facts.weight(&format!("{of}_scale"), DType::Float32, Some(Vec::new())).weight(
            &format!("{of}_amax_history"),
            DType::Float32,
            Some(history.clone()),
        )
    })
}

/// A product of tensors along the letters of an equation such as `ab,bc->ac`.
fn einsum_dense(layer: &Layer) -> Described {
    let equation = layer.config.text("equation").unwrap_or_default();
    let invalid = || Misfit::new("has no valid `equation`");
    let (inputs, output) = equation.split_once("->").ok_or_else(invalid)?;
    let (input, kernel) = inputs.split_once(',').ok_or_else(invalid)?;
    // An ellipsis stands for the batch and whatever follows.
    let letters = |text: &str| -> Vec<char> { text.trim().replace("...", "…").chars().collect() };
    let [input, kernel, output] = [input, kernel, output].map(letters);
    let dims = layer.dims()?;
    // The sizes that are behind the batch, or behind or before the ellipsis.
    let stated = match layer.config.get("output_shape") {
        Some(value) => items(value).map_or_else(|| vec![config::int(value)], |list| list.iter().map(config::int).collect()),
        None => Vec::new(),
    };
    let stated: Vec<Dim> =
        stated.iter().map(|size| size.and_then(|it| usize::try_from(it).ok()).map_or(Dim::Unknown, Dim::Size)).collect();
    let dim_of = |letter: char| {
        let given = dims.and_then(|dims| at(&input, dims, letter));
        // The first letter of the output is the batch, unless there is an ellipsis.
        let own = output.iter().position(|&other| other == letter).and_then(|place| {
            let before_end = output.len() - place;
            stated.len().checked_sub(before_end).and_then(|index| stated.get(index))
        });
        match (given, own) {
            (Some(given), Some(own)) => given.or(own).clone(),
            (Some(dim), None) | (None, Some(dim)) => dim.clone(),
            (None, None) => Dim::Unknown,
        }
    };
    let shape = kernel.iter().map(|&letter| dim_of(letter).size()).collect::<Option<Vec<usize>>>();
    let ellipsis = dims.map(|dims| {
        let letters = input.iter().filter(|&&letter| letter != '…').count();
        let start = input.iter().position(|&letter| letter == '…').unwrap_or_default();
        dims.get(start..start + dims.len().saturating_sub(letters)).unwrap_or_default().to_vec()
    });
    let outer = |letter: &char| if *letter == '…' { ellipsis.clone() } else { Some(vec![dim_of(*letter)]) };
    let output_dims = output.iter().map(outer).collect::<Option<Vec<_>>>().map(|dims| dims.concat());
    // A multiply-add for each output and each combination of letters that are summed.
    let summed = kernel.iter().filter(|letter| !output.contains(letter)).map(|&letter| size(&dim_of(letter)));
    let macs = product(summed.chain([output_dims.as_deref().and_then(volume)]));
    let bias = layer.config.text("bias_axes").map(|axes| {
        let places = output.iter().position(|letter| axes.contains(*letter)).unwrap_or_default();
        let size = |letter: &char| if axes.contains(*letter) { dim_of(*letter).size() } else { Some(1) };
        output[places..].iter().map(size).collect::<Option<Vec<usize>>>()
    });
    let facts = Facts::of(layer.output(output_dims)).macs(macs);
    Ok(quantizable(layer, facts, shape, None, |facts| match &bias {
        Some(shape) => facts.weight("bias", layer.policy.variable, shape.clone()),
        None => facts,
    }))
}

/// The dimension that a letter stands for.
fn at<'a>(letters: &[char], dims: &'a [Dim], letter: char) -> Option<&'a Dim> {
    let place = letters.iter().position(|&other| other == letter)?;
    match letters.iter().position(|&other| other == '…') {
        Some(ellipsis) if ellipsis < place => dims.get(dims.len().checked_sub(letters.len() - place)?),
        _ => dims.get(place),
    }
}

fn embedding(layer: &Layer) -> Described {
    let [count, features] = [layer.size("input_dim")?, layer.size("output_dim")?];
    let dims = layer.dims()?.map(|dims| dims.iter().cloned().chain([features.into()]).collect());
    let facts = Facts::of(layer.output(dims));
    let dtype = layer.policy.variable;
    Ok(match layer.policy.quantization {
        Some("int8") => facts
            .with("embeddings", DType::Int8, Some(vec![count, features]), Role::Frozen)
            .with("embeddings_scale", dtype, Some(vec![count]), Role::Frozen),
        Some("int4") => facts
            .with("embeddings", DType::Int4, Some(vec![count, features]), Role::Frozen)
            .with("embeddings_scale", dtype, None, Role::Frozen),
        Some("gptq" | "awq") => facts
            .with("embeddings", DType::Int8, None, Role::Frozen)
            .with("embeddings_scale", dtype, None, Role::Frozen),
        _ => low_rank(layer, facts, "embeddings", Some(vec![count, features]), |facts| facts),
    })
}

fn reversible_embedding(layer: &Layer) -> Described {
    let facts = embedding(layer)?;
    let [count, features] = [layer.size("input_dim")?, layer.size("output_dim")?];
    let facts = if layer.config.flag("tie_weights", true) {
        facts
    } else {
        facts.weight("reverse_embeddings", layer.policy.variable, Some(vec![features, count]))
    };
    let is_reverse = layer.call.plain("reverse", 1).and_then(serde_json::Value::as_bool).unwrap_or(false);
    if !is_reverse {
        return Ok(facts);
    }
    let output = layer.dims_of(1)?.map(|dims| {
        let mut dims = dims.to_vec();
        dims.pop();
        dims.push(count.into());
        dims
    });
    let macs = product([output.as_deref().and_then(volume), Some(features)]);
    Ok(Facts { outputs: vec![layer.output(output)], ..facts }.macs(macs))
}

/// A function in Python. The file knows its output if that was stated.
#[expect(clippy::unnecessary_wraps, reason = "an entry of a table")]
fn lambda(layer: &Layer) -> Described {
    let stated = layer.config.get("output_shape").and_then(config::shape);
    let dims = stated.map(|dims| std::iter::once(Dim::BATCH).chain(dims).collect());
    Ok(Facts { outputs: vec![typed(layer.policy.compute, dims)], ..Facts::unknown() })
}

fn wrapper(layer: &Layer) -> Described {
    let inner = layer.config.object("layer").ok_or_else(|| Misfit::new("has no `layer` inside"))?;
    let facts = layer.inner(&inner, layer.inputs.to_vec())?;
    let weights = facts.weights.clone();
    Ok(Facts { weights: Vec::new(), ..facts }.inner(inner.name(), "layer", weights))
}

fn layer_scale(layer: &Layer) -> Described {
    let shape = layer.config.size("projection_dim").map(|size| vec![size]);
    let shape = shape.or_else(|| sizes(layer.dims().ok()??.last()));
    Ok(Facts::of(layer.input()?.clone()).weight("gamma", layer.policy.variable, shape))
}

/// The sum of the first tensor and a multiple of the second.
fn scaled_sum(layer: &Layer) -> Described {
    same(layer)
}
