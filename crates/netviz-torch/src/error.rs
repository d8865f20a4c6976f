//! What can go wrong in the engine.

use std::fmt;

use netviz::cli::Failure;
use tch::TchError;

/// An error of libtorch or of the engine, in one sentence.
#[derive(Debug)]
pub struct EngineError(String);

impl EngineError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EngineError {}

impl From<TchError> for EngineError {
    fn from(error: TchError) -> Self {
        let text = error.to_string();
        // What follows is a C++ backtrace.
        let text = text.split("\nException raised from").next().unwrap_or(&text);
        Self(format!("libtorch: {}", text.trim()))
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let memory = error.0.contains("allocate memory") || error.0.contains("not enough memory");
        let failure = Self::new(error.0);
        if memory { failure.hint("use a smaller `batch_size` or a smaller network") } else { failure }
    }
}
