//! Compares two models, layer by layer.

mod folded;
mod json;
mod picture;
mod side;
mod table;
mod weights;

use std::path::Path;

use super::CompareArgs;
use crate::cli::{Failure, files, locate};
use crate::graph::{Comparison, Language};
use crate::text;
use side::Side;
use weights::WeightChanges;

/// Exit code if the models cannot be compared; 1 says that they differ.
const FAILED: u8 = 2;

/// Whether the arguments are two models, rather than runs.
pub(super) fn are_meant(args: &CompareArgs) -> bool {
    args.model || args.runs.len() == 2 && args.runs.iter().any(|name| locate::is_model_file(name))
}

/// Two models and their differences.
struct Compared {
    sides: [Side; 2],
    language: Language,
    layers: Comparison,
    weights: WeightChanges,
}

impl Compared {
    fn is_equal(&self) -> bool {
        self.layers.is_equal() && self.weights.are_equal()
    }
}

pub(super) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let compared = compared(args).map_err(|failure| failure.with_code(FAILED))?;
    if compared.is_equal() { Ok(()) } else { Err(Failure::different()) }
}

fn compared(args: &CompareArgs) -> Result<Compared, Failure> {
    let [before, after] = &args.runs[..] else {
        return Err(Failure::new("`--model` compares two models").hint("name two: `netviz compare --model A B`"));
    };
    let targets = picture::targets(args)?;
    let sides = Side::both([before, after], args)?;
    let writers = [0, 1].map(|side| (sides[side].format, &sides[side].exporter));
    let language = if writers[0] == writers[1] { Language::Same } else { Language::Different };
    let layers = sides[0].model.graph.compare(&sides[1].model.graph, language);
    let weights = WeightChanges::of(&sides, &layers, language);
    let compared = Compared { sides, language, layers, weights };
    let drawn = picture::write(args, &targets, &compared)?;
    // Standard output contains only the picture.
    if targets.iter().any(|(_, path)| *path == Path::new("-")) {
        return Ok(compared);
    }
    if args.json {
        files::print_data(&(text::json(&json::object(&compared)) + "\n"))?;
    } else {
        files::print(&(table::written(&compared) + &drawn))?;
    }
    Ok(compared)
}
