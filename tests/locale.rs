//! The output of commands in locales that are not UTF-8, and in terminals without escape codes.

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::installed;

/// The variables that select the character set, with values that are not UTF-8.
const LOCALES: [&[(&str, &str)]; 4] =
    [&[], &[("LC_ALL", "C"), ("LANG", "C.UTF-8")], &[("LC_CTYPE", "POSIX")], &[("LANG", "de_DE.ISO-8859-1")]];

/// Runs the program in a locale.
fn netviz(locale: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz"));
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    command.envs(locale.iter().copied()).args(arguments).output().expect("it runs")
}

/// Standard output and standard error.
fn said(locale: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = netviz(locale, arguments);
    String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8")
}

#[test]
fn tables_in_ascii_have_the_columns_of_those_in_unicode() {
    let unicode = said(&[("LANG", "C.UTF-8")], &["check", "models/resnet_mini.yaml"]);
    assert!(unicode.contains("────") && unicode.contains("×28×28"), "{unicode}");
    for locale in LOCALES {
        let ascii = said(locale, &["check", "models/resnet_mini.yaml"]);
        assert_eq!(ascii, unicode.replace('─', "-").replace('×', "x"), "{locale:?}");
    }
}

/// Every diagnostic of `tests/specs` whose model is ASCII.
#[test]
fn diagnostics_are_ascii() {
    let mut count = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs").read_dir().expect("a folder");
    for path in folder.map(|entry| entry.expect("an entry").path()) {
        let is_model = path.extension().is_some_and(|ending| ending == "yaml");
        if is_model && std::fs::read(&path).expect("a file").is_ascii() {
            let text = said(LOCALES[1], &["check", path.to_str().expect("UTF-8")]);
            assert!(text.is_ascii(), "{}: {text}", path.display());
            count += 1;
        }
    }
    assert!(count > 50, "{count} models");
}

#[test]
fn help_is_ascii() {
    let commands =
        ["check", "render", "embed", "train", "evaluate", "predict", "runs", "compare", "export", "fetch", "doctor"];
    for command in commands {
        let text = said(LOCALES[1], &[command, "--help"]);
        assert!(text.is_ascii() && text.contains("Usage: "), "{text}");
    }
}

#[test]
fn a_name_of_the_user_and_data_stay_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("é.yaml");
    std::fs::write(&model, "name: \"été × 3\"\ninput: [4]\nlayers: [dense: 3]\n").expect("written");
    let model = model.to_str().expect("UTF-8");
    assert!(said(LOCALES[1], &["check", model]).starts_with("été x 3\n"));
    for format in ["--svg", "--json"] {
        let picture = |locale| netviz(locale, &["render", model, format, "-"]).stdout;
        assert_eq!(picture(LOCALES[1]), picture(&[("LANG", "C.UTF-8")]));
    }
}

#[test]
fn marks_are_ascii() {
    let folder = installed(None);
    let mut command = Command::new(folder.path().join("netviz"));
    let output = command.arg("doctor").env("LC_ALL", "C").env("PATH", "/nowhere").output().expect("it runs");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    assert!(text.starts_with("x engine    netviz-torch is neither"), "{text}");
    assert!(text.ends_with("help: see the lines marked x\n\n") && text.is_ascii(), "{text}");
}

/// In a terminal of `script`, which every Debian has.
#[test]
fn a_terminal_that_takes_no_escape_codes_gets_none() {
    let typescript = |terminal: &str| {
        let command = format!("{terminal} '{}' check tests/specs/cycles.yaml", env!("CARGO_BIN_EXE_netviz"));
        let mut script = Command::new("script");
        script.args(["--quiet", "--command", &command, "/dev/null"]);
        for name in ["NO_COLOR", "CLICOLOR_FORCE"] {
            script.env_remove(name);
        }
        // These would have colours in every terminal.
        script.env("CI", "1").env("CLICOLOR", "1");
        let text = String::from_utf8(script.output().expect("script runs").stdout).expect("UTF-8");
        assert!(text.contains("error"), "{text:?}");
        text
    };
    assert!(typescript("TERM=xterm").contains('\u{1b}'));
    for terminal in ["TERM=dumb", "TERM=", "env -u TERM"] {
        let text = typescript(terminal);
        assert!(!text.contains('\u{1b}'), "{terminal}: {text:?}");
    }
}
