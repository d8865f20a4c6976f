//! A box per layer, repeated blocks folded.

#[cfg(feature = "dot")]
mod dot;
mod layout;
mod text;

use crate::outline::Outline;
pub use crate::outline::{Fold, Link};
use crate::picture::{Direction, Picture, View};
use crate::properties::LayerProperties;
use netviz_model::graph::Mark;
use netviz_model::layer::Category;

pub(super) const VIEW: View = View {
    name: "blocks",
    doc: "a box per layer with its properties; repeated blocks are folded",
    direction: Direction::Down,
    always_folds: true,
    names_shared: true,
    turns: false,
    scene: |picture| layout::place(&BlockView::of(picture), picture),
    #[cfg(feature = "dot")]
    dot: |picture| Ok(dot::dot(&BlockView::of(picture), picture)),
};

/// The drawn parts of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockView {
    blocks: Vec<Block>,
    links: Vec<Link>,
    folds: Vec<Fold>,
    description: String,
}

/// The box of the input, a layer or a closed group.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Block {
    /// Properties of the layer.
    pub properties: LayerProperties,
    /// Layers after it that keep the places of its values, if they are fused with it.
    pub bands: Vec<LayerProperties>,
    /// The text of each band: `batch_norm`, `relu a1`.
    pub band_texts: Vec<String>,
    /// Header: the bold text and the text after it.
    pub header: [String; 2],
    /// Lines below the header.
    pub lines: Vec<String>,
    /// Index of the innermost fold that contains it.
    pub fold: Option<usize>,
    /// The group that the box stands for, if it is not a layer.
    pub closed: Option<Fold>,
    /// The repeat of which it is the only box.
    pub stack: Option<Fold>,
}

impl Block {
    /// What is new about it, in a comparison of two networks.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.closed.as_ref().map_or(self.properties.mark, |group| group.mark)
    }

    /// The header as one line, with the sign of its mark and the number of copies.
    pub(crate) fn heading(&self) -> String {
        let copies = self.stack.as_ref().map(|stack| &stack.title);
        let sign = self.mark().map(Mark::sign);
        let parts = self.header.iter().chain(copies).map(String::as_str).filter(|part| !part.is_empty());
        sign.into_iter().chain(parts).collect::<Vec<_>>().join(" ")
    }

    /// The lines below the header, and those of its bands.
    pub(crate) fn all_lines(&self) -> Vec<String> {
        self.lines.iter().chain(&self.band_texts).cloned().collect()
    }
}

impl BlockView {
    /// Creates the view for the options of a picture.
    pub fn of(picture: &Picture) -> Self {
        let mut outline = picture.outline(picture.level);
        let parts = std::mem::take(&mut outline.parts);
        let blocks = parts.into_iter().map(|part| text::block(part, &outline, picture)).collect();
        let Outline { links, groups, .. } = outline;
        let mut view = Self { blocks, links, folds: groups, description: String::new() };
        view.description = text::describe(picture.graph, &view);
        view
    }

    /// The boxes, in topological order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The connections, sorted by target and then by source.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The folds, each after the fold that contains it.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// The network in one sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The categories that occur.
    pub fn categories(&self) -> impl Iterator<Item = Category> + '_ {
        let layers = || self.blocks.iter().flat_map(|block| std::iter::once(&block.properties).chain(&block.bands));
        let closed =
            || self.blocks.iter().filter_map(|block| block.closed.as_ref()).flat_map(|group| &group.categories);
        let occurs = move |category: &Category| {
            layers().any(|layer| layer.category == Some(*category)) || closed().any(|(closed, _)| closed == category)
        };
        Category::ALL.into_iter().filter(occurs)
    }

    /// The folds that contain a block, from the innermost.
    pub fn folds_of(&self, block: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.blocks[block].fold, |&fold| self.folds[fold].parent)
    }
}
