//! Every limit on what is read, computed and written, in one table.
//!
//! A limit keeps the work bounded whatever the input. Whoever reaches one is told so, with its value, and what to do
//! instead. Sizes are in bytes where nothing else is said.

use std::time::Duration;

// What is read.

/// A model or theme file. A model of ten thousand layers takes half of it.
pub const MODEL_FILE: u64 = 1 << 20;
/// A Markdown document.
pub const DOCUMENT_FILE: u64 = 16 << 20;
/// What mdBook hands to its preprocessors: a whole book.
pub const BOOK: u64 = 1 << 30;
/// A file with the metrics of a run: a million epochs.
pub const METRICS_FILE: u64 = 256 << 20;
/// What the package of a data set holds, unpacked.
pub const DATA_PACKAGE: u64 = 1 << 30;
/// What a file of weights holds besides its values: names, shapes and metadata. safetensors itself takes no more.
pub const WEIGHTS_HEADER: u64 = 100_000_000;
/// A checkpoint.
pub const CHECKPOINT_FILE: u64 = 1 << 36;
/// An image file.
pub const IMAGE_FILE: u64 = 256 << 20;
/// Files of a folder that are looked at for one that may have been meant.
pub const FOLDER_ENTRIES: usize = 10_000;
/// How long a pipe is waited for that gives nothing.
pub const PIPE_WAIT: Duration = Duration::from_secs(10);
/// Width and height of an image, in pixels.
pub const IMAGE_SIDE: u32 = 16_384;
/// An image, decoded: the largest in grey, or a photo of 178 megapixels in colours.
pub const IMAGE_DECODED: u64 = 512 << 20;

// What a model may hold.

/// Levels of nesting in YAML, and keys of a path that `--set` takes. Reading is recursive, and takes some 40 kB of stack a level in a debug build; a thread
/// has 2 MiB.
pub const YAML_DEPTH: usize = 16;
/// What YAML aliases may add, in events of the parser: models repeat a block, alias bombs repeat repetitions.
pub const YAML_REPLAYED_EVENTS: usize = 20_000;
/// Values that `--set` lays over a model.
pub const OVERRIDES: usize = 1000;
/// Characters of a name.
pub const NAME_LENGTH: usize = 100;
/// Dimensions of a sample.
pub const RANK: usize = 8;
/// Values of a sample between two layers.
pub const ELEMENTS: usize = i32::MAX as usize;
/// Parameters of a network: four terabytes.
pub const PARAMETERS: usize = 1 << 40;

// What is trained.

/// Memory for the values of a batch in evaluation, which is made of as many samples as fit, but at most
/// [`EVALUATION_BATCH`] and at least one. It does not depend on the machine, so that metrics do not either.
pub const EVALUATION_MEMORY: u64 = 1 << 30;
/// Samples of a batch in evaluation.
pub const EVALUATION_BATCH: usize = 1000;
/// Processor threads.
pub const THREADS: u16 = 1024;
/// Columns and rows of a terminal that are drawn on: far more than any has.
pub const TERMINAL: [u16; 2] = [1000, 500];

// What is drawn.

/// Connections in a picture of neurons.
pub const NEURON_LINES: usize = 1_000_000;
/// Ranks that all connections of a picture of blocks or volumes pass together, which takes some seconds and 1 GiB.
pub const PASSED_RANKS: usize = 2_000_000;
/// Pairs of solids and captions in two neighbouring ranks of volumes that are compared, so that the ranks stand as near to
/// each other as they can; ranks of more stand one behind the other.
pub const COMPARED_SPANS: usize = 1_000_000;
/// Levels of folds within each other.
pub const FOLD_DEPTH: usize = 64;
/// Layers of a block that is looked for as a repeated one.
pub const FOLD_PERIOD: usize = 1000;
/// Connections between two layers from which on a PDF holds them as pixels.
pub const VECTOR_LINES: usize = 20_000;
/// Pixels of an image, which takes 1 GiB while it is drawn.
pub const IMAGE_PIXELS: f64 = 268_435_456.0;
/// Pixels that the side of an image may have: few programs open larger ones.
pub const IMAGE_LENGTH: f64 = 65_535.0;
/// Connections of a Mermaid diagram: its `maxEdges`, which a diagram cannot change.
pub const MERMAID_EDGES: usize = 500;
/// UTF-16 code units of a Mermaid diagram: its `maxTextSize`.
pub const MERMAID_LENGTH: usize = 50_000;
/// Pixels that very many lines may be long together in a PNG or a PDF, which takes ten seconds of processor time; longer
/// ones are drawn in fewer pixels.
pub const STROKE_PIXELS: f64 = 7e8;
/// Points that the side of a page in a PDF may have (PDF 1.7, annex C).
pub const PDF_POINTS: f64 = 14_400.0;
/// Pixels that the side of a `TikZ` picture may have; TeX's largest length is 16,383.99 pt.
pub const TIKZ_PIXELS: f64 = 21_000.0;
/// Lines and boxes of a `TikZ` picture. In one path, or each a path of its own, they take 3.5 of the 5 million words that
/// TeX has by default.
pub const TIKZ_PARTS: usize = 12_000;
/// The magnification of a PNG.
pub const SCALE: f64 = 20.0;
/// The time that Graphviz may take, far more than any graph that it can draw at all.
pub const GRAPHVIZ_TIME: Duration = Duration::from_mins(2);

// What is written and said.

/// An ONNX file: a message of protocol buffers cannot be larger.
pub const ONNX_FILE: usize = i32::MAX as usize;
/// Problems that are printed, and names that similar ones are looked for; a file that is no model at all can have
/// thousands.
pub const SHOWN_PROBLEMS: usize = 50;
/// Characters without a glyph that a warning names.
pub const SHOWN_CHARACTERS: usize = 8;
/// Bytes of a line of text that is shown around a problem.
pub const SHOWN_LINE: usize = 4000;
