//! Layers that keep the places of values, such as a normalization or an activation, fused with the layer before them.

use std::collections::{HashMap, HashSet};

use crate::detail::Detail;
use crate::properties::LayerProperties;
use netviz_model::category::VolumeStyle;
use netviz_model::graph::Mark;
use netviz_model::ir::ParameterCount;
use netviz_model::layer::Category;

/// A layer with those that are fused with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// The layer.
    pub(crate) layer: LayerProperties,
    /// The layers fused with it, in order.
    pub(crate) bands: Vec<LayerProperties>,
    /// The names of [shared](super::shared) values that it reads.
    pub(crate) reads: Vec<String>,
    /// What reads its value, if that is shared: `12 × Attention`.
    pub(crate) readers: String,
}

impl Unit {
    /// Its layers, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &LayerProperties> {
        std::iter::once(&self.layer).chain(&self.bands)
    }

    /// The layer that gives its values.
    pub(crate) fn last(&self) -> &LayerProperties {
        self.bands.last().unwrap_or(&self.layer)
    }

    /// What is new about all of its layers; that some are new is a change.
    pub(crate) fn mark(&self) -> Option<Mark> {
        let mark = self.layer.mark;
        if self.all().all(|layer| layer.mark == mark) { mark } else { Some(Mark::Changed) }
    }

    /// The number of layers.
    pub(crate) fn count(&self) -> usize {
        1 + self.bands.len()
    }

    /// The parameters of all its layers.
    pub(crate) fn parameters(&self) -> ParameterCount {
        self.all().fold(ParameterCount::default(), |sum, layer| ParameterCount {
            trainable: sum.trainable.saturating_add(layer.parameters.trainable),
            fixed: sum.fixed.saturating_add(layer.parameters.fixed),
        })
    }

    /// The floating-point operations of all its layers for one sample.
    pub(crate) fn flops(&self) -> Option<usize> {
        self.all().try_fold(0_usize, |sum, layer| Some(sum.saturating_add(layer.flops?)))
    }
}

/// The units of the layers, which are in topological order, and the unit of each layer. `sources` are the inputs of each
/// layer with the index of the output; the values of `outputs` leave the network.
pub(super) fn units(
    layers: Vec<LayerProperties>,
    sources: &[Vec<(usize, usize)>],
    outputs: impl Iterator<Item = usize>,
    detail: Detail,
) -> (Vec<Unit>, Vec<usize>) {
    let mut consumers = vec![0_usize; layers.len()];
    for source in sources.iter().flatten().map(|&(source, _)| source).chain(outputs) {
        consumers[source] += 1;
    }
    // The layer at the start of each one's unit.
    let mut hosts: Vec<usize> = Vec::with_capacity(layers.len());
    for (index, (layer, sources)) in layers.iter().zip(sources).enumerate() {
        let host = match sources[..] {
            [(source, 0)] if detail != Detail::High && consumers[source] == 1 => Some(hosts[source]),
            _ => None,
        };
        hosts.push(host.filter(|&host| is_band(layer, &layers[host])).unwrap_or(index));
    }
    unfuse(&mut hosts, &layers, sources);
    let mut units: Vec<Unit> = Vec::with_capacity(layers.len());
    let mut unit_of: Vec<usize> = Vec::with_capacity(layers.len());
    for (index, layer) in layers.into_iter().enumerate() {
        if hosts[index] == index {
            unit_of.push(units.len());
            units.push(Unit { layer, bands: Vec::new(), reads: Vec::new(), readers: String::new() });
        } else {
            let unit = unit_of[hosts[index]];
            unit_of.push(unit);
            units[unit].bands.push(layer);
        }
    }
    (units, unit_of)
}

/// Takes the bands of merges for units of their own if most merges of the kind have none: the normalization after the
/// last block of a network would make that block unlike the others.
fn unfuse(hosts: &mut [usize], layers: &[LayerProperties], sources: &[Vec<(usize, usize)>]) {
    let has_bands: HashSet<usize> =
        hosts.iter().enumerate().filter(|(index, host)| index != *host).map(|(_, &host)| host).collect();
    // How many merges of each kind have bands, less the others.
    let mut balance: HashMap<&str, isize> = HashMap::new();
    let is_merge = |layer: &LayerProperties| layer.category == Some(Category::Merge);
    for (index, layer) in layers.iter().enumerate().filter(|(_, layer)| is_merge(layer)) {
        *balance.entry(layer.kind.as_str()).or_default() += if has_bands.contains(&index) { 1 } else { -1 };
    }
    for index in 0..hosts.len() {
        let host = hosts[index];
        if host != index && is_merge(&layers[host]) && balance[layers[host].kind.as_str()] < 0 {
            let before = sources[index][0].0;
            hosts[index] = if before == host { index } else { hosts[before] };
        }
    }
}

/// Whether a layer keeps the places of the values of the one before it, which is not an input.
fn is_band(layer: &LayerProperties, before: &LayerProperties) -> bool {
    let keeps = layer.category.is_some_and(|category| category.form() == VolumeStyle::Band);
    let is_single = layer.outputs.len() == 1 && before.outputs.len() == 1;
    // What is new is shown by itself.
    keeps && layer.mark == before.mark && is_single && before.category.is_some() && layer.ty() == before.ty()
}
