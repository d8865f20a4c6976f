//! An operation of a file, with what it is given.

use netviz_model::ir::{Dim, TensorType};
use netviz_model::schema::{ArgValue, Setting};

use super::draft::{AFFINE, Draft, Layer, PADDED};
use super::source::Source;
use super::view::View;
use super::weight::Weight;
use super::{Reason, Set};
use crate::import::Origin;

/// What an operation is given, or gives.
#[derive(Clone)]
pub(super) enum Known {
    /// A value that depends on the input.
    View(View),
    /// Several of them, one for each index of the first dimension.
    Stack(Vec<View>),
    /// A stored tensor.
    Weight(Weight),
    /// The same number throughout, in a shape that depends on the input.
    Filled(f64),
    /// A number of dimensions or sizes.
    Size,
    /// An operand that is omitted.
    Absent,
    /// What follows from an operation that is in the way.
    Lost,
}

/// What the kind of a file of Keras says about its layers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keras {
    /// Whether it is of Keras 2 or earlier.
    pub(super) is_early: bool,
    /// Whether products of matrices of low rank are added to weights already.
    is_merged: bool,
}

impl Keras {
    pub(super) fn of(origin: &Origin) -> Option<Self> {
        let is_early = ["Keras 1.", "Keras 2."].iter().any(|early| origin.producer.starts_with(early));
        (origin.format == "Keras").then_some(Self { is_early, is_merged: origin.version == "archive" })
    }
}

/// An operation, and the model file that its layer is added to.
pub(super) struct Call<'a> {
    pub(super) draft: &'a mut Draft,
    pub(super) set: Set,
    /// The operation's name.
    pub(super) kind: &'a str,
    pub(super) settings: &'a [Setting],
    pub(super) operands: Vec<Known>,
    pub(super) outputs: Vec<&'a TensorType>,
    /// The version of ONNX's operators.
    pub(super) opset: i64,
    /// What the kind of a file of Keras says.
    pub(super) keras: Option<Keras>,
    /// The size of the batch in the file, if it is fixed.
    pub(super) batch: Option<usize>,
    /// The name that its layer has, if the file gives it one.
    pub(super) name: Option<String>,
    /// The node, for messages.
    pub(super) node: &'a str,
}

impl Call<'_> {
    pub(super) fn operand(&self, index: usize) -> &Known {
        self.operands.get(index).unwrap_or(&Known::Absent)
    }

    /// An operand that depends on the input.
    pub(super) fn view(&self, index: usize) -> Result<View, Reason> {
        match self.operand(index) {
            Known::View(view) => Ok(view.clone()),
            Known::Lost => Err(Reason::Follows),
            Known::Weight(_) | Known::Filled(_) | Known::Size => Err(Reason::because("its input is constant")),
            Known::Stack(_) | Known::Absent => Err(Reason::because("its input is no single tensor")),
        }
    }

    /// A stored operand.
    pub(super) fn weight(&self, index: usize) -> Result<Weight, Reason> {
        match self.operand(index) {
            Known::Weight(weight) => Ok(weight.clone()),
            Known::Lost => Err(Reason::Follows),
            Known::Absent => Err(Reason::because("it has no weights")),
            _ => Err(Reason::because("its weights are computed or quantized")),
        }
    }

    /// A stored operand that may be omitted.
    pub(super) fn optional(&self, index: usize) -> Result<Option<Weight>, Reason> {
        if matches!(self.operand(index), Known::Absent) { Ok(None) } else { self.weight(index).map(Some) }
    }

    /// A stored operand of Keras, with the product of the matrices of low rank that are operands from `first` on, if the layer
    /// has such.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "factors are small")]
    pub(super) fn adapted(&self, index: usize, first: usize) -> Result<Weight, Reason> {
        let weight = self.weight(index)?;
        let rank = self.int("lora_rank", 0);
        if rank == 0 || self.keras.is_some_and(|keras| keras.is_merged) {
            return Ok(weight);
        }
        let factor = self.float("lora_alpha", rank as f64)? / rank as f64;
        let [first, second] = [self.weight(first)?, self.weight(first + 1)?];
        let adapted = weight.with_product(&first, &second, factor as f32);
        adapted.ok_or_else(|| Reason::because("its matrices of low rank do not fit its weights"))
    }

    pub(super) fn setting(&self, name: &str) -> Option<&ArgValue> {
        self.settings.iter().find(|setting| setting.name == name).map(|setting| &setting.value)
    }

    pub(super) fn int(&self, name: &str, default: i64) -> i64 {
        match self.setting(name) {
            Some(ArgValue::Int(value)) => *value,
            Some(ArgValue::Bool(value)) => i64::from(*value),
            _ => default,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "hyperparameters are small")]
    pub(super) fn float(&self, name: &str, default: f64) -> Result<f64, Reason> {
        match self.setting(name) {
            Some(ArgValue::Int(value)) => Ok(*value as f64),
            Some(ArgValue::Float(value)) => Ok(*value),
            Some(ArgValue::Name(text)) if text == "none" => Ok(default),
            Some(_) => Err(Reason::because(format!("its `{name}` is not one number"))),
            None => Ok(default),
        }
    }

    /// Refuses arguments that the layers of netviz do not have, unless they are omitted.
    pub(super) fn without(&self, names: &[&str]) -> Result<(), Reason> {
        match names.iter().find(|name| self.setting(name).is_some()) {
            Some(name) => Err(Reason::because(format!("it has `{name}`"))),
            None => Ok(()),
        }
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        match self.setting(name) {
            Some(ArgValue::Bool(value)) => *value,
            Some(ArgValue::Int(value)) => *value != 0,
            _ => default,
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.setting(name) {
            Some(ArgValue::Name(text)) => Some(text),
            _ => None,
        }
    }

    /// Whole numbers; one stands for a list of it.
    pub(super) fn ints(&self, name: &str) -> Option<Vec<i64>> {
        match self.setting(name)? {
            ArgValue::Int(value) => Some(vec![*value]),
            ArgValue::Sizes(values) => Some(values.clone()),
            ArgValue::List(values) => values
                .iter()
                .map(|value| match value {
                    ArgValue::Int(value) => Some(*value),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }

    /// A size for each of two dimensions; one stands for both.
    pub(super) fn pair(&self, name: &str, default: usize) -> Result<[usize; 2], Reason> {
        let Some(values) = self.ints(name) else { return Ok([default; 2]) };
        let sizes: Option<Vec<usize>> = values.iter().map(|&value| small(value)).collect();
        match sizes.as_deref() {
            Some([both]) => Ok([*both; 2]),
            Some([height, width]) => Ok([*height, *width]),
            _ => Err(Reason::because("it works on other than two dimensions")),
        }
    }

    /// An axis of so many dimensions, which may count from the end.
    pub(super) fn axis(axis: i64, rank: usize) -> Result<usize, Reason> {
        let rank_int = i64::try_from(rank).unwrap_or(i64::MAX);
        let axis = if axis < 0 { axis.saturating_add(rank_int) } else { axis };
        let index = usize::try_from(axis).ok().filter(|&index| index < rank);
        index.ok_or_else(|| Reason::because("it works along a dimension that its input does not have"))
    }

    /// The sizes of an output: `None` for the batch, and for a size that is not known, which must be that.
    pub(super) fn sizes(&self, output: usize) -> Result<Vec<Option<usize>>, Reason> {
        let dims = self.outputs.get(output).and_then(|ty| ty.dims());
        let dims = dims.ok_or_else(|| Reason::because("the shape of its output is not known"))?;
        Ok(dims.iter().map(Dim::size).collect())
    }

    /// Adds the layer of this operation.
    pub(super) fn push(
        &mut self,
        kind: &'static str,
        arguments: Vec<(&'static str, ArgValue)>,
        from: Vec<Source>,
        weights: Vec<(&'static str, Weight)>,
        outputs: Vec<Vec<usize>>,
    ) -> Source {
        let name = self.name.clone().filter(|_| kind != AFFINE && kind != PADDED);
        let origin = (self.kind.to_owned(), self.node.to_owned());
        self.draft.push(Layer { kind, arguments, from, weights, name, outputs, origin })
    }

    /// A function of each value.
    pub(super) fn each(&mut self, kind: &'static str, arguments: Vec<(&'static str, ArgValue)>, view: &View) -> View {
        let sizes = self.draft.sizes(view.source).to_vec();
        view.of(self.push(kind, arguments, vec![view.source], Vec::new(), vec![sizes]))
    }

    /// A value as an image, channels first, and its sizes.
    pub(super) fn image(&mut self, view: &View, channels_last: bool) -> Result<(Source, [usize; 3]), Reason> {
        if view.rank() != 4 {
            return Err(Reason::because("its input is no image (channels×height×width)"));
        }
        let axes = if channels_last { [0, 3, 1, 2] } else { [0, 1, 2, 3] };
        let source = self.draft.arranged(view, &axes)?;
        Ok((source, [axes[1], axes[2], axes[3]].map(|axis| view.size(axis))))
    }

    /// An image in the order of the file.
    pub(super) fn as_image(source: Source, sizes: [usize; 3], channels_last: bool) -> View {
        let axes = if channels_last {
            vec![vec![0], vec![2], vec![3], vec![1]]
        } else {
            (0..4).map(|axis| vec![axis]).collect()
        };
        View { source, sizes: sizes.to_vec(), axes }
    }

    /// Whether a layer of Keras has the channels last.
    pub(super) fn channels_last(&self) -> bool {
        self.set == Set::Keras && self.text("data_format") != Some("channels_first")
    }
}

/// A size of a window or of its padding, which the layers of netviz can have.
pub(super) fn small(value: i64) -> Option<usize> {
    i32::try_from(value).ok().and_then(|value| usize::try_from(value).ok())
}
