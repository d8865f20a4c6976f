//! Recognizes files that are no models, and says what to do with them.

#[cfg(feature = "cli")]
use std::path::Path;

use netviz_exchange::import::members;
use netviz_model::diagnostics::Diagnostic;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Behind "it looks like".
    pub(crate) what: &'static str,
    /// What to do; the smallest model file if there is nothing better.
    pub(crate) hint: &'static str,
}

/// The hint with the smallest model file.
const SMALLEST: &str = "the smallest model is\n    input: [784]\n    layers:\n      - dense: {units: 10}";
/// How to save a network of PyTorch so that its graph can be read.
const PT2: &str = "load it in PyTorch and save the graph: \
                   `torch.export.save(torch.export.export(model.eval(), (example,)), \"model.pt2\")`";
const ONNX: &str = "export the network of the framework that it was made with as ONNX";
const SAVED_MODEL: &str =
    "convert it to ONNX: `python -m tf2onnx.convert --saved-model FOLDER --output model.onnx` (package tf2onnx)";
const FROZEN: &str = "convert it to ONNX: `python -m tf2onnx.convert --graphdef model.pb --inputs input:0 --outputs output:0 \
                      --output model.onnx` (package tf2onnx)";
const TF_CHECKPOINT: &str = "a checkpoint holds weights alone: load it in TensorFlow and save the network as `.keras`";
const SKLEARN: &str = "convert it to ONNX: `skl2onnx.to_onnx(model, example)` (package skl2onnx)";
const PADDLE: &str = "convert it to ONNX: `paddle2onnx --model_dir FOLDER --model_filename model.pdmodel --params_filename \
                      model.pdiparams --save_file model.onnx`";
const ONNX_BINARY: &str = "write it in binary form: `onnx.save(onnx.load(\"FILE\"), \"model.onnx\")` in Python";
const COREML: &str = "Core ML has no converter to ONNX: give the network that it was converted from";
const GGML: &str = "convert the original network to GGUF with a current llama.cpp";
const ARRAYS: &str = "it holds arrays and no network: give the file of the network";

const fn kind(what: &'static str, hint: &'static str) -> Kind {
    Kind { what, hint }
}

impl Kind {
    /// Whether files of a format that is read, by its name, are also of this kind.
    pub(crate) fn holds(&self, format: &str) -> bool {
        match format {
            "Keras" => [ZIP, HDF5, KERAS_JSON].contains(self),
            "PyTorch" => *self == ZIP,
            _ => false,
        }
    }
}

const ZIP: Kind = kind("a zip archive", "unpack it, and give the file of the network");
const HDF5: Kind = kind("an HDF5 file, such as Keras' weights", SMALLEST);
const KERAS_JSON: Kind = kind("a Keras model in JSON", SMALLEST);

/// An unrecognized file that is not text.
pub(super) const BINARY: Kind = kind("a binary file", SMALLEST);

/// The bytes that files of a kind have at a place.
const MAGIC: &[(usize, &[u8], Kind)] = &[
    // Before other pickles: the number that `torch.save` started with.
    (0, b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", kind("a checkpoint of an early PyTorch", PT2)),
    (0, b"\x89HDF\r\n", HDF5),
    (0, b"\x93NUMPY", kind("an array of NumPy", ARRAYS)),
    (
        4,
        b"TFL3",
        kind(
            "a TensorFlow Lite model",
            "convert it to ONNX: `python -m tf2onnx.convert --tflite model.tflite --output model.onnx` (package tf2onnx)",
        ),
    ),
    (4, b"ORTM", kind("a model in the ORT format of ONNX Runtime", "give the ONNX file that it was converted from")),
    (4, b"ET1", kind("a program of ExecuTorch", "give the program that it was lowered from, saved as `.pt2`")),
    (
        0,
        b"ftrt",
        kind("an engine of TensorRT", "an engine is compiled for one GPU: give the ONNX file that it was built from"),
    ),
    (
        0,
        b"ptrt",
        kind("an engine of TensorRT", "an engine is compiled for one GPU: give the ONNX file that it was built from"),
    ),
    (0, b"lmgg", kind("an early file of GGML", GGML)),
    (0, b"fmgg", kind("an early file of GGML", GGML)),
    (0, b"tjgg", kind("an early file of GGML", GGML)),
    (0, b"algg", kind("an early file of GGML", GGML)),
    (0, b"\x12\x01\0\0\0\0\0\0", kind("the parameters of MXNet", ONNX)),
    (0, b"\x78\x9c", kind("data compressed with zlib, such as a file of joblib", SKLEARN)),
    (0, b"\x89PNG", kind("a PNG image", SMALLEST)),
    (0, b"\xff\xd8\xff", kind("a JPEG image", SMALLEST)),
    (0, b"GIF8", kind("a GIF image", SMALLEST)),
    (0, b"%PDF", kind("a PDF file", SMALLEST)),
    (0, b"\x1f\x8b", kind("a gzip archive", "unpack it first")),
    (257, b"ustar", kind("a tar archive", "unpack it, and give the file of the network")),
    (0, b"\x7fELF", kind("a program", SMALLEST)),
    (0, b"\xff\xfe", kind("text in UTF-16", "save it as UTF-8")),
    (0, b"\xfe\xff", kind("text in UTF-16", "save it as UTF-8")),
];

/// Words in the first bytes of a pickle, and what they tell.
const PICKLES: &[(&[u8], Kind)] = &[
    (b"sklearn", kind("a model of scikit-learn in a pickle", SKLEARN)),
    (b"joblib", kind("a pickle of joblib", SKLEARN)),
    (b"torch", kind("a pickle of PyTorch", PT2)),
    (b"", kind("a pickle file", "a pickle may run any code, and is not read: save the network as ONNX or `.pt2`")),
];

/// Parts of the paths in a zip archive, all of which must occur, and what they tell.
const MEMBERS: &[(&[&str], Kind)] = &[
    (&["data/aotinductor/"], kind("a program that AOTInductor has compiled, without its graph", PT2)),
    (&["data.pkl", "constants.pkl"], kind("a TorchScript archive", PT2)),
    (&["data.pkl", "code/"], kind("a TorchScript archive", PT2)),
    (&["data.pkl"], kind("a checkpoint of PyTorch, which holds weights in a pickle and no graph", PT2)),
    (&["MAR-INF/"], kind("an archive of TorchServe", PT2)),
    (&["com.apple.CoreML"], kind("a package of Core ML", COREML)),
    (&["saved_model.pb"], kind("a SavedModel of TensorFlow in an archive", SAVED_MODEL)),
    (&[".npy"], kind("an archive of NumPy arrays", ARRAYS)),
    (&[""], ZIP),
];

/// Endings of binary files that have no mark.
const ENDINGS: &[(&[&str], Kind)] = &[
    (&["mlmodel"], kind("a model of Core ML", COREML)),
    (&["pb"], kind("a graph of TensorFlow", FROZEN)),
    (&["meta", "ckpt"], kind("a checkpoint of TensorFlow", TF_CHECKPOINT)),
    (&["index"], kind("the index of a checkpoint of TensorFlow", TF_CHECKPOINT)),
    (&["data-00000-of-00001"], kind("a checkpoint of TensorFlow", TF_CHECKPOINT)),
    (&["pdmodel", "pdiparams"], kind("a model of PaddlePaddle", PADDLE)),
    (&["caffemodel"], kind("weights of Caffe", ONNX)),
    (&["engine", "plan", "trt"], kind("an engine of TensorRT", "give the ONNX file that it was built from")),
    (&["bin"], kind("a file of weights", "give the file of the network")),
    (&["mnn"], kind("a model of MNN", "give the ONNX file that it was converted from")),
];

/// The kind of a file that is certainly not a model file: binary data of any kind, or text in the format of another
/// tool.
pub(crate) fn of(bytes: &[u8], ending: &str) -> Option<Kind> {
    let has = |&&(at, magic, _): &&(usize, &[u8], Kind)| bytes.get(at..).is_some_and(|rest| rest.starts_with(magic));
    if let Some((.., kind)) = MAGIC.iter().find(has) {
        return Some(*kind);
    }
    let start = &bytes[..bytes.len().min(START)];
    if matches!(start, [0x80, 2..=5, ..]) {
        return PICKLES.iter().find(|(word, _)| contains(start, word)).map(|(_, kind)| *kind);
    }
    if start.starts_with(b"PK\x03\x04") {
        let members = members(bytes);
        let has = |part: &&str| part.is_empty() || members.iter().any(|name| name.contains(part));
        return MEMBERS.iter().find(|(parts, _)| parts.iter().all(has)).map(|(_, kind)| *kind);
    }
    if let Some(text) = text(start) {
        return text::of(text);
    }
    // Text in another encoding has no such control characters.
    if !start.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)) {
        return None;
    }
    let by_ending = ENDINGS.iter().find(|(endings, _)| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)));
    // A frozen graph is a list of nodes, the first of which are inputs and constants.
    let is_graph =
        start.first() == Some(&0x0a) && (contains(start, b"Placeholder") || contains(start, b"\x12\x05Const"));
    Some(match by_ending {
        Some((_, kind)) => *kind,
        None if is_graph => kind("a frozen graph of TensorFlow", FROZEN),
        None => BINARY,
    })
}

/// The kind of a folder, if it is that of a network.
#[cfg(feature = "cli")]
pub(crate) fn of_folder(path: &Path) -> Option<Kind> {
    FOLDERS.iter().find(|(member, _)| path.join(member).exists()).map(|(_, kind)| *kind)
}

/// A file in a folder, and what it tells.
#[cfg(feature = "cli")]
const FOLDERS: &[(&str, Kind)] = &[
    ("saved_model.pb", kind("a SavedModel of TensorFlow", SAVED_MODEL)),
    ("Data/com.apple.CoreML", kind("a package of Core ML", COREML)),
    ("model.safetensors.index.json", kind("a folder of transformers", "give its `model.safetensors.index.json`")),
    ("model.safetensors", kind("a folder of transformers", "give its `model.safetensors`")),
    ("pytorch_model.bin", kind("a folder of transformers with pickled weights", PT2)),
    ("inference.pdmodel", kind("a model of PaddlePaddle", PADDLE)),
    ("checkpoint", kind("a checkpoint of TensorFlow", TF_CHECKPOINT)),
];

/// The bytes that tell the kind of a file.
const START: usize = 1 << 16;

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    word.is_empty() || bytes.windows(word.len()).any(|part| part == word)
}

/// The start of a file as text; a character that is cut is left out.
fn text(start: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?,
        Err(_) => return None,
    };
    (!text.contains('\0')).then_some(text)
}

/// The error for a file or a folder of another kind.
pub(crate) fn refused(shown: &str, kind: Kind) -> Diagnostic {
    Diagnostic::error(format!("`{shown}` is not a model file: it looks like {}", kind.what)).hint(kind.hint)
}

/// Text files.
mod text {
    use super::{FROZEN, KERAS_JSON, Kind, ONNX, ONNX_BINARY, PADDLE, SMALLEST, TF_CHECKPOINT, kind};

    /// How a text starts, what it contains besides, and what that tells.
    const STARTS: &[(&str, &[&str], Kind)] = &[
        ("{", &["\"class_name\"", "\"config\""], KERAS_JSON),
        ("{", &["\"modelTopology\""], kind("a model of TensorFlow.js", "give the network that it was converted from")),
        ("{", &["\"nodes\"", "\"arg_nodes\""], kind("a network of MXNet", ONNX)),
        ("{", &["\"irVersion\""], kind("an ONNX model in JSON", ONNX_BINARY)),
        (
            "{",
            &["\"architectures\"", "\"model_type\""],
            kind("the configuration of a network of transformers", "give its `model.safetensors`"),
        ),
        ("{", &["\"base_code\"", "\"program\""], kind("a model of PaddlePaddle", PADDLE)),
        ("<", &["ir_version", "opset_import"], kind("an ONNX model in text form", ONNX_BINARY)),
        ("ir_version:", &[], kind("an ONNX model in text form", ONNX_BINARY)),
        ("<", &["<net ", "<layers"], kind("a network of OpenVINO", ONNX)),
        ("<", &["<PMML"], kind("a model in PMML", ONNX)),
        ("<", &[], kind("XML or HTML", SMALLEST)),
        ("7767517", &[], kind("a network of ncnn", ONNX)),
        ("[net]", &[], kind("a network of Darknet", ONNX)),
        ("node {", &["op:"], kind("a graph of TensorFlow in text form", FROZEN)),
        ("model_checkpoint_path:", &[], kind("the list of a checkpoint of TensorFlow", TF_CHECKPOINT)),
        (
            "version https://git-lfs",
            &[],
            kind("a pointer of Git LFS in place of the file", "load the file itself with `git lfs pull`"),
        ),
    ];

    pub(super) fn of(text: &str) -> Option<Kind> {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let fits = |(first, parts, _): &&(&str, &[&str], Kind)| {
            start.starts_with(first) && parts.iter().all(|part| text.contains(part))
        };
        let of_lines = || if is_table(text) { Some(TABLE) } else { text.lines().find_map(of_line) };
        STARTS.iter().find(fits).map(|(.., kind)| *kind).or_else(of_lines)
    }

    const TABLE: Kind = kind("a table of values, such as CSV", SMALLEST);

    /// Whether the first lines have equally many values with commas, semicolons or tabs between them.
    fn is_table(text: &str) -> bool {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(5).collect();
        let plain = |line: &&str| !line.contains([':', '{', '}', '[', ']', '#']) && !line.starts_with([' ', '-']);
        [',', ';', '\t'].iter().any(|&separator| {
            let count = |line: &str| line.matches(separator).count();
            lines.len() > 1 && lines.iter().all(|line| plain(line) && count(line) > 0 && count(line) == count(lines[0]))
        })
    }

    /// What a line tells that no model file has.
    fn of_line(line: &str) -> Option<Kind> {
        let mut words = line.split([' ', '\t', '(', '{']).filter(|word| !word.is_empty());
        match (words.next()?, line.chars().next()?) {
            ("layer" | "layers", _) if line.trim_end().ends_with('{') && !line.contains(':') => {
                Some(kind("a network of Caffe (prototxt)", ONNX))
            }
            ("import" | "from" | "def" | "class", 'a'..='z') if !line.contains(": ") => {
                Some(kind("a Python program", SMALLEST))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_tools_are_recognized() {
        let pickle = [&b"\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x14"[..], b"sklearn.linear_model"].concat();
        let cases: &[(&[u8], &str, &str)] = &[
            (b"{\"class_name\": \"Sequential\", \"config\": {}}", "json", "Keras"),
            (b"{\"format\": \"layers-model\", \"modelTopology\": {}}", "json", "TensorFlow.js"),
            (b"{\"nodes\": [], \"arg_nodes\": [0]}", "json", "MXNet"),
            (b"{\"irVersion\": \"8\"}", "json", "ONNX model in JSON"),
            (b"{\"architectures\": [], \"model_type\": \"bert\"}", "json", "transformers"),
            (b"{\"base_code\": {\"magic\": \"pir\"}, \"program\": {}}", "json", "PaddlePaddle"),
            (b"<\n   ir_version: 9,\n   opset_import: [\"\" : 20]\n>", "onnxtxt", "ONNX model in text form"),
            (b"ir_version: 8\ngraph {\n", "pbtxt", "ONNX model in text form"),
            (b"<?xml version=\"1.0\"?>\n<net name=\"a\" version=\"11\">\n<layers>", "xml", "OpenVINO"),
            (b"<svg xmlns='x'>", "svg", "XML"),
            (b"7767517\n75 83\nInput data 0 1 data", "param", "ncnn"),
            (b"[net]\nbatch=1\n[convolutional]", "cfg", "Darknet"),
            (b"node {\n  name: \"x\"\n  op: \"Placeholder\"\n}", "pbtxt", "TensorFlow in text"),
            (b"model_checkpoint_path: \"model\"\n", "", "checkpoint of TensorFlow"),
            (b"version https://git-lfs.github.com/spec/v1\n", "onnx", "Git LFS"),
            (b"name: \"LeNet\"\nlayer {\n  name: \"data\"\n}", "prototxt", "prototxt"),
            (b"import torch\nclass Net(nn.Module):", "py", "Python"),
            (b"\x89HDF\r\n\x1a\n", "h5", "HDF5"),
            (b"\xff\xfen\0", "yaml", "UTF-16"),
            (b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", "pt", "early PyTorch"),
            (b"\x80\x02}q\x01.", "pkl", "a pickle file"),
            (&pickle, "pkl", "scikit-learn"),
            (b"\x78\x9c\x01\x02", "joblib", "joblib"),
            (b"\x93NUMPY\x01\0", "npy", "NumPy"),
            (b"\x1c\0\0\0TFL3\0\0", "tflite", "TensorFlow Lite"),
            (b"\x1c\0\0\0ORTM\0\0", "ort", "ORT format"),
            (b"\x1c\0\0\0ET12\0\0", "pte", "ExecuTorch"),
            (b"ftrt\0\0\0\x01", "engine", "TensorRT"),
            (b"tjgg\x03\0\0\0", "bin", "GGML"),
            (b"\x12\x01\0\0\0\0\0\0\0", "params", "parameters of MXNet"),
            (b"\x08\x07\x12\x05\x0a\x03\0\x01\x02", "mlmodel", "Core ML"),
            (b"\x08\x01\x12\xff\0\x0a", "pb", "TensorFlow"),
            (b"\x0a\x10\x0a\x01x\x12\x0bPlaceholder\0", "bin2", "frozen graph of TensorFlow"),
            (b"\0\0\x01\x02", "index", "index of a checkpoint of TensorFlow"),
            (b"\x0a\x03\0\0", "pdmodel", "PaddlePaddle"),
            (b"\x0a\x03\0\0", "caffemodel", "Caffe"),
            (b"abc\0def", "xyz", "binary"),
            (b"height,width,label\n1,2,cat\n3,4,dog\n", "txt", "CSV"),
            (b"1.0\t2.0\n3.0\t4.0", "", "CSV"),
            (&[&[b'a'; 257][..], b"ustar\x0000"].concat(), "keras", "tar archive"),
            (b"PK\x03\x04", "zip", "zip archive"),
        ];
        for (bytes, ending, what) in cases {
            let kind = of(bytes, ending).unwrap_or_else(|| panic!("{what}"));
            assert!(kind.what.contains(what), "{what}: {kind:?}");
        }
    }

    #[test]
    fn models_and_other_text_are_not() {
        for text in [
            include_str!("../../models/mnist.yaml"),
            "{\"input\": [4], \"layers\": [\"flatten\"]}",
            "layers: [\n  dense: {\n units: 3}]",
            "from: x\nimport: y",
            "input: [1, 2]\nlayers: [dense: 2, dense: 3]",
            "- a, b\n- c, d",
        ] {
            assert_eq!(of(text.as_bytes(), "yaml"), None, "{text}");
        }
        // Latin-1 is reported as a wrong encoding.
        assert_eq!(of(b"name: gr\xfc\xdfe", "yaml"), None);
        // A text that is cut within a character.
        assert_eq!(of(&[&b"name: "[..], &"\u{e9}".repeat(START).into_bytes()].concat(), "yaml"), None);
    }
}
