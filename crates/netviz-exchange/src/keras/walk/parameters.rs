//! The weights of layers as parameters of the graph.

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::{DType, ParameterId, Role};

use super::{Walker, readable};
use crate::import::Tensor;
use crate::keras::config::Object;
use crate::keras::layers::{Kind, Weight};
use crate::keras::weights::{Entry, Place, Store, is_packed, misshaped, missing, packed};

impl<'a> Walker<'a> {
    /// The parameters of a layer, which all of its calls share.
    pub(super) fn weights(
        &mut self,
        layer: &Object<'a>,
        place: &Place,
        kind: Option<&Kind>,
        weights: Vec<Weight>,
    ) -> Vec<ParameterId> {
        // The file may say that layers of different models are the same.
        let shared = layer.entry.int("shared_object_id").filter(|_| !layer.is_operation());
        let key = shared.map_or_else(|| place.identity.clone(), |id| format!("#{id}"));
        if let Some(ids) = self.instances.get(&key).cloned() {
            self.list(place, &ids);
            return parameters(&ids);
        }
        let (weights, found) = match kind {
            None => self.unknown(layer, place),
            Some(_) if weights.iter().any(|weight| weight.shape.is_none()) => self.listed(weights, place),
            Some(_) => (weights, Vec::new()),
        };
        let mut ids = Vec::with_capacity(weights.len());
        for (index, weight) in weights.iter().enumerate() {
            let located = found.get(index).or_else(|| self.store.nested(&place.directory, weight)).cloned();
            let name = format!("{}/{}", place.identity, weight.name);
            let Some(tensor) = self.tensor(&name, weight, located) else { continue };
            let role = if place.frozen && weight.role == Role::Trainable { Role::Frozen } else { weight.role };
            let id = self.builder.stored(readable(&name), tensor.dtype, tensor.shape.clone(), role);
            ids.push((id, role));
            self.tensors.push(tensor);
        }
        if ids.len() < weights.len() {
            let message = format!("the sizes of some weights of `{}` are not known", excerpt(&place.identity));
            self.warnings.push(Diagnostic::warning(message).hint("build the model before it is saved"));
        }
        self.list(place, &ids);
        let own = parameters(&ids);
        self.instances.insert(key, ids);
        own
    }

    /// The tensor of a weight; `None` if its sizes are not known.
    fn tensor(&mut self, name: &str, weight: &Weight, located: Option<Tensor>) -> Option<Tensor> {
        match (&weight.shape, located) {
            (Some(shape), Some(tensor)) if weight.dtype == DType::Int4 && is_packed(&tensor, shape) => {
                Some(Tensor { dtype: DType::Int4, shape: shape.clone(), values: packed() })
            }
            (Some(shape), Some(tensor)) => {
                if tensor.shape != *shape {
                    self.warnings.push(misshaped(name, &tensor.shape, shape));
                }
                Some(tensor)
            }
            (None, Some(tensor)) => Some(tensor),
            (Some(shape), None) => {
                Some(Tensor { dtype: weight.dtype, shape: shape.clone(), values: missing(&self.store) })
            }
            (None, None) => None,
        }
    }

    /// The weights of a layer of an unknown class: what the file holds.
    fn unknown(&mut self, layer: &Object, place: &Place) -> (Vec<Weight>, Vec<Tensor>) {
        let found = if layer.is_operation() { Vec::new() } else { self.store.all(place) };
        if matches!(self.store, Store::None) && !layer.is_operation() {
            let [name, class] = [&place.identity, layer.class].map(excerpt);
            let message = format!("`{name}` is of the class `{class}`, which is not one of Keras' own");
            self.warnings
                .push(Diagnostic::warning(message).hint("its weights are not counted: save the model with them"));
        }
        found
            .into_iter()
            .map(|(name, tensor)| {
                let role = if tensor.dtype.is_float() { Role::Trainable } else { Role::Frozen };
                let shape = Some(tensor.shape.clone());
                (Weight { name, dtype: tensor.dtype, shape, role, group: String::new(), number: 0 }, tensor)
            })
            .unzip()
    }

    /// The weights of a layer that depend on a size that is not known, with the tensors that the file lists for it.
    fn listed(&self, mut weights: Vec<Weight>, place: &Place) -> (Vec<Weight>, Vec<Tensor>) {
        let found = match &self.store {
            Store::Listed(_) => self.store.all(place),
            Store::None | Store::Nested(_) => Vec::new(),
        };
        if found.len() != weights.len() {
            return (weights, Vec::new());
        }
        weights.sort_by_key(|weight| weight.role != Role::Trainable);
        (weights, found.into_iter().map(|(_, tensor)| tensor).collect())
    }

    /// Notes the weights of a layer for the list of the layer of the whole model that it is in.
    fn list(&mut self, place: &Place, ids: &[(ParameterId, Role)]) {
        if !matches!(self.store, Store::Listed(_)) {
            return;
        }
        let entries = self.entries.entry(place.top.clone()).or_default();
        for (index, &(id, role)) in ids.iter().enumerate() {
            let order = place.order.iter().copied().chain([index]).collect();
            entries.entry(id.index()).or_insert(Entry { order, role });
        }
    }
}

fn parameters(ids: &[(ParameterId, Role)]) -> Vec<ParameterId> {
    ids.iter().map(|(id, _)| *id).collect()
}
