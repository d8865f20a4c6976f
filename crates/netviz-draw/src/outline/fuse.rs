//! Layers that keep the places of values, such as a normalization or an activation, fused with the layer before them.

use crate::detail::Detail;
use crate::properties::LayerProperties;
use netviz_model::category::VolumeStyle;
use netviz_model::ir::ParameterCount;

/// A layer with those that are fused with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// The layer.
    pub(crate) layer: LayerProperties,
    /// The layers fused with it, in order.
    pub(crate) bands: Vec<LayerProperties>,
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
    pub(crate) fn flops(&self) -> usize {
        self.all().fold(0, |sum, layer| sum.saturating_add(layer.flops))
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
    let mut units: Vec<Unit> = Vec::with_capacity(layers.len());
    let mut unit_of = Vec::with_capacity(layers.len());
    for (layer, sources) in layers.into_iter().zip(sources) {
        let host = match sources[..] {
            [(source, 0)] if detail != Detail::High && consumers[source] == 1 => Some(unit_of[source]),
            _ => None,
        };
        let host = host.filter(|&host: &usize| is_band(&layer, &units[host].layer));
        match host {
            Some(host) => units[host].bands.push(layer),
            None => units.push(Unit { layer, bands: Vec::new() }),
        }
        unit_of.push(host.unwrap_or(units.len() - 1));
    }
    (units, unit_of)
}

/// Whether a layer keeps the places of the values of the one before it, which is not an input.
fn is_band(layer: &LayerProperties, before: &LayerProperties) -> bool {
    let keeps = layer.category.is_some_and(|category| category.form() == VolumeStyle::Band);
    let is_single = layer.outputs.len() == 1 && before.outputs.len() == 1;
    keeps && is_single && before.category.is_some() && layer.ty() == before.ty()
}
