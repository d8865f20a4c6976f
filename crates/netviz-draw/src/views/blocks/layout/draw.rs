//! Groups and items of the regions.

use super::card::{Card, line_height, text};
use super::region::{Plan, Thing};
use super::{BESIDE, Layout, PADDING, small};
use crate::font::{Weight, shortened, width};
use crate::layout::link_id;
use crate::scene::{Anchor, Fill, Fold, Group, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::Theme;
use crate::views::blocks::{self, Block};
use netviz_model::text::{rounded, thousands};

/// Text beside a frame: the number of copies that it stands for, and their total cost.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Badge {
    /// Width and height.
    pub(super) size: [f64; 2],
    lines: Vec<String>,
}

/// Maximum width of a badge's text, in em.
const WIDEST: f64 = 12.5;
/// Radius of a frame's corners.
const RADIUS: f64 = 10.0;

impl Badge {
    pub(super) fn of(fold: &blocks::Fold, theme: &Theme) -> Self {
        let costs = blocks::costs(fold.parameters.total(), fold.flops);
        let costs = costs.iter().map(|line| shortened(line, small(theme), Weight::Regular, WIDEST * theme.text_size));
        let lines: Vec<String> = std::iter::once(fold.badge()).chain(costs).collect();
        let widths = lines.iter().enumerate().map(|(index, line)| match index {
            0 => width(line, badge_size(theme), Weight::Bold),
            _ => width(line, small(theme), Weight::Regular),
        });
        let height = 1.3 * badge_size(theme) + (lines.len() - 1) as f64 * line_height(theme);
        Self { size: [widths.fold(0.0, f64::max), height], lines }
    }

    fn draw(&self, corner: Point, theme: &Theme) -> Vec<Item> {
        let line = |(index, line): (usize, &String)| {
            if index == 0 {
                let at = Point { y: corner.y + badge_size(theme), ..corner };
                return text(line, at, badge_size(theme), Weight::Bold, theme.text);
            }
            let y = corner.y + 1.3 * badge_size(theme) + (index as f64 - 0.3) * line_height(theme);
            text(line, Point { y, ..corner }, small(theme), Weight::Regular, theme.muted)
        };
        self.lines.iter().enumerate().map(line).collect()
    }
}

fn badge_size(theme: &Theme) -> f64 {
    1.2 * theme.name_size
}

/// The box that a collapsed frame is drawn as.
pub(super) fn stand_in(fold: &blocks::Fold, theme: &Theme) -> Card {
    let lines = [format!("{} layers", thousands(fold.layers))].into_iter();
    let lines: Vec<String> = lines.chain(blocks::costs(fold.parameters.total(), fold.flops)).collect();
    Card::new(&[fold.badge(), fold.name.replace("..", " … ")], &lines, Some(theme.muted), theme)
}

/// The groups drawn so far.
pub(super) struct Drawing<'a> {
    layout: &'a Layout<'a>,
    frames: Vec<Group>,
    links: Vec<Group>,
    layers: Vec<Group>,
    pub(super) folds: Vec<Fold>,
    /// For each block, whether its shape has been written beside a line.
    labelled: Vec<bool>,
}

impl<'a> Drawing<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        let (frames, links, layers, folds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { layout, frames, links, layers, folds, labelled: vec![false; layout.cards.len()] }
    }

    /// All groups, from back to front.
    pub(super) fn groups(&mut self) -> Vec<Group> {
        let parts = [&mut self.frames, &mut self.links, &mut self.layers];
        parts.into_iter().flat_map(std::mem::take).collect()
    }

    /// Draws a region whose minimum corner is at `origin`; `fold` is the one that it belongs to.
    pub(super) fn region(&mut self, plan: &Plan, origin: [f64; 2], fold: Option<usize>) {
        for route in &plan.routes {
            let points = route.points.iter().map(|&[across, along]| self.point(origin[0] + across, origin[1] + along));
            let points = points.collect();
            self.link(route.ends, points, fold);
        }
        for &(thing, [axis, start]) in &plan.places {
            let place = [origin[0] + axis, origin[1] + start];
            match thing {
                Thing::Block(block) => self.block(block, place),
                Thing::Frame(fold) => self.frame(fold, place),
                Thing::Entry | Thing::Exit => {}
            }
        }
    }

    fn point(&self, across: f64, along: f64) -> Point {
        self.layout.axes.point(Point { x: across, y: along })
    }

    /// Draws a box, given its axis and its start along the flow.
    fn block(&mut self, block: usize, [axis, start]: [f64; 2]) {
        let layout = self.layout;
        let card = &layout.cards[block];
        let across = layout.axes.turned(card.size)[0];
        let corner = self.point(axis - across / 2.0, start);
        let Block { properties, bands, .. } = &layout.view.blocks()[block];
        let mut details = properties.details();
        // The box shows the costs of the layer with its bands.
        details.extend(bands.iter().map(|band| ("fused with".to_owned(), band.name.clone())));
        self.layers.push(Group {
            label: label(properties),
            details,
            ..Group::new(self.id(Thing::Block(block), None), "layer", card.draw(corner, layout.theme))
        });
        for (index, band) in bands.iter().enumerate() {
            let items = card.draw_band(index, corner, layout.theme);
            let group = Group::new(format!("layer-{}", band.name), "layer", items);
            self.layers.push(Group { label: label(band), details: band.details(), ..group });
        }
    }

    /// Draws a frame and its contents, given its axis and its start along the flow.
    fn frame(&mut self, fold: usize, [axis, start]: [f64; 2]) {
        let layout = self.layout;
        let plan = &layout.plans[fold];
        let origin = [axis - plan.entry(), start];
        let (low, high) = (origin[0] - PADDING, origin[0] + plan.size[0] + PADDING);
        let end = start + plan.size[1];
        let corner = self.point(low, start);
        let size = layout.axes.turned([high - low, plan.size[1]]);
        let outline = Outline::Rectangle { corner, size, radius: RADIUS };
        let stroke = Stroke { dashed: true, ..Stroke::solid(layout.theme.muted, 1.0) };
        let badge = &layout.badges[fold];
        let beside = if layout.axes.is_down() {
            Point { x: high + BESIDE, y: f64::midpoint(start, end) - badge.size[1] / 2.0 }
        } else {
            Point { x: corner.x, y: high + BESIDE }
        };
        let mut items = vec![Shape::new(outline, Fill::None).bordered(stroke).into()];
        items.extend(badge.draw(beside, layout.theme));
        let shown = &layout.view.folds()[fold];
        let id = self.id(Thing::Frame(fold), None);
        self.frames.push(Group { label: describe(shown), details: details(shown), ..Group::new(&id, "fold", items) });

        let from = [self.frames.len(), self.links.len(), self.layers.len()];
        let place = self.folds.len();
        let card = &layout.stand_ins[fold];
        let across = layout.axes.turned(card.size)[0];
        let stand_in = card.draw(self.point(axis - across / 2.0, start), layout.theme);
        self.folds.push(Fold {
            group: id.clone(),
            stand_in: Group {
                label: describe(shown),
                details: details(shown),
                ..Group::new(format!("closed-{}", shown.name), "stand-in", stand_in)
            },
            members: Vec::new(),
            down: layout.axes.is_down(),
            band: [start, end],
            closed: layout.axes.turned(card.size)[1],
        });
        self.region(plan, origin, Some(fold));
        let parts = [&self.frames, &self.links, &self.layers].into_iter().zip(from);
        self.folds[place].members =
            parts.flat_map(|(part, from)| &part[from..]).map(|group| group.id.clone()).collect();
    }

    /// Draws a line. The first one that leaves a block is labelled with the block's output shape.
    fn link(&mut self, ends: [Thing; 2], points: Vec<Point>, fold: Option<usize>) {
        let theme = self.layout.theme;
        // Opaque, so that lines from one source look like one where they run together.
        let stroke = Stroke::solid(theme.edge, theme.link_width);
        let start = points[0];
        let mut items = vec![Item::Route { points, stroke, arrow: !matches!(ends[1], Thing::Frame(_) | Thing::Exit) }];
        if let Thing::Block(block) = ends[0]
            && !std::mem::replace(&mut self.labelled[block], true)
        {
            items.push(self.shape(block, start));
        }
        let [from, to] = ends.map(|thing| self.name(thing, fold));
        let id = match ends {
            [Thing::Entry, _] => link_id(&[from, "in", to]),
            [_, Thing::Exit] => link_id(&[from, "out", to]),
            _ => link_id(&[from, to]),
        };
        let ends = ends.map(|thing| self.id(thing, fold));
        self.links.push(Group {
            label: format!("{from} to {to}"),
            ends: Some(ends),
            ..Group::new(id, "connections", items)
        });
    }

    /// The output shape of a block, beside the start of a line.
    fn shape(&self, block: usize, start: Point) -> Item {
        let theme = self.layout.theme;
        let size = small(theme);
        let at = if self.layout.axes.is_down() {
            Point { x: start.x + BESIDE, y: start.y + BESIDE + 0.73 * size }
        } else {
            Point { x: start.x + BESIDE, y: start.y - BESIDE }
        };
        let text = self.layout.view.blocks()[block].properties.output_shapes();
        let (anchor, weight, color) = (Anchor::Start, Weight::Regular, theme.muted);
        Text { text, at, anchor, size, weight, color, angle: 0.0 }.into()
    }

    /// Name of the block or frame at an end of a line.
    fn name(&self, thing: Thing, fold: Option<usize>) -> &str {
        let view = self.layout.view;
        match thing {
            Thing::Block(block) => &view.blocks()[block].properties.name,
            Thing::Frame(fold) => &view.folds()[fold].name,
            Thing::Entry | Thing::Exit => fold.map_or("", |fold| &view.folds()[fold].name),
        }
    }

    /// Id of its group; for an entry or exit, that of the frame.
    fn id(&self, thing: Thing, fold: Option<usize>) -> String {
        let part = if matches!(thing, Thing::Block(_)) { "layer" } else { "fold" };
        format!("{part}-{}", self.name(thing, fold))
    }
}

/// Description of a layer in words.
fn label(properties: &crate::properties::LayerProperties) -> String {
    if properties.category.is_none() {
        return format!("input layer {}: {}", properties.name, properties.ty());
    }
    let costs = blocks::costs(properties.parameters.total(), properties.flops);
    let parts: Vec<String> = std::iter::once(properties.output_shapes()).chain(costs).collect();
    format!("layer {} ({}): {}", properties.name, properties.kind, parts.join(", "))
}

fn describe(fold: &blocks::Fold) -> String {
    format!("{} copies of the layers {}", fold.count, fold.name.replace("..", " to "))
}

fn details(fold: &blocks::Fold) -> Vec<(String, String)> {
    let details = [
        ("copies", thousands(fold.count)),
        ("layers", thousands(fold.layers)),
        ("parameters", thousands(fold.parameters.total())),
        ("FLOPs", rounded(fold.flops)),
    ];
    details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
