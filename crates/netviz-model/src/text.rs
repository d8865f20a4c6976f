//! Formatting of numbers and arguments.

use std::ffi::OsStr;
use std::fmt::Write;
use std::io;

/// Whether a terminal interprets a character instead of showing it: control characters, line separators, and those that
/// change the direction of the text.
pub fn controls_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// JSON on one line. Characters that [control a terminal](controls_terminal) are escaped, which does not change the
/// value.
pub fn json(value: &serde_json::Value) -> String {
    value.to_string().chars().fold(String::new(), |mut text, c| {
        if controls_terminal(c) {
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
        text
    })
}

/// The message of an operating system's error, in lower case and without the error number.
pub fn system_error(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// `1 error`, `5,000 errors`.
pub fn plural(count: usize, word: &str) -> String {
    format!("{} {word}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// A number of bytes: `1.55 MiB`.
pub fn bytes(count: u64) -> String {
    let mut size = count as f64;
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    if unit == "B" { format!("{size:.0} B") } else { format!("{size:.2} {unit}") }
}

/// What is printed in place of a sum that has reached the largest number that is counted to.
const TOO_LARGE: &str = "more than 1.8e19";

/// A sum, unless it has reached the largest number that is counted to.
pub fn countable(sum: usize) -> Option<usize> {
    (sum < usize::MAX).then_some(sum)
}

/// `407,050`.
pub fn thousands(number: usize) -> String {
    if number == usize::MAX {
        return TOO_LARGE.to_owned();
    }
    grouped(&number.to_string())
}

/// A length without decimals: `21,763`.
pub fn whole(number: f64) -> String {
    grouped(&format!("{number:.0}"))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `38.1 M`: three digits and a unit of 1000, for numbers of operations.
pub fn rounded(number: usize) -> String {
    if number == usize::MAX {
        return TOO_LARGE.to_owned();
    }
    let mut value = number as f64;
    let mut unit = "";
    for next in ["k", "M", "G", "T", "P", "E"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit.is_empty() {
        return number.to_string();
    }
    let digits = usize::from(value < 9.995) + usize::from(value < 99.95);
    format!("{value:.digits$} {unit}")
}

/// A path or another positional argument, quoted for a shell.
///
/// Characters that could control a terminal, and bytes that are not UTF-8, are written with their codes in `$'…'`
/// (POSIX.1-2024; bash, zsh and ksh). A leading `-` is preceded by `./`, so that it is not an option.
pub fn shell(argument: impl AsRef<OsStr>) -> String {
    let argument = argument.as_ref();
    let text = argument.to_string_lossy();
    let start = if text.starts_with('-') && text != "-" { "./" } else { "" };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    if argument.to_str().is_none() || text.chars().any(controls_terminal) {
        return format!("{start}$'{}'", escaped_bytes(argument.as_encoded_bytes()));
    }
    if !text.is_empty() && text.chars().all(plain) {
        return format!("{start}{text}");
    }
    format!("{start}'{}'", text.replace('\'', "'\\''"))
}

/// Escapes bytes for use between `$'` and `'`, in ASCII only, so that the result is the same in every locale.
fn escaped_bytes(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, &byte| match byte {
        b'\'' | b'\\' => text + "\\" + (byte as char).encode_utf8(&mut [0; 4]),
        b' '..=b'~' => text + (byte as char).encode_utf8(&mut [0; 4]),
        // Three octal digits, so that a digit that follows is not read as part of the code.
        _ => text + &format!("\\{byte:03o}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_an_argument_as_it_is() {
        assert_eq!(["runs/a-1", "", "a b", "it's"].map(shell), ["runs/a-1", "''", "'a b'", "'it'\\''s'"]);
        assert_eq!(["-", "-o", "- a", "数字"].map(shell), ["-", "./-o", "./'- a'", "'数字'"]);
        assert_eq!(
            ["a\n1", "\u{1b}[2J", "it's\t\\", "-\u{202e}"].map(shell),
            ["$'a\\0121'", "$'\\033[2J'", "$'it\\'s\\011\\\\'", "./$'-\\342\\200\\256'"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_takes_bytes_that_are_no_text() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(shell(OsStr::from_bytes(b"a\xffb")), "$'a\\377b'");
    }

    #[test]
    fn json_is_the_same_text_with_nothing_that_controls_a_terminal() {
        let value = serde_json::json!({"a\u{1b}": "\u{85}\u{9b}31m\u{202e}\u{2028}é\n"});
        let text = json(&value);
        assert_eq!(text, r#"{"a\u001b":"\u0085\u009b31m\u202e\u2028é\n"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
    }

    #[test]
    fn rounded_numbers_have_three_digits() {
        let numbers = [0, 999, 1000, 12_345, 999_499, 999_500, 803_840, 1_500_000_000];
        let texts = ["0", "999", "1.00 k", "12.3 k", "999 k", "1.00 M", "804 k", "1.50 G"];
        assert_eq!(numbers.map(rounded), texts);
    }

    #[test]
    fn sums_that_are_too_large_are_no_numbers() {
        assert_eq!([rounded(usize::MAX), thousands(usize::MAX)], ["more than 1.8e19"; 2]);
        assert_eq!([countable(usize::MAX), countable(7)], [None, Some(7)]);
    }
}
