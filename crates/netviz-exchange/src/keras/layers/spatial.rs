//! Windows that slide over spatial dimensions, which convolutions and pooling share.

use std::ops::Range;

use netviz_model::ir::{Dim, Misfit};

use super::Layer;

/// Where the dimensions of a batch of images, or of signals or volumes, are.
pub(super) struct Axes {
    pub(super) channel: usize,
    pub(super) spatial: Range<usize>,
}

impl Axes {
    /// Of a layer over so many spatial dimensions.
    pub(super) fn new(layer: &Layer, spatial: usize) -> Self {
        if layer.channels_first() {
            Self { channel: 1, spatial: 2..spatial + 2 }
        } else {
            Self { channel: spatial + 1, spatial: 1..spatial + 1 }
        }
    }

    /// The dimensions of what a layer is given, if their number is known.
    ///
    /// # Errors
    /// If there is another number of them.
    pub(super) fn dims<'a>(&self, layer: &'a Layer) -> Result<Option<&'a [Dim]>, Misfit> {
        let rank = self.spatial.len() + 2;
        match layer.dims()? {
            Some(dims) if dims.len() != rank => {
                Err(Misfit::new(format!("needs {rank} dimensions with the batch, but gets {}", dims.len())))
            }
            dims => Ok(dims),
        }
    }

    /// The channels of these dimensions.
    pub(super) fn channels<'a>(&self, dims: Option<&'a [Dim]>) -> Option<&'a Dim> {
        dims?.get(self.channel)
    }

    /// The same dimensions with other sizes and channels.
    pub(super) fn replaced(&self, dims: &[Dim], sizes: Vec<Dim>, channels: Option<Dim>) -> Vec<Dim> {
        let mut dims = dims.to_vec();
        dims.splice(self.spatial.clone(), sizes);
        if let (Some(place), Some(channels)) = (dims.get_mut(self.channel), channels) {
            *place = channels;
        }
        dims
    }
}

/// How a window moves.
#[derive(Clone)]
pub(super) struct Window {
    pub(super) kernel: Vec<usize>,
    strides: Vec<usize>,
    dilations: Vec<usize>,
    is_same: bool,
}

impl Window {
    /// A window of this size, with the strides and the padding that the configuration of a layer says.
    pub(super) fn new(layer: &Layer, kernel: Vec<usize>, strides: Option<Vec<usize>>) -> Self {
        let count = kernel.len();
        let positive = |list: Vec<usize>| list.into_iter().map(|step| step.max(1)).collect();
        let dilations = layer.sizes("dilation_rate", count).map_or_else(|| vec![1; count], positive);
        // `causal` pads in front so that there are as many outputs as for `same`.
        let is_same = !matches!(layer.config.text("padding"), None | Some("valid"));
        Self { kernel, strides: strides.map_or_else(|| vec![1; count], positive), dilations, is_same }
    }

    /// The number of values that it covers.
    pub(super) fn area(&self) -> usize {
        self.kernel.iter().fold(1, |area, &size| area.saturating_mul(size))
    }

    fn extent(&self, index: usize) -> usize {
        (self.kernel[index].saturating_sub(1)).saturating_mul(self.dilations[index]).saturating_add(1)
    }

    /// The sizes of the output for these inputs, one for each dimension of the window.
    ///
    /// # Errors
    /// If the window is larger than the input.
    pub(super) fn outputs(&self, inputs: &[Dim]) -> Result<Vec<Dim>, Misfit> {
        (0..self.kernel.len()).map(|index| self.output(index, inputs.get(index).unwrap_or(&Dim::Unknown))).collect()
    }

    fn output(&self, index: usize, input: &Dim) -> Result<Dim, Misfit> {
        let (extent, stride) = (self.extent(index), self.strides[index]);
        let Some(size) = input.size() else {
            // A size that is only a name stays if nothing changes it.
            let stays = stride == 1 && (self.is_same || extent == 1);
            return Ok(if stays { input.clone() } else { Dim::Unknown });
        };
        if self.is_same {
            return Ok(size.div_ceil(stride).into());
        }
        match size.checked_sub(extent) {
            Some(room) => Ok((room / stride + 1).into()),
            None => Err(Misfit::new(format!("has a window of {extent}, larger than its input of {size}"))),
        }
    }

    /// The sizes of the output of a transposed convolution.
    pub(super) fn transposed(&self, inputs: &[Dim], output_padding: Option<&[usize]>) -> Vec<Dim> {
        let output = |(index, input): (usize, &Dim)| {
            let (extent, stride) = (self.extent(index), self.strides[index]);
            let more = output_padding.and_then(|list| list.get(index)).copied();
            Dim::compute([input], |[size]| {
                let steps = size.checked_sub(1)?.checked_mul(stride)?;
                match (self.is_same, more) {
                    (true, None) => size.checked_mul(stride),
                    (true, Some(more)) => steps.checked_add(extent % 2)?.checked_add(more),
                    (false, None) => steps.checked_add(extent.max(stride)),
                    (false, Some(more)) => steps.checked_add(extent)?.checked_add(more),
                }
            })
        };
        inputs.iter().take(self.kernel.len()).enumerate().map(output).collect()
    }
}
