//! The fuzz targets: each gives any bytes to a reader, and checks and draws what it makes of them.
//!
//! `tests/import/corpus.rs` runs the same functions on the inputs that were found, so that what was mended stays so.

use std::io::{Cursor, Write};

use netviz_draw::picture::Options;
use netviz_exchange::import::{Dims, File, Nothing};
use netviz_exchange::{Bytes, READERS};
use zip::write::SimpleFileOptions;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. An archive whose members are compressed and have checksums is hard to vary: the targets with a member in
/// their name vary what is in it.
pub const TARGETS: &[Target] = &[
    ("onnx", |bytes| read("ONNX", bytes)),
    ("pytorch", |bytes| read("PyTorch", bytes)),
    ("pytorch_model", |bytes| read("PyTorch", &archive(&[("model/models/model.json", bytes)]))),
    ("keras", |bytes| read("Keras", bytes)),
    ("keras_weights", |bytes| read("Keras", &archive(&[("config.json", DENSE), ("model.weights.h5", bytes)]))),
    ("safetensors", |bytes| read("safetensors", bytes)),
    ("gguf", |bytes| read("GGUF", bytes)),
];

/// A network whose weights are looked for.
const DENSE: &[u8] = br#"{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "InputLayer",
    "config": {"name": "x", "batch_shape": [null, 4]}}, {"class_name": "Dense", "config": {"name": "dense", "units": 3}}]}}"#;

/// The largest network that is drawn: pictures have property tests of their own.
const DRAWN: usize = 24;

/// Runs a target.
///
/// # Panics
/// If there is no such target, and on every fault that it finds.
pub fn run(target: &str, bytes: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    run(bytes);
}

/// An archive of members that are not compressed.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(*name, options).expect("a member");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

/// Reads bytes as a file of a format.
fn read(format: &str, bytes: &[u8]) {
    // Of two readers with the same name, the one that takes these bytes.
    let mut readers = READERS.iter().filter(|reader| reader.name == format);
    let first = readers.clone().next().expect("a format");
    let reader = readers.find(|reader| (reader.detects)(bytes)).unwrap_or(first);
    let bytes = Bytes::copy_from_slice(bytes);
    let file = File { name: "fuzz", bytes: &bytes, beside: &Nothing, dims: &Dims::default() };
    let Ok(imported) = (reader.read)(&file) else { return };
    let graph = &imported.graph;
    assert_eq!(imported.tensors.len(), graph.program().parameters().len());
    for tensor in imported.tensors.iter().filter(|tensor| tensor.elements() <= 1 << 16) {
        let _ = tensor.bytes();
        let _ = tensor.floats(1 << 16);
    }
    assert_eq!(graph.parameters().total(), graph.detailed().parameters().total());
    let _ = graph.groups();
    if graph.detailed().order().len() <= DRAWN {
        let _ = netviz_draw::draw(graph, None, &Options::default());
    }
}
