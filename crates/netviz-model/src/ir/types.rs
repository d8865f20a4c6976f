//! The types of tensors: an element type, and dimensions that may be symbols or unknown.

use std::borrow::Cow;
use std::fmt;

use crate::dtype::DType;

/// One dimension of a tensor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dim {
    /// A size.
    Size(usize),
    /// A size that is known by name only, such as the batch, `N`.
    Symbol(Cow<'static, str>),
    /// A size about which nothing is known.
    Unknown,
}

impl Dim {
    /// The number of samples in a batch.
    pub const BATCH: Self = Self::Symbol(Cow::Borrowed("N"));

    /// The size, if it is known.
    pub const fn size(&self) -> Option<usize> {
        match self {
            Self::Size(size) => Some(*size),
            Self::Symbol(_) | Self::Unknown => None,
        }
    }

    /// The result of arithmetic on sizes; unknown if one of them is not known, or if the result does not fit.
    pub fn compute<const N: usize>(dims: [&Self; N], compute: impl FnOnce([usize; N]) -> Option<usize>) -> Self {
        let mut sizes = [0; N];
        for (size, dim) in sizes.iter_mut().zip(dims) {
            let Some(known) = dim.size() else { return Self::Unknown };
            *size = known;
        }
        compute(sizes).map_or(Self::Unknown, Self::Size)
    }

    /// Whether two dimensions can be the same size: only two different sizes cannot.
    pub fn may_equal(&self, other: &Self) -> bool {
        self.size().zip(other.size()).is_none_or(|(a, b)| a == b)
    }

    /// The dimension that two dimensions which must be equal have: whichever says more.
    #[must_use]
    pub fn or<'a>(&'a self, other: &'a Self) -> &'a Self {
        match (self, other) {
            (Self::Size(_), _) | (Self::Symbol(_), Self::Unknown | Self::Symbol(_)) => self,
            _ => other,
        }
    }
}

impl From<usize> for Dim {
    fn from(size: usize) -> Self {
        Self::Size(size)
    }
}

/// `28`, `N` or `?`.
impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Size(size) => write!(f, "{size}"),
            Self::Symbol(name) => f.write_str(name),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// What holds tensors in place of a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// Any number of them, in order.
    Sequence,
    /// One or none.
    Optional,
    /// One for each key of this type.
    Map(DType),
}

/// `sequence`, `optional` or `map from int64`.
impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Sequence => f.write_str("sequence"),
            Self::Optional => f.write_str("optional"),
            Self::Map(key) => write!(f, "map from {key}"),
        }
    }
}

/// The type of a tensor: its element type, and its dimensions if their number is known. A value of a file may also hold
/// several such tensors.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TensorType {
    dtype: DType,
    dims: Option<Vec<Dim>>,
    /// From the outermost to the innermost.
    containers: Vec<Container>,
}

impl TensorType {
    /// A tensor with these dimensions; none for a scalar.
    pub fn new(dtype: DType, dims: impl IntoIterator<Item = Dim>) -> Self {
        Self { dtype, dims: Some(dims.into_iter().collect()), containers: Vec::new() }
    }

    /// A tensor of which not even the number of dimensions is known.
    pub const fn unranked(dtype: DType) -> Self {
        Self { dtype, dims: None, containers: Vec::new() }
    }

    /// A tensor of known sizes, such as a parameter.
    pub fn sized(dtype: DType, sizes: &[usize]) -> Self {
        Self::new(dtype, sizes.iter().copied().map(Dim::Size))
    }

    /// A batch of samples: `N`, then the dimensions of one sample.
    pub fn batch(dtype: DType, sample: &[usize]) -> Self {
        Self::new(dtype, std::iter::once(Dim::BATCH).chain(sample.iter().copied().map(Dim::Size)))
    }

    /// The same element type with other dimensions.
    #[must_use]
    pub fn with_dims(&self, dims: impl IntoIterator<Item = Dim>) -> Self {
        Self::new(self.dtype, dims)
    }

    /// A container of what has this type.
    #[must_use]
    pub fn within(mut self, container: Container) -> Self {
        self.containers.insert(0, container);
        self
    }

    /// What holds the tensors, from the outermost to the innermost; none for a single tensor.
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    /// The type of what the outermost container holds; `None` for a single tensor.
    pub fn held(&self) -> Option<Self> {
        let (_, inner) = self.containers.split_first()?;
        Some(Self { containers: inner.to_vec(), ..self.clone() })
    }

    /// The element type.
    pub const fn dtype(&self) -> DType {
        self.dtype
    }

    /// The dimensions, if their number is known.
    pub fn dims(&self) -> Option<&[Dim]> {
        self.dims.as_deref()
    }

    /// The sizes of one sample: all dimensions after the batch `N`. `None` if the tensor is not a batch, or if a size is
    /// not known.
    pub fn sample(&self) -> Option<Vec<usize>> {
        match self.dims()? {
            [batch, rest @ ..] if *batch == Dim::BATCH => rest.iter().map(Dim::size).collect(),
            _ => None,
        }
    }

    /// The dimensions after a leading batch `N`; all of them if there is none, and none if their number is not known.
    pub fn sample_dims(&self) -> &[Dim] {
        match self.dims() {
            None => &[],
            Some([batch, rest @ ..]) if *batch == Dim::BATCH => rest,
            Some(dims) => dims,
        }
    }

    /// Channels, height and width of a batch of images.
    pub fn image(&self) -> Option<[usize; 3]> {
        self.sample()?.try_into().ok()
    }

    /// Whether one of the dimensions is the batch `N`.
    pub fn has_batch(&self) -> bool {
        self.dims().is_some_and(|dims| dims.contains(&Dim::BATCH))
    }

    /// The number of values, where `N` counts as 1; `None` if another dimension is not known, or the number of tensors.
    /// Too large a number becomes `usize::MAX`.
    pub fn elements(&self) -> Option<usize> {
        if !self.containers.is_empty() {
            return None;
        }
        let size = |dim: &Dim| if *dim == Dim::BATCH { Some(1) } else { dim.size() };
        self.dims()?.iter().try_fold(1_usize, |product, dim| Some(product.saturating_mul(size(dim)?)))
    }

    /// Element type and all dimensions: `float32 N×784`, `sequence of int64 ?`.
    pub fn signature(&self) -> String {
        let containers = self.containers.iter().fold(String::new(), |text, container| format!("{text}{container} of "));
        let dims: Vec<String> = self.dims().unwrap_or_default().iter().map(Dim::to_string).collect();
        let shape = if self.dims.is_some() { dims.join("×") } else { "?".into() };
        format!("{containers}{} {shape}", self.dtype).trim_end().to_owned()
    }
}

/// The dimensions without a leading `N`: `6×28×28`, `?×768`. A tensor of unknown rank is `?`; a scalar, and a batch of
/// them, has no dimensions to show and is `scalar`. A symbol that is a formula is `?` here.
impl fmt::Display for TensorType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for container in &self.containers {
            write!(f, "{container} of ")?;
        }
        let shown = self.sample_dims();
        if shown.is_empty() {
            return f.write_str(if self.dims.is_some() { "scalar" } else { "?" });
        }
        for (index, dim) in shown.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "×" })?;
            match dim {
                Dim::Symbol(name) if !is_word(name) => f.write_str("?")?,
                dim => write!(f, "{dim}")?,
            }
        }
        Ok(())
    }
}

/// Whether a symbol is a name, not a formula such as `floor(height/2) + 1`.
fn is_word(name: &str) -> bool {
    const LONGEST: usize = 24;
    name.chars().count() <= LONGEST && !name.contains(|c: char| c.is_whitespace() || "()+-*/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_batch_is_not_shown_and_the_rest_is() {
        let shown = |dims: Vec<Dim>| TensorType::new(DType::Float32, dims).to_string();
        assert_eq!(shown(vec![Dim::BATCH, 6.into(), 28.into()]), "6×28");
        assert_eq!(shown(vec![Dim::Unknown, Dim::Symbol("length".into()), 768.into()]), "?×length×768");
        assert_eq!(shown(vec![Dim::BATCH]), "scalar");
        assert_eq!(TensorType::unranked(DType::Int64).to_string(), "?");
    }

    #[test]
    fn containers_are_named_and_hold_an_unknown_number() {
        let scores = TensorType::sized(DType::Float32, &[3]);
        let maps = scores.clone().within(Container::Map(DType::Int64)).within(Container::Sequence);
        assert_eq!(maps.signature(), "sequence of map from int64 of float32 3");
        assert_eq!(maps.to_string(), "sequence of map from int64 of 3");
        assert_eq!(maps.elements(), None);
        assert_eq!(maps.held().and_then(|map| map.held()), Some(scores));
    }

    #[test]
    fn arithmetic_on_a_symbol_is_unknown() {
        let sum = |a: Dim, b: Dim| Dim::compute([&a, &b], |[a, b]| a.checked_add(b));
        assert_eq!(sum(2.into(), 3.into()), Dim::Size(5));
        assert_eq!(sum(2.into(), Dim::BATCH), Dim::Unknown);
        assert_eq!(sum(usize::MAX.into(), 1.into()), Dim::Unknown);
    }

    #[test]
    fn a_sample_is_what_follows_the_batch() {
        assert_eq!(TensorType::batch(DType::Float32, &[3, 4]).sample(), Some(vec![3, 4]));
        assert_eq!(TensorType::sized(DType::Float32, &[3, 4]).sample(), None);
        assert_eq!(TensorType::batch(DType::Float32, &[3, 4]).elements(), Some(12));
    }
}
