//! The values for TensorBoard, with the tags of Keras where Keras has them.

use std::collections::BTreeMap;

use netviz::cli::Failure;
use netviz::formats::png;
use netviz::graph::Graph;
use netviz::ir::Role;
use netviz::metric::Metric;
use netviz::picture;
use netviz::picture::Options;
use netviz::schema::{ArgValue, Chosen, Settings};
use netviz::spec::Train;
use netviz::theme::Theme;
use netviz::views::VIEWS;
use netviz::weights::TensorData;

use crate::commands::train::finished::Finished;
use crate::network::Network;
use crate::sums::MetricSums;
use crate::tensorboard::{Value, histogram, image, scalar};
use crate::training::Epoch;

/// Prefix of the tags of an epoch.
pub(super) const EPOCH: &str = "epoch_";
/// Prefix of the tags of a step.
pub(super) const BATCH: &str = "batch_";

/// The loss and the metrics.
pub(super) fn metrics(prefix: &str, metrics: &MetricSums, measures: &[Chosen<dyn Metric>]) -> Vec<Value> {
    let value = |metric: &Chosen<dyn Metric>| scalar(format!("{prefix}{}", metric.name()), metrics.value(&**metric));
    measures.iter().map(value).collect()
}

/// The metrics of an epoch on the training samples, the learning rate and the duration.
pub(super) fn training(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> Vec<Value> {
    let mut values = metrics(EPOCH, &epoch.metrics, measures);
    values.push(scalar(format!("{EPOCH}learning_rate"), epoch.learning_rate));
    values.push(scalar(format!("{EPOCH}seconds"), epoch.elapsed.as_secs_f64()));
    values
}

/// The metrics of an epoch on the validation samples.
pub(super) fn validation(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> Vec<Value> {
    epoch.validation.iter().flat_map(|validation| metrics(EPOCH, validation, measures)).collect()
}

/// A histogram of every trainable parameter, tagged as `dense_1/weight`: TensorBoard groups by the part before the
/// slash.
pub(super) fn histograms(network: &Network) -> Result<Vec<Value>, Failure> {
    let weights = network.weights()?;
    let parameters = network.program().parameters().iter().zip(weights.tensors());
    let histograms =
        parameters.filter(|(parameter, _)| parameter.role == Role::Trainable).filter_map(|pair| match pair {
            (parameter, TensorData::Float(values)) => {
                let (layer, name) = parameter.name.rsplit_once('.').unwrap_or(("", &parameter.name));
                Some(histogram(format!("{layer}/{name}"), values))
            }
            (_, TensorData::Counter(_)) => None,
        });
    Ok(histograms.collect())
}

/// The pictures of a finished run, without the curves, which TensorBoard draws itself. What is too large for a picture
/// is left out.
pub(super) fn pictures(finished: &Finished) -> Vec<Value> {
    /// Pixels per unit of the scene, for high-resolution screens.
    const SCALE: f64 = 2.0;
    let options = Options { view: VIEWS.first(), theme: Theme::auto(), ..Options::default() };
    let network = picture(finished.graph, Some(finished.weights), &options);
    let [_, (_, confusion), (_, mistakes)] = finished.charts(&options.theme, true);
    let scenes = [("confusion", Ok(&confusion)), ("mistakes", Ok(&mistakes)), ("network", network.scene())];
    let pictures = scenes.into_iter().map(|(tag, scene)| Some(image(tag, png(scene.ok()?, SCALE).ok()?.bytes)));
    pictures.flatten().collect()
}

/// The hyperparameters: the keys of `train` that have a value, the optimizer's own, and the number of parameters.
pub(super) fn hyperparameters(graph: &Graph, spec: &Train) -> BTreeMap<String, ArgValue> {
    let train = spec.settings().into_iter().map(|setting| (setting.name.into_owned(), setting.value));
    let optimizer = spec.optimizer.value.settings().into_iter();
    let optimizer = optimizer.map(|setting| (format!("optimizer.{}", setting.name), setting.value));
    let others = [
        ("optimizer".to_owned(), ArgValue::name(spec.optimizer.kind.name)),
        ("parameters".to_owned(), ArgValue::int(graph.parameters().total())),
    ];
    train.chain(optimizer).chain(others).collect()
}
