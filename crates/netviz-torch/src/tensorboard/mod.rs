//! Event files, which [TensorBoard](https://www.tensorflow.org/tensorboard) shows.
//!
//! An [`EventFile`] is a list of [`Event`]s, to which a run appends: TensorBoard keeps a file open and reads what
//! is behind the last byte that it knows, so it would not see a file that was written anew in its place.
//! What is shown are [`Value`]s, each under a tag.

mod file;
mod histogram;
mod proto;
mod record;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use prost::Message;

pub use file::{EventFile, is_event_file, new_name};
pub use proto::{Event, Summary, Value, What};

use proto::{
    DT_FLOAT, DT_STRING, Dim, HParam, HParamKind, HParamsPluginData, Image, Kind, PluginData, SessionStartInfo,
    SummaryMetadata, TensorProto, TensorShapeProto,
};

impl Event {
    /// Values of one moment.
    pub fn of(wall_time: f64, step: u64, value: Vec<Value>) -> Self {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        Self { wall_time, step, what: Some(What::Summary(Summary { value })) }
    }

    /// Its place in the course of training.
    pub fn place(&self) -> u64 {
        u64::try_from(self.step).unwrap_or_default()
    }

    /// Its values.
    pub fn values(&self) -> &[Value] {
        if let Some(What::Summary(summary)) = &self.what { &summary.value } else { &[] }
    }
}

/// The time that was `ago` before now, as events have it.
pub fn time(ago: Duration) -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.saturating_sub(ago).as_secs_f64()
}

/// A number.
pub fn scalar(tag: impl Into<String>, value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "TensorBoard has no larger numbers")]
    let kind = Kind::SimpleValue(value as f32);
    Value { tag: tag.into(), metadata: None, kind: Some(kind) }
}

/// How values are distributed.
pub fn histogram(tag: impl Into<String>, values: &[f32]) -> Value {
    Value { tag: tag.into(), metadata: None, kind: Some(Kind::Histo(histogram::histogram(values))) }
}

/// A picture as a PNG file with red, green, blue and alpha.
pub fn image(tag: impl Into<String>, png: Vec<u8>) -> Value {
    // The header of PNG: eight bytes of signature, length and name of the first chunk, then these.
    let size = |at: usize| png.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, i32::from_be_bytes);
    let image = Image { width: size(16), height: size(20), colorspace: 4, encoded_image_string: png };
    Value { tag: tag.into(), metadata: None, kind: Some(Kind::Image(image)) }
}

/// A text that is shown as it is, line by line.
pub fn text(tag: impl Into<String>, text: &str) -> Value {
    // TensorBoard takes it for Markdown, where nothing has a meaning in lines that begin with four spaces.
    let markdown: String = text.lines().flat_map(|line| ["    ", line, "\n"]).collect();
    let tensor = TensorProto { dtype: DT_STRING, string_val: vec![markdown.into_bytes()], tensor_shape: None };
    Value { tag: tag.into(), metadata: Some(plugin("text", Vec::new())), kind: Some(Kind::Tensor(tensor)) }
}

/// The hyperparameters of a run that started at `wall_time`. Texts that are numbers become some.
pub fn hyperparameters(wall_time: f64, parameters: BTreeMap<String, String>) -> Value {
    let value = |text: String| HParam {
        kind: Some(match text.parse() {
            Ok(number) => HParamKind::NumberValue(number),
            Err(_) => HParamKind::StringValue(text),
        }),
    };
    let hparams = parameters.into_iter().map(|(name, text)| (name, value(text))).collect();
    let start = SessionStartInfo { hparams, start_time_secs: wall_time };
    let content = HParamsPluginData { session_start_info: Some(start) }.encode_to_vec();
    // All is in the metadata, but every value needs a tensor.
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
