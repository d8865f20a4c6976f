//! The HTML report of a finished run.

use std::path::Path;

use netviz::metric::{Measure, loss};
use netviz::picture::Picture;
use netviz::report::{Part, Report, Section, report};
use netviz::text::{plural, shell, thousands};
use serde_json::Value;

use super::finished::Finished;
use crate::observe::json::epoch_object;

/// The report of a run in the folder `path`. Times are only in `report.json`, so that the same run gives the same page.
pub(super) fn page(finished: &Finished, network: &Picture, path: &Path) -> String {
    let theme = &network.options().theme;
    let [(_, curves), (_, confusion), (_, mistakes)] = finished.charts(theme, false);
    let sections = vec![
        Section { heading: "Curves", parts: vec![Part::Picture(&curves), Part::Table(epochs(finished))] },
        Section { heading: "Confusion", parts: vec![Part::Text(confusion_text()), Part::Picture(&confusion)] },
        Section { heading: "Mistakes", parts: vec![Part::Text(mistakes_text(finished)), Part::Picture(&mistakes)] },
        Section { heading: "Network", parts: vec![picture(network)] },
        Section { heading: "Settings", parts: settings(finished) },
        Section { heading: "Next steps", parts: vec![Part::Code(None, commands(finished, path))] },
    ];
    let plan = finished.plan;
    let lead = format!(
        "{}, trained on {} of {} for {}.",
        plural(plan.parameters, "parameter"),
        plural(plan.samples, "sample"),
        plan.data,
        plural(plan.epochs, "epoch")
    );
    report(&Report { title: plan.name.clone(), lead, headline: headline(finished), sections }, theme)
}

fn headline(finished: &Finished) -> Vec<(String, String)> {
    let result = finished.result;
    let (wrong, samples) = (result.confusion.mistakes(), result.confusion.samples());
    let measured = finished.spec.measured();
    let results = measured.iter().cloned().chain([loss()]).map(|metric| {
        let value = metric.style().text(result.metrics.value(&*metric), |value| format!("{value:.4}"));
        (format!("test {}", Measure::of(&*metric).title()), value)
    });
    let others = [
        ("mistakes", format!("{} of {}", thousands(wrong), thousands(samples))),
        ("parameters", thousands(finished.plan.parameters)),
    ];
    results.chain(owned(others)).collect()
}

fn owned<const N: usize>(rows: [(&str, String); N]) -> Vec<(String, String)> {
    rows.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The metrics of every epoch, as in `metrics.csv`, or of some epochs of a long run. Times are left out.
fn epochs(finished: &Finished) -> Vec<Vec<String>> {
    const MOST: usize = 20;
    let (history, measures) = (finished.history, &finished.plan.measures);
    let step = history.len().div_ceil(MOST).max(1);
    let shown = history.iter().filter(|epoch| epoch.number.is_multiple_of(step) || epoch.number == history.len());
    let objects = shown.map(|epoch| {
        let mut object = epoch_object(epoch, measures);
        object.remove("seconds");
        object
    });
    let objects: Vec<_> = objects.collect();
    let header = objects.first().map(|object| object.keys().cloned().collect());
    let value = |value: &Value| match value.as_f64().filter(|_| value.is_f64()) {
        Some(number) => format!("{number:.4}"),
        None => value.to_string(),
    };
    let rows = objects.iter().map(|object| object.values().map(value).collect());
    header.into_iter().chain(rows).collect()
}

fn confusion_text() -> String {
    "Rows are true classes, columns are predictions. Recall is the fraction of a class that was predicted \
     correctly; precision is the fraction of the predictions of a class that are correct."
        .to_owned()
}

fn mistakes_text(finished: &Finished) -> String {
    let (shown, all) = (finished.result.mistakes.len(), finished.result.confusion.mistakes());
    if all == 0 {
        return "There are none.".to_owned();
    }
    if shown == all {
        format!("All {}.", plural(all, "mistake"))
    } else {
        format!("The {shown} most confident of {}.", plural(all, "mistake"))
    }
}

fn picture<'a>(network: &'a Picture) -> Part<'a> {
    match network.scene() {
        Ok(scene) => Part::Picture(scene),
        Err(refusal) => Part::Text(format!("There is no picture: {}.", refusal.message)),
    }
}

fn settings<'a>(finished: &Finished) -> Vec<Part<'a>> {
    let (plan, spec) = (finished.plan, finished.spec);
    let optimizer = spec.optimizer.value.settings();
    let optimizer = optimizer.iter().map(|setting| format!(", {} {}", setting.name.replace('_', " "), setting.value));
    let rows = [
        ("data", format!("{}, {} training samples", plan.data, thousands(plan.samples))),
        ("batch size", thousands(plan.batch_size)),
        ("epochs", thousands(plan.epochs)),
        ("optimizer", plan.optimizer.to_owned() + &optimizer.collect::<String>()),
        ("seed", spec.seed.0.to_string()),
        ("threads", plan.threads.to_string()),
        ("device", plan.device.to_owned()),
        ("netviz", env!("CARGO_PKG_VERSION").to_owned()),
        ("libtorch", crate::commands::version().to_owned()),
    ];
    vec![Part::Properties(owned(rows)), Part::Code(Some("The model as it was trained"), finished.yaml.to_owned())]
}

/// Commands for the next steps with the run.
fn commands(finished: &Finished, path: &Path) -> String {
    let (run, name) = (shell(path), finished.graph.name());
    let [onnx, svg] = ["onnx", "svg"].map(|ending| shell(format!("{name}.{ending}")));
    let longer = finished.plan.epochs.saturating_mul(2);
    format!(
        "netviz evaluate {run}\nnetviz predict {run} digit.png\nnetviz export {run} {onnx}\nnetviz render {run} {svg}\n\
         netviz train --resume {run} --epochs {longer}\n"
    )
}
