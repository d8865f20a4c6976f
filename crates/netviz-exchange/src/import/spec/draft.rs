//! A model file in the making.

use std::collections::HashMap;

use netviz_model::ir::DType;
use netviz_model::limits;
use netviz_model::schema::ArgValue;

use super::Reason;
use super::source::Source;
use super::view::View;
use super::weight::{Weight, permuted};

/// A layer.
pub(super) struct Layer {
    /// Its kind, or [`AFFINE`].
    pub(super) kind: &'static str,
    /// The arguments, as in a model file.
    pub(super) arguments: Vec<(&'static str, ArgValue)>,
    pub(super) from: Vec<Source>,
    /// Its parameters, by their names without that of the layer.
    pub(super) weights: Vec<(&'static str, Weight)>,
    /// Its name in the file, if that names it.
    pub(super) name: Option<String>,
    /// The sizes of one sample of each output.
    pub(super) outputs: Vec<Vec<usize>>,
    /// The operator and the node that it comes from, for messages.
    pub(super) origin: (String, String),
}

impl Layer {
    /// A layer in place of something that is in the way.
    pub(super) fn made_up(sizes: &[usize]) -> Self {
        Self {
            kind: "identity",
            arguments: Vec::new(),
            from: vec![Source::INPUT],
            weights: Vec::new(),
            name: None,
            outputs: vec![sizes.to_vec()],
            origin: Default::default(),
        }
    }

    pub(super) fn weight(&mut self, name: &str) -> Option<&mut Weight> {
        self.weights.iter_mut().find(|(own, _)| *own == name).map(|(_, weight)| weight)
    }
}

/// Not a kind of layers: `scale · x + shift`, of one value per channel each, which belongs to the layer before if
/// that can take it.
pub(super) const AFFINE: &str = "affine";

/// Not a kind of layers either: zeros around an image, which the layer behind adds itself.
pub(super) const PADDED: &str = "padded";

/// A model file in the making.
pub(super) struct Draft {
    pub(super) input: Vec<usize>,
    pub(super) dtype: DType,
    pub(super) layers: Vec<Layer>,
    /// Changes of shape and parts that are there already, by what they are made from and how.
    pub(super) made: HashMap<(Source, String), Source>,
}

impl Draft {
    pub(super) fn new(input: Vec<usize>, dtype: DType) -> Self {
        Self { input, dtype, layers: Vec::new(), made: HashMap::new() }
    }

    /// The sizes of one sample of a value.
    pub(super) fn sizes(&self, source: Source) -> &[usize] {
        source.layer.map_or(&self.input, |layer| &self.layers[layer].outputs[source.port])
    }

    /// Adds a layer, and returns its first output.
    pub(super) fn push(&mut self, layer: Layer) -> Source {
        self.layers.push(layer);
        Source { layer: Some(self.layers.len() - 1), port: 0 }
    }

    /// Adds a layer that changes the shape alone, unless it is there already.
    fn reshape(
        &mut self,
        from: Source,
        kind: &'static str,
        argument: Option<(&'static str, &[usize])>,
        sizes: &[usize],
    ) -> Source {
        let key = (from, format!("{kind} {argument:?}"));
        if let Some(&source) = self.made.get(&key) {
            return source;
        }
        let arguments = argument
            .map(|(name, values)| (name, ArgValue::List(values.iter().map(|&value| ArgValue::int(value)).collect())));
        let source = self.push(Layer {
            kind,
            arguments: arguments.into_iter().collect(),
            from: vec![from],
            weights: Vec::new(),
            name: None,
            outputs: vec![sizes.to_vec()],
            origin: Default::default(),
        });
        self.made.insert(key, source);
        source
    }

    /// A value whose dimensions are these of a view, the batch first.
    pub(super) fn arranged(&mut self, view: &View, axes: &[usize]) -> Result<Source, Reason> {
        let sizes: Vec<usize> = axes.iter().skip(1).map(|&axis| view.size(axis)).collect();
        self.shaped(view, axes, &sizes)
    }

    /// [`Self::arranged`] as these sizes, of as many values.
    pub(super) fn shaped(&mut self, view: &View, axes: &[usize], sizes: &[usize]) -> Result<Source, Reason> {
        if axes.first().is_none_or(|&batch| view.axes.get(batch).is_none_or(|own| *own != [0])) {
            return Err(Reason::because("its first dimension is not the batch"));
        }
        let order = view.order(axes.iter().copied());
        let mut source = view.source;
        if !order.is_sorted() {
            if *self.sizes(source) != view.sizes {
                source = self.reshape(source, "reshape", Some(("shape", &view.sizes)), &view.sizes);
            }
            // All dimensions, also those of size 1.
            let rest = (1..=view.sizes.len()).filter(|own| !order.contains(own));
            let order: Vec<usize> = order.iter().skip(1).copied().chain(rest).map(|own| own - 1).collect();
            let turned: Vec<usize> = order.iter().map(|&own| view.sizes[own]).collect();
            source = self.reshape(source, "permute", Some(("order", &order)), &turned);
        }
        if self.sizes(source) == sizes {
            return Ok(source);
        }
        Ok(match sizes {
            [size] => self.reshape(source, "flatten", None, &[*size]),
            _ => self.reshape(source, "reshape", Some(("shape", sizes)), sizes),
        })
    }

    /// A value of one dimension for a dimension of a view, and where each of its values is in that dimension of the
    /// file; `None` if the order is the same. Other dimensions but the batch must have the size 1.
    pub(super) fn vector(&mut self, view: &View, axis: usize) -> Result<(Source, Option<Vec<usize>>), Reason> {
        let own = view.order([axis]);
        let mut sorted = own.clone();
        sorted.sort_unstable();
        if own == sorted {
            let batch = view.batch().unwrap_or(view.rank());
            return Ok((self.shaped(view, &[batch, axis], &[view.size(axis)])?, None));
        }
        if view.size(axis) > limits::ELEMENTS {
            return Err(Reason::because("its input has too many values"));
        }
        let flat = View { axes: vec![vec![0], sorted.clone()], ..view.clone() };
        let source = self.arranged(&flat, &[0, 1])?;
        // The place in the file of each value in the order of netviz.
        let sizes: Vec<usize> = own.iter().map(|&own| view.sizes[own - 1]).collect();
        let perm: Vec<usize> = sorted.iter().filter_map(|sorted| own.iter().position(|own| own == sorted)).collect();
        Ok((source, Some(permuted(&sizes, &perm))))
    }
}
