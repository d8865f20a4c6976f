//! `dropout`, and what is active in training only and has no counterpart

use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Dropout"], |call| {
        let rate = match call.operand(1) {
            Known::Weight(ratio) => ratio.scalar().map_or(0.5, f64::from),
            _ => call.float("ratio", 0.5)?,
        };
        dropout(call, rate)
    }),
    aten(&["dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"], |call| {
        dropout(call, call.float("p", 0.5)?)
    }),
    keras(&["Dropout", "SpatialDropout1D", "SpatialDropout2D", "AlphaDropout", "GaussianDropout"], |call| {
        dropout(call, call.float("rate", 0.5)?)
    }),
    keras(
        &[
            "ActivityRegularization",
            "GaussianNoise",
            "RandomBrightness",
            "RandomContrast",
            "RandomFlip",
            "RandomHue",
            "RandomRotation",
            "RandomSaturation",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
        ],
        |call| Ok(vec![Known::View(call.view(0)?)]),
    ),
];

/// Nothing is dropped in inference.
fn dropout(call: &mut Call, rate: f64) -> Mapped {
    let view = call.view(0)?;
    if !(0.0..1.0).contains(&rate) {
        return Err(Reason::because(format!("its rate is {rate}")));
    }
    if rate == 0.0 {
        return Ok(vec![Known::View(view), Known::Absent]);
    }
    // As people write it: a file holds 0.4 in single precision.
    let rate = (rate * 1e6).round() / 1e6;
    Ok(vec![Known::View(call.each("dropout", vec![("rate", ArgValue::Float(rate))], &view)), Known::Absent])
}
