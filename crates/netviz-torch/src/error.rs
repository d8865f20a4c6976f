//! Errors of the engine.

use std::fmt;

use netviz::cli::Failure;
use netviz::diagnostics::Diagnostic;
use netviz::text::bytes;
use netviz::text::system_error;
use tch::TchError;

/// An error of libtorch or the engine: one sentence, and a hint if there is one.
#[derive(Debug)]
pub struct EngineError {
    message: String,
    hint: Option<String>,
    /// Whether the error is transient, such as too little memory: the same run may work at another time.
    is_transient: bool,
}

impl EngineError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, is_transient: false }
    }

    /// Adds a hint that says what to do.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The error for standard output that cannot be written to.
    pub(crate) fn of_output(error: &std::io::Error) -> Self {
        let error = Self::new(format!("cannot print: {}", system_error(error))).hint("check where the output goes");
        Self { is_transient: true, ..error }
    }

    /// Adds the command that resumes the run to the hint of a transient error. Other errors stay unchanged.
    pub(crate) fn with_resume_hint(self, command: &str) -> Self {
        match &self.hint {
            Some(hint) if self.is_transient => {
                Self { hint: Some(format!("{hint}, then resume with `{command}`")), ..self }
            }
            _ => self,
        }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

impl From<Diagnostic> for EngineError {
    fn from(Diagnostic { message, hint, .. }: Diagnostic) -> Self {
        Self { message, hint, is_transient: false }
    }
}

impl From<TchError> for EngineError {
    fn from(error: TchError) -> Self {
        Self::of_libtorch(&error.to_string())
    }
}

/// Phrases by which libtorch's allocators report that memory is exhausted, in lower case.
const OUT_OF_MEMORY: [&str; 4] = ["allocate memory", "not enough memory", "out of memory", "bad_alloc"];

impl EngineError {
    /// Converts a C++ exception, whose text contains a location in libtorch's source and a backtrace.
    fn of_libtorch(text: &str) -> Self {
        let lower = text.to_lowercase();
        if OUT_OF_MEMORY.iter().any(|words| lower.contains(words)) {
            let size = requested(text).map_or_else(String::new, |size| format!(" for {size}"));
            let error = Self::new(format!("there is not enough memory{size}"));
            return Self {
                is_transient: true,
                ..error.hint("close other programs, or use a machine with more memory")
            };
        }
        Self::new(format!("libtorch: {}", sentence(text)))
            .hint("this is a bug in netviz: please report it with the model and the command")
    }
}

/// The requested size, from `tried to allocate 12845056000 bytes` or `Tried to allocate 20.00 GiB.`
fn requested(text: &str) -> Option<String> {
    let mut words = text.split_once("ried to allocate ")?.1.split_whitespace();
    let (number, unit) = (words.next()?, words.next()?.trim_end_matches('.'));
    if unit == "bytes" { number.parse().ok().map(bytes) } else { Some(format!("{number} {unit}")) }
}

/// The first line of a C++ exception, without its prefix, source location and backtrace.
fn sentence(text: &str) -> &str {
    let end = ["Exception raised from", "frame #"].iter().filter_map(|mark| text.find(mark)).min();
    let text = &text[..end.unwrap_or(text.len())];
    let text = text.strip_prefix("Internal torch error: ").unwrap_or(text).trim_start();
    // `[enforce fail at file.cpp:126] condition.`
    let text =
        text.strip_prefix("[enforce fail at ").and_then(|rest| rest.split_once("] ")).map_or(text, |(_, rest)| rest);
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("an error without a message")
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let failure = Self::new(error.message);
        match error.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as libtorch 2.13 and earlier versions word them.
    #[test]
    fn exceptions_of_libtorch_become_one_sentence() {
        let tell = |text: &str| {
            let error = EngineError::of_libtorch(text);
            (error.message, error.is_transient)
        };
        let allocator = "Internal torch error: [enforce fail at alloc_cpu.cpp:126] err == 0. DefaultCPUAllocator: can't \
                         allocate memory: you tried to allocate 12845056000 bytes. Error code 12 (Cannot allocate \
                         memory)\nframe #0: c10::ThrowEnforceNotMet(char const*) + 0x61 (0x7f in libc10.so)\n";
        assert_eq!(tell(allocator), ("there is not enough memory for 11.96 GiB".into(), true));
        assert_eq!(tell("std::bad_alloc"), ("there is not enough memory".into(), true));
        let cuda = "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 7.79 GiB";
        assert_eq!(tell(cuda), ("there is not enough memory for 20.00 GiB".into(), true));
        let shapes = "Internal torch error: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)\nException raised \
                      from meta at LinearAlgebra.cpp:194 (most recent call first):\nframe #0: c10::Error::Error";
        assert_eq!(tell(shapes), ("libtorch: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)".into(), false));
        assert_eq!(tell("[enforce fail at x.cpp:1] no.\nframe #1: y").0, "libtorch: no.");
        assert_eq!(tell("x Exception raised from y").0, "libtorch: x");
        assert_eq!(tell("").0, "libtorch: an error without a message");
    }

    #[test]
    fn only_what_passes_can_be_gone_on_with() {
        let hint = |text: &str| EngineError::of_libtorch(text).with_resume_hint("go").hint.expect("a hint");
        assert!(hint("std::bad_alloc").ends_with(", then resume with `go`"));
        assert!(hint("x").starts_with("this is a bug in netviz"));
    }
}
