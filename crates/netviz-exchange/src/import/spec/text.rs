//! Writes the layers as text, and names them.

use std::collections::{BTreeMap, HashMap, HashSet};

use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;
use netviz_model::spec::{INPUT, Written, is_layer_name};

use super::Specification;
use super::draft::{Draft, Source};

/// The name of a node, in the form of a layer's; `None` if the reader made it from the operator.
pub(super) fn own_name(name: &str, operator: &str) -> Option<String> {
    let number = name.strip_prefix(operator).map(|rest| rest.trim_start_matches('_'));
    if number.is_some_and(|number| number.chars().all(|letter| letter.is_ascii_digit())) {
        return None;
    }
    let part = |part: &str| {
        let letters = part.chars().map(|it| if it.is_alphanumeric() || it == '-' { it } else { '_' });
        letters.collect::<String>()
    };
    let parts: Vec<String> = name.split(['.', '/']).filter(|part| !part.is_empty()).map(part).collect();
    let name: String = parts.join(".").chars().take(limits::NAME_LENGTH - NUMBER).collect();
    // Members of a container have numbers alone.
    let is_number = name.chars().all(|letter| letter.is_ascii_digit());
    Some(name.trim_end_matches('.').to_owned()).filter(|name| !is_number && is_layer_name(name))
}

/// Characters that are left for a number behind a name.
const NUMBER: usize = 8;

/// The model file.
///
/// # Errors
/// If a layer has an argument that netviz does not take.
pub(super) fn write(draft: &Draft, output: Source, name: &str, comment: &str) -> Result<Specification, Diagnostic> {
    let is_kept: Vec<bool> = draft.layers.iter().map(|layer| !layer.from.is_empty()).collect();
    let names = names(draft, &is_kept);
    let mut written = Written::new(comment, name, &draft.input, draft.dtype);
    let mut weights = BTreeMap::new();
    let mut above = Source::INPUT;
    for (index, layer) in draft.layers.iter().enumerate().filter(|(index, _)| is_kept[*index]) {
        let from: Vec<String> = match layer.from[..] {
            [only] if only == above => Vec::new(),
            _ => layer.from.iter().map(|&source| source_name(draft, source, &names)).collect(),
        };
        let own = layer.name.as_ref().map(|_| names[index].as_str());
        written.layer(layer.kind, own, &from, &layer.arguments)?;
        for (suffix, weight) in &layer.weights {
            weights.insert(format!("{}.{suffix}", names[index]), weight.clone());
        }
        above = Source { layer: Some(index), port: 0 };
    }
    debug_assert!(output.layer.is_some_and(|layer| is_kept[layer]));
    Ok(Specification { text: written.text(), weights })
}

fn source_name(draft: &Draft, source: Source, names: &[String]) -> String {
    let Some(index) = source.layer else { return INPUT.to_owned() };
    let name = &names[index];
    if draft.layers[index].outputs.len() == 1 || source.port == 0 {
        name.clone()
    } else {
        format!("{name}:{}", source.port)
    }
}

/// The name of each layer: that of the file, once, or the one that netviz gives to layers without.
fn names(draft: &Draft, is_kept: &[bool]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::from([INPUT.to_owned()]);
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<String> = draft
        .layers
        .iter()
        .zip(is_kept)
        .map(|(layer, &is_kept)| {
            let Some(name) = layer.name.as_deref().filter(|_| is_kept) else { return String::new() };
            let mut candidate = name.to_owned();
            while !taken.insert(candidate.clone()) {
                let number = numbers.entry(name).or_insert(1);
                *number += 1;
                candidate = format!("{name}_{number}");
            }
            candidate
        })
        .collect();
    let mut counters: HashMap<&str, usize> = HashMap::new();
    for (index, name) in names.iter_mut().enumerate().filter(|(index, name)| is_kept[*index] && name.is_empty()) {
        let kind = draft.layers[index].kind;
        let counter = counters.entry(kind).or_default();
        loop {
            *counter += 1;
            *name = format!("{kind}_{counter}");
            if !taken.contains(name) {
                break;
            }
        }
    }
    names
}
