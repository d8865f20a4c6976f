//! Event files for [TensorBoard](https://www.tensorflow.org/tensorboard).
//!
//! A run appends [`Event`]s to an [`EventFile`]. TensorBoard keeps a file open and reads only what was appended since,
//! so it would not notice a new file in the place of an old one. Events hold [`Value`]s, each with a tag.

mod file;
mod histogram;
mod proto;
mod record;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use netviz::schema::ArgValue;
use prost::Message;

pub use file::{EventFile, is_event_file, new_name};
pub use proto::{Event, Summary, Value, What};

use proto::{
    DT_FLOAT, DT_STRING, Dim, HParam, HParamKind, HParamsPluginData, Image, Kind, PluginData, SessionStartInfo,
    SummaryMetadata, TensorProto, TensorShapeProto,
};

impl Event {
    /// An event with the values of one moment.
    pub fn of(wall_time: f64, step: u64, value: Vec<Value>) -> Self {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        Self { wall_time, step, what: Some(What::Summary(Summary { value })) }
    }

    /// The step or epoch that it belongs to.
    pub fn place(&self) -> u64 {
        u64::try_from(self.step).unwrap_or_default()
    }

    /// Its values; none if it is the file version.
    pub fn values(&self) -> &[Value] {
        if let Some(What::Summary(summary)) = &self.what { &summary.value } else { &[] }
    }
}

/// The time `ago` before now, in seconds since 1970.
pub fn time(ago: Duration) -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.saturating_sub(ago).as_secs_f64()
}

/// A scalar.
pub fn scalar(tag: impl Into<String>, value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "TensorBoard has no larger numbers")]
    let kind = Kind::SimpleValue(value as f32);
    Value { tag: tag.into(), metadata: None, kind: Some(kind) }
}

/// A histogram of values.
pub fn histogram(tag: impl Into<String>, values: &[f32]) -> Value {
    Value { tag: tag.into(), metadata: None, kind: Some(Kind::Histo(histogram::histogram(values))) }
}

/// An image, from an RGBA PNG file.
pub fn image(tag: impl Into<String>, png: Vec<u8>) -> Value {
    // Offsets in a PNG file: width and height follow the 8-byte signature and the length and name of the first chunk.
    let size = |at: usize| png.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, i32::from_be_bytes);
    let image = Image { width: size(16), height: size(20), colorspace: 4, encoded_image_string: png };
    Value { tag: tag.into(), metadata: None, kind: Some(Kind::Image(image)) }
}

/// A text that is shown verbatim.
pub fn text(tag: impl Into<String>, text: &str) -> Value {
    // TensorBoard renders texts as Markdown, which leaves lines indented by four spaces as they are.
    let markdown: String = text.lines().flat_map(|line| ["    ", line, "\n"]).collect();
    let tensor = TensorProto { dtype: DT_STRING, string_val: vec![markdown.into_bytes()], tensor_shape: None };
    Value { tag: tag.into(), metadata: Some(plugin("text", Vec::new())), kind: Some(Kind::Tensor(tensor)) }
}

/// The hyperparameters of a run that started at `wall_time`. Numbers and booleans keep their type, so that TensorBoard
/// can sort and filter by them; everything else becomes text.
#[expect(clippy::cast_precision_loss, reason = "TensorBoard has no other numbers")]
pub fn hyperparameters(wall_time: f64, parameters: &BTreeMap<String, ArgValue>) -> Value {
    let value = |value: &ArgValue| HParam {
        kind: Some(match value {
            ArgValue::Int(number) => HParamKind::Number(*number as f64),
            ArgValue::Float(number) => HParamKind::Number(*number),
            ArgValue::Bool(value) => HParamKind::Bool(*value),
            other => HParamKind::Text(other.to_string()),
        }),
    };
    let hparams = parameters.iter().map(|(name, argument)| (name.clone(), value(argument))).collect();
    let start = SessionStartInfo { hparams, start_time_secs: wall_time };
    let content = HParamsPluginData { session_start_info: Some(start) }.encode_to_vec();
    // The content is in the metadata, but every value needs a tensor.
    let shape = TensorShapeProto { dim: vec![Dim { size: 0 }] };
    let tensor = TensorProto { dtype: DT_FLOAT, tensor_shape: Some(shape), string_val: Vec::new() };
    Value {
        tag: "_hparams_/session_start_info".to_owned(),
        metadata: Some(plugin("hparams", content)),
        kind: Some(Kind::Tensor(tensor)),
    }
}

fn plugin(name: &str, content: Vec<u8>) -> SummaryMetadata {
    SummaryMetadata { plugin_data: Some(PluginData { plugin_name: name.to_owned(), content }) }
}
