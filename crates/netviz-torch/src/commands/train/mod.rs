//! `netviz train`

mod callback;
mod events;
mod finished;
mod folder;
mod page;
mod pictures;
mod place;
mod record;
mod resume;
mod stop;
mod test_result;

use std::path::{Path, PathBuf};
use std::time::Instant;

use netviz::cli::input::Input;
use netviz::cli::trained::finite_weights;
use netviz::cli::{Failure, ModelArgs, TrainArgs, VerifyArgs, ensure, files, resumable};
use netviz::dataset::Split;
use netviz::files::Shown;
use netviz::graph::Graph;
use netviz::spec::{Train, to_yaml};
use netviz::text::shell;
use tch::Device;

use super::{device_name, find_device, memory, no_train_section, use_threads, version};
use crate::EngineError;
use crate::checkpoint::{Origin, to_bytes};
use crate::network::Network;
use crate::observe;
use crate::samples::{Samples, read};
use crate::training::{self, Clock, Data, End, State};
use crate::training::{Observer, Outcome, Plan};
use callback::RunCallback;
use events::EventLog;
use finished::Finished;
use folder::RunFolder;
use place::Place;
use record::Record;
use resume::ResumedRun;
use stop::Stop;
use test_result::TestResult;

pub(super) fn run(args: &TrainArgs) -> Result<(), Failure> {
    let start = Instant::now();
    observe::check(args)?;
    let device = find_device(args.engine.device)?;
    let resumed = args.resume.as_deref().map(resumable);
    let folder = resumed.as_deref().map(RunFolder::open).transpose()?;
    let earlier = folder.as_ref().map(ResumedRun::read).transpose()?;
    let input = open(args, resumed)?;
    let model = input.read()?;
    if model.source.is_some() {
        return Err(of_another_program(args));
    }
    let graph = model.graph;
    let spec = graph.train().ok_or_else(no_train_section)?;
    let yaml = to_yaml(&input.sources, &input.overrides)
        .map_err(|diagnostics| Failure::of_model(diagnostics, input.sources.clone()))?;
    if let Some(earlier) = &earlier {
        earlier.check_model(&graph, spec.epochs.get())?;
    }
    memory::check_training(graph.program(), spec, device)?;
    let beginning = match (folder, earlier) {
        (Some(folder), Some(earlier)) if folder.is_finished(spec.epochs.get()) => {
            return earlier.say_finished(spec, args.json, args.quiet);
        }
        (Some(folder), Some(earlier)) => Beginning::Resumed(folder, Box::new(earlier)),
        _ => Beginning::New(Place::choose(args, graph.name())?),
    };
    Session { args, graph: &graph, spec, yaml: &yaml, device }.run(beginning, start)
}

/// The failure for the file of another program.
fn of_another_program(args: &TrainArgs) -> Failure {
    let model = args.model.model.clone().unwrap_or_default();
    let stem = Path::new(model.file_stem().unwrap_or_default());
    let [yaml, weights] = ["yaml", "safetensors"].map(|ending| shell(stem.with_extension(ending)));
    Failure::new(format!("`{}` is a model of another program, which netviz does not train as it is", model.shown()))
        .hint(format!(
            "write it as a model file first: `netviz import {} -o {yaml} --weights {weights}`",
            shell(&model)
        ))
}

/// Why a run failed.
#[derive(Debug)]
enum RunError {
    /// An error of the engine, which does not know the run's folder.
    Engine(EngineError),
    /// A complete message.
    Failure(Failure),
}

impl RunError {
    /// The message for a run that has a checkpoint, with the command that resumes it if that can help.
    fn into_failure(self, folder: &RunFolder) -> Failure {
        match self {
            Self::Engine(error) => error.with_resume_hint(&folder.resume_command()).into(),
            Self::Failure(failure) => failure,
        }
    }
}

impl From<EngineError> for RunError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// How a run begins.
enum Beginning {
    /// A new run in this place.
    New(Place),
    /// A resumed run.
    Resumed(RunFolder, Box<ResumedRun>),
}

impl Beginning {
    fn earlier(&self) -> Option<&ResumedRun> {
        match self {
            Self::New(_) => None,
            Self::Resumed(_, earlier) => Some(earlier),
        }
    }
}

/// Opens the model that the arguments name, or else that of the resumed run.
fn open(args: &TrainArgs, resumed: Option<PathBuf>) -> Result<Input, Failure> {
    let flags = [
        ("--epochs", "train.epochs", args.epochs.as_deref()),
        ("--batch-size", "train.batch_size", args.batch_size.as_deref()),
        ("--limit", "train.limit", args.limit.as_deref()),
        ("--lr", "train.optimizer.learning_rate", args.lr.as_deref()),
        ("--seed", "train.seed", args.seed.as_deref()),
    ];
    let model = args.model.model.clone().or(resumed);
    Input::open(&ModelArgs { model, ..args.model.clone() }, &flags)
}

/// A model to be trained.
struct Session<'a> {
    args: &'a TrainArgs,
    graph: &'a Graph,
    spec: &'a Train,
    /// The model as YAML, with the values set on the command line.
    yaml: &'a str,
    device: Device,
}

/// What does not change during training.
struct Begun<'a> {
    plan: Plan,
    cache: &'a Path,
    data: &'a Data,
    is_resumed: bool,
    clock: Clock,
}

impl Session<'_> {
    fn run(&self, beginning: Beginning, start: Instant) -> Result<(), Failure> {
        let cache = ensure(self.spec.data.value, self.args.engine.offline, self.is_silent())?;
        let threads = self.args.engine.threads.map(usize::from);
        let threads = use_threads(threads.or_else(|| beginning.earlier().map(ResumedRun::threads)));
        let (data, origin) = self.load(&cache, threads)?;
        if let Some(earlier) = beginning.earlier() {
            earlier.check_data(self.spec.data.value, &origin)?;
            earlier.warn(&origin);
        }
        let stopped = Stop::watch()?;
        let is_resumed = beginning.earlier().is_some();
        // Before anything is written, because a view may fail to take over the terminal.
        let mut observer = observe::choose(self.args, &stopped.flag())?;
        let (folder, network, state) = self.begin(beginning, &origin)?;
        let plan = self.plan(&data, threads, &folder);
        let callback = RunCallback {
            folder: &folder,
            origin,
            spec: self.spec,
            every: self.args.checkpoint_every,
            record: Record::open(&folder, &state.history, plan.measures.clone())?,
            board: self.board(&folder, &state)?,
            stop: stopped,
            kept: None,
        };
        let clock = Clock { earlier: state.spent(), start };
        let begun = Begun { plan, cache: &cache, data: &data, is_resumed, clock };
        self.train(&begun, network, state, callback, observer.as_mut()).map_err(|error| error.into_failure(&folder))
    }

    /// Trains in a folder that has a checkpoint.
    fn train(
        &self,
        begun: &Begun,
        network: Network,
        mut state: State,
        mut callback: RunCallback,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        let mut network = network.on(self.device)?;
        observer.start(&begun.plan)?;
        if begun.is_resumed {
            observer.resumed(&state)?;
        }
        let end = training::train(&mut network, begun.data, self.spec, &mut state, observer, &mut callback)?;
        if let (End::Finished, Some(_), Some(best)) = (end, &self.spec.early_stopping, &state.best) {
            network = Network::with_weights(network.program().clone(), best)?.on(self.device)?;
        }
        callback.folder.write_weights(&network)?;
        match end {
            End::Interrupted => self.interrupted(callback.folder, &begun.plan, &state, observer, callback.stop.code()),
            End::Finished => self.finish(callback.folder, begun, &network, &state, observer),
        }
    }

    fn is_silent(&self) -> bool {
        self.args.quiet || self.args.json
    }

    /// Loads the samples, and describes the origin of the run, which is checked when it is resumed.
    fn load(&self, cache: &Path, threads: usize) -> Result<(Data, Origin), Failure> {
        let dataset = self.spec.data.value;
        let input = &self.graph.program().value(self.graph.program().input()).ty;
        let samples = read(dataset, cache, Split::Train)?;
        let test = read(dataset, cache, Split::Test)?;
        let origin = Origin {
            spec: self.yaml.to_owned(),
            samples: samples.count,
            digest: format!("{}+{}", samples.digest(), test.digest()),
            threads,
            device: device_name(self.device).to_owned(),
            netviz: env!("CARGO_PKG_VERSION").to_owned(),
            libtorch: version().to_owned(),
        };
        let mut samples = Samples::new(dataset, samples.into(), input)?;
        if let Some(limit) = self.spec.limit {
            samples.truncate(limit.get());
        }
        let data = match self.spec.validation_data {
            Some(part) => {
                let validation = Samples::load(dataset, cache, part.value, input)?;
                Data { train: samples, validation: Some(validation) }
            }
            None => Data::split(samples, self.spec),
        };
        Ok((data, origin))
    }

    fn plan(&self, data: &Data, threads: usize, folder: &RunFolder) -> Plan {
        Plan {
            name: self.graph.name().to_owned(),
            run: folder.name(),
            is_numbered: self.args.out.is_none() && self.args.resume.is_none() && !folder.is_called(self.graph.name()),
            parameters: self.graph.parameters().total(),
            data: self.spec.data.value.name,
            samples: data.train.len(),
            batch_size: self.spec.batch_size.get(),
            epochs: self.spec.epochs.get(),
            optimizer: self.spec.optimizer.kind.name,
            threads,
            device: device_name(self.device),
            scheduled: self.spec.schedule.is_some() || self.spec.warm_up.is_some(),
            measures: self.spec.metrics.with_loss(),
        }
    }

    /// Prepares the folder, the network and the state that training starts from. The folder then holds their
    /// checkpoint.
    fn begin(&self, beginning: Beginning, origin: &Origin) -> Result<(RunFolder, Network, State), Failure> {
        let program = self.graph.program().clone();
        match beginning {
            Beginning::New(place) => {
                let optimizer = self.spec.optimizer.value.as_ref();
                let state = State::new(&program, self.spec);
                let network = match &self.args.weights {
                    Some(path) => {
                        let weights = finite_weights(path, &program, VerifyArgs { no_verify: true })?;
                        Network::with_weights(program, &weights)?
                    }
                    None => Network::initialized(program, self.spec.seed.0)?,
                };
                let checkpoint = to_bytes(origin, &state, &network.weights()?, network.program(), optimizer);
                Ok((place.begin(self.yaml, &checkpoint)?, network, state))
            }
            Beginning::Resumed(folder, earlier) => {
                let (state, weights) = earlier.restore(&program, self.spec)?;
                folder.go_on(self.yaml)?;
                if let Some(best) = &state.best {
                    folder.write_best(best, &program)?;
                }
                Ok((folder, Network::with_weights(program, &weights)?, state))
            }
        }
    }

    /// The event files, if they are requested now or were when the run was started.
    fn board<'a>(&self, folder: &'a RunFolder, state: &State) -> Result<Option<EventLog<'a>>, Failure> {
        let is_wanted = self.args.tensorboard || EventLog::is_in(folder);
        is_wanted.then(|| EventLog::open(folder, self.graph, self.spec, self.yaml, state)).transpose()
    }

    fn interrupted(
        &self,
        folder: &RunFolder,
        plan: &Plan,
        state: &State,
        observer: &mut dyn Observer,
        code: u8,
    ) -> Result<(), RunError> {
        let preprocessing = self.graph.program().preprocessing();
        folder.write_report(plan, self.spec, preprocessing, None, EventLog::digests(folder)?)?;
        observer.interrupted()?;
        let message = format!("interrupted {state}; a checkpoint is in {}", folder.name());
        let hint = format!("resume with `{}`", folder.resume_command());
        Err(Failure::new(message).hint(hint).with_code(code).into())
    }

    fn finish(
        &self,
        folder: &RunFolder,
        begun: &Begun,
        network: &Network,
        state: &State,
        observer: &mut dyn Observer,
    ) -> Result<(), RunError> {
        let (plan, clock) = (&begun.plan, begun.clock);
        let result = TestResult::of(network, self.spec, begun.cache)?;
        let outcome = Outcome {
            test: result.metrics.clone(),
            samples: result.confusion.samples(),
            elapsed: clock.elapsed(),
            verdict: state.verdict(self.spec),
        };
        let weights = network.weights()?;
        let finished = Finished {
            graph: self.graph,
            spec: self.spec,
            yaml: self.yaml,
            plan,
            weights: &weights,
            history: &state.history,
            result: &result,
        };
        pictures::write(&finished, folder)?;
        let events = EventLog::is_in(folder);
        if events {
            EventLog::end(folder, &finished, &outcome)?;
        }
        let preprocessing = network.program().preprocessing();
        folder.write_report(plan, self.spec, preprocessing, Some(&outcome), EventLog::digests(folder)?)?;
        observer.done(&outcome)?;
        if !self.is_silent() {
            files::print(&folder.farewell(self.graph.name(), events))?;
        }
        Ok(())
    }
}
