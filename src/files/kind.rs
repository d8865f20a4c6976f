//! Recognizes files of other kinds that are given in place of a model file.

/// The first bytes of files of other kinds.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89HDF\r\n", "an HDF5 file, such as Keras' weights"),
    (b"PK\x03\x04", "a zip archive, such as a .keras or .pt file"),
    (b"\x80\x02", "a pickle file, such as PyTorch's weights"),
    (b"\x80\x03", "a pickle file"),
    (b"\x80\x04", "a pickle file"),
    (b"\x80\x05", "a pickle file"),
    (b"\x93NUMPY", "an array of NumPy"),
    (b"GGUF", "a GGUF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
];

/// An unrecognized file that is not text.
pub(crate) const BINARY: &str = "a binary file";

/// The kind of a file that is certainly not a model file: binary data of any kind, or text in the format of another
/// tool.
pub(crate) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(kind);
    }
    if bytes.get(8..10) == Some(b"{\"") {
        return Some("a safetensors file");
    }
    if bytes.get(4..8) == Some(b"TFL3") {
        return Some("a TensorFlow Lite model");
    }
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let Some(text) = text else {
        // Text in another encoding has no such control characters.
        let is_binary = bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31));
        // The first field of an ONNX model is its version, a small number.
        let is_onnx = matches!(bytes, [0x08, 1..=127, 0x12 | 0x3a | 0x1a, ..]);
        return is_binary.then_some(if is_onnx { "an ONNX model" } else { BINARY });
    };
    foreign_text(text)
}

fn foreign_text(text: &str) -> Option<&'static str> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('{') && text.contains("\"class_name\"") {
        return Some("a Keras model in JSON");
    }
    if start.starts_with('<') {
        return Some("XML or HTML");
    }
    text.lines().find_map(|line| {
        let mut words = line.split([' ', '\t', '(', '{']).filter(|word| !word.is_empty());
        match (words.next()?, line.chars().next()?) {
            ("layer" | "layers", _) if line.trim_end().ends_with('{') && !line.contains(':') => {
                Some("a network of Caffe (prototxt)")
            }
            ("import" | "from" | "def" | "class", 'a'..='z') if !line.contains(": ") => Some("a Python program"),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_tools_are_recognized() {
        for (bytes, kind) in [
            (&b"{\"class_name\": \"Sequential\"}"[..], "Keras"),
            (b"name: \"LeNet\"\nlayer {\n  name: \"data\"\n}", "prototxt"),
            (b"import torch\nclass Net(nn.Module):", "Python"),
            (b"<svg xmlns='x'>", "XML"),
            (b"\x08\x08\x12\x07pytorch\xff\x00", "ONNX"),
            (b"\x40\0\0\0\0\0\0\0{\"a\"", "safetensors"),
            (b"\x89HDF\r\n\x1a\n", "HDF5"),
            (b"\xff\xfen\0", "UTF-16"),
            (b"abc\0def", "binary"),
        ] {
            assert!(foreign(bytes).is_some_and(|found| found.contains(kind)), "{kind}: {:?}", foreign(bytes));
        }
    }

    #[test]
    fn models_and_other_text_are_not() {
        for text in [
            include_str!("../../models/mnist.yaml"),
            "{\"input\": [4], \"layers\": [\"flatten\"]}",
            "layers: [\n  dense: {\n units: 3}]",
            "from: x\nimport: y",
        ] {
            assert_eq!(foreign(text.as_bytes()), None, "{text}");
        }
        // Latin-1 is reported as a wrong encoding.
        assert_eq!(foreign(b"name: gr\xfc\xdfe"), None);
    }
}
