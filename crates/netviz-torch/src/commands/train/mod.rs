//! `netviz train`

mod folder;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use netviz::cli::input::Input;
use netviz::cli::{Failure, TrainArgs, ensure, files};
use netviz::data::Split;
use netviz::graph::Graph;
use netviz::program::Program;
use netviz::spec::{Metric, Train, to_yaml};

use super::{no_train_section, use_threads};
use crate::network::Network;
use crate::observe::{self, Epoch, Observer, Outcome, Plan};
use crate::samples::Samples;
use crate::training::{self, Data, End};
use folder::RunFolder;

/// The exit code of a program that Ctrl-C ended, by convention.
const INTERRUPTED: u8 = 130;

pub(super) fn run(args: &TrainArgs) -> Result<(), Failure> {
    let start = Instant::now();
    let input = open(args)?;
    let graph = input.read()?.graph;
    let spec = graph.train().ok_or_else(no_train_section)?;
    let yaml = to_yaml(&input.sources, &input.overrides)
        .map_err(|diagnostics| Failure::of_model(diagnostics, input.sources.clone()))?;
    let mut folder = RunFolder::create(args.out.as_deref(), graph.name())?;

    let silent = args.quiet || args.json;
    let cache = ensure(spec.data.value, args.engine.offline, silent)?;
    let data = load(&graph, spec, &cache)?;
    let plan = plan(&graph, spec, &data, use_threads(args.engine.threads));
    let mut observer = observe::choose(args);
    observer.start(&plan);
    folder.begin(&yaml)?;
    let (network, end) = train(&graph, spec, &data, &plan, observer.as_mut(), &mut folder)?;
    if end == End::Interrupted {
        folder.write_report(&plan, spec, None)?;
        observer.interrupted();
        let message = format!("interrupted; what was learned until then is in {}", folder.path().display());
        return Err(Failure::new(message).with_code(INTERRUPTED));
    }
    let (test, samples) = training::test(&network, spec.data.value, &cache, spec.loss.value)?;
    let outcome = Outcome { test, samples, elapsed: start.elapsed() };
    folder.write_report(&plan, spec, Some(&outcome))?;
    observer.done(&outcome);
    if silent { Ok(()) } else { files::print(&folder.farewell(graph.name())) }
}

fn open(args: &TrainArgs) -> Result<Input, Failure> {
    let flags = [
        ("--epochs", "train.epochs", args.epochs.as_deref()),
        ("--batch-size", "train.batch_size", args.batch_size.as_deref()),
        ("--seed", "train.seed", args.seed.as_deref()),
    ];
    Input::open(&args.model, &flags)
}

fn load(graph: &Graph, spec: &Train, cache: &Path) -> Result<Data, Failure> {
    let input = &graph.node(graph.input()).shape;
    let samples = Samples::load(spec.data.value, cache, Split::Train, input)?;
    Ok(Data::split(samples, spec.validation_split.0)?)
}

fn plan(graph: &Graph, spec: &Train, data: &Data, threads: usize) -> Plan {
    Plan {
        name: graph.name().to_owned(),
        parameters: graph.parameters().total(),
        data: spec.data.value.name,
        samples: data.train.len(),
        batch_size: spec.batch_size.get(),
        epochs: spec.epochs.get(),
        optimizer: spec.optimizer.kind.name,
        threads,
        accuracy: spec.metrics.contains(&Metric::Accuracy),
    }
}

/// Trains until the end or until Ctrl-C, and writes the weights either way.
fn train(
    graph: &Graph,
    spec: &Train,
    data: &Data,
    plan: &Plan,
    observer: &mut dyn Observer,
    folder: &mut RunFolder,
) -> Result<(Network, End), Failure> {
    let mut network = Network::initialized(Program::lower(graph), spec.seed.0)?;
    let stopped = watch_interrupt()?;
    let stop = || stopped.load(Ordering::Relaxed);
    let mut keep = |epoch: &Epoch| folder.add_epoch(epoch, plan.accuracy);
    let end = training::train(&mut network, data, spec, observer, &stop, &mut keep)?;
    folder.write_weights(&network)?;
    Ok((network, end))
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
