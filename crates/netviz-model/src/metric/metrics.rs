//! The metrics that a model names.

use std::ops::Deref;

use super::{METRICS, MONITORED, Metric, loss};
use crate::diagnostics::{Diagnostic, Problems};
use crate::limits;
use crate::schema::Chosen;
use crate::schema::arguments::{ArgValue, Argument, ToValue};
use crate::text::thousands;
use crate::yaml::Node;

/// A list of metrics with different names.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Vec<Chosen<dyn Metric>>);

impl Metrics {
    /// The metrics that are measured even if the model does not list them.
    pub fn usual() -> Self {
        let plain = METRICS.entries.iter().filter_map(|entry| entry.plain());
        Self(plain.filter(|metric| metric.is_usual()).collect())
    }

    /// The loss, then the metrics.
    pub fn with_loss(&self) -> Vec<Chosen<dyn Metric>> {
        [loss()].into_iter().chain(self.0.iter().cloned()).collect()
    }

    /// Adds a metric, unless it is in the list already. Returns whether it was added.
    pub(crate) fn add(&mut self, metric: Chosen<dyn Metric>) -> bool {
        let is_new = self.0.iter().all(|other| other.name() != metric.name());
        if is_new {
            self.0.push(metric);
        }
        is_new
    }
}

impl Deref for Metrics {
    type Target = [Chosen<dyn Metric>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Argument for Metrics {
    fn expected() -> String {
        Vec::<Chosen<dyn Metric>>::expected()
    }

    fn hint(node: &Node) -> Option<String> {
        Vec::<Chosen<dyn Metric>>::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let listed = Vec::<Chosen<dyn Metric>>::from_node(node, problems)?;
        let (count, most) = (listed.len(), limits::METRICS);
        if count > most {
            let message = format!("`metrics` lists {} metrics", thousands(count));
            problems.push(Diagnostic::error(message).at(node.span).hint(format!("list at most {most}")));
            return None;
        }
        let mut metrics = Self::default();
        for metric in listed {
            let name = metric.name();
            if !metrics.add(metric) {
                let message = format!("the metric `{name}` is listed twice");
                problems.push(Diagnostic::warning(message).at(node.span).hint("remove one of the two"));
            }
        }
        Some(metrics)
    }
}

impl ToValue for Metrics {
    fn to_value(&self) -> Option<ArgValue> {
        self.0.to_value()
    }
}

/// The metric that decides which of two epochs is better: the loss, or a metric.
#[derive(Debug, Clone)]
pub struct Monitored(Chosen<dyn Metric>);

impl Default for Monitored {
    /// The loss.
    fn default() -> Self {
        Self(loss())
    }
}

impl Monitored {
    /// The metric. One that is written without arguments is the first of its kind in `listed`, if there is one.
    pub(crate) fn resolved(&self, listed: &Metrics) -> Chosen<dyn Metric> {
        let is_plain = self.0.settings().iter().all(|setting| setting.is_default);
        let is_same = |metric: &&Chosen<dyn Metric>| is_plain && metric.kind.name == self.0.kind.name;
        listed.iter().find(is_same).unwrap_or(&self.0).clone()
    }
}

impl Argument for Monitored {
    fn expected() -> String {
        MONITORED.expected()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        MONITORED.choose(node, problems).map(Self)
    }
}

impl ToValue for Monitored {
    fn to_value(&self) -> Option<ArgValue> {
        self.0.to_value()
    }
}
