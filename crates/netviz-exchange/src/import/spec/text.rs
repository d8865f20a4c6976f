//! Writes the layers as text, and names them.

use std::collections::{BTreeMap, HashMap, HashSet};

use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;
use netviz_model::spec::{INPUT, Written, is_layer_name};

use super::Specification;
use super::draft::Draft;
use super::source::Source;

/// The name of a node, in the form of a layer's; `None` if the reader made it from the operator.
pub(super) fn own_name(name: &str, operator: &str) -> Option<String> {
    let is_operator = |part: &str| {
        let number = part.strip_prefix(operator).map(|rest| rest.trim_start_matches('_'));
        number.is_some_and(|number| number.chars().all(|letter| letter.is_ascii_digit()))
    };
    // The operation of a group that is a layer.
    let name = name.rsplit_once('.').filter(|(_, last)| is_operator(last)).map_or(name, |(group, _)| group);
    if is_operator(name) {
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
        let (name, is_said) = &names[index];
        let own = is_said.then_some(name.as_str());
        written.layer(layer.kind, own, &from, &layer.arguments)?;
        for (suffix, weight) in &layer.weights {
            weights.insert(format!("{name}.{suffix}"), weight.clone());
        }
        above = Source { layer: Some(index), port: 0 };
    }
    debug_assert!(output.layer.is_some_and(|layer| is_kept[layer]));
    Ok(Specification { text: written.text(), weights })
}

fn source_name(draft: &Draft, source: Source, names: &[Named]) -> String {
    let Some(index) = source.layer else { return INPUT.to_owned() };
    let (name, _) = &names[index];
    if draft.layers[index].outputs.len() == 1 || source.port == 0 {
        name.clone()
    } else {
        format!("{name}:{}", source.port)
    }
}

/// A name, and whether the model file says it.
type Named = (String, bool);

/// The name of each layer: that of the file, once, or the one that netviz gives to layers without.
fn names(draft: &Draft, is_kept: &[bool]) -> Vec<Named> {
    let mut taken: HashSet<String> = HashSet::from([INPUT.to_owned()]);
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let own = draft.layers.iter().zip(is_kept).map(|(layer, &is_kept)| {
        let name = layer.name.as_deref().filter(|_| is_kept)?;
        let mut candidate = name.to_owned();
        while !taken.insert(candidate.clone()) {
            let number = numbers.entry(name).or_insert(1);
            *number += 1;
            candidate = format!("{name}_{number}");
        }
        Some(candidate)
    });
    let own: Vec<Option<String>> = own.collect();
    // What has the name that netviz gives anyway needs none.
    let is_usual = |index: usize, name: &str| {
        let number = name.strip_prefix(draft.layers[index].kind).and_then(|rest| rest.strip_prefix('_'));
        number.is_some_and(|number| number.chars().all(|letter| letter.is_ascii_digit()))
    };
    let mut said: Vec<Option<&str>> =
        own.iter().enumerate().map(|(index, name)| name.as_deref().filter(|name| !is_usual(index, name))).collect();
    for _ in 0..ROUNDS {
        let given = given(draft, is_kept, &said);
        let wrong: Vec<usize> =
            (0..own.len()).filter(|&it| own[it].as_ref().is_some_and(|own| *own != given[it])).collect();
        if wrong.is_empty() {
            return given.into_iter().zip(&said).map(|(name, said)| (name, said.is_some())).collect();
        }
        for index in wrong {
            said[index] = own[index].as_deref();
        }
    }
    said = own.iter().map(Option::as_deref).collect();
    given(draft, is_kept, &said).into_iter().zip(&said).map(|(name, said)| (name, said.is_some())).collect()
}

/// How often names are left out to see which ones netviz gives.
const ROUNDS: usize = 8;

/// The names of all layers if the model file says these.
fn given(draft: &Draft, is_kept: &[bool], said: &[Option<&str>]) -> Vec<String> {
    let taken: HashSet<&str> = said.iter().flatten().copied().chain([INPUT]).collect();
    let mut counters: HashMap<&str, usize> = HashMap::new();
    let name = |(index, said): (usize, Option<&str>)| match said {
        Some(name) => name.to_owned(),
        None if !is_kept[index] => String::new(),
        None => {
            let kind = draft.layers[index].kind;
            let counter = counters.entry(kind).or_default();
            loop {
                *counter += 1;
                let name = format!("{kind}_{counter}");
                if !taken.contains(name.as_str()) {
                    break name;
                }
            }
        }
    };
    said.iter().copied().enumerate().map(name).collect()
}
