//! The whole back-end in one call: a graph and how it is to look, into a view, a scene and a format.

use std::cell::OnceCell;

use crate::diagnostics::Diagnostic;
use crate::graph::Graph;
use crate::scene::Scene;
use crate::theme::Theme;
use crate::view::label::Template;
use crate::view::{VIEWS, View};
use crate::weights::Weights;

/// Where data flows in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From top to bottom.
    Down,
    /// From left to right.
    Right,
}

/// How a network is to look. Every view takes of it what it can show.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Which view.
    pub view: &'static View,
    /// Where data flows; the view's own choice where there is none.
    pub direction: Option<Direction>,
    /// Colours and sizes.
    pub theme: Theme,
    /// Over the picture; the network's name where there is none.
    pub title: Option<String>,
    /// Whether there is a legend.
    pub legend: bool,
    /// What is written at every layer; the view's own choice where there is none.
    pub label: Option<Template>,
    /// Pixels of a PNG for one of the scene; where nothing is said, two, or fewer in a very large picture.
    pub scale: Option<f64>,
    /// Most neurons drawn of a layer.
    pub max_neurons: usize,
    /// Whether all neurons are drawn, whatever `max_neurons` says.
    pub full: bool,
    /// Which neurons are drawn where some are left out.
    pub pick: Pick,
    /// Whether biases are drawn as neurons.
    pub bias: bool,
    /// How many of the first layer's neurons are drawn as the images that they respond to.
    pub receptive: usize,
    /// How many levels of repeated blocks are unfolded.
    pub depth: usize,
}

/// Which neurons are drawn where some are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Evenly spaced ones, the first and the last among them.
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

/// A network and how it is to look.
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
    /// What it has learned, in the order of its program's parameters; none for a network that is only drawn.
    pub weights: Option<&'a Weights>,
    /// How it is to look.
    pub options: &'a Options,
    scene: OnceCell<Scene>,
}

impl<'a> Picture<'a> {
    /// A picture of a network without weights.
    pub fn new(graph: &'a Graph, options: &'a Options) -> Self {
        Self { graph, weights: None, options, scene: OnceCell::new() }
    }

    /// A picture of a network with what it has learned.
    pub fn trained(graph: &'a Graph, weights: &'a Weights, options: &'a Options) -> Self {
        Self { weights: Some(weights), ..Self::new(graph, options) }
    }

    /// Everything in its place; worked out once.
    ///
    /// # Errors
    /// Where the picture would be too large.
    pub fn scene(&self) -> Result<&Scene, Refusal> {
        if let Some(scene) = self.scene.get() {
            return Ok(scene);
        }
        let scene = (self.options.view.scene)(self)?;
        Ok(self.scene.get_or_init(|| scene))
    }

    /// Where data flows.
    pub fn direction(&self) -> Direction {
        self.options.direction.unwrap_or(self.options.view.direction)
    }

    /// What stands over it.
    pub fn title(&self) -> &str {
        self.options.title.as_deref().unwrap_or_else(|| self.graph.name())
    }
}

/// Why there is no picture.
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
