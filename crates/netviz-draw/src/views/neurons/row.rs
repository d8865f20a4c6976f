//! One drawn layer.

use petgraph::graph::NodeIndex;

use crate::outline::{self, Fold, Part};
use crate::picture::{Detail, Picture};
use crate::properties::{LayerProperties, fused_activation};
use crate::theme::{Paint, Theme};
use netviz_model::graph::{Graph, Mark};
use netviz_model::layer::{Activation, Category, Glyph, Outline};
use netviz_model::text::plural;

/// The input or a layer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Lines of text beside it; the first is the heading.
    pub caption: Vec<String>,
    /// Its properties, as names and values.
    pub details: Vec<(String, String)>,
    /// What is new about it, in a comparison of two networks.
    pub mark: Option<Mark>,
    /// Its position in the network.
    pub role: Role,
    /// How it is drawn.
    pub body: Body,
    /// The colour that a rule of the theme gives it.
    pub color: Option<Paint>,
    /// The classes of its drawn neurons; empty if they represent none.
    pub classes: Vec<String>,
    /// Whether the bias of the layers after it is drawn beside it, as a neuron that is always 1.
    pub bias: bool,
    /// Whether the bias neurons of its input rows are connected to it.
    pub takes_bias: bool,
}

/// Position of a row in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The input.
    Input,
    /// A hidden layer.
    Hidden,
    /// The output.
    Output,
}

impl Role {
    /// Fill colour of neurons.
    pub(super) fn fill(self, theme: &Theme) -> Paint {
        match self {
            Self::Input => theme.input,
            Self::Hidden => theme.hidden,
            Self::Output => theme.output,
        }
    }
}

/// How a row is drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// As circles.
    Neurons {
        /// Indices of the drawn neurons, in ascending order.
        shown: Vec<usize>,
        /// Number of neurons of the layer.
        total: usize,
    },
    /// The input as an image.
    Image(Image),
    /// The glyph of the layer.
    Glyph {
        /// The glyph, which is not [`Glyph::Neurons`].
        glyph: Glyph,
        /// The category, which decides the colour; `None` for what is not known.
        category: Option<Category>,
    },
}

/// The input as an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Image {
    /// Channels, height and width.
    pub shape: [usize; 3],
}

impl Image {
    /// The lines of text in it.
    pub fn lines(&self) -> Vec<String> {
        let [channels, height, width] = self.shape;
        let colour = match channels {
            1 => "Grayscale".into(),
            3 => "RGB".into(),
            _ => format!("{channels} channels"),
        };
        vec!["Image".into(), format!("{height} x {width} pixels"), colour]
    }
}

/// The text of the square that shows the number of feature maps.
pub(crate) fn maps_lines(maps: usize) -> [String; 2] {
    [maps.to_string(), if maps == 1 { "Feature Map".into() } else { "Feature Maps".into() }]
}

impl Row {
    /// Fill colour of its neurons or its glyph.
    pub(super) fn fill(&self, theme: &Theme) -> Paint {
        if let Some(color) = self.color {
            return color;
        }
        match (&self.body, self.role) {
            (Body::Glyph { category: None, .. }, Role::Hidden) => theme.muted,
            (Body::Glyph { category: Some(category), .. }, _) => theme.category(*category),
            (_, role) => role.fill(theme),
        }
    }

    /// Number of its neurons that are omitted.
    pub fn omitted(&self) -> usize {
        match &self.body {
            Body::Neurons { shown, total } => total - shown.len(),
            Body::Image(_) | Body::Glyph { .. } => 0,
        }
    }

    /// Number of points that connections lead to, without a bias neuron.
    pub fn points(&self) -> usize {
        match &self.body {
            Body::Neurons { shown, .. } => shown.len(),
            Body::Image(_) | Body::Glyph { .. } => 1,
        }
    }

    /// Whether it is drawn as neurons.
    pub fn is_neurons(&self) -> bool {
        matches!(self.body, Body::Neurons { .. })
    }
}

/// Number of neurons of a node, if it is drawn as neurons.
pub(super) fn neurons(graph: &Graph, index: NodeIndex) -> Option<usize> {
    let ty = graph.output_type(index);
    let is_neurons = match graph.node(index).content.glyph(ty) {
        None => ty.image().is_none(),
        Some(glyph) => glyph == Glyph::Neurons,
    };
    ty.elements().filter(|&count| is_neurons && count > 0)
}

/// The row of a closed group.
pub(super) fn closed(part: &Part) -> Row {
    let group = part.closed.as_ref();
    // The names are in the caption.
    let mut lines = group.map_or_else(Vec::new, |group| vec![group.header()[0].clone(), group.size()]);
    lines.dedup();
    let mut caption = vec![group.map_or_else(String::new, Fold::span), outline::shapes(&part.unit, &part.variants)];
    if part.unit.layer.parameters.total() > 0 {
        caption.push(plural(part.unit.layer.parameters.total(), "parameter"));
    }
    Row {
        name: part.unit.layer.name.clone(),
        caption,
        mark: part.unit.mark(),
        details: part.unit.layer.details(),
        role: Role::Hidden,
        body: Body::Glyph {
            glyph: Glyph::Outline { outline: Outline::Rectangle, lines },
            category: part.unit.layer.category,
        },
        color: None,
        classes: Vec::new(),
        bias: false,
        takes_bias: false,
    }
}

/// The row of a node with what is fused with it, without biases; `pick` selects the drawn neurons.
pub(super) fn row(
    picture: &Picture,
    index: NodeIndex,
    part: &Part,
    role: Role,
    pick: impl Fn(usize) -> Vec<usize>,
) -> Row {
    let node = picture.graph.node(index);
    let neurons = |total: usize| Body::Neurons { shown: pick(total), total };
    let (content, ty) = (&node.content, picture.graph.output_type(index));
    // A number of neurons that is not known, or zero, is written.
    let unknown = || Glyph::Outline { outline: Outline::Rectangle, lines: vec![ty.to_string()] };
    let (body, activation) = match (content.glyph(ty), ty.elements().filter(|&count| count > 0)) {
        (None, Some(elements)) => {
            let image = ty.image().map(|shape| Body::Image(Image { shape }));
            (image.unwrap_or_else(|| neurons(elements)), Activation::Linear)
        }
        (Some(Glyph::Neurons), Some(elements)) => (neurons(elements), content.activation()),
        (glyph, _) => {
            let glyph = glyph.filter(|glyph| *glyph != Glyph::Neurons).unwrap_or_else(unknown);
            let activation = match content.category() {
                Some(category) => fused_activation(category, content.activation()),
                None => Activation::Linear,
            };
            (Body::Glyph { glyph, category: content.category() }, activation)
        }
    };
    // The neurons, or the feature maps, of one copy of a series would not be those of the others.
    let body = match body {
        Body::Neurons { .. } | Body::Glyph { glyph: Glyph::FeatureMaps { .. }, .. } if !part.variants.is_empty() => {
            let lines = vec![content.kind().to_owned()];
            Body::Glyph { glyph: Glyph::Outline { outline: Outline::Rectangle, lines }, category: content.category() }
        }
        body => body,
    };
    let properties = LayerProperties::of(picture.graph, index);
    let theme = &picture.options.theme;
    let color = theme.layers.iter().any(|rule| rule.color.is_some() && rule.matches(&properties));
    let color = theme.layer(&properties).filter(|_| color);
    let caption = match picture.options.label.as_ref().or_else(|| theme.label(&properties)) {
        Some(template) => template.lines(&properties),
        None => caption(part, &body, activation, picture.level.detail),
    };
    let classes = classes(picture.graph, index, &body);
    let details = properties.details();
    let (name, mark) = (node.name.clone(), part.unit.mark());
    Row { name, caption, details, mark, role, body, color, classes, bias: false, takes_bias: false }
}

/// The name, then size and activation, what is fused with it, and parameters if there are any and detail is not low.
fn caption(part: &Part, body: &Body, activation: Activation, detail: Detail) -> Vec<String> {
    let layer = &part.unit.layer;
    let mut size = match body {
        Body::Neurons { total, .. } => plural(*total, "neuron"),
        Body::Image(_) | Body::Glyph { .. } => outline::shapes(&part.unit, &part.variants),
    };
    let is_low = detail == Detail::Low;
    if activation != Activation::Linear && !is_low {
        size = format!("{size} · {}", activation.name());
    }
    let name = part.stack.as_ref().map(|stack| format!("{} {}", stack.whole_span(), stack.title));
    let mut caption = vec![name.unwrap_or_else(|| layer.name.clone()), size];
    if activation != Activation::Linear && is_low {
        caption.push(activation.name().to_owned());
    }
    caption.extend(part.unit.bands.iter().map(|band| format!("+ {}", band.as_band("", detail))));
    let parameters = part.stack.as_ref().map_or(part.unit.parameters(), |stack| stack.parameters);
    if parameters.total() > 0 && !is_low {
        caption.push(plural(parameters.total(), "parameter"));
    }
    caption
}

/// The class names of the network's output neurons, if its data set names all of them.
fn classes(graph: &Graph, index: NodeIndex, body: &Body) -> Vec<String> {
    match (body, graph.train()) {
        (Body::Neurons { shown, total }, Some(train)) if index == graph.output() => {
            let names = train.data.value.classes;
            if names.len() == *total {
                shown.iter().map(|&neuron| names[neuron].to_owned()).collect()
            } else {
                Vec::new()
            }
        }
        _ => Vec::new(),
    }
}
