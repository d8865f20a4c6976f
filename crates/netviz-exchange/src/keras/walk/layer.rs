//! Layers that are nodes: their types, their cost and what they show.

use netviz_model::category::Category;
use netviz_model::diagnostics::{Diagnostic, Severity};
use netviz_model::graph::Argument;
use netviz_model::ir::{DType, Dim, Opaque, TensorType};

use super::{Value, Walker, in_steps, readable};
use crate::keras::call::Call;
use crate::keras::config::Object;
use crate::keras::layers::{self, Facts, Kind, Layer};
use crate::keras::settings::settings;
use crate::keras::weights::Place;

impl<'a> Walker<'a> {
    /// The outputs of a layer that is a node.
    pub(super) fn leaf(
        &mut self,
        layer: &Object<'a>,
        place: &Place,
        call: &Call<'a>,
        inputs: Vec<Value>,
        name: &str,
        stated: &[Option<TensorType>],
    ) -> Vec<Value> {
        let (kind, shown, domain) = kind_of(layer);
        let types = self.given(layer, &inputs);
        let facts = match kind {
            Some(kind) => (kind.describe)(&Layer::new(layer, types, call)).unwrap_or_else(|misfit| {
                let diagnostic = misfit.diagnostic(name);
                self.warnings.push(Diagnostic { severity: Severity::Warning, ..diagnostic });
                Facts::default()
            }),
            None => Facts::default(),
        };
        self.note_format(layer, kind, &inputs);
        let outputs = self.outputs(name, &facts, stated);
        let elements = outputs.first().and_then(TensorType::elements);
        let repeats = place.steps.iter().try_fold(1_usize, |product, step| Some(product.saturating_mul(step.size()?)));
        let macs = facts.macs.zip(repeats).map(|(macs, repeats)| macs.saturating_mul(repeats));
        let flops = kind.and_then(|kind| {
            let each = if kind.flops == 0 { 0 } else { elements?.saturating_mul(kind.flops) };
            Some(macs?.saturating_mul(2).saturating_add(each.saturating_mul(repeats?)))
        });
        let category = kind.and_then(|kind| kind.category(layer.config));
        let op = Opaque {
            domain: domain.to_owned(),
            name: readable(shown),
            settings: settings(layer, kind, call),
            // Arithmetic with a constant joins nothing.
            category: category.filter(|category| *category != Category::Merge || inputs.len() > 1),
            flops,
            macs,
            outputs: outputs.iter().map(|ty| in_steps(ty, &place.steps)).collect(),
        };
        let weights = self.weights(layer, place, kind, facts.weights);
        let arguments: Vec<Argument> = inputs
            .into_iter()
            .map(|value| Argument::Output(value.output))
            .chain(weights.into_iter().map(Argument::Stored))
            .collect();
        let given = self.builder.foreign(name, op, &arguments);
        given.into_iter().zip(outputs).map(|(output, ty)| Value { output, ty }).collect()
    }

    /// The types that a layer is given. What it was built for fills in what is not known.
    fn given(&self, layer: &Object, inputs: &[Value]) -> Vec<TensorType> {
        let mut types: Vec<TensorType> = inputs.iter().map(|value| value.ty.clone()).collect();
        if let (Some(first), Some(dims)) = (types.first_mut(), layer.built_for()) {
            *first = self.merged(first, &TensorType::new(DType::Undefined, dims)).unwrap_or_else(|| first.clone());
        }
        types
    }

    /// The types of the outputs of a layer: those that are inferred, or else stated.
    fn outputs(&mut self, name: &str, facts: &Facts, stated: &[Option<TensorType>]) -> Vec<TensorType> {
        let count = facts.outputs.len().max(stated.len()).max(1);
        let mut types = Vec::with_capacity(count);
        for index in 0..count {
            let inferred = facts.outputs.get(index);
            let stated = stated.get(index).and_then(Option::as_ref);
            types.push(match (inferred, stated) {
                (Some(inferred), Some(stated)) => self.merged(inferred, stated).unwrap_or_else(|| {
                    let message =
                        format!("`{name}` gives {}, but the file states {}", inferred.signature(), stated.signature());
                    self.warnings.push(Diagnostic::warning(message).hint("the stated shape is ignored"));
                    inferred.clone()
                }),
                (Some(inferred), None) => inferred.clone(),
                (None, Some(stated)) => {
                    self.merged(&TensorType::unranked(DType::Undefined), stated).unwrap_or_else(|| stated.clone())
                }
                (None, None) => TensorType::unranked(DType::Undefined),
            });
        }
        types
    }

    /// What is known of a value whose type is inferred and stated; `None` if both cannot be.
    fn merged(&self, inferred: &TensorType, stated: &TensorType) -> Option<TensorType> {
        let dtype = if inferred.dtype() == DType::Undefined { stated.dtype() } else { inferred.dtype() };
        let (own, other) = match (inferred.dims(), stated.dims()) {
            (own, None) => {
                return Some(own.map_or(TensorType::unranked(dtype), |dims| TensorType::new(dtype, dims.to_vec())));
            }
            (None, Some(other)) => (vec![Dim::Unknown; other.len()], other),
            (Some(own), Some(other)) => (own.to_vec(), other),
        };
        // The batch may have a size in the file, or be set by its name.
        let is_batch = |index: usize, dim: &Dim| index == 0 && (*dim == self.batch || *dim == Dim::BATCH);
        if own.len() != other.len() {
            return None;
        }
        let mut dims = Vec::with_capacity(own.len());
        for (index, (own, other)) in own.iter().zip(other).enumerate() {
            let other = if is_batch(index, other) {
                self.file.dims.get("N").map_or(Dim::BATCH, |&size| Dim::Size(size))
            } else {
                other.clone()
            };
            if !own.may_equal(&other) {
                return None;
            }
            dims.push(own.or(&other).clone());
        }
        Some(TensorType::new(dtype, dims))
    }

    /// Counts the layers over images by where they have the channels.
    fn note_format(&mut self, layer: &Object, kind: Option<&Kind>, inputs: &[Value]) {
        let category = kind.and_then(|kind| kind.category(layer.config));
        let is_spatial = matches!(category, Some(Category::Convolution | Category::Pooling));
        let has_space = inputs.first().and_then(|value| value.ty.dims()).is_some_and(|dims| dims.len() > 3);
        match layer.config.text("data_format") {
            Some("channels_first") if is_spatial && has_space => self.formats[0] += 1,
            Some("channels_last") if is_spatial && has_space => self.formats[1] += 1,
            _ => {}
        }
    }
}

/// What is known about a layer or an operation, its name and the set that it comes from.
fn kind_of<'a>(layer: &Object<'a>) -> (Option<&'static Kind>, &'a str, &'static str) {
    match layer.class {
        // Functions of TensorFlow that a model of Keras 2 calls.
        "TFOpLambda" | "SlicingOpLambda" | "TensorFlowOpLayer" => {
            let function = layer.config.text("function").unwrap_or(layer.class);
            let kind = layers::operation(function);
            (kind, kind.map_or(function, |kind| kind.name), "tensorflow")
        }
        class if layer.is_operation() => (layers::operation(class), class, "keras.ops"),
        class => (layers::find(class), class, "keras"),
    }
}
