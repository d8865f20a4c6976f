//! Grey images, and the filters that are applied to photos.

use image::{ImageBuffer, Luma};

/// Brightness of each pixel, from 0 for black to 1 for white.
pub type Gray = ImageBuffer<Luma<f32>, Vec<f32>>;

/// Applies `f` to each pixel of an image.
pub fn map(image: &Gray, f: impl Fn(f32) -> f32) -> Gray {
    let values = image.iter().map(|&value| f(value)).collect();
    from_values(image.dimensions(), values)
}

/// Applies `f` to each pair of pixels of two images of the same size.
pub fn zip(a: &Gray, b: &Gray, f: impl Fn(f32, f32) -> f32) -> Gray {
    let values = a.iter().zip(b.iter()).map(|(&a, &b)| f(a, b)).collect();
    from_values(a.dimensions(), values)
}

/// An image from its values, row by row.
///
/// # Panics
/// If there are fewer values than pixels.
pub fn from_values((width, height): (u32, u32), values: Vec<f32>) -> Gray {
    Gray::from_raw(width, height, values).expect("one value for each pixel")
}

/// The quantile at `fraction`: 0.5 gives the median. 0 if there are no values.
pub fn quantile(mut values: Vec<f32>, fraction: f64) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index into the values")]
    let index = (fraction * (values.len() - 1) as f64).round() as usize;
    *values.select_nth_unstable_by(index, f32::total_cmp).1
}

/// The mean over a square window of `2 * radius + 1` pixels, clipped to the image (box blur).
pub fn blur(image: &Gray, radius: u32) -> Gray {
    separable(image, radius, |line, radius| {
        let mut sums = Vec::with_capacity(line.len() + 1);
        sums.push(0.0_f64);
        for value in line {
            sums.push(sums[sums.len() - 1] + f64::from(*value));
        }
        let window = |index: usize| (index.saturating_sub(radius), (index + radius + 1).min(line.len()));
        #[expect(clippy::cast_possible_truncation, reason = "a mean of 32-bit values")]
        let mean = |(start, end): (usize, usize)| ((sums[end] - sums[start]) / (end - start) as f64) as f32;
        (0..line.len()).map(|index| mean(window(index))).collect()
    })
}

/// The largest value in a square window of `2 * radius + 1` pixels (dilation).
pub fn dilate(image: &Gray, radius: u32) -> Gray {
    separable(image, radius, |line, radius| extremes(line, radius, f32::max))
}

/// The smallest value in a square window of `2 * radius + 1` pixels (erosion).
pub fn erode(image: &Gray, radius: u32) -> Gray {
    separable(image, radius, |line, radius| extremes(line, radius, f32::min))
}

/// Applies `pick` to each window of a line, in linear time: a window is the end of one block and the start of the next
/// (van Herk 1992).
fn extremes(line: &[f32], radius: usize, pick: fn(f32, f32) -> f32) -> Vec<f32> {
    let (length, block) = (line.len(), 2 * radius + 1);
    let (mut starts, mut ends) = (line.to_vec(), line.to_vec());
    for index in 1..length {
        if !index.is_multiple_of(block) {
            starts[index] = pick(starts[index], starts[index - 1]);
        }
    }
    for index in (0..length.saturating_sub(1)).rev() {
        if !(index + 1).is_multiple_of(block) {
            ends[index] = pick(ends[index], ends[index + 1]);
        }
    }
    (0..length)
        .map(|index| {
            let (first, last) = (index.saturating_sub(radius), (index + radius).min(length - 1));
            let same_block = first / block == last / block;
            match (first % block == 0, same_block) {
                (true, true) => starts[last],
                (false, true) => ends[first],
                (_, false) => pick(ends[first], starts[last]),
            }
        })
        .collect()
}

/// Filters the rows, then the columns.
fn separable(image: &Gray, radius: u32, filter: impl Fn(&[f32], usize) -> Vec<f32>) -> Gray {
    if radius == 0 {
        return image.clone();
    }
    let (width, height) = image.dimensions();
    let radius = radius as usize;
    let mut result: Vec<f32> = image.chunks_exact(width as usize).flat_map(|row| filter(row, radius)).collect();
    for x in 0..width as usize {
        let column: Vec<f32> = result.iter().skip(x).step_by(width as usize).copied().collect();
        for (y, value) in filter(&column, radius).into_iter().enumerate() {
            result[y * width as usize + x] = value;
        }
    }
    from_values((width, height), result)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reference filter that visits every pixel of every window.
    fn slow(image: &Gray, radius: i64, pick: impl Fn(Vec<f32>) -> f32) -> Gray {
        let (width, height) = image.dimensions();
        let near = |center: u32, size: u32| {
            let center = i64::from(center);
            (center - radius).max(0)..=(center + radius).min(i64::from(size) - 1)
        };
        Gray::from_fn(width, height, |x, y| {
            let rows = near(y, height);
            let at =
                |x: i64, y: i64| image.get_pixel(x.try_into().expect("inside"), y.try_into().expect("inside")).0[0];
            Luma([pick(rows.flat_map(|y| near(x, width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect())])
        })
    }

    #[test]
    fn filters_are_those_of_their_definition() {
        let image = Gray::from_fn(13, 7, |x, y| Luma([((x * 7 + y * 13) as f32).sin().abs()]));
        for radius in [0, 1, 2, 3, 6, 20] {
            let largest = slow(&image, radius.into(), |values| values.into_iter().fold(0.0, f32::max));
            assert_eq!(dilate(&image, radius), largest);
            let smallest = slow(&image, radius.into(), |values| values.into_iter().fold(1.0, f32::min));
            assert_eq!(erode(&image, radius), smallest);
            let mean = slow(&image, radius.into(), |values| values.iter().sum::<f32>() / values.len() as f32);
            assert!(blur(&image, radius).iter().zip(mean.iter()).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn quantiles_lie_where_they_should() {
        let values: Vec<f32> = (0..=100_u8).rev().map(f32::from).collect();
        for (fraction, expected) in [(0.0, 0.0), (0.25, 25.0), (0.5, 50.0), (1.0, 100.0)] {
            assert!((quantile(values.clone(), fraction) - expected).abs() < 1e-6, "{fraction}");
        }
        assert_eq!(quantile(Vec::new(), 0.5).to_bits(), 0);
    }
}
