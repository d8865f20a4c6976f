//! Where a node belongs, as exporters tell it.

use crate::import::path;
use crate::onnx::proto::NodeProto;

/// The module that a node comes from.
pub(super) struct Place {
    /// The groups and the name, with dots in between; empty if the file gives no name.
    pub(super) path: String,
    /// Classes of the groups: their paths and the classes.
    pub(super) classes: Vec<(String, String)>,
}

/// The place of a node: what PyTorch's exporter says in its metadata, or its name with slashes.
pub(super) fn of(node: &NodeProto) -> Place {
    metadata(node).unwrap_or_else(|| Place { path: path(&node.name), classes: Vec::new() })
}

/// The names and classes that `torch.onnx.export` writes: Python lists from the whole network to the operation.
fn metadata(node: &NodeProto) -> Option<Place> {
    let entry = |key: &str| node.metadata_props.iter().find(|entry| entry.key == key);
    let scopes = list(&entry("pkg.torch.onnx.name_scopes")?.value);
    let classes = entry("pkg.torch.onnx.class_hierarchy").map(|entry| list(&entry.value)).unwrap_or_default();
    let (_, modules) = scopes.split_last()?;
    let module = modules.last().filter(|module| !module.is_empty());
    // The exporter puts `node_` before the name of an operation.
    let leaf = node.name.strip_prefix("node_").unwrap_or(&node.name).replace(['.', '/'], "_");
    let path = module.map_or_else(|| leaf.clone(), |module| format!("{module}.{leaf}"));
    let class = |(path, class): (&String, &String)| {
        let short = class.rsplit('.').next().unwrap_or(class);
        (!path.is_empty()).then(|| (path.clone(), short.to_owned()))
    };
    Some(Place { path, classes: modules.iter().zip(&classes).filter_map(class).collect() })
}

/// The texts of a Python list of strings: `['', 'layer1']`.
fn list(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['\'', '"']) {
        let (quote, after) = (&rest[start..=start], &rest[start + 1..]);
        let Some(end) = after.find(quote) else { break };
        texts.push(after[..end].to_owned());
        rest = &after[end + 1..];
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_lists_are_read() {
        assert_eq!(list("['', 'layer1', \"it's\"]"), ["", "layer1", "it's"]);
        assert_eq!(list("[]"), Vec::<String>::new());
        assert_eq!(list("['cut"), Vec::<String>::new());
    }
}
