//! Resolves the arguments MODEL and RUN, which are paths or names.

use std::path::{Path, PathBuf};

use super::Failure;
use super::console::print_stderr;
use super::gallery::{self, BuiltIn, GALLERY};
use super::runs::{DEFAULT as RUNS, find};
use crate::diagnostics::Diagnostic;
use crate::files::Shown;
use crate::formats::by_ending;
use crate::limits;
use crate::model::kind;
use crate::run::{CHECKPOINT, SPEC, WEIGHTS};
use crate::schema::suggest;
use crate::text::shell;

/// The folder of model files that are found by name.
const MODELS: &str = "models";
/// The default model.
const DEFAULT: &str = "mnist";
/// The extensions of model files.
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The origin of a model.
#[derive(Debug, Clone)]
pub(super) enum Located {
    /// A separate file, or `-` for standard input.
    File(PathBuf),
    /// The folder of a run.
    Run(PathBuf),
    /// Built into the program.
    BuiltIn(&'static BuiltIn),
}

impl Located {
    /// The file of the model, if it has one; `-` is standard input.
    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Run(folder) => Some(folder.join(SPEC)),
            Self::BuiltIn(_) => None,
        }
    }

    /// The folder of the run, if it is one.
    pub(super) fn run(&self) -> Option<&Path> {
        match self {
            Self::Run(folder) => Some(folder),
            Self::File(_) | Self::BuiltIn(_) => None,
        }
    }

    /// The base name of files that are made from the model; `None` for standard input.
    pub(super) fn stem(&self) -> Option<String> {
        let stem = match self {
            Self::File(path) if path == Path::new("-") => return None,
            Self::File(path) => path.file_stem()?,
            Self::Run(folder) => return Some(folder.canonicalize().ok()?.file_name()?.to_string_lossy().into_owned()),
            Self::BuiltIn(model) => return Some(model.name.to_owned()),
        };
        Some(stem.to_string_lossy().into_owned())
    }
}

/// Finds a model by path or name; relative paths start at `folder`. In this order: a file, the folder of a run, the
/// newest run in a folder of runs, a file in `models`, a built-in model, a run in `runs`.
///
/// # Errors
/// If nothing has that name.
pub(super) fn model(name: Option<&Path>, folder: &Path) -> Result<Located, Failure> {
    let Some(name) = name else {
        return by_name(DEFAULT, folder).ok_or_else(|| missing(Path::new(DEFAULT), folder).into());
    };
    if name == Path::new("-") {
        return Ok(Located::File(name.to_owned()));
    }
    let path = folder.join(name);
    let named = || name.to_str().filter(|name| is_word(name)).and_then(|name| by_name(name, folder));
    if path.join(SPEC).is_file() {
        Ok(Located::Run(path))
    } else if path.is_dir() {
        newest(&path, SPEC).map(Located::Run).or_else(named).ok_or_else(|| no_run(&path).into())
    } else if path.exists() {
        Ok(Located::File(path))
    } else {
        named().ok_or_else(|| missing(name, folder).into())
    }
}

/// Whether a name is that of a model that is no run, if it is that of anything: a file, or a model that is built in.
pub(super) fn is_model_file(name: &Path) -> bool {
    if name == Path::new("-") || name.is_file() {
        return true;
    }
    if name.exists() || Path::new(RUNS).join(name).is_dir() {
        return false;
    }
    let by_name = name.to_str().filter(|name| is_word(name)).and_then(|name| by_name(name, Path::new("")));
    name.extension().is_some() || matches!(by_name, Some(Located::File(_) | Located::BuiltIn(_)))
}

/// Whether a text can be the name of a model, rather than a path.
fn is_word(name: &str) -> bool {
    !name.contains(['/', '\\', '.'])
}

fn by_name(name: &str, folder: &Path) -> Option<Located> {
    let files = ENDINGS.iter().map(|ending| folder.join(MODELS).join(name).with_extension(ending));
    let file = files.into_iter().find(|path| path.is_file()).map(Located::File);
    let run = || Some(folder.join(RUNS).join(name)).filter(|run| run.join(SPEC).is_file()).map(Located::Run);
    file.or_else(|| gallery::find(name).map(Located::BuiltIn)).or_else(run)
}

/// The newest of the runs in a folder that have the file `holds`. Prints a note about it to standard error.
fn newest(folder: &Path, holds: &str) -> Option<PathBuf> {
    let entries = folder.read_dir().ok()?.take(limits::FOLDER_ENTRIES);
    let runs = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|run| run.join(holds).is_file());
    let run = runs.max_by_key(|run| (run.join(holds).metadata().and_then(|file| file.modified()).ok(), run.clone()))?;
    print_stderr(&format!("using the newest run of `{}`: {}", folder.shown(), run.shown()));
    Some(run)
}

fn no_run(folder: &Path) -> Diagnostic {
    if let Some(kind) = kind::of_folder(folder) {
        return kind::refused(&folder.shown(), kind);
    }
    let hint = match models_in(folder).next() {
        Some(model) => format!("name a model file in it, such as `{}`", shell(&model)),
        None => "name a model file, or the folder of a run, such as `runs/mnist`".into(),
    };
    let message = format!("`{}` is a folder, but not that of a run: it holds no {SPEC}", folder.shown());
    Diagnostic::error(message).hint(hint)
}

/// The model files of a folder, sorted by name.
pub(super) fn models_in(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = folder.read_dir().into_iter().flatten().take(limits::FOLDER_ENTRIES);
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)));
    paths.sort();
    paths.into_iter()
}

/// The error for a model that does not exist, with a hint about what is probably meant.
fn missing(name: &Path, folder: &Path) -> Diagnostic {
    let path = folder.join(name);
    let ending = name.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let hint = if ending.is_some_and(|ending| by_ending(&ending).is_some()) {
        format!("name the model before the file: `netviz render MODEL {}`", shell(name))
    } else if let Some(path) = alternative(&path) {
        format!("did you mean `{}`?", shell(&path))
    } else if let Some(model) = built_in(name) {
        if name.to_str().is_some_and(is_word) {
            format!("did you mean `{model}`, which is built in? `netviz models` lists all")
        } else {
            format!("`{model}` is built in: name it without a path or an ending")
        }
    } else {
        "check the path; `netviz models` lists the models that are built in".to_owned()
    };
    let place = if folder == Path::new("") { String::new() } else { format!(" (paths start at `{}`)", folder.shown()) };
    Diagnostic::error(format!("there is no model `{}`{place}", name.shown())).hint(hint)
}

/// The file next to a missing one that is probably meant.
fn alternative(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let beside: Vec<PathBuf> = models_in(folder).collect();
    let names: Vec<&str> = beside.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    let same = ENDINGS.iter().map(|ending| path.with_extension(ending)).find(|path| path.is_file());
    same.or_else(|| Some(path.with_file_name(suggest::nearest(path.file_name()?.to_str()?, names)?)))
}

/// The built-in model that is probably meant.
fn built_in(name: &Path) -> Option<&'static str> {
    suggest::nearest(name.file_stem()?.to_str()?, GALLERY.iter().map(|model| model.name))
}

/// A run, and one of its weights files.
#[derive(Debug)]
pub(super) struct RunFiles {
    /// The folder.
    pub folder: PathBuf,
    /// The weights file.
    pub weights: PathBuf,
}

/// Finds a run by path or name: the folder of a run, a weights file in one, the newest run in a folder of runs, or a
/// name in `runs`.
///
/// # Errors
/// If there is none, or it is not finished.
pub(super) fn run(name: &Path) -> Result<RunFiles, Failure> {
    let is_weights = name.is_file() && name.extension().is_some_and(|ending| ending == "safetensors");
    if let Some(folder) = name.parent().filter(|folder| is_weights && folder.join(SPEC).is_file()) {
        return Ok(RunFiles { folder: folder.to_owned(), weights: name.to_owned() });
    }
    let folder = run_with(name, WEIGHTS);
    look(&folder)?;
    Ok(RunFiles { weights: folder.join(WEIGHTS), folder })
}

/// The folder of a run that can be resumed, by path or name; `name` itself if there is none.
pub fn resumable(name: &Path) -> PathBuf {
    run_with(name, CHECKPOINT)
}

/// The newest run in a folder of runs that has `file`, or the run called `name`.
fn run_with(name: &Path, file: &str) -> PathBuf {
    let is_folder_of_runs = name.is_dir() && !name.join(SPEC).is_file();
    if is_folder_of_runs { newest(name, file).unwrap_or_else(|| name.to_owned()) } else { named(name) }
}

/// The path itself if it exists, or else the run of that name in `runs`, if there is one.
pub(super) fn named(name: &Path) -> PathBuf {
    let in_runs = || Some(Path::new(RUNS).join(name)).filter(|run| name.is_relative() && run.is_dir());
    if name.exists() { name.to_owned() } else { in_runs().unwrap_or_else(|| name.to_owned()) }
}

/// Checks that a folder is that of a finished run.
fn look(run: &Path) -> Result<(), Failure> {
    let name = run.shown();
    if run.is_file() {
        let hint = match run.parent().filter(|folder| folder.join(SPEC).is_file()) {
            Some(folder) => format!("name the folder itself, `{}`, or a file of weights in it", folder.shown()),
            None => format!("train it first: `netviz train {}`, then name the folder that this writes", shell(run)),
        };
        return Err(Failure::new(format!("`{name}` is a file, not the folder of a run")).hint(hint));
    }
    if !run.is_dir() {
        let ending = run.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let hint = if run == Path::new(RUNS) {
            "train a model first: `netviz train`".to_owned()
        } else if ending.is_some_and(|ending| ending == "onnx" || ending == "safetensors") {
            format!("name the run before the file: `netviz export {RUNS} {}` exports the newest run", shell(run))
        } else if let Some(other) = other_run(run) {
            format!("did you mean `{}`? `netviz runs` lists the runs", shell(&other))
        } else if run.to_str().is_some_and(|name| gallery::find(name).is_some()) {
            format!("train it first: `netviz train {name}`")
        } else {
            format!("train a model first: `netviz train MODEL --out {}`", shell(run))
        };
        return Err(Failure::new(format!("there is no run `{name}`")).hint(hint));
    }
    if run.join(CHECKPOINT).is_file() && !run.join(WEIGHTS).is_file() {
        return Err(Failure::new(format!("the run `{name}` is not finished"))
            .hint(format!("resume it: `netviz train --resume {}`", shell(run))));
    }
    match [SPEC, WEIGHTS].into_iter().find(|file| !run.join(file).is_file()) {
        Some(file) => {
            Err(Failure::new(format!("`{name}` holds no {file}, so it is not the folder of a trained model"))
                .hint(format!("train a model first: `netviz train MODEL --out {}`", shell(run))))
        }
        None => Ok(()),
    }
}

/// The run that is probably meant.
fn other_run(missing: &Path) -> Option<PathBuf> {
    let runs = find::runs(&[], false).ok()?;
    let names: Vec<&str> = runs.iter().filter_map(|run| run.path.file_name()?.to_str()).collect();
    let name = suggest::nearest(missing.file_name()?.to_str()?, names)?;
    Some(Path::new(RUNS).join(name))
}
