//! Where the weights of layers are in a file.
//!
//! Keras 3 keeps those of a layer in a group that is named by its class and its place in the model, each under its number
//! (`layers/dense_1/vars/0`). The HDF5 files of Keras 2, which Keras 3 still writes, keep for each layer of the whole model
//! a list of names; weights are told by their order in it, those that are trained first.

use std::collections::{BTreeMap, HashMap};

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::{DType, Dim, Role};

use super::hdf5::{Contents, joined};
use super::layers::Weight;
use crate::import::{Tensor, Values};

/// The weights of a file.
#[derive(Debug)]
pub(super) enum Store {
    /// There are none: the file is a configuration.
    None,
    /// Groups within groups, as Keras 3 writes them.
    Nested(Contents),
    /// A list for each layer of the whole model.
    Listed(Contents),
}

/// The group of all weights in a file with lists.
const LISTS: &str = "model_weights";

/// Where a layer is in the model and in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// Its name as a node, with the groups that it is in.
    pub(super) path: String,
    /// The names of the models that it is in, and its own, which are the same for all calls.
    pub(super) identity: String,
    /// Its group in a file of Keras 3.
    pub(super) directory: String,
    /// The layer of the whole model that it is, or is in.
    pub(super) top: String,
    /// Its position in each of the models that it is in.
    pub(super) order: Vec<usize>,
    /// Whether it is not to be trained.
    pub(super) frozen: bool,
    /// The steps of the sequences to each of which it is applied, from the outermost to the innermost.
    pub(super) steps: Vec<Dim>,
}

/// A weight that a list of a file has to hold.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) order: Vec<usize>,
    pub(super) role: Role,
}

impl Store {
    /// The values of a weight of a layer, if the file has groups.
    pub(super) fn nested(&self, directory: &str, weight: &Weight) -> Option<&Tensor> {
        let Self::Nested(contents) = self else { return None };
        // Layers inside of layers are private in early versions.
        let groups = [weight.group.clone(), format!("_{}", weight.group)];
        groups.iter().find_map(|group| {
            let directory = if weight.group.is_empty() { directory.to_owned() } else { joined(directory, group) };
            contents.tensors.get(&format!("{directory}/vars/{}", weight.number))
        })
    }

    /// All weights of a layer about whose class nothing is known: names and tensors.
    pub(super) fn all(&self, place: &Place) -> Vec<(String, Tensor)> {
        match self {
            Self::None => Vec::new(),
            Self::Nested(contents) => {
                let prefix = format!("{}/", place.directory);
                let below = contents.tensors.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
                // The state of random numbers is no weight.
                let mut weights: Vec<_> = below
                    .map(|(path, tensor)| (path[prefix.len()..].replace("vars/", ""), tensor.clone()))
                    .filter(|(name, _)| !name.split('/').any(|part| part == "seed_generator"))
                    .collect();
                weights.sort_by_key(|(name, _)| {
                    let (group, number) = name.rsplit_once('/').unwrap_or(("", name));
                    (group.to_owned(), number.parse::<usize>().unwrap_or(usize::MAX))
                });
                weights
            }
            Self::Listed(contents) => {
                let own = place.identity.rsplit('/').next().unwrap_or_default();
                let is_top = place.top == place.identity;
                let names = list(contents, &place.top).into_iter();
                let names = names.filter(|(name, _)| is_top || name.split('/').any(|part| part == own));
                let short = |name: &str| {
                    let name = name.rsplit('/').next().unwrap_or(name);
                    name.split(':').next().unwrap_or(name).to_owned()
                };
                names.filter_map(|(name, tensor)| Some((short(name), tensor?.clone()))).collect()
            }
        }
    }

    /// Fills in the tensors of weights that are told by their order, for each layer of the whole model. Entries have the
    /// indices of tensors.
    pub(super) fn fill(
        &self,
        entries: HashMap<String, BTreeMap<usize, Entry>>,
        tensors: &mut [Tensor],
        warnings: &mut Vec<Diagnostic>,
    ) {
        let Self::Listed(contents) = self else { return };
        let mut layers: Vec<_> = entries.into_iter().collect();
        layers.sort_by(|(first, _), (second, _)| first.cmp(second));
        for (layer, entries) in layers {
            let mut entries: Vec<(usize, Entry)> = entries.into_iter().collect();
            entries.sort_by(|(_, first), (_, second)| {
                let is_fixed = |entry: &Entry| entry.role != Role::Trainable;
                is_fixed(first).cmp(&is_fixed(second)).then_with(|| first.order.cmp(&second.order))
            });
            let list = list(contents, &layer);
            if list.len() != entries.len() {
                let [name, found, wanted] = [excerpt(&layer), list.len().to_string(), entries.len().to_string()];
                let message =
                    format!("the layer `{name}` has {found} weights in the file, but {wanted} by its configuration");
                warnings.push(Diagnostic::warning(message).hint("its weights are not read"));
                continue;
            }
            for ((index, _), (name, found)) in entries.iter().zip(list) {
                let (Some(tensor), Some(found)) = (tensors.get_mut(*index), found) else { continue };
                if tensor.shape == found.shape {
                    *tensor = found.clone();
                } else if tensor.dtype == DType::Int4 && is_packed(found, &tensor.shape) {
                    tensor.values = packed();
                } else {
                    warnings.push(misshaped(name, &found.shape, &tensor.shape));
                }
            }
        }
    }
}

/// Whether a tensor of bytes holds two elements of this shape in each of them, along any one dimension.
pub(super) fn is_packed(tensor: &Tensor, shape: &[usize]) -> bool {
    let halved = |axis: usize| {
        let sizes = shape.iter().enumerate();
        sizes.map(|(index, &size)| if index == axis { size.div_ceil(2) } else { size }).eq(tensor.shape.iter().copied())
    };
    matches!(tensor.dtype, DType::Int8 | DType::UInt8) && (0..shape.len()).any(halved)
}

/// The reason why packed weights have no values.
pub(super) fn packed() -> Values {
    Values::Missing("is packed in a form of Keras' own".into())
}

/// The weights in the list of a layer of the whole model.
fn list<'a>(contents: &'a Contents, layer: &str) -> Vec<(&'a str, Option<&'a Tensor>)> {
    let group = joined(LISTS, layer);
    let names = contents.names.get(&group).map(Vec::as_slice).unwrap_or_default();
    names.iter().map(|name| (name.as_str(), contents.tensors.get(&joined(&group, name)))).collect()
}

/// The warning about a weight whose shape is not that of the configuration.
pub(super) fn misshaped(name: &str, found: &[usize], expected: &[usize]) -> Diagnostic {
    let shape = |sizes: &[usize]| {
        if sizes.is_empty() {
            return "scalar".to_owned();
        }
        sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
    };
    let (found, expected) = (shape(found), shape(expected));
    Diagnostic::warning(format!("the weight `{}` is {found} in the file, not {expected}", excerpt(name)))
        .hint("the file does not fit its configuration: save the model again")
}

/// The reason why a weight has no values.
pub(super) fn missing(store: &Store) -> Values {
    Values::Missing(match store {
        Store::None => "is not in the file, which is a configuration without weights".into(),
        Store::Nested(_) | Store::Listed(_) => "is not in the file".into(),
    })
}
