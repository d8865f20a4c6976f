//! Random documents: text outside the markers stays the same, byte for byte.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::select;

use super::{TINY, embed, folder, read, write};

/// A part of a document: text without markers, or a marker with the old text between its comments.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Marker { indent: &'static str, words: &'static str, old: &'static str },
}

const TEXTS: &[&str] = &[
    "# Title\n\n",
    "word\nword   \n\n\n",
    "```\n<!-- netviz: tiny.yaml -->\n<!-- /netviz -->\n```\n",
    "~~~~\n```\n<!-- netviz: bad -->\n~~~\n~~~~\n\n",
    "    <!-- netviz: tiny.yaml -->\n\n",
    "`<!-- netviz: tiny.yaml -->` in a line\n\n",
    "- item\n- item\n\n  more\n\nafter the list\n\n",
    "<!-- another comment -->\n",
    "<details><summary>x</summary>\n\n",
    "</details>\n\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
    "> quoted\n\n",
    "\\<!-- netviz: tiny.yaml -->\n\n",
    "netviz ネ 🦀 \u{a0}\t\n\n",
    "[link]: <x> \"y\"\n\n",
];

fn part() -> impl Strategy<Value = Part> {
    let words = ["tiny.yaml", "tiny.yaml --format dot", "other.yaml --theme dark", "--file x.svg tiny.yaml"];
    let old = ["", "old\n", "\n\n", "```dot\n<!-- /netviz -->\n```\n", "![x](y)\n", "# <b>\n\n- a\n\n"];
    prop_oneof![
        select(TEXTS).prop_map(|text| Part::Text(text.to_owned())),
        "[a-z]{1,9} [ .,a-zé🦀]{0,20}\n\n".prop_map(Part::Text),
        (select(&["", " ", "   "][..]), select(words.to_vec()), select(old.to_vec()))
            .prop_map(|(indent, words, old)| Part::Marker { indent, words, old }),
    ]
}

fn document(parts: &[Part], between: impl Fn(&'static str) -> String) -> String {
    let mut text = String::new();
    for part in parts {
        let _ = match part {
            Part::Text(part) => write!(text, "{part}"),
            Part::Marker { indent, words, old } => {
                write!(text, "{indent}<!-- netviz: {words} -->\n{}{indent}<!-- /netviz -->\n", between(old))
            }
        };
    }
    text
}

/// The document with every picture replaced by one line, if the pictures are in the right places.
fn outside(text: &str, parts: &[Part]) -> String {
    let mut result = String::new();
    let mut rest = text;
    for part in parts {
        match part {
            Part::Text(part) => {
                rest = rest.strip_prefix(part.as_str()).unwrap_or_else(|| panic!("{part:?} is not before {rest}"));
                result.push_str(part);
            }
            Part::Marker { indent, words, .. } => {
                let (start, end) =
                    (format!("{indent}<!-- netviz: {words} -->\n"), format!("{indent}<!-- /netviz -->\n"));
                let inside = rest.strip_prefix(&start).unwrap_or_else(|| panic!("{start:?} is not before {rest}"));
                let (content, after) = inside.split_once(&end).expect("the marker ends");
                assert!(content.lines().all(|line| line.is_empty() || line.starts_with(indent)), "{content}");
                assert!(!content.is_empty());
                rest = after;
                result += &(start + "…\n" + &end);
            }
        }
    }
    assert_eq!(rest, "");
    result
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn everything_outside_the_markers_stays(
        parts in prop::collection::vec(part(), 0..9),
        has_mark: bool,
        has_returns: bool,
        is_cut: bool,
    ) {
        let mut before = document(&parts, ToOwned::to_owned);
        let ends_in_text = matches!(parts.last(), Some(Part::Text(_)));
        if is_cut && !ends_in_text {
            before.truncate(before.trim_end().len());
        }
        let bytes = |text: &str| {
            let mark = if has_mark { "\u{feff}" } else { "" };
            format!("{mark}{}", if has_returns { text.replace('\n', "\r\n") } else { text.to_owned() })
        };
        let folder = folder(&bytes(&before));
        write(folder.path(), "other.yaml", &TINY.replace("tiny", "other"));

        let is_fresh = embed(&folder).args(["--check", "a.md"]).output().expect("it runs").status.success();
        prop_assert_eq!(read(&folder, "a.md"), bytes(&before));
        embed(&folder).arg("a.md").assert().success().stderr("");
        let after = read(&folder, "a.md");
        prop_assert_eq!(is_fresh, after == bytes(&before));

        let plain = after.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        prop_assert_eq!(&after, &bytes(&plain));
        let is_cut = is_cut && !ends_in_text && !parts.is_empty();
        let expected = document(&parts, |_| "…\n".to_owned());
        prop_assert_eq!(outside(&(plain + if is_cut { "\n" } else { "" }), &parts), expected);

        embed(&folder).args(["--check", "a.md"]).assert().success();
        embed(&folder).arg("a.md").assert().success();
        prop_assert_eq!(read(&folder, "a.md"), after);
    }
}
