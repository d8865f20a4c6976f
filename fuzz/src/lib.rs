//! What the fuzz targets have in common: a reader gets any bytes, and what it makes of them is checked and drawn.

use std::collections::BTreeMap;

use netviz_draw::picture::Options;
use netviz_exchange::Bytes;
use netviz_exchange::import::{File, Nothing, READERS};

/// The largest network that is drawn; pictures have fuzz-free tests of their own.
const DRAWN: usize = 200;

/// Reads bytes as a file of a format.
///
/// # Panics
/// If there is no such format.
pub fn read(format: &str, bytes: &[u8]) {
    let reader = READERS.iter().find(|reader| reader.name == format).expect("a format");
    let bytes = Bytes::copy_from_slice(bytes);
    let file = File { name: "fuzz", bytes: &bytes, beside: &Nothing, dims: &BTreeMap::new() };
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
