//! `netviz view`

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;

use super::input::Input;
use super::render::{self, DrawArgs};
use super::{Failure, ModelArgs, files};
use crate::files::Shown;
use crate::formats::by_ending;
use crate::picture;
use crate::text::system_error;

/// Arguments of `netviz view`.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// Which model.
    #[command(flatten)]
    pub model: ModelArgs,

    /// Drawing options.
    #[command(flatten)]
    pub draw: DrawArgs,

    /// Write the page, but do not open it
    #[arg(long)]
    pub no_open: bool,
}

pub(super) fn run(args: &ViewArgs) -> Result<(), Failure> {
    let input = Input::open(&args.model, &[])?;
    let model = input.read()?;
    let options = args.draw.options(Path::new(""))?;
    let picture = picture(&model.graph, None, &options);
    let format = by_ending("html").ok_or_else(|| Failure::new("pictures cannot be written as HTML"))?;
    let page = (format.write)(&picture)?;
    let path = place(model.graph.name())?;
    render::write(vec![(path.as_path(), page)])?;
    let shown = path.shown();
    if args.no_open {
        return files::print(&format!("{}: written to {shown}\n", model.graph.name()));
    }
    match open(&path) {
        Ok(()) => files::print(&format!("{}: opened {shown}\n", model.graph.name())),
        Err(error) => {
            let message = format!("no browser could be started: {}", system_error(&error));
            Err(Failure::new(message).hint(format!("open the page yourself: {shown}")))
        }
    }
}

/// A page in a folder of its own, so that no other user of the machine can have put a file there.
fn place(name: &str) -> Result<PathBuf, Failure> {
    let failed =
        |error: std::io::Error| Failure::new(format!("no temporary folder can be made: {}", system_error(&error)));
    let folder = tempfile::Builder::new().prefix("netviz-").tempdir().map_err(failed)?;
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = name.chars().map(safe).take(80).collect();
    let name = Some(name.trim_start_matches('.')).filter(|name| !name.is_empty()).unwrap_or("network").to_owned();
    // The browser reads it after this program has ended.
    Ok(folder.keep().join(format!("{name}.html")))
}

/// Opens a page in the program that `BROWSER` names, or else in the default one.
fn open(page: &Path) -> std::io::Result<()> {
    let Some(browser) = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty()) else {
        return open::that_detached(page);
    };
    let mut command = Command::new(browser);
    command.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}
