//! Files of tensors alone: safetensors and GGUF.

use std::path::PathBuf;

use netviz::Model;
use netviz::graph::Graph;
use netviz::ir::DType;
use netviz::picture::Options;
use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/tensors").join(name)
}

/// The model of a file, which can be drawn.
fn read(name: &str) -> Model {
    let model = Model::from_path(path(name)).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    model.draw(&Options::default()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    model
}

fn expected(name: &str) -> Value {
    let text = std::fs::read_to_string(path("expected.json")).expect("a file of this folder");
    serde_json::from_str::<Value>(&text).expect("JSON")[name].clone()
}

/// The tree, each line with the parent.
fn lines(graph: &Graph) -> Vec<String> {
    let line = |index| {
        let node = graph.node(index);
        let parents: Vec<&str> =
            graph.predecessors(index).into_iter().map(|parent| graph.node(parent).name.as_str()).collect();
        let settings: Vec<String> =
            graph.settings(index).iter().map(|setting| format!(" {} {}", setting.name, setting.value)).collect();
        let settings = settings.concat();
        format!(
            "{} < {}: {} {} {}{settings}",
            parents.join(", "),
            node.name,
            node.content.kind(),
            graph.output_type(index),
            node.parameters.total()
        )
    };
    graph.order().map(line).collect()
}

fn elements(model: &Model) -> usize {
    model.graph.program().parameters().iter().map(netviz::ir::Parameter::elements).sum()
}

#[test]
fn gguf_is_a_tree_with_exact_sizes() {
    let (model, expected) = (read("llama.gguf"), expected("llama"));
    let program = model.graph.program();
    assert_eq!(program.parameters().len() as u64, expected["tensors"]);
    assert_eq!(elements(&model) as u64, expected["elements"]);
    for (name, bytes) in expected["bytes"].as_object().expect("an object") {
        let is_own = |dtype: DType| dtype.name() == name || name == "F32" && dtype == DType::Float32;
        let own = program.parameters().iter().filter(|parameter| is_own(parameter.dtype));
        assert_eq!(own.map(netviz::ir::Parameter::bytes).sum::<u64>(), *bytes, "{name}");
    }
    assert_eq!(
        lines(&model.graph),
        [
            " < Tiny llama: llama ? 0",
            "Tiny llama < token_embd.weight: Q4_0 3×32 96",
            "Tiny llama < output_norm.weight: F32 32 32",
            "Tiny llama < blk: module ? 0",
            "blk < blk.0…2: module ? 0 copies 3",
            "blk.0…2 < blk.0…2.attn_norm.weight: F32 32 96 copies 3",
            "blk.0…2 < blk.0…2.attn_q.weight: Q4_0, Q8_0 64×32 6144 copies 3",
        ]
    );
    assert_eq!(model.graph.detailed().order().len(), 13);
    assert_eq!(model.graph.parameters(), model.graph.detailed().parameters());
}

#[test]
fn metadata_of_gguf_are_kept() {
    let model = read("llama.gguf");
    let origin = &model.source.as_ref().expect("a GGUF file").origin;
    assert_eq!((origin.format, origin.version.as_str(), model.graph.name()), ("GGUF", "3", "Tiny llama"));
    let entry = |key: &str| origin.metadata.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    assert_eq!(entry("general.architecture"), Some("llama"));
    assert_eq!(entry("llama.context_length"), Some("128"));
    assert_eq!(entry("llama.attention.head_count"), Some("2"));
    assert_eq!(entry("tokenizer.ggml.tokens"), Some("3 values"));
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "the weights are single")]
fn safetensors_and_its_index_are_the_same_tree() {
    let expected = expected("encoder");
    let trees = ["encoder.safetensors", "encoder.safetensors.index.json"].map(|file| {
        let model = read(file);
        assert_eq!(model.warnings, []);
        assert_eq!(model.graph.program().parameters().len() as u64, expected["tensors"]);
        assert_eq!(elements(&model) as u64, expected["elements"]);
        assert_eq!(model.graph.parameters().trainable as u64, expected["trainable"]);
        assert_eq!(model.graph.parameters().fixed, 4, "the statistics");
        let parameters = model.graph.program().parameters().iter();
        let bias = parameters.zip(&model.source.as_ref().expect("a file").tensors);
        let (_, bias) = bias.clone().find(|(own, _)| own.name == "encoder.layer.10.key.bias").expect("a bias");
        let single = |value: f64| value as f32;
        let values: Vec<f32> =
            expected["first"].as_array().expect("values").iter().filter_map(Value::as_f64).map(single).collect();
        assert_eq!(bias.floats(4).map(|own| own.into_iter().map(single).collect()), Some(values));
        lines(&model.graph)[1..].to_vec()
    });
    let [one, several] = trees;
    let under_root = |line: &String| line.split_once(" < ").map(|(_, line)| line.to_owned());
    assert_eq!(one.iter().map(under_root).collect::<Vec<_>>(), several.iter().map(under_root).collect::<Vec<_>>());
    assert!(one.contains(&"encoder.layer.0…11 < encoder.layer.0…11.key: module ? 0 copies 12".to_owned()), "{one:#?}");
    assert!(
        one.contains(&"encoder.layer.0…11.key < encoder.layer.0…11.key.weight: F32 4×4 192 copies 12".to_owned()),
        "{one:#?}"
    );
}

#[test]
fn a_part_points_to_the_index() {
    let model = read("encoder-00001-of-00002.safetensors");
    let [warning] = &model.warnings[..] else { panic!("{:?}", model.warnings) };
    assert_eq!(warning.message, "the file is one of several, and holds only its own tensors");
}

#[test]
fn other_versions_of_gguf_and_damaged_files_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read(path("llama.gguf")).expect("a file of this folder");
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = whole.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    let cases = [
        (with(4, &3_u32.to_be_bytes()), "the GGUF file is big-endian, and netviz reads little-endian ones only"),
        (with(4, &1_u32.to_le_bytes()), "the GGUF file is of version 1, and netviz reads versions 2 and 3"),
        (with(8, &u64::MAX.to_le_bytes()), "not a valid GGUF file: it ends within the header"),
        (with(16, &(1_u64 << 40).to_le_bytes()), "not a valid GGUF file: it ends within the header"),
        (with(24, &u64::MAX.to_le_bytes()), "not a valid GGUF file: it ends within the header"),
        (whole[..200].to_vec(), "not a valid GGUF file: it ends within the header"),
    ];
    for (bytes, expected) in cases {
        let file = folder.path().join("a.gguf");
        std::fs::write(&file, bytes).expect("a temporary file");
        let problems = Model::from_path(&file).expect_err(expected);
        let messages: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        assert!(messages.len() == 1 && messages[0].ends_with(expected), "{messages:?}, not {expected}");
    }
    // Without values, there are still names and sizes.
    let file = folder.path().join("cut.gguf");
    std::fs::write(&file, &whole[..whole.len() - 100]).expect("a temporary file");
    let model = Model::from_path(&file).expect("a header");
    assert_eq!(model.warnings[0].message, "the values of 1 tensor lie outside the file");
}

/// A GGUF file without tensors, whose metadata are texts and 16-bit numbers.
fn gguf(texts: &[(&str, &str)], numbers: &[(&str, u16)]) -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let mut bytes = [&b"GGUF"[..], &3_u32.to_le_bytes(), &0_u64.to_le_bytes()].concat();
    bytes.extend(((texts.len() + numbers.len()) as u64).to_le_bytes());
    for (key, value) in texts {
        bytes.extend([text(key), 8_u32.to_le_bytes().to_vec(), text(value)].concat());
    }
    for (key, value) in numbers {
        bytes.extend([text(key), 2_u32.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat());
    }
    bytes
}

fn read_bytes(bytes: &[u8]) -> Model {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).expect("a file");
    Model::from_path(path).expect("a valid file")
}

#[test]
fn a_part_of_gguf_says_which_one_it_is() {
    let warnings = |numbers: &[(&str, u16)]| {
        let warnings = read_bytes(&gguf(&[], numbers)).warnings;
        warnings.into_iter().map(|warning| warning.message).collect::<Vec<_>>()
    };
    let part = warnings(&[("split.no", 0), ("split.count", 3), ("split.tensors.count", 24)]);
    assert_eq!(part, ["the file is part 1 of 3: it holds 0 tensors of 24"]);
    assert_eq!(warnings(&[("split.no", 0), ("split.count", 1)]), [] as [&str; 0]);
}

#[test]
fn names_of_gguf_are_one_line_without_control_characters() {
    let model = read_bytes(&gguf(&[("general.architecture", "ll\x1bama"), ("general.name", "A\nB\x07")], &[]));
    assert_eq!(model.graph.name(), "A\u{fffd}B\u{fffd}");
    assert!(lines(&model.graph).iter().all(|line| !line.contains(char::is_control)));
}
