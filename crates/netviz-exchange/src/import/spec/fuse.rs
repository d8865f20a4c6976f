//! Joins what belongs to one layer.

use std::collections::HashMap;

use netviz_model::schema::ArgValue;

use super::draft::{AFFINE, Draft, Layer, PADDED};
use super::obstacle::Obstacle;
use super::source::Source;
use super::weight::Weight;

/// Joins layers, and says where the output is then and what is left over that is no layer.
pub(super) fn fuse(draft: &mut Draft, output: Source) -> (Source, Vec<Obstacle>) {
    take_padding(draft);
    let output = drop_unused(draft, output);
    let mut uses: HashMap<Source, usize> = HashMap::from([(output, 1)]);
    for source in draft.layers.iter().flat_map(|layer| &layer.from) {
        *uses.entry(*source).or_default() += 1;
    }
    // What has the value of a layer that is joined with another.
    let mut moved: HashMap<Source, Source> = HashMap::new();
    let mut obstacles = Vec::new();
    for index in 0..draft.layers.len() {
        for from in &mut draft.layers[index].from {
            *from = moved.get(from).copied().unwrap_or(*from);
        }
        let (before, rest) = draft.layers.split_at_mut(index);
        let layer = &mut rest[0];
        let [Source { layer: Some(number), port: 0 }] = layer.from[..] else {
            obstacles.extend(standing(layer));
            continue;
        };
        let source = layer.from[0];
        let own = Source { layer: Some(index), port: 0 };
        if uses.get(&source) == Some(&1) && join(&mut before[number], layer) {
            moved.insert(own, source);
            let count = uses.get(&own).copied().unwrap_or_default();
            uses.insert(source, count);
            layer.from.clear();
        } else {
            obstacles.extend(standing(layer));
        }
    }
    (moved.get(&output).copied().unwrap_or(output), obstacles)
}

/// Gives layers the zeros that are put around their images. A maximum takes them if its input has no negative
/// numbers.
fn take_padding(draft: &mut Draft) {
    for index in 0..draft.layers.len() {
        let [Source { layer: Some(before), port: 0 }] = draft.layers[index].from[..] else { continue };
        let (given, layer) = (&draft.layers[before], &draft.layers[index]);
        let is_positive = || match given.from[..] {
            [Source { layer: Some(number), .. }] => {
                let layer = &draft.layers[number];
                layer.kind == "activation" && layer.arguments.contains(&("function", ArgValue::name("relu")))
            }
            _ => false,
        };
        let is_plain = layer.arguments.contains(&("padding", ArgValue::name("valid")));
        let takes = layer.kind == "conv2d" || layer.kind == "max_pool2d" && is_positive();
        if given.kind != PADDED || !is_plain || !takes {
            continue;
        }
        let (from, sides) = (given.from.clone(), given.arguments[0].1.clone());
        let layer = &mut draft.layers[index];
        layer.from = from;
        layer.arguments.retain(|(name, _)| *name != "padding");
        layer.arguments.push(("padding", as_written(sides)));
    }
}

/// Padding as people write it: one number if it is the same on every side.
fn as_written(sides: ArgValue) -> ArgValue {
    let ArgValue::List(dimensions) = &sides else { return sides };
    match &dimensions[..] {
        [ArgValue::Sizes(rows), ArgValue::Sizes(columns)] if rows == columns && rows[0] == rows[1] => {
            ArgValue::Int(rows[0])
        }
        _ => sides,
    }
}

/// Empties layers that nothing reads, and the outputs of recurrent layers that nothing reads.
fn drop_unused(draft: &mut Draft, output: Source) -> Source {
    let mut is_used = vec![false; draft.layers.len()];
    let mut ports: Vec<Vec<usize>> = vec![Vec::new(); draft.layers.len()];
    let mut use_of = |source: Source, is_used: &mut Vec<bool>| {
        if let Some(layer) = source.layer {
            is_used[layer] = true;
            ports[layer].push(source.port);
        }
    };
    use_of(output, &mut is_used);
    for index in (0..draft.layers.len()).rev() {
        if is_used[index] {
            draft.layers[index].from.iter().for_each(|&source| use_of(source, &mut is_used));
        } else {
            draft.layers[index].from.clear();
        }
    }
    // The outputs of an LSTM are first those of all steps, then the last state and cell.
    let mut port_of: HashMap<Source, Source> = HashMap::new();
    for (index, (layer, used)) in
        draft.layers.iter_mut().zip(&ports).enumerate().filter(|(_, (layer, _))| layer.kind == "lstm")
    {
        let (steps, cell) = (used.contains(&0), used.contains(&2));
        let state = cell || steps && used.contains(&1);
        layer.arguments.extend([("return_sequences", ArgValue::Bool(steps)), ("return_state", ArgValue::Bool(state))]);
        if !steps {
            let state = layer.outputs[1].clone();
            layer.outputs[0] = state;
            let source = |port| Source { layer: Some(index), port };
            port_of.insert(source(1), source(0));
        }
    }
    for source in draft.layers.iter_mut().flat_map(|layer| &mut layer.from) {
        *source = port_of.get(source).copied().unwrap_or(*source);
    }
    port_of.get(&output).copied().unwrap_or(output)
}

/// Joins a layer with the one before, if that can do both.
fn join(before: &mut Layer, layer: &Layer) -> bool {
    let is_linear = before.arguments.iter().all(|(name, _)| *name != "activation");
    match (before.kind, layer.kind) {
        ("dense" | "conv2d", "activation") if is_linear => {
            before.arguments.extend(layer.arguments.iter().map(|(_, function)| ("activation", function.clone())));
            true
        }
        ("dense" | "conv2d" | "batch_norm", AFFINE) if is_linear => {
            for (name, weight) in &layer.weights {
                affine(before, name, weight);
            }
            true
        }
        _ => false,
    }
}

/// Applies a factor or a term of each channel to a layer with weights.
fn affine(layer: &mut Layer, name: &str, other: &Weight) {
    if name == "scale" {
        for (_, weight) in layer.weights.iter_mut().filter(|(name, _)| matches!(*name, "weight" | "bias")) {
            *weight = weight.with_each(other, |value, factor| value * factor);
        }
    } else if let Some(bias) = layer.weight("bias") {
        *bias = bias.with_each(other, |value, term| value + term);
    } else {
        layer.weights.push(("bias", other.clone()));
        layer.arguments.retain(|(name, _)| *name != "use_bias");
    }
}

/// Makes factors and terms of channels a layer of their own: a convolution of each channel by itself.
fn standing(layer: &mut Layer) -> Option<Obstacle> {
    if layer.from.is_empty() {
        return None;
    }
    let obstacle = |reason: &str| {
        let (operator, node) = layer.origin.clone();
        Some(Obstacle { operator, reason: Some(reason.to_owned()), node })
    };
    if layer.kind == PADDED {
        return obstacle("the layer behind cannot add its zeros");
    }
    if layer.kind != AFFINE {
        return None;
    }
    let [channels, _, _] = layer.outputs[0][..] else {
        return obstacle("a constant factor or term of other than images belongs to no layer");
    };
    let scale = layer.weights.iter().find(|(name, _)| *name == "scale").map(|(_, scale)| scale.clone());
    let scale = scale.unwrap_or_else(|| Weight::filled(&[channels], 1.0)).reshaped(&[channels, 1, 1, 1])?;
    let shift = layer.weights.iter().find(|(name, _)| *name == "shift").map(|(_, shift)| shift.clone());
    layer.kind = "conv2d";
    layer.arguments = vec![
        ("filters", ArgValue::int(channels)),
        ("kernel", ArgValue::Int(1)),
        ("groups", ArgValue::int(channels)),
        ("use_bias", ArgValue::Bool(shift.is_some())),
    ];
    layer.weights = std::iter::once(("weight", scale)).chain(shift.map(|shift| ("bias", shift))).collect();
    None
}
