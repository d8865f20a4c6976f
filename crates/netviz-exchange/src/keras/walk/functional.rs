//! Functional models: layers that are connected by name.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::{DType, TensorType};

use super::{Value, Walker, input_shape};
use crate::keras::call::{self, Call, Reference};
use crate::keras::config::{Object, Policy};
use crate::keras::names::Directories;
use crate::keras::weights::Place;

/// A layer and the number of one of its calls, both from 0.
type Unit = (usize, usize);

/// The layers of a model and how they are connected.
struct Connections<'a> {
    layers: Vec<Object<'a>>,
    calls: Vec<Vec<Call<'a>>>,
    /// Indices of layers by their names.
    indices: HashMap<&'a str, usize>,
    /// The number of the first call of each layer.
    first: HashMap<&'a str, usize>,
    inputs: Vec<Reference<'a>>,
    outputs: Vec<Reference<'a>>,
}

impl<'a> Connections<'a> {
    fn new(model: &Object<'a>) -> Result<Self, Diagnostic> {
        let layers = model.layers().unwrap_or_default();
        let calls = layers.iter().map(|layer| call::calls(layer.name(), layer.entry.get("inbound_nodes")));
        let calls = calls.collect::<Result<Vec<_>, _>>()?;
        let ends = |name| model.config.get(name).map(call::references).unwrap_or_default();
        let (inputs, outputs) = (ends("input_layers"), ends("output_layers"));
        let indices = layers.iter().enumerate().map(|(index, layer)| (layer.name(), index)).collect();
        let counts = layers.iter().zip(&calls).map(|(layer, calls)| {
            let count = if layer.class == "InputLayer" { 1 } else { calls.len() };
            (layer.name(), (count, layer.layers().is_some()))
        });
        let all = calls.iter().flatten().flat_map(|call| &call.tensors).chain(&outputs);
        let first = call::first_calls(&counts.collect(), all).into_iter().map(|(name, first)| (name.to_owned(), first));
        let first: HashMap<String, usize> = first.collect();
        let first = layers.iter().map(|layer| (layer.name(), first.get(layer.name()).copied().unwrap_or(0))).collect();
        Ok(Self { layers, calls, indices, first, inputs, outputs })
    }

    /// The call that gives a tensor.
    fn unit(&self, reference: &Reference<'a>, reader: &str) -> Result<Unit, Diagnostic> {
        let missing = || {
            let [reader, layer] = [reader, reference.layer].map(excerpt);
            Diagnostic::error(format!("`{reader}` reads `{layer}`, which nothing gives"))
                .hint("the file is damaged: save the model again")
        };
        let index = *self.indices.get(reference.layer).ok_or_else(missing)?;
        let first = self.first.get(reference.layer).copied().unwrap_or(0);
        let call = reference.call.checked_sub(first).ok_or_else(missing)?;
        let count = if self.layers[index].class == "InputLayer" { 1 } else { self.calls[index].len() };
        if call < count { Ok((index, call)) } else { Err(missing()) }
    }

    /// All calls, each after those whose outputs it is given.
    fn order(&self) -> Result<Vec<Unit>, Diagnostic> {
        let mut readers: HashMap<Unit, Vec<Unit>> = HashMap::new();
        let mut waits: HashMap<Unit, usize> = HashMap::new();
        let mut ready = BinaryHeap::new();
        let mut total = 0;
        for (index, calls) in self.calls.iter().enumerate().filter(|(index, _)| !self.is_input(*index)) {
            for (number, call) in calls.iter().enumerate() {
                let mut sources = BTreeSet::new();
                for reference in &call.tensors {
                    let unit = self.unit(reference, self.layers[index].name())?;
                    if !self.is_input(unit.0) {
                        sources.insert(unit);
                    }
                }
                total += 1;
                if sources.is_empty() {
                    ready.push(Reverse((index, number)));
                }
                waits.insert((index, number), sources.len());
                for source in sources {
                    readers.entry(source).or_default().push((index, number));
                }
            }
        }
        let mut order = Vec::with_capacity(total);
        while let Some(Reverse(unit)) = ready.pop() {
            order.push(unit);
            for reader in readers.remove(&unit).unwrap_or_default() {
                if let Some(count) = waits.get_mut(&reader) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(Reverse(reader));
                    }
                }
            }
        }
        if order.len() == total {
            return Ok(order);
        }
        let done: BTreeSet<Unit> = order.into_iter().collect();
        let stuck = waits.keys().filter(|unit| !done.contains(unit)).min();
        let name = stuck.map(|(index, _)| excerpt(self.layers[*index].name())).unwrap_or_default();
        Err(Diagnostic::error(format!("`{name}` depends on itself")).hint("the file is damaged: save the model again"))
    }

    fn is_input(&self, index: usize) -> bool {
        self.layers[index].class == "InputLayer"
    }

    /// The types of the outputs of each call, as far as its readers state them.
    fn stated(&self) -> HashMap<Unit, Vec<Option<TensorType>>> {
        let mut stated: HashMap<Unit, Vec<Option<TensorType>>> = HashMap::new();
        // No layer has so many outputs; a number of a damaged file must not decide how much is allocated.
        let most = netviz_model::limits::OUTPUTS;
        let all = self.calls.iter().flatten().flat_map(|call| &call.tensors).chain(&self.outputs);
        for reference in all.filter(|reference| reference.output < most) {
            let Ok(unit) = self.unit(reference, "") else { continue };
            let types = stated.entry(unit).or_default();
            if types.len() <= reference.output {
                types.resize(reference.output + 1, None);
            }
            if reference.stated.is_some() {
                types[reference.output].clone_from(&reference.stated);
            }
        }
        // Keras 2 states what a layer was built for, which is what it was given first.
        for (layer, calls) in self.layers.iter().zip(&self.calls) {
            let [reference] = calls.first().map(|call| call.tensors.as_slice()).unwrap_or_default() else { continue };
            let dims = layer.built_for();
            let types = self.unit(reference, "").ok().and_then(|unit| stated.get_mut(&unit));
            if let (Some(dims), Some(ty @ None)) = (dims, types.and_then(|types| types.get_mut(reference.output))) {
                *ty = Some(TensorType::new(DType::Undefined, dims));
            }
        }
        stated
    }
}

impl<'a> Walker<'a> {
    /// The outputs of a functional model.
    pub(super) fn functional(
        &mut self,
        model: &Object<'a>,
        place: &Place,
        given: Option<Vec<Value>>,
    ) -> Result<Vec<Value>, Diagnostic> {
        let connections = Connections::new(model)?;
        self.count(connections.layers.len())?;
        let mut values: HashMap<Unit, Vec<Value>> = HashMap::new();
        match given {
            Some(given) => {
                if given.len() < connections.inputs.len() {
                    let (name, wanted) = (excerpt(model.name()), connections.inputs.len());
                    return Err(Diagnostic::error(format!(
                        "the model `{name}` has {wanted} inputs, but is given {}",
                        given.len()
                    ))
                    .hint("the file is damaged: save the model again"));
                }
                for (reference, value) in connections.inputs.iter().zip(given) {
                    values.insert(connections.unit(reference, model.name())?, vec![value]);
                }
            }
            None => {
                for (index, layer) in connections.layers.iter().enumerate().filter(|(_, it)| it.class == "InputLayer") {
                    let value = self.input(layer.name(), input_shape(layer.config), Policy::of(layer.config).compute);
                    values.insert((index, 0), vec![value]);
                }
            }
        }
        let mut directories = Directories::default();
        let places: Vec<Place> = connections
            .layers
            .iter()
            .enumerate()
            .map(|(index, layer)| {
                // Only layers have weights, and a number in the file.
                let directory = if layer.is_operation() { String::new() } else { directories.next(layer.class) };
                place.of(layer, index, &directory)
            })
            .collect();
        let stated = connections.stated();
        let value = |values: &HashMap<Unit, Vec<Value>>, reference: &Reference<'a>, reader: &str| {
            let unit = connections.unit(reference, reader)?;
            let value = values.get(&unit).and_then(|values| values.get(reference.output)).cloned();
            value.ok_or_else(|| {
                let [reader, layer] = [reader, reference.layer].map(excerpt);
                let output = reference.output;
                Diagnostic::error(format!("`{reader}` reads output {output} of `{layer}`, which it does not have"))
                    .hint("the file is damaged: save the model again")
            })
        };
        for unit in connections.order()? {
            let (layer, call) = (&connections.layers[unit.0], &connections.calls[unit.0][unit.1]);
            let inputs = call.tensors.iter().map(|reference| value(&values, reference, layer.name()));
            let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
            let stated = stated.get(&unit).map(Vec::as_slice).unwrap_or_default();
            let outputs = self.call(layer, &places[unit.0], call, inputs, unit.1, stated)?;
            values.insert(unit, outputs);
        }
        connections.outputs.iter().map(|reference| value(&values, reference, model.name())).collect()
    }
}
