//! Random networks of every layer kind.

use std::collections::HashSet;

use netviz::Model;
use netviz::layer::{Arity, KINDS, Kind};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The example of a kind with a name and its inputs.
pub(crate) fn entry(kind: &Kind, name: &str, from: &[String]) -> String {
    let arguments = match kind.example.split_once(": ") {
        None => String::new(),
        Some((_, map)) if map.starts_with('{') => format!("{}, ", &map[1..map.len() - 1]),
        Some((_, value)) => format!("{}: {value}, ", kind.shorthand.expect("a bare value has a key")),
    };
    format!("  - {}: {{{arguments}name: {name}, from: [{}]}}\n", kind.name, from.join(", "))
}

/// A model in which all layers without readers are joined into one vector.
fn closed(input: &[usize], layers: &[(String, String, Vec<String>)]) -> String {
    let used: HashSet<&String> = layers.iter().flat_map(|(.., from)| from).collect();
    let loose: Vec<&String> = layers.iter().map(|(name, ..)| name).filter(|name| !used.contains(name)).collect();
    let mut entries: Vec<String> = layers.iter().map(|(_, entry, _)| entry.clone()).collect();
    entries.extend(loose.iter().map(|name| format!("  - flatten: {{name: flat_{name}, from: {name}}}\n")));
    let flat: Vec<String> = loose.iter().map(|name| format!("flat_{name}")).collect();
    entries.push(format!("  - concat: {{from: [{}, {}]}}\n", flat.join(", "), flat[0]));
    format!("input: {input:?}\nlayers:\n{}", entries.concat())
}

/// A random graph of the examples of layer kinds, without layers that do not fit at their position.
pub(crate) fn network() -> impl Strategy<Value = String> {
    let inputs: Vec<&[usize]> = KINDS.iter().flat_map(|kind| kind.example_inputs.iter().copied()).collect();
    let layers = prop::collection::vec((select(KINDS), prop::collection::vec(any::<Index>(), 3)), 1..14);
    (select(inputs), layers).prop_map(|(input, choices)| {
        let mut layers = Vec::new();
        let mut names = vec!["input".to_owned()];
        for (number, (kind, sources)) in choices.into_iter().enumerate() {
            let count = if kind.arity == Arity::One { 1 } else { sources.len() };
            let from: Vec<String> = sources[..count].iter().map(|source| source.get(&names).clone()).collect();
            let name = format!("n{number}");
            layers.push((name.clone(), entry(kind, &name, &from), from));
            if Model::from_text(&closed(input, &layers)).is_ok() {
                names.push(name);
            } else {
                layers.pop();
            }
        }
        if layers.is_empty() {
            layers.push(("n".into(), "  - dropout: {rate: 0, name: n}\n".into(), vec!["input".into()]));
        }
        closed(input, &layers)
    })
}
