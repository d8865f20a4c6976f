//! How much is shown of each layer.

/// How much is shown of each layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The shape. Normalizations, activations and dropout are bands of the layer before them.
    Low,
    /// The shape, the costs and the arguments that differ from their defaults, with the same bands.
    Medium,
    /// The same, and each layer by itself.
    High,
}
