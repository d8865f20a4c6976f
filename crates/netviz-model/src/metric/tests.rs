//! Every metric can be accumulated, and its names are its own.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

#[test]
fn names_and_sums_are_used_once() {
    let plain: Vec<_> = MEASURED.iter().filter_map(|entry| entry.plain()).collect();
    let names: Vec<String> = plain.iter().map(|metric| metric.name()).collect();
    let sums: Vec<String> = plain.iter().flat_map(|metric| metric.sums()).collect();
    for list in [names, sums] {
        for (index, name) in list.iter().enumerate() {
            assert!(!list[..index].contains(name), "{name}");
            assert!(!["epoch", "samples", "seconds", "learning_rate"].contains(&name.as_str()), "{name}");
            assert!(!["val_", "test_"].iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
    }
}

#[test]
fn batches_can_be_split_anywhere() {
    let scores = [0.1, 0.7, 0.2, 0.5, 0.3, 0.2, 0.9, 0.0, 0.1, 0.2, 0.2, 0.6];
    let classes = [1, 2, 0, 1];
    for entry in METRICS.entries {
        let Some(metric) = entry.plain() else { continue };
        let sums = |cuts: &[usize]| {
            let mut sums = vec![0.0; metric.sums().len()];
            for cut in cuts.windows(2) {
                metric.add_batch(&scores[3 * cut[0]..3 * cut[1]], &classes[cut[0]..cut[1]], &mut sums);
            }
            sums
        };
        assert_eq!(sums(&[0, 4]), sums(&[0, 1, 4]), "{}", entry.name);
        let value = metric.value(&sums(&[0, 4]), 4.0);
        assert!(metric.range() != Range::Unit || (0.0..=1.0).contains(&value), "{}: {value}", entry.name);
    }
}

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Besides the table and the files of metrics, only tests and the words of other tools may name a metric.
/// Whether a text has a name that is not a part of a longer one.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter == '_' || letter.is_alphanumeric());
    let is_word = |start: usize| {
        !is_part(text[..start].chars().next_back()) && !is_part(text[start + name.len()..].chars().next())
    };
    text.match_indices(name).any(|(start, _)| is_word(start))
}

#[test]
fn no_other_code_names_a_metric() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for folder in
        ["../netviz-draw", "../netviz-exchange", "../netviz-torch", "../.."].map(|other| format!("../{other}/src"))
    {
        sources(&own.join(folder), &mut found);
    }
    sources(&own, &mut found);
    for path in found {
        let text = fs::read_to_string(&path).expect("a text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let files = METRICS.names().into_iter().map(|name| format!("metric/{name}.rs"));
        let files = files.chain(["metric/mod.rs".into(), "schema/vocabulary.rs".into()]);
        let is_allowed = path.ends_with("tests.rs") || files.into_iter().any(|file| path == own.join(file));
        for name in METRICS.names() {
            assert!(is_allowed || !has_word(code, name), "{} names `{name}`", path.display());
        }
    }
}
