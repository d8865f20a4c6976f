//! What a run recorded.

/// The loss and metrics of some samples, by name and in the order of the file. Values that are NaN or infinite are left
/// out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetricValues(pub(super) Vec<(String, f64)>);

impl MetricValues {
    /// The value of the loss or of a metric; `None` if not measured, NaN or infinite.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The names of all values.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// An epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Epoch {
    /// Training metrics.
    pub training: MetricValues,
    /// Validation metrics, if there is validation.
    pub validation: Option<MetricValues>,
    /// Learning rate of the last step.
    pub learning_rate: Option<f64>,
    /// Duration.
    pub seconds: Option<f64>,
}

/// The result of a finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Test metrics.
    pub test: MetricValues,
    /// The best epoch, from 1, with validation or early stopping.
    pub best: Option<usize>,
    /// The epoch after which early stopping ended the run, if it did.
    pub stopped: Option<usize>,
    /// Duration of the run.
    pub seconds: Option<f64>,
}
