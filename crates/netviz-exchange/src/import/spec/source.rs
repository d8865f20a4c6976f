//! Where values of a model file come from.

/// The input, or an output of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Source {
    /// The number of the layer; `None` for the input.
    pub(super) layer: Option<usize>,
    /// Which of its outputs.
    pub(super) port: usize,
}

impl Source {
    pub(super) const INPUT: Self = Self { layer: None, port: 0 };
}
