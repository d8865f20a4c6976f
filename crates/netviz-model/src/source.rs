//! Source texts for diagnostics: the model file, and the overrides of the command line.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use crate::limits;

/// Bytes `start..end` of a text in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Index of the text in its [`Sources`].
    pub source: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The place of what is in no text.
    pub const NONE: Self = Self { source: 0, start: 0, end: 0 };
}

/// A named text.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    /// The start of each line; computed on first use.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text that is already known to be small and valid.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Checks the size and the encoding of a file's bytes; a byte order mark is removed.
    ///
    /// # Errors
    /// If `bytes` is longer than [`limits::MODEL_FILE`] or not UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, SourceError> {
        let name = name.into();
        if bytes.len() as u64 > limits::MODEL_FILE {
            return Err(SourceError::TooLarge { name });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..offset].split(|&byte| byte == b'\n').count();
                Err(SourceError::NotUtf8 { name, offset, line })
            }
        }
    }

    /// The name shown in diagnostics, usually a path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line that contains byte `offset`: its number, from 1, and its bytes without the line break.
    pub fn line_at(&self, offset: usize) -> (usize, Range<usize>) {
        let starts = self.lines.get_or_init(|| {
            let behind = self.text.match_indices('\n').map(|(newline, _)| newline + 1);
            std::iter::once(0).chain(behind).collect()
        });
        let number = starts.partition_point(|&start| start <= offset);
        let start = starts[number - 1];
        let end = starts.get(number).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        (number, start..end)
    }
}

/// Why bytes are not the text of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError {
    /// There are more than [`limits::MODEL_FILE`].
    TooLarge {
        /// The name of the file.
        name: String,
    },
    /// They are not UTF-8.
    NotUtf8 {
        /// The name of the file.
        name: String,
        /// Number of valid bytes at the start.
        offset: usize,
        /// Number of the line of the first invalid byte, from 1.
        line: usize,
    },
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TooLarge { name } => write!(f, "`{name}` is larger than 1 MiB"),
            Self::NotUtf8 { name, offset, line } => {
                write!(f, "`{name}` is not UTF-8: invalid byte at offset {offset}, line {line}")
            }
        }
    }
}

impl std::error::Error for SourceError {}

/// All texts that a model was read from; a [`Span`] refers to its text by index.
#[derive(Debug, Clone)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Starts with the model file, which gets index 0.
    pub fn new(model: Source) -> Self {
        Self(vec![model])
    }

    /// Adds a text and returns its index.
    pub fn add(&mut self, source: Source) -> usize {
        self.0.push(source);
        self.0.len() - 1
    }

    /// The text that a span points into.
    pub fn get(&self, index: usize) -> &Source {
        &self.0[index]
    }

    /// The model file.
    pub fn model(&self) -> &Source {
        &self.0[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_before_its_line_break() {
        let source = Source::new("x", "a\r\nbc\n");
        assert_eq!(source.line_at(0), (1, 0..1));
        assert_eq!(source.line_at(4), (2, 3..5));
        assert_eq!(source.line_at(6), (3, 6..6));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let source = Source::from_bytes("x", b"\xef\xbb\xbfname: a".to_vec()).expect("valid");
        assert_eq!(source.text(), "name: a");
    }

    #[test]
    fn the_first_byte_that_is_not_utf_8_is_named() {
        let error = Source::from_bytes("x", b"a\nb\xff".to_vec()).expect_err("not UTF-8");
        assert_eq!(error.to_string(), "`x` is not UTF-8: invalid byte at offset 3, line 2");
    }
}
