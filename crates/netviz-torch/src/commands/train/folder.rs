//! The folder that a run is written to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use netviz::cli::input::plain;
use netviz::cli::{Failure, files};
use netviz::run;
use netviz::spec::Train;
use netviz::text::shell;
use serde_json::{Map, Value, json};

use crate::network::Network;
use crate::observe::json::{epoch_object, insert, rounded};
use crate::observe::{Epoch, Outcome, Plan};

/// A run's folder and what it holds so far.
pub(super) struct RunFolder {
    path: PathBuf,
    metrics: String,
}

impl RunFolder {
    /// Makes the folder, which is `runs/NAME` where no other is given.
    pub(super) fn create(path: Option<&Path>, name: &str) -> Result<Self, Failure> {
        let path = path.map_or_else(|| Path::new("runs").join(name), Path::to_owned);
        std::fs::create_dir_all(&path).map_err(|error| {
            Failure::new(format!("cannot make the folder `{}`: {}", path.display(), plain(&error)))
                .hint("choose another with `--out DIR`")
        })?;
        Ok(Self { path, metrics: String::new() })
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what an earlier run left, so that nothing of it stands beside the new model, and writes that.
    pub(super) fn begin(&self, yaml: &str) -> Result<(), Failure> {
        for name in [run::REPORT, run::METRICS, run::WEIGHTS] {
            let path = self.path.join(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    let message = format!("cannot remove `{}`: {}", path.display(), plain(&error));
                    return Err(Failure::new(message).hint("choose another folder with `--out DIR`"));
                }
                Ok(()) | Err(_) => {}
            }
        }
        self.write(run::SPEC, yaml.as_bytes())
    }

    /// Adds the figures of an epoch.
    pub(super) fn add_epoch(&mut self, epoch: &Epoch, accuracy: bool) -> Result<(), Failure> {
        self.metrics += &Value::Object(epoch_object(epoch, accuracy)).to_string();
        self.metrics.push('\n');
        self.write(run::METRICS, self.metrics.as_bytes())
    }

    pub(super) fn write_weights(&self, network: &Network) -> Result<(), Failure> {
        self.write(run::WEIGHTS, &network.weights()?.to_bytes(network.program()))
    }

    /// Writes the figures of the run, which was interrupted where there is no outcome.
    pub(super) fn write_report(&self, plan: &Plan, spec: &Train, outcome: Option<&Outcome>) -> Result<(), Failure> {
        let mut report = report(plan, spec);
        report.insert("status".into(), json!(if outcome.is_some() { "finished" } else { "interrupted" }));
        if let Some(outcome) = outcome {
            insert(&mut report, "test_", &outcome.test, true);
            report.insert("seconds".into(), rounded(outcome.elapsed.as_secs_f64()));
        }
        let text = format!("{:#}\n", Value::Object(report));
        self.write(run::REPORT, text.as_bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        files::write(&self.path.join(name), bytes)
    }

    /// Where the files lie, and what to do next.
    pub(super) fn farewell(&self, name: &str) -> String {
        let path = self.path.display();
        let [run, onnx, svg] =
            [path.to_string(), format!("{name}.onnx"), format!("{name}.svg")].map(|text| shell(&text));
        format!(
            "\n{path} holds {}, {}, {} and {}\n\nnext\n  netviz evaluate {run}\n  netviz predict {run} digit.png\n  \
             netviz export {run} --onnx {onnx}\n  netviz render {run} --svg {svg}\n",
            run::SPEC,
            run::WEIGHTS,
            run::METRICS,
            run::REPORT
        )
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
        ("libtorch", json!(crate::commands::version())),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
