//! Photos of handwriting: test digits on paper.

use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma, imageops};

use crate::{digits, objects};

/// The position of a digit on its paper, and the lighting. Brightness is from 0 to 255.
#[derive(Clone, Copy)]
struct Scene {
    width: u32,
    height: u32,
    /// The digit's side, as a fraction of the paper's shorter side.
    size: f32,
    /// Its position, from 0 (left or top) to 1.
    place: (f32, f32),
    paper: f32,
    ink: f32,
    /// How much darker the right side is.
    gradient: f32,
    /// How much darker the corners are.
    vignette: f32,
    /// How much darker the left half is, with a sharp edge.
    shadow: f32,
    /// How much darker the lines of squared paper are.
    squares: f32,
    /// The width of a dark frame, as a fraction of the paper's width.
    frame: f32,
    noise: f32,
    /// How much wider strokes are, in pixels of the sample.
    pen: f32,
}

const PLAIN: Scene = Scene {
    width: 480,
    height: 360,
    size: 0.4,
    place: (0.5, 0.5),
    paper: 190.0,
    ink: 50.0,
    gradient: 0.0,
    vignette: 0.0,
    shadow: 0.0,
    squares: 0.0,
    frame: 0.0,
    noise: 0.0,
    pen: 0.0,
};

impl Scene {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "pixels")]
    fn photo(&self, digit: &GrayImage) -> GrayImage {
        let (width, height) = (self.width as f32, self.height as f32);
        let side = self.size * width.min(height) / 20.0 * 28.0;
        let large = imageops::resize(digit, side as u32, side as u32, imageops::FilterType::CatmullRom);
        let radius = (self.pen.abs() * side / 56.0).round() as i64;
        let large = if radius > 0 { written_with(&large, radius, self.pen > 0.0) } else { large };
        let margin = 0.15 * side;
        let offset = |place: f32, room: f32| place * (room - 0.7 * side) - margin;
        let (left, top) = (offset(self.place.0, width) as i64, offset(self.place.1, height) as i64);
        let frame = (self.frame * width) as u32;
        let mut state = 1_u32;
        GrayImage::from_fn(self.width, self.height, |x, y| {
            let inside = |position: u32, start: i64| u32::try_from(i64::from(position) - start).ok();
            let ink = inside(x, left).zip(inside(y, top)).and_then(|(x, y)| large.get_pixel_checked(x, y));
            let ink = ink.map_or(0.0, |ink| f32::from(ink.0[0]) / 255.0);
            let step = (self.width / 24).max(5);
            let paper = self.paper - if x % step == 0 || y % step == 0 { self.squares } else { 0.0 };
            let (across, down) = (x as f32 / width, y as f32 / height);
            let corner = ((across - 0.5).powi(2) + (down - 0.5).powi(2)) * 2.0;
            let shadow = if across + 0.3 * down < 0.45 { self.shadow } else { 0.0 };
            let light = (1.0 - self.gradient * across) * (1.0 - self.vignette * corner) * (1.0 - shadow);
            let is_frame = x < frame || y < frame || x + frame >= self.width || y + frame >= self.height;
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = ((state >> 16) as f32 / 32_768.0 - 1.0) * self.noise;
            let tone = if is_frame { 20.0 } else { (paper + (self.ink - paper) * ink) * light };
            Luma([(tone + noise) as u8])
        })
    }
}

/// The digit with strokes that are wider or thinner by a radius.
fn written_with(digit: &GrayImage, radius: i64, is_wider: bool) -> GrayImage {
    GrayImage::from_fn(digit.width(), digit.height(), |x, y| {
        let near = (-radius..=radius).flat_map(|dy| (-radius..=radius).map(move |dx| (dx, dy)));
        let near = near.filter(|(dx, dy)| dx * dx + dy * dy <= radius * radius).map(|(dx, dy)| {
            let at = |position: u32, by: i64| u32::try_from(i64::from(position) + by).unwrap_or(u32::MAX);
            digit.get_pixel_checked(at(x, dx), at(y, dy)).map_or(0, |pixel| pixel.0[0])
        });
        Luma([if is_wider { near.max() } else { near.min() }.unwrap_or(0)])
    })
}

/// Writes a JPEG as a rotated camera does: rotated pixels, and an EXIF orientation.
fn save_turned(path: &Path, image: &GrayImage, orientation: u8) {
    let turned = match orientation {
        3 => imageops::rotate180(image),
        6 => imageops::rotate270(image),
        8 => imageops::rotate90(image),
        _ => image.clone(),
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 75).encode_image(&turned).expect("encoded");
    // One entry: the orientation (tag 0x0112), one 16-bit number.
    let tiff = [b'I', b'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
    let length = u16::try_from(2 + 6 + tiff.len()).expect("short").to_be_bytes();
    let exif = [&[0xFF, 0xE1][..], &length, b"Exif\0\0", &tiff].concat();
    std::fs::write(path, [&jpeg[..2], &exif, &jpeg[2..]].concat()).expect("written");
}

/// How many of these images, named `…_LABEL.ENDING`, are classified correctly.
fn right(images: &[PathBuf]) -> usize {
    let found = objects(&[], images);
    assert_eq!(found.len(), images.len());
    let label =
        |path: &PathBuf| path.file_stem().and_then(|name| name.to_str()?.split('_').next_back().map(str::to_owned));
    found.iter().zip(images).filter(|(object, path)| object["class"].as_str() == label(path).as_deref()).count()
}

/// Checks that in each group of photos, the number of correct predictions is at least 95 % of that for the original
/// digits.
fn assert_right(folder: &Path, count: usize, groups: &[(&str, &[Scene])]) {
    let digits = digits(count);
    let path = |group: &str, number: usize, ending: &str| {
        folder.join(format!("{group}{number}_{}.{ending}", digits[number].1))
    };
    let undistorted: Vec<PathBuf> = (0..count).map(|number| path("plain", number, "png")).collect();
    for ((digit, _), path) in digits.iter().zip(&undistorted) {
        digit.save(path).expect("saved");
    }
    let expected = right(&undistorted);
    assert!(expected * 10 >= count * 9, "{expected} of {count} are right as they are");
    for (group, scenes) in groups {
        let photos: Vec<PathBuf> = digits
            .iter()
            .enumerate()
            .map(|(number, (digit, _))| {
                let scene = &scenes[number % scenes.len()];
                let path = path(group, number, "jpg");
                save_turned(&path, &scene.photo(digit), [1, 6, 3, 8][number / scenes.len() % 4]);
                path
            })
            .collect();
        let found = right(&photos);
        assert!(found * 100 >= expected * 95, "{group}: {found} of {expected} that are right as they are");
    }
}

#[test]
fn photos_of_any_size_place_and_polarity_are_classified_as_the_digits_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let places = [(0.5, 0.5), (0.1, 0.2), (0.9, 0.3), (0.2, 0.85), (0.8, 0.9)];
    let groups: Vec<(String, Vec<Scene>)> = [(60, 80), (90, 120), (240, 320), (480, 640), (900, 1200)]
        .into_iter()
        .zip([0.7, 0.6, 0.5, 0.35, 0.25])
        .flat_map(|((short, long), size)| {
            [("light", 190.0, 50.0), ("dark", 60.0, 210.0)].map(|(name, paper, ink)| {
                let scene = Scene { size, paper, ink, gradient: 0.2, noise: 6.0, ..PLAIN };
                let scenes = places.iter().enumerate().map(|(number, &place)| {
                    let (width, height) = if number % 2 == 0 { (short, long) } else { (long, short) };
                    Scene { width, height, place, ..scene }
                });
                (format!("{name}-{short}-"), scenes.collect())
            })
        })
        .collect();
    let groups: Vec<(&str, &[Scene])> =
        groups.iter().map(|(name, scenes)| (name.as_str(), scenes.as_slice())).collect();
    assert_right(folder.path(), 40, &groups);
}

#[test]
fn uneven_light_shadows_squares_frames_and_pens_do_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let noisy = Scene { noise: 8.0, ..PLAIN };
    assert_right(
        folder.path(),
        40,
        &[
            ("gradient", &[Scene { gradient: 0.6, place: (0.8, 0.4), ..noisy }]),
            ("vignette", &[Scene { vignette: 0.8, place: (0.3, 0.6), ..noisy }]),
            ("dim", &[Scene { vignette: 0.5, paper: 110.0, ink: 40.0, ..noisy }]),
            ("shadow", &[Scene { shadow: 0.4, place: (0.4, 0.5), ..noisy }]),
            ("squares", &[Scene { squares: 40.0, place: (0.7, 0.3), ..PLAIN }]),
            ("frame", &[Scene { frame: 0.02, place: (0.3, 0.7), ..noisy }]),
            ("thick", &[Scene { pen: 1.0, size: 0.6, ..noisy }]),
            ("thin", &[Scene { pen: -1.0, size: 0.6, ..noisy }]),
            ("faint", &[Scene { ink: 140.0, ..PLAIN }]),
            ("full", &[Scene { size: 0.85, ..noisy }]),
        ],
    );
}
