//! `conv2d`

use netviz_model::schema::ArgValue;

use super::activation::applied;
use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::call::small;
use crate::import::spec::source::Source;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Conv"], |call| {
        let weight = call.weight(1)?;
        let window = Window::onnx(call, kernel(&weight)?, "dilations")?;
        let groups = size(call.int("group", 1))?;
        let bias = call.optional(2)?;
        convolution(call, &window, groups, weight, bias, false)
    }),
    aten(&["conv2d", "convolution", "_convolution"], |call| {
        if call.flag("transposed", false) {
            return Err(Reason::because("it is a transposed convolution"));
        }
        let weight = call.weight(1)?;
        let window = Window::aten(call, kernel(&weight)?)?;
        let groups = size(call.int("groups", 1))?;
        let bias = call.optional(2)?;
        convolution(call, &window, groups, weight, bias, false)
    }),
    keras(&["Conv2D", "Convolution2D"], |call| {
        // Height, width, channels, filters.
        let weight = turned(&call.weight(1)?, &[3, 2, 0, 1])?;
        let window = Window::keras(call, kernel(&weight)?)?;
        let groups = size(call.int("groups", 1))?;
        let bias = call.optional(2)?;
        convolution(call, &window, groups, weight, bias, call.channels_last())
    }),
    keras(&["DepthwiseConv2D"], |call| {
        let (weight, channels) = depthwise(&call.weight(1)?)?;
        let window = Window::keras(call, kernel(&weight)?)?;
        let bias = call.optional(2)?;
        convolution(call, &window, channels, weight, bias, call.channels_last())
    }),
    keras(&["SeparableConv2D", "SeparableConvolution2D"], |call| {
        let (weight, channels) = depthwise(&call.weight(1)?)?;
        let pointwise = turned(&call.weight(2)?, &[3, 2, 0, 1])?;
        let window = Window::keras(call, kernel(&weight)?)?;
        let (view, last, bias) = (call.view(0)?, call.channels_last(), call.optional(3)?);
        let name = call.name.clone();
        call.name = name.as_ref().map(|name| format!("{name}_depthwise"));
        let (source, sizes) = call.image(&view, last)?;
        let (source, sizes) = push(call, (source, sizes), &window, channels, weight, None)?;
        call.name = name;
        let one = Window { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [[0, 0]; 2] };
        let (source, sizes) = push(call, (source, sizes), &one, 1, pointwise, bias)?;
        let view = applied(call, &Call::as_image(source, sizes, last))?;
        Ok(vec![Known::View(view)])
    }),
];

fn size(value: i64) -> Result<usize, Reason> {
    usize::try_from(value).ok().filter(|&size| size > 0).ok_or_else(|| Reason::because("its groups are no number"))
}

fn turned(weight: &Weight, perm: &[usize]) -> Result<Weight, Reason> {
    if weight.shape().len() == perm.len() {
        Ok(weight.transposed(perm))
    } else {
        Err(Reason::because("its weights have another number of dimensions"))
    }
}

/// Height, width, channels and multiplier, as filters of groups; and the number of channels.
fn depthwise(weight: &Weight) -> Result<(Weight, usize), Reason> {
    let [height, width, channels, multiplier] = *weight.shape() else {
        return Err(Reason::because("its weights have not four dimensions"));
    };
    let filters = turned(weight, &[2, 3, 0, 1])?.reshaped(&[channels * multiplier, 1, height, width]);
    filters.map(|filters| (filters, channels)).ok_or(Reason::Follows)
}

fn kernel(weight: &Weight) -> Result<[usize; 2], Reason> {
    match *weight.shape() {
        [_, _, height, width] => Ok([height, width]),
        _ => Err(Reason::because("it is not of two dimensions")),
    }
}

/// A window over an image.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) kernel: [usize; 2],
    pub(super) strides: [usize; 2],
    pub(super) dilations: [usize; 2],
    pub(super) pads: [[usize; 2]; 2],
}

impl Window {
    /// That of an operator of ONNX.
    pub(super) fn onnx(call: &Call, kernel: [usize; 2], dilations: &str) -> Result<Self, Reason> {
        let (strides, dilations) = (call.pair("strides", 1)?, call.pair(dilations, 1)?);
        let window = Self { kernel, strides, dilations, pads: [[0, 0]; 2] };
        let pads = match call.text("auto_pad").unwrap_or("NOTSET") {
            "NOTSET" => match call.ints("pads") {
                None => [[0, 0]; 2],
                Some(pads) => {
                    let sizes: Option<Vec<usize>> = pads.iter().map(|&pad| small(pad)).collect();
                    let Some(&[top, left, bottom, right]) = sizes.as_deref() else {
                        return Err(Reason::because("its `pads` are not those of an image"));
                    };
                    [[top, bottom], [left, right]]
                }
            },
            "VALID" => [[0, 0]; 2],
            "SAME_UPPER" => window.same(call, false)?,
            other => return Err(Reason::because(format!("its `auto_pad` is {other}"))),
        };
        Ok(Self { pads, ..window })
    }

    /// That of an operator of PyTorch.
    pub(super) fn aten(call: &Call, kernel: [usize; 2]) -> Result<Self, Reason> {
        let default = if call.kind.contains("pool") { kernel } else { [1, 1] };
        let strides = if call.setting("stride").is_some() { call.pair("stride", 1)? } else { default };
        let window = Self { kernel, strides, dilations: call.pair("dilation", 1)?, pads: [[0, 0]; 2] };
        let pads = match call.text("padding") {
            None => call.pair("padding", 0)?.map(|pad| [pad, pad]),
            Some("valid") => [[0, 0]; 2],
            Some(_) => window.same(call, false)?,
        };
        Ok(Self { pads, ..window })
    }

    /// That of a layer of Keras.
    pub(super) fn keras(call: &Call, kernel: [usize; 2]) -> Result<Self, Reason> {
        let default = if call.kind.contains("Pool") { kernel } else { [1, 1] };
        let strides = if call.setting("strides").is_some() { call.pair("strides", 1)? } else { default };
        let window = Self { kernel, strides, dilations: call.pair("dilation_rate", 1)?, pads: [[0, 0]; 2] };
        let pads = match call.text("padding") {
            Some("same") => window.same(call, call.channels_last())?,
            _ => [[0, 0]; 2],
        };
        Ok(Self { pads, ..window })
    }

    /// As much padding as makes the output as large as the image, divided by the stride.
    fn same(&self, call: &Call, channels_last: bool) -> Result<[[usize; 2]; 2], Reason> {
        let view = call.view(0)?;
        if view.rank() != 4 {
            return Err(Reason::because("its input is no image (channels×height×width)"));
        }
        let axes = if channels_last { [1, 2] } else { [2, 3] };
        Ok(self.even(axes.map(|axis| view.size(axis))))
    }

    /// [`Self::same`] for an image of this size.
    fn even(&self, image: [usize; 2]) -> [[usize; 2]; 2] {
        [0, 1].map(|index| {
            let (stride, size) = (self.strides[index].max(1), image[index]);
            let extent = self.dilations[index] * (self.kernel[index].saturating_sub(1)) + 1;
            let total = (size.div_ceil(stride).saturating_sub(1) * stride + extent).saturating_sub(size);
            [total / 2, total - total / 2]
        })
    }

    /// The sizes of the output.
    pub(super) fn output(&self, image: [usize; 2]) -> Result<[usize; 2], Reason> {
        let along = |index: usize| {
            let extent = self.dilations[index] * (self.kernel[index].saturating_sub(1)) + 1;
            let padded = image[index] + self.pads[index].iter().sum::<usize>();
            Some(padded.checked_sub(extent)? / self.strides[index].max(1) + 1)
        };
        match (along(0), along(1)) {
            (Some(height), Some(width)) => Ok([height, width]),
            _ => Err(Reason::because("its window is larger than the image")),
        }
    }

    /// The padding as people write it.
    pub(super) fn padding(&self, image: [usize; 2]) -> ArgValue {
        let [[top, bottom], [left, right]] = self.pads;
        let is_odd = self.kernel.iter().all(|size| size % 2 == 1);
        let is_even = top == bottom && left == right;
        if self.pads == [[0, 0]; 2] {
            ArgValue::name("valid")
        } else if self.pads == self.even(image) && (is_odd && self.strides == [1, 1] || !is_even) {
            ArgValue::name("same")
        } else if is_even && top == left {
            ArgValue::int(top)
        } else if is_even {
            ArgValue::sizes([top, left])
        } else {
            ArgValue::List(self.pads.iter().map(|&pads| ArgValue::sizes(pads)).collect())
        }
    }
}

/// A pair as people write it.
pub(super) fn pair([height, width]: [usize; 2]) -> ArgValue {
    if height == width { ArgValue::int(height) } else { ArgValue::sizes([height, width]) }
}

fn convolution(
    call: &mut Call,
    window: &Window,
    groups: usize,
    weight: Weight,
    bias: Option<Weight>,
    channels_last: bool,
) -> Mapped {
    let view = call.view(0)?;
    let image = call.image(&view, channels_last)?;
    let (source, sizes) = push(call, image, window, groups, weight, bias)?;
    let view = Call::as_image(source, sizes, channels_last);
    Ok(vec![Known::View(applied(call, &view)?)])
}

fn push(
    call: &mut Call,
    (source, [_, height, width]): (Source, [usize; 3]),
    window: &Window,
    groups: usize,
    weight: Weight,
    bias: Option<Weight>,
) -> Result<(Source, [usize; 3]), Reason> {
    let filters = weight.shape()[0];
    let [rows, columns] = window.output([height, width])?;
    let arguments = vec![
        ("filters", ArgValue::int(filters)),
        ("kernel", pair(window.kernel)),
        ("strides", pair(window.strides)),
        ("padding", window.padding([height, width])),
        ("dilation", pair(window.dilations)),
        ("groups", ArgValue::int(groups)),
        ("use_bias", ArgValue::Bool(bias.is_some())),
    ];
    let weights = std::iter::once(("weight", weight)).chain(bias.map(|bias| ("bias", bias))).collect();
    let sizes = [filters, rows, columns];
    Ok((call.push("conv2d", arguments, vec![source], weights, vec![sizes.to_vec()]), sizes))
}
