//! Typed arguments: declared once, read from a mapping with every problem reported, and shown as values.
//!
//! - [`ArgValue`] and [`Setting`]: a value, and a named one with its default.
//! - `arguments!` declares a struct whose fields are read from a mapping.
//! - [`values`]: the types of fields.
//! - [`Registry`]: a table from which a model chooses by name, with arguments.

pub(crate) mod arguments;
pub(crate) mod choice;
mod registry;
mod setting;
pub mod suggest;
pub mod values;
pub(crate) mod vocabulary;
mod written;

pub use arguments::Field;
pub(crate) use registry::Registered;
pub use registry::{Chosen, Entry, Registry};
pub use setting::{ArgValue, Setting, Settings};
pub(crate) use written::{entries, node};
