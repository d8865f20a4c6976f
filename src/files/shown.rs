//! Displays the names of files.

use std::path::Path;

use crate::diagnostics::printable_line;

/// Displays a path in a message or a report. A name can contain any character but `/` and NUL, and a terminal must not
/// interpret any of them.
pub trait Shown {
    /// The path on one line, without characters that control a terminal.
    fn shown(&self) -> String;
}

impl<P: AsRef<Path> + ?Sized> Shown for P {
    fn shown(&self) -> String {
        printable_line(&self.as_ref().to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_that_controls_nothing() {
        assert_eq!("a\u{1b}[2J\nb\u{7}\u{202e}\u{85}\u{2028}".shown(), "a␛[2J␊b␇�·�");
        assert_eq!(Path::new("models/数字.yaml").shown(), "models/数字.yaml");
    }
}
