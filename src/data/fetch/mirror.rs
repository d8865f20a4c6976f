//! Files from a mirror, compressed with gzip.

use std::time::Duration;

use flate2::read::GzDecoder;
use ureq::Agent;

use super::{Download, Problem};

const TIME_TO_CONNECT: Duration = Duration::from_secs(5);
/// Timeout of a single read; [`TIME_FOR_A_FILE`] also limits the whole file, for mirrors that are too slow.
const TIME_TO_READ: Duration = Duration::from_secs(20);
const TIME_FOR_A_FILE: Duration = Duration::from_mins(10);

/// Upper bound on what gzip adds to a file that cannot be compressed.
const GZIP_OVERHEAD: u64 = 1 << 16;

/// Downloads every wanted file from the folder at `address`.
pub(super) fn get(address: &str, download: &mut Download) -> Result<(), Problem> {
    let agent = agent();
    for file in download.wanted.clone() {
        let response = agent.get(format!("{address}{}.gz", file.name)).call();
        let body = response.map_err(|error| Problem::Source(words(&error)))?.into_body();
        let body = body.into_with_config().limit(file.bytes + GZIP_OVERHEAD).reader();
        download.accept(file, &mut GzDecoder::new(body))?;
    }
    Ok(())
}

fn agent() -> Agent {
    Agent::config_builder()
        .timeout_resolve(Some(TIME_TO_CONNECT))
        .timeout_connect(Some(TIME_TO_CONNECT))
        .timeout_per_read(Some(TIME_TO_READ))
        .timeout_global(Some(TIME_FOR_A_FILE))
        .build()
        .into()
}

fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "the host is not found".into(),
        ureq::Error::Timeout(_) => "no answer in time".into(),
        ureq::Error::StatusCode(code) => format!("it answers with status {code}"),
        ureq::Error::Io(error) => error.to_string(),
        error => error.to_string(),
    }
}
