//! Statistics for comparing a sample with the training samples.

use netviz::dataset::{Ink, Typical};

use super::gray::Gray;

/// How a sample differs from nearly all training samples, one sentence per difference.
pub fn differences(sample: &Gray, ink: &Ink) -> Vec<String> {
    let outside = |value: f64, typical: Typical, less: &str, more: &str| {
        let Typical { least, most } = typical;
        let (word, limit) = if value < least { (less, least) } else { (more, most) };
        (!typical.contains(value))
            .then(|| format!("its {word} than 999 of 1,000 training samples have ({value:.2}; {limit:.2})"))
    };
    [
        outside(amount(sample), ink.amount, "ink covers less", "ink covers more"),
        outside(edges(sample), ink.edges, "strokes are wider", "strokes are thinner or more ragged"),
        outside(aspect(sample), ink.aspect, "ink is narrower", "ink is wider"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Mean value.
pub fn amount(sample: &Gray) -> f64 {
    sample.iter().map(|&value| f64::from(value)).sum::<f64>() / sample.len() as f64
}

/// Sum of the absolute differences between neighbouring values, divided by the sum of values. Pixels outside of the
/// image count as black.
pub fn edges(sample: &Gray) -> f64 {
    let at = |x: u32, y: u32| f64::from(sample.get_pixel_checked(x, y).map_or(0.0, |pixel| pixel.0[0]));
    let (width, height) = sample.dimensions();
    let (mut differences, mut mass) = (0.0, 0.0);
    for y in 0..=height {
        for x in 0..=width {
            let value = at(x, y);
            mass += value;
            differences += (value - at(x.wrapping_sub(1), y)).abs() + (value - at(x, y.wrapping_sub(1))).abs();
        }
    }
    if mass > 0.0 { differences / mass } else { 0.0 }
}

/// Aspect ratio of the ink: width divided by height.
pub fn aspect(sample: &Gray) -> f64 {
    let bounds = sample.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 0.0).fold(None, |bounds, (x, y, _)| {
        let (left, top, right, bottom) = bounds.unwrap_or((x, y, x, y));
        Some((x.min(left), y.min(top), x.max(right), y.max(bottom)))
    });
    bounds.map_or(1.0, |(left, top, right, bottom)| f64::from(right - left + 1) / f64::from(bottom - top + 1))
}

#[cfg(test)]
mod tests {
    use netviz::data::{cache, load};
    use netviz::dataset::{Preparation, Split, find};

    use super::*;
    use crate::photo::gray::from_values;

    #[test]
    fn ranges_hold_999_of_1000_training_samples_and_hardly_more() {
        let dataset = find("mnist").expect("a data set");
        let Preparation::Ink(ink) = dataset.preparation else { panic!("handwriting") };
        let samples = load(dataset, &cache::folder(dataset), Split::Train).expect("the data");
        let mut outside = [[0_usize; 2]; 3];
        for image in samples.images.chunks(784) {
            let sample = from_values((28, 28), image.iter().map(|&value| f32::from(value) / 255.0).collect());
            let values = [(amount(&sample), ink.amount), (edges(&sample), ink.edges), (aspect(&sample), ink.aspect)];
            for (counts, (value, typical)) in outside.iter_mut().zip(values) {
                counts[0] += usize::from(value < typical.least);
                counts[1] += usize::from(value > typical.most);
            }
        }
        // Half of a thousandth of 60,000 samples on each side: 30.
        assert!(outside.iter().flatten().all(|count| (15..=40).contains(count)), "{outside:?}");
    }
}
