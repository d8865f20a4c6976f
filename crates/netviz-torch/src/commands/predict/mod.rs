//! `netviz predict`

mod saved;

use netviz::cli::trained::Trained;
use netviz::cli::{Failure, PredictArgs, files, print_diagnostics};
use netviz::data::Samples as Source;
use netviz::dataset::Dataset;
use netviz::diagnostics::Diagnostic;
use netviz::files::{Shown, write_all};
use netviz::text;
use serde_json::{Map, Value, json};

use super::memory;
use crate::EngineError;
use crate::network::{Mode, Network};
use crate::observe::json::rounded;
use crate::photo::{self, Sample};
use crate::samples::Samples;
use crate::storage::to_vec;
use saved::Saved;

/// Columns of the longest bar.
const BAR: usize = 30;
/// Maximum number of classes shown. If there are more, the most probable ones are shown.
const CLASSES: usize = 10;
/// Minimum probability of a confident answer.
const SURE: f32 = 0.9;
/// Maximum number of classes in a doubtful answer.
const CANDIDATES: usize = 3;

pub(super) fn run(args: &PredictArgs) -> Result<(), Failure> {
    let saved = args.save_input.as_deref().map(|path| Saved::new(path, args.images.len())).transpose()?;
    let Trained { model, program, weights } = Trained::open(&args.run, args.verify)?;
    let dataset = model.graph.train().ok_or_else(super::no_train_section)?.data.value;
    memory::check_use("prediction", &program, 1, 0)?;
    let network = Network::with_weights(program, &weights)?;
    drop(weights);
    let (mut failures, mut outputs) = (Vec::new(), Vec::new());
    let mut first = true;
    for (index, path) in args.images.iter().enumerate() {
        let sample = match photo::decode::read(path) {
            Ok(image) => photo::prepare(&image, dataset, args.invert()),
            Err(diagnostic) => {
                failures.push(diagnostic);
                continue;
            }
        };
        let name = path.shown();
        if let (Some(saved), Some(values)) = (&saved, &sample.values) {
            outputs.push(saved.output(index, values, dataset)?);
        }
        let probabilities = match &sample.values {
            Some(values) => Some(predict(&network, dataset, values)?),
            None => None,
        };
        if args.json {
            let object = object(&path.to_string_lossy(), dataset, &sample, probabilities.as_deref());
            files::print_data(&(text::json(&object) + "\n"))?;
        } else {
            let gap = if std::mem::take(&mut first) { "" } else { "\n" };
            files::print(&format!("{gap}{}", report(&name, dataset, &sample, probabilities.as_deref())))?;
        }
        print_diagnostics(&warnings(&name, &sample), None);
    }
    // Written once all images have been read, so that no image is overwritten before.
    failures.extend(write_all(&outputs).err());
    if failures.is_empty() { Ok(()) } else { Err(failures.into()) }
}

/// The probability of each class.
fn predict(network: &Network, dataset: &Dataset, values: &[u8]) -> Result<Vec<f32>, EngineError> {
    let program = network.program();
    let source = Source { count: 1, images: values.to_vec(), labels: vec![0] };
    let batch = Samples::new(dataset, source.into(), &program.value(program.input()).ty)?.gather(&[0])?;
    let _guard = tch::no_grad_guard();
    let logits = network.forward(&batch.images, program.logits(), Mode::Infer)?;
    to_vec(&logits.f_softmax(1, tch::Kind::Float)?)
}

/// Warnings that a prediction may be wrong.
fn warnings(name: &str, sample: &Sample) -> Vec<Diagnostic> {
    let hint = match sample.values {
        Some(_) => "`--save-input FILE.png` shows what the network saw; a single character on plain paper is read best",
        None => "a single character on plain paper, a tenth as large as the image or more, is read best",
    };
    let warning = |doubt: &String| Diagnostic::warning(format!("`{name}`: {doubt}"));
    let mut warnings: Vec<Diagnostic> = sample.warnings.iter().map(warning).collect();
    if let Some(last) = warnings.last_mut() {
        last.hint = Some(hint.to_owned());
    }
    warnings
}

/// Classes by probability, the most probable first.
fn ranked(probabilities: &[f32]) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..probabilities.len()).collect();
    classes.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    classes
}

fn object(name: &str, dataset: &Dataset, sample: &Sample, probabilities: Option<&[f32]>) -> Value {
    let best = probabilities.map(|probabilities| ranked(probabilities)[0]);
    let probability = |class: usize| probabilities.map(|all| rounded(f64::from(all[class])));
    let all: Option<Map<String, Value>> = probabilities.map(|_| {
        let classes = dataset.classes.iter().enumerate();
        classes.map(|(class, name)| ((*name).to_owned(), json!(probability(class)))).collect()
    });
    json!({
        "image": name,
        "class": best.map(|best| dataset.classes[best]),
        "probability": best.and_then(probability),
        "probabilities": all,
        "done": sample.done,
        "warnings": sample.warnings,
    })
}

/// The class, what was done to the image, and a bar for each class.
fn report(name: &str, dataset: &Dataset, sample: &Sample, probabilities: Option<&[f32]>) -> String {
    let done = if sample.done.is_empty() { String::new() } else { format!("  ({})", sample.done.join(", ")) };
    let Some(probabilities) = probabilities else { return format!("{name}: nothing to classify{done}\n") };
    let ranking = ranked(probabilities);
    let mut shown: Vec<usize> = ranking.iter().copied().take(CLASSES).collect();
    if dataset.classes.len() <= CLASSES {
        shown.sort_unstable();
    }
    let widest = shown.iter().map(|&class| dataset.classes[class].chars().count()).max().unwrap_or(0);
    let line = |class: usize| {
        let (label, share) = (dataset.classes[class], probabilities[class]);
        let line = format!("  {label:<widest$}  {:>5.1} %  {}", f64::from(share) * 100.0, bar(share));
        line.trim_end().to_owned() + "\n"
    };
    let first = format!("{name}: {}{done}\n", answer(dataset, sample, probabilities, &ranking));
    shown.into_iter().fold(first, |text, class| text + &line(class))
}

/// The predicted class. If its probability is below [`SURE`], the next classes are added until their sum reaches it, up
/// to [`CANDIDATES`] classes. Such an answer, and any answer for a doubtful image, begins with `perhaps`.
fn answer(dataset: &Dataset, sample: &Sample, probabilities: &[f32], ranking: &[usize]) -> String {
    let mut candidates = Vec::new();
    let mut share = 0.0;
    for &class in ranking.iter().take(CANDIDATES) {
        candidates.push(dataset.classes[class]);
        share += probabilities[class];
        if share >= SURE {
            break;
        }
    }
    let is_doubtful = candidates.len() > 1 || !sample.warnings.is_empty();
    (if is_doubtful { "perhaps " } else { "" }).to_owned() + &candidates.join(" or ")
}

/// A bar in eighths of a column.
fn bar(share: f32) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a length for people, from a share between 0 and 1"
    )]
    let eighths = (share * (BAR * 8) as f32).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_sure_as_the_network() {
        let dataset = netviz::dataset::find("mnist").expect("a data set");
        let answer = |given: &[(usize, f32)], warnings: &[&str]| {
            let mut probabilities = [0.0; 10];
            for &(class, probability) in given {
                probabilities[class] = probability;
            }
            let warnings = warnings.iter().map(ToString::to_string).collect();
            let sample = Sample { values: None, done: Vec::new(), warnings };
            answer(dataset, &sample, &probabilities, &ranked(&probabilities))
        };
        assert_eq!(answer(&[(4, 0.95), (9, 0.05)], &[]), "4");
        assert_eq!(answer(&[(4, 0.95), (9, 0.05)], &["its ink may be cut"]), "perhaps 4");
        assert_eq!(answer(&[(2, 0.471), (4, 0.498), (0, 0.03)], &[]), "perhaps 4 or 2");
        assert_eq!(answer(&[(1, 0.26), (3, 0.25), (7, 0.25), (9, 0.24)], &[]), "perhaps 1 or 3 or 7");
    }
}
