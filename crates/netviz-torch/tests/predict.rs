//! `netviz predict` through the real program, on the real test images.

use assert_cmd::Command;
use image::{DynamicImage, GrayImage, RgbaImage, imageops};
use netviz::data::{Split, cache, find, load};
use serde_json::Value;

fn engine() -> Command {
    Command::new(env!("CARGO_BIN_EXE_netviz-torch"))
}

/// The first test images, which are a 7, a 2 and a 1.
fn digits() -> Vec<GrayImage> {
    let dataset = find("mnist").expect("a data set");
    let samples = load(dataset, &cache::folder(dataset), Split::Test).expect("the data");
    assert_eq!(samples.labels[..3], [7, 2, 1]);
    samples
        .images
        .chunks(784)
        .take(3)
        .map(|image| GrayImage::from_raw(28, 28, image.to_vec()).expect("28×28"))
        .collect()
}

#[test]
fn images_of_any_kind_are_classified_and_what_was_done_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("run");
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/mnist.yaml");
    engine().args(["train", model, "--quiet", "--epochs", "1", "--out"]).arg(&run).assert().success();

    let digits = digits();
    let path = |name: &str| folder.path().join(name);
    let save = |name: &str, image: DynamicImage| image.save(path(name)).expect("saved");
    save("seven.png", digits[0].clone().into());
    let mut dark = imageops::resize(&digits[1], 200, 200, imageops::FilterType::Triangle);
    imageops::invert(&mut dark);
    save("two.jpg", DynamicImage::from(dark).to_rgb8().into());
    let wide = RgbaImage::from_fn(56, 28, |x, y| {
        let ink = if (14..42).contains(&x) { digits[2].get_pixel(x - 14, y).0[0] } else { 0 };
        image::Rgba([0, 0, 0, ink])
    });
    save("one.png", wide.into());

    let predict = |arguments: &[&str]| {
        let mut command = engine();
        command.arg("predict").arg(&run).args(arguments).current_dir(folder.path());
        String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("text")
    };
    let text = predict(&["seven.png"]);
    assert!(text.starts_with("seven.png: 7\n") && text.contains("█"), "{text}");
    let mut command = engine();
    command.arg("predict").arg(&run).arg("seven.png").current_dir(folder.path()).env("LC_ALL", "C");
    let ascii = String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("text");
    assert!(ascii.is_ascii() && ascii.contains("##"), "{ascii}");
    let text = predict(&["--invert", "two.jpg"]);
    assert!(text.starts_with("two.jpg: 2  (colour to grey, inverted, resized from 200×200 to 28×28)\n"), "{text}");
    assert!(predict(&["two.jpg"]).contains("it looks dark on light: try --invert"));
    let lines = predict(&["--json", "--invert=auto", "one.png", "seven.png"]);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(objects[0]["class"], "1");
    let done = ["transparent to white", "inverted", "resized from 56×28 to 28×28"];
    assert!(done.iter().all(|done| objects[0]["done"].as_array().expect("a list").contains(&Value::from(*done))));
    assert_eq!((&objects[1]["class"], &objects[1]["done"]), (&Value::from("7"), &Value::from(Vec::<String>::new())));
    let sum: f64 = objects[1]["probabilities"].as_object().expect("an object").values().filter_map(Value::as_f64).sum();
    assert!((sum - 1.0).abs() < 1e-4, "probabilities add up to {sum}");

    std::fs::write(path("broken.png"), b"\x89PNG\r\n\x1a\nnothing").expect("a file");
    let failed = engine().arg("predict").arg(&run).args([path("broken.png"), path("none.png")]).assert().code(1);
    let text = String::from_utf8(failed.get_output().stderr.clone()).expect("text");
    assert!(text.contains("broken.png` is not an image that can be read"), "{text}");
    assert!(text.contains("none.png`: no such file"), "{text}");
}
