//! Lays out a [`BlockView`] as a [`Scene`]: ranks of boxes, frames around folded blocks, lines that avoid the boxes.
//!
//! Everything is placed across and along the flow of data; [`Axes`] converts that to picture coordinates.

mod card;
mod channel;
mod draw;
mod inside;
mod region;
mod relayout;
mod turn;

use std::collections::HashMap;

use crate::font::{Weight, width};
use crate::layout::axes::Axes;
use crate::layout::frame::{Content, frame};
use crate::layout::layered;
use crate::layout::legend::{Entry, Swatch};
use crate::layout::link_id;
use crate::layout::place::Place;
use crate::outline;
use crate::picture::{Detail, Picture};
use crate::scene::Scene;
use crate::theme::Theme;
use crate::views::blocks::{BlockView, Fold, Link};
use card::Card;
use draw::{Badge, Drawing};
use inside::Inside;
use netviz_model::diagnostics::Diagnostic;
use region::{Gaps, Node, Plan, Thing, plan};

/// Lays out a block view.
///
/// # Errors
/// If its lines would pass more than two million boxes in total.
///
/// # Panics
/// Never: the whole picture always has a plan.
pub(super) fn place(view: &BlockView, picture: &Picture) -> Result<Scene, Diagnostic> {
    let edges = view.links().iter().map(|link| [link.source, link.target]);
    layered::check(picture.graph.name(), view.blocks().len(), edges)?;
    let layout = Layout::new(view, picture);
    let whole = layout.plans.last().expect("the whole picture is a region");
    let mut drawing = Drawing::new(&layout);
    drawing.region(whole, [0.0; 2], None);
    let size = layout.axes.turned(whole.size);
    let is_still = layout.turned != Turned::Nothing || layout.is_fixed;
    let content = Content {
        size,
        axis: size[0] / 2.0,
        description: view.description().to_owned(),
        groups: drawing.groups(),
        // A frame that collapsed would move what is in other columns.
        folds: if is_still { Vec::new() } else { drawing.folds },
        relayout: if is_still { None } else { layout.relayout(whole) },
        is_aside: layout.turned == Turned::BesideLegend,
        legend: legend(view, &picture.options.theme),
    };
    Ok(frame(content, picture))
}

/// The entries of the legend.
fn legend(view: &BlockView, theme: &Theme) -> Vec<Entry> {
    let swatch = |category| Swatch::Square(theme.category(category));
    view.categories().map(|category| Entry { swatch: swatch(category), label: category.name().to_owned() }).collect()
}

/// Sizes and positions of everything in a view.
struct Layout<'a> {
    view: &'a BlockView,
    theme: &'a Theme,
    axes: Axes,
    cards: Vec<Card>,
    labels: Vec<[f64; 2]>,
    badges: Vec<Badge>,
    /// The box of each fold when it is collapsed.
    stand_ins: Vec<Card>,
    /// The last block of each fold, whose output is that of the fold.
    outputs: Vec<usize>,
    gaps: Gaps,
    /// The plan of each fold, followed by that of the whole picture.
    plans: Vec<Plan>,
    /// Whether a frame has several entries, which a page cannot lay out again.
    is_fixed: bool,
    /// Whether lines that nest are cut, rather than drawn as a U.
    is_cut: bool,
    turned: Turned,
}

/// What is in several columns or rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turned {
    Nothing,
    /// The whole picture or a frame.
    Columns,
    /// The whole picture, with the legend beside it.
    BesideLegend,
}

/// The parts of a wide page that the innermost frames may be as long as, of which the first with which the picture fits is
/// taken.
const SHARES: [f64; 3] = [1.0, 0.7, 0.45];
/// Space between ranks without shapes in between, relative to that of the theme.
const CLOSE: f64 = 0.7;
/// The same, and the space beside each other, where boxes have fewer lines to fit a page.
const CLOSEST: [f64; 2] = [0.4, 0.7];
/// Space between a frame and its contents, across the flow.
const PADDING: f64 = 16.0;
/// Font size of the text beside lines, relative to other text.
const SMALL: f64 = 1.0;
/// Space between a text and the line that it belongs to.
const BESIDE: f64 = 6.0;

impl<'a> Layout<'a> {
    fn new(view: &'a BlockView, picture: &'a Picture) -> Self {
        let (axes, theme) = (Axes(picture.direction()), &picture.options.theme);
        let mut cards: Vec<Card> =
            view.blocks().iter().map(|block| Card::of(block, picture.level.brief, theme)).collect();
        // Boxes of equal width look calmer.
        let widest = cards.iter().map(|card| card.size[0]).fold(0.0, f64::max);
        for card in &mut cards {
            card.size[0] = widest;
        }
        let is_detailed = picture.level.detail == Detail::High;
        // At other levels, the boxes have the shapes.
        let [closeness, narrowness] = match is_detailed {
            true => [1.0; 2],
            false if picture.level.brief => CLOSEST,
            false => [CLOSE, 1.0],
        };
        let (rank_gap, node_gap) = (closeness * theme.rank_gap, narrowness * theme.node_gap);
        let badges = view.folds().iter().map(|fold| Badge::of(fold, theme)).collect();
        let outputs = outputs(view);
        let stand_in = |(fold, &output): (&Fold, &usize)| {
            let shapes = view.blocks()[output].properties.output_shapes();
            let base = outline::base(view.folds(), fold.parent);
            let mut card = draw::stand_in(fold, base, shapes, theme);
            card.size[0] = card.size[0].max(widest);
            card
        };
        let stand_ins = view.folds().iter().zip(&outputs).map(stand_in).collect();
        let mut layout = Self {
            view,
            theme,
            axes,
            cards,
            labels: if is_detailed { labels(view, theme) } else { vec![[0.0; 2]; view.blocks().len()] },
            badges,
            stand_ins,
            outputs,
            gaps: Gaps { rank: rank_gap, node: node_gap, lane: node_gap / 2.0 },
            plans: Vec::new(),
            is_fixed: false,
            is_cut: picture.level.cuts,
            turned: Turned::Nothing,
        };
        layout.place(picture.options.page.map(|page| Place::of(&page, picture, &legend(view, theme))));
        layout
    }

    /// Plans the regions and wraps what is too long for a page.
    fn place(&mut self, page: Option<Place>) {
        let insides = inside::insides(self.view);
        self.is_fixed = insides.iter().any(Inside::has_entries);
        for share in SHARES {
            self.plan(&insides, page, share);
            let size = self.axes.turned(self.plans.last().map_or([0.0; 2], |whole| whole.size));
            let has_frames = self.plans.len() > 1;
            // Frames in shorter columns leave room for what is before and after them.
            if !has_frames
                || self.turned == Turned::BesideLegend
                || page.is_none_or(|page| !page.is_wide(self.axes) || !page.may_hold(size))
            {
                break;
            }
        }
    }

    /// Plans the regions, the innermost first; frames that are longer than a share of a wide page are wrapped.
    fn plan(&mut self, insides: &[Inside], page: Option<Place>, share: f64) {
        let count = self.view.folds().len();
        self.plans = vec![Plan::default(); count + 1];
        self.turned = Turned::Nothing;
        for index in (0..count).rev().chain([count]) {
            let Inside { things, edges, entries } = &insides[index];
            let nodes: Vec<Node> = things.iter().map(|&thing| self.node(thing, index)).collect();
            let place: HashMap<Thing, usize> =
                things.iter().enumerate().map(|(place, &thing)| (thing, place)).collect();
            let port = |(&[_, target], &entry): (&[Thing; 2], &usize)| match target {
                Thing::Frame(fold) if insides[fold].has_entries() => {
                    Some(self.plans[fold].entry_of(entry) - self.plans[fold].entry())
                }
                _ => None,
            };
            let ports: Vec<Option<f64>> = edges.iter().zip(entries).map(port).collect();
            let edges: Vec<[usize; 2]> = edges.iter().map(|ends| ends.map(|end| place[&end])).collect();
            let branches = self.theme.branches_of(
                things.iter().enumerate().flat_map(|(place, &thing)| self.names(thing).map(move |name| (name, place))),
            );
            let mut plan = plan(&nodes, &edges, &ports, self.gaps, &branches);
            if index < count && !plan.routes.iter().any(|route| route.ends[1] == Thing::Exit) {
                plan.size[1] += PADDING;
            }
            self.plans[index] = plan;
            match page {
                Some(page) if index == count => self.wrap(page, &nodes),
                Some(page) => self.wrap_frame(index, page, share, &nodes),
                None => {}
            }
        }
    }

    /// The names of the layers of a box, or of all in a frame.
    fn names(&self, thing: Thing) -> impl Iterator<Item = &'a str> {
        let view = self.view;
        let is_within = move |block: &usize| match thing {
            Thing::Block(own) => *block == own,
            Thing::Frame(fold) => view.folds_of(*block).any(|around| around == fold),
            Thing::Entry(_) | Thing::Exit => false,
        };
        let blocks = (0..view.blocks().len()).filter(is_within).map(|block| &view.blocks()[block]);
        blocks.flat_map(|block| std::iter::once(&block.properties).chain(&block.bands)).map(|layer| layer.name.as_str())
    }

    /// The node of a thing in a region.
    fn node(&self, thing: Thing, region: usize) -> Node {
        match thing {
            Thing::Block(block) => {
                let [across, along] = self.axes.turned(self.cards[block].size);
                let [beside, tail] = self.label(block);
                let half = (across / 2.0).max(beside);
                Node { thing, sides: [half; 2], length: along, exit: 0.0, tail }
            }
            Thing::Frame(fold) => {
                let plan = &self.plans[fold];
                let (entry, exit) = (plan.entry(), plan.exit());
                let sides = [entry + PADDING, plan.size[0] - entry + PADDING + self.beside(fold)];
                Node { thing, sides, length: plan.size[1], exit: exit - entry, tail: 0.0 }
            }
            // The badge stands at the start of the frame, on both sides of the line.
            Thing::Entry(_) if self.axes.is_down() => {
                let (sides, length) = self.badges[region].around();
                Node { thing, sides, length, exit: 0.0, tail: 0.0 }
            }
            Thing::Entry(_) | Thing::Exit => Node { thing, sides: [0.0; 2], length: 0.0, exit: 0.0, tail: 0.0 },
        }
    }

    /// The space for the text beside the line that leaves a block, across and along the flow.
    fn label(&self, block: usize) -> [f64; 2] {
        let label = self.labels[block].map(|length| if length > 0.0 { length + 2.0 * BESIDE } else { 0.0 });
        self.axes.turned(label)
    }

    /// Name of the block or frame at an end of a line in a fold or the whole picture.
    fn name(&self, thing: Thing, fold: Option<usize>) -> &str {
        match thing {
            Thing::Block(block) => &self.view.blocks()[block].properties.name,
            Thing::Frame(fold) => &self.view.folds()[fold].name,
            Thing::Entry(_) | Thing::Exit => fold.map_or("", |fold| &self.view.folds()[fold].name),
        }
    }

    /// Id of its group; for an entry or exit, that of the frame.
    fn id(&self, thing: Thing, fold: Option<usize>) -> String {
        let part = if matches!(thing, Thing::Block(_)) { "layer" } else { "fold" };
        format!("{part}-{}", self.name(thing, fold))
    }

    /// Id of the group of a line.
    fn link_id(&self, ends: [Thing; 2], fold: Option<usize>) -> String {
        let [from, to] = ends.map(|thing| self.name(thing, fold));
        match ends {
            [Thing::Entry(0), _] => link_id(&[from, "in", to]),
            [Thing::Entry(entry), _] => link_id(&[from, &format!("in{}", entry + 1), to]),
            [_, Thing::Exit] => link_id(&[from, "out", to]),
            _ => link_id(&[from, to]),
        }
    }
}

/// The last block of each fold, whose output is that of the fold.
fn outputs(view: &BlockView) -> Vec<usize> {
    let mut outputs = vec![0; view.folds().len()];
    for block in 0..view.blocks().len() {
        for fold in view.folds_of(block) {
            outputs[fold] = block;
        }
    }
    outputs
}

/// The size of the text beside the lines that leave each block; zero if no line does.
fn labels(view: &BlockView, theme: &Theme) -> Vec<[f64; 2]> {
    let mut sizes = vec![[0.0; 2]; view.blocks().len()];
    for &Link { source, .. } in view.links() {
        let text = view.blocks()[source].properties.output_shapes();
        sizes[source] = [width(&text, small(theme), Weight::Regular), small(theme)];
    }
    sizes
}

/// Font size of the text beside lines and frames.
fn small(theme: &Theme) -> f64 {
    SMALL * theme.text_size
}
