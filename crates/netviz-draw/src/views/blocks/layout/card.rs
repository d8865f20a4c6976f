//! Boxes: their text, wrapped and shortened to fit, their size and their items.

use crate::font::{Weight, shortened, width, wrapped};
use crate::layout;
use crate::scene::{Anchor, Fill, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::{Paint, Theme};
use crate::views::blocks::{Block, Fold};

/// Space between a text and the outline around it.
const PADDING: f64 = 11.0;
/// Space between the bold and the regular text of a header.
const HEADER_GAP: f64 = 7.0;
/// Maximum width of a text, in em.
const WIDEST: f64 = 18.0;
/// Minimum width of a box.
const NARROWEST: f64 = 96.0;
/// Maximum number of lines that one text of a box wraps into.
const MOST_LINES: usize = 3;
/// How far the outlines behind a stack stand out.
const STACK: f64 = 6.0;
/// Height of the stripe below the header of a closed group.
const STRIPE: f64 = 6.0;
/// Height of a band whose text is in a line of the box.
const EDGE: f64 = 4.0;
/// Radius of corners.
const RADIUS: f64 = 6.0;

/// A box with its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Card {
    /// Width and height.
    pub(super) size: [f64; 2],
    /// The bold and the regular text of the header.
    header: [String; 2],
    lines: Vec<String>,
    /// How many lines belong to the first text, which stands out.
    strong: usize,
    /// The header's colour; `None` for the input.
    fill: Option<Paint>,
    /// What a closed group consists of: the colours of its layers, and how many there are of each.
    stripe: Vec<(Paint, usize)>,
    /// Text and colour of the bands at its end.
    bands: Vec<(String, Paint)>,
    /// The number of copies of a stack, which has further outlines behind it; otherwise empty.
    copies: String,
}

impl Card {
    /// The box of a block; if it is brief, what its bands say is in its first line.
    pub(super) fn of(block: &Block, is_brief: bool, theme: &Theme) -> Self {
        let (mut lines, mut texts) = (block.lines.clone(), block.band_texts.clone());
        if let Some(first) = lines.first_mut().filter(|_| is_brief) {
            for text in &mut texts {
                *first = format!("{first} · {}", std::mem::take(text));
            }
        }
        let fill = theme.layer(&block.properties).or((!block.properties.is_input()).then_some(theme.muted));
        let mut card = match &block.closed {
            Some(group) => Self::of_group(group, &block.header, &lines, theme),
            None => Self::new(&block.header, &lines, fill, theme),
        };
        let text = |text: &String| shortened(text, theme.text_size, Weight::Regular, widest(theme));
        let fills = block.bands.iter().map(|band| theme.layer(band).unwrap_or(theme.surface));
        card.bands = texts.iter().map(text).zip(fills).collect();
        let widths = card.bands.iter().map(|(text, _)| width(text, theme.text_size, Weight::Regular));
        card.size[0] = widths.map(|width| (width + 2.0 * PADDING).ceil()).fold(card.size[0], f64::max);
        card.size[1] += card.bands.iter().map(|(text, _)| band_height(text, theme)).sum::<f64>();
        if let Some(stack) = &block.stack {
            card.copies.clone_from(&stack.title);
            let width = width(&card.copies, theme.name_size, Weight::Bold) + HEADER_GAP;
            card.size[0] = card.size[0].max(header_width(&card.header, theme) + 2.0 * PADDING + width).ceil() + STACK;
            card.size[1] += STACK;
        }
        card
    }

    /// The box of a closed group with these texts: in the colour of its layers, or with a stripe of their colours.
    pub(super) fn of_group(group: &Fold, header: &[String; 2], lines: &[String], theme: &Theme) -> Self {
        let fill = match group.categories[..] {
            [(category, _)] => theme.category(category),
            _ => theme.muted,
        };
        let mut card = Self::new(header, lines, Some(fill), theme);
        if group.categories.len() > 1 {
            card.stripe = group.categories.iter().map(|&(category, count)| (theme.category(category), count)).collect();
            card.size[1] += STRIPE;
        }
        card
    }

    /// The items of a band, with the upper left corner of the box at `corner`.
    pub(super) fn draw_band(&self, index: usize, corner: Point, theme: &Theme) -> Vec<Item> {
        let (line, fill) = &self.bands[index];
        let height = band_height(line, theme);
        let from_end: f64 = self.bands[index..].iter().map(|(text, _)| band_height(text, theme)).sum();
        let [w, h] = self.body();
        let top = Point { y: corner.y + h - from_end, ..corner };
        let is_last = index + 1 == self.bands.len();
        let mut outline = band(Point { x: 0.0, y: 0.0 }, w, height, !is_last);
        // The last one has the rounded corners of the box at its end.
        match &mut outline {
            Outline::Polygon(points) => {
                for point in points {
                    *point = Point { x: top.x + point.x, y: top.y + height - point.y };
                }
            }
            other => *other = Outline::Rectangle { corner: top, size: [w, height], radius: 0.0 },
        }
        let at = Point { x: top.x + PADDING, y: top.y + height / 2.0 + 0.35 * theme.text_size };
        let color = theme.text_on([*fill; 2]);
        let mut shape = Shape::new(outline, *fill);
        if *fill == theme.surface {
            // It would hide the border of the box.
            shape = shape.bordered(border(theme));
        }
        let text = (!line.is_empty()).then(|| text(line, at, theme.text_size, Weight::Regular, color));
        std::iter::once(shape.into()).chain(text).collect()
    }

    /// A box with these texts, and a header in this colour.
    pub(super) fn new(header: &[String; 2], lines: &[String], fill: Option<Paint>, theme: &Theme) -> Self {
        let most = widest(theme);
        let bold = shortened(&header[0], theme.name_size, Weight::Bold, most);
        let room = most - HEADER_GAP - width(&bold, theme.name_size, Weight::Bold);
        let strong = lines.first().map_or(0, |line| broken(line, theme).len());
        let mut lines: Vec<String> = lines.iter().flat_map(|line| broken(line, theme)).collect();
        let mut behind = header[1].clone();
        if !behind.is_empty() && width(&behind, theme.name_size, Weight::Regular) > room {
            // Cut, it would say less than below the first line.
            let below = shortened(&std::mem::take(&mut behind), theme.text_size, Weight::Regular, most);
            lines.insert(strong, below);
        }
        let header = [bold, behind];
        let widest = lines.iter().map(|line| width(line, theme.text_size, Weight::Regular)).fold(0.0, f64::max);
        let size = [widest.max(header_width(&header, theme)) + 2.0 * PADDING, 0.0];
        let mut card =
            Self { size, header, lines, strong, fill, stripe: Vec::new(), bands: Vec::new(), copies: String::new() };
        card.size = [
            card.size[0].max(NARROWEST).ceil(),
            (card.header_height(theme) + card.body_height(theme)).max(1.75 * theme.name_size).ceil(),
        ];
        card
    }

    /// The size without the outlines behind it.
    fn body(&self) -> [f64; 2] {
        self.size.map(|length| if self.copies.is_empty() { length } else { length - STACK })
    }

    fn header_height(&self, theme: &Theme) -> f64 {
        if self.header[0].is_empty() && self.header[1].is_empty() { 0.0 } else { 1.75 * theme.name_size }
    }

    fn body_height(&self, theme: &Theme) -> f64 {
        if self.lines.is_empty() { 0.0 } else { self.lines.len() as f64 * line_height(theme) + PADDING }
    }

    /// The items of the box, with its upper left corner at `corner`.
    pub(super) fn draw(&self, corner: Point, theme: &Theme) -> Vec<Item> {
        let [w, h] = self.body();
        let outline = |shift: f64| {
            let corner = Point { x: corner.x + shift, y: corner.y + shift };
            Outline::Rectangle { corner, size: [w, h], radius: RADIUS }
        };
        let mut items: Vec<Item> = Vec::new();
        if !self.copies.is_empty() {
            let behind = |shift: f64| Shape::new(outline(shift), theme.surface).bordered(border(theme)).into();
            items.extend([STACK, STACK / 2.0].map(behind));
        }
        let rectangle = outline(0.0);
        items.push(Shape::new(rectangle.clone(), theme.surface).into());
        let header = self.header_height(theme);
        if let (Some(fill), true) = (self.fill, header > 0.0) {
            items
                .push(Shape::new(band(corner, w, header, self.lines.is_empty() && self.bands.is_empty()), fill).into());
        }
        let stripe = if self.stripe.is_empty() { 0.0 } else { STRIPE };
        let all: usize = self.stripe.iter().map(|(_, count)| count).sum();
        let mut from = 0.0;
        for &(paint, count) in &self.stripe {
            let part = w * count as f64 / all as f64;
            let corner = Point { x: corner.x + from, y: corner.y + header };
            items.push(Shape::new(Outline::Rectangle { corner, size: [part, STRIPE], radius: 0.0 }, paint).into());
            from += part;
        }
        items.push(Shape::new(rectangle, Fill::None).bordered(border(theme)).into());
        items.extend(self.header_text(corner, theme));
        let first = corner.y + header + stripe + PADDING / 2.0 + 0.5 * line_height(theme) + 0.35 * theme.text_size;
        for (index, line) in self.lines.iter().enumerate() {
            let at = Point { x: corner.x + PADDING, y: first + index as f64 * line_height(theme) };
            let color = if index < self.strong { theme.text } else { theme.muted };
            items.push(text(line, at, theme.text_size, Weight::Regular, color));
        }
        items
    }

    fn header_text(&self, corner: Point, theme: &Theme) -> Vec<Item> {
        let color = self.fill.map_or(theme.text, |fill| theme.text_on([fill; 2]));
        let size = theme.name_size;
        let at = Point { x: corner.x + PADDING, y: corner.y + self.header_height(theme) / 2.0 + 0.35 * size };
        let behind = Point { x: at.x + width(&self.header[0], size, Weight::Bold) + HEADER_GAP, ..at };
        let copies_width = width(&self.copies, size, Weight::Bold);
        let copies = Point { x: corner.x + self.body()[0] - PADDING - copies_width, ..at };
        let texts = [
            (&self.header[0], at, Weight::Bold),
            (&self.header[1], behind, Weight::Regular),
            (&self.copies, copies, Weight::Bold),
        ];
        let texts = texts.into_iter().filter(|(line, ..)| !line.is_empty());
        texts.map(|(line, at, weight)| text(line, at, size, weight, color)).collect()
    }
}

/// Outline of boxes: the theme's border, or else a line in its outline colour.
fn border(theme: &Theme) -> Stroke {
    layout::border(theme).unwrap_or(Stroke::solid(theme.outline, 1.0))
}

/// Maximum width of a text, in pixels. It grows with unusually large names too.
fn widest(theme: &Theme) -> f64 {
    WIDEST * theme.text_size.max(theme.name_size * 12.0 / 14.0)
}

/// The height of a band with this text; one without is an edge.
fn band_height(text: &str, theme: &Theme) -> f64 {
    if text.is_empty() { EDGE } else { (1.6 * theme.text_size).ceil() }
}

pub(super) fn line_height(theme: &Theme) -> f64 {
    1.35 * theme.text_size
}

/// A line of text whose baseline starts at `at`.
pub(super) fn text(line: &str, at: Point, size: f64, weight: Weight, color: Paint) -> Item {
    Text { text: line.to_owned(), at, anchor: Anchor::Start, size, weight, color, angle: 0.0 }.into()
}

/// Wraps a line of text, after a comma if possible.
fn broken(line: &str, theme: &Theme) -> Vec<String> {
    const JOINED: &str = "\u{a0}";
    let fits = |part: &str| width(part, theme.text_size, Weight::Regular) <= widest(theme);
    let parts = line.split(", ").map(|part| if fits(part) { part.replace(' ', JOINED) } else { part.to_owned() });
    let line = parts.collect::<Vec<String>>().join(", ");
    let lines = wrapped(&line, theme.text_size, Weight::Regular, widest(theme), MOST_LINES);
    lines.into_iter().map(|line| line.replace(JOINED, " ")).collect()
}

fn header_width(header: &[String; 2], theme: &Theme) -> f64 {
    let behind =
        if header[1].is_empty() { 0.0 } else { HEADER_GAP + width(&header[1], theme.name_size, Weight::Regular) };
    width(&header[0], theme.name_size, Weight::Bold) + behind
}

/// The upper part of a box, with rounded upper corners; if it is the whole box, all corners are rounded.
fn band(corner: Point, width: f64, height: f64, whole: bool) -> Outline {
    if whole {
        return Outline::Rectangle { corner, size: [width, height], radius: RADIUS };
    }
    // A quarter of a circle in steps of 15 degrees.
    let quarter = (0..=6).map(|step| (f64::from(step) * 15.0).to_radians().sin_cos());
    let left = quarter.clone().map(|(sin, cos)| (RADIUS - RADIUS * cos, RADIUS - RADIUS * sin));
    let right = quarter.map(|(sin, cos)| (width - RADIUS + RADIUS * sin, RADIUS - RADIUS * cos));
    let corners = left.chain(right).chain([(width, height), (0.0, height)]);
    Outline::Polygon(corners.map(|(x, y)| Point { x: corner.x + x, y: corner.y + y }).collect())
}
