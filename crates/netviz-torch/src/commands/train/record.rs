//! The files that grow by a line an epoch: the history that a resumed run goes on from, and the metrics.
//!
//! Lines are appended, so that an epoch costs the same however many there were before. What is behind the checkpoint
//! that a run is resumed from is cut off.

use netviz::cli::Failure;
use netviz::run;
use serde_json::Value;

use super::folder::RunFolder;
use crate::observe::Epoch;
use crate::observe::json::epoch_object;
use crate::training::{History, line};

/// The files of a run that is under way.
pub(super) struct Record<'a> {
    folder: &'a RunFolder,
    accuracy: bool,
    history: Log,
    metrics: [Log; 2],
}

/// A file, as long as it was written here.
#[derive(Clone, Copy)]
struct Log {
    name: &'static str,
    length: u64,
    /// What it holds of an epoch.
    text: fn(&Epoch, bool) -> String,
}

impl<'a> Record<'a> {
    /// Makes the files fit the epochs that a run goes on from, of which a new one has none.
    pub(super) fn open(folder: &'a RunFolder, history: &History, accuracy: bool) -> Result<Self, Failure> {
        let log = |name, text| Log { name, length: 0, text };
        let mut record = Self {
            folder,
            accuracy,
            history: log(run::HISTORY, |epoch, _| line(epoch)),
            metrics: [log(run::METRICS, json), log(run::TABLE, table)],
        };
        for log in [&mut record.history].into_iter().chain(&mut record.metrics) {
            if history.is_empty() {
                folder.remove(&[log.name])?;
            } else {
                log.rewrite(folder, history, accuracy)?;
            }
        }
        Ok(record)
    }

    /// Appends the last epoch to the history, before a checkpoint counts on it.
    pub(super) fn add(&mut self, history: &History) -> Result<(), Failure> {
        self.history.append(self.folder, history, self.accuracy)
    }

    /// Appends its metrics.
    pub(super) fn add_metrics(&mut self, history: &History) -> Result<(), Failure> {
        self.metrics.iter_mut().try_for_each(|log| log.append(self.folder, history, self.accuracy))
    }
}

impl Log {
    /// Appends the last epoch. Where the file was removed or cut in the meantime, it is written as a whole.
    fn append(&mut self, folder: &RunFolder, history: &History, accuracy: bool) -> Result<(), Failure> {
        let Some(epoch) = history.last() else { return Ok(()) };
        let text = (self.text)(epoch, accuracy);
        if !folder.append(self.name, self.length, text.as_bytes())? {
            return self.rewrite(folder, history, accuracy);
        }
        self.length += text.len() as u64;
        Ok(())
    }

    fn rewrite(&mut self, folder: &RunFolder, history: &History, accuracy: bool) -> Result<(), Failure> {
        let text: String = history.iter().map(|epoch| (self.text)(epoch, accuracy)).collect();
        folder.write(self.name, text.as_bytes())?;
        self.length = text.len() as u64;
        Ok(())
    }
}

fn json(epoch: &Epoch, accuracy: bool) -> String {
    format!("{}\n", Value::Object(epoch_object(epoch, accuracy)))
}

/// A row of comma-separated values, below their names where it is the first. Names and numbers need no quotes.
fn table(epoch: &Epoch, accuracy: bool) -> String {
    let metrics = epoch_object(epoch, accuracy);
    let names: Vec<&str> = metrics.keys().map(String::as_str).collect();
    let cell = |value: &Value| if value.is_null() { String::new() } else { value.to_string() };
    let values: Vec<String> = metrics.values().map(cell).collect();
    let header = if epoch.number == 1 { names.join(",") + "\n" } else { String::new() };
    header + &values.join(",") + "\n"
}
