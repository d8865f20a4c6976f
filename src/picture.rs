//! From a graph and options to a picture in one call: view, scene and format.

use std::cell::OnceCell;

use crate::diagnostics::Diagnostic;
use crate::graph::Graph;
use crate::render;
use crate::scene::Scene;
use crate::theme::Theme;
use crate::view::label::Template;
use crate::view::{VIEWS, View};
use crate::weights::Weights;

/// Direction of the data flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From top to bottom.
    Down,
    /// From left to right.
    Right,
}

/// Drawing options. Each view uses those that apply to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The view.
    pub view: &'static View,
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
            view: &VIEWS[0],
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

/// A network with its drawing options.
///
/// ```
/// use netviz::{Model, picture::{Options, Picture}, render};
///
/// let model = Model::from_text("
///     input: [4]
///     layers:
///       - dense: {units: 3, activation: relu}
///       - dense: 2
/// ").expect("a valid model");
/// let options = Options::default();
/// let picture = Picture::new(&model.graph, &options);
/// let svg = render::svg(picture.scene()?);
/// assert!(svg.starts_with("<svg"));
/// # Ok::<(), netviz::picture::Refusal>(())
/// ```
#[derive(Debug)]
pub struct Picture<'a> {
    /// The network.
    pub graph: &'a Graph,
    /// Trained weights, in the order of the program's parameters; `None` for an untrained network.
    pub weights: Option<&'a Weights>,
    /// Drawing options.
    pub options: &'a Options,
    scene: OnceCell<Scene>,
}

impl<'a> Picture<'a> {
    /// A picture of a network without weights.
    pub fn new(graph: &'a Graph, options: &'a Options) -> Self {
        Self { graph, weights: None, options, scene: OnceCell::new() }
    }

    /// A picture of a network with trained weights.
    pub fn trained(graph: &'a Graph, weights: &'a Weights, options: &'a Options) -> Self {
        Self { weights: Some(weights), ..Self::new(graph, options) }
    }

    /// The scene, computed once.
    ///
    /// # Errors
    /// If the picture would be too large.
    pub fn scene(&self) -> Result<&Scene, Refusal> {
        if let Some(scene) = self.scene.get() {
            return Ok(scene);
        }
        let scene = (self.options.view.scene)(self)?;
        Ok(self.scene.get_or_init(|| scene))
    }

    /// Direction of the data flow.
    pub fn direction(&self) -> Direction {
        self.options.direction.unwrap_or(self.options.view.direction)
    }

    /// The title.
    pub fn title(&self) -> &str {
        self.options.title.as_deref().unwrap_or_else(|| self.graph.name())
    }
}

impl Picture<'_> {
    /// The finished drawing.
    ///
    /// # Errors
    /// If the picture would be too large.
    pub fn into_drawing(self) -> Result<Drawing, Refusal> {
        Ok(Drawing { scene: (self.options.view.scene)(&self)? })
    }
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
        render::svg(&self.scene)
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
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
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
