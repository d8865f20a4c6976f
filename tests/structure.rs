//! The modules of each crate form no circle, except a parent and its own children; the library needs few crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Module = Vec<String>;

/// The files of a crate by module, without those that are only tests.
fn modules(folder: &Path, prefix: &[String], found: &mut BTreeMap<Module, PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let stem = entry.file_stem().expect("a name").to_string_lossy().into_owned();
        let child: Module = prefix.iter().cloned().chain([stem.clone()]).collect();
        if entry.is_dir() {
            modules(&entry, &child, found);
        } else if stem == "mod" {
            found.insert(prefix.to_vec(), entry);
        } else if entry.extension().is_some_and(|ending| ending == "rs")
            && !["lib", "main", "tests"].contains(&stem.as_str())
        {
            found.insert(child, entry);
        }
    }
}

/// The code of a file, without comments and without its tests at the end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a text");
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Splits at the commas that are in no braces.
fn items(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[start..]);
    items
}

/// Adds every path of `a::{b, c::{d}}` after `prefix`.
fn expand(prefix: &[String], text: &str, paths: &mut Vec<Module>) {
    for item in items(text).into_iter().map(str::trim).filter(|item| !item.is_empty()) {
        let (head, group) = match item.split_once('{') {
            Some((head, rest)) => (head, Some(rest.trim_end().trim_end_matches('}'))),
            None => (item.split(" as ").next().unwrap_or_default(), None),
        };
        let names = head.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        let path: Module = prefix.iter().cloned().chain(names).collect();
        match group {
            Some(group) => expand(&path, group, paths),
            None => paths.push(path),
        }
    }
}

/// The paths into the own crate that a file names.
fn paths(code: &str) -> Vec<Module> {
    let mut paths = Vec::new();
    let mut rest = code;
    while let Some(at) = ["crate::", "super::", "self::"].iter().filter_map(|root| rest.find(root)).min() {
        let before = &rest[..at];
        let text = &rest[at..];
        let is_use = before.rsplit(['\n', ';']).next().is_some_and(|line| line.trim_end().ends_with("use"));
        let end = if is_use {
            text.find(';').unwrap_or(text.len())
        } else {
            text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len())
        };
        expand(&[], &text[..end], &mut paths);
        rest = &text[end.max(1)..];
    }
    paths
}

/// The module that a path of `own` leads to.
fn target(own: &Module, path: &[String], modules: &BTreeMap<Module, PathBuf>) -> Option<Module> {
    let mut at: Module = if path.first().is_some_and(|root| root == "crate") { Vec::new() } else { own.clone() };
    for name in path {
        match name.as_str() {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            _ => {
                at.push(name.clone());
                let is_module = modules.keys().any(|module| module.starts_with(&at));
                if !is_module {
                    at.pop();
                    break;
                }
            }
        }
    }
    (!at.is_empty()).then_some(at)
}

/// Siblings that depend on each other, as `a -> b -> a`.
fn circle(edges: &BTreeMap<Module, BTreeSet<Module>>) -> Option<String> {
    fn visit(
        node: &Module,
        edges: &BTreeMap<Module, BTreeSet<Module>>,
        stack: &mut Vec<Module>,
        done: &mut BTreeSet<Module>,
    ) -> Option<String> {
        if let Some(start) = stack.iter().position(|other| other == node) {
            let names = stack[start..].iter().chain([node]).map(|module| module.join("::"));
            return Some(names.collect::<Vec<_>>().join(" -> "));
        }
        if !done.insert(node.clone()) {
            return None;
        }
        stack.push(node.clone());
        let found = edges.get(node).into_iter().flatten().find_map(|next| visit(next, edges, stack, done));
        stack.pop();
        found
    }
    let mut done = BTreeSet::new();
    edges.keys().find_map(|node| visit(node, edges, &mut Vec::new(), &mut done))
}

/// What each module of a crate depends on, as an edge between the two ancestors that are siblings.
fn edges(source: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut found = BTreeMap::new();
    modules(source, &[], &mut found);
    assert!(!found.is_empty(), "{} has modules", source.display());
    let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (own, path) in &found {
        for target in paths(&code(path)).iter().filter_map(|path| target(own, path, &found)) {
            let common = own.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if common < own.len() && common < target.len() {
                edges.entry(own[..=common].to_vec()).or_default().insert(target[..=common].to_vec());
            }
        }
    }
    edges
}

#[test]
fn modules_form_no_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = fs::read_dir(root.join("crates")).expect("the crates");
    let crates = crates.map(|entry| entry.expect("an entry").path().join("src")).chain([root.join("src")]);
    for source in crates {
        assert_eq!(circle(&edges(&source)), None, "{}", source.display());
    }
}

#[test]
fn a_circle_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    fs::create_dir(folder.path().join("b")).expect("a folder");
    write("a.rs", "use crate::{c, b::inner::{self, Item}};\n");
    write("b/mod.rs", "mod inner;\n// use crate::a;\n");
    write("b/inner.rs", "use super::Parent;\n");
    write("c.rs", "fn f() { g() }\n#[cfg(test)]\nmod tests { use crate::a; }\n");
    assert_eq!(circle(&edges(folder.path())), None);
    write("b/inner.rs", "fn f() { crate::c::g() }\n");
    write("c.rs", "fn f() { super::a::g() }\n");
    assert_eq!(circle(&edges(folder.path())).as_deref(), Some("a -> b -> c -> a"));
}

#[test]
fn the_library_alone_needs_no_crate_of_the_program() {
    let tree = |features: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--package",
                "netviz",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--format",
                "{p}",
                "--offline",
            ])
            .args(features)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let programs = ["clap", "tar", "tempfile", "ureq", "cap-std", "indicatif", "etcetera", "rustix"];
    let (library, program) = (tree(&["--no-default-features"]), tree(&[]));
    for name in programs {
        assert!(program.contains(name), "the program uses {name}");
        assert!(!library.contains(name), "the library uses {name}");
    }
}
