//! The layers of Keras and the operations of `keras.ops`: category, weights, types of outputs and multiply-adds.
//!
//! A family is one file with a table; a layer is one entry in it. Meanings are those of [Keras' documentation], of versions
//! 2 and 3. What no table has is shown with its configuration, and of the type that the file states.
//!
//! [Keras' documentation]: https://keras.io/api/layers/

mod facts;
mod layer;
mod spatial;

pub(super) use facts::{Facts, Weight};
pub(super) use layer::Layer;

use std::collections::HashMap;
use std::sync::LazyLock;

use netviz_model::category::Category;
use netviz_model::ir::Misfit;

/// What is known about a layer with its configuration and inputs, or why they do not fit.
pub(super) type Described = Result<Facts, Misfit>;

/// What netviz knows about a class of layers, or an operation.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The category; `None` for those that have none, and for wrappers, which have that of the layer inside.
    category: Option<Category>,
    /// Its outputs, weights and multiply-adds. It never panics, whatever the configuration and the inputs are.
    pub(super) describe: fn(&Layer) -> Described,
    /// Floating-point operations for each value of the output, besides multiply-adds.
    pub(super) flops: usize,
    /// Entries of the configuration that say nothing if they have this value, in text form.
    pub(super) defaults: &'static [(&'static str, &'static str)],
    /// The entry of the configuration that is the layer inside a wrapper.
    pub(super) wraps: Option<&'static str>,
}

impl Kind {
    const fn new(name: &'static str, category: Category, describe: fn(&Layer) -> Described) -> Self {
        Self { name, category: Some(category), describe, flops: 0, defaults: &[], wraps: None }
    }

    /// One without a category.
    const fn plain(name: &'static str, describe: fn(&Layer) -> Described) -> Self {
        Self { category: None, ..Self::new(name, Category::Shape, describe) }
    }

    const fn flops(self, flops: usize) -> Self {
        Self { flops, ..self }
    }

    const fn defaults(self, defaults: &'static [(&'static str, &'static str)]) -> Self {
        Self { defaults, ..self }
    }

    const fn wraps(self, entry: &'static str) -> Self {
        Self { wraps: Some(entry), ..self }
    }

    /// The category of a layer of this kind.
    pub(super) fn category(&self, config: super::config::Config) -> Option<Category> {
        let inner = || {
            let inner = config.object(self.wraps?)?;
            find(inner.class)?.category(inner.config)
        };
        self.category.or_else(inner)
    }
}

/// Declares the families of layers, and those of operations.
macro_rules! families {
    (layers: $($layers:ident),+; operations: $($operations:ident),+;) => {
        $(mod $layers;)+
        $(mod $operations;)+

        static LAYERS: LazyLock<HashMap<&'static str, &'static Kind>> = LazyLock::new(|| {
            let mut table = HashMap::new();
            $(table.extend($layers::KINDS.iter().map(|kind| (kind.name, kind)));)+
            table
        });

        static OPERATIONS: LazyLock<HashMap<String, &'static Kind>> = LazyLock::new(|| {
            let mut table = HashMap::new();
            $(table.extend($operations::KINDS.iter().map(|kind| (plain(kind.name), kind)));)+
            table
        });
    };
}

families! {
    layers: activation, attention, cells, convolution, core, merging, normalization, pooling, preprocessing, recurrent,
        regularization, reshaping;
    operations: elementwise, operations, selecting;
}

/// A layer by the name of its class.
pub(super) fn find(class: &str) -> Option<&'static Kind> {
    LAYERS.get(class).copied()
}

/// An operation by its class in `keras.ops`, or by the name of a function of TensorFlow: `ExpandDims`, `math.reduce_mean`.
pub(super) fn operation(name: &str) -> Option<&'static Kind> {
    let name = plain(name.rsplit('.').next().unwrap_or(name));
    OPERATIONS.get(&name).or_else(|| OPERATIONS.get(name.strip_prefix("reduce")?)).copied()
}

/// A name in the form that both spellings have in common.
fn plain(name: &str) -> String {
    name.chars().filter(|&it| it != '_').flat_map(char::to_lowercase).collect()
}
