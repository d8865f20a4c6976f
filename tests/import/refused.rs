//! Files of other kinds.

use std::io::{Cursor, Write};
use std::path::Path;

use netviz::Model;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An archive with these members.
fn archive(members: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in members {
        zip.start_file(*name, SimpleFileOptions::default()).expect("memory");
        zip.write_all(b"{}").expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// Message and hint of the only problem of a file.
fn problem(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let problems = Model::from_path(&path).expect_err(name);
    let texts: Vec<String> = problems.into_iter().map(|problem| problem.to_string()).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    texts[0].replace(&*folder.path().to_string_lossy(), "").replace("`/", "`")
}

#[test]
fn checkpoints_and_torchscript_say_how_to_save_the_graph() {
    let save = "torch.export.save(torch.export.export(model.eval(), (example,)), \"model.pt2\")";
    for (name, bytes, what) in [
        ("a.pt", archive(&["a/data.pkl", "a/code/__torch__.py", "a/constants.pkl"]), "a TorchScript archive"),
        ("a.pth", archive(&["a/data.pkl", "a/data/0"]), "a checkpoint of PyTorch"),
        (
            "a.bin",
            b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec(),
            "a checkpoint of an early PyTorch",
        ),
        ("a.pt2", archive(&["a/data/aotinductor/model/a.so"]), "a program that AOTInductor has compiled"),
        ("b.pt2", archive(&["a/data.pkl", "a/data/0"]), "a checkpoint of PyTorch"),
    ] {
        let text = problem(name, &bytes);
        assert!(text.contains(&format!("it looks like {what}")) && text.contains(save), "{text}");
    }
}

#[test]
fn an_ending_of_ours_with_other_contents_is_told() {
    let pickle = b"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x8c\x07network\x94.";
    for (name, format) in
        [("a.onnx", "ONNX"), ("a.gguf", "GGUF"), ("a.safetensors", "safetensors"), ("a.pt2", "PyTorch")]
    {
        let text = problem(name, pickle);
        assert!(text.starts_with(&format!("`{name}` is no file of {format}: it looks like a pickle file")), "{text}");
    }
}

#[test]
fn damaged_files_of_ours_are_damaged_and_of_no_other_kind() {
    for (name, bytes, message) in [
        ("a.pt2", &b"PK\x05\x06"[..], "not a PyTorch program"),
        ("a.gguf", b"GGUF\x03\0\0\0", "not a valid GGUF file"),
        ("a.safetensors", b"\x40\0\0\0\0\0\0\0{\"a\": {}}", "not a valid safetensors file"),
    ] {
        let text = problem(name, bytes);
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn other_formats_say_how_to_convert() {
    for (name, bytes, hint) in [
        ("a.tflite", &b"\x1c\0\0\0TFL3\0\0"[..], "tf2onnx.convert --tflite"),
        ("saved_model.pb", b"\x08\x01\x12\xff\xff\x03\x0a\0\0", "tf2onnx"),
        ("a.pdmodel", b"\x0a\x03\0\0", "paddle2onnx"),
        ("a.mlmodel", b"\x08\x07\x12\x05\x0a\x03\0\x01\x02", "the network that it was converted from"),
        ("a.ort", b"\x1c\0\0\0ORTM\0\0", "the ONNX file that it was converted from"),
        ("a.pbtxt", b"ir_version: 8\ngraph {\n", "onnx.save(onnx.load"),
        ("a.pkl", b"\x80\x04\x95\0\0\0\0\0\0\0\0\x8c\x07sklearn", "skl2onnx"),
    ] {
        let text = problem(name, bytes);
        assert!(text.contains(hint), "{text}");
    }
}

#[test]
fn no_file_of_these_folders_is_taken_for_another_kind() {
    for folder in ["pytorch", "tensors"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files").join(folder);
        for entry in folder.read_dir().expect("a folder") {
            let path = entry.expect("an entry").path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if matches!(ending, "pt2" | "gguf" | "safetensors") {
                assert!(Model::from_path(&path).is_ok(), "{}", path.display());
            }
        }
    }
}

#[test]
fn empty_files_tables_and_archives_of_tar_are_told() {
    for ending in ["onnx", "keras", "h5", "pt2", "gguf", "safetensors"] {
        let name = format!("a.{ending}");
        let text = problem(&name, b"");
        assert!(text.contains(&format!("`{name}` is empty")), "{text}");
    }
    let tar = [&[b'a'; 257][..], b"ustar\x0000", &[0; 300]].concat();
    for (name, bytes, what) in [
        ("a.csv", &b"height,width,label\n1,2,cat\n3,4,dog\n"[..], "a table of values, such as CSV"),
        ("b.onnx", b"height,width,label\n1,2,cat\n3,4,dog\n", "a table of values, such as CSV"),
        ("a.tar", &tar, "a tar archive"),
        ("a.keras", &tar, "a tar archive"),
    ] {
        let text = problem(name, bytes);
        assert!(text.contains(&format!("it looks like {what}")), "{text}");
    }
}
