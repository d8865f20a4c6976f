//! What is drawn, and how: a network, the view of it, and the options.

use std::cell::OnceCell;

use crate::label::Template;
use crate::page::Page;
use crate::scene::Scene;
use crate::theme::Theme;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::graph::Graph;
use netviz_model::weights::Weights;

/// Direction of the data flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From top to bottom.
    Down,
    /// From left to right.
    Right,
}

/// A way to draw a network.
#[non_exhaustive]
pub struct View {
    /// Name on the command line.
    pub name: &'static str,
    /// One phrase for the help.
    pub doc: &'static str,
    /// Default direction of the data flow.
    pub direction: Direction,
    /// Computes the layout.
    pub scene: fn(&Picture) -> Result<Scene, Diagnostic>,
    /// The structure for Graphviz, which computes the layout itself.
    #[cfg(feature = "dot")]
    pub dot: fn(&Picture) -> Result<String, Diagnostic>,
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_tuple("View").field(&self.name).finish()
    }
}

/// Drawing options. Each view uses those that apply to it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// The view; `None` for the one that [suits](crate::views::default_view) the network.
    pub view: Option<&'static View>,
    /// Direction of the data flow; `None` for the view's default.
    pub direction: Option<Direction>,
    /// Colours, spacings and font sizes.
    pub theme: Theme,
    /// Title; `None` for the name of the network.
    pub title: Option<String>,
    /// Whether to draw a legend.
    pub legend: bool,
    /// Whether to leave out the background.
    pub transparent: bool,
    /// Text of each layer; `None` for the view's default.
    pub label: Option<Template>,
    /// Pixels of a PNG per pixel of the scene; `None` for two, or fewer in a very large picture.
    pub scale: Option<f64>,
    /// Largest number of neurons drawn per layer.
    pub max_neurons: usize,
    /// Whether to draw all neurons, regardless of `max_neurons`.
    pub full: bool,
    /// Which neurons to draw in a layer that has more than `max_neurons`.
    pub pick: Pick,
    /// Whether to draw biases as neurons.
    pub bias: bool,
    /// Number of first-layer neurons drawn as the images that they respond to.
    pub receptive: usize,
    /// Number of levels of repeated blocks that are unfolded.
    pub depth: usize,
    /// How much the view of blocks shows of each layer.
    pub detail: Detail,
    /// The place that the picture is made for; `None` for as large as it becomes.
    pub page: Option<Page>,
    /// Columns of a picture in characters, from 40 to 100.
    pub columns: usize,
    /// Whether a picture in characters uses those of ASCII alone, but for names.
    pub ascii: bool,
}

/// How much the view of blocks shows of each layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The shape. Normalizations, activations and dropout are bands of the layer before them.
    Low,
    /// The shape, the costs and the arguments that differ from their defaults, with the same bands.
    Medium,
    /// The same, and each layer by itself.
    High,
}

/// Which neurons to draw in a layer that has more than [`Options::max_neurons`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Evenly spaced, including the first and the last.
    Even,
    /// Those with the largest weights.
    Strongest,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            view: None,
            direction: None,
            theme: Theme::classic(),
            title: None,
            legend: true,
            transparent: false,
            label: None,
            scale: None,
            max_neurons: 10,
            full: false,
            pick: Pick::Even,
            bias: false,
            receptive: 0,
            depth: 0,
            detail: Detail::High,
            page: None,
            columns: 80,
            ascii: false,
        }
    }
}

/// A network with its drawing options; [`picture`](crate::picture()) makes one.
#[derive(Debug)]
pub struct Picture<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) view: &'static View,
    /// Trained weights; `None` for an untrained network.
    pub(crate) weights: Option<&'a Weights>,
    pub(crate) options: &'a Options,
    scene: OnceCell<Scene>,
}

impl<'a> Picture<'a> {
    /// A picture in a view, whatever the options say, with trained weights if there are any.
    pub fn new(graph: &'a Graph, weights: Option<&'a Weights>, view: &'static View, options: &'a Options) -> Self {
        Self { graph, view, weights, options, scene: OnceCell::new() }
    }

    /// The network.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// The view.
    pub fn view(&self) -> &'static View {
        self.view
    }

    /// The drawing options.
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// The scene, computed once.
    ///
    /// # Errors
    /// If the picture would be too large.
    pub fn scene(&self) -> Result<&Scene, Diagnostic> {
        if let Some(scene) = self.scene.get() {
            return Ok(scene);
        }
        let scene = (self.view.scene)(self)?;
        Ok(self.scene.get_or_init(|| scene))
    }

    /// Direction of the data flow.
    pub fn direction(&self) -> Direction {
        self.options.direction.unwrap_or(self.view.direction)
    }

    /// The title.
    pub fn title(&self) -> &str {
        self.options.title.as_deref().unwrap_or_else(|| self.graph.name())
    }
}
