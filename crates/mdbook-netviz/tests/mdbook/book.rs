//! Books built by mdBook.

use tempfile::TempDir;

use super::mdbook;

/// A book of one chapter, with `tiny.yaml` beside it.
pub(crate) fn book(chapter: &str, settings: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    std::fs::create_dir_all(folder.path().join("src/part")).expect("a folder");
    write("book.toml", &format!("[preprocessor.netviz]\n{settings}"));
    write("src/SUMMARY.md", "- [Chapter](part/chapter.md)\n- [Draft]()\n");
    write("src/part/chapter.md", chapter);
    write("src/part/tiny.yaml", "name: tiny\ninput: [3]\nlayers: [dense: 2]\n");
    folder
}

/// The page of the chapter as mdBook writes it; `None` if mdBook is not installed.
fn page(chapter: &str, settings: &str) -> Option<String> {
    let folder = book(chapter, settings);
    let output = mdbook(&[folder.path()])?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(std::fs::read_to_string(folder.path().join("book/part/chapter.html")).expect("the page is there"))
}

/// The text between `<main>` and `</main>`.
fn main_of(page: &str) -> &str {
    page.split("<main>").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page has a main part")
}

#[test]
fn a_block_with_a_path_becomes_a_picture() {
    let Some(page) = page("# A\n\n```netviz --theme auto\ntiny.yaml\n```\n\n*after*\n", "") else { return };
    let main = main_of(&page);
    assert!(main.contains("<figure class=\"netviz\""), "{main}");
    assert!(main.contains(">tiny: input 3, dense_1 (dense) 2; 8 parameters</desc>"), "{main}");
    assert!(main.contains("{fill:light-dark(#") && !main.contains("prefers-color-scheme"), "{main}");
    assert!(main.contains("</svg></figure>") && main.contains("<em>after</em>"), "{main}");
    assert!(!main.contains("tiny.yaml"), "{main}");
}

#[test]
fn a_block_may_hold_the_model_itself() {
    let model = "name: here\ninput: [2]\nlayers:\n  - dense: 1\n";
    let Some(page) = page(&format!("```netviz\n{model}```\n"), "") else { return };
    assert!(main_of(&page).contains(">here: input 2, dense_1 (dense) 1; 3 parameters</desc>"));
}

#[test]
fn what_the_book_includes_is_drawn() {
    let Some(page) = page("```netviz\n{{#include tiny.yaml}}\n```\n", "") else { return };
    assert!(main_of(&page).contains(">tiny: input 3"));
}

#[test]
fn pictures_stand_in_lists_and_between_paragraphs() {
    let Some(page) = page(
        "before\n```netviz\ntiny.yaml\n```\n*between*\n\n- item\n\n  ```netviz\n  tiny.yaml\n  ```\n  **in**\n",
        "",
    ) else {
        return;
    };
    let main = main_of(&page);
    assert_eq!(main.matches("</svg></figure>").count(), 2);
    assert!(main.contains("<em>between</em>") && main.contains("<strong>in</strong>"), "{main}");
    let item = main.split("<li>").nth(1).and_then(|rest| rest.split("</li>").next()).expect("a list");
    assert!(item.contains("</svg></figure>") && item.contains("<strong>in</strong>"), "{item}");
}

#[test]
fn ids_are_unique_in_the_whole_book() {
    let Some(page) = page("```netviz\ntiny.yaml\n```\n\n```netviz\ntiny.yaml\n```\n", "") else { return };
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.contains(&"netviz-2-layer-dense_1") && ids.len() == count, "{ids:?}");
}

#[test]
fn the_book_has_options_and_a_block_overrules_them() {
    let blocks = "```netviz\ntiny.yaml\n```\n\n```netviz --theme light\ntiny.yaml\n```\n";
    let Some(page) = page(blocks, "options = \"--theme dark --title 'a title'\"\n") else { return };
    let main = main_of(&page);
    assert_eq!(main.matches(">a title</text>").count(), 2);
    // The background of the dark theme, and that of the light one.
    assert_eq!(main.matches("fill=\"#0d1117\"").count(), 1, "{main}");
    assert!(main.contains("fill=\"#ffffff\""));
}

#[test]
fn other_code_stays() {
    let Some(page) = page("````md\n```netviz\ntiny.yaml\n```\n````\n\n```yaml\nnetviz: 1\n```\n", "") else { return };
    assert!(!page.contains("<figure") && page.contains("```netviz\ntiny.yaml\n```"));
}

#[test]
fn a_book_with_a_mistake_is_not_built() {
    let folder = book("```netviz\ninput: [3]\nlayers: [dens: 2]\n```\n", "");
    let Some(output) = mdbook(&[folder.path()]) else { return };
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("error: unknown layer `dens`"), "{told}");
    assert!(!folder.path().join("book/part/chapter.html").exists());
}
