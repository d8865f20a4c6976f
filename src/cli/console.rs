//! Capabilities of the terminal: escape codes and Unicode.
//!
//! Text for people is printed with [`print()`] and [`print_stderr`]. Data, such as JSON, is always UTF-8.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};

/// Prepares the output, before anything is printed.
pub(super) fn set_up() {
    if is_dumb() && std::env::var_os("CLICOLOR_FORCE").is_none() {
        anstream::ColorChoice::Never.write_global();
    }
}

/// Whether the terminal does not support escape codes: `TERM` is `dumb`, empty or not set.
pub fn is_dumb() -> bool {
    !cfg!(windows) && std::env::var_os("TERM").is_none_or(|name| name.is_empty() || name == "dumb")
}

/// Whether lines of this output can be redrawn, as progress bars require.
pub fn is_interactive(output: &impl IsTerminal) -> bool {
    output.is_terminal() && !is_dumb()
}

/// Whether the encoding of the locale is UTF-8. If no locale is set, it is `C`, whose encoding is ASCII.
pub fn is_unicode() -> bool {
    cfg!(windows) || is_utf8(|name| std::env::var_os(name))
}

/// Uses the first of the variables that is set, as POSIX specifies.
fn is_utf8(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    set.is_some_and(|locale| locale.to_string_lossy().to_lowercase().replace('-', "").contains("utf8"))
}

/// The text, with netviz's own characters in ASCII if the locale is not UTF-8.
pub fn shown(text: &str) -> Cow<'_, str> {
    if is_unicode() { text.into() } else { ascii(text).into() }
}

/// Writes the characters that netviz itself uses in ASCII. Others come from users, for example in names, and stay.
fn ascii(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut is_raised = false;
    for c in text.chars() {
        if let Some(digit) = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|raised| raised == c) {
            result.extend((!is_raised).then_some('^'));
            result.push_str(&digit.to_string());
            is_raised = true;
            continue;
        }
        is_raised = false;
        match counterpart(c) {
            Some(text) => result.push_str(text),
            None => result.push(c),
        }
    }
    result
}

/// The ASCII form of a character; for characters in columns, of the same width.
fn counterpart(c: char) -> Option<&'static str> {
    Some(match c {
        '×' | '✗' => "x",
        '✓' => "+",
        '–' | '—' | '−' | '─' | '░' => "-",
        // Parts of a bar: at least half a column, then less.
        '━' | '█' | '▉' | '▊' | '▋' | '▌' => "#",
        '▍' | '▎' | '▏' | '·' => ".",
        '…' => "...",
        '→' => "->",
        '≤' => "<=",
        '≥' => ">=",
        '±' => "+/-",
        // Symbols for control characters.
        '\u{2400}'..='\u{2421}' | char::REPLACEMENT_CHARACTER => "?",
        _ => return None,
    })
}

/// Prints a text to standard output.
///
/// # Errors
/// If standard output cannot be written.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut output = anstream::stdout();
    output.write_all(shown(text).as_bytes())?;
    output.flush()
}

/// Prints data to standard output as it is.
///
/// # Errors
/// If standard output cannot be written.
pub fn print_data(text: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// Prints a line to standard error. If that fails, only the exit code can report a problem.
pub fn print_stderr(line: &str) {
    let _ = writeln!(anstream::stderr(), "{}", shown(line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_names_the_characters() {
        let utf8 = |set: &[(&str, &str)]| {
            is_utf8(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
        };
        assert!(utf8(&[("LANG", "en_GB.UTF-8")]) && utf8(&[("LC_ALL", ""), ("LANG", "C.utf8")]));
        assert!(utf8(&[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")]));
        assert!(!utf8(&[]) && !utf8(&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]));
        assert!(!utf8(&[("LANG", "de_DE.ISO-8859-1")]) && !utf8(&[("LC_ALL", "POSIX")]));
    }

    #[test]
    fn netviz_own_characters_become_ascii_and_others_stay() {
        assert_eq!(ascii("3×28 → 2⁴⁰ … ✓ ✗ – ──"), "3x28 -> 2^40 ... + x - --");
        assert_eq!(ascii("████▌▏ ━━─"), "#####. ##-");
        assert_eq!(ascii("ネットワーク é"), "ネットワーク é");
    }
}
