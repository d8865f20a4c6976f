//! Checks that a resumed run matches the run that was stopped.

use netviz::Model;
use netviz::cli::{Failure, files, print_diagnostics};
use netviz::dataset::Dataset;
use netviz::diagnostics::Diagnostic;
use netviz::graph::{Difference, Graph, differences};
use netviz::ir::Program;
use netviz::spec::Train;
use netviz::text::{plural, thousands};
use netviz::weights::Weights;
use serde_json::json;

use super::folder::RunFolder;
use crate::checkpoint::{Checkpoint, Origin};
use crate::training::Epoch;
use crate::training::{History, State};

/// A run that was stopped.
pub(super) struct ResumedRun {
    /// Its folder, for messages.
    run: String,
    /// The command that resumes it.
    resume: String,
    checkpoint: Checkpoint,
    /// The completed epochs.
    epochs: Vec<Epoch>,
}

/// The only value of a spec that may change: the number of epochs.
const FREE: &str = "train.epochs";

impl ResumedRun {
    /// Reads the checkpoint and the history in a folder.
    pub(super) fn read(folder: &RunFolder) -> Result<Self, Failure> {
        let checkpoint = folder.read_checkpoint()?;
        let epochs = folder.read_history(&checkpoint)?;
        Ok(Self { run: folder.name(), resume: folder.resume_command(), checkpoint, epochs })
    }

    fn history(&self, spec: &Train) -> History {
        History::of(self.epochs.iter().cloned(), spec)
    }

    /// The number of threads that it was trained with.
    pub(super) fn threads(&self) -> usize {
        self.checkpoint.origin.threads
    }

    /// Checks that a model is the one that the run was started with, except for the number of epochs.
    pub(super) fn check_model(&self, graph: &Graph, epochs: usize) -> Result<(), Failure> {
        let run = &self.run;
        let Ok(before) = Model::from_text(&self.checkpoint.origin.spec) else {
            return Err(Failure::new(format!("the model in the checkpoint of `{run}` is not valid any more"))
                .hint("it was started with another version of netviz: start it again"));
        };
        let found = differences(&before.graph, graph).into_iter().filter(|difference| difference.path != FREE);
        let found: Vec<Diagnostic> = found.map(|difference| Diagnostic::error(tell(run, &difference))).collect();
        if found.is_empty() {
            return self.check_epochs(epochs);
        }
        Err(Failure::from(found).hint(
            "only `train.epochs` may change: put the rest back to resume, or start a new run with \
             `netviz train MODEL --out DIR`",
        ))
    }

    /// Checks that a number of epochs is not less than the number that has begun.
    fn check_epochs(&self, epochs: usize) -> Result<(), Failure> {
        let state = &self.checkpoint.state;
        let begun = self.epochs.len() + usize::from(state.step > 0);
        if epochs >= begun {
            return Ok(());
        }
        let message = format!("`{}` stands {state}: it cannot end with epoch {epochs}", self.run);
        Err(Failure::new(message).hint(format!("give `--epochs {begun}` or more")))
    }

    /// Prints that there is nothing left to do.
    pub(super) fn say_finished(&self, spec: &Train, json: bool, quiet: bool) -> Result<(), Failure> {
        let state = State { history: self.history(spec), ..self.checkpoint.state.clone() };
        let epochs = self.epochs.len();
        let done = plural(epochs, "epoch");
        let stopped = state.verdict(spec).filter(|verdict| verdict.stopped.is_some() && !json && !quiet);
        if let Some(verdict) = stopped {
            return files::print(&format!("{} is finished, {verdict}: nothing to do\n", self.run));
        }
        match (json, quiet) {
            (true, _) => files::print_data(&format!("{}\n", json!({"event": "finished", "epochs": epochs}))),
            (_, true) => Ok(()),
            _ => files::print(&format!(
                "{} is finished, with {done}: nothing to do\n\nto train it further\n  {} \
                 --epochs {}\n",
                self.run,
                self.resume,
                epochs.saturating_mul(2)
            )),
        }
    }

    /// Checks that the data is the data that the run was trained on.
    pub(super) fn check_data(&self, dataset: &Dataset, now: &Origin) -> Result<(), Failure> {
        let before = &self.checkpoint.origin;
        if before.digest == now.digest {
            return Ok(());
        }
        let (run, name) = (&self.run, dataset.name);
        let what = if before.samples == now.samples {
            "the images or labels of its training or test samples differ".to_owned()
        } else {
            let counts = [before.samples, now.samples].map(thousands);
            format!("it had {} training samples and has {} now", counts[0], counts[1])
        };
        Err(Failure::new(format!("`{run}` was trained on other data than the current {name}: {what}"))
            .hint(format!("`netviz fetch {name}` checks the files and replaces damaged files")))
    }

    /// The state and the parameters that training resumes from.
    pub(super) fn restore(&self, program: &Program, spec: &Train) -> Result<(State, Weights), Failure> {
        let optimizer = spec.optimizer.value.as_ref();
        let restored = self.checkpoint.restore(program, optimizer).map_err(|problem| {
            Failure::new(format!("the checkpoint of `{}` does not fit its model: {problem}", self.run))
                .hint("it was written by another version of netviz: start the run again")
        });
        restored.map(|(state, weights)| (State { history: self.history(spec), ..state }, weights))
    }

    /// Warns about differences that may change the last bits of the result.
    pub(super) fn warn(&self, now: &Origin) {
        let before = &self.checkpoint.origin;
        let changed = [
            (before.threads != now.threads)
                .then(|| format!("{}, not {}", plural(before.threads, "thread"), now.threads)),
            (before.device != now.device).then(|| format!("device {}, not {}", before.device, now.device)),
            (before.netviz != now.netviz).then(|| format!("netviz {}, not {}", before.netviz, now.netviz)),
            (before.libtorch != now.libtorch).then(|| format!("libtorch {}, not {}", before.libtorch, now.libtorch)),
        ];
        let changed: Vec<String> = changed.into_iter().flatten().collect();
        if !changed.is_empty() {
            let message = format!("`{}` was started with {}", self.run, changed.join(", and with "));
            let hint = "the result is equivalent, but not byte for byte the same as without interruption";
            print_diagnostics(&[Diagnostic::warning(message).hint(hint)], None);
        }
    }
}

fn tell(run: &str, Difference { path, before, after, .. }: &Difference) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("`{run}` was started with `{path}: {before}`, which is `{after}` now"),
        (Some(before), None) => format!("`{run}` was started with `{path}: {before}`, which is gone now"),
        (None, Some(after)) => format!("`{run}` was started without `{path}`, which is `{after}` now"),
        (None, None) => format!("`{run}` was started with another `{path}`"),
    }
}
