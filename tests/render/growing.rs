//! Random networks of chosen kinds.

use proptest::sample::Index;

/// A spec that grows layer by layer.
pub(super) struct Growing {
    text: String,
    names: Vec<String>,
    /// Layers that feed no other layer yet.
    loose: Vec<String>,
}

impl Growing {
    pub(super) fn new(input: &str) -> Self {
        Self { text: format!("input: [{input}]\nlayers:\n"), names: vec!["input".into()], loose: Vec::new() }
    }

    /// One of the layers so far, most often the last one.
    pub(super) fn near(&self, index: Index) -> String {
        let count = self.names.len();
        self.names[count - 1 - index.index(2 * count) % count].clone()
    }

    /// Adds a layer; `entry` is the text before the name, and `from` lists its inputs.
    pub(super) fn add(&mut self, entry: &str, from: &str, name: String) {
        self.text.extend(["  - ", entry, "name: ", &name, "}\n"]);
        self.loose.retain(|name| !from.split(", ").any(|from| from == name));
        self.loose.push(name.clone());
        self.names.push(name);
    }

    /// The spec, with all layers without readers joined at the end.
    pub(super) fn joined(self) -> String {
        let Self { text, loose, .. } = self;
        format!("{text}  - concat: {{from: [{}, {}], name: end}}\n", loose.join(", "), loose[0])
    }
}
