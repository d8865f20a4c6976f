//! Turns what is too long for a page into columns: the whole picture, and the contents of frames where a page is wide.

use std::collections::HashMap;

use super::region::{Node, Plan, Thing};
use super::{Layout, PADDING, Turned};
use crate::layout::place::Place;
use crate::layout::wrap::{Extent, Things, Wrapped, wrap};

impl Layout<'_> {
    /// Wraps the whole picture, whose nodes these are, to fit a page.
    pub(super) fn wrap(&mut self, page: Place, nodes: &[Node]) {
        let Some(whole) = self.plans.last_mut() else { return };
        let extents: Vec<Extent> = whole.places.iter().zip(nodes).map(extent).collect();
        let routes: Vec<Vec<[f64; 2]>> = whole.routes.iter().map(|route| route.line.pieces.concat()).collect();
        let turns: Vec<bool> = nodes.iter().map(|node| matches!(node.thing, Thing::Block(_))).collect();
        let ends = ends(whole);
        let things = Things { extents: &extents, routes: &routes, ends: &ends, turns: &turns };
        let Some(wrapped) = wrap(&things, whole.size, self.is_cut, page, self.axes) else { return };
        self.turned = if wrapped.is_aside { Turned::BesideLegend } else { Turned::Columns };
        whole.take(wrapped);
    }

    /// Wraps the contents of a frame, whose nodes these are, if they alone are longer than a `share` of a page on which there
    /// is more room across the flow.
    pub(super) fn wrap_frame(&mut self, fold: usize, page: Place, share: f64, nodes: &[Node]) {
        let plan = &mut self.plans[fold];
        let [.., Node { thing: Thing::Exit, .. }] = nodes else { return };
        if !page.is_wide(self.axes) || nodes.iter().filter(|node| matches!(node.thing, Thing::Entry(_))).count() != 1 {
            return;
        }
        // Those with others inside are the longer for it.
        let has_frames = nodes.iter().any(|node| matches!(node.thing, Thing::Frame(_)));
        let share = if has_frames { 1.0 } else { share };
        // The badge stays before all columns.
        let badge = nodes[0].length;
        let page = page.inside(self.axes.turned([2.0 * PADDING, badge + PADDING]));
        let size = [plan.size[0], plan.size[1] - badge];
        if page.can_read(page.scale(self.axes.turned([size[0], size[1] / share]))) {
            return;
        }
        let mut extents: Vec<Extent> = plan.places.iter().zip(nodes).map(extent).collect();
        for extent in &mut extents {
            extent.along = extent.along.map(|along| (along - badge).max(0.0));
        }
        // Lines enter the first column and leave the last one, neither of which is empty.
        let inner = &extents[1..extents.len() - 1];
        let first = inner.iter().map(|extent| extent.along[0]).fold(f64::INFINITY, f64::min);
        let last = inner.iter().map(|extent| extent.along[1]).fold(0.0, f64::max);
        extents[0].along = [0.0, first];
        if let Some(exit) = extents.last_mut() {
            exit.along = [last, exit.along[1].max(last)];
        }
        let moved = |&[x, y]: &[f64; 2]| [x, (y - badge).max(0.0)];
        let routes: Vec<Vec<[f64; 2]>> =
            plan.routes.iter().map(|route| route.line.pieces.iter().flatten().map(moved).collect()).collect();
        let (ends, turns) = (ends(plan), vec![false; nodes.len()]);
        let things = Things { extents: &extents, routes: &routes, ends: &ends, turns: &turns };
        let page = page.scaled(self.axes.turned([1.0, share]));
        let Some(wrapped) = wrap(&things, size, false, page, self.axes) else { return };
        self.turned = Turned::Columns;
        plan.take(wrapped);
        // The lines that turn run beside its edge.
        plan.size[1] += badge + PADDING;
        for route in &mut plan.routes {
            for point in route.line.pieces.iter_mut().flatten().chain(route.line.ports.iter_mut().map(|(at, _)| at)) {
                point[1] += badge;
            }
            let [source, target] = route.ends;
            if let (Thing::Entry(_), Some(start)) =
                (source, route.line.pieces.first_mut().and_then(|it| it.first_mut()))
            {
                start[1] = 0.0;
            }
            if let (Thing::Exit, Some(end)) = (target, route.line.pieces.last_mut().and_then(|it| it.last_mut())) {
                end[1] = plan.size[1];
            }
        }
    }
}

impl Plan {
    /// Moves everything to where it has been turned to.
    fn take(&mut self, wrapped: Wrapped) {
        self.size = wrapped.size;
        for ((_, place), shift) in self.places.iter_mut().zip(wrapped.shifts) {
            *place = [place[0] + shift[0], place[1] + shift[1]];
        }
        for (route, line) in self.routes.iter_mut().zip(wrapped.routes) {
            route.line = line;
        }
    }
}

/// The extent of a thing at its place.
fn extent((&(_, [axis, start]), node): (&(Thing, [f64; 2]), &Node)) -> Extent {
    Extent {
        across: [axis - node.sides[0], axis + node.sides[1]],
        along: [start, start + node.length],
        tail: node.tail,
    }
}

/// The places of the ends of each line.
fn ends(plan: &Plan) -> Vec<[usize; 2]> {
    let place: HashMap<Thing, usize> =
        plan.places.iter().enumerate().map(|(index, (thing, _))| (*thing, index)).collect();
    plan.routes.iter().map(|route| route.ends.map(|end| place[&end])).collect()
}
