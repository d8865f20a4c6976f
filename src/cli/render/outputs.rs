//! The files of pictures: one option per format of [`FORMATS`], and files whose format follows from the name.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches, value_parser};

use crate::cli::Failure;
use crate::cli::locate::Located;
use crate::files::Shown;
use crate::formats::{FORMATS, Format, SIGNATURE, by_ending};
use crate::text::shell;

/// Bytes at the beginning of a file by which a picture is recognized.
const START: u64 = 1024;

/// Files to be written.
#[derive(Debug, Clone, Default)]
pub struct Outputs {
    /// From the options named after the formats, as indices of [`FORMATS`].
    named: Vec<(usize, PathBuf)>,
    /// Files whose extension names the format.
    by_ending: Vec<PathBuf>,
}

/// A file to be written.
#[derive(Clone)]
pub(super) struct Target {
    /// Its format.
    pub format: &'static Format,
    /// Its path; `-` is standard output.
    pub path: PathBuf,
}

impl Outputs {
    /// The files with their formats; empty if none is named.
    ///
    /// # Errors
    /// If the ending of a name is not that of a format, or two files have the same name.
    pub(super) fn resolve(&self) -> Result<Vec<Target>, Failure> {
        let named = self.named.iter().map(|(index, path)| Ok(Target { format: &FORMATS[*index], path: path.clone() }));
        let by_ending = self.by_ending.iter().map(|path| Ok(Target { format: format_of(path)?, path: path.clone() }));
        let targets: Vec<Target> = named.chain(by_ending).collect::<Result<_, Failure>>()?;
        for (index, Target { path, .. }) in targets.iter().enumerate() {
            if targets[..index].iter().any(|other| other.path == *path) {
                let (message, hint) = if path == Path::new("-") {
                    ("two pictures cannot both go to standard output".to_owned(), "name a file for one of them")
                } else {
                    (format!("two pictures would go to `{}`", path.shown()), "give each a file of its own")
                };
                return Err(Failure::new(message).hint(hint).with_code(2));
            }
        }
        Ok(targets)
    }

    /// Whether a picture goes to standard output.
    pub(super) fn have_standard_output(&self) -> bool {
        self.named.iter().map(|(_, path)| path).chain(&self.by_ending).any(|path| path == Path::new("-"))
    }
}

/// The default file for a model: an SVG in the current folder.
///
/// # Errors
/// If the file exists and netviz did not write it.
pub(super) fn default(model: &Located) -> Result<Target, Failure> {
    let format = &FORMATS[0];
    let path = PathBuf::from(format!("{}.{}", model.stem().as_deref().unwrap_or("network"), format.name));
    if path.symlink_metadata().is_ok() && !is_own(&path) {
        let name = path.shown();
        let failure = Failure::new(format!("`{name}` exists, and netviz did not write it"));
        return Err(failure.hint(format!("name another file, or `-o {}` to replace it", shell(&path))));
    }
    Ok(Target { format, path })
}

/// Whether a file starts like the pictures of netviz.
fn is_own(path: &Path) -> bool {
    let mut start = Vec::new();
    let file = path.is_file().then(|| File::open(path).ok()).flatten();
    file.is_some_and(|file| file.take(START).read_to_end(&mut start).is_ok())
        && String::from_utf8_lossy(&start).contains(SIGNATURE)
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
        let files = |name| matches.get_many(name).into_iter().flatten().cloned();
        self.by_ending = files("files").chain(files("output")).collect();
        Ok(())
    }
}

impl clap::Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let files = Arg::new("files")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .num_args(0..)
            .help("Files to write; the ending of each names its format [default: an SVG named after the model]");
        let output = Arg::new("output")
            .short('o')
            .long("output")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append)
            .help("The same as FILE; may be repeated");
        FORMATS.iter().fold(command.arg(files).arg(output), |command, format| {
            let option =
                Arg::new(format.name).long(format.name).value_name("FILE").value_parser(value_parser!(PathBuf));
            command.arg(if format.is_for_terminals {
                let help = format!("Print {}, or write it to FILE", format.doc);
                // Without `=`, the next word is the model.
                option.num_args(0..=1).require_equals(true).default_missing_value("-").help(help)
            } else {
                option.help(format!("Write {}; - is standard output", format.doc))
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
