//! Characters in rows and columns: text, and lines that join where they meet.

use unicode_width::UnicodeWidthChar;

/// The sides of a cell to which a line leads.
pub(super) const UP: u8 = 1;
pub(super) const DOWN: u8 = 2;
pub(super) const LEFT: u8 = 4;
pub(super) const RIGHT: u8 = 8;

/// The characters for all combinations of sides.
const LINES: [char; 16] = [' ', '╵', '╷', '│', '╴', '┘', '┐', '┤', '╶', '└', '┌', '├', '─', '┴', '┬', '┼'];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// Lines to these sides; nothing if there are none.
    Lines(u8),
    /// A character, with marks that stand on it.
    Text(String),
    /// The second half of a wide character.
    Half,
}

/// Rows of cells, all of the same width.
#[derive(Debug)]
pub(super) struct Grid {
    width: usize,
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    pub(super) fn new(width: usize) -> Self {
        Self { width, rows: Vec::new() }
    }

    /// Adds an empty row, and returns its number.
    pub(super) fn add_row(&mut self) -> usize {
        self.rows.push(vec![Cell::Lines(0); self.width]);
        self.rows.len() - 1
    }

    /// Adds lines to some sides of a cell, unless there is text.
    pub(super) fn join(&mut self, row: usize, column: usize, sides: u8) {
        if let Some(Cell::Lines(lines)) = self.rows.get_mut(row).and_then(|row| row.get_mut(column)) {
            *lines |= sides;
        }
    }

    /// A horizontal line between two columns, including half of each, that passes under the vertical lines in between
    /// which it does not join.
    pub(super) fn under(&mut self, row: usize, from: usize, to: usize, joins: impl Fn(usize) -> bool) {
        for column in from..=to {
            let is_passed = matches!(self.rows[row][column], Cell::Lines(sides) if sides & (UP | DOWN) == UP | DOWN);
            if column == from {
                self.join(row, column, RIGHT);
            } else if column == to {
                self.join(row, column, LEFT);
            } else if !is_passed || joins(column) {
                self.join(row, column, LEFT | RIGHT);
            }
        }
    }

    /// A horizontal line between two columns, including half of each.
    pub(super) fn across(&mut self, row: usize, from: usize, to: usize) {
        for column in from..to {
            self.join(row, column, RIGHT);
            self.join(row, column + 1, LEFT);
        }
    }

    /// A vertical line between two rows, including half of each.
    pub(super) fn down(&mut self, column: usize, from: usize, to: usize) {
        for row in from..to {
            self.join(row, column, DOWN);
            self.join(row + 1, column, UP);
        }
    }

    /// Writes a text from a column on. It must fit.
    pub(super) fn write(&mut self, row: usize, mut column: usize, text: &str) {
        for c in text.chars() {
            let width = c.width().unwrap_or(0);
            if width == 0 {
                let before = self.rows[row][..column].iter_mut().rev().find_map(|cell| match cell {
                    Cell::Text(text) => Some(text),
                    Cell::Lines(_) | Cell::Half => None,
                });
                if let Some(text) = before {
                    text.push(c);
                }
            } else if let Some(cells) = self.rows[row].get_mut(column..column + width) {
                cells.fill(Cell::Half);
                cells[0] = Cell::Text(c.to_string());
            }
            column += width;
        }
    }

    /// The rows as lines, without spaces at their ends.
    pub(super) fn lines(&self, ascii: bool) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::with_capacity(row.len());
            for cell in row {
                match cell {
                    Cell::Lines(sides) if ascii => line.push(plain(*sides)),
                    Cell::Lines(sides) => line.push(LINES[usize::from(sides & 15)]),
                    Cell::Text(text) if ascii => line.extend(text.chars().map(counterpart)),
                    Cell::Text(text) => line.push_str(text),
                    Cell::Half => {}
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn plain(sides: u8) -> char {
    match sides {
        0 => ' ',
        LEFT | RIGHT | 12 => '-',
        UP | DOWN | 3 => '|',
        _ => '+',
    }
}

/// The ASCII form of a character that netviz itself uses; characters of names stay.
fn counterpart(c: char) -> char {
    match c {
        '×' => 'x',
        '·' => '.',
        '…' => '~',
        '→' => '>',
        '▼' => 'v',
        '◄' => '<',
        c => c,
    }
}

/// The number of columns of a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// The text, cut at the end if it does not fit.
pub(super) fn cut(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut room = most.saturating_sub(1);
    let mut start = String::new();
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if width > room {
            break;
        }
        room -= width;
        start.push(c);
    }
    if most > 0 {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_join_where_they_meet() {
        let mut grid = Grid::new(5);
        for _ in 0..3 {
            grid.add_row();
        }
        grid.across(0, 0, 4);
        grid.across(2, 0, 4);
        grid.down(0, 0, 2);
        grid.down(2, 0, 2);
        grid.down(4, 0, 2);
        assert_eq!(grid.lines(false), "┌─┬─┐\n│ │ │\n└─┴─┘\n");
        assert_eq!(grid.lines(true), "+-+-+\n| | |\n+-+-+\n");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let mut grid = Grid::new(6);
        grid.add_row();
        grid.write(0, 1, "層a");
        grid.join(0, 4, UP | DOWN);
        assert_eq!(grid.lines(false), " 層a│\n");
        assert_eq!(cut("層層層", 4), "層…");
        assert_eq!(cut("abc", 3), "abc");
        grid.write(0, 0, "e\u{301}x");
        assert!(grid.lines(false).starts_with("e\u{301}x"));
    }
}
