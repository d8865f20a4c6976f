//! The shape of one sample, channels first for images. The batch dimension is never part of it.

use crate::limits;
use std::fmt;

/// Dimensions of one sample, each at least 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// A shape, or `None` if it is empty, contains a 0, or has more than [`limits::ELEMENTS`] values.
    pub fn new(dimensions: impl Into<Vec<usize>>) -> Option<Self> {
        let dimensions = dimensions.into();
        let elements = dimensions.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
        (!dimensions.is_empty() && (1..=limits::ELEMENTS).contains(&elements)).then_some(Self(dimensions))
    }

    /// The dimensions.
    pub fn dimensions(&self) -> &[usize] {
        &self.0
    }

    /// The number of values in one sample.
    pub fn elements(&self) -> usize {
        self.0.iter().product()
    }

    /// The line of a model file for an input of this shape: `input: [1, 28, 28]`.
    pub(crate) fn line(&self) -> String {
        let sizes: Vec<String> = self.0.iter().map(usize::to_string).collect();
        format!("input: [{}]", sizes.join(", "))
    }

    /// The same image with its channels first, if the last of three sizes looks like a number of channels and the
    /// others do not.
    pub(crate) fn channels_first(&self) -> Option<Self> {
        match *self.0 {
            [height, width, channels @ (1 | 3 | 4)] if height > 4 && width > 4 => {
                Some(Self(vec![channels, height, width]))
            }
            _ => None,
        }
    }

    /// Channels, height and width, if it is an image.
    pub fn as_image(&self) -> Option<[usize; 3]> {
        self.0.as_slice().try_into().ok()
    }
}

/// `6×28×28`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, size) in self.0.iter().enumerate() {
            write!(f, "{}{size}", if index == 0 { "" } else { "×" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_that_stand_last_are_found() {
        let first = |sizes: [usize; 3]| Shape::new(sizes).and_then(|shape| shape.channels_first()).map(|s| s.line());
        assert_eq!(first([28, 28, 1]).as_deref(), Some("input: [1, 28, 28]"));
        assert_eq!(first([224, 192, 3]).as_deref(), Some("input: [3, 224, 192]"));
        assert_eq!([first([1, 28, 28]), first([3, 4, 4]), first([3, 32, 3]), first([28, 28, 28])], [const { None }; 4]);
    }

    #[test]
    fn empty_zero_and_overflowing_shapes_are_refused() {
        assert_eq!(Shape::new([]), None);
        assert_eq!(Shape::new([3, 0]), None);
        assert_eq!(Shape::new([usize::MAX, 2]), None);
        assert_eq!(Shape::new([1 << 31]), None);
        assert_eq!(Shape::new([6, 28, 28]).map(|shape| shape.to_string()).as_deref(), Some("6×28×28"));
    }
}
