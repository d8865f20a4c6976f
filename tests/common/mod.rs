//! What several tests share.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use netviz::graph::{Content, Graph};
use tempfile::TempDir;

/// The text of a model of the gallery.
pub(crate) fn model_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name).with_extension("yaml");
    std::fs::read_to_string(path).expect("the model is there")
}

/// Everything that a graph holds, without places in its text.
pub(crate) fn describe(graph: &Graph) -> String {
    let mut lines = vec![graph.name().to_owned()];
    for index in graph.order() {
        let node = graph.node(index);
        let inputs: Vec<&str> = graph.inputs(index).iter().map(|&input| graph.node(input).name.as_str()).collect();
        let layer = match &node.content {
            Content::Input => String::new(),
            Content::Layer { kind, layer } => format!("{kind:?} {layer:?}"),
        };
        lines.push(format!("{} {} {:?} {inputs:?} {layer}", node.name, node.shape, node.parameters));
    }
    if let Some(train) = graph.train() {
        let (data, loss) = (train.data.value.name, train.loss.value);
        let numbers = (train.batch_size, train.epochs, train.seed, &train.validation_split);
        lines.push(format!("{data} {:?} {loss:?} {:?} {numbers:?}", train.optimizer, train.metrics));
    }
    lines.join("\n")
}

/// A folder with `netviz` and, where `engine` is given, an engine that does what this script says.
pub(crate) fn installed(engine: Option<&str>) -> TempDir {
    // On the file system of the program, which is linked there: the engine beside it is not to be found.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    std::fs::hard_link(env!("CARGO_BIN_EXE_netviz"), folder.path().join("netviz")).expect("linked");
    if let Some(script) = engine {
        let path = folder.path().join("netviz-torch");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("permitted");
    }
    folder
}

/// What a folder holds, in order.
pub(crate) fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = folder.as_ref().read_dir().expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}
