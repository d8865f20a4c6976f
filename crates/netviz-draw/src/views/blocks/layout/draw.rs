//! Groups and items of the regions.

use super::card::Card;
use super::region::{Plan, Thing};
use super::{BESIDE, Layout, PADDING, small};
use crate::font::{Weight, shortened, width};
use crate::properties::{costs, counted};
use crate::scene::{Anchor, Fill, Fold, Group, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::Theme;
use crate::views::blocks::text::group_lines;
use crate::views::blocks::{self, Block};
use netviz_model::text::thousands;

/// Text of a frame: what it is on the left of the line that enters it, what it costs on the right; or all of it below.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Badge {
    /// The title, and what its copies differ in.
    left: Vec<String>,
    /// The totals.
    right: Vec<String>,
    title: f64,
    text: f64,
}

/// Maximum width of a badge's text, in em.
const WIDEST: f64 = 12.5;
/// The same of a class, which is no less than what the frame is.
const WIDEST_CLASS: f64 = 17.0;
/// Radius of a frame's corners.
const RADIUS: f64 = 10.0;
/// Space between the edge of a frame and its badge, beyond that to the contents.
const INSET: f64 = 10.0;

impl Badge {
    pub(super) fn of(fold: &blocks::Fold, theme: &Theme) -> Self {
        let (title, text) = (1.2 * theme.name_size, small(theme));
        let most = WIDEST * theme.text_size;
        let sizes = Some(&fold.sizes).filter(|sizes| !sizes.is_empty());
        let mut header = fold.header();
        // Half a name says less than none.
        let is_long = |line: &str, size, weight| fold.span.is_some() && width(line, size, weight) > most;
        if fold.class.is_none() && is_long(&header[0], title, Weight::Bold) {
            fold.short_title().clone_into(&mut header[0]);
        }
        if is_long(&header[1], text, Weight::Regular) {
            header[1].clear();
        }
        let [mut bold, name] = header;
        if fold.class.is_some() {
            // The number of copies stays whole.
            let copies = bold.split_off(bold.len() - fold.copies().len());
            bold = shortened(
                &bold,
                title,
                Weight::Bold,
                WIDEST_CLASS * theme.text_size - width(&copies, title, Weight::Bold),
            );
            bold += &copies;
        } else {
            // The last parts of a path say most.
            while fold.path.is_some() && width(&bold, title, Weight::Bold) > most {
                let Some(dot) = bold.find('.') else { break };
                bold.drain(..=dot);
            }
            bold = shortened(&bold, title, Weight::Bold, most);
        }
        let below = Some(&name).filter(|name| !name.is_empty()).into_iter().chain(sizes);
        let below = below.map(|line| shortened(line, text, Weight::Regular, most));
        let left = std::iter::once(bold).chain(below).collect();
        let costs = fold.costs();
        let right = costs.iter().map(|line| shortened(line, text, Weight::Regular, most)).collect();
        Self { left, right, title, text }
    }

    /// The widths on both sides, and the height of one side.
    fn widths(&self) -> [f64; 2] {
        let left = self.left.iter().enumerate().map(|(index, line)| match index {
            0 => width(line, self.title, Weight::Bold),
            _ => width(line, self.text, Weight::Regular),
        });
        let right = self.right.iter().map(|line| width(line, self.text, Weight::Regular));
        [left.fold(0.0, f64::max), right.fold(0.0, f64::max)]
    }

    fn line_height(&self) -> f64 {
        1.35 * self.text
    }

    /// The space that it takes across the flow on both sides of a line that enters from above, and along it.
    pub(super) fn around(&self) -> ([f64; 2], f64) {
        let sides = self.widths().map(|width| if width > 0.0 { width + BESIDE + INSET - PADDING } else { 0.0 });
        let left = 1.25 * self.title + (self.left.len() - 1) as f64 * self.line_height();
        let right = self.right.len() as f64 * self.line_height() + 0.25 * self.text;
        (sides.map(|side| side.max(0.0)), left.max(right) + 0.5 * self.text)
    }

    /// Its size if all of it stands at one place.
    pub(super) fn beside(&self) -> [f64; 2] {
        let [left, right] = self.widths();
        let more = (self.left.len() - 1 + self.right.len()) as f64;
        [left.max(right), 1.3 * self.title + more * self.line_height()]
    }

    /// Draws it at the start of a frame, between its edges across the flow.
    fn draw_around(&self, [low, high]: [f64; 2], top: f64, theme: &Theme) -> Vec<Item> {
        let left = Point { x: low + INSET, y: top + 0.25 * self.text };
        let mut items = self.lines(left, &self.left, true, Anchor::Start, theme);
        let right = Point { x: high - INSET, y: top + 0.25 * self.text };
        items.extend(self.lines(right, &self.right, false, Anchor::End, theme));
        items
    }

    /// Draws all of it with its upper left corner at a point.
    fn draw_beside(&self, corner: Point, theme: &Theme) -> Vec<Item> {
        let lines = [self.left.clone(), self.right.clone()].concat();
        self.lines(corner, &lines, true, Anchor::Start, theme)
    }

    /// Lines of text below a point, the first of which may be the title.
    fn lines(&self, at: Point, lines: &[String], titled: bool, anchor: Anchor, theme: &Theme) -> Vec<Item> {
        let mut y = at.y;
        let line = |(index, text): (usize, &String)| {
            let is_title = titled && index == 0;
            let (size, weight, color) = if is_title {
                (self.title, Weight::Bold, theme.text)
            } else {
                (self.text, Weight::Regular, theme.muted)
            };
            y += if is_title { 1.1 * size } else { self.line_height() };
            Text { text: text.clone(), at: Point { y, ..at }, anchor, size, weight, color, angle: 0.0 }.into()
        };
        lines.iter().enumerate().map(line).collect()
    }
}

/// The box that a collapsed frame is drawn as, the same as that of a closed group in the frame of one with the path
/// `base`; `shapes` are those of its output.
pub(super) fn stand_in(fold: &blocks::Fold, base: &str, shapes: String, theme: &Theme) -> Card {
    // Where frames are open, there is room for all lines.
    Card::of_group(fold, &fold.closed_header(base), &group_lines(fold, shapes, false), theme)
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
            let axes = self.layout.axes;
            let line = route.line.items(
                axes,
                origin,
                !matches!(route.ends[1], Thing::Frame(_) | Thing::Exit),
                self.layout.theme,
            );
            let start = route.line.pieces[0][0];
            self.link(route.ends, line, self.point(origin[0] + start[0], origin[1] + start[1]), fold);
        }
        for &(thing, [axis, start]) in &plan.places {
            let place = [origin[0] + axis, origin[1] + start];
            match thing {
                Thing::Block(block) => self.block(block, place),
                Thing::Frame(fold) => self.frame(fold, place),
                Thing::Entry(_) | Thing::Exit => {}
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
        let Block { properties, bands, closed, .. } = &layout.view.blocks()[block];
        let mut details = closed.as_ref().map_or_else(|| properties.details(), details);
        // The box shows the costs of the layer with its bands.
        details.extend(bands.iter().map(|band| ("fused with".to_owned(), band.name.clone())));
        self.layers.push(Group {
            mark: layout.view.blocks()[block].mark(),
            label: closed.as_ref().map_or_else(|| label(properties), blocks::Fold::description),
            details,
            ..Group::new(layout.id(Thing::Block(block), None), "layer", card.draw(corner, layout.theme))
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
        let mut items = vec![Shape::new(outline, Fill::None).bordered(stroke).into()];
        items.extend(if layout.axes.is_down() {
            badge.draw_around([low, high], start, layout.theme)
        } else {
            badge.draw_beside(Point { x: corner.x, y: high + BESIDE }, layout.theme)
        });
        let shown = &layout.view.folds()[fold];
        let id = layout.id(Thing::Frame(fold), None);
        self.frames.push(Group {
            label: shown.description(),
            details: details(shown),
            ..Group::new(&id, "fold", items)
        });

        let from = [self.frames.len(), self.links.len(), self.layers.len()];
        let place = self.folds.len();
        let card = &layout.stand_ins[fold];
        let across = layout.axes.turned(card.size)[0];
        let mut stand_in = card.draw(self.point(axis - across / 2.0, start), layout.theme);
        let output = layout.outputs[fold];
        if layout.labels[output][0] > 0.0 {
            let length = layout.axes.turned(card.size)[1];
            stand_in.push(self.shape(output, self.point(axis, start + length)));
        }
        self.folds.push(Fold {
            group: id.clone(),
            stand_in: Group {
                mark: shown.mark,
                label: shown.description(),
                details: details(shown),
                ..Group::new(format!("closed-{}", shown.name), "stand-in", stand_in)
            },
            members: Vec::new(),
            down: layout.axes.is_down(),
            band: [start, end],
            closed: layout.axes.turned(card.size)[1],
            size: layout.frame_size(fold),
            region: layout.region(plan, Some(fold)),
        });
        self.region(plan, origin, Some(fold));
        let parts = [&self.frames, &self.links, &self.layers].into_iter().zip(from);
        self.folds[place].members =
            parts.flat_map(|(part, from)| &part[from..]).map(|group| group.id.clone()).collect();
    }

    /// Draws a line. The first one that leaves a block is labelled with the block's output shape.
    fn link(&mut self, ends: [Thing; 2], mut items: Vec<Item>, start: Point, fold: Option<usize>) {
        if let Thing::Block(block) = ends[0]
            && self.layout.labels[block][0] > 0.0
            && !std::mem::replace(&mut self.labelled[block], true)
        {
            items.push(self.shape(block, start));
        }
        let layout = self.layout;
        let [from, to] = ends.map(|thing| layout.name(thing, fold));
        let id = layout.link_id(ends, fold);
        let ends = ends.map(|thing| layout.id(thing, fold));
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
}

/// Description of a layer in words.
fn label(properties: &crate::properties::LayerProperties) -> String {
    if properties.is_input() {
        return format!("input layer {}: {}", properties.name, properties.ty());
    }
    let costs = costs(properties.parameters.total(), properties.flops);
    let parts: Vec<String> = std::iter::once(properties.output_shapes()).chain(costs).collect();
    format!("layer {} ({}): {}", properties.name, properties.kind, parts.join(", "))
}

fn details(fold: &blocks::Fold) -> Vec<(String, String)> {
    let class = fold.class.as_ref().map(|class| ("class", class.clone()));
    let details = [
        ("copies", thousands(fold.count)),
        ("layers", thousands(fold.layers)),
        ("parameters", thousands(fold.parameters.total())),
        ("FLOPs", counted(fold.flops)),
    ];
    class.into_iter().chain(details).map(|(name, value)| (name.to_owned(), value)).collect()
}
