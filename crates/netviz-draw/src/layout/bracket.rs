//! Brackets beside a range of a picture, with a text.

use crate::font::{Weight, width};
use crate::picture::Direction;
use crate::scene::{Anchor, Item, Point, Stroke, Text};
use crate::theme::Theme;

/// A bracket with its text, the first line of which is bold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bracket {
    pub(crate) lines: Vec<String>,
    /// Start and end along the flow.
    pub(crate) along: [f64; 2],
}

/// Length of the ends, and the space between a bracket and its text.
const TICK: f64 = 5.0;
const GAP: f64 = 5.0;

impl Bracket {
    fn size(index: usize, theme: &Theme) -> (f64, Weight) {
        if index == 0 { (1.1 * theme.name_size, Weight::Bold) } else { (0.92 * theme.text_size, Weight::Regular) }
    }

    /// Width and height of the text.
    fn text_size(&self, theme: &Theme) -> [f64; 2] {
        let sizes = self.lines.iter().enumerate().map(|(index, line)| {
            let (size, weight) = Self::size(index, theme);
            [width(line, size, weight), 1.3 * size]
        });
        sizes.fold([0.0, 0.0], |[wide, high], [width, height]| [f64::max(wide, width), high + height])
    }

    /// Its extent along the flow, which the text may exceed, and the space that it takes across.
    pub(crate) fn extent(&self, direction: Direction, theme: &Theme) -> ([f64; 2], f64) {
        let [wide, high] = self.text_size(theme);
        let [along, across] = if direction == Direction::Right { [wide, high] } else { [high, wide] };
        let middle = f64::midpoint(self.along[0], self.along[1]);
        let along = [self.along[0].min(middle - along / 2.0), self.along[1].max(middle + along / 2.0)];
        (along, TICK + GAP + across)
    }

    /// Draws it with its ends at a position across the flow: below the range, or at its right.
    pub(crate) fn draw(&self, direction: Direction, across: f64, theme: &Theme) -> Vec<Item> {
        let point = |along: f64, across: f64| match direction {
            Direction::Right => Point { x: along, y: across },
            Direction::Down => Point { x: across, y: along },
        };
        let [from, to] = self.along;
        let line = [point(from, across), point(from, across + TICK), point(to, across + TICK), point(to, across)];
        let segments = line.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        let mut items = vec![Item::Lines { segments, stroke: Stroke::solid(theme.muted, 1.0) }];
        let middle = point(f64::midpoint(from, to), across + TICK + GAP);
        let [_, high] = self.text_size(theme);
        let (x, mut y, anchor) = match direction {
            Direction::Right => (middle.x, middle.y, Anchor::Middle),
            Direction::Down => (middle.x, middle.y - high / 2.0, Anchor::Start),
        };
        for (index, line) in self.lines.iter().enumerate() {
            let (size, weight) = Self::size(index, theme);
            let color = if index == 0 { theme.text } else { theme.muted };
            let at = Point { x, y: y + size };
            y += 1.3 * size;
            items.push(Text { text: line.clone(), at, anchor, size, weight, color, angle: 0.0 }.into());
        }
        items
    }
}
