//! Walks over the layers of a model, and gives each call to the graph.

mod functional;
mod layer;
mod parameters;

use std::collections::{BTreeMap, HashMap};

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::{Graph, GraphBuilder, Output};
use netviz_model::ir::{DType, Dim, ParameterId, Role, TensorType};
use netviz_model::{limits, text};

use super::call::Call;
use super::config::{self, Config, Object, Policy};
use super::layers;
use super::names::Directories;
use super::weights::{Entry, Place, Store};
use crate::import::{File, Names, Tensor, path};

/// What a call gives.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) output: Output,
    pub(super) ty: TensorType,
}

/// What a walk makes.
pub(super) struct Walked {
    pub(super) graph: Graph,
    pub(super) tensors: Vec<Tensor>,
    pub(super) warnings: Vec<Diagnostic>,
    /// Where the channels of images are, if the network has any.
    pub(super) data_format: Option<&'static str>,
}

/// The state of the walk.
pub(super) struct Walker<'a> {
    file: &'a File<'a>,
    store: Store,
    builder: GraphBuilder,
    names: Names,
    classes: BTreeMap<String, String>,
    tensors: Vec<Tensor>,
    /// The weights of each layer that was called, by what it has in common with its other calls.
    instances: HashMap<String, Vec<(ParameterId, Role)>>,
    /// The weights of each layer of the whole model.
    entries: HashMap<String, BTreeMap<usize, Entry>>,
    /// The batch of the inputs in the file.
    batch: Dim,
    /// The symbols that stand for sizes of inputs that are not known.
    symbols: HashMap<&'static str, usize>,
    /// Layers and calls so far.
    calls: usize,
    /// Images with the channels first, and last.
    formats: [usize; 2],
    warnings: Vec<Diagnostic>,
}

impl<'a> Walker<'a> {
    /// Walks over a model of a file that has these weights.
    pub(super) fn walk(file: &'a File<'a>, store: Store, model: &Object<'a>) -> Result<Walked, Diagnostic> {
        let Some(layers) = model.layers() else { return Err(no_model(model)) };
        let name = model.config.text("name").filter(|name| !name.trim().is_empty()).unwrap_or(file.name);
        let batch = match layers.iter().find_map(|layer| input_shape(layer.config)).as_deref() {
            Some([Dim::Size(size), _, ..]) => Dim::Size(*size),
            _ => Dim::BATCH,
        };
        let mut walker = Self {
            file,
            store,
            builder: GraphBuilder::new(readable(name)),
            names: Names::default(),
            classes: BTreeMap::new(),
            tensors: Vec::new(),
            instances: HashMap::new(),
            entries: HashMap::new(),
            batch,
            symbols: HashMap::new(),
            calls: 0,
            formats: [0; 2],
            warnings: Vec::new(),
        };
        let place = Place { frozen: !model.config.flag("trainable", true), ..Place::default() };
        let outputs = walker.model(model, &place, None)?;
        Ok(walker.finish(&outputs))
    }

    fn finish(mut self, outputs: &[Value]) -> Walked {
        self.store.fill(self.entries, &mut self.tensors, &mut self.warnings);
        let outputs: Vec<Output> = outputs.iter().map(|value| value.output).collect();
        let data_format = match self.formats {
            [0, 0] => None,
            [_, 0] => Some("channels first"),
            [0, _] => Some("channels last"),
            _ => Some("channels first and last"),
        };
        let graph = self.builder.finish_foreign(&outputs, self.batch, self.classes);
        Walked { graph, tensors: self.tensors, warnings: self.warnings, data_format }
    }

    /// The outputs of a model that is given tensors, or of the whole one, which has inputs of its own.
    fn model(
        &mut self,
        model: &Object<'a>,
        place: &Place,
        given: Option<Vec<Value>>,
    ) -> Result<Vec<Value>, Diagnostic> {
        if model.config.get("input_layers").is_some() {
            self.functional(model, place, given)
        } else {
            self.sequential(model, place, given)
        }
    }

    fn sequential(
        &mut self,
        model: &Object<'a>,
        place: &Place,
        given: Option<Vec<Value>>,
    ) -> Result<Vec<Value>, Diagnostic> {
        let layers = model.layers().unwrap_or_default();
        self.count(layers.len())?;
        let mut values = given.unwrap_or_default();
        let mut directories = Directories::default();
        for (index, layer) in layers.iter().enumerate() {
            if values.is_empty() {
                let is_input = layer.class == "InputLayer";
                let name = if is_input { layer.name() } else { "input" };
                let own = input_shape(layer.config);
                let built = || {
                    let value = model.config.get("build_input_shape").or_else(|| model.entry_shape());
                    config::shape(value.or_else(|| layer.entry_shape())?)
                };
                let dtype = if is_input { Policy::of(layer.config).compute } else { expected(layer) };
                values = vec![self.input(name, own.or_else(built), dtype)];
            }
            if layer.class == "InputLayer" {
                continue;
            }
            let place = place.of(layer, index, &directories.next(layer.class));
            // What the next layer was built for is what this one gives.
            let next = layers.get(index + 1).and_then(Object::built_for);
            let stated = next.map(|dims| TensorType::new(DType::Undefined, dims));
            values.truncate(1);
            values = self.call(layer, &place, &Call::single(), values, 0, &[stated])?;
        }
        if values.is_empty() {
            let name = excerpt(model.name());
            return Err(Diagnostic::error(format!("the model `{name}` has no layers")).hint("add layers to it"));
        }
        Ok(values)
    }

    /// An input of the whole model.
    fn input(&mut self, name: &str, dims: Option<Vec<Dim>>, dtype: DType) -> Value {
        let name = self.names.unique(readable(&path(name)));
        let ty = match dims {
            Some(dims) => TensorType::new(dtype, self.symbolic(dims)),
            None => TensorType::unranked(dtype),
        };
        Value { output: self.builder.foreign_input(&name, ty.clone()), ty }
    }

    /// Sizes that are not known get names, so that they can be followed and set.
    fn symbolic(&mut self, dims: Vec<Dim>) -> Vec<Dim> {
        let unknown = dims.iter().skip(1).filter(|dim| **dim == Dim::Unknown).count();
        let letters: &[&'static str] = match (dims.len(), unknown) {
            (..=3, _) => &["L"],
            (_, 1) => &["W"],
            (_, 2) => &["H", "W"],
            _ => &["D", "H", "W"],
        };
        let mut letters = letters.iter();
        let mut result = Vec::with_capacity(dims.len());
        for (index, dim) in dims.into_iter().enumerate() {
            let is_batch = index == 0 && (dim == self.batch || dim == Dim::BATCH);
            let symbol = match (is_batch, &dim) {
                (true, _) => Some("N".to_owned()),
                (false, Dim::Unknown) => letters.next().map(|letter| {
                    let count = self.symbols.entry(letter).and_modify(|count| *count += 1).or_insert(1);
                    if *count == 1 { (*letter).to_owned() } else { format!("{letter}_{count}") }
                }),
                (false, _) => None,
            };
            result.push(match symbol {
                Some(symbol) => match self.file.dims.get(&symbol) {
                    Some(&size) => Dim::Size(size),
                    None if is_batch => Dim::BATCH,
                    None => Dim::Symbol(symbol.into()),
                },
                None => dim,
            });
        }
        result
    }

    /// The outputs of a layer that is called for the `number`th time, as far as the file states their types.
    fn call(
        &mut self,
        layer: &Object<'a>,
        place: &Place,
        call: &Call<'a>,
        inputs: Vec<Value>,
        number: usize,
        stated: &[Option<TensorType>],
    ) -> Result<Vec<Value>, Diagnostic> {
        // The first call was counted with the model.
        self.count(usize::from(number > 0))?;
        let name = if number == 0 { place.path.clone() } else { format!("{}_call_{}", place.path, number + 1) };
        if is_model(layer) {
            let place = Place { path: self.names.unique(name), ..place.clone() };
            return self.group(layer, &place, inputs);
        }
        if let Some(inner) = layer.config.object("layer").filter(|_| layer.class == "TimeDistributed")
            && is_model(&inner)
        {
            let place = Place { path: self.names.unique(name), ..place.clone() };
            return self.repeated(&inner, &place, inputs);
        }
        let name = self.names.unique(name);
        Ok(self.leaf(layer, place, call, inputs, &name, stated))
    }

    /// Counts layers and calls, of which there may not be too many.
    fn count(&mut self, more: usize) -> Result<(), Diagnostic> {
        self.calls = self.calls.saturating_add(more);
        if self.calls <= limits::KERAS_LAYERS {
            return Ok(());
        }
        let most = text::thousands(limits::KERAS_LAYERS);
        Err(Diagnostic::error(format!("the network has more than {most} layers"))
            .hint("a model that calls another one repeatedly grows fast: split it"))
    }

    /// The outputs of a model inside another one.
    fn group(&mut self, model: &Object<'a>, place: &Place, inputs: Vec<Value>) -> Result<Vec<Value>, Diagnostic> {
        self.classes.insert(place.path.clone(), model.class.to_owned());
        self.model(model, place, Some(inputs))
    }

    /// The outputs of a model that is applied to each step of a sequence.
    fn repeated(
        &mut self,
        model: &Object<'a>,
        place: &Place,
        mut inputs: Vec<Value>,
    ) -> Result<Vec<Value>, Diagnostic> {
        let mut steps = Dim::Unknown;
        for value in &mut inputs {
            if let Some([batch, step, rest @ ..]) = value.ty.dims() {
                steps = step.clone();
                value.ty = value.ty.with_dims(std::iter::once(batch.clone()).chain(rest.iter().cloned()));
            }
        }
        let all = place.steps.iter().cloned().chain([steps.clone()]).collect();
        let directory = format!("{}/layer", place.directory);
        let identity = format!("{}/{}", place.identity, model.name());
        let mut values = self.group(model, &Place { steps: all, directory, identity, ..place.clone() }, inputs)?;
        for value in &mut values {
            value.ty = in_steps(&value.ty, std::slice::from_ref(&steps));
        }
        Ok(values)
    }
}

impl Place {
    /// The place of a layer of the model that is here.
    fn of(&self, layer: &Object, index: usize, directory: &str) -> Self {
        let name = layer.name();
        let own = readable(&path(name));
        let joined = |first: &str, second: &str, by: &str| {
            if first.is_empty() { second.to_owned() } else { format!("{first}{by}{second}") }
        };
        Self {
            path: joined(&self.path, if own.is_empty() { "layer" } else { &own }, "."),
            identity: joined(&self.identity, name, "/"),
            directory: joined(&self.directory, &format!("layers/{directory}"), "/"),
            top: if self.top.is_empty() { name.to_owned() } else { self.top.clone() },
            order: self.order.iter().copied().chain([index]).collect(),
            frozen: self.frozen || !layer.config.flag("trainable", true),
            steps: self.steps.clone(),
        }
    }
}

/// The shape that an input, or the first layer of a sequence, says.
fn input_shape(config: Config) -> Option<Vec<Dim>> {
    config::shape(config.get("batch_shape").or_else(|| config.get("batch_input_shape"))?)
}

/// The element type that a layer expects: integers for one that looks up.
fn expected(layer: &Object) -> DType {
    match layer.class {
        "Embedding" | "ReversibleEmbedding" => DType::Int32,
        _ => Policy::of(layer.config).compute,
    }
}

/// The type of a value that there is for each step of sequences.
fn in_steps(ty: &TensorType, steps: &[Dim]) -> TensorType {
    match ty.dims() {
        Some([batch, rest @ ..]) => ty.with_dims([std::slice::from_ref(batch), steps, rest].concat()),
        _ => ty.clone(),
    }
}

/// Whether a layer is a model with layers of its own.
fn is_model(layer: &Object) -> bool {
    layers::find(layer.class).is_none() && layer.layers().is_some()
}

/// The error for an object that has no layers.
fn no_model(model: &Object) -> Diagnostic {
    let class = excerpt(model.class);
    Diagnostic::error(format!("`{class}` is no model whose layers are in the file"))
        .hint("a model that is a class of its own is Python code: build it with `keras.Model(inputs, outputs)`, or export it as ONNX")
}

impl<'a> Object<'a> {
    /// The shape that a layer was built for, if it is a single one.
    fn entry_shape(&self) -> Option<&'a serde_json::Value> {
        let shape = Config::new(self.entry.get("build_config")).get("input_shape")?;
        config::shape(shape).map(|_| shape)
    }

    /// [`Self::entry_shape`] for any batch: some layers state the batch that they were built or adapted with.
    fn built_for(&self) -> Option<Vec<Dim>> {
        let mut dims = config::shape(self.entry_shape()?)?;
        if let Some(batch) = dims.first_mut() {
            *batch = Dim::BATCH;
        }
        Some(dims)
    }
}

/// A name without control characters, which no terminal and no picture can show.
fn readable(name: &str) -> String {
    let name: String = name.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
    if name.is_empty() { "value".into() } else { name }
}
