//! What is drawn, and how: a network, the view of it, and the options.

use std::cell::OnceCell;

use crate::label::Template;
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
pub struct View {
    /// Name on the command line.
    pub name: &'static str,
    /// One phrase for the help.
    pub doc: &'static str,
    /// Default direction of the data flow.
    pub direction: Direction,
    /// Computes the layout.
    pub scene: fn(&Picture) -> Result<Scene, Refusal>,
    /// The structure for Graphviz, which computes the layout itself.
    pub dot: fn(&Picture) -> Result<String, Refusal>,
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
pub struct Options {
    /// The view; `None` for the one that [suits](crate::views::suited) the network.
    pub view: Option<&'static View>,
    /// Direction of the data flow; `None` for the view's default.
    pub direction: Option<Direction>,
    /// Colours, spacings and font sizes.
    pub theme: Theme,
    /// Title; `None` for the name of the network.
    pub title: Option<String>,
    /// Whether to draw a legend.
    pub legend: bool,
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
            label: None,
            scale: None,
            max_neurons: 10,
            full: false,
            pick: Pick::Even,
            bias: false,
            receptive: 0,
            depth: 0,
        }
    }
}

/// A network with its drawing options; [`picture`](crate::picture()) makes one.
#[derive(Debug)]
pub struct Picture<'a> {
    /// The network.
    pub graph: &'a Graph,
    /// The view.
    pub view: &'static View,
    /// Trained weights, in the order of the program's parameters; `None` for an untrained network.
    pub weights: Option<&'a Weights>,
    /// Drawing options.
    pub options: &'a Options,
    scene: OnceCell<Scene>,
}

impl<'a> Picture<'a> {
    /// A picture in a view, whatever the options say, with trained weights if there are any.
    pub fn new(graph: &'a Graph, weights: Option<&'a Weights>, view: &'static View, options: &'a Options) -> Self {
        Self { graph, view, weights, options, scene: OnceCell::new() }
    }

    /// The scene, computed once.
    ///
    /// # Errors
    /// If the picture would be too large.
    pub fn scene(&self) -> Result<&Scene, Refusal> {
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

/// Why a picture was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub hint: String,
}

impl Refusal {
    /// A refusal, with what to do instead.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}; {}", self.message, self.hint)
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Diagnostic {
    fn from(Refusal { message, hint }: Refusal) -> Self {
        Self::error(message).hint(hint)
    }
}
