//! Reads the files of Keras 2 and 3: archives (`.keras`), HDF5 (`.h5`) and configurations (`model.to_json()`).
//!
//! - Every layer is a node, and every call of a shared layer too; its weights count once.
//! - A model inside a model is a group.
//! - Shapes, weights and multiply-adds follow from the configuration, so that a file without weights is counted too; those
//!   of layers that are defined elsewhere come from the file as far as it states them.

mod call;
mod config;
mod hdf5;
mod layers;
mod names;
mod settings;
mod walk;
mod weights;

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, Diagnostics, excerpt};
use netviz_model::{limits, text};
use prost::bytes::Bytes;
use serde_json::Value;

use crate::import::{self, Archive, Costs, File, Imported, Origin, Reader, check_json};
use config::{Config, Object};
use hdf5::Hdf5;
use walk::Walker;
use weights::Store;

pub(crate) const READER: Reader = Reader { name: "Keras", endings: &["keras", "h5", "hdf5"], detects, read };

/// How much of a text is looked at.
const START: usize = 4096;

/// What values of a configuration take: objects are trees, whose first node has room for 11 entries.
const COSTS: Costs = Costs { value: 96, list: 256, object: 512 };

/// An HDF5 file, an archive that starts as Keras writes it, or a JSON object with a class.
fn detects(start: &[u8]) -> bool {
    if start.starts_with(hdf5::SIGNATURE) {
        return true;
    }
    let start = &start[..start.len().min(START)];
    if Archive::detects(start) {
        // The name of the first member is behind the 30 bytes of its header.
        let name = start.get(30..).unwrap_or_default();
        return name.starts_with(b"metadata.json") || name.starts_with(b"config.json");
    }
    let holds = |word: &[u8]| start.windows(word.len()).any(|part| part == word);
    start.trim_ascii_start().starts_with(b"{") && holds(b"\"class_name\"") && holds(b"\"config\"")
}

/// The parts of a file.
struct Parts {
    model: Value,
    version: &'static str,
    keras: Option<String>,
    backend: Option<String>,
    metadata: Vec<(String, String)>,
    store: Store,
}

fn read(file: &File) -> Result<Imported, Diagnostics> {
    let parts = if file.bytes.starts_with(hdf5::SIGNATURE) {
        hdf5(file.bytes)?
    } else if Archive::detects(file.bytes) {
        archive(file.bytes)?
    } else {
        json(file.bytes)?
    };
    let Some(model) = Object::new(&parts.model) else {
        return Err(Diagnostic::error("the configuration has no `class_name`")
            .hint("write it with `model.to_json()` or `model.save()`")
            .into());
    };
    let walked = Walker::walk(file, parts.store, &model)?;
    let mut metadata = parts.metadata;
    metadata.extend(walked.data_format.map(|format| ("data format".to_owned(), format.to_owned())));
    let producer = [Some("Keras"), parts.keras.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let origin = Origin {
        format: READER.name,
        version: parts.version.to_owned(),
        producer: match parts.backend {
            Some(backend) => format!("{producer} with {backend}"),
            None => producer,
        },
        metadata,
        ..Origin::default()
    };
    let graph = import::contract(walked.graph, &walked.tensors);
    Ok(Imported { graph, origin, tensors: walked.tensors, sizes: BTreeMap::new(), warnings: walked.warnings })
}

/// An archive: the configuration, the version, and an HDF5 file of weights.
fn archive(bytes: &Bytes) -> Result<Parts, Diagnostic> {
    let error = |message: String| Diagnostic::error(message).hint("save the model again with `model.save()`");
    let mut archive =
        Archive::open(bytes).map_err(|reason| error(format!("not a valid archive of Keras: {reason}")))?;
    let members: Vec<String> = archive.names().map(std::borrow::Cow::into_owned).collect();
    let has = |name: &str| members.iter().any(|member| member == name);
    if !has("config.json") {
        return Err(Diagnostic::error("the archive holds no `config.json`, so that it is no model of Keras")
            .hint("save the model with `model.save(\"model.keras\")`"));
    }
    let model = parse(&archive.read("config.json", limits::KERAS_CONFIG).map_err(error)?, bytes.len())?;
    let about = if has("metadata.json") {
        parse(&archive.read("metadata.json", limits::KERAS_CONFIG).map_err(error)?, bytes.len())?
    } else {
        Value::Null
    };
    let about = Config::new(Some(&about));
    let most = usize::try_from(limits::UNPACKED).unwrap_or(usize::MAX);
    let store = if has("model.weights.h5") {
        let weights = archive.read("model.weights.h5", most).map_err(error)?;
        Store::Nested(Hdf5::open(&weights, bytes.len())?.contents(&["optimizer", "metrics"])?)
    } else {
        Store::None
    };
    let saved = about.text("date_saved").map(|date| ("date saved".to_owned(), excerpt(date)));
    Ok(Parts {
        version: "archive",
        keras: about.text("keras_version").map(excerpt),
        backend: None,
        metadata: saved.into_iter().collect(),
        store,
        model,
    })
}

/// An HDF5 file whose attributes are the configuration.
fn hdf5(bytes: &Bytes) -> Result<Parts, Diagnostic> {
    let file = Hdf5::open(bytes, bytes.len())?;
    let mut texts = file.texts()?;
    let Some(model) = texts.remove("model_config") else {
        return Err(Diagnostic::error("the HDF5 file holds no model: it has weights alone, or is of another program")
            .hint("save the whole model with `model.save(\"model.keras\")`, or its layers with `model.to_json()`"));
    };
    Ok(Parts {
        model: parse(model.as_bytes(), bytes.len())?,
        version: "HDF5",
        keras: texts.get("keras_version").map(|version| excerpt(version)),
        backend: texts.get("backend").map(|backend| excerpt(backend)),
        metadata: Vec::new(),
        store: Store::Listed(file.contents(&["optimizer_weights"])?),
    })
}

/// A configuration alone.
fn json(bytes: &Bytes) -> Result<Parts, Diagnostic> {
    let model = parse(bytes, bytes.len())?;
    let text = |name| Config::new(Some(&model)).text(name).map(excerpt);
    let (keras, backend) = (text("keras_version"), text("backend"));
    Ok(Parts { model, version: "JSON", keras, backend, metadata: Vec::new(), store: Store::None })
}

/// JSON as Python writes it, in a file of this length.
fn parse(json: &[u8], length: usize) -> Result<Value, Diagnostic> {
    if json.len() > limits::KERAS_CONFIG {
        let [length, most] = [json.len(), limits::KERAS_CONFIG].map(|bytes| text::bytes(bytes as u64));
        return Err(Diagnostic::error(format!("the configuration has {length}, more than {most}"))
            .hint("keep large arrays out of the configurations of layers"));
    }
    check_json(json, COSTS, length).map_err(|reason| {
        Diagnostic::error(format!("the configuration cannot be read: {reason}"))
            .hint("keep large arrays out of the configurations of layers")
    })?;
    let error = match serde_json::from_slice(json) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // Python writes numbers that JSON does not have.
    if let Ok(value) = serde_json::from_slice(&numbers(json)) {
        return Ok(value);
    }
    if error.to_string().contains("recursion limit") {
        return Err(Diagnostic::error("the configuration is nested more than 128 deep")
            .hint("put fewer models inside each other"));
    }
    Err(Diagnostic::error(format!("the configuration is not valid JSON: {error}"))
        .hint("the file is damaged: save the model again"))
}

/// JSON with `null` in place of `NaN` and infinities.
fn numbers(json: &[u8]) -> Vec<u8> {
    const WORDS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];
    let mut result = Vec::with_capacity(json.len());
    let (mut rest, mut is_text) = (json, false);
    while let [first, after @ ..] = rest {
        if let (false, Some(word)) = (is_text, WORDS.iter().find(|word| rest.starts_with(word))) {
            result.extend_from_slice(b"null");
            rest = &rest[word.len()..];
            continue;
        }
        result.push(*first);
        rest = after;
        match (first, after) {
            (b'"', _) => is_text = !is_text,
            (b'\\', [escaped, after @ ..]) => {
                result.push(*escaped);
                rest = after;
            }
            _ => {}
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn files_are_told_by_their_start() {
        assert!(detects(b"\x89HDF\r\n\x1a\n\0"));
        assert!(detects(b" {\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {}}"));
        assert!(detects(&[&b"PK\x03\x04"[..], &[0; 26], &b"metadata.json"[..]].concat()));
        for other in [&b"{input: [2], layers: [dense: 1]}"[..], b"PK\x03\x04", b"", b"{", b"\x89HDF", b"\x08\x08\x12"] {
            assert!(!detects(other), "{other:?}");
        }
    }

    #[test]
    fn numbers_of_python_are_read() {
        let value = parse(br#"{"a": [NaN, -Infinity, 1], "b": "NaN \" Infinity"}"#, 0).expect("JSON");
        assert_eq!(value, serde_json::json!({"a": [null, null, 1], "b": "NaN \" Infinity"}));
    }

    #[test]
    fn an_archive_that_unpacks_to_too_much_is_refused() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("config.json", zip::write::SimpleFileOptions::default()).expect("memory");
        zip.write_all(&vec![b' '; limits::KERAS_CONFIG + 1]).expect("memory");
        let bytes = Bytes::from(zip.finish().expect("memory").into_inner());
        assert!(bytes.len() < 100_000);
        let error = archive(&bytes).err().expect("too much").message;
        assert!(error.ends_with("it has more than 32.00 MiB after decompression"), "{error}");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let error = parse(json.as_bytes(), json.len()).expect_err("too deep");
        assert_eq!(error.message, "the configuration is nested more than 128 deep");
    }
}
