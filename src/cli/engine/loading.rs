//! Checks whether the engine can be loaded, before it replaces `netviz`.
//!
//! A missing or damaged library ends the engine before its `main`, with a message of the system's loader and exit code
//! 127, or with a signal. Asking the loader first takes a millisecond; loading libtorch takes half a second.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use crate::text::system_error;

/// Why the loader cannot load the engine; `None` if it can, as far as that is known without loading it.
///
/// # Errors
/// If the engine cannot be started at all.
pub(in crate::cli) fn problem(engine: &Path) -> std::io::Result<Option<String>> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return Ok(None);
    }
    // As `ldd` does.
    let mut command = Command::new(engine);
    command.arg("--version").env("LD_TRACE_LOADED_OBJECTS", "1").stdin(Stdio::null());
    Ok(problem_in(engine, &command.output()?))
}

/// [`problem`], from the output of the loader.
fn problem_in(engine: &Path, output: &Output) -> Option<String> {
    let (listed, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let libraries: Vec<(&str, &str)> = listed.lines().filter_map(|line| line.trim().split_once(" => ")).collect();

    let missing: Vec<&str> =
        libraries.iter().filter(|(_, place)| *place == "not found").map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return Some(format!("{} was not found: the engine needs {}", subject(&missing), missing.join(", ")));
    }
    if !output.status.success() || complaint.contains("' not found (required by") {
        return Some(format!("{LIBTORCH} cannot be loaded: {}", quoted(&complaint, output.status)));
    }
    // The path is followed by the address.
    let places = || libraries.iter().filter_map(|(_, place)| Some(Path::new(place.rsplit_once(" (")?.0)));
    if let Some(path) = places().find(|path| is_cut_off(path)) {
        return Some(format!("`{}` is damaged: it is shorter than it says", path.display()));
    }
    // A libtorch from LD_LIBRARY_PATH may be of another version, which only shows when it is loaded.
    let folders: Vec<PathBuf> =
        std::env::var_os("LD_LIBRARY_PATH").map(|paths| std::env::split_paths(&paths).collect()).unwrap_or_default();
    let is_other = |path: &Path| is_libtorch(path) && path.parent().is_some_and(|at| folders.iter().any(|f| f == at));
    let path = places().find(|path| is_other(path))?;
    let why = version(engine).err()?;
    Some(format!("`{}`, which LD_LIBRARY_PATH names, cannot be loaded: {why}", path.display()))
}

const LIBTORCH: &str = "libtorch";

fn is_libtorch(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.to_string_lossy();
        name.starts_with(LIBTORCH) || name.starts_with("libc10")
    })
}

/// The subject of a message about these missing libraries.
fn subject(missing: &[&str]) -> &'static str {
    if missing.iter().any(|name| is_libtorch(Path::new(name))) { LIBTORCH } else { "a library" }
}

/// Whether a file is shorter than its ELF header says: the section header table is at its end. Only for 64-bit
/// little-endian files, the only ones that libtorch is built for.
fn is_cut_off(path: &Path) -> bool {
    let mut header = [0; 64];
    let length = File::open(path).and_then(|mut file| {
        file.read_exact(&mut header)?;
        file.metadata().map(|metadata| metadata.len())
    });
    let number = |at: usize, bytes: usize| {
        header[at..at + bytes].iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte))
    };
    let end = number(0x28, 8).saturating_add(number(0x3a, 2) * number(0x3c, 2));
    header.starts_with(b"\x7fELF\x02\x01") && length.is_ok_and(|length| length < end)
}

/// What the engine reports about libtorch, such as `2.13.0, 2 threads`, or why it fails.
pub(in crate::cli) fn version(engine: &Path) -> Result<String, String> {
    let output = Command::new(engine).arg("doctor").output().map_err(|error| system_error(&error))?;
    let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let version = said.lines().find_map(|line| line.strip_prefix("libtorch "));
    version.map(str::to_owned).ok_or_else(|| quoted(&complaint, output.status))
}

/// The first line of the loader's message, without the path of the program and the words before the library's name.
fn quoted(complaint: &str, status: ExitStatus) -> String {
    let first = complaint.lines().find(|line| !line.trim().is_empty());
    let why = first.map(|line| {
        let start =
            ["shared libraries: ", "symbol lookup error: "].into_iter().find_map(|words| line.split_once(words));
        start.map_or(line, |(_, why)| why)
    });
    why.map_or_else(|| format!("the engine ends with {status}"), str::to_owned)
}
