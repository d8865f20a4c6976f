//! Which units are equal, or differ in sizes alone.

use std::collections::HashMap;
use std::hash::Hash;

use super::members::Members;
use super::repeats::{Found, Layers, repeats};
use super::{Inputs, Level, Unit};
use crate::properties::LayerProperties;
use netviz_model::graph::Mark;
use netviz_model::ir::TensorType;
use netviz_model::schema::ArgValue;

/// Finds repeated blocks. Units are compared by everything except their names.
pub(super) fn find(units: &[Unit], inputs: &Inputs, level: Level) -> Found {
    let sources: Vec<Vec<usize>> =
        inputs.iter().map(|inputs| inputs.iter().map(|&(source, _)| source).collect()).collect();
    let mut targets = vec![Vec::new(); units.len()];
    for (target, sources) in sources.iter().enumerate() {
        for &source in sources {
            targets[source].push(target);
        }
    }
    let alike = numbered(units, inputs, equal);
    let similar = level.series.then(|| numbered(units, inputs, similar));
    // Blocks usually begin with a layer that has parameters, not with its activation or pooling.
    let heads: Vec<bool> = units.iter().map(|unit| unit.layer.parameters.total() > 0).collect();
    let stages: Vec<bool> =
        units.iter().map(|unit| unit.layer.inputs.first().is_none_or(|input| input != unit.layer.ty())).collect();
    let members = Members::new(units);
    let layers = Layers {
        members: &members,
        sources: &sources,
        targets: &targets,
        alike: &alike,
        similar: similar.as_deref(),
        heads: &heads,
        stages: &stages,
    };
    repeats(&layers, level.unfold)
}

/// A number for each unit, the same for those whose layers have equal keys and whose inputs are the same outputs.
fn numbered<'a, K: Eq + Hash>(
    units: &'a [Unit],
    inputs: &Inputs,
    key: impl Fn(&'a LayerProperties) -> K,
) -> Vec<usize> {
    let mut known = HashMap::new();
    let number = |(unit, inputs): (&'a Unit, &Vec<(usize, usize)>)| {
        let layers: Vec<K> = std::iter::once(&unit.layer).chain(&unit.bands).map(&key).collect();
        let next = known.len();
        let ports: Vec<usize> = inputs.iter().map(|&(_, port)| port).collect();
        *known.entry((layers, ports, &unit.reads)).or_insert(next)
    };
    units.iter().zip(inputs).map(number).collect()
}

/// A kind of layer with its mark, its changes and its arguments.
type Kind<'a> = (&'a str, Option<Mark>, &'a [String], Vec<(&'a str, String)>);

/// What must be equal for two layers to be equal.
fn equal(layer: &LayerProperties) -> (Kind<'_>, &TensorType, [usize; 2], Option<usize>) {
    let counts = [layer.parameters.trainable, layer.parameters.fixed];
    (kind(layer, |_, _| true), layer.ty(), counts, layer.flops)
}

/// What must be equal for two layers that may differ in sizes: channels, units and strides.
fn similar(layer: &LayerProperties) -> (Kind<'_>, usize) {
    let is_kept = |name: &str, value: &ArgValue| name != "strides" && !matches!(value, ArgValue::Int(_));
    (kind(layer, is_kept), layer.ty().sample_dims().len())
}

fn kind(layer: &LayerProperties, is_kept: impl Fn(&str, &ArgValue) -> bool) -> Kind<'_> {
    let settings = layer.settings.iter().filter(|setting| is_kept(&setting.name, &setting.value));
    (
        &layer.kind,
        layer.mark,
        &layer.changes,
        settings.map(|setting| (&*setting.name, setting.value.to_string())).collect(),
    )
}
