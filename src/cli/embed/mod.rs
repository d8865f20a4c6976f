//! `netviz embed`: redraws the pictures in Markdown documents.

mod content;
mod document;
mod drawing;
mod invocation;
mod json;
mod marker;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;

pub use drawing::Drawing;

use super::{Failure, files};
use crate::files::{Output, Shown, holds, write_all};
use crate::text::{plural, shell};
use document::Document;

/// Arguments of `netviz embed`.
#[derive(Debug, Args)]
pub struct EmbedArgs {
    /// Markdown files with `<!-- netviz: MODEL [OPTIONS] -->` and `<!-- /netviz -->`, each on its own line
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Write nothing; exit with status 1 if a picture is out of date
    #[arg(long)]
    pub check: bool,
}

/// Image files to write, by their paths without symbolic links.
type Pictures = BTreeMap<PathBuf, Picture>;

/// A picture that is written to its own file.
#[derive(Debug)]
struct Picture {
    /// The file, as the document names it.
    path: PathBuf,
    bytes: Vec<u8>,
    /// The marker that it belongs to.
    place: String,
    /// The folder of the document, which must contain the file.
    folder: PathBuf,
}

pub(super) fn run(args: &EmbedArgs) -> Result<(), Failure> {
    let mut pictures = Pictures::new();
    let (mut documents, mut failures): (Vec<Document>, _) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for path in &args.files {
        if seen.insert(path) {
            match Document::draw(path, &mut pictures) {
                Ok(document) => documents.push(document),
                Err(failure) => failures.push(failure),
            }
        }
    }
    for document in &documents {
        document.warn();
    }
    match Failure::all(failures) {
        Some(failure) => Err(failure),
        None if args.check => check(&documents),
        None => write(&documents, pictures),
    }
}

/// Lists the pictures that are out of date.
fn check(documents: &[Document]) -> Result<(), Failure> {
    let stale: Vec<&Document> = documents.iter().filter(|document| document.stale().next().is_some()).collect();
    if stale.is_empty() {
        return report(documents);
    }
    let places = stale.iter().flat_map(|document| document.stale().map(|line| (document.path.shown(), line)));
    let lines: Vec<String> = places.map(|(path, line)| format!("{path}:{line}: out of date\n")).collect();
    files::print(&lines.concat())?;
    let paths: Vec<String> = stale.iter().map(|document| shell(&document.path)).collect();
    let message = format!("{} out of date", if lines.len() == 1 { "a picture is" } else { "pictures are" });
    Err(Failure::new(message).hint(format!("run `netviz embed {}`", paths.join(" "))))
}

/// Writes everything that is out of date, image files first, so that no link is broken.
fn write(documents: &[Document], pictures: Pictures) -> Result<(), Failure> {
    let stale = pictures.into_iter().filter(|(path, picture)| !holds(path, &picture.bytes));
    let pictures = stale.map(|(_, picture)| Output::inside(picture.folder, picture.path, picture.bytes));
    let texts = documents.iter().filter_map(Document::output);
    let outputs: Vec<Output> = pictures.chain(texts).collect();
    write_all(&outputs)?;
    report(documents)
}

fn report(documents: &[Document]) -> Result<(), Failure> {
    let lines = documents.iter().map(|document| {
        let (all, stale) = (document.pictures.len(), document.stale().count());
        let pictures = match (all, stale) {
            (0, _) => "no pictures".to_owned(),
            (all, 0) => format!("{}, up to date", plural(all, "picture")),
            (all, stale) => format!("{stale} of {} redrawn", plural(all, "picture")),
        };
        format!("{}: {pictures}\n", document.path.shown())
    });
    files::print(&lines.collect::<String>())
}
