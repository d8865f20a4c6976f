//! The part that convolution and pooling have in common: a window that slides over an image.

use super::Misfit;
use crate::diagnostics::Problems;
use crate::ir::{Axis, Window};
use crate::schema::arguments::{ArgValue, Argument, ToValue, unquoted};
use crate::schema::values::{Size, by_name};
use crate::schema::vocabulary;
use crate::yaml::{Node, Value};

/// Padding around an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// None.
    Valid,
    /// Enough for an output of size ⌈input / stride⌉; an odd row or column goes to the bottom or right.
    Same,
    /// This many rows or columns on every side.
    Fixed(usize),
    /// So many rows before and behind the image, and so many columns.
    Sides([[usize; 2]; 2]),
}

const NAMED: &[(&str, Padding)] = &[("same", Padding::Same), ("valid", Padding::Valid)];

impl Argument for Padding {
    fn expected() -> String {
        "`same`, `valid`, a whole number of at least 0, two as [height, width], or [[top, bottom], [left, right]]"
            .into()
    }

    fn hint(node: &Node) -> Option<String> {
        Size::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.value {
            Value::Text(_) if unquoted(node).is_none() => {
                by_name(node, "padding", NAMED, &vocabulary::PADDINGS, problems)
            }
            Value::Int(0) => Some(Self::Fixed(0)),
            Value::Int(_) => Size::from_node(node, problems).map(|size| Self::Fixed(size.get())),
            Value::List(list) => {
                let [height, width] = list.as_slice() else { return None };
                Some(Self::Sides([sides(height)?, sides(width)?]))
            }
            _ => None,
        }
    }
}

/// What is added before and behind one dimension: the same, or a list of both.
fn sides(node: &Node) -> Option<[usize; 2]> {
    let size = |node: &Node| match node.value {
        Value::Int(size) => i32::try_from(size).ok().and_then(|size| usize::try_from(size).ok()),
        _ => None,
    };
    match &node.value {
        Value::List(list) => match list.as_slice() {
            [before, behind] => Some([size(before)?, size(behind)?]),
            _ => None,
        },
        _ => size(node).map(|size| [size; 2]),
    }
}

impl ToValue for Padding {
    fn to_value(&self) -> Option<ArgValue> {
        Some(match self {
            Self::Valid => ArgValue::name("valid"),
            Self::Same => ArgValue::name("same"),
            Self::Fixed(size) => ArgValue::int(*size),
            Self::Sides([[top, bottom], [left, right]]) if top == bottom && left == right => {
                ArgValue::sizes([*top, *left])
            }
            Self::Sides(sides) => ArgValue::List(sides.iter().map(|&sides| ArgValue::sizes(sides)).collect()),
        })
    }
}

/// The window with its resolved padding.
pub(super) fn place(
    kernel: [usize; 2],
    strides: [usize; 2],
    dilations: [usize; 2],
    padding: Padding,
    input: [usize; 2],
) -> Result<Window, Misfit> {
    let along = |index: usize| {
        let (kernel, stride, dilation) = (kernel[index], strides[index], dilations[index]);
        let pads = match padding {
            Padding::Valid => [0, 0],
            Padding::Fixed(size) => [size, size],
            Padding::Sides(sides) => sides[index],
            Padding::Same => {
                let output = input[index].div_ceil(stride);
                let extent = dilation * (kernel - 1) + 1;
                let total = (output.saturating_sub(1) * stride + extent).saturating_sub(input[index]);
                [total / 2, total - total / 2]
            }
        };
        Axis { kernel, stride, dilation, pads }
    };
    let axes = [along(0), along(1)];
    if axes.iter().zip(input).all(|(axis, input)| axis.output(input).is_some()) {
        return Ok(Window { axes: axes.into() });
    }
    Err(Misfit::new(format!(
        "has a window of {}×{}, which is larger than its input of {}×{}",
        dilations[0] * (kernel[0] - 1) + 1,
        dilations[1] * (kernel[1] - 1) + 1,
        input[0],
        input[1]
    ))
    .hint("use a smaller window, or `padding: same`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pads(kernel: usize, stride: usize, dilation: usize, padding: Padding, input: usize) -> [usize; 2] {
        let window = place([kernel; 2], [stride; 2], [dilation; 2], padding, [input; 2]).expect("it fits");
        assert_eq!(window.axes[0], window.axes[1]);
        window.axes[0].pads
    }

    /// As in TensorFlow: an odd row or column goes to the bottom or right.
    #[test]
    fn same_padding_is_as_even_as_it_can_be() {
        assert_eq!(pads(3, 1, 1, Padding::Same, 28), [1, 1]);
        assert_eq!(pads(3, 2, 1, Padding::Same, 28), [0, 1]);
        assert_eq!(pads(2, 1, 1, Padding::Same, 28), [0, 1]);
        assert_eq!(pads(3, 1, 2, Padding::Same, 28), [2, 2]);
        assert_eq!(pads(1, 2, 1, Padding::Same, 28), [0, 0]);
    }

    #[test]
    fn fixed_padding_is_the_same_on_every_side() {
        assert_eq!(pads(3, 2, 1, Padding::Fixed(2), 28), [2, 2]);
        assert_eq!(pads(3, 2, 1, Padding::Sides([[0, 1]; 2]), 28), [0, 1]);
        assert_eq!(pads(3, 2, 1, Padding::Valid, 28), [0, 0]);
    }
}
