//! What an interactive format needs to lay a picture out again after frames were collapsed or expanded: all that does not
//! depend on sizes. Collapsing a frame changes its size alone, so that ranks, orders and alignments stay.
//!
//! Sizes and positions are pairs: across the flow of data and along it.

/// A picture that can be laid out again.
#[derive(Debug, Clone, PartialEq)]
pub struct Relayout {
    /// Whether data flows down; otherwise, to the right.
    pub down: bool,
    /// Least distances: between ranks, between nodes, between a passing line and what is beside it, and between a frame
    /// and its contents.
    pub gaps: [f64; 4],
    /// The whole picture.
    pub whole: Region,
    /// What is around it.
    pub around: Around,
}

/// Margin, title and legend around the content of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Around {
    /// The margin.
    pub margin: f64,
    /// Height of the title with the space after it.
    pub top: f64,
    /// Width of the title.
    pub title: f64,
    /// Size of the legend; zero if there is none.
    pub legend: [f64; 2],
}

/// The sizes of a frame.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FrameSize {
    /// Size of its contents while it and all frames inside are open.
    pub open: [f64; 2],
    /// Where lines enter and leave it, from the lower end of its contents across the flow.
    pub ports: [f64; 2],
    /// Space for the text beside it.
    pub beside: f64,
    /// Size of what is drawn instead of it when it is collapsed.
    pub closed: [f64; 2],
    /// Space after it then for the text beside the line that leaves it.
    pub tail: f64,
}

/// The contents of a frame, or of the whole picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// In topological order; in a frame, the first and the last are its entry and its exit.
    pub nodes: Vec<Node>,
    /// The lines.
    pub lines: Vec<Line>,
    /// The nodes of each rank in order. Larger numbers than those of nodes are places where lines pass.
    pub order: Vec<Vec<usize>>,
    /// The block of aligned nodes that each is in, for each of the four passes of the layout.
    pub blocks: [Vec<usize>; 4],
}

/// Something in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Ids of the groups that it consists of: those of a box with its bands, or that of a frame.
    pub groups: Vec<String>,
    /// Size across the flow on both sides of its axis; that of a frame follows from its contents.
    pub sides: [f64; 2],
    /// Size along the flow.
    pub length: f64,
    /// Space after it for the text beside the line that leaves it.
    pub tail: f64,
}

/// A line in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Id of its group.
    pub group: String,
    /// Its source, the places where it passes ranks, and its target.
    pub nodes: Vec<usize>,
}
