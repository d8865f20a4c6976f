//! The project's own guide, built by mdBook.

use std::path::{Path, PathBuf};

use super::mdbook;

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|end| end == ending)).collect()
}

/// The values of an attribute that link to files of the book.
fn targets<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    let values = page.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
    let paths = values.filter_map(|value| value.split('#').next());
    paths.filter(|path| !path.is_empty() && !path.contains(':')).collect::<Vec<_>>()
}

#[test]
fn every_block_is_drawn_and_every_link_leads_somewhere() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let output = tempfile::tempdir().expect("a temporary folder");
    let Some(built) = mdbook(&[&docs, Path::new("--dest-dir"), output.path()]) else { return };
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let mut drawn = 0;
    for chapter in files(&docs.join("src"), "md") {
        let text = std::fs::read_to_string(&chapter).expect("UTF-8");
        let page = output.path().join(chapter.file_name().expect("a name")).with_extension("html");
        let Ok(page) = std::fs::read_to_string(page) else {
            assert!(chapter.ends_with("SUMMARY.md"), "{}", chapter.display());
            continue;
        };
        // Examples of blocks are inside longer fences.
        let outside: String = text.split("````").step_by(2).collect();
        let blocks = outside.lines().filter(|line| line.starts_with("```netviz")).count();
        assert_eq!(page.matches("</svg></figure>").count(), blocks, "{}", chapter.display());
        drawn += blocks + page.matches("<img src=\"pictures/").count();
        for target in ["href", "src"].into_iter().flat_map(|attribute| targets(&page, attribute)) {
            assert!(output.path().join(target).exists(), "{}: {target}", chapter.display());
        }
    }
    assert!(drawn > 20, "the guide has pictures");
}
