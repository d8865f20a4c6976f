//! A finished run, and its charts.

use netviz::chart::{Look, Panel, confusion, curves, mistakes};
use netviz::graph::Graph;
use netviz::metric::{Measure, Metric};
use netviz::run;
use netviz::scene::Scene;
use netviz::spec::Train;
use netviz::theme::Theme;
use netviz::weights::Weights;

use super::test_result::TestResult;
use crate::training::{Epoch, Plan};

/// A finished run.
pub(super) struct Finished<'a> {
    pub(super) graph: &'a Graph,
    pub(super) spec: &'a Train,
    /// The model as it was trained.
    pub(super) yaml: &'a str,
    pub(super) plan: &'a Plan,
    pub(super) weights: &'a Weights,
    pub(super) history: &'a [Epoch],
    pub(super) result: &'a TestResult,
}

impl Finished<'_> {
    /// The charts with the names of their files.
    pub(super) fn charts(&self, theme: &Theme, titled: bool) -> [(&'static str, Scene); 3] {
        let TestResult { confusion: counts, mistakes: surest, .. } = self.result;
        let look = Look { name: self.graph.name(), theme, titled };
        [
            (run::CURVES, self.curves(&look)),
            (run::CONFUSION, confusion(counts, &look)),
            (run::MISTAKES, mistakes(surest, counts.mistakes(), counts.samples(), &look)),
        ]
    }

    fn curves(&self, look: &Look) -> Scene {
        let metrics = self.plan.measures.iter().map(|metric| &**metric);
        let measures: Vec<Measure> = metrics.clone().map(Measure::of).collect();
        let panels: Vec<Panel> = metrics.zip(&measures).map(|(metric, measure)| self.panel(metric, measure)).collect();
        curves(&panels, look)
    }

    fn panel<'m>(&self, metric: &dyn Metric, measure: &'m Measure) -> Panel<'m> {
        let validation = self.history.iter().filter_map(|epoch| epoch.validation.as_ref());
        Panel {
            measure,
            training: self.history.iter().map(|epoch| epoch.metrics.value(metric)).collect(),
            validation: validation.map(|metrics| metrics.value(metric)).collect(),
            test: Some(self.result.metrics.value(metric)),
        }
    }
}
