//! The program `netviz`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    netviz::cli::survive_file_size_limit();
    netviz::cli::run(&netviz::cli::Cli::parse())
}
