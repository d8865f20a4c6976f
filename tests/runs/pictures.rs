//! The curves that `netviz compare` draws.

use std::fs;

use predicates::str::contains;
use roxmltree::{Document, Node};

use crate::compare::three;
use crate::folder::{finished, folder, netviz, output};

/// The element with an id.
fn element<'a>(picture: &'a Document, id: &str) -> Node<'a, 'a> {
    let found = picture.descendants().find(|node| node.attribute("id") == Some(id));
    found.unwrap_or_else(|| panic!("nothing has the id {id}"))
}

fn texts(node: Node) -> Vec<String> {
    let texts = node.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text());
    texts.map(str::to_owned).collect()
}

#[test]
fn curves_are_told_at_their_ends_and_in_the_legend() {
    let folder = three();
    let svg = output(&folder, &["compare", "a", "b", "c", "--svg", "-"]);
    let picture = Document::parse(&svg).expect("well-formed");
    let accuracy = texts(element(&picture, "curves-accuracy"));
    // The last validation metrics, or training metrics if there is no validation.
    for figure in ["0.7000", "0.7200", "0.9000"] {
        assert!(accuracy.iter().any(|text| text == figure), "{figure}: {accuracy:?}");
    }
    let legend = texts(element(&picture, "legend"));
    for entry in ["a (test 0.7000)", "b (test 0.7200)", "c", "validation, after the epoch"] {
        assert!(legend.iter().any(|text| text == entry), "{entry}: {legend:?}");
    }
    assert_eq!(texts(element(&picture, "title")), ["small: loss and accuracy of 3 runs by epoch"]);
}

#[test]
fn the_same_runs_give_the_same_bytes_in_every_format() {
    let folder = three();
    for name in ["x.svg", "x.png", "x.pdf", "x.tex"] {
        let draw = || {
            netviz(folder.path(), &["compare", "a", "b", "-o", name, "--theme", "auto"]).success();
            fs::read(folder.path().join(name)).expect("a picture")
        };
        assert!(draw() == draw(), "{name}");
    }
    let text = output(&folder, &["compare", "a", "b", "--svg", "y.svg"]);
    assert!(text.ends_with("\ncurves drawn to y.svg\n"), "{text}");
}

#[test]
fn eight_runs_are_told_apart_and_nine_are_refused() {
    let folder = folder();
    let names: Vec<String> = (0..9).map(|number| format!("run-{number}")).collect();
    for name in &names {
        finished("seed: 1", &[(0.5, Some(0.5)), (0.75, Some(0.75))]).write(&folder, name);
    }
    let runs: Vec<&str> = names.iter().map(String::as_str).collect();
    let svg = output(&folder, &[&["compare", "--svg", "-"], &runs[..8]].concat());
    let picture = Document::parse(&svg).expect("well-formed");
    let legend = element(&picture, "legend");
    // The mark before each name: the combination of colour and shape is unique.
    let mut marks: Vec<String> = legend
        .descendants()
        .filter(|node| ["circle", "polygon"].contains(&node.tag_name().name()))
        .map(|node| {
            let form = node.attribute("points").map_or(0, |points| points.split_whitespace().count());
            let colour = |name| node.attribute(name).unwrap_or_default();
            format!("{form} {} {}", colour("fill"), colour("stroke"))
        })
        .collect();
    assert_eq!(marks.len(), 8, "{svg}");
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), 8);
    // Labels of equal values are placed below each other.
    let panel = element(&picture, "curves-loss");
    let ends = panel.descendants().filter(|node| node.has_tag_name("text") && node.text() == Some("0.2500"));
    let mut places: Vec<f64> = ends.filter_map(|node| node.attribute("y")?.parse().ok()).collect();
    places.sort_by(f64::total_cmp);
    assert_eq!(places.len(), 8);
    assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 12.0), "{places:?}");

    let message = "the curves of 9 runs cannot be told apart";
    netviz(folder.path(), &[&["compare", "--svg", "x.svg"], &runs[..]].concat()).code(2).stderr(contains(message));
    assert!(!folder.path().join("x.svg").exists());
    assert!(!output(&folder, &[&["compare"], &runs[..]].concat()).contains("--svg"));
}

#[test]
fn values_that_there_should_not_be_do_no_harm() {
    let folder = folder();
    finished("seed: 1", &[(0.5, None), (0.75, None)]).write(&folder, "a");
    finished("seed: 1", &[(0.5, None), (0.75, None)]).write(&folder, "b");
    for values in [["null", "0.5"], ["0.5", "null"], ["null", "null"], ["-1e12", "1"], ["1e300", "0"], ["5", "5"]] {
        let line = |number: usize, value: &str| {
            format!("{{\"epoch\":{number},\"loss\":{value},\"accuracy\":{value},\"val_loss\":{value}}}\n")
        };
        let metrics = line(1, values[0]) + &line(2, values[1]);
        fs::write(folder.path().join("b/metrics.jsonl"), metrics).expect("a file");
        let svg = output(&folder, &["compare", "a", "b", "--svg", "-"]);
        assert!(!svg.contains("NaN") && !svg.contains("inf") && Document::parse(&svg).is_ok(), "{values:?}");
        assert!(svg.len() < 100_000, "{values:?}");
    }
}

#[test]
fn losses_of_very_different_sizes_are_drawn_by_their_logarithms() {
    let folder = folder();
    let note = "on a logarithmic axis";
    finished("seed: 1", &[(0.1, None), (0.98, None)]).write(&folder, "a");
    finished("seed: 1", &[(0.1, None), (0.995, None)]).write(&folder, "b");
    finished("seed: 1", &[(0.1, None), (0.9, None)]).write(&folder, "c");
    assert!(output(&folder, &["compare", "a", "b", "--svg", "-"]).contains(note));
    assert!(!output(&folder, &["compare", "a", "c", "--svg", "-"]).contains(note));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let folder = three();
    for (options, message) in [
        (&["-o", "x.dot"][..], "its ending names no format of curves"),
        (&["-o", "x.svg", "--svg", "x.svg"], "two pictures would go to `x.svg`"),
        (&["--theme", "dark"], "no file is named for the curves"),
        (&["--svg", "-", "--json"], "a picture and JSON cannot both go to standard output"),
        (&["--svg", "x.svg", "--theme", "drak"], "there is no theme `drak`"),
        (&["--svg", "nowhere/x.svg"], "cannot write `nowhere/x.svg`"),
    ] {
        let arguments = [&["compare", "a", "b"], options].concat();
        netviz(folder.path(), &arguments).failure().stdout("").stderr(contains(message));
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
}
