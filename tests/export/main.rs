//! Export of models with made-up weights: other readers, the contents of files, and the command.

mod command;
mod files;
mod odd;
mod others;
mod python;
mod weights;

/// The models of the gallery, by name.
const GALLERY: [(&str, &str); 3] = [
    ("mnist", include_str!("../../models/mnist.yaml")),
    ("lenet5", include_str!("../../models/lenet5.yaml")),
    ("resnet_mini", include_str!("../../models/resnet_mini.yaml")),
];

fn program(text: &str) -> netviz::ir::Program {
    let model = netviz::Model::from_text(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    model.graph.program().clone()
}
