//! An event file that grows.

use std::fs::File;
use std::io::{Read, Write};
use std::time::Duration;

use prost::Message;

use super::proto::{Event, What};
use super::{record, time};

/// Prefix of the names of event files; TensorBoard looks for `tfevents`.
const PREFIX: &str = "events.out.tfevents.";
/// Suffix of the names of event files that netviz writes.
const SUFFIX: &str = ".netviz";

/// A name that no earlier file has, from the time in seconds and the process ID. A running TensorBoard would not notice
/// that a file of the same name is a new one.
pub fn new_name(wall_time: f64) -> String {
    format!("{PREFIX}{wall_time:.0}.{}{SUFFIX}", std::process::id())
}

/// Whether this is the name of an event file of netviz.
pub fn is_event_file(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// An event file.
#[derive(Debug)]
pub struct EventFile(File);

impl EventFile {
    /// Takes over a file that is open for reading and appending. Keeps the leading events for which `keep` is true,
    /// truncates the file after them, and returns them. An incomplete event is cut off too.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn open(mut file: File, keep: impl Fn(&Event) -> bool) -> std::io::Result<(Self, Vec<Event>)> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (mut rest, mut kept) = (bytes.as_slice(), Vec::new());
        while let Some((data, behind)) = record::split_first(rest)
            && let Ok(event) = Event::decode(data)
            && keep(&event)
        {
            kept.push(event);
            rest = behind;
        }
        file.set_len((bytes.len() - rest.len()) as u64)?;
        let mut file = Self(file);
        if kept.is_empty() {
            file.append(&[header()])?;
        }
        Ok((file, kept))
    }

    /// Appends events.
    ///
    /// # Errors
    /// Those of the operating system. The file may then end with an incomplete event, which readers ignore.
    pub fn append(&mut self, events: &[Event]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for event in events {
            record::push(&mut bytes, &event.encode_to_vec());
        }
        self.0.write_all(&bytes)
    }

    /// Waits until all events are on the disk.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn sync(&self) -> std::io::Result<()> {
        self.0.sync_data()
    }
}

/// The first event of a file: the version of the format.
fn header() -> Event {
    let version = What::FileVersion("brain.Event:2".to_owned());
    Event { wall_time: time(Duration::ZERO), step: 0, what: Some(version) }
}
