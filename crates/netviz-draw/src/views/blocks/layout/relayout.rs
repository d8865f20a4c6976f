//! What a page needs to lay out the blocks again.

use super::region::{Node, Plan, Thing};
use super::{BESIDE, Gaps, Layout, PADDING};
use crate::layout::layered::Arrangement;
use crate::scene::relayout::{self, Around, FrameSize, Line, Region, Relayout};

impl Layout<'_> {
    /// The whole picture with the gaps that it was laid out with; `None` if no frame can be collapsed.
    pub(super) fn relayout(&self, whole: &Plan) -> Option<Relayout> {
        let Gaps { rank, node, lane } = self.gaps;
        let around = Around::default();
        let region = self.region(whole, None)?;
        Some(Relayout { down: self.axes.is_down(), gaps: [rank, node, lane, PADDING], whole: region, around })
    }

    /// The sizes of a fold's frame.
    pub(super) fn frame_size(&self, fold: usize) -> FrameSize {
        let plan = &self.plans[fold];
        let [width, length] = self.axes.turned(self.stand_ins[fold].size);
        let [beside, tail] = self.label(self.outputs[fold]);
        FrameSize {
            open: plan.size,
            ports: [plan.entry(), plan.exit()],
            beside: self.beside(fold),
            closed: [width.max(2.0 * beside), length],
            tail,
        }
    }

    /// Space for the badge of a frame beside it.
    pub(super) fn beside(&self, fold: usize) -> f64 {
        if self.axes.is_down() { 0.0 } else { BESIDE + self.badges[fold].beside()[1] }
    }

    /// The contents of a fold or the whole picture, if there are frames among them: others only move as a whole.
    pub(super) fn region(&self, plan: &Plan, fold: Option<usize>) -> Option<Region> {
        let arrangement = plan.arrangement.as_ref()?;
        let node = |&(thing, _): &(Thing, [f64; 2])| {
            let Node { sides, length, tail, .. } = self.node(thing, fold.unwrap_or_default());
            let groups = match thing {
                Thing::Block(block) => {
                    let bands = self.view.blocks()[block].bands.iter().map(|band| format!("layer-{}", band.name));
                    std::iter::once(self.id(thing, fold)).chain(bands).collect()
                }
                Thing::Frame(_) => vec![self.id(thing, fold)],
                Thing::Entry(_) | Thing::Exit => Vec::new(),
            };
            relayout::Node { groups, sides, length, tail }
        };
        let line = |(edge, &[source, target]): (usize, &[usize; 2])| {
            let ends = [source, target].map(|end| plan.places[end].0);
            let passing = arrangement.passing(edge).iter().copied();
            let nodes = std::iter::once(source).chain(passing).chain([target]).collect();
            Line { group: self.link_id(ends, fold), nodes }
        };
        let Arrangement { order, blocks, .. } = arrangement;
        Some(Region {
            nodes: plan.places.iter().map(node).collect(),
            lines: plan.edges.iter().enumerate().map(line).collect(),
            order: order.clone(),
            blocks: blocks.clone(),
        })
    }
}
