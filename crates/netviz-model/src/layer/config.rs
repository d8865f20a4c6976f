//! Layers written in Rust.

use std::fmt;
use std::marker::PhantomData;

use super::Kind;
use crate::schema::ArgValue;

/// A kind of layer with the arguments that have been given so far, for
/// [`GraphBuilder::add`](crate::graph::GraphBuilder::add). It has a method for each argument of the kind, with the values
/// that a model file may give it; the builder checks them.
pub struct LayerConfig<A> {
    kind: &'static Kind,
    arguments: Vec<(&'static str, ArgValue)>,
    declared: PhantomData<fn() -> A>,
}

impl<A> LayerConfig<A> {
    pub(super) fn new(kind: &'static Kind) -> Self {
        Self { kind, arguments: Vec::new(), declared: PhantomData }
    }

    /// The kind and the arguments.
    pub(crate) fn into_parts(self) -> (&'static Kind, Vec<(&'static str, ArgValue)>) {
        (self.kind, self.arguments)
    }

    /// Sets an argument. The last value counts.
    pub(super) fn with(mut self, name: &'static str, value: ArgValue) -> Self {
        self.arguments.retain(|(other, _)| *other != name);
        self.arguments.push((name, value));
        self
    }
}

impl<A> Clone for LayerConfig<A> {
    fn clone(&self) -> Self {
        Self { kind: self.kind, arguments: self.arguments.clone(), declared: PhantomData }
    }
}

impl<A> fmt::Debug for LayerConfig<A> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("LayerConfig").field("kind", &self.kind.name).field("arguments", &self.arguments).finish()
    }
}

/// [`arguments!`](crate::schema::arguments) of a layer, which also become methods of its [`LayerConfig`].
macro_rules! layer_arguments {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])+ $(#[most($most:literal)])? $field:ident : $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $crate::schema::arguments::arguments! {
            $(#[$meta])*
            pub struct $name {
                $( $(#[doc = $doc])+ $(#[most($most)])? $field: $type $(= $default)? ),*
            }
        }

        impl $crate::layer::LayerConfig<$name> {
            $(
                $(#[doc = $doc])+
                #[must_use]
                pub fn $field(self, value: impl Into<$crate::schema::ArgValue>) -> Self {
                    self.with(stringify!($field), value.into())
                }
            )*
        }
    };
}
pub(super) use layer_arguments;
