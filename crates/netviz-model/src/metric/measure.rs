//! What is known about the values of a metric that a run has written.

use super::{Better, Metric, Metrics, Range, Style};

/// The name of a metric, and how its values are compared and shown. A run may hold metrics that this version of netviz
/// does not know: these are shown, but not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Name of the values.
    pub name: String,
    /// Which values are better; `None` if unknown.
    pub better: Option<Better>,
    /// The range of the values.
    pub range: Range,
    /// How values are written.
    pub style: Style,
}

impl Measure {
    /// The measure of a metric.
    pub fn of(metric: &dyn Metric) -> Self {
        let better = Some(metric.better());
        Self { name: metric.name(), better, range: metric.range(), style: metric.style() }
    }

    /// The loss.
    pub fn loss() -> Self {
        Self::of(&*super::loss())
    }

    /// The metrics that every run measures.
    pub fn usual() -> Vec<Self> {
        Metrics::usual().iter().map(|metric| Self::of(&**metric)).collect()
    }

    /// The metric that a model lists under a name, or else a usual one, or an unknown one.
    pub fn named(name: &str, listed: &Metrics) -> Self {
        let known = listed.iter().find(|metric| metric.name() == name).map(|metric| Self::of(&**metric));
        let known = known.or_else(|| Self::usual().into_iter().find(|usual| usual.name == name));
        known.unwrap_or_else(|| Self {
            name: name.to_owned(),
            better: None,
            range: Range::NonNegative,
            style: Style::Number,
        })
    }

    /// The name for people: `top 5` for `top_5`.
    pub fn title(&self) -> String {
        self.name.replace('_', " ")
    }
}
