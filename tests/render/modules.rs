//! Pictures of networks as other programs export them: the classes of modules, and what is closed first.

use super::command::render;

/// What a file of the guide is drawn as, in words.
fn described(network: &str, arguments: &[&str]) -> String {
    let path = format!("{}/docs/networks/{network}.onnx", env!("CARGO_MANIFEST_DIR"));
    let output = render().arg(path).args(arguments).args(["--svg", "-"]).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (_, text) = text.split_once("<desc").expect("a description");
    text.split_once("</desc>").expect("its end").0.to_owned()
}

#[test]
fn frames_of_modules_have_their_classes() {
    let bert = described("bert_base", &[]);
    for frame in ["1 × BertEmbeddings [embeddings.", "12 × BertLayer [encoder.layer.0.", "1 × BertPooler [pooler."] {
        assert!(bert.contains(frame), "no {frame} in {bert}");
    }
    // A container says nothing, and a group of another class than its copies is not what is repeated.
    let vit = described("vit_b_16", &[]);
    assert!(vit.contains("12 × EncoderBlock [encoder.layers.encoder_layer_0.ln_1"), "{vit}");
    let resnet = described("resnet50", &[]);
    assert!(resnet.contains("4 × [1 × Bottleneck [layer1.0.bn1"), "{resnet}");
    assert!(!resnet.contains("Sequential"), "{resnet}");
    // Two convolutions of a `Double` are no two of these.
    let unet = described("unet", &[]);
    assert!(unet.contains("2 × down.0.0 (Conv)"), "{unet}");
}

#[test]
fn boxes_of_modules_have_their_classes() {
    let yolo = described("yolov8n", &[]);
    for module in ["model.2 (C2f) 32×160×160", "model.9 (SPPF) 256×20×20", "model.22 (Detect) 84×8400"] {
        assert!(yolo.contains(module), "no {module} in {yolo}");
    }
    let path = format!("{}/docs/networks/yolov8n.onnx", env!("CARGO_MANIFEST_DIR"));
    let output = render().arg(path).args(["--depth", "0", "--mermaid", "-"]).output().expect("it runs");
    let mermaid = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(mermaid.contains("[\"C2f model.2<br/>"), "{mermaid}");
}

#[test]
fn modules_are_closed_before_branches_over_them_are_joined() {
    for page in ["readme", "slide"] {
        let yolo = described("yolov8n", &["--page", page]);
        for module in [2, 4, 6, 8, 12, 15, 18, 21] {
            assert!(yolo.contains(&format!("model.{module} (C2f)")), "no model.{module} on {page} in {yolo}");
        }
    }
}

/// What is written about a picture of a file of the guide on a page.
fn said(network: &str, page: &str) -> String {
    let path = format!("{}/docs/networks/{network}.onnx", env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let svg = folder.path().join("picture.svg");
    let output = render().arg(path).args(["--page", page, "-o"]).arg(&svg).output().expect("it runs");
    assert!(output.status.success() && svg.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8")
}

/// Boxes of whatever layers are adjacent say least; they are the last resort, for columns of 84 mm.
#[test]
fn no_page_joins_what_has_names() {
    let networks = ["bert_base", "gpt2", "lstm_tagger", "resnet50", "silero_vad", "unet", "vit_b_16", "yolov8n"];
    for network in networks {
        for page in ["readme", "a4", "letter", "slide"] {
            let said = said(network, page);
            assert!(!said.contains("adjacent layers are joined") && !said.contains("too small"), "{network}: {said}");
        }
    }
}

/// Where a page is wide, the contents of a long frame are in columns, so that it can stay open.
#[test]
fn slides_show_what_is_repeated() {
    for (network, inside) in [
        ("resnet50", "layer1.0.bn1"),
        ("vit_b_16", "encoder.layers.encoder_layer_0.ln_1"),
        ("gpt2", "transformer.h.0.ln_1"),
    ] {
        let described = described(network, &["--page", "slide"]);
        assert!(described.contains(inside), "no {inside} in {described}");
    }
}

#[test]
fn a_u_net_shows_its_skip_connections() {
    let path = format!("{}/docs/networks/unet.onnx", env!("CARGO_MANIFEST_DIR"));
    let output = render().arg(path).args(["--svg", "-"]).output().expect("it runs");
    let svg = String::from_utf8(output.stdout).expect("UTF-8");
    for (level, crop) in [("cat", 1), ("cat_1", 3), ("cat_2", 5), ("cat_3", 7)] {
        let up = crop / 2;
        let skip = format!("id=\"link-up:{up}:slice_{crop}.up:{up}:{level}\"");
        assert!(svg.contains(&skip), "no {skip}");
    }
}

/// Where boxes are brief, what their bands say is in a line.
#[test]
fn bands_without_text_take_no_line_in_tikz() {
    let path = format!("{}/docs/networks/yolov8n.onnx", env!("CARGO_MANIFEST_DIR"));
    let output = render().args([&path, "--page", "a4", "--tikz", "-"]).output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let boxes = text.matches(r"$\cdot$ SiLU").count();
    assert!(boxes >= 5, "{text}");
    assert!(text.matches(r"\fill[netviz-activation]").count() >= boxes - 1, "{text}");
    assert!(!text.contains(r"\nodepart{three}"), "{text}");
}
