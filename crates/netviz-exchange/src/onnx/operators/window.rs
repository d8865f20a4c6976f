//! Windows that slide over the spatial dimensions, which convolutions and pooling share.

use netviz_model::ir::{Dim, Misfit};

use super::Call;

/// How a window moves along the spatial dimensions.
pub(super) struct Windows<'a> {
    pub(super) kernel: Vec<Dim>,
    strides: Option<&'a [i64]>,
    dilations: Option<&'a [i64]>,
    pads: Option<&'a [i64]>,
    auto_pad: &'a str,
    ceil: bool,
}

/// One dimension of it.
struct Axis {
    extent: Dim,
    stride: i64,
    pads: [i64; 2],
}

impl<'a> Windows<'a> {
    /// The window of an operator, with a kernel of these sizes.
    pub(super) fn new(call: &Call<'a>, kernel: Vec<Dim>) -> Self {
        Self {
            kernel,
            strides: call.ints("strides"),
            dilations: call.ints("dilations"),
            pads: call.ints("pads"),
            auto_pad: call.text("auto_pad", "NOTSET"),
            ceil: call.int("ceil_mode", 0) != 0,
        }
    }

    /// The kernel of an attribute.
    pub(super) fn kernel_shape(call: &Call) -> Option<Vec<Dim>> {
        let sizes = call.ints("kernel_shape")?;
        Some(sizes.iter().map(|&size| usize::try_from(size).map_or(Dim::Unknown, Dim::Size)).collect())
    }

    fn axis(&self, index: usize) -> Axis {
        let at = |list: Option<&[i64]>, default| list.and_then(|list| list.get(index)).copied().unwrap_or(default);
        let dilation = at(self.dilations, 1);
        let extent = Dim::compute([&self.kernel[index]], |[kernel]| {
            kernel.checked_sub(1)?.checked_mul(usize::try_from(dilation).ok()?)?.checked_add(1)
        });
        let end = |pads: &[i64]| pads.get(index + self.kernel.len()).copied();
        let pads = [at(self.pads, 0), self.pads.and_then(end).unwrap_or(0)];
        Axis { extent, stride: at(self.strides, 1).max(1), pads }
    }

    /// The sizes of the output for these inputs, one for each dimension of the kernel.
    ///
    /// # Errors
    /// If the window is larger than the padded input.
    pub(super) fn outputs(&self, inputs: &[Dim]) -> Result<Vec<Dim>, Misfit> {
        inputs.iter().enumerate().map(|(index, input)| self.output(index, input)).collect()
    }

    fn output(&self, index: usize, input: &Dim) -> Result<Dim, Misfit> {
        let Axis { extent, stride, pads } = self.axis(index);
        let is_same = matches!(self.auto_pad, "SAME_UPPER" | "SAME_LOWER");
        let pads = if self.auto_pad == "NOTSET" { pads } else { [0, 0] };
        let keeps = extent
            .size()
            .is_some_and(|extent| i64::try_from(extent) == Ok(pads[0].saturating_add(pads[1]).saturating_add(1)));
        let (Some(size), Some(extent)) = (input.size(), extent.size()) else {
            // A size that is only a name stays if nothing changes it.
            return Ok(if stride == 1 && (is_same || keeps) { input.clone() } else { Dim::Unknown });
        };
        let (size, extent) = (signed(size), signed(extent));
        if is_same {
            return Ok(dim(ceil(size, stride)));
        }
        let room = size.saturating_add(pads[0]).saturating_add(pads[1]).saturating_sub(extent);
        if room < 0 {
            return Err(Misfit::new(format!("has a window of {extent}, larger than its input of {size}")));
        }
        let mut steps = if self.ceil { ceil(room, stride) } else { room / stride };
        // A window that starts in the padding at the end does not count.
        if self.ceil && steps.saturating_mul(stride) >= size.saturating_add(pads[0]) {
            steps -= 1;
        }
        Ok(dim(steps.saturating_add(1)))
    }

    /// The sizes of the output of a transposed convolution.
    pub(super) fn transposed(&self, inputs: &[Dim], output_padding: Option<&[i64]>) -> Vec<Dim> {
        let output = |(index, input): (usize, &Dim)| {
            let Axis { extent, stride, pads } = self.axis(index);
            let more = output_padding.and_then(|list| list.get(index)).copied().unwrap_or(0);
            let (Some(size), Some(extent)) = (input.size(), extent.size()) else { return Dim::Unknown };
            let (size, extent) = (signed(size), signed(extent));
            if matches!(self.auto_pad, "SAME_UPPER" | "SAME_LOWER") {
                return dim(size.saturating_mul(stride));
            }
            let full = stride.saturating_mul(size - 1).saturating_add(extent).saturating_add(more);
            dim(full.saturating_sub(pads[0]).saturating_sub(pads[1]))
        };
        inputs.iter().enumerate().map(output).collect()
    }
}

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn dim(size: i64) -> Dim {
    usize::try_from(size).map_or(Dim::Unknown, Dim::Size)
}

/// A quotient, rounded up.
fn ceil(size: i64, by: i64) -> i64 {
    size / by + i64::from(size % by > 0)
}

#[cfg(test)]
mod tests {
    use netviz_model::ir::{Attribute, TensorType};

    use super::super::Value;
    use super::*;

    /// Attributes of a window in all dimensions.
    fn attributes(kernel: &[i64], stride: i64, pad: i64) -> Vec<(String, Value)> {
        let list = |name: &str, values: Vec<i64>| (name.to_owned(), Value::Plain(Attribute::Ints(values)));
        vec![
            list("kernel_shape", kernel.to_vec()),
            list("strides", vec![stride; kernel.len()]),
            list("pads", vec![pad; 2 * kernel.len()]),
        ]
    }

    fn sizes(dims: &[Dim]) -> Vec<usize> {
        dims.iter().filter_map(Dim::size).collect()
    }

    fn windows(attributes: &[(String, Value)]) -> Windows<'_> {
        let types: &[Option<TensorType>] = &[];
        let call = Call { attributes, ..Call::of(types) };
        Windows::new(&call, Windows::kernel_shape(&call).expect("a kernel"))
    }

    fn with(mut attributes: Vec<(String, Value)>, name: &str, value: Attribute) -> Vec<(String, Value)> {
        attributes.push((name.to_owned(), Value::Plain(value)));
        attributes
    }

    #[test]
    fn a_window_that_starts_in_the_padding_does_not_count() {
        // pytorch#71549
        let ceil = with(attributes(&[3, 3], 3, 1), "ceil_mode", Attribute::Int(1));
        assert_eq!(sizes(&windows(&ceil).outputs(&[2.into(), 2.into()]).expect("it fits")), [1, 1]);
        // onnxruntime#15446
        let ceil = with(attributes(&[3, 3, 3], 3, 1), "ceil_mode", Attribute::Int(1));
        assert_eq!(sizes(&windows(&ceil).outputs(&[3.into(), 6.into(), 5.into()]).expect("it fits")), [2, 3, 2]);
    }

    #[test]
    fn a_transposed_convolution_with_same_padding_multiplies_by_the_stride() {
        // keras-onnx#555, tensorflow-onnx#2286
        let same = with(attributes(&[3, 3], 2, 0), "auto_pad", Attribute::Text("SAME_UPPER".into()));
        assert_eq!(sizes(&windows(&same).transposed(&[7.into(), 5.into()], None)), [14, 10]);
    }

    #[test]
    fn symbols_stay_where_nothing_changes_them() {
        let dims = [Dim::BATCH, Dim::Symbol("width".into())];
        assert_eq!(windows(&attributes(&[3, 3], 1, 1)).outputs(&dims), Ok(dims.to_vec()));
        assert_eq!(windows(&attributes(&[3, 3], 2, 1)).outputs(&dims), Ok(vec![Dim::Unknown, Dim::Unknown]));
    }
}
