//! Warnings about training settings that are each valid, but make no sense together.

use super::Train;
use crate::diagnostics::Diagnostic;
use crate::schema::arguments::Reader;
use crate::schema::values::Size;
use crate::text::{plural, thousands};

/// Warns about every setting that has no effect, or a different one than its name suggests.
pub(super) fn report(train: &Train, reader: &mut Reader) {
    let data = train.data.value;
    let limit = train.limit.map_or(data.training_samples, Size::get);
    let samples = limit.min(data.training_samples);
    let kept = if train.validation_data.is_some() { 0 } else { train.validation_split.count(samples) };
    let learned = samples - kept;
    let (batch, epochs) = (train.batch_size.get(), train.epochs.get());
    if limit > samples {
        let message = format!("`{}` has {}, fewer than the `limit`", data.name, plural(samples, "training sample"));
        warn(reader, "limit", message, "remove `limit`, or write a smaller number".into());
    }
    let follows_training = train.early_stopping.is_some() && train.validation_data.is_none() && kept == 0;
    if train.validation_split.share.0 > 0.0 && train.validation_data.is_none() && kept == 0 {
        let then = if follows_training { ", so `early_stopping` follows the training samples" } else { "" };
        let message = format!("`validation_split` keeps none of {}{then}", plural(samples, "sample"));
        let hint = "write a larger fraction, such as 0.1, or remove it";
        warn(reader, "validation_split", message, hint.into());
    } else if follows_training {
        let message = "`early_stopping` monitors the training set, since there is no validation set";
        let hint = "write `validation_split: 0.1`: on training samples, overfitting looks like progress";
        warn(reader, "early_stopping", message.into(), hint.into());
    }
    if batch > learned {
        let message =
            format!("a batch of {} is more than all {}", thousands(batch), plural(learned, "training sample"));
        warn(reader, "batch_size", message, format!("write a `batch_size` of at most {learned}"));
    }
    let patience = train.early_stopping.as_ref().map(|rule| rule.patience.get());
    if let Some(patience) = patience.filter(|patience| *patience >= epochs) {
        let message = format!("a `patience` of {patience} never ends a training of {}", plural(epochs, "epoch"));
        warn(reader, "early_stopping", message, "write a smaller `patience`, or more `epochs`".into());
    }
    let steps = learned.div_ceil(batch).saturating_mul(epochs);
    if let Some(warm_up) = train.warm_up.filter(|warm_up| warm_up.get() > steps) {
        let message = format!(
            "`warm_up` of {} does not end within a training of {}",
            plural(warm_up.get(), "step"),
            plural(steps, "step")
        );
        warn(
            reader,
            "warm_up",
            message,
            "write a smaller number: the learning rate never reaches its full value".into(),
        );
    }
}

/// Adds a warning at the value of a key, or at the section if the key is absent.
fn warn(reader: &mut Reader, key: &str, message: String, hint: String) {
    let span = reader.entry(key).map_or(reader.span(), |entry| entry.node.span);
    reader.problems.push(Diagnostic::warning(message).at(span).hint(hint));
}
