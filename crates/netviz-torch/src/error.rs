//! What can go wrong in the engine.

use std::fmt;

use netviz::cli::Failure;
use tch::TchError;

/// An error of libtorch or of the engine, in one sentence.
#[derive(Debug)]
pub struct EngineError {
    message: String,
    hint: Option<String>,
}

impl EngineError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

impl From<TchError> for EngineError {
    fn from(error: TchError) -> Self {
        let text = error.to_string();
        // What follows is a C++ backtrace.
        let text = text.split("\nException raised from").next().unwrap_or(&text);
        Self::new(format!("libtorch: {}", text.trim()))
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let memory = error.message.contains("allocate memory") || error.message.contains("not enough memory");
        let hint = error.hint.or_else(|| memory.then(|| "use a smaller `batch_size` or a smaller network".to_owned()));
        let failure = Self::new(error.message);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
