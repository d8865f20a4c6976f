//! A group of layers, and what is written about it.

use super::spanned;
use crate::properties::{costs, relative};
use netviz_model::graph::Mark;
use netviz_model::ir::ParameterCount;
use netviz_model::layer::Category;
use netviz_model::text::{plural, thousands};

/// A group of layers: copies of the same layers, of which one is drawn, or those whose names begin with the same parts.
///
/// All its inputs come from one layer outside, and only the last layer of the group has consumers outside, unless it is
/// drawn as a single box, or is the body of an operation, whose values all go to that.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fold {
    /// Unique and stable id: the names of its first and last layer but for fused ones, `conv2d_1..add_1`, or the name of
    /// the group.
    pub name: String,
    /// Number of copies.
    pub count: usize,
    /// What is written beside it: `× 3`, or its name.
    pub title: String,
    /// The class of the module that it is, or that each copy is, if the file says so: `BertLayer`.
    pub class: Option<String>,
    /// The part that the names of all its layers begin with, if it is a group of the network: `encoder.layer1`.
    pub path: Option<String>,
    /// The groups of the network that its first and its last copy are in, if it has no name.
    pub(crate) span: Option<[String; 2]>,
    /// Index of the open group that contains it, smaller than its own index.
    pub parent: Option<usize>,
    /// Number of layers in all copies.
    pub layers: usize,
    /// Number of parameters in all copies.
    pub parameters: ParameterCount,
    /// Floating-point operations of all copies for one sample; `None` if they cannot be counted.
    pub flops: Option<usize>,
    /// Whether the numbers are those of several copies: its own, or those of a series around it.
    pub is_sum: bool,
    /// What its copies differ in, if they do: `16, 32, 64`.
    pub sizes: String,
    /// Names of the first and the last layer of all copies, but for fused ones.
    pub ends: [String; 2],
    /// The kinds of its layers but for fused ones, with how many there are of each, the most frequent first.
    pub kinds: Vec<(String, usize)>,
    /// The categories of these layers, with how many there are of each, in the order of their first layers.
    pub categories: Vec<(Category, usize)>,
    /// What is new about all of its layers; that some are new is a change.
    pub mark: Option<Mark>,
}

impl Fold {
    /// Its title, what its copies differ in, and its totals.
    pub(crate) fn lines(&self) -> Vec<String> {
        let sizes = Some(self.sizes.clone()).filter(|sizes| !sizes.is_empty());
        let header = self.header().into_iter().filter(|text| !text.is_empty());
        header.chain(sizes).chain(self.costs()).collect()
    }

    /// Its parameters and operations, if there are any: `14,208 params in all`, `28.7 M FLOPs`.
    pub(crate) fn costs(&self) -> Vec<String> {
        let mut costs = costs(self.parameters.total(), self.flops);
        if let Some(first) = costs.first_mut().filter(|_| self.is_sum) {
            first.push_str(" in all");
        }
        costs
    }

    /// `conv2d × 7, avg_pool2d, concat + 2 kinds`: what it consists of, but for fused layers.
    pub(crate) fn made_of(&self) -> String {
        const MOST: usize = 3;
        let kind =
            |(kind, count): &(String, usize)| if *count == 1 { kind.clone() } else { format!("{kind} × {count}") };
        let kinds: Vec<String> = self.kinds.iter().take(MOST).map(kind).collect();
        match self.kinds.len().saturating_sub(MOST) {
            0 => kinds.join(", "),
            more => format!("{} + {}", kinds.join(", "), plural(more, "kind")),
        }
    }

    /// What it is and its name: `C2f` and `model.2`, `BertLayer × 12` and `encoder.layer.0 … 11`; or its title alone.
    pub(crate) fn header(&self) -> [String; 2] {
        let plain = |text: &str| text.to_lowercase().replace('_', "");
        let copies = self.copies();
        let name = self.title[..self.title.len() - copies.len()].trim_end();
        match &self.class {
            Some(class) if plain(class) != plain(name) => {
                [format!("{class} {copies}").trim_end().to_owned(), name.to_owned()]
            }
            _ => [self.title.clone(), String::new()],
        }
    }

    /// The header as one line.
    pub(crate) fn heading(&self) -> String {
        self.header().join(" ").trim_end().to_owned()
    }

    /// The header of the box that it is if it is closed, in the frame of a group with the path `base`.
    pub(crate) fn closed_header(&self, base: &str) -> [String; 2] {
        match self.header() {
            // A group of the network has its name as the title.
            [title, name] if name.is_empty() && self.path.is_none() => [title, spanned(&self.span(), base)],
            header => header,
        }
    }

    /// The number of copies as its title has it: `× 12`, or `× 2, 3, 5` in a series.
    pub(crate) fn copies(&self) -> &str {
        if self.count > 1 { self.short_title() } else { "" }
    }

    /// The title without names.
    pub(crate) fn short_title(&self) -> &str {
        self.title.rfind('×').map_or(&self.title, |start| &self.title[start..])
    }

    /// Leaves out of the title what a frame with the path `base` says.
    pub(super) fn shorten_title(&mut self, base: &str) {
        /// Characters of two names of which the second one can be said shorter.
        const LONG: usize = 24;
        self.title = match &self.span {
            Some([first, last]) if first == last => format!("{} {}", relative(first, base), self.title),
            // Modules of one class are told apart by what differs.
            Some([first, last]) if self.class.is_some() && first.len() + last.len() > LONG => {
                let [around, others] = [first, last].map(|path| path.rfind('.').map(|dot| &path[..=dot]));
                let last = last.strip_prefix(around.filter(|_| around == others).unwrap_or_default());
                format!("{} … {} {}", relative(first, base), last.unwrap_or_default(), self.title)
            }
            Some([first, last]) => format!("{} … {} {}", relative(first, base), relative(last, base), self.title),
            None => relative(&self.title, base).to_owned(),
        };
    }

    /// `12 layers`.
    pub(crate) fn size(&self) -> String {
        format!("{} layers", thousands(self.layers))
    }

    /// What it is, in words.
    pub(crate) fn description(&self) -> String {
        let layers = self.name.replace("..", " to ");
        match (&self.class, self.count) {
            (None, 1) => format!("the layers {layers}"),
            (None, count) => format!("{count} copies of the layers {layers}"),
            (Some(class), 1) => format!("{class} {layers}"),
            (Some(class), count) => format!("{count} copies of {class}, the layers {layers}"),
        }
    }

    /// `conv2d_1 … add_1`: the layers of one copy.
    pub(crate) fn span(&self) -> String {
        self.name.replace("..", " … ")
    }

    /// `conv2d_1 … add_3`: the layers of all copies.
    pub(crate) fn whole_span(&self) -> String {
        self.ends.join(" … ")
    }
}
