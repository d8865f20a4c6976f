//! Operations that are shown and kept, but neither run nor trained.

use super::OpInfo;
use crate::ir::Program;
use crate::ir::attribute::{Attribute, OnnxForm};
use crate::ir::types::TensorType;

/// An operation of a file that has no counterpart in [`Op`](super::Op).
#[derive(Debug, Clone, PartialEq)]
pub struct Opaque {
    /// The set that it comes from, such as `ai.onnx.ml`; empty for ONNX's own.
    pub domain: String,
    /// Its name there.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<(String, Attribute)>,
    /// The networks inside it by the names of their attributes, such as the branches of `If`.
    pub bodies: Vec<(String, Program)>,
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

impl Opaque {
    /// It has no form of its own: attributes have names that are known at run time only.
    #[expect(clippy::unused_self, reason = "as every operation has it")]
    pub(super) fn form(&self) -> OnnxForm {
        OnnxForm::default()
    }
}
