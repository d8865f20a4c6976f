//! Folders with runs.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A run to write.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) spec: String,
    /// Training and validation accuracy of each epoch. The loss is 1 minus the accuracy.
    pub(crate) epochs: Vec<(f64, Option<f64>)>,
    pub(crate) report: Option<Value>,
}

/// The spec of a network of 3,985 parameters with these keys in its `train` section.
pub(crate) fn spec(train: &str) -> String {
    format!(
        "name: small\ninput: [784]\nlayers:\n  - dense: {{units: 5, activation: relu}}\n  - dense: {{units: 10, \
         activation: softmax}}\ntrain: {{data: mnist, loss: categorical_crossentropy, metrics: [accuracy], {train}}}\n"
    )
}

/// A finished run with these epochs.
pub(crate) fn finished(train: &str, epochs: &[(f64, Option<f64>)]) -> Made {
    let last = epochs.last().map_or(0.0, |epoch| epoch.1.unwrap_or(epoch.0));
    let report = json!({
        "name": "small", "epochs": epochs.len(), "status": "finished", "test_loss": 1.0 - last, "test_accuracy": last,
        "seconds": 1.5 * epochs.len() as f64,
    });
    let spec = spec(&format!("epochs: {}, {train}", epochs.len()));
    Made { spec, epochs: epochs.to_vec(), report: Some(report) }
}

impl Made {
    /// Removes the report, which only a finished run has.
    pub(crate) fn killed(self, planned: usize) -> Self {
        let epochs = self.epochs.len();
        let spec = self.spec.replace(&format!("epochs: {epochs}"), &format!("epochs: {planned}"));
        Self { spec, report: None, ..self }
    }

    pub(crate) fn write(&self, folder: &TempDir, name: &str) {
        let path = folder.path().join(name);
        fs::create_dir_all(&path).expect("a folder");
        let write = |name: &str, text: &str| fs::write(path.join(name), text).expect("a file");
        write("spec.yaml", &self.spec);
        write("checkpoint.safetensors", "");
        let epochs = self.epochs.iter().zip(1..).map(|(&(training, validation), number)| {
            let mut epoch = json!({"epoch": number, "loss": 1.0 - training, "accuracy": training});
            if let Some(validation) = validation {
                epoch["val_loss"] = json!(1.0 - validation);
                epoch["val_accuracy"] = json!(validation);
            }
            epoch["seconds"] = json!(0.5);
            format!("{epoch}\n")
        });
        write("metrics.jsonl", &epochs.collect::<String>());
        if let Some(report) = &self.report {
            write("report.json", &report.to_string());
        }
    }
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// `netviz` in a folder.
pub(crate) fn netviz(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz"));
    command.current_dir(folder).env_remove("CLICOLOR_FORCE").args(arguments).assert()
}

/// The output of a command that succeeds.
pub(crate) fn output(folder: &TempDir, arguments: &[&str]) -> String {
    let output = netviz(folder.path(), arguments).success().get_output().stdout.clone();
    String::from_utf8(output).expect("UTF-8")
}

/// The words of the line that starts with a name.
pub(crate) fn line<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
    line.unwrap_or_else(|| panic!("no line of {name} in\n{text}")).split_whitespace().collect()
}
