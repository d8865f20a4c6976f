//! A sheet of misclassified samples.

use super::Look;
use crate::font::{Weight, shortened, width};
use crate::layout::frame::Content;
use crate::layout::legend::{Entry, Swatch};
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Raster, Scene, Shape, Stroke, Text};
use crate::theme::Color;
use netviz_model::text::{plural, thousands};

/// A misclassified sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake<'a> {
    /// Index in the data set.
    pub sample: usize,
    /// Number of pixels per row of its image.
    pub columns: usize,
    /// Pixels of its image, row by row.
    pub pixels: Vec<Color>,
    /// True class.
    pub truth: &'a str,
    /// Predicted class.
    pub guess: &'a str,
    /// Confidence of the prediction, from 0 to 1.
    pub probability: f64,
}

/// Samples per row.
const ROW: usize = 10;
/// Width and height of an image, and the gaps between samples in a row and between rows.
const IMAGE: f64 = 68.0;
const GAPS: [f64; 2] = [20.0, 22.0];
/// Explanation of the text below each image.
const LEGEND: &str = "prediction and confidence; true label";

/// Draws these mistakes, out of `all` mistakes on `samples` samples.
pub fn mistakes(mistakes: &[Mistake], all: usize, samples: usize, look: &Look) -> Scene {
    let em = look.theme.text_size;
    let pitch = [IMAGE + GAPS[0], IMAGE + 2.9 * em + GAPS[1]];
    let groups: Vec<Group> = mistakes
        .iter()
        .enumerate()
        .map(|(index, mistake)| {
            let corner = Point { x: (index % ROW) as f64 * pitch[0], y: (index / ROW) as f64 * pitch[1] };
            let label = format!("sample {}: {}, predicted {}", mistake.sample, mistake.truth, mistake.guess);
            Group { label, ..Group::new(format!("mistake-{}", mistake.sample), "chart", draw(mistake, corner, look)) }
        })
        .collect();
    let (columns, rows) = (mistakes.len().min(ROW), mistakes.len().div_ceil(ROW));
    let (title, description) = describe(mistakes.len(), all, samples);
    let mut content = Content {
        size: [columns as f64 * pitch[0] - GAPS[0], rows as f64 * pitch[1] - GAPS[1]],
        axis: (columns as f64 * pitch[0] - GAPS[0]) / 2.0,
        description,
        groups,
        folds: Vec::new(),
        relayout: None,
        is_aside: false,
        legend: vec![Entry { swatch: Swatch::None, label: LEGEND.to_owned() }],
    };
    if mistakes.is_empty() {
        let text = format!("every one of {} is right", plural(samples, "test sample"));
        let length = width(&text, em, Weight::Regular);
        let text = look.text(text, Point { x: 0.0, y: em }, Anchor::Start, look.theme.muted);
        content.groups = vec![Group::new("mistake-none", "chart", vec![text.into()])];
        content.legend.clear();
        (content.size, content.axis) = ([length, 1.4 * em], length / 2.0);
    }
    look.scene(content, format!("{}: {title}", look.name))
}

/// The title and a description.
fn describe(shown: usize, all: usize, samples: usize) -> (String, String) {
    let mistakes = plural(all, "mistake");
    let title = match (all, shown == all) {
        (0, _) => "no mistakes".to_owned(),
        (1, _) => "the only mistake".to_owned(),
        (_, true) => format!("all {mistakes}, most confident first"),
        (_, false) => format!("the {} most confident of {mistakes}", thousands(shown)),
    };
    (title, format!("{mistakes} on {}.", plural(samples, "test sample")))
}

/// The image, the prediction with its confidence, and the true class.
fn draw(mistake: &Mistake, corner: Point, look: &Look) -> Vec<Item> {
    let (theme, em) = (look.theme, look.theme.text_size);
    let (columns, rows) = (mistake.columns.max(1), mistake.pixels.len() / mistake.columns.max(1));
    let scale = IMAGE / columns.max(rows).max(1) as f64;
    let size = [columns as f64 * scale, rows as f64 * scale];
    let image = Point { x: corner.x + (IMAGE - size[0]) / 2.0, y: corner.y + (IMAGE - size[1]) / 2.0 };
    let frame = Shape::new(Outline::Rectangle { corner: image, size, radius: 0.0 }, theme.surface);
    let frame = Shape { fill: Fill::None, ..frame.bordered(Stroke::solid(theme.outline, 1.0)) };
    let raster = Raster { corner: image, size, columns, pixels: mistake.pixels.clone() };
    let sure = sure(mistake.probability);
    let room = IMAGE + GAPS[0] - 4.0;
    let left = room - width(&sure, em, Weight::Regular) - 0.5 * em;
    let guess = shortened(mistake.guess, em, Weight::Bold, left);
    // The prediction and its confidence are centred together.
    let lengths = [width(&guess, em, Weight::Bold), width(&sure, em, Weight::Regular)];
    let x = corner.x + (IMAGE - lengths[0] - 0.5 * em - lengths[1]) / 2.0;
    let y = corner.y + IMAGE + 1.25 * em;
    let bold = look.text(guess, Point { x, y }, Anchor::Start, theme.negative);
    let at = Point { x: x + lengths[0] + 0.5 * em, y };
    let truth = shortened(&format!("is {}", mistake.truth), em, Weight::Regular, room);
    let below = Point { x: corner.x + IMAGE / 2.0, y: y + 1.3 * em };
    vec![
        Item::Raster(raster),
        frame.into(),
        Text { weight: Weight::Bold, ..bold }.into(),
        look.text(sure, at, Anchor::Start, theme.muted).into(),
        look.text(truth, below, Anchor::Middle, theme.text).into(),
    ]
}

/// `97 %`; never 100 %, since the prediction was wrong.
fn sure(probability: f64) -> String {
    if probability > 0.995 { "> 99 %".to_owned() } else { format!("{:.0} %", 100.0 * probability) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;

    #[test]
    fn a_run_without_mistakes_says_so() {
        let theme = Theme::auto();
        let scene = mistakes(&[], 0, 10_000, &Look { name: "mnist", theme: &theme, titled: true });
        assert_eq!(scene.title, "mnist: no mistakes");
        let svg = crate::formats::svg(&scene);
        assert!(svg.contains("every one of 10,000 test samples is right"), "{svg}");
    }

    #[test]
    fn long_names_are_cut_where_the_next_sample_begins() {
        let pixels = vec![Color::BLACK; 6];
        let long = "a class with a name that is far longer than its image is wide";
        let mistake = Mistake { sample: 7, columns: 3, pixels, truth: long, guess: long, probability: 0.999 };
        let theme = Theme::light();
        let look = Look { name: "n", theme: &theme, titled: false };
        for item in draw(&mistake, Point { x: 0.0, y: 0.0 }, &look) {
            if let Item::Text(text) = item {
                assert!(width(&text.text, text.size, text.weight) <= IMAGE + GAPS[0], "{}", text.text);
            }
        }
    }
}
