//! Formats of image files, and files that are invalid.

use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgba, RgbaImage, imageops};
use serde_json::Value;

use crate::{digits, objects, predict};

/// A seven on grey paper.
fn seven() -> GrayImage {
    let ink = imageops::resize(&digits(1)[0].0, 112, 112, imageops::FilterType::Triangle);
    GrayImage::from_fn(112, 112, |x, y| Luma([220 - ink.get_pixel(x, y).0[0] / 4 * 3]))
}

#[test]
fn a_seven_is_one_in_every_kind_of_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut images: Vec<PathBuf> = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/predict/images"))
        .read_dir()
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    images.sort();
    assert_eq!(images.len(), 6);
    let seven = seven();
    let mut save = |name: &str, image: DynamicImage, format: ImageFormat| {
        image.save_with_format(path(name), format).expect("saved");
        images.push(path(name));
    };
    save("grey.png", seven.clone().into(), ImageFormat::Png);
    save("colour.bmp", DynamicImage::from(seven.clone()).to_rgb8().into(), ImageFormat::Bmp);
    save("lossless.webp", DynamicImage::from(seven.clone()).to_rgb8().into(), ImageFormat::WebP);
    save("still.gif", DynamicImage::from(seven.clone()).to_rgba8().into(), ImageFormat::Gif);
    save("deep.png", DynamicImage::from(seven.clone()).to_luma16().into(), ImageFormat::Png);
    save("deep-colour.png", DynamicImage::from(seven.clone()).to_rgb16().into(), ImageFormat::Png);
    // The extension does not match the format.
    save("photo.heic", DynamicImage::from(seven.clone()).to_rgb8().into(), ImageFormat::Jpeg);
    for (name, ink) in [("black-ink.png", 0), ("white-ink.png", 255)] {
        let image = RgbaImage::from_fn(112, 112, |x, y| Rgba([ink, ink, ink, 220 - seven.get_pixel(x, y).0[0]]));
        save(name, image.into(), ImageFormat::Png);
    }
    let found = objects(&[], &images);
    assert_eq!(found.len(), images.len());
    for object in found {
        assert_eq!(
            (&object["class"], &object["warnings"]),
            (&Value::from("7"), &Value::from(Vec::<String>::new())),
            "{object}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_told_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut whole = Vec::new();
    JpegEncoder::new(&mut whole).encode_image(&seven()).expect("encoded");
    // Truncated, and with an end marker after too little data.
    let mut ended = whole[..whole.len() * 6 / 10].to_vec();
    ended.extend([0xFF, 0xD9]);
    let huge = ImageBuffer::<Luma<u8>, _>::from_raw(20_000, 1, vec![255; 20_000]).expect("an image");
    huge.save(path("wide.png")).expect("saved");
    let wide = std::fs::read(path("wide.png")).expect("a file");
    // A header that claims more data than there is, and far more than is allowed.
    let mut bomb = Vec::new();
    let colour = image::DynamicImage::from(seven()).to_rgb8();
    colour.write_to(&mut std::io::Cursor::new(&mut bomb), ImageFormat::Gif).expect("encoded");
    bomb[6..10].fill(0xFF);
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let files: [(&str, &[u8], &str); 9] = [
        ("cut.jpg", &whole[..whole.len() * 6 / 10], "is cut or damaged"),
        ("ended.jpg", &ended, "is cut or damaged"),
        ("empty.png", b"", "is empty"),
        ("text.png", b"<html>not an image</html>", "is not an image that can be read"),
        ("real.heic", heic, "is an image in the format HEIC, which cannot be read"),
        ("scan.pdf", b"%PDF-1.7\n1 0 obj", "is an image in the format PDF, which cannot be read"),
        ("damaged.png", b"\x89PNG\r\n\x1a\nnothing", "is cut or damaged"),
        ("wide.png", &wide, "is too large: 20000×1 pixels"),
        ("bomb.gif", &bomb, "is too large: 65535×65535 pixels"),
    ];
    for (name, bytes, _) in files {
        std::fs::write(path(name), bytes).expect("written");
    }
    let images: Vec<PathBuf> = files.iter().map(|(name, ..)| path(name)).chain([path("missing.png")]).collect();
    let output = predict(&[], &images);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
    let text = String::from_utf8(output.stderr).expect("text");
    for (name, _, problem) in files {
        let expected = format!("error: `{}` {problem}", path(name).display());
        assert!(text.contains(&expected), "{expected}\n{text}");
    }
    assert!(text.contains("missing.png`: no such file"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_device_without_end_is_an_error() {
    let output = predict(&[], &["/dev/zero".into()]);
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.code() == Some(1) && text.contains("it is larger than 256 MiB"), "{text}");
}
