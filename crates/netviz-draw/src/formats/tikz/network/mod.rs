//! A network as nodes with names, each placed relative to one before it.
//!
//! 1. [`figure`]: what the items of each layer are.
//! 2. [`place`]: which node each one is next to, and how far.
//! 3. [`layer`], [`card`], [`row`], [`frame`], [`links`], [`fan`], [`legend`]: the parts of the picture.
//! 4. [`head`]: the colours and styles that they use.

mod card;
mod fan;
mod figure;
mod frame;
mod geometry;
mod head;
mod layer;
mod legend;
mod lines;
mod links;
mod look;
mod names;
mod place;
mod row;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::font::{Weight, drawable};
use crate::formats::number::number;
use crate::picture::{Direction, Picture};
use crate::scene::{Group, Scene};
use crate::theme::Theme;
use figure::{Figure, figures};
use geometry::Node;
use head::Head;
use lines::{Note, blocks};
use look::Look;
use names::Names;
use netviz_model::category::Category;

/// Writes a network: the file, and the characters that are printed as their code points.
pub(super) fn network(picture: &Picture, scene: &Scene) -> (String, BTreeSet<char>) {
    let theme = &picture.options.theme;
    let figures = figures(&scene.groups, theme.name_size);
    let mut network = Network::new(picture, &figures);
    network.layers(&figures);
    network.frames(scene);
    network.connections(scene);
    network.others(scene);
    network.title(scene);
    network.legend(scene);
    let margin = super::length(theme.margin);
    let mut background = vec![("inner sep", margin)];
    if !scene.transparent {
        background.push(("fill", network.head.color(scene.background.light, "background")));
    }
    let background = network.head.style("netviz background", background);
    network.head.libraries.insert("fit");
    let title: String = scene.title.chars().map(drawable).collect();
    let libraries: Vec<&str> = network.head.libraries.iter().copied().collect();
    let [below, right] = network.usual.map(super::length);
    let head = network.head.written();
    let Network { text, missing, .. } = network;
    let file = format!(
        "% {title}\n\
         % The preamble needs \\usepackage{{tikz}} and \\usetikzlibrary{{{libraries}}}.\n\
         % Colours, commands and styles that the document defines before \\input win over those below;\n\
         % \\newcommand\\netvizwidth{{84mm}} makes the picture that wide.\n\
         \\begingroup\n{head}\
         \\pgfdeclarelayer{{netviz background}}\\pgfdeclarelayer{{netviz lines}}%\n\
         \\pgfsetlayers{{netviz background,netviz lines,main}}%\n\
         \\setbox0=\\hbox{{%\n\
         \\begin{{tikzpicture}}[netviz, node distance={below} and {right}]\n\
         {text}\
         \\begin{{pgfonlayer}}{{netviz background}}\n  \
         \\node[{background}, fit=(current bounding box)] {{}};\n\
         \\end{{pgfonlayer}}\n\
         \\end{{tikzpicture}}}}%\n\
         \\leavevmode\\ifdefined\\netvizwidth\\resizebox{{\\netvizwidth}}{{!}}{{\\box0}}\\else\\box0 \\fi\n\
         \\endgroup%\n",
        libraries = libraries.join(","),
    );
    (file, missing)
}

/// A file while it is written.
struct Network<'a> {
    theme: &'a Theme,
    down: bool,
    head: Head,
    missing: BTreeSet<char>,
    text: String,
    /// The nodes of the layers, in order, followed by those of the frames.
    nodes: Vec<Node>,
    /// The node of each group.
    of_group: HashMap<&'a str, usize>,
    /// The neurons of each node that is a row of them.
    rows: HashMap<usize, fan::Row>,
    /// Rows with so many neurons that they have no names.
    unnamed: HashSet<usize>,
    /// The category of each layer.
    categories: HashMap<&'a str, Option<Category>>,
    names: Names,
    /// How most captions look.
    caption: Look,
    /// Distance between the lines of captions, relative to their size.
    leading: f64,
    /// The captions so far.
    notes: Vec<Note>,
    /// The most frequent distances, below and to the right.
    usual: [f64; 2],
}

impl<'a> Network<'a> {
    fn new(picture: &'a Picture, figures: &[Figure<'a>]) -> Self {
        let graph = picture.graph;
        let theme = &picture.options.theme;
        let categories = graph.order().map(|index| {
            let node = graph.node(index);
            (node.name.as_str(), node.content.category())
        });
        let texts = figures.iter().flat_map(|figure| &figure.notes);
        let is_usual = |text: &&&crate::scene::Text| text.weight == Weight::Regular && text.color == theme.muted;
        let usual = Look { size: theme.text_size, weight: Weight::Regular, color: theme.muted.light };
        let caption = texts.copied().find(|text| is_usual(&text)).map_or(usual, Look::of);
        let leading = figures.iter().flat_map(|figure| blocks(&figure.notes)).find_map(|block| block.leading());
        let leading = leading.unwrap_or(1.3);
        let mut names = Names::new();
        let mut of_group = HashMap::new();
        let mut nodes = Vec::new();
        for (index, figure) in figures.iter().enumerate() {
            of_group.insert(figure.group.id.as_str(), index);
            nodes.push(Node {
                name: names.unique(layer_name(figure.group)),
                rect: figure.rect,
                depth: figure.depth(),
                is_drawn_over: figure.is_drawn_over(),
            });
            if let figure::Form::Card(card) = &figure.form {
                of_group.extend(card.bands.iter().map(|(group, ..)| (group.id.as_str(), index)));
            }
        }
        let mut head = Head::new(theme);
        head.style(
            "netviz",
            vec![
                ("node font", "\\sffamily".to_owned()),
                ("every node/.append style", "inner sep=0pt, outer sep=0pt".to_owned()),
            ],
        );
        Self {
            theme,
            down: picture.direction() == Direction::Down,
            head,
            missing: BTreeSet::new(),
            text: String::new(),
            nodes,
            of_group,
            rows: HashMap::new(),
            unnamed: HashSet::new(),
            categories: categories.collect(),
            names,
            caption,
            leading,
            notes: Vec::new(),
            usual: [0.0; 2],
        }
    }

    /// The role of a layer's colour: its category.
    fn role(&self, group: &Group) -> &'static str {
        match self.categories.get(layer_name(group)) {
            Some(Some(category)) => category.name(),
            _ => "input",
        }
    }
}

/// The name of the layer that a group draws.
fn layer_name(group: &Group) -> &str {
    group.id.strip_prefix("layer-").unwrap_or(&group.id)
}
