//! The names of nodes.

use std::collections::HashSet;

/// The names used so far.
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn new() -> Self {
        // Names of other nodes begin with these.
        Self(["frame", "legend", "title"].map(str::to_owned).into())
    }

    /// A name that no other node has, of letters, digits and underscores: the others separate anchors, coordinates or
    /// options. Hyphens are left for the parts of a node, such as `dense_1-3`.
    pub(super) fn unique(&mut self, text: &str) -> String {
        let valid = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let base: String = text.chars().map(valid).collect();
        let base = if base.chars().all(|c| c == '_') { "layer".to_owned() } else { base };
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        names.find(|name| self.0.insert(name.clone())).unwrap_or(base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_and_differ() {
        let mut names = Names::new();
        let mut name = |text| names.unique(text);
        assert_eq!([name("conv.1"), name("conv-1"), name("a:(b),{c}")], ["conv_1", "conv_1_2", "a__b___c_"]);
        assert_eq!([name("frame"), name("数"), name("")], ["frame_2", "layer", "layer_2"]);
    }
}
