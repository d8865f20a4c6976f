//! The pictures of a finished run, and the page that combines them.

use netviz::chart::{Look, Panel, confusion, curves, mistakes};
use netviz::cli::Failure;
use netviz::formats::svg;
use netviz::graph::Graph;
use netviz::metric::{Measure, Metric};
use netviz::picture;
use netviz::picture::Options;
use netviz::run;
use netviz::scene::Scene;
use netviz::spec::Train;
use netviz::theme::Theme;
use netviz::views::VIEWS;
use netviz::weights::Weights;

use super::folder::RunFolder;
use super::judgement::Judgement;
use super::page::page;
use crate::observe::{Epoch, Plan};

/// A finished run.
pub(super) struct Finished<'a> {
    pub(super) graph: &'a Graph,
    pub(super) spec: &'a Train,
    /// The model as it was trained.
    pub(super) yaml: &'a str,
    pub(super) plan: &'a Plan,
    pub(super) weights: &'a Weights,
    pub(super) history: &'a [Epoch],
    pub(super) judgement: &'a Judgement,
}

impl Finished<'_> {
    /// Writes the pictures and the page.
    pub(super) fn write(&self, folder: &RunFolder) -> Result<(), Failure> {
        let options = Options { view: VIEWS.first(), theme: Theme::auto(), ..Options::default() };
        let network = picture(self.graph, Some(self.weights), &options);
        let charts = self.charts(&options.theme, true);
        let pictures = charts.iter().map(|(name, scene)| (*name, scene));
        // A network that is too large for a picture is left out.
        for (name, scene) in pictures.chain(network.scene().ok().map(|scene| (run::NETWORK, scene))) {
            folder.write(name, svg(scene).as_bytes())?;
        }
        folder.write(run::PAGE, page(self, &network, &folder.path()).as_bytes())
    }

    /// The charts with the names of their files.
    pub(super) fn charts(&self, theme: &Theme, titled: bool) -> [(&'static str, Scene); 3] {
        let Judgement { confusion: counts, mistakes: surest, .. } = self.judgement;
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
            training: self.history.iter().map(|epoch| epoch.figures.value(metric)).collect(),
            validation: validation.map(|figures| figures.value(metric)).collect(),
            test: Some(self.judgement.figures.value(metric)),
        }
    }
}
