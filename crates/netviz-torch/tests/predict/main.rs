//! `netviz predict` through the real program, on the real test images.

mod files;
mod photos;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use assert_cmd::Command;
use image::{GrayImage, Luma, Rgb, RgbImage, imageops};
use netviz::data::{Samples, cache, load};
use netviz::dataset::{Split, find};
use serde_json::Value;

fn engine() -> Command {
    Command::new(env!("CARGO_BIN_EXE_netviz-torch"))
}

/// A network trained on MNIST once for all tests.
fn run() -> &'static Path {
    static RUN: OnceLock<PathBuf> = OnceLock::new();
    RUN.get_or_init(|| {
        let run = Path::new(env!("CARGO_TARGET_TMPDIR")).join("predict-run");
        let _ = std::fs::remove_dir_all(&run);
        let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/mnist.yaml");
        engine().args(["train", model, "--quiet", "--epochs", "2", "--out"]).arg(&run).assert().success();
        run
    })
}

fn samples(split: Split) -> Samples {
    let dataset = find("mnist").expect("a data set");
    load(dataset, &cache::folder(dataset), split).expect("the data")
}

/// The first test images with their labels.
fn digits(count: usize) -> Vec<(GrayImage, u8)> {
    let samples = samples(Split::Test);
    let images = samples.images.chunks(784).zip(&samples.labels).take(count);
    images.map(|(image, &label)| (GrayImage::from_raw(28, 28, image.to_vec()).expect("28×28"), label)).collect()
}

fn predict(arguments: &[&str], images: &[PathBuf]) -> Output {
    engine().arg("predict").arg(run()).args(arguments).args(images).output().expect("the program runs")
}

/// The output of `--json` for images that can all be read.
fn objects(arguments: &[&str], images: &[PathBuf]) -> Vec<Value> {
    let output = predict(&[&["--json"], arguments].concat(), images);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_test_image_goes_through_unchanged_on_black_and_on_white() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (digit, _) = &digits(1)[0];
    digit.save(path("black.png")).expect("saved");
    let mut inverted = digit.clone();
    imageops::invert(&mut inverted);
    inverted.save(path("white.png")).expect("saved");
    let seen = path("seen.png");
    let arguments = ["--save-input", seen.to_str().expect("text")];
    let objects = objects(&arguments, &[path("black.png"), path("white.png")]);
    for (number, done) in [(1, vec![]), (2, vec!["inverted"])] {
        let object = &objects[number - 1];
        assert_eq!((&object["class"], &object["done"]), (&Value::from("7"), &Value::from(done)));
        let saved = image::open(path(&format!("seen-{number}.png"))).expect("an image").to_luma8();
        assert_eq!(&saved, digit);
    }
    assert!(!seen.exists());
    let sum: f64 = objects[0]["probabilities"].as_object().expect("an object").values().filter_map(Value::as_f64).sum();
    assert!((sum - 1.0).abs() < 1e-4, "probabilities add up to {sum}");
}

#[test]
fn what_was_done_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("two.png");
    let large = imageops::resize(&digits(2)[1].0, 200, 200, imageops::FilterType::Triangle);
    RgbImage::from_fn(300, 200, |x, y| {
        let ink = large.get_pixel_checked(x, y).map_or(0, |pixel| pixel.0[0]);
        Rgb([220 - ink / 2, 210 - ink / 2, 200 - ink / 2])
    })
    .save(&path)
    .expect("saved");
    let output = predict(&[], std::slice::from_ref(&path));
    let text = String::from_utf8(output.stdout).expect("text");
    let first = text.lines().next().expect("a line");
    let expected = format!("{}: 2  (colour to grey, inverted, background levelled, ink of ", path.display());
    assert!(first.starts_with(&expected) && first.ends_with(", centred by mass)"), "{first}");
    assert!(text.contains('█') && text.lines().count() == 11, "{text}");
    assert_eq!(output.stderr, b"");
    // Options that contradict the image.
    for arguments in [["--no-invert"], ["--invert=never"]] {
        let output = predict(&arguments, std::slice::from_ref(&path));
        let text = String::from_utf8(output.stderr).expect("text");
        assert!(text.contains("it looks dark on light, so `--invert` may be right"), "{text}");
    }
}

#[test]
fn nothing_several_characters_and_strange_shapes_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let save = |name: &str, pixel: &dyn Fn(u32, u32) -> u8| {
        let image = GrayImage::from_fn(320, 240, |x, y| Luma([pixel(x, y)]));
        image.save(path(name)).expect("saved");
        path(name)
    };
    // A pseudo-random number from 0 to 15.
    let noise =
        |x: u32, y: u32| (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).wrapping_mul(0xC2B2_AE3D) >> 28;
    let byte = |value: u32| u8::try_from(value).expect("a byte");
    let blank = [
        save("white.png", &|_, _| 255),
        save("black.png", &|_, _| 0),
        save("paper.png", &|x, y| byte(180 + noise(x, y))),
        save("uneven.png", &|x, y| byte(70 + x / 2 + noise(x, y) / 2)),
        save("squared.png", &|x, y| if x % 20 == 0 || y % 20 == 0 { 160 } else { 200 }),
        save("frame.png", &|x, y| if x < 5 || y < 5 || x >= 315 || y >= 235 { 10 } else { 200 }),
        save("dust.png", &|x, y| if (x, y) == (70, 80) || (x, y) == (200, 90) { 0 } else { 200 }),
    ];
    for object in objects(&[], &blank) {
        assert!(object["class"].is_null() && object["probability"].is_null(), "{object}");
        assert_eq!(object["warnings"], Value::from(vec!["nothing on it stands out from its background"]), "{object}");
    }
    let text = String::from_utf8(predict(&[], &blank[..1]).stdout).expect("text");
    assert_eq!(text, format!("{}: nothing to classify\n", blank[0].display()));

    let digits = digits(2);
    let digit = |number: usize, x: u32, y: u32| digits[number].0.get_pixel_checked(x, y).map_or(0, |pixel| pixel.0[0]);
    let two = save("two.png", &|x, y| {
        200 - digit(0, x.wrapping_sub(20) / 5, y.wrapping_sub(50) / 5) / 2
            - digit(1, x.wrapping_sub(165) / 5, y.wrapping_sub(50) / 5) / 2
    });
    let disc = save("disc.png", &|x, y| if x.abs_diff(160).pow(2) + y.abs_diff(120).pow(2) < 400 { 20 } else { 200 });
    let line = save("line.png", &|x, y| if y.abs_diff(120) < 3 && x.abs_diff(160) < 120 { 20 } else { 200 });
    let images = [(two, "2 characters"), (disc, "covers more"), (line, "is wider")];
    for (image, warning) in images {
        let object = &objects(&[], std::slice::from_ref(&image))[0];
        assert!(object["warnings"].to_string().contains(warning), "{object}");
        let output = predict(&[], std::slice::from_ref(&image));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let (found, told) = (text(output.stdout), text(output.stderr));
        assert!(found.contains(": perhaps ") && told.contains(warning), "{found}{told}");
    }
}

#[cfg(unix)]
#[test]
fn saved_inputs_overwrite_no_image() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.png");
    digits(1)[0].0.save(&path).expect("saved");
    let link = folder.path().join("link.png");
    std::os::unix::fs::symlink(&path, &link).expect("linked");
    let before = std::fs::read(&path).expect("a file");
    for (saved, problem) in [
        (&path, "is read, and cannot be written too"),
        (&link, "which is read"),
        (&folder.path().join("a.jpg"), "does not end in .png"),
    ] {
        let output = predict(&["--save-input", saved.to_str().expect("text")], std::slice::from_ref(&path));
        let text = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.code() == Some(1) && text.contains(problem), "{text}");
    }
    assert_eq!(std::fs::read(&path).expect("a file"), before);
}
