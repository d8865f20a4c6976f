//! `netviz train`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use netviz::cli::input::{Input, plain};
use netviz::cli::{Failure, TrainArgs, ensure, files};
use netviz::data::Split;
use netviz::program::Program;
use netviz::run;
use netviz::spec::{Metric, Train, to_yaml};
use serde_json::{Map, Value, json};

use super::{no_train_section, use_threads};
use crate::network::Network;
use crate::observe::{self, Epoch, Outcome, Plan};
use crate::samples::Samples;
use crate::training::{self, Data, End};

/// The exit code of a program that Ctrl-C ended, by convention.
const INTERRUPTED: u8 = 130;

pub(super) fn run(args: &TrainArgs) -> Result<(), Failure> {
    let start = Instant::now();
    let flags = [
        ("--epochs", "train.epochs", args.epochs.as_deref()),
        ("--batch-size", "train.batch_size", args.batch_size.as_deref()),
        ("--seed", "train.seed", args.seed.as_deref()),
    ];
    let input = Input::open(&args.model, &flags)?;
    let graph = input.read()?.graph;
    let spec = graph.train().ok_or_else(no_train_section)?;
    let program = Program::lower(&graph);
    let yaml = to_yaml(&input.sources, &input.overrides)
        .map_err(|diagnostics| Failure::of_model(diagnostics, input.sources.clone()))?;
    let mut folder = RunFolder::create(args.out.clone().unwrap_or_else(|| default_folder(graph.name())))?;
    folder.write(run::SPEC, yaml.as_bytes())?;

    let threads = use_threads(args.engine.threads);
    let cache = ensure(spec.data.value, args.engine.offline, args.quiet || args.json)?;
    let samples = Samples::load(spec.data.value, &cache, Split::Train, &graph.node(graph.input()).shape)?;
    let data = Data::split(samples, spec.validation_split.0)?;
    let accuracy = spec.metrics.contains(&Metric::Accuracy);
    let plan = plan(&program, spec, &data, threads, accuracy);
    let mut observer = observe::choose(args);
    observer.start(&plan);

    let mut network = Network::initialized(program, spec.seed.0)?;
    let stopped = watch_interrupt()?;
    let stop = || stopped.load(Ordering::Relaxed);
    let mut keep = |epoch: &Epoch| folder.add_epoch(epoch, accuracy);
    let end = training::train(&mut network, &data, spec, observer.as_mut(), &stop, &mut keep)?;
    folder.write(run::WEIGHTS, &network.weights()?.to_bytes(network.program()))?;

    let mut report = report(&plan, spec);
    if end == End::Interrupted {
        report.insert("status".into(), json!("interrupted"));
        folder.write_report(&report)?;
        observer.interrupted();
        return Err(Failure::new(format!("interrupted; what was learned until then is in {}", folder.path.display()))
            .with_code(INTERRUPTED));
    }
    let (test, count) = training::test(&network, spec.data.value, &cache, spec.loss.value)?;
    let outcome = Outcome { test, samples: count, elapsed: start.elapsed() };
    report.insert("status".into(), json!("finished"));
    observe::json::insert(&mut report, "test_", &test, true);
    report.insert("seconds".into(), observe::json::rounded(outcome.elapsed.as_secs_f64()));
    folder.write_report(&report)?;
    observer.done(&outcome);
    if args.quiet || args.json { Ok(()) } else { files::print(&folder.farewell(graph.name())) }
}

/// `runs/NAME`, the name made fit for a file.
fn default_folder(name: &str) -> PathBuf {
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = name.chars().take(100).map(safe).collect();
    let name = if name.trim_matches('.').is_empty() { "model".to_owned() } else { name };
    Path::new("runs").join(name)
}

fn plan(program: &Program, spec: &Train, data: &Data, threads: usize, accuracy: bool) -> Plan {
    Plan {
        name: program.name.clone(),
        parameters: program.parameter_count().total(),
        data: spec.data.value.name,
        samples: data.train.len(),
        batch_size: spec.batch_size.get(),
        epochs: spec.epochs.get(),
        optimizer: spec.optimizer.kind.name,
        threads,
        accuracy,
    }
}

fn report(plan: &Plan, spec: &Train) -> Map<String, Value> {
    let entries = [
        ("name", json!(plan.name)),
        ("parameters", json!(plan.parameters)),
        ("data", json!(plan.data)),
        ("samples", json!(plan.samples)),
        ("epochs", json!(plan.epochs)),
        ("batch_size", json!(plan.batch_size)),
        ("optimizer", json!(plan.optimizer)),
        ("seed", json!(spec.seed.0)),
        ("threads", json!(plan.threads)),
        ("netviz", json!(env!("CARGO_PKG_VERSION"))),
        ("libtorch", json!(super::version())),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A flag that the first Ctrl-C sets; the second ends the program at once.
fn watch_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    })
    .map_err(|error| Failure::new(format!("cannot watch for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// The folder that a run is written to.
struct RunFolder {
    path: PathBuf,
    metrics: String,
}

impl RunFolder {
    fn create(path: PathBuf) -> Result<Self, Failure> {
        std::fs::create_dir_all(&path).map_err(|error| {
            Failure::new(format!("cannot make the folder `{}`: {}", path.display(), plain(&error)))
                .hint("choose another with `--out DIR`")
        })?;
        Ok(Self { path, metrics: String::new() })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        files::write(&self.path.join(name), bytes)
    }

    fn add_epoch(&mut self, epoch: &Epoch, accuracy: bool) -> Result<(), Failure> {
        self.metrics += &Value::Object(observe::json::epoch_object(epoch, accuracy)).to_string();
        self.metrics.push('\n');
        self.write(run::METRICS, self.metrics.as_bytes())
    }

    fn write_report(&self, report: &Map<String, Value>) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(report).map_err(|error| Failure::new(error.to_string()))?;
        self.write(run::REPORT, (text + "\n").as_bytes())
    }

    /// Where the files lie, and what to do next.
    fn farewell(&self, name: &str) -> String {
        let path = self.path.display();
        format!(
            "\n{path} holds {}, {}, {} and {}\n\nnext\n  netviz evaluate {path}\n  netviz predict {path} digit.png\n  \
             netviz export {path} --onnx {name}.onnx\n  netviz render {path} --svg {name}.svg\n",
            run::SPEC,
            run::WEIGHTS,
            run::METRICS,
            run::REPORT
        )
    }
}
