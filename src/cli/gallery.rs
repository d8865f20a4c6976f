//! The built-in models, and `netviz models`.

use super::table::{Column, WIDE, table};
use super::{Failure, ModelsArgs, files};
use crate::Model;
use crate::source::Source;
use crate::text::thousands;

/// A built-in model.
#[derive(Debug)]
pub(super) struct BuiltIn {
    /// Its name, as on the command line.
    pub name: &'static str,
    /// The text of its file.
    pub text: &'static str,
    /// One line of documentation.
    doc: &'static str,
}

/// Every built-in model, by size.
pub(super) const GALLERY: &[BuiltIn] = &[
    BuiltIn { name: "tiny", text: include_str!("../../models/tiny.yaml"), doc: "three inputs, two neurons" },
    BuiltIn {
        name: "resnet_mini",
        text: include_str!("../../models/resnet_mini.yaml"),
        doc: "a small residual network",
    },
    BuiltIn { name: "lenet5", text: include_str!("../../models/lenet5.yaml"), doc: "LeNet-5 for MNIST" },
    BuiltIn { name: "resnet20", text: include_str!("../../models/resnet20.yaml"), doc: "ResNet-20 for CIFAR-10" },
    BuiltIn { name: "mnist", text: include_str!("../../models/mnist.yaml"), doc: "784-512-10 for MNIST (default)" },
    BuiltIn { name: "alexnet", text: include_str!("../../models/alexnet.yaml"), doc: "AlexNet for ImageNet" },
    BuiltIn { name: "vgg16", text: include_str!("../../models/vgg16.yaml"), doc: "VGG-16 for ImageNet" },
];

/// The model with this name.
pub(super) fn find(name: &str) -> Option<&'static BuiltIn> {
    GALLERY.iter().find(|model| model.name == name)
}

impl BuiltIn {
    /// Its text, named for diagnostics.
    pub(super) fn source(&self) -> Source {
        Source::new(format!("built-in {}.yaml", self.name), self.text)
    }
}

/// Lists the built-in models, or prints one.
pub(super) fn run(args: &ModelsArgs) -> Result<(), Failure> {
    if let Some(model) = args.name.as_deref().and_then(find) {
        return files::print_data(model.text);
    }
    let columns = [
        Column::text("model"),
        Column::text("input"),
        Column::numbers("layers"),
        Column::numbers("parameters"),
        Column::text("description"),
    ];
    let row = |model: &BuiltIn| {
        let Model { graph, .. } = Model::from_text(model.text).map_err(Failure::from)?;
        let input = graph.output_type(graph.input()).to_string();
        let (layers, parameters) = (graph.order().len() - 1, graph.parameters().total());
        Ok(vec![model.name.to_owned(), input, thousands(layers), thousands(parameters), model.doc.to_owned()])
    };
    let rows = GALLERY.iter().map(row).collect::<Result<Vec<_>, Failure>>()?;
    files::print(&format!(
        "{}\nnext\n  netviz check lenet5\n  netviz render lenet5\n  netviz models lenet5 > network.yaml\n",
        table(&columns, &rows, WIDE)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_of_the_repository_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let files = folder.read_dir().expect("the folder is there").map(|entry| entry.expect("an entry").path());
        let mut names: Vec<_> = files.map(|path| path.file_stem().expect("a name").to_owned()).collect();
        let mut known: Vec<_> = GALLERY.iter().map(|model| model.name).collect();
        names.sort();
        known.sort_unstable();
        assert_eq!(names, known);
    }

    #[test]
    fn a_model_has_the_name_of_its_file() {
        for model in GALLERY {
            assert_eq!(Model::from_text(model.text).expect("valid").graph.name(), model.name);
        }
    }
}
