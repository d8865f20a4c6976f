//! Files of other programs.

#[cfg(feature = "cli")]
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use netviz_exchange::Bytes;
use netviz_exchange::import::{Beside, Dims, File, Imported, Nothing, Reader};
use netviz_exchange::reader_of;
use netviz_model::diagnostics::{Diagnostic, Diagnostics, excerpt};
use netviz_model::graph::Graph;
use netviz_model::text::{countable, thousands};

use super::kind::{self, Kind};
#[cfg(feature = "cli")]
use super::mapped;
use super::mapped::FolderOf;
use super::{Foreign, Model};

/// Most names of sizes in a message.
const NAMES: usize = 12;

/// A file in the format of another program, not read yet.
#[derive(Debug, Clone)]
pub struct Opened {
    path: PathBuf,
    bytes: Bytes,
    reader: &'static Reader,
}

impl Opened {
    /// The file at a path with its contents; `None` if they are in no format that is read.
    pub(crate) fn new(path: &Path, bytes: &Bytes) -> Option<Self> {
        let reader = reader_of(bytes, &ending(path))?;
        Some(Self { path: path.to_owned(), bytes: bytes.clone(), reader })
    }

    /// Whether the contents of a pipe may be in the format of another program, by how they begin. Which member of an
    /// archive tells its format is known at its end.
    #[cfg(feature = "cli")]
    pub(crate) fn begins(start: &[u8]) -> bool {
        start.starts_with(b"PK") || reader_of(start, "").is_some()
    }

    /// What a file is that has the ending of this format, or seems to begin like it, and is certainly another one.
    fn other_kind(&self) -> Option<Kind> {
        let kind = kind::of(&self.bytes, &ending(&self.path))?;
        (kind != kind::BINARY && !kind.holds(self.reader.name)).then_some(kind)
    }

    /// The kind of a regular file that is in no format that is read.
    #[cfg(feature = "cli")]
    pub(crate) fn refused(path: &Path) -> Option<Kind> {
        path.metadata().ok().filter(Metadata::is_file)?;
        kind::of(&mapped::contents(path).ok()?, &ending(path))
    }

    /// The regular file at a path; `None` if there is none, or if it is in no format that is read.
    #[cfg(feature = "cli")]
    pub(crate) fn look(path: &Path) -> Option<Self> {
        path.metadata().ok().filter(Metadata::is_file)?;
        Self::new(path, &mapped::contents(path).ok()?)
    }

    /// The contents of the file.
    #[cfg(feature = "cli")]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The format.
    pub fn reader(&self) -> &'static Reader {
        self.reader
    }

    /// Reads the network, with sizes for symbols such as `N`, each of which the file must have.
    ///
    /// # Errors
    /// All problems.
    pub fn read(&self, dims: &Dims) -> Result<Model, Diagnostics> {
        if self.bytes.is_empty() {
            let message = format!("`{}` is empty", excerpt(&self.path.to_string_lossy()));
            return Err(Diagnostic::error(message).hint("write or load the file again").into());
        }
        let name = self.path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let folder = FolderOf(&self.path);
        // Nothing is beside a pipe.
        let beside: &dyn Beside = if self.path.is_file() { &folder } else { &Nothing };
        let file = File { name: if name == "-" { "model" } else { &name }, bytes: &self.bytes, beside, dims };
        let Imported { graph, origin, tensors, sizes, warnings, .. } =
            (self.reader.read)(&file).map_err(|diagnostics| {
                let path = self.path.to_string_lossy();
                if let Some(kind) = self.other_kind() {
                    let message =
                        format!("`{}` is no file of {}: it looks like {}", excerpt(&path), self.reader.name, kind.what);
                    return Diagnostic::error(message).hint(kind.hint).into();
                }
                let message = |problem: &Diagnostic| format!("`{}`: {}", excerpt(&path), problem.message);
                let named = |problem: Diagnostic| Diagnostic { message: message(&problem), ..problem };
                diagnostics.into_iter().map(named).collect::<Diagnostics>()
            })?;
        if let [name, ..] = dims.unused()[..] {
            let names: Vec<String> =
                dims.names().iter().take(NAMES).map(|name| format!("`{}`", excerpt(name))).collect();
            let hint = match &names[..] {
                [] => "all its sizes are fixed".to_owned(),
                [name] => format!("its only size that can be set is {name}"),
                names => format!("its sizes that can be set are {}", names.join(", ")),
            };
            let path = self.path.to_string_lossy();
            return Err(Diagnostic::error(format!("`{}` has no size `{}`", excerpt(&path), excerpt(name)))
                .hint(hint)
                .into());
        }
        let warnings = warnings.into_iter().chain(too_large(&graph)).collect();
        Ok(Model { graph, warnings, source: Some(Foreign { origin, tensors, sizes }) })
    }
}

/// Warnings about sums that are too large to be counted, which sizes of no real network are.
fn too_large(graph: &Graph) -> impl Iterator<Item = Diagnostic> {
    let sums = [("parameters", graph.parameters().total()), ("multiply-adds", graph.macs())];
    sums.into_iter().filter(|&(_, sum)| countable(sum).is_none()).map(|(what, sum)| {
        Diagnostic::warning(format!("the network has {} {what}, which cannot be counted", thousands(sum)))
            .hint("look at the sizes of its inputs and weights: the file may be damaged")
    })
}

/// The ending of a file.
pub(super) fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default()
}
