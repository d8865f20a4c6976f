//! Curves of metrics by epoch.

use super::mark::{CENTER, Mark};
use super::plot::{self, CURVE, Curve, End, Labels, POINT, Points, number};
use super::{Look, titles};
use crate::layout::legend::{Entry, Swatch};
use crate::scene::{Scene, Stroke};
use crate::theme::{Paint, Theme};
use netviz_model::metric::Measure;

/// One metric of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel<'a> {
    /// The metric.
    pub measure: &'a Measure,
    /// Values on the training set, from the first epoch on.
    pub training: Vec<f64>,
    /// Values on the validation set; empty if there is none.
    pub validation: Vec<f64>,
    /// Value on the test set, after the last epoch.
    pub test: Option<f64>,
}

/// Draws panels side by side.
pub fn curves(panels: &[Panel], look: &Look) -> Scene {
    let paints = paints(look.theme);
    let plots: Vec<plot::Panel> = panels.iter().map(|panel| panel.plot(paints)).collect();
    let names = titles(panels.iter().map(|panel| panel.measure));
    let labels = Labels {
        title: format!("{}: {} by epoch", look.name, names),
        description: panels.iter().map(describe).collect::<Vec<_>>().join(" "),
        legend: legend(panels, paints),
    };
    plot::draw(&plots, labels, look)
}

impl Panel<'_> {
    fn plot(&self, [training, validation, test]: [Paint; 3]) -> plot::Panel<'_> {
        let curve = |values, paint| Curve { values, stroke: Stroke::solid(paint, CURVE), points: Points::Dots };
        let end = |value: Option<&f64>, color| value.map(|&value| End { value, color, mark: None });
        let ends = [
            end(self.training.last(), training),
            end(self.validation.last(), validation),
            end(self.test.as_ref(), test),
        ];
        plot::Panel {
            measure: self.measure,
            epochs: self.training.len(),
            curves: vec![curve(&self.training, training), curve(&self.validation, validation)],
            rings: self.test.map(|value| (self.training.len(), value, test)).into_iter().collect(),
            ends: ends.into_iter().flatten().collect(),
        }
    }
}

/// Description of a panel in words.
fn describe(panel: &Panel) -> String {
    let text = |value: Option<&f64>, what: &str| {
        value
            .filter(|value| value.is_finite())
            .map(|&value| format!("{} {what}", panel.measure.style.text(value, number)))
    };
    let parts = [
        text(panel.training.last(), "in training"),
        text(panel.validation.last(), "in validation"),
        text(panel.test.as_ref(), "on the test samples"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("The {} after epoch {}: {}.", panel.measure.title(), panel.training.len(), parts.join(", "))
}

fn legend(panels: &[Panel], [training, validation, test]: [Paint; 3]) -> Vec<Entry> {
    // A single epoch gives a point instead of a line.
    let is_line = panels.iter().any(|panel| panel.training.len() > 1);
    let line = |paint: Paint| {
        let stroke = Stroke::solid(paint, CURVE);
        if is_line { Swatch::Line(stroke) } else { Swatch::Curve(None, Mark::DOT.draw(CENTER, POINT, stroke, paint)) }
    };
    let entry = |swatch: Swatch, label: &str| Entry { swatch, label: label.to_owned() };
    let has = |has: fn(&Panel) -> bool| panels.iter().any(has);
    let entries = [
        Some(entry(line(training), "training, mean over the epoch")),
        has(|panel| !panel.validation.is_empty()).then(|| entry(line(validation), "validation, after the epoch")),
        has(|panel| panel.test.is_some()).then(|| entry(Swatch::Ring(test), "test, after the last epoch")),
    ];
    entries.into_iter().flatten().collect()
}

/// Colours of training, validation and test.
fn paints(theme: &Theme) -> [Paint; 3] {
    [theme.positive, theme.negative, theme.text]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Item, Text};
    use netviz_model::metric::Range;

    fn texts(scene: &Scene) -> Vec<&Text> {
        let items = scene.groups.iter().flat_map(|group| &group.items);
        items.filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None }).collect()
    }

    #[test]
    fn equal_ends_are_told_below_each_other() {
        for value in [0.0, 0.5, 1.0] {
            let (training, validation) = (vec![0.2, value], vec![0.7, value]);
            let panel = Panel { measure: &Measure::loss(), training, validation, test: Some(value) };
            let theme = Theme::light();
            let scene = curves(&[panel], &Look { name: "n", theme: &theme, titled: true });
            let ends = texts(&scene).into_iter().filter(|text| text.text == number(value));
            let mut places: Vec<f64> = ends.map(|text| text.at.y).collect();
            places.sort_by(f64::total_cmp);
            assert_eq!(places.len(), 3);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= theme.text_size), "{value}: {places:?}");
        }
    }

    #[test]
    fn values_that_are_no_numbers_are_left_out() {
        let training = vec![f64::NAN, 0.5, f64::INFINITY];
        let panel = Panel {
            measure: &Measure { range: Range::Unit, ..Measure::loss() },
            training,
            validation: Vec::new(),
            test: Some(f64::NAN),
        };
        let scene = curves(&[panel], &Look { name: "n", theme: &Theme::auto(), titled: true });
        assert!(!crate::formats::svg(&scene).contains("NaN"));
    }
}
