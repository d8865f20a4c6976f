//! The options of a picture in a document: words as on the command line, split as in a shell.

use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::diagnostics::Diagnostic;

/// Arguments from a document.
pub(super) struct Invocation<T> {
    /// Their values.
    pub args: T,
    matches: ArgMatches,
}

impl<T: CommandFactory + FromArgMatches> Invocation<T> {
    /// Parses them.
    ///
    /// # Errors
    /// The message of clap, as one sentence and a hint.
    pub(super) fn parse(text: &str) -> Result<Self, Diagnostic> {
        let Some(words) = shlex::split(text) else {
            return Err(Diagnostic::error("a quote is not closed").hint("words are split as in a shell"));
        };
        let read = command::<T>().try_get_matches_from(words).and_then(|matches| {
            let args = T::from_arg_matches(&matches)?;
            Ok(Self { args, matches })
        });
        read.map_err(|error| condensed(&error))
    }

    /// The options that are given, for the name of a file, in the order of the help: `blocks-dark`. Numbers and flags
    /// include the name of their option.
    pub(super) fn slug(&self, except: &[&str]) -> String {
        let command = command::<T>();
        let options = command.get_arguments().filter(|argument| {
            let id = argument.get_id().as_str();
            let given = self.matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
            given && argument.get_long().is_some() && !except.contains(&id)
        });
        let parts = options.map(|option| {
            let name = option.get_long().unwrap_or_default();
            let values = self.matches.get_raw(option.get_id().as_str()).into_iter().flatten();
            let value = values.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(" ");
            match (option.get_action().takes_values(), value.starts_with(|c: char| c.is_ascii_digit())) {
                (true, false) => slug(&value),
                (true, true) => slug(&format!("{name} {value}")),
                (false, _) => name.to_owned(),
            }
        });
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }
}

fn command<T: CommandFactory>() -> Command {
    // A later option overrides an earlier one, so that a document can override the options of its book.
    T::command().no_binary_name(true).disable_help_flag(true).disable_version_flag(true).args_override_self(true)
}

/// Letters and digits in lower case; everything between them becomes one `-`.
pub(super) fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// The first paragraph of clap's message, and its tips.
fn condensed(error: &clap::Error) -> Diagnostic {
    let text = error.render().to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let mut lines = paragraph.lines().map(str::trim).filter(|line| !line.starts_with('['));
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ");
    let message = lines.fold(first.to_owned(), |message, line| message + " " + line);
    let diagnostic = Diagnostic::error(message.replace('\'', "`"));
    let mut tips = text.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
    let tip = tips.find(|tip| tip.contains("similar"));
    let valid = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => Some(format!("one of {}", values.join(", "))),
        _ => None,
    };
    match tip.map(|tip| tip.replace('\'', "`")).or(valid) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic.hint("the options are those of `netviz render --help`"),
    }
}
