//! A network drawn in one call.

use netviz_model::diagnostics::Diagnostic;
use netviz_model::graph::Graph;
use netviz_model::weights::Weights;

use crate::formats;
use crate::picture::{Options, Picture};
use crate::scene::Scene;
use crate::views::default_view;

/// A picture of a network, in the view of the options or the one that suits it.
pub fn picture<'a>(graph: &'a Graph, weights: Option<&'a Weights>, options: &'a Options) -> Picture<'a> {
    Picture::new(graph, weights, options.view.unwrap_or_else(|| default_view(graph)), options)
}

/// Draws a network.
///
/// ```
/// use netviz_draw::picture::Options;
/// use netviz_model::graph::Graph;
///
/// let graph = Graph::from_text("{input: [4], layers: [dense: 3, dense: 2]}").expect("a valid model");
/// let svg = netviz_draw::draw(&graph, None, &Options::default())?.svg();
/// assert!(svg.starts_with("<svg"));
/// # Ok::<(), netviz_model::diagnostics::Diagnostic>(())
/// ```
///
/// # Errors
/// If the picture would be too large, or a view that shows weights gets those of another network.
pub fn draw(graph: &Graph, weights: Option<&Weights>, options: &Options) -> Result<Drawing, Diagnostic> {
    Ok(Drawing { scene: picture(graph, weights, options).into_scene()? })
}

/// A finished drawing of a network.
#[derive(Debug, Clone)]
pub struct Drawing {
    scene: Scene,
}

impl Drawing {
    /// The items at their positions, for formats of your own.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The drawing as SVG.
    pub fn svg(&self) -> String {
        formats::svg(&self.scene)
    }
}
