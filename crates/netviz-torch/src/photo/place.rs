//! Scales images to the size of a sample.

use image::Luma;
use image::imageops::{FilterType, replace, resize};

use super::gray::{Gray, dilate, map, quantile};
use super::statistics::edges;

/// Pixels per pixel of the sample while strokes are thickened.
const FINE: u32 = 8;
/// The edge-to-ink ratio from which on strokes are too thin, and the one that they are thickened to: strokes of about
/// 1.5 and 2.4 pixels.
const THIN: f64 = 1.7;
const USUAL: f64 = 1.05;

/// Scales a character to fit a square box, with its proportions kept. Returns whether its strokes were thickened, too.
pub(super) fn boxed(character: &Gray, side: u32) -> (Gray, bool) {
    let small = brightened(scaled(character, (side, side)));
    let thin = edges(&small);
    if thin < THIN {
        return (small, false);
    }
    let fine = scaled(character, (side * FINE, side * FINE));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels")]
    let radius = (f64::from(FINE) * 2.55 * (1.0 / USUAL - 1.0 / thin) / 2.0).round() as u32;
    let mut room = Gray::new(fine.width() + 2 * radius, fine.height() + 2 * radius);
    replace(&mut room, &fine, radius.into(), radius.into());
    (brightened(scaled(&dilate(&room, radius), (side, side))), true)
}

/// Scales the values so that the strongest ink is 1.
fn brightened(image: Gray) -> Gray {
    let strongest = image.iter().copied().fold(0.0, f32::max);
    if strongest > 0.0 { map(&image, |value| value / strongest) } else { image }
}

/// Scales an image to fit, with its proportions kept.
pub(super) fn scaled(image: &Gray, (width, height): (u32, u32)) -> Gray {
    let (from_width, from_height) = (f64::from(image.width()), f64::from(image.height()));
    let scale = (f64::from(width) / from_width).min(f64::from(height) / from_height);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the size wanted")]
    let side = |size: f64, most: u32| ((size * scale).round() as u32).clamp(1, most);
    resize(image, side(from_width, width), side(from_height, height), FilterType::Triangle)
}

/// Puts an image on black, with its centre of mass in the pixel at half the width and height, as in MNIST.
pub(super) fn centred(image: &Gray, (width, height): (u32, u32)) -> Gray {
    let (mut mass, mut x_moment, mut y_moment) = (0.0, 0.0, 0.0);
    for (x, y, pixel) in image.enumerate_pixels() {
        let value = f64::from(pixel.0[0]);
        mass += value;
        x_moment += value * f64::from(x);
        y_moment += value * f64::from(y);
    }
    let place = |moment: f64, side: u32, wanted: u32| {
        #[expect(clippy::cast_possible_truncation, reason = "within the sample")]
        let offset = (f64::from(wanted / 2) - moment / mass.max(f64::MIN_POSITIVE)).round() as i64;
        offset.clamp(0, i64::from(wanted - side))
    };
    let mut result = Gray::new(width, height);
    replace(&mut result, image, place(x_moment, image.width(), width), place(y_moment, image.height(), height));
    result
}

/// Scales an image to fit, and centres it on the median value of its border.
pub(super) fn fitted(image: &Gray, (width, height): (u32, u32)) -> Gray {
    let small = scaled(image, (width, height));
    let (right, bottom) = (small.width() - 1, small.height() - 1);
    let border = small.enumerate_pixels().filter(|&(x, y, _)| x == 0 || y == 0 || x == right || y == bottom);
    let background = quantile(border.map(|(_, _, pixel)| pixel.0[0]).collect(), 0.5);
    let mut result = Gray::from_pixel(width, height, Luma([background]));
    let middle = |outer: u32, inner: u32| i64::from((outer - inner) / 2);
    replace(&mut result, &small, middle(width, small.width()), middle(height, small.height()));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportions_are_kept() {
        for (width, height, expected) in [(40, 80, (10, 20)), (80, 40, (20, 10)), (3, 3, (20, 20)), (1000, 1, (20, 1))]
        {
            assert_eq!(scaled(&Gray::new(width, height), (20, 20)).dimensions(), expected);
        }
    }

    #[test]
    fn thin_strokes_become_as_wide_as_usual_ones() {
        let line =
            |width: u32| Gray::from_fn(200, 400, move |x, _| Luma([f32::from(u8::from(x.abs_diff(110) * 2 < width))]));
        let (thin, is_thicker) = boxed(&line(6), 20);
        assert!(is_thicker && edges(&thin) < 1.5, "{}", edges(&thin));
        assert!(!boxed(&line(60), 20).1);
    }

    #[test]
    fn the_mass_lies_in_the_middle() {
        let mut image = Gray::new(20, 20);
        for y in 0..20 {
            image.put_pixel(12, y, Luma([1.0]));
        }
        let sample = centred(&image, (28, 28));
        assert!((0..28).all(|y| (sample.get_pixel(14, y).0[0] > 0.5) == (5..25).contains(&y)));
    }

    #[test]
    fn what_remains_beside_a_fitted_image_is_its_background() {
        let image = Gray::from_fn(20, 10, |x, y| Luma([if x == 10 && y == 5 { 1.0 } else { 0.25 }]));
        let fitted = fitted(&image, (20, 20));
        assert_eq!(fitted.get_pixel(0, 0).0[0].to_bits(), 0.25_f32.to_bits());
        assert_eq!(fitted.get_pixel(10, 10).0[0].to_bits(), 1.0_f32.to_bits());
    }
}
