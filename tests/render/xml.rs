//! SVG as an XML parser reads it.

use std::collections::HashSet;

use netviz::picture::Options;
use netviz::theme::Theme;
use roxmltree::{Document, Node};

use super::{NAMES, named, scene, specs, svg};

const NAMESPACE: &str = "http://www.w3.org/2000/svg";

#[test]
fn every_picture_is_well_formed_and_holds_nothing_active() {
    for text in specs() {
        let picture = svg(&text);
        let document = Document::parse(&picture).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut ids = HashSet::new();
        for node in document.descendants().filter(Node::is_element) {
            assert_eq!(node.tag_name().namespace(), Some(NAMESPACE));
            let known = ["svg", "title", "desc", "g", "rect", "circle", "ellipse", "polygon", "path", "text"];
            let gradient = ["linearGradient", "stop"];
            let tag = node.tag_name().name();
            assert!(known.contains(&tag) || gradient.contains(&tag), "<{tag}>");
            for attribute in node.attributes() {
                let (name, value) = (attribute.name(), attribute.value());
                assert!(!name.starts_with("on") && !name.contains("href") && name != "style", "{name}={value}");
                assert!(!value.contains("url(") || value.starts_with("url(#gradient-"), "{name}={value}");
                if name == "id" {
                    assert!(ids.insert(value.to_owned()) && !value.contains(char::is_whitespace), "id {value:?}");
                }
            }
        }
        let uses = document.descendants().filter_map(|node| node.attribute("fill")?.strip_prefix("url(#"));
        assert!(uses.into_iter().all(|id| ids.contains(id.trim_end_matches(')'))), "{text}");
    }
}

#[test]
fn all_numbers_are_finite_and_sizes_positive() {
    let lengths = ["width", "height", "r", "rx", "ry", "font-size", "stroke-width"];
    let places = ["x", "y", "cx", "cy", "points", "d", "viewBox"];
    for text in specs() {
        let picture = svg(&text);
        let document = Document::parse(&picture).expect("well-formed");
        for attribute in document.descendants().flat_map(|node| node.attributes()) {
            let (name, value) = (attribute.name(), attribute.value());
            if !lengths.contains(&name) && !places.contains(&name) {
                continue;
            }
            for number in value.split(|c: char| c == ' ' || c == ',' || "MLQ".contains(c)).filter(|s| !s.is_empty()) {
                let number: f64 = number.parse().unwrap_or_else(|_| panic!("{name}={value}"));
                assert!(number.is_finite() && (number > 0.0 || !lengths.contains(&name)), "{name}={value}");
            }
        }
    }
}

#[test]
fn texts_are_those_of_the_model() {
    for name in NAMES {
        let picture = svg(&named(name));
        let document = Document::parse(&picture).expect("well-formed");
        let root = document.root_element();
        let child = |tag: &str| root.children().find(|node| node.has_tag_name(tag)).and_then(|node| node.text());
        assert_eq!(child("title"), Some(name));
        assert!(child("desc").is_some_and(|text| text.starts_with(&format!("{name}: input 4, dense_1 (dense) 3"))));
    }
}

#[test]
fn a_reader_hears_what_every_layer_is() {
    let picture = svg(super::GALLERY[0].1);
    let document = Document::parse(&picture).expect("well-formed");
    let layers = document.descendants().filter(|node| node.attribute("class") == Some("layer"));
    let titles: Vec<&str> = layers.filter_map(|node| node.first_element_child()?.text()).collect();
    assert_eq!(
        titles,
        [
            "input layer input: 784 neurons, 774 not drawn",
            "layer dense_1: 512 neurons, relu, 401,920 parameters, 502 not drawn",
            "output layer dense_2: 10 neurons, softmax, 5,130 parameters",
        ]
    );
    assert_eq!(document.root_element().attribute("role"), Some("img"));
}

/// An inline picture has the same elements as a file. Its ids are its own, and it takes light or dark mode from the
/// page.
#[test]
fn a_picture_inside_a_page_is_one_line_with_ids_of_its_own() {
    for text in specs() {
        let options = Options { theme: Theme::auto(), ..crate::neurons() };
        let scene = scene(&text, &options);
        let (file, inline) = (netviz::formats::svg(&scene), netviz::formats::inline_svg(&scene, "a\"-"));
        assert!(!inline.contains('\n') && !inline.contains("prefers-color-scheme"), "{inline}");
        let (file, inline) = (Document::parse(&file).expect("XML"), Document::parse(&inline).expect("XML"));
        let elements = |document: &Document| -> Vec<String> {
            let elements = document.descendants().filter(Node::is_element);
            elements.map(|node| format!("{} {}", node.tag_name().name(), node.attribute("id").unwrap_or(""))).collect()
        };
        let expected: Vec<String> = elements(&file)
            .into_iter()
            .map(|element| if element.ends_with(' ') { element } else { element.replacen(' ', " a\"-", 1) })
            .collect();
        assert_eq!(elements(&inline), expected);
        let style =
            inline.descendants().find(|node| node.has_tag_name((NAMESPACE, "style"))).and_then(|node| node.text());
        assert!(style.expect("the theme is adaptive").contains("{fill:light-dark(#ffffff,#0d1117)}"));
        let uses = inline.descendants().filter_map(|node| node.attribute("fill")?.strip_prefix("url(#"));
        assert!(uses.into_iter().all(|id| id.starts_with("a\"-gradient-")), "{text}");
    }
}
