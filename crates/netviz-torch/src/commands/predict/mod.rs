//! `netviz predict`

mod picture;

use netviz::cli::trained::Trained;
use netviz::cli::{Failure, PredictArgs, files};
use netviz::data::{Dataset, Samples as Source};
use serde_json::{Map, Value, json};

use crate::EngineError;
use crate::network::{Mode, Network};
use crate::observe::json::rounded;
use crate::samples::Samples;
use crate::storage::to_vec;
use picture::Picture;

/// Columns of the longest bar.
const BAR: usize = 30;
/// Classes shown at most, the most probable first where there are more.
const CLASSES: usize = 10;

pub(super) fn run(args: &PredictArgs) -> Result<(), Failure> {
    let Trained { model, program, weights } = Trained::open(&args.run, args.verify)?;
    let dataset = model.graph.train().ok_or_else(super::no_train_section)?.data.value;
    let network = Network::with_weights(program, &weights)?;
    let mut failures = Vec::new();
    let mut first = true;
    for path in &args.images {
        let picture = match Picture::load(path, dataset, args.invert) {
            Ok(picture) => picture,
            Err(diagnostic) => {
                failures.push(diagnostic);
                continue;
            }
        };
        let probabilities = predict(&network, dataset, &picture)?;
        let name = path.display().to_string();
        if args.json {
            files::print_data(&format!("{}\n", object(&name, dataset, &picture, &probabilities)))?;
        } else {
            let gap = if std::mem::take(&mut first) { "" } else { "\n" };
            files::print(&format!("{gap}{}", text(&name, dataset, &picture, &probabilities)))?;
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.into()) }
}

/// The probability of each class.
fn predict(network: &Network, dataset: &Dataset, picture: &Picture) -> Result<Vec<f32>, EngineError> {
    let program = network.program();
    let source = Source { count: 1, images: picture.values.clone(), labels: vec![0] };
    let batch = Samples::new(dataset, source.into(), &program.value(program.input).shape)?.gather(&[0])?;
    let _guard = tch::no_grad_guard();
    let logits = network.forward(&batch.images, program.logits, Mode::Infer)?;
    to_vec(&logits.f_softmax(1, tch::Kind::Float)?)
}

/// The classes by their probability, the most probable first.
fn ranked(probabilities: &[f32]) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..probabilities.len()).collect();
    classes.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    classes
}

fn object(name: &str, dataset: &Dataset, picture: &Picture, probabilities: &[f32]) -> Value {
    let best = ranked(probabilities)[0];
    let all = probabilities.iter().zip(dataset.classes);
    let all: Map<String, Value> =
        all.map(|(&probability, class)| ((*class).to_owned(), rounded(f64::from(probability)))).collect();
    json!({
        "image": name,
        "class": dataset.classes[best],
        "probability": rounded(f64::from(probabilities[best])),
        "probabilities": all,
        "done": picture.done,
    })
}

/// The class, what was done to the image, and a bar for each class.
fn text(name: &str, dataset: &Dataset, picture: &Picture, probabilities: &[f32]) -> String {
    let ranking = ranked(probabilities);
    let mut shown: Vec<usize> = ranking.iter().copied().take(CLASSES).collect();
    if dataset.classes.len() <= CLASSES {
        shown.sort_unstable();
    }
    let best = ranking[0];
    let done = if picture.done.is_empty() { String::new() } else { format!("  ({})", picture.done.join(", ")) };
    let widest = shown.iter().map(|&class| dataset.classes[class].chars().count()).max().unwrap_or(0);
    let line = |class: usize| {
        let (label, share) = (dataset.classes[class], probabilities[class]);
        let line = format!("  {label:<widest$}  {:>5.1} %  {}", f64::from(share) * 100.0, bar(share));
        line.trim_end().to_owned() + "\n"
    };
    shown.into_iter().fold(format!("{name}: {}{done}\n", dataset.classes[best]), |text, class| text + &line(class))
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
