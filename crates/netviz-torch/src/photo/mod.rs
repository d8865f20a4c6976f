//! Converts images into samples of a data set.
//!
//! 1. [`decode`]: decodes a file into an upright grey image of at most 1,024 pixels per side.
//! 2. `flatten`: puts transparent images on a contrasting background.
//! 3. `level`: detects the polarity, and compares ink with the paper around it.
//! 4. `ink`: finds the `parts` that make up one character, and cuts them out.
//! 5. `place`: scales to the size of a sample.
//! 6. [`statistics`]: compares the sample with the training samples.

mod complete;
pub mod decode;
mod flatten;
pub mod gray;
mod ink;
mod level;
mod parts;
mod place;
pub mod statistics;

use netviz::cli::Invert;
use netviz::dataset::{Dataset, Ink, Preparation};

use decode::Decoded;
use gray::{Gray, map};

/// A sample made from an image.
#[derive(Debug)]
pub struct Sample {
    /// Channels × height × width values from 0 to 255; `None` if there is nothing to classify in the image.
    pub values: Option<Vec<u8>>,
    /// What was done to the image, in words.
    pub done: Vec<String>,
    /// Reasons why the prediction may be wrong, one sentence each.
    pub warnings: Vec<String>,
}

/// Converts an image into a sample of a data set.
pub fn prepare(image: &Decoded, dataset: &Dataset, invert: Invert) -> Sample {
    let mut done = Vec::new();
    if image.is_turned {
        done.push("turned upright".to_owned());
    }
    if image.is_colored {
        done.push("colour to grey".to_owned());
    }
    let tone = match &image.alpha {
        None => image.tone.clone(),
        Some(alpha) => {
            let (tone, paper) = flatten::flatten(&image.tone, alpha);
            done.push(format!("transparent to {}", if paper > 0.5 { "white" } else { "black" }));
            tone
        }
    };
    let looks_dark_on_light = level::is_dark_on_light(&tone);
    let dark_on_light = match invert {
        Invert::Auto => looks_dark_on_light,
        Invert::Always => true,
        Invert::Never => false,
    };
    let light_on_dark = if dark_on_light {
        done.push("inverted".to_owned());
        map(&tone, |value| 1.0 - value)
    } else {
        tone
    };
    let [channels, height, width] = dataset.sample;
    let wanted = (side(width), side(height));
    let result = match &dataset.preparation {
        Preparation::Ink(_) if image.size == wanted && is_clean(&light_on_dark) => Ok((light_on_dark, Vec::new())),
        Preparation::Ink(ink) => character(&light_on_dark, ink, wanted, &mut done),
        Preparation::Fit => {
            let (from_width, from_height) = image.size;
            if image.size != wanted {
                done.push(format!("scaled from {from_width}×{from_height} to {width}×{height}"));
            }
            Ok((place::fitted(&light_on_dark, wanted), Vec::new()))
        }
    };
    let (sample, mut warnings) = match result {
        Ok(sample) => sample,
        Err(warning) => return Sample { values: None, done, warnings: vec![warning] },
    };
    if dark_on_light != looks_dark_on_light {
        let (looks, option) =
            if dark_on_light { ("light on dark", "--no-invert") } else { ("dark on light", "--invert") };
        warnings.push(format!("it looks {looks}, so `{option}` may be right"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
    let values: Vec<u8> = sample.iter().map(|value| (value * 255.0).round() as u8).collect();
    Sample { values: Some(values.repeat(channels)), done, warnings }
}

/// Converts the size of a sample, which is always small.
fn side(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Whether an image already is a sample: light ink on a background of exact zeros.
fn is_clean(image: &Gray) -> bool {
    let (right, bottom) = (image.width() - 1, image.height() - 1);
    let is_border = |x: u32, y: u32| x == 0 || y == 0 || x == right || y == bottom;
    let mut counts = [(0_usize, 0_usize); 2];
    for (x, y, pixel) in image.enumerate_pixels() {
        let (black, all) = &mut counts[usize::from(is_border(x, y))];
        *black += usize::from(pixel.0[0] <= 0.0);
        *all += 1;
    }
    let [(inner_black, inner), (border_black, border)] = counts;
    let is_light = image.iter().any(|&value| value > 0.5);
    is_light && border_black * 10 >= border * 9 && (inner_black + border_black) * 2 >= inner + border
}

/// The largest character of an image, in the size `wanted`, and the warnings about it.
fn character(
    image: &Gray,
    ink: &Ink,
    wanted: (u32, u32),
    done: &mut Vec<String>,
) -> Result<(Gray, Vec<String>), String> {
    let levelled = level::level(&map(image, |value| 1.0 - value));
    let Some(found) = ink::find(&levelled) else {
        return Err("nothing on it stands out from its background".to_owned());
    };
    let (width, height) = found.image.dimensions();
    let (small, is_thicker) = place::boxed(&found.image, side(ink.side));
    done.push(format!(
        "background levelled, ink of {width}×{height} pixels scaled to {}×{}",
        small.width(),
        small.height()
    ));
    if is_thicker {
        done.push("strokes made thicker".to_owned());
    }
    done.push("centred by mass".to_owned());
    let sample = place::centred(&small, wanted);
    let mut warnings = Vec::new();
    if found.count > 1 {
        warnings.push(format!("there seem to be {} characters on it, of which this is the largest", found.count));
    }
    if found.is_cut {
        warnings.push("its ink touches the border of the image and may be cut".to_owned());
    }
    warnings.extend(statistics::differences(&sample, ink));
    Ok((sample, warnings))
}

#[cfg(test)]
mod tests {
    use netviz::data::{cache, load};
    use netviz::dataset::{Split, find};

    use super::*;
    use crate::photo::gray::from_values;

    #[test]
    fn every_sample_of_the_data_set_goes_through_unchanged() {
        let dataset = find("mnist").expect("a data set");
        for split in [Split::Train, Split::Test] {
            let samples = load(dataset, &cache::folder(dataset), split).expect("the data");
            for image in samples.images.chunks(784) {
                let values = image.iter().map(|&value| f32::from(value) / 255.0).collect();
                assert!(is_clean(&from_values((28, 28), values)));
            }
        }
    }

    #[test]
    fn other_data_sets_get_the_whole_image() {
        let mnist = find("mnist").expect("a data set");
        let dataset = Dataset {
            preparation: Preparation::Fit,
            name: "objects",
            files: [(); 4].map(|()| netviz::dataset::File { name: "", sha256: "", bytes: 0 }),
            ..*mnist
        };
        let tone = Gray::from_fn(56, 28, |x, _| image::Luma([if x < 3 { 0.9 } else { 0.1 }]));
        let image = Decoded { tone, alpha: None, size: (56, 28), is_colored: false, is_turned: false };
        let sample = prepare(&image, &dataset, Invert::Never);
        assert_eq!(sample.done, ["scaled from 56×28 to 28×28"]);
        let values = sample.values.expect("an image");
        assert_eq!((values.len(), values[0], values[14 * 28 + 20]), (784, 26, 26));
    }
}
