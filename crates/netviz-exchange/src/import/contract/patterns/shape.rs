//! Changes of the order of values.

use netviz_model::category::Category::Shape;

use super::Pattern;

/// Dimensions split, exchanged and joined.
const REARRANGED: &str = "r = Reshape(x)
                          t = Transpose(r)
                          y = Reshape(t)";

pub(super) const PATTERNS: &[Pattern] = &[
    // Channels of groups take turns.
    Pattern::new("ChannelShuffle", Shape, REARRANGED).keeps_shape(),
    // Such as an image that is cut into windows, or put together again.
    Pattern::new("Rearrange", Shape, REARRANGED),
    // Along two axes.
    Pattern::new(
        "Roll",
        Shape,
        "a = Slice(x)
         b = Slice(x)
         m = Concat(a, b)
         c = Slice(m)
         d = Slice(m)
         y = Concat(c, d)",
    )
    .keeps_shape(),
    Pattern::new(
        "Roll",
        Shape,
        "a = Slice(x)
         b = Slice(x)
         y = Concat(a, b)",
    )
    .keeps_shape(),
];
