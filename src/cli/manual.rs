//! Output that is generated from the definition of the command line: completions, manual pages, the version.

use clap::CommandFactory;

use super::{Cli, CompletionsArgs, Failure, ManArgs, files};
use crate::files::{Output, write_all};
use crate::text::system_error;

/// Prints the script for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "netviz", &mut script);
    files::print_data(&String::from_utf8_lossy(&script))
}

/// Writes a manual page for the program and for each command.
pub(super) fn pages(args: &ManArgs) -> Result<(), Failure> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let mut outputs = Vec::new();
    for command in std::iter::once(program.clone()).chain(commands) {
        let page_name = format!("{}.1", command.get_display_name().unwrap_or(command.get_name()));
        let path = args.folder.join(page_name);
        let mut page = Vec::new();
        let version = format!("netviz {}", env!("CARGO_PKG_VERSION"));
        clap_mangen::Man::new(command)
            .source(version)
            .render(&mut page)
            .map_err(|error| Failure::new(system_error(&error)))?;
        outputs.push(Output::new(&path, page));
    }
    Ok(write_all(&outputs)?)
}

/// Prints the version.
pub(super) fn version() -> Result<(), Failure> {
    files::print(&Cli::command().render_version())
}
