//! What is drawn, and how: a network, the view of it, and the options.

mod fit;

use std::cell::OnceCell;

pub use crate::detail::Detail;
use crate::label::Template;
use crate::outline::{Joins, Level, Outline};
use crate::page::Page;
use crate::scene::Scene;
use crate::theme::Theme;
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::Graph;
use netviz_model::schema::suggest;
use netviz_model::weights::Weights;

pub use fit::Fit;

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
    /// Whether repeated blocks are always drawn once; otherwise, only where a page is too small.
    pub always_folds: bool,
    /// Whether a connection of a value that many blocks read is named in their boxes, where blocks are folded.
    pub names_shared: bool,
    /// Whether data may flow in the other direction if that suits a page better.
    pub turns: bool,
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
    /// Largest number of neurons drawn per layer; `None` for ten, or fewer where a page is too small.
    pub max_neurons: Option<usize>,
    /// Whether to draw all neurons, regardless of `max_neurons`.
    pub full: bool,
    /// Which neurons to draw in a layer that has more than `max_neurons`.
    pub pick: Pick,
    /// Whether to draw biases as neurons.
    pub bias: bool,
    /// Number of first-layer neurons drawn as the images that they respond to.
    pub receptive: usize,
    /// Number of levels of repeated blocks of which every copy is drawn.
    pub unfold: usize,
    /// Number of levels of groups that are drawn open, such as repeated blocks; `None` for as many as fit the page.
    pub depth: Option<usize>,
    /// How much is shown of each layer; `None` for medium, or low if the page is too small for that.
    pub detail: Option<Detail>,
    /// The place that the picture is made for; `None` for as large as it becomes.
    pub page: Option<Page>,
    /// Columns of a picture in characters, from 40 to 100.
    pub columns: usize,
    /// Whether a picture in characters uses those of ASCII alone, but for names.
    pub ascii: bool,
}

/// How much of a network a view shows, if there is room for it.
fn level(view: &View, options: &Options) -> Level {
    let Options { detail, depth, .. } = *options;
    let unfold = if view.always_folds || depth.is_some() { options.unfold } else { usize::MAX };
    let names_shared = view.names_shared;
    Level {
        detail: detail.unwrap_or(Detail::Medium),
        unfold,
        names_shared,
        series: false,
        depth,
        joins: Joins::Never,
        brief: false,
        cuts: false,
        most: None,
    }
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
            max_neurons: None,
            full: false,
            pick: Pick::Even,
            bias: false,
            receptive: 0,
            unfold: 0,
            depth: None,
            detail: None,
            page: Some(Page::README),
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
    /// How much of the network is shown.
    pub(crate) level: Level,
    /// Direction of the data flow.
    direction: Direction,
    scene: OnceCell<(Scene, Fit)>,
}

impl<'a> Picture<'a> {
    /// A picture in a view, whatever the options say, with trained weights if there are any.
    pub fn new(graph: &'a Graph, weights: Option<&'a Weights>, view: &'static View, options: &'a Options) -> Self {
        let direction = options.direction.unwrap_or(view.direction);
        // What exporters have taken apart is together below high detail.
        let graph = if options.detail == Some(Detail::High) { graph.detailed() } else { graph };
        Self { graph, view, weights, options, level: level(view, options), direction, scene: OnceCell::new() }
    }

    /// The same picture with less or more of the network.
    pub(crate) fn at(&self, level: Level) -> Self {
        Self { level, direction: self.direction, ..Self::new(self.graph, self.weights, self.view, self.options) }
    }

    /// The same picture with data that flows in the other direction.
    fn turned(&self) -> Self {
        let direction = match self.direction {
            Direction::Down => Direction::Right,
            Direction::Right => Direction::Down,
        };
        Self { direction, ..self.at(self.level) }
    }

    /// The parts that are shown at a level.
    pub(crate) fn outline(&self, level: Level) -> Outline {
        Outline::of(self.graph, &self.options.theme.notes, level)
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
        if let Some((scene, _)) = self.scene.get() {
            return Ok(scene);
        }
        let scene = self.fitted()?;
        Ok(&self.scene.get_or_init(|| scene).0)
    }

    /// What it took to fit the scene to its page; `None` if it has not been computed.
    pub fn fit(&self) -> Option<&Fit> {
        self.scene.get().map(|(_, fit)| fit)
    }

    /// The finished scene.
    ///
    /// # Errors
    /// If the picture would be too large.
    pub fn into_scene(self) -> Result<Scene, Diagnostic> {
        match self.scene.into_inner() {
            Some((scene, _)) => Ok(scene),
            None => Ok(Self { scene: OnceCell::new(), ..self }.fitted()?.0),
        }
    }

    /// Refuses notes over layers that the network does not have, or from a later one to an earlier one, and branches with
    /// such layers.
    fn check_names(&self) -> Result<(), Diagnostic> {
        let names: Vec<&str> = self.graph.order().map(|index| self.graph.node(index).name.as_str()).collect();
        let place = |name: &String, what: &str| {
            names.iter().position(|other| other == name).ok_or_else(|| {
                let message = format!("`{}` has no layer `{}` for {what}", self.graph.name(), excerpt(name));
                Diagnostic::error(message).hint(suggest::hint(name, names.iter().copied()))
            })
        };
        for name in self.options.theme.branches.iter().flatten() {
            place(name, "a branch")?;
        }
        for note in &self.options.theme.notes {
            let [first, last] = &note.over;
            if place(first, "a note")? > place(last, "a note")? {
                let [first, last] = [first, last].map(|name| excerpt(name));
                let message = format!("a note goes from `{first}` to `{last}`, which comes before it");
                return Err(Diagnostic::error(message).hint(format!("write `over: [{last}, {first}]`")));
            }
        }
        Ok(())
    }

    /// Computes the scene.
    fn fitted(&self) -> Result<(Scene, Fit), Diagnostic> {
        if self.graph.order().len() == 0 {
            return Err(Diagnostic::error("the network has no layers").hint("there is nothing to draw"));
        }
        self.check_names()?;
        match self.options.page {
            Some(page) => fit::scene(self, page),
            None => Ok(((self.view.scene)(self)?, Fit::default())),
        }
    }

    /// Direction of the data flow.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The title.
    pub fn title(&self) -> &str {
        self.options.title.as_deref().unwrap_or_else(|| self.graph.name())
    }
}
