//! Preparation of images to match the samples of a data set.

use std::fmt;

use serde_json::{Value, json};

use super::{Adapt, Dataset};
use crate::dtype::DType;
use crate::shape::Shape;

/// How an image is prepared to match the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preparation {
    /// The background is levelled, the ink is cut out, scaled into a square box and centred by its mass: handwriting,
    /// prepared as by MNIST's makers (LeCun, Bottou, Bengio and Haffner 1998, section III.A).
    Ink(Ink),
    /// The whole image is scaled to fit, and the rest is filled with the background.
    Fit,
}

/// Samples of light ink on black.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Side of the square box that the ink is scaled into, in pixels.
    pub side: usize,
    /// Mean value of a sample, from 0 to 1.
    pub amount: Typical,
    /// Sum of the differences between adjacent values, relative to the sum of values: large for thin strokes and noise,
    /// small for wide strokes.
    pub edges: Typical,
    /// Width of the ink relative to its height.
    pub aspect: Typical,
}

/// Range of a statistic that contains 999 of 1,000 training samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Typical {
    /// Half of the other samples are below this.
    pub least: f64,
    /// Half of the other samples are above this.
    pub most: f64,
}

impl Typical {
    /// Whether a value lies in the range.
    pub fn contains(self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }
}

/// The preprocessing that a network expects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preprocessing {
    /// Channels, height and width of a sample.
    pub sample: [usize; 3],
    /// The largest value, of which the smallest is 0: 1, or 255 for whole numbers.
    pub largest: u8,
    /// How an image is prepared.
    pub preparation: Preparation,
    /// Zero padding: columns at the left and right of a sample, rows at its top and bottom.
    pub padding: [usize; 4],
}

impl Preprocessing {
    /// The preprocessing as JSON; the guide describes the keys.
    pub fn to_json(&self) -> Value {
        let [channels, height, width] = self.sample;
        let [left, right, top, bottom] = self.padding;
        let (method, background, side, center) = match self.preparation {
            Preparation::Ink(Ink { side, .. }) => ("ink", json!(0.0), json!(side), "mass"),
            Preparation::Fit => ("fit", json!("border"), Value::Null, "middle"),
        };
        json!({
            "method": method,
            "channels": channels,
            "height": height,
            "width": width,
            "range": [0.0, f64::from(self.largest)],
            "background": background,
            "aspect": "kept",
            "box": side,
            "center": center,
            "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        })
    }
}

impl fmt::Display for Preprocessing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [channels, height, width] = self.sample;
        let values = if self.largest == 1 { "values" } else { "whole numbers" };
        write!(f, "{channels}×{height}×{width}, {values} from 0 to {}, ", self.largest)?;
        match self.preparation {
            Preparation::Ink(Ink { side, .. }) => {
                write!(f, "light ink on 0, scaled into {side}×{side} with its proportions kept, centred by mass")?;
            }
            Preparation::Fit => f.write_str("scaled to fit with its proportions kept")?,
        }
        match self.padding {
            [0, 0, 0, 0] => Ok(()),
            [left, right, top, bottom] => {
                write!(f, ", zeros around it (left {left}, right {right}, top {top}, bottom {bottom})")
            }
        }
    }
}

impl Dataset {
    /// The preprocessing for a network with an input of this shape and type.
    pub fn preprocessing(&self, input: &Shape, dtype: DType) -> Preprocessing {
        let padding = match self.adapt(input) {
            Some(Adapt::Pad(padding)) => padding,
            Some(Adapt::Reshape) | None => [0; 4],
        };
        let largest = if dtype.is_float() { 1 } else { 255 };
        Preprocessing { sample: self.sample, largest, preparation: self.preparation, padding }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_part_of_it() {
        let dataset = crate::dataset::find("mnist").expect("a data set");
        let text = |sizes: &[usize]| {
            dataset.preprocessing(&Shape::new(sizes.to_vec()).expect("a shape"), DType::Float32).to_string()
        };
        let plain =
            "1×28×28, values from 0 to 1, light ink on 0, scaled into 20×20 with its proportions kept, centred by mass";
        assert_eq!(text(&[784]), plain);
        assert_eq!(text(&[1, 32, 31]), format!("{plain}, zeros around it (left 1, right 2, top 2, bottom 2)"));
    }

    #[test]
    fn the_whole_image_is_fitted_where_there_is_no_ink() {
        let fit = Preprocessing { sample: [3, 32, 32], largest: 1, preparation: Preparation::Fit, padding: [0; 4] };
        assert_eq!(fit.to_string(), "3×32×32, values from 0 to 1, scaled to fit with its proportions kept");
        assert_eq!(fit.to_json()["method"], "fit");
        assert!(fit.to_json()["box"].is_null());
    }
}
