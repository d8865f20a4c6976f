//! Where pictures go: one option for each format of [`FORMATS`], and `-o`, whose format follows from the name.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches, value_parser};

use crate::cli::Failure;
use crate::files::Shown;
use crate::render::{FORMATS, Format, by_ending};

/// Files to be written, each with its format, in the order of [`FORMATS`].
#[derive(Debug, Clone, Default)]
pub struct Outputs {
    /// By the options named after the formats, as indices of [`FORMATS`].
    named: Vec<(usize, PathBuf)>,
    /// By `-o`.
    by_ending: Vec<PathBuf>,
}

impl Outputs {
    /// The files with their formats.
    ///
    /// # Errors
    /// Where there is none, a name's ending tells no format, or two have the same name.
    pub fn resolve(&self) -> Result<Vec<(&'static Format, &Path)>, Failure> {
        let mut files: Vec<(&'static Format, &Path)> =
            self.named.iter().map(|(index, path)| (&FORMATS[*index], path.as_path())).collect();
        for path in &self.by_ending {
            files.push((format_of(path)?, path));
        }
        for (index, (_, path)) in files.iter().enumerate() {
            if files[..index].iter().any(|(_, other)| other == path) {
                let (message, hint) = if *path == Path::new("-") {
                    ("two pictures cannot both go to standard output".to_owned(), "name a file for one of them")
                } else {
                    (format!("two pictures would go to `{}`", path.shown()), "give each a file of its own")
                };
                return Err(Failure::new(message).hint(hint).with_code(2));
            }
        }
        if files.is_empty() {
            let failure = Failure::new("there is nothing to write");
            return Err(failure.hint(format!("name a file: `-o network.svg`; formats: {}", names())).with_code(2));
        }
        Ok(files)
    }
}

fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    names.join(", ")
}

fn format_of(path: &Path) -> Result<&'static Format, Failure> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    by_ending(&ending).ok_or_else(|| {
        let message = format!("`{}`: its ending names no format", path.shown());
        Failure::new(message).hint(format!("formats: {}; or name one: `--svg FILE`", names())).with_code(2)
    })
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut outputs = Self::default();
        outputs.update_from_arg_matches(matches)?;
        Ok(outputs)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        let named = FORMATS.iter().enumerate().filter_map(|(index, format)| {
            let path: &PathBuf = matches.get_one(format.name)?;
            Some((index, path.clone()))
        });
        self.named = named.collect();
        self.by_ending = matches.get_many("output").map(|paths| paths.cloned().collect()).unwrap_or_default();
        Ok(())
    }
}

impl clap::Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let output = Arg::new("output")
            .short('o')
            .long("output")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append)
            .help("Write the format that the file's ending names; may be repeated");
        FORMATS.iter().fold(command.arg(output), |command, format| {
            command.arg(
                Arg::new(format.name)
                    .long(format.name)
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help(format!("Write {}; - is standard output", format.doc)),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
