//! A view can draw every run in a terminal of every size.

use std::sync::Arc;
use std::time::Duration;

use netviz::metric::{Better, Metric, Metrics, Range, Style};
use netviz::schema::{Chosen, Setting, Settings};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;

use super::data::RunData;
use super::look::Look;
use super::view;
use crate::sums::MetricSums;
use crate::training::{Epoch, Plan, Progress};

/// Metrics from sums over samples, as in a checkpoint.
fn metrics(loss: f64, correct: f64, samples: f64) -> MetricSums {
    let json = serde_json::json!({"loss": loss, "correct": correct, "top_5": 0.9, "error": 0.1, "samples": samples});
    serde_json::from_value(json).expect("metrics")
}

/// An infinite loss.
fn infinite() -> MetricSums {
    let mut sum = metrics(f64::MAX, 1.0, 1.0);
    sum.add(&metrics(f64::MAX, 1.0, 1.0));
    sum
}

/// A metric with a name.
#[derive(Debug)]
struct Named(&'static str);

impl Settings for Named {
    fn settings(&self) -> Vec<Setting> {
        Vec::new()
    }
}

impl Metric for Named {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn better(&self) -> Better {
        Better::Lower
    }

    fn range(&self) -> Range {
        Range::Unit
    }

    fn style(&self) -> Style {
        Style::Percent
    }

    fn add(&self, _: &[f32], _: usize, _: &mut [f64]) {}
}

/// The loss and this number of metrics, at most 3.
fn measures(metrics: usize) -> Vec<Chosen<dyn Metric>> {
    let usual = Metrics::usual().with_loss();
    let others = ["top_5", "error"].map(|name| Chosen { kind: usual[1].kind, value: Arc::new(Named(name)) as _ });
    usual.into_iter().chain(others).take(1 + metrics).collect()
}

fn any_figures() -> impl Strategy<Value = MetricSums> {
    prop_oneof![
        6 => (0.0..3.0, 0.0..1.0).prop_map(|(loss, accuracy)| metrics(loss, accuracy, 1.0)),
        1 => (-1e300..1e300).prop_map(|loss| metrics(loss, 0.0, 1.0)),
        1 => Just(MetricSums::default()),
        1 => Just(infinite()),
        1 => Just(metrics(0.0, 0.0, 1.0)),
    ]
}

fn any_epoch() -> impl Strategy<Value = Epoch> {
    let parts =
        (any_figures(), proptest::option::of(any_figures()), 0..5000_usize, 0..u64::from(u32::MAX), any::<f64>());
    parts.prop_map(|(metrics, validation, steps, milliseconds, learning_rate)| {
        let elapsed = Duration::from_millis(milliseconds);
        Epoch { number: 0, steps, metrics, validation, learning_rate, elapsed }
    })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let name = prop_oneof!["[a-z]{1,12}", ".{0,60}"];
    let numbers = (any::<u32>(), any::<u32>(), prop_oneof![1..30_usize, any::<usize>()], 1..300_usize);
    (name, numbers, any::<bool>(), 0..=3_usize).prop_map(
        |(name, (parameters, samples, epochs, threads), scheduled, metrics)| {
            let [parameters, samples] = [parameters, samples].map(|number| number as usize);
            Plan {
                run: "runs/mnist".into(),
                is_numbered: false,
                name,
                parameters,
                data: "mnist",
                samples,
                batch_size: 128,
                epochs,
                optimizer: "rmsprop",
                threads,
                device: "cpu",
                scheduled,
                measures: measures(metrics),
            }
        },
    )
}

/// Usual sizes of terminals, and the smallest and largest ones that are supported.
fn any_size() -> impl Strategy<Value = [u16; 2]> {
    let [columns, rows] = netviz::limits::TERMINAL;
    let usual = (1..=200_u16, 1..=60_u16).prop_map(|(width, height)| [width, height]);
    let odd = prop_oneof![Just([1, 1]), Just([columns, 1]), Just([1, rows]), Just([2, rows]), Just([columns, 2])];
    prop_oneof![50 => usual, 1 => odd]
}

/// A run at any point of training.
fn any_known() -> impl Strategy<Value = RunData> {
    let steps = proptest::collection::vec((any_figures(), 0..u64::from(u32::MAX)), 0..12);
    (any_plan(), proptest::collection::vec(any_epoch(), 0..40), steps, 1..500_usize).prop_map(
        |(plan, epochs, steps, all)| {
            let mut known = RunData::new(plan);
            for (index, epoch) in epochs.into_iter().take(known.plan.epochs).enumerate() {
                known.epoch(&Epoch { number: index + 1, ..epoch });
            }
            let epoch = known.history.len() + 1;
            for (index, (metrics, milliseconds)) in
                steps.into_iter().take(if known.is_done() { 0 } else { all }).enumerate()
            {
                let elapsed = Duration::from_millis(milliseconds);
                known.step(&Progress { epoch, step: index + 1, steps: all, metrics, elapsed });
            }
            known
        },
    )
}

fn drawn(known: &RunData, look: Look, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
    terminal.draw(|frame| view::draw(known, look, frame.area(), frame.buffer_mut())).expect("drawn");
    terminal.backend().buffer().clone()
}

fn rows(buffer: &Buffer) -> Vec<String> {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_run_can_be_drawn_in_every_size(
        known in any_known(), [width, height] in any_size(), colored: bool, unicode: bool,
    ) {
        let buffer = drawn(&known, Look { colored, unicode }, width, height);
        let rows = rows(&buffer);
        if width >= 60 {
            prop_assert!(rows.iter().any(|row| row.contains(&format!("/{}  ", known.plan.epochs))), "{rows:#?}");
        }
        if width >= 60 && height >= 30 {
            prop_assert!(rows[5].contains("loss"), "{rows:#?}");
            prop_assert!(rows.iter().any(|row| row.contains("epoch  ")), "{rows:#?}");
            prop_assert!(rows.last().is_some_and(|row| row.contains("q, Ctrl-C stop")), "{rows:#?}");
        }
        if !unicode && known.plan.name.chars().all(|c| matches!(c, ' '..='~')) {
            prop_assert!(rows.iter().all(|row| row.is_ascii()), "{rows:#?}");
        }
        if !colored {
            prop_assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
        }
    }
}

/// A run of five epochs that has not begun.
fn begun() -> RunData {
    RunData::new(Plan {
        run: "runs/mnist".into(),
        is_numbered: false,
        name: "mnist".to_owned(),
        parameters: 407_050,
        data: "mnist",
        samples: 60_000,
        batch_size: 128,
        epochs: 5,
        optimizer: "rmsprop",
        threads: 2,
        device: "cpu",
        scheduled: false,
        measures: measures(1),
    })
}

/// The same run in its third epoch.
fn usual() -> RunData {
    let mut known = begun();
    let elapsed = Duration::from_millis(700);
    for (number, loss) in [(1, 0.2596), (2, 0.1047)] {
        let (metrics, validation) = (metrics(loss, 0.95, 1.0), Some(metrics(loss / 2.0, 0.97, 1.0)));
        known.epoch(&Epoch { number, steps: 469, metrics, validation, learning_rate: 0.001, elapsed });
    }
    known.step(&Progress { epoch: 3, step: 200, steps: 469, metrics: metrics(20.0, 195.0, 200.0), elapsed });
    known
}

const USUAL: Look = Look { colored: true, unicode: true };

#[test]
fn charts_give_way_first_and_bars_last() {
    let known = usual();
    let text = |width, height| rows(&drawn(&known, USUAL, width, height)).join("\n");
    let has =
        |text: &str| ["┤", "val_accuracy", "407,050", "q, Ctrl-C", "run", "epoch 3/5"].map(|part| text.contains(part));
    assert_eq!(has(&text(80, 24)), [true; 6], "{}", text(80, 24));
    assert_eq!(has(&text(80, 14)), [false, true, true, true, true, true], "{}", text(80, 14));
    assert_eq!(has(&text(80, 6)), [false, true, true, true, true, true], "{}", text(80, 6));
    assert_eq!(has(&text(80, 4)), [false, false, true, false, true, true], "{}", text(80, 4));
    assert_eq!(has(&text(80, 1)), [false, false, false, false, false, true], "{}", text(80, 1));
    // The largest supported size.
    let [columns, rows] = netviz::limits::TERMINAL;
    assert_eq!(has(&text(columns, rows)), [true; 6]);
}

#[test]
fn every_metric_has_a_chart_and_columns_if_there_is_room() {
    let mut known = usual();
    known.plan.measures = measures(3);
    let text = |width, height| rows(&drawn(&known, USUAL, width, height)).join("\n");
    let charts = |text: &str| text.matches('└').count();
    assert_eq!([(200, 40), (120, 40), (80, 24)].map(|(width, height)| charts(&text(width, height))), [4, 3, 2]);
    assert!(text(200, 40).contains("top_5  ") && text(200, 40).contains("val_error"), "{}", text(200, 40));
    assert!(text(200, 40).contains("97.50 %") || text(200, 40).contains("90.00 %"), "{}", text(200, 40));
    // The loss and the first metric stay the longest.
    let narrow = text(60, 14);
    assert!(narrow.contains("accuracy") && narrow.contains("val_accuracy"), "{narrow}");
}

#[test]
fn the_time_that_is_left_counts_the_epochs_to_come_as_the_last_one() {
    // 269 steps of 3.5 ms, and two epochs of 700 ms.
    let [epoch, run] = usual().left().expect("an estimate").map(|left| left.as_millis());
    assert_eq!((epoch, run), (941, 2341));
}

/// Trains for epochs of 1,000 steps with the losses that `loss` returns.
fn train(known: &mut RunData, epochs: usize, loss: impl Fn(usize) -> f64) {
    let (steps, elapsed) = (1000, Duration::from_secs(1));
    for epoch in 1..=epochs {
        let mut sum = metrics(0.0, 0.0, 0.0);
        for step in 1..=steps {
            sum.add(&metrics(loss(step), 0.9, 1.0));
            known.step(&Progress { epoch, step, steps, metrics: sum.clone(), elapsed });
        }
        known.epoch(&Epoch { number: epoch, steps, metrics: sum, validation: None, learning_rate: 0.1, elapsed });
    }
}

#[test]
fn many_points_become_fewer_without_losing_samples() {
    let mut known = begun();
    train(&mut known, 50, |step| step as f64);
    assert!((1000..=2048).contains(&known.points.len()), "{}", known.points.len());
    assert!(known.points.windows(2).all(|pair| pair[0].at() < pair[1].at()));
    let mut sum = metrics(0.0, 0.0, 0.0);
    known.points.iter().for_each(|point| sum.add(&point.metrics));
    assert!((sum.loss() - 500.5).abs() < 1e-6, "{}", sum.loss());
    assert!((sum.value(&*measures(1)[1]) - 0.9 / 1.0).abs() < 1e-9);
}

#[test]
fn an_axis_shows_all_but_the_first_high_steps() {
    let mut known = begun();
    train(&mut known, 1, |step| if step < 30 { 2.3 } else { 0.23 });
    let text = rows(&drawn(&known, USUAL, 80, 24)).join("\n");
    assert!(text.contains("0.3") && !text.contains("2."), "{text}");
}
