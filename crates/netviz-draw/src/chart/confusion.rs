//! Confusion matrix: predicted classes by true class.

use super::{Look, moved};
use crate::font::{Weight, shortened, width};
use crate::layout::frame::Content;
use crate::layout::legend::{Entry, Swatch};
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Scene, Shape, Stroke, Text};
use crate::theme::Paint;
use netviz_model::text::{plural, thousands};

/// Number of samples for each pair of true and predicted class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: Vec<String>,
    /// One row per true class, one column per predicted class.
    counts: Vec<usize>,
}

impl Confusion {
    /// A matrix without samples.
    pub fn new(classes: &[&str]) -> Self {
        let classes: Vec<String> = classes.iter().map(|&class| class.to_owned()).collect();
        Self { counts: vec![0; classes.len() * classes.len()], classes }
    }

    /// Counts a sample.
    ///
    /// # Panics
    /// If one of the classes does not exist.
    pub fn add(&mut self, truth: usize, guess: usize) {
        assert!(guess < self.size(), "no class {guess}");
        let size = self.size();
        self.counts[truth * size + guess] += 1;
    }

    /// Number of samples of class `truth` that were predicted as `guess`.
    pub fn count(&self, truth: usize, guess: usize) -> usize {
        self.counts[truth * self.size() + guess]
    }

    /// The number of samples.
    pub fn samples(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The number of misclassified samples.
    pub fn mistakes(&self) -> usize {
        self.samples() - self.right()
    }

    /// Fraction of the samples of a class that were predicted correctly; `None` if the class has no samples.
    pub fn recall(&self, class: usize) -> Option<f64> {
        share(self.count(class, class), (0..self.size()).map(|guess| self.count(class, guess)).sum())
    }

    /// Fraction of the samples predicted as a class that belong to it; `None` if there are none.
    pub fn precision(&self, class: usize) -> Option<f64> {
        share(self.count(class, class), (0..self.size()).map(|truth| self.count(truth, class)).sum())
    }

    fn right(&self) -> usize {
        (0..self.size()).map(|class| self.count(class, class)).sum()
    }

    fn size(&self) -> usize {
        self.classes.len()
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Side of a cell if there are few classes, side of the whole matrix if there are many, and minimum side of a cell.
const CELL: f64 = 48.0;
const WHOLE: f64 = 600.0;
const LEAST: f64 = 12.0;
/// Space between the matrix and the text beside it.
const PAD: f64 = 8.0;
/// Space for a percentage.
const SHARE: f64 = 62.0;
/// Maximum width of a class name.
const NAME: f64 = 110.0;
/// The widest text at the left of the matrix if class names are short.
const PRECISION: &str = "precision";
/// Minimum font size; smaller text is omitted.
const SMALLEST: f64 = 7.0;
/// Minimum shade of a cell, out of 255.
const FAINTEST: f64 = 28.0;

/// Draws a confusion matrix with the recall and precision of every class.
pub fn confusion(confusion: &Confusion, look: &Look) -> Scene {
    let matrix = Matrix::new(confusion, look);
    let [left, top] = [matrix.margins[0], matrix.margins[1]];
    let groups = [
        ("confusion-cells", matrix.cells()),
        ("confusion-classes", matrix.classes()),
        ("confusion-shares", matrix.shares()),
    ];
    let groups = groups.map(|(id, items)| Group::new(id, "chart", moved(items, left, top))).into();
    let side = matrix.side();
    let entry = |paint: Paint, label: &str| Entry { swatch: Swatch::Square(paint), label: label.to_owned() };
    let content = Content {
        size: [left + side + PAD + SHARE, top + side + PAD + 2.0 * look.theme.text_size],
        axis: left + side / 2.0,
        description: matrix.describe(),
        groups,
        folds: Vec::new(),
        relayout: None,
        is_aside: false,
        legend: vec![
            entry(look.theme.positive, "correct"),
            entry(look.theme.negative, "wrong; stronger is more frequent"),
        ],
    };
    look.scene(content, format!("{}: confusion on {}", look.name, plural(confusion.samples(), "test sample")))
}

/// A matrix whose upper left cell is at the origin.
struct Matrix<'a> {
    confusion: &'a Confusion,
    look: &'a Look<'a>,
    /// Side of a cell.
    cell: f64,
    /// Count of the most frequent mistake, at least 1.
    most: usize,
    /// Class names, shortened to fit.
    names: Vec<String>,
    /// Whether the names above the columns are rotated, since they are wider than a cell.
    turned: bool,
    /// Space at the left and above.
    margins: [f64; 2],
}

impl<'a> Matrix<'a> {
    fn new(confusion: &'a Confusion, look: &'a Look) -> Self {
        let em = look.theme.text_size;
        let cell = (WHOLE / confusion.size() as f64).clamp(LEAST, CELL);
        let names = confusion.classes.iter().map(|class| shortened(class, em, Weight::Bold, NAME));
        let names: Vec<String> = names.collect();
        let widest = names.iter().map(|name| width(name, em, Weight::Bold)).fold(0.0, f64::max);
        let turned = widest > cell - 4.0;
        let size = confusion.size();
        let wrong = confusion.counts.iter().enumerate().filter(|(index, _)| index / size != index % size);
        let most = wrong.map(|(_, &count)| count).max().unwrap_or(1).max(1);
        let above = if turned { widest } else { em };
        let left = (widest + 2.0 * em).max(width(PRECISION, em, Weight::Regular));
        let margins = [left + PAD, above + PAD + 2.0 * em];
        Self { confusion, look, cell, most, names, turned, margins }
    }

    fn side(&self) -> f64 {
        self.cell * self.confusion.size() as f64
    }

    /// The middle of a row or column.
    fn middle(&self, index: usize) -> f64 {
        (index as f64 + 0.5) * self.cell
    }

    fn cells(&self) -> Vec<Item> {
        let theme = self.look.theme;
        let square = |x: f64, y: f64, side: f64, paint: Paint| {
            let outline = Outline::Rectangle { corner: Point { x, y }, size: [side; 2], radius: 0.0 };
            Shape::new(outline, paint)
        };
        let mut items = vec![square(0.0, 0.0, self.side(), theme.surface).into()];
        let size = self.confusion.size();
        for (truth, guess) in (0..size).flat_map(|truth| (0..size).map(move |guess| (truth, guess))) {
            let count = self.confusion.count(truth, guess);
            if count == 0 {
                continue;
            }
            let paint = self.shade(truth, guess);
            items.push(square(guess as f64 * self.cell, truth as f64 * self.cell, self.cell, paint).into());
            let middle = Point { x: self.middle(guess), y: self.middle(truth) };
            items.extend(self.fitted(thousands(count), middle, theme.text_on([paint; 2])).map(Item::from));
        }
        items.extend(self.grid());
        items
    }

    /// Lines between the cells, and around all of them.
    fn grid(&self) -> [Item; 2] {
        let (theme, side) = (self.look.theme, self.side());
        let lines = (1..self.confusion.size()).map(|index| index as f64 * self.cell).flat_map(|at| {
            let line = |from: [f64; 2], to: [f64; 2]| [from, to].map(|[x, y]| Point { x, y });
            [line([0.0, at], [side, at]), line([at, 0.0], [at, side])]
        });
        let outline = Outline::Rectangle { corner: Point { x: 0.0, y: 0.0 }, size: [side; 2], radius: 0.0 };
        let frame = Shape { fill: Fill::None, ..Shape::new(outline, theme.surface) };
        [
            Item::Lines { segments: lines.collect(), stroke: Stroke::solid(theme.background, 1.0) },
            frame.bordered(Stroke::solid(theme.outline, 1.0)).into(),
        ]
    }

    /// Correct predictions are shaded by their fraction of the row, mistakes relative to the most frequent mistake.
    fn shade(&self, truth: usize, guess: usize) -> Paint {
        let theme = self.look.theme;
        let (full, share) = if truth == guess {
            (theme.positive, self.confusion.recall(truth).unwrap_or(0.0))
        } else {
            (theme.negative, self.confusion.count(truth, guess) as f64 / self.most as f64)
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
        let share = (FAINTEST + (255.0 - FAINTEST) * share) as u8;
        theme.surface.toward(full, share)
    }

    /// Text in a cell, smaller if it is too wide; `None` if it would be too small to read.
    fn fitted(&self, text: String, middle: Point, color: Paint) -> Option<Text> {
        let usual = self.look.theme.text_size;
        let room = (self.cell - 4.0) / width(&text, usual, Weight::Regular);
        let size = usual * room.min(self.cell * 0.7 / usual).min(1.0);
        let at = Point { x: middle.x, y: middle.y + 0.35 * size };
        (size >= SMALLEST).then(|| Text { size, ..self.look.text(text, at, Anchor::Middle, color) })
    }

    /// The class names, and the labels of rows and columns.
    fn classes(&self) -> Vec<Item> {
        let (theme, em) = (self.look.theme, self.look.theme.text_size);
        let size = em.min(self.cell * 0.9);
        let name = |name: &String, at: Point, anchor: Anchor, angle: f64| -> Item {
            let text = self.look.text(name, at, anchor, theme.text);
            Text { weight: Weight::Bold, size, angle, ..text }.into()
        };
        let mut items = Vec::new();
        for (index, text) in self.names.iter().enumerate() {
            let middle = self.middle(index);
            items.push(name(text, Point { x: -PAD, y: middle + 0.35 * size }, Anchor::End, 0.0));
            items.push(if self.turned {
                name(text, Point { x: middle + 0.35 * size, y: -PAD }, Anchor::Start, -90.0)
            } else {
                name(text, Point { x: middle, y: -PAD }, Anchor::Middle, 0.0)
            });
        }
        let half = self.side() / 2.0;
        let [left, above] = [em - self.margins[0], em - self.margins[1]];
        items.push(self.look.text("predicted class", Point { x: half, y: above }, Anchor::Middle, theme.muted).into());
        let truth = self.look.text("true class", Point { x: left, y: half }, Anchor::Middle, theme.muted);
        items.push(Text { angle: -90.0, ..truth }.into());
        items
    }

    /// Recall at the right of each row, precision below each column, and the fraction of all samples where both meet.
    fn shares(&self) -> Vec<Item> {
        let (theme, em, side) = (self.look.theme, self.look.theme.text_size, self.side());
        let [right, below] = [side + PAD + SHARE, side + PAD + em];
        let text = |text: &str, x: f64, y: f64| self.look.text(text, Point { x, y }, Anchor::End, theme.muted);
        let classes = 0..self.confusion.size();
        let mut precisions: Vec<Item> = Vec::new();
        for class in classes.clone() {
            let at = Point { x: self.middle(class), y: below - 0.35 * em };
            precisions.extend(self.fitted(percent(self.confusion.precision(class)), at, theme.muted).map(Item::from));
        }
        let mut items = vec![Item::from(text("recall", right, -PAD))];
        if !precisions.is_empty() {
            items.push(text(PRECISION, -PAD, below).into());
            items.append(&mut precisions);
        }
        for class in classes.filter(|_| self.cell >= em) {
            let recall = percent(self.confusion.recall(class));
            items.push(text(&recall, right, self.middle(class) + 0.35 * em).into());
        }
        let all = percent(share(self.confusion.right(), self.confusion.samples()));
        items.push(Text { weight: Weight::Bold, color: theme.text, ..text(&all, right, below) }.into());
        items
    }

    fn describe(&self) -> String {
        let worst = (0..self.confusion.size()).filter_map(|class| Some((self.confusion.recall(class)?, class)));
        let worst = worst.min_by(|a, b| a.0.total_cmp(&b.0));
        let worst = worst.map_or_else(String::new, |(recall, class)| {
            format!(
                " The class with the lowest recall is {}, with {}.",
                self.confusion.classes[class],
                percent(Some(recall))
            )
        });
        let (wrong, samples) = (self.confusion.mistakes(), self.confusion.samples());
        format!("{} of {} are wrong.{worst}", thousands(wrong), plural(samples, "test sample"))
    }
}

/// `98.2 %`; a dash for `None`.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{READABLE, THEMES};

    /// Ten classes with every shade.
    fn example() -> Confusion {
        let mut confusion = Confusion::new(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        for (index, count) in confusion.counts.iter_mut().enumerate() {
            *count = if index / 10 == index % 10 { 13 * index } else { index % 23 };
        }
        confusion
    }

    #[test]
    fn shares_are_of_rows_and_of_columns() {
        let mut confusion = Confusion::new(&["cat", "dog", "owl"]);
        for (truth, guess) in [(0, 0), (0, 0), (0, 1), (1, 1)] {
            confusion.add(truth, guess);
        }
        let shares = [0, 1, 2].map(|class| [confusion.recall(class), confusion.precision(class)]);
        assert_eq!(shares, [[Some(2.0 / 3.0), Some(1.0)], [Some(1.0), Some(0.5)], [None, None]]);
        assert_eq!((confusion.samples(), confusion.mistakes()), (4, 1));
    }

    #[test]
    fn a_row_without_room_for_figures_has_no_name() {
        let theme = crate::theme::Theme::auto();
        let look = Look { name: "n", theme: &theme, titled: true };
        let has_row = |count: usize| {
            let mut counts = Confusion::new(&vec!["class"; count]);
            (0..count).for_each(|class| counts.add(class, class));
            let items = Matrix::new(&counts, &look).shares();
            items.iter().any(|item| matches!(item, Item::Text(text) if text.text == PRECISION))
        };
        assert!(has_row(10) && !has_row(60));
    }

    #[test]
    fn counts_are_readable_on_their_shades_in_every_theme() {
        for preset in THEMES {
            let (theme, confusion) = ((preset.theme)(), example());
            let look = Look { name: "n", theme: &theme, titled: true };
            let matrix = Matrix::new(&confusion, &look);
            let mut under = theme.surface;
            let mut texts = 0;
            for item in matrix.cells() {
                match item {
                    Item::Shape(Shape { fill: Fill::Plain(paint), .. }) => under = paint,
                    Item::Text(text) => {
                        assert!(text.color.contrast(under) >= READABLE, "{}: {} on {under:?}", preset.name, text.text);
                        texts += 1;
                    }
                    _ => {}
                }
            }
            assert!(texts > 80, "{texts} counts");
        }
    }
}
