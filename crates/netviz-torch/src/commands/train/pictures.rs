//! Writes the pictures of a finished run, and the page that combines them.

use netviz::cli::Failure;
use netviz::formats::svg;
use netviz::picture;
use netviz::picture::Options;
use netviz::run;
use netviz::theme::Theme;
use netviz::views::VIEWS;

use super::finished::Finished;
use super::folder::RunFolder;
use super::page::page;

/// Writes the pictures and the page.
pub(super) fn write(finished: &Finished, folder: &RunFolder) -> Result<(), Failure> {
    let options = Options { view: VIEWS.first(), theme: Theme::auto(), ..Options::default() };
    let network = picture(finished.graph, Some(finished.weights), &options);
    let charts = finished.charts(&options.theme, true);
    let pictures = charts.iter().map(|(name, scene)| (*name, scene));
    // A network that is too large for a picture is left out.
    for (name, scene) in pictures.chain(network.scene().ok().map(|scene| (run::NETWORK, scene))) {
        folder.write(name, svg(scene).as_bytes())?;
    }
    folder.write(run::PAGE, page(finished, &network, &folder.path()).as_bytes())
}
