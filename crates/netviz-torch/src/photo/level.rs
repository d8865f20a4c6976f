//! Polarity and background: converts brightness to strength of ink.

use image::imageops;

use super::gray::{Gray, blur, dilate, erode, map, quantile, zip};

/// Width of the border, as a fraction of a side.
const BORDER: f64 = 0.1;
/// Width of the margin, where a frame or shadow may lie, as a fraction of a side.
pub(super) const MARGIN: f64 = 0.04;
/// Maximum width of a stroke, as a fraction of the shorter side.
const STROKE: f64 = 0.25;
/// Radius over which noise is averaged, as a fraction of the shorter side.
const NOISE: f64 = 1.0 / 300.0;

/// Minimum brightness of paper that ink is compared with. On darker paper, noise would look like ink.
const DIMMEST: f32 = 0.5;

/// Whether an image looks like dark ink on light paper: on average, its pixels are closer to the lightest than to the
/// darkest pixel around them. Pixels at the border count twice.
pub(super) fn is_dark_on_light(image: &Gray) -> bool {
    let image = inner(image);
    let (width, height) = image.dimensions();
    let smooth = blur(&image, part(width.min(height), NOISE));
    let radius = stroke_radius(&smooth);
    let middle = zip(&dilate(&smooth, radius), &erode(&smooth, radius), f32::midpoint);
    let [x_border, y_border] = [width, height].map(|side| part(side, BORDER).max(1));
    let is_border = |x, y| x < x_border || y < y_border || x + x_border >= width || y + y_border >= height;
    let votes = smooth.enumerate_pixels().zip(middle.iter()).map(|((x, y, pixel), middle)| {
        let vote = f64::from(pixel.0[0] - middle);
        if is_border(x, y) { 2.0 * vote } else { vote }
    });
    votes.sum::<f64>() > 0.0
}

/// How dark each pixel is compared with the light paper around it: 0 for paper, 1 for black. The paper is estimated by
/// a closing, which removes everything narrower than the widest stroke. So light may be uneven, and shadows may have
/// edges.
pub(super) fn level(image: &Gray) -> Gray {
    let smooth = blur(image, part(image.width().min(image.height()), NOISE));
    let radius = stroke_radius(&smooth);
    let paper = erode(&dilate(&smooth, radius), radius);
    let ink = zip(&smooth, &paper, |value, paper| (paper - value) / paper.max(DIMMEST));
    // The closing follows the lightest noise, so the paper's median is not 0.
    let noise = quantile(ink.to_vec(), 0.5);
    map(&ink, |value| (value - noise).max(0.0))
}

/// The image without the margin where a frame or shadow may lie.
pub(super) fn inner(image: &Gray) -> Gray {
    let (width, height) = image.dimensions();
    let [x, y] = [width, height].map(|side| part(side, MARGIN));
    imageops::crop_imm(image, x, y, width - 2 * x, height - 2 * y).to_image()
}

/// Half the width of the widest stroke.
fn stroke_radius(image: &Gray) -> u32 {
    part(image.width().min(image.height()), STROKE / 2.0).max(1)
}

/// A fraction of a side, in whole pixels.
pub(super) fn part(side: u32, part: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than the side")]
    let pixels = (f64::from(side) * part).round() as u32;
    pixels
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    /// A stroke on unevenly lit paper.
    fn uneven(ink: f32, paper: f32) -> Gray {
        Gray::from_fn(100, 80, |x, y| {
            let is_ink = (45..52).contains(&x) && (20..60).contains(&y);
            let light = 1.0 - x as f32 / 200.0;
            Luma([if is_ink { ink } else { paper } * light])
        })
    }

    #[test]
    fn polarity_is_that_of_the_paper() {
        assert!(is_dark_on_light(&uneven(0.2, 0.8)));
        assert!(is_dark_on_light(&uneven(0.1, 0.3)), "dim paper");
        assert!(!is_dark_on_light(&uneven(0.8, 0.2)));
        assert!(!is_dark_on_light(&uneven(1.0, 0.6)), "light ink on grey");
    }

    #[test]
    fn ink_is_as_strong_wherever_the_light_falls() {
        let ink = level(&uneven(0.2, 0.8));
        let at = |x, y| ink.get_pixel(x, y).0[0];
        assert!((at(48, 40) - 0.75).abs() < 0.05, "{}", at(48, 40));
        for x in [3, 30, 70, 97] {
            assert!(at(x, 40) < 0.1 * at(48, 40), "{}", at(x, 40));
        }
    }
}
