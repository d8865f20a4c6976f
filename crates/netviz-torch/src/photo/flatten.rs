//! Flattens transparent images.

use super::gray::{Gray, quantile, zip};

/// The contrast between light and dark parts above which the visible part is a picture with its own background, rather
/// than ink of one tone.
const PICTURE: f32 = 0.25;

/// Puts an image on white or black, whichever contrasts with its visible part. A picture with its own background, such
/// as a photo with rounded corners, is put on its median tone instead. Returns the image and the tone behind it.
pub(super) fn flatten(tone: &Gray, alpha: &Gray) -> (Gray, f32) {
    let seen: Vec<f32> =
        tone.iter().zip(alpha.iter()).filter(|(_, alpha)| **alpha > 0.5).map(|(tone, _)| *tone).collect();
    let [dark, middle, light] = [0.05, 0.5, 0.95].map(|fraction| quantile(seen.clone(), fraction));
    let paper = if light - dark > PICTURE {
        middle
    } else if middle < 0.5 {
        1.0
    } else {
        0.0
    };
    (zip(tone, alpha, |tone, alpha| tone * alpha + paper * (1.0 - alpha)), paper)
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    fn middle(tone: f32) -> (Gray, Gray) {
        let inside = |x: u32, y: u32| (3..6).contains(&x) && (3..6).contains(&y);
        // Transparent pixels may have any tone.
        let tone = Gray::from_fn(9, 9, |x, y| Luma([if inside(x, y) { tone } else { 0.3 }]));
        let alpha = Gray::from_fn(9, 9, |x, y| Luma([f32::from(u8::from(inside(x, y)))]));
        (tone, alpha)
    }

    #[test]
    fn ink_lies_on_what_contrasts() {
        for (ink, paper) in [(0.0, 1.0), (0.4, 1.0), (0.6, 0.0), (1.0, 0.0)] {
            let (tone, alpha) = middle(ink);
            let (image, chosen) = flatten(&tone, &alpha);
            assert_eq!((chosen, image.get_pixel(0, 0).0[0], image.get_pixel(4, 4).0[0]), (paper, paper, ink));
        }
    }

    #[test]
    fn a_picture_keeps_its_own_background() {
        let tone = Gray::from_fn(9, 9, |x, _| Luma([if x == 4 { 0.1 } else { 0.8 }]));
        let alpha = Gray::from_fn(9, 9, |x, y| Luma([if x + y < 2 { 0.0 } else { 1.0 }]));
        let (image, paper) = flatten(&tone, &alpha);
        assert_eq!((paper, image.get_pixel(0, 0).0[0], image.get_pixel(4, 4).0[0]), (0.8, 0.8, 0.1));
    }
}
