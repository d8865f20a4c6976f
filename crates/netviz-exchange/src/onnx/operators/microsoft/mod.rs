//! The operators of com.microsoft, into which ONNX Runtime's optimizer and exporters for it fuse others.

pub(super) mod attention;
pub(super) mod fused;
pub(super) mod generation;
pub(super) mod nchwc;
pub(super) mod quantized;
pub(super) mod shape;
