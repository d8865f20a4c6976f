//! Operations that are shown and kept, but neither run nor trained.

use super::OpInfo;
use crate::category::Category;
use crate::ir::types::TensorType;
use crate::schema::Setting;

/// An operation of a file that has no counterpart in [`Op`](super::Op), with what the reader of the file knows about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opaque {
    /// The set that it comes from, such as `ai.onnx.ml`; empty for ONNX's own.
    pub domain: String,
    /// Its name there.
    pub name: String,
    /// Its attributes.
    pub settings: Vec<Setting>,
    /// The category, which decides the colour.
    pub category: Option<Category>,
    /// Floating-point operations for one sample, as in [`Operation::flops`](super::Operation::flops).
    pub flops: Option<usize>,
    /// Multiply-adds for one sample, as in [`Operation::macs`](super::Operation::macs).
    pub macs: Option<usize>,
    /// The types of its outputs, as far as they are known.
    pub outputs: Vec<TensorType>,
}

/// What is known about all of them: nothing.
pub(super) const INFO: OpInfo = OpInfo {
    name: "Opaque",
    since: 1,
    category: None,
    is_random: false,
    gives_probabilities: false,
    read: |_| None,
    examples: Vec::new,
};
