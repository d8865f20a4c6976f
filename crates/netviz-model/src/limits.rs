//! All limits on what is read, computed and written.
//!
//! Limits bound the work for any input. Exceeding one gives an error with the limit and a hint. Sizes are in bytes
//! unless noted otherwise.

use std::time::Duration;

// Input.

/// A model or theme file. A model of ten thousand layers takes half of it.
pub const MODEL_FILE: u64 = 1 << 20;
/// A model of another program that comes from a pipe; files are mapped, and may be larger.
pub const STREAM: u64 = 2 << 30;
/// The text in a file of another program that describes its network. In memory, it takes up to ten times as much.
pub const GRAPH_TEXT: usize = 128 << 20;
/// A Markdown document.
pub const DOCUMENT_FILE: u64 = 16 << 20;
/// The input of mdBook preprocessors: a whole book.
pub const BOOK: u64 = 1 << 30;
/// The metrics file of a run; enough for a million epochs.
pub const METRICS_FILE: u64 = 256 << 20;
/// The package of a data set, unpacked.
pub const DATA_PACKAGE: u64 = 1 << 30;
/// Names, shapes and metadata of a weights file. safetensors itself allows no more.
pub const WEIGHTS_HEADER: u64 = 100_000_000;
/// A checkpoint.
pub const CHECKPOINT_FILE: u64 = 1 << 36;
/// An image file.
pub const IMAGE_FILE: u64 = 256 << 20;
/// Files of a folder that are searched for a similar name.
pub const FOLDER_ENTRIES: usize = 10_000;
/// Time to wait for a pipe that sends nothing.
pub const PIPE_WAIT: Duration = Duration::from_secs(10);
/// Width and height of an image, in pixels.
pub const IMAGE_SIDE: u32 = 16_384;
/// A decoded image: enough for the largest one in grey, or a photo of 178 megapixels in colour.
pub const IMAGE_DECODED: u64 = 512 << 20;

// Models.

/// Levels of nesting in YAML, and keys of a path for `--set`. Reading is recursive and takes about 40 kB of stack per
/// level in a debug build; a thread has 2 MiB.
pub const YAML_DEPTH: usize = 16;
/// Parser events that YAML aliases may add. Models repeat single blocks; alias bombs nest repetitions.
pub const YAML_REPLAYED_EVENTS: usize = 20_000;
/// Values set by `--set`.
pub const OVERRIDES: usize = 1000;
/// Characters of a name.
pub const NAME_LENGTH: usize = 100;
/// Metrics that a model lists, and that are read from a run.
pub const METRICS: usize = 32;
/// Outputs of a layer.
pub const OUTPUTS: usize = 1000;
/// Dimensions of a sample.
pub const RANK: usize = 8;
/// Operations of a file of another program, functions and bodies unrolled.
pub const OPERATIONS: usize = 500_000;
/// The configuration of a Keras model. That of the largest one of `keras.applications` takes 1 MB, a vocabulary more.
pub const KERAS_CONFIG: usize = 32 << 20;
/// Layers of a Keras model, those of models inside it counted for each call. A layer takes 500 bytes of a configuration.
pub const KERAS_LAYERS: usize = 100_000;
/// Groups and data sets of an HDF5 file. A model of a thousand layers has ten thousand.
pub const HDF5_OBJECTS: usize = 200_000;
/// A member of an archive, or a tensor, after decompression.
pub const UNPACKED: u64 = 2 << 30;
/// What any file may contain after decompression, however small it is.
const UNPACKED_LEAST: u64 = 32 << 20;
/// How many times its size a larger file may contain. Weights that are not zeros, and JSON, are compressed by less.
const UNPACKED_RATIO: u64 = 24;
/// Memory for the values of a JSON text of any file, and how many times its size those of a larger file may take.
const JSON_LEAST: u64 = 160 << 20;
const JSON_RATIO: u64 = 10;
/// Memory for nodes, names and attributes of an ONNX file, without the values of tensors. With what is made of them, that
/// is less than 1.5 GiB.
pub const ONNX_STRUCTURE: u64 = 320 << 20;
/// Names, attributes and metadata of the operations of a file, those of functions as often as they are called. A network
/// of ten thousand operations has a hundred thousand.
pub const UNROLLED: usize = 1 << 24;
/// Elements of shapes and other small tensors whose values are followed from operation to operation; later ones are not.
pub const FOLLOWED: usize = 1 << 23;
/// Dimensions of a tensor in a file of another program.
pub const FOREIGN_RANK: usize = 64;
/// Groups that a name in a file of another program is in.
pub const GROUP_DEPTH: usize = 64;
/// Characters of a name in a file of another program, the groups included.
pub const FOREIGN_NAME: usize = 1000;
/// Values of a sample between two layers.
pub const ELEMENTS: usize = i32::MAX as usize;
/// Parameters of a network: 4 TiB of 32-bit floats.
pub const PARAMETERS: usize = 1 << 40;

// Training.

/// Memory for the values of a batch in evaluation. The batch has as many samples as fit, but at most
/// [`EVALUATION_BATCH`] and at least one. With what the program takes besides, that is less than 1 GiB. The limit is the
/// same on every machine, so that metrics are too.
pub const EVALUATION_MEMORY: u64 = 3 << 28;
/// Samples of a batch in evaluation.
pub const EVALUATION_BATCH: usize = 1000;
/// Processor threads.
pub const THREADS: u16 = 1024;
/// Columns and rows of a terminal that are used for drawing; far more than real terminals have.
pub const TERMINAL: [u16; 2] = [1000, 500];

// Pictures.

/// Connections in a picture of neurons.
pub const NEURON_LINES: usize = 1_000_000;
/// Total number of ranks that the connections of a blocks or volumes picture may pass. The limit takes some seconds and
/// 1 GiB.
pub const PASSED_RANKS: usize = 2_000_000;
/// Pairs of solids and captions in two adjacent ranks of volumes that are compared to place the ranks as close as
/// possible; larger ranks are placed one after the other.
pub const COMPARED_SPANS: usize = 1_000_000;
/// Pairs of layers that a comparison of two models looks at between two that match.
pub const COMPARED: usize = 4_000_000;
/// A tensor whose values are compared; two of them may be in memory.
pub const COMPARED_TENSOR: u64 = 4 << 30;
/// Depth of nested folds.
pub const FOLD_DEPTH: usize = 64;
/// Layers of a block that is searched for repeats.
pub const FOLD_PERIOD: usize = 1000;
/// Connections between two layers above which a PDF draws them as pixels.
pub const VECTOR_LINES: usize = 20_000;
/// Pixels of an image, which takes 1 GiB while it is drawn.
pub const IMAGE_PIXELS: f64 = 268_435_456.0;
/// Pixels per side of an image: few programs open larger ones.
pub const IMAGE_LENGTH: f64 = 65_535.0;
/// Connections of a Mermaid diagram: its `maxEdges`, which a diagram cannot change.
pub const MERMAID_EDGES: usize = 500;
/// UTF-16 code units of a Mermaid diagram: its `maxTextSize`.
pub const MERMAID_LENGTH: usize = 50_000;
/// Total length of very many lines (see [`VECTOR_LINES`]) in a PNG or a PDF, in pixels, which takes ten seconds of
/// processor time; longer ones are drawn at a lower resolution.
pub const STROKE_PIXELS: f64 = 7e8;
/// Points per side of a PDF page (PDF 1.7, annex C).
pub const PDF_POINTS: f64 = 14_400.0;
/// Pixels per side of a `TikZ` picture; TeX's largest length is 16,383.99 pt.
pub const TIKZ_PIXELS: f64 = 21_000.0;
/// Lines and boxes of a `TikZ` picture. In one path or in separate ones, they take 3.5 of the 5 million words that TeX
/// has by default.
pub const TIKZ_PARTS: usize = 12_000;
/// Magnification of a PNG.
pub const SCALE: f64 = 20.0;
/// Time limit for Graphviz, far more than it needs for any graph that it can draw.
pub const GRAPHVIZ_TIME: Duration = Duration::from_mins(2);

// Output and messages.

/// An ONNX file; a Protocol Buffers message cannot be larger.
pub const ONNX_FILE: usize = i32::MAX as usize;
/// Problems that are printed, and unknown names for which similar ones are searched; a file that is not a model can
/// have thousands.
pub const SHOWN_PROBLEMS: usize = 50;
/// Characters without a glyph that a warning lists.
pub const SHOWN_CHARACTERS: usize = 8;
/// Bytes of a source line that are shown around a problem.
pub const SHOWN_LINE: usize = 4000;

/// What a file of this length may contain after decompression.
pub fn unpacked(length: u64) -> u64 {
    UNPACKED_LEAST.max(length.saturating_mul(UNPACKED_RATIO))
}

/// What the values of JSON texts in a file of this length may take in memory.
pub fn json_structure(length: u64) -> u64 {
    JSON_LEAST.max(length.saturating_mul(JSON_RATIO))
}
