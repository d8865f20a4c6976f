//! The files that grow by one line per epoch: the history, which a resumed run needs, and the metrics.
//!
//! Lines are appended, so that the cost of an epoch does not grow with the number of epochs. When a run is resumed,
//! lines after its checkpoint are cut off.

use netviz::cli::Failure;
use netviz::metric::Metric;
use netviz::run;
use netviz::schema::Chosen;
use serde_json::Value;

use super::folder::RunFolder;
use crate::observe::json::epoch_object;
use crate::training::Epoch;
use crate::training::{History, line};

/// The files of a run in progress.
pub(super) struct Record<'a> {
    folder: &'a RunFolder,
    measures: Vec<Chosen<dyn Metric>>,
    history: Log,
    metrics: [Log; 2],
}

/// A file, and the length that was written to it so far.
#[derive(Clone, Copy)]
struct Log {
    name: &'static str,
    length: u64,
    /// The text that it holds for an epoch.
    text: fn(&Epoch, &[Chosen<dyn Metric>]) -> String,
}

impl<'a> Record<'a> {
    /// Rewrites the files with the completed epochs of a resumed run. Removes them for a new run.
    pub(super) fn open(
        folder: &'a RunFolder,
        history: &History,
        measures: Vec<Chosen<dyn Metric>>,
    ) -> Result<Self, Failure> {
        let log = |name, text| Log { name, length: 0, text };
        let mut record = Self {
            folder,
            measures,
            history: log(run::HISTORY, |epoch, _| line(epoch)),
            metrics: [log(run::METRICS, json), log(run::TABLE, table)],
        };
        for log in [&mut record.history].into_iter().chain(&mut record.metrics) {
            if history.is_empty() {
                folder.remove(&[log.name])?;
            } else {
                log.rewrite(folder, history, &record.measures)?;
            }
        }
        Ok(record)
    }

    /// Appends the last epoch to the history. Must precede the checkpoint, which depends on it.
    pub(super) fn add(&mut self, history: &History) -> Result<(), Failure> {
        self.history.append(self.folder, history, &self.measures)
    }

    /// Appends the metrics of the last epoch.
    pub(super) fn add_metrics(&mut self, history: &History) -> Result<(), Failure> {
        self.metrics.iter_mut().try_for_each(|log| log.append(self.folder, history, &self.measures))
    }
}

impl Log {
    /// Appends the last epoch. If the file was removed or truncated in the meantime, all of it is written again.
    fn append(
        &mut self,
        folder: &RunFolder,
        history: &History,
        measures: &[Chosen<dyn Metric>],
    ) -> Result<(), Failure> {
        let Some(epoch) = history.last() else { return Ok(()) };
        let text = (self.text)(epoch, measures);
        if !folder.append(self.name, self.length, text.as_bytes())? {
            return self.rewrite(folder, history, measures);
        }
        self.length += text.len() as u64;
        Ok(())
    }

    fn rewrite(
        &mut self,
        folder: &RunFolder,
        history: &History,
        measures: &[Chosen<dyn Metric>],
    ) -> Result<(), Failure> {
        let text: String = history.iter().map(|epoch| (self.text)(epoch, measures)).collect();
        folder.write(self.name, text.as_bytes())?;
        self.length = text.len() as u64;
        Ok(())
    }
}

fn json(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> String {
    format!("{}\n", Value::Object(epoch_object(epoch, measures)))
}

/// A row of comma-separated values. The first row is preceded by the names. Names and numbers need no quotes.
fn table(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> String {
    let metrics = epoch_object(epoch, measures);
    let names: Vec<&str> = metrics.keys().map(String::as_str).collect();
    let cell = |value: &Value| if value.is_null() { String::new() } else { value.to_string() };
    let values: Vec<String> = metrics.values().map(cell).collect();
    let header = if epoch.number == 1 { names.join(",") + "\n" } else { String::new() };
    header + &values.join(",") + "\n"
}
