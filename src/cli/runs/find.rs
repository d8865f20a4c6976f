//! Finds runs.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::DEFAULT;
use crate::cli::Failure;
use crate::files::Shown;
use crate::run::Run;
use crate::text::system_error;

/// The runs in folders, sorted by name in each. A folder can also be a run itself.
pub(in crate::cli) fn runs(folders: &[PathBuf], verify: bool) -> Result<Vec<Run>, Failure> {
    let default = [PathBuf::from(DEFAULT)];
    let folders = match folders {
        // Before the first training, a missing default folder is not an error.
        [] if default[0].is_dir() => &default[..],
        folders => folders,
    };
    let mut runs = Vec::new();
    for folder in folders {
        match Run::read(&tidy(folder), verify) {
            Some(run) => runs.push(run),
            None => runs.extend(inside(&tidy(folder), verify)?),
        }
    }
    let mut seen = HashSet::new();
    runs.retain(|run| seen.insert(run.path.canonicalize().unwrap_or_else(|_| run.path.clone())));
    Ok(runs)
}

/// The path without a trailing slash.
pub(in crate::cli) fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

fn inside(folder: &Path, verify: bool) -> Result<Vec<Run>, Failure> {
    let name = folder.shown();
    if folder.is_file() {
        let hint = "name a folder that holds runs, or the folder of a run";
        return Err(Failure::new(format!("`{name}` is a file, not a folder")).hint(hint));
    }
    if !folder.is_dir() {
        let hint = "check the path; `netviz train` writes to `runs`, or to the folder given by `--out DIR`";
        return Err(Failure::new(format!("there is no folder `{name}`")).hint(hint));
    }
    let unreadable = |error: std::io::Error| {
        Failure::new(format!("cannot read the folder `{name}`: {}", system_error(&error))).hint("check its permissions")
    };
    let mut paths = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        paths.push(path.strip_prefix(".").map_or_else(|_| path.clone(), Path::to_owned));
    }
    paths.sort_by(|a, b| by_name(&a.to_string_lossy(), &b.to_string_lossy()));
    Ok(paths.iter().filter_map(|path| Run::read(path, verify)).collect())
}

/// Compares names, with the numbers in them by value: `lr-2` comes before `lr-10`, and `lr-0.05` before `lr-0.1`.
fn by_name(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b)).then_with(|| a.cmp(b))
}

/// Splits a name into characters and numbers. Whole numbers are compared by their number of digits first; digits after
/// a point are compared one by one.
fn parts(mut text: &str) -> impl Iterator<Item = (char, usize, &str)> {
    // Whether the last part was a number, and whether it was the point after one.
    let mut before = [false; 2];
    std::iter::from_fn(move || {
        let first = text.chars().next()?;
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (part, rest) = text.split_at(if digits > 0 { digits } else { first.len_utf8() });
        text = rest;
        let is_fraction = before[1];
        before = [digits > 0, before[0] && first == '.'];
        Some(match digits {
            0 => (first, 0, ""),
            // Numbers sort like the character `0`.
            _ if is_fraction => ('0', 0, part),
            _ => ('0', part.trim_start_matches('0').len(), part.trim_start_matches('0')),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_that_people_expect() {
        let sorted =
            ["9", "10", "a", "lr", "lr-0.0003", "lr-0.001", "lr-0.05", "lr-0.1", "lr-02", "lr-2", "lr-10", "é"];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, sorted);
    }
}
