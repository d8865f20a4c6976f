//! The protobuf messages of event files, with the fields that netviz writes.
//!
//! Names, field numbers and types are those of [`event.proto`], [`summary.proto`], [`histogram.proto`] and
//! [`tensor.proto`]; those of hyperparameters come from the plugin's [`plugin_data.proto`]. All are proto3.
//!
//! [`event.proto`]: https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/compat/proto/event.proto
//! [`summary.proto`]: https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/compat/proto/summary.proto
//! [`histogram.proto`]: https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/compat/proto/histogram.proto
//! [`tensor.proto`]: https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/compat/proto/tensor.proto
//! [`plugin_data.proto`]: https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/plugins/hparams/plugin_data.proto

use std::collections::BTreeMap;

use prost::{Message, Oneof};

/// `DataType`: 32-bit floating point.
pub(super) const DT_FLOAT: i32 = 1;
/// `DataType`: bytes.
pub(super) const DT_STRING: i32 = 7;

/// One record of a file.
#[derive(Clone, PartialEq, Message)]
pub struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    pub wall_time: f64,
    /// The step or epoch that the event belongs to.
    #[prost(int64, tag = "2")]
    pub step: i64,
    /// The content.
    #[prost(oneof = "What", tags = "3, 5")]
    pub what: Option<What>,
}

/// The content of an event.
#[derive(Clone, PartialEq, Oneof)]
pub enum What {
    /// The version of the format: the first record of every file.
    #[prost(string, tag = "3")]
    FileVersion(String),
    /// Values.
    #[prost(message, tag = "5")]
    Summary(Summary),
}

/// Values of one moment.
#[derive(Clone, PartialEq, Message)]
pub struct Summary {
    /// The values, each with a tag.
    #[prost(message, repeated, tag = "1")]
    pub value: Vec<Value>,
}

/// A value with a tag.
#[derive(Clone, PartialEq, Message)]
pub struct Value {
    /// The tag.
    #[prost(string, tag = "1")]
    pub tag: String,
    /// The plugin that shows the value, if its kind does not imply one.
    #[prost(message, optional, tag = "9")]
    pub(super) metadata: Option<SummaryMetadata>,
    #[prost(oneof = "Kind", tags = "2, 4, 5, 8")]
    pub(super) kind: Option<Kind>,
}

/// The kinds of values.
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Kind {
    #[prost(float, tag = "2")]
    SimpleValue(f32),
    #[prost(message, tag = "4")]
    Image(Image),
    #[prost(message, tag = "5")]
    Histo(HistogramProto),
    #[prost(message, tag = "8")]
    Tensor(TensorProto),
}

/// An image.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Image {
    #[prost(int32, tag = "1")]
    pub(super) height: i32,
    #[prost(int32, tag = "2")]
    pub(super) width: i32,
    /// The number of channels: 3 or 4.
    #[prost(int32, tag = "3")]
    pub(super) colorspace: i32,
    /// The bytes of a PNG file.
    #[prost(bytes = "vec", tag = "4")]
    pub(super) encoded_image_string: Vec<u8>,
}

/// A histogram; `bucket_limit` holds the upper limits of the buckets.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HistogramProto {
    #[prost(double, tag = "1")]
    pub(super) min: f64,
    #[prost(double, tag = "2")]
    pub(super) max: f64,
    #[prost(double, tag = "3")]
    pub(super) num: f64,
    #[prost(double, tag = "4")]
    pub(super) sum: f64,
    #[prost(double, tag = "5")]
    pub(super) sum_squares: f64,
    #[prost(double, repeated, tag = "6")]
    pub(super) bucket_limit: Vec<f64>,
    #[prost(double, repeated, tag = "7")]
    pub(super) bucket: Vec<f64>,
}

/// A tensor of strings, or one without values.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorProto {
    #[prost(int32, tag = "1")]
    pub(super) dtype: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) tensor_shape: Option<TensorShapeProto>,
    #[prost(bytes = "vec", repeated, tag = "8")]
    pub(super) string_val: Vec<Vec<u8>>,
}

/// The dimensions of a tensor; none for a single value.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorShapeProto {
    #[prost(message, repeated, tag = "2")]
    pub(super) dim: Vec<Dim>,
}

/// A dimension.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Dim {
    #[prost(int64, tag = "1")]
    pub(super) size: i64,
}

/// How a value is shown.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SummaryMetadata {
    #[prost(message, optional, tag = "1")]
    pub(super) plugin_data: Option<PluginData>,
}

/// The plugin that shows a value, and the data that it needs.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PluginData {
    #[prost(string, tag = "1")]
    pub(super) plugin_name: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) content: Vec<u8>,
}

/// The data of the plugin `hparams`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HParamsPluginData {
    #[prost(message, optional, tag = "3")]
    pub(super) session_start_info: Option<SessionStartInfo>,
}

/// The hyperparameters of a run.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SessionStartInfo {
    #[prost(btree_map = "string, message", tag = "1")]
    pub(super) hparams: BTreeMap<String, HParam>,
    #[prost(double, tag = "5")]
    pub(super) start_time_secs: f64,
}

/// `google.protobuf.Value`
#[derive(Clone, PartialEq, Message)]
pub(super) struct HParam {
    #[prost(oneof = "HParamKind", tags = "2, 3, 4")]
    pub(super) kind: Option<HParamKind>,
}

/// A number, which runs can be sorted by, a text or a boolean.
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum HParamKind {
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    Text(String),
    #[prost(bool, tag = "4")]
    Bool(bool),
}
