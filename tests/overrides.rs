//! `--set`: the changes, the errors, and the YAML of the result.

use assert_cmd::Command;
use netviz::Model;
use netviz::source::{Source, Sources};
use netviz::spec::{Override, to_yaml};

mod common;

use common::{describe, model_text};

/// Runs `netviz check` on a model with values set.
fn check(model: &str, set: &[&str]) -> Command {
    let mut command = Command::cargo_bin("netviz").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("check").arg(format!("models/{model}.yaml"));
    command.args(set.iter().flat_map(|text| ["--set", text]));
    command
}

/// Checks standard error for values that cannot be set.
fn error(set: &[&str], expected: &str) {
    check("mnist", set).assert().code(1).stdout("").stderr(expected.to_owned());
}

/// The model with values set, and again from the YAML written for it.
fn both(text: &str, set: &[&str]) -> (Model, Model, String) {
    let mut sources = Sources::new(Source::new("dir/the model.yaml", text));
    let parse = |text: &&str| Override::parse("--set", text, &mut sources).expect("path=value");
    let overrides: Vec<Override> = set.iter().map(parse).collect();
    let model = Model::read(&sources, &overrides).expect("a valid model");
    let yaml = to_yaml(&sources, &overrides).expect("valid");
    let again = Model::from_text(&yaml).unwrap_or_else(|problems| panic!("{problems:?} in\n{yaml}"));
    (model, again, yaml)
}

#[test]
fn a_layer_is_reached_by_its_position() {
    let expected = "\
mnist
layer    type             shape  parameters  connected to
─────────────────────────────────────────────────────────
input                     784             0
dense_1  dense (relu)     64         50,240  input
dense_2  dense (softmax)  10            650  dense_1
─────────────────────────────────────────────────────────
total                                50,890  198.79 KiB
";
    check("mnist", &["layers.0.dense.units=64"]).assert().success().stdout(expected).stderr("");
}

#[test]
fn values_replace_are_added_and_give_arguments_to_a_name() {
    let set = ["train.validation_split=0.1", "train.optimizer.rmsprop.rho=0.8", "train.epochs=2", "train.epochs=7"];
    let (model, ..) = both(&model_text("mnist"), &set);
    let train = model.graph.train().expect("a train section");
    assert_eq!(train.validation_split.share.get().to_bits(), 0.1_f64.to_bits());
    assert_eq!(train.epochs.get(), 7, "the last one counts");
    assert!(format!("{:?}", train.optimizer.value).contains("rho: Fraction(0.8)"));
    assert_eq!(train.batch_size.get(), 128, "the rest stays");
}

#[test]
fn a_layer_without_arguments_gets_some() {
    let (model, ..) = both(&model_text("lenet5"), &["layers.5.flatten.name=flat"]);
    assert!(describe(&model.graph).contains("flat "));
}

#[test]
fn arguments_are_set_without_the_name_of_what_has_them() {
    let optimizer = |text: &str, set: &[&str]| {
        let (model, ..) = both(text, set);
        format!("{:?}", model.graph.train().expect("a train section").optimizer.value)
    };
    let mnist = model_text("mnist");
    let learning_rate = &["train.optimizer.learning_rate=0.5"];
    assert!(optimizer(&mnist, learning_rate).contains("0.5"), "the name alone");
    for written in ["{sgd: {momentum: 0.9}}", "{sgd: }", "sgd", "{adam: {learning_rate: 0.1}}"] {
        let text = mnist.replace("optimizer: rmsprop", &format!("optimizer: {written}"));
        let found = optimizer(&text, learning_rate);
        assert!(found.contains("0.5") && found.to_lowercase().contains(&written.trim_matches('{')[..3]), "{found}");
    }
    let none = mnist.lines().filter(|line| !line.contains("optimizer:")).collect::<Vec<_>>().join("\n");
    assert!(optimizer(&none, learning_rate).contains("RmsProp"), "the default one");
    // Another optimizer can be selected together with its arguments.
    let adam = optimizer(&mnist, &["train.optimizer.adam.beta_1=0.8", "train.optimizer.learning_rate=0.5"]);
    assert!(adam.contains("Adam") && adam.contains("0.8") && adam.contains("0.5"), "{adam}");
    // Layers, including those in short notation.
    for layer in ["dense: 8", "dense: {units: 8}"] {
        let text = format!("input: [4]\nlayers:\n- {layer}\n");
        let (model, ..) = both(&text, &["layers.0.activation=relu", "layers.0.units=5"]);
        assert!(describe(&model.graph).contains("dense_1 5 "), "{}", describe(&model.graph));
    }
}

#[test]
fn an_argument_of_what_is_not_chosen_is_refused_with_the_choices() {
    let set = ["train.schedule.factor=0.5", "train.optimizer.speed=0.5"];
    let expected = "\
error: cannot set `factor`: nothing is chosen at `train.schedule`
 --> --set:1:16
  |
1 | train.schedule.factor=0.5
  |                ^^^^^^
  |
  = help: choose first, with `--set train.schedule=NAME`: step, cosine, reduce_on_plateau

error: unknown key `speed` in `rmsprop`
 --> --set:1:17
  |
1 | train.optimizer.speed=0.5
  |                 ^^^^^
  |
  = help: known here: `learning_rate`, `weight_decay`, `rho`, `epsilon`

models/mnist.yaml: 2 errors
";
    error(&set, expected);
}

#[test]
fn a_whole_section_can_be_set() {
    let train = "train={data: mnist, loss: mse, optimizer: {sgd: {momentum: 0.9, nesterov: true}}}";
    let (model, ..) = both("input: 784\nlayers: [dense: 10]\n", &[train]);
    assert_eq!(model.graph.train().expect("a train section").optimizer.kind.name, "sgd");
}

#[test]
fn a_value_that_does_not_fit_is_shown_where_it_was_typed() {
    let expected = "\
error: `rho`: expected a number of at least 0 and below 1, found 1.8
 --> --set:1:29
  |
1 | train.optimizer.rmsprop.rho=1.8
  |                             ^^^

error: `epochs`: expected a whole number of at least 1, found the text `many`
 --> --set:1:14
  |
1 | train.epochs=many
  |              ^^^^

models/mnist.yaml: 2 errors
";
    error(&["train.optimizer.rmsprop.rho=1.8", "train.epochs=many"], expected);
}

#[test]
fn a_path_that_leads_nowhere_is_shown_at_the_part_that_is_wrong() {
    let expected = "\
error: there is no item `2` in a list of 2
 --> --set:1:8
  |
1 | layers.2.dense.units=64
  |        ^
  |
  = help: items count from 0

error: unknown key `unts` in `dense`
 --> --set:1:16
  |
1 | layers.0.dense.unts=64
  |                ^^^^
  |
  = help: did you mean `units`?

error: cannot set `size` inside 128
 --> --set:1:18
  |
1 | train.batch_size.size=8
  |                  ^^^^
  |
  = help: set the whole value instead: `--set 'train.batch_size={…}'`

error: unknown key `optimzer` in `train`
 --> --set:1:9
  |
1 |  train. optimzer = adam
  |         ^^^^^^^^
  |
  = help: did you mean `optimizer`?

models/mnist.yaml: 4 errors
";
    let set =
        ["layers.2.dense.units=64", "layers.0.dense.unts=64", "train.batch_size.size=8", " train. optimzer = adam"];
    error(&set, expected);
}

#[test]
fn a_value_that_is_no_yaml_is_reported() {
    let expected = "\
error: not valid YAML: unclosed bracket '['
 --> --set:1:17
  |
1 | train.optimizer=[
  |                 ^
  |
  = help: every `[` and `{` needs its `]` or `}`

models/mnist.yaml: 1 error
";
    error(&["train.optimizer=["], expected);
}

#[test]
fn text_without_a_path_or_a_value_is_refused() {
    for text in ["", "train.seed", "train.seed=", "=3", "train..seed=3", ".=1"] {
        let message = format!("error: `--set {text}` is not of the form `path=value`\n");
        error(&[text], &(message + "help: for example `--set train.optimizer=adam`\n\n"));
    }
}

#[test]
fn a_model_without_overrides_is_written_as_it_is() {
    let (_, _, yaml) = both(&model_text("resnet_mini"), &[]);
    assert_eq!(yaml, model_text("resnet_mini"));
}

#[test]
fn what_is_written_says_the_name_that_came_from_the_file() {
    let (model, again, yaml) = both("input: 4\nlayers: [dense: 3]\n", &[]);
    assert_eq!(yaml, "name: \"the model\"\ninput: 4\nlayers:\n  - dense: 3\n");
    assert_eq!((model.graph.name(), again.graph.name()), ("the model", "the model"));
}

#[test]
fn what_is_written_reads_like_a_model() {
    let expected = "\
name: mnist
input: [784]
layers:
  - dense: {units: 64, activation: relu}
  - dense: {units: 10, activation: softmax}
train:
  data: mnist
  optimizer: {rmsprop: {epsilon: 1e-9}}
  loss: categorical_crossentropy
  metrics: [accuracy]
  batch_size: 128
  epochs: 5
  seed: 0
";
    let (.., yaml) = both(&model_text("mnist"), &["layers.0.dense.units=64", "train.optimizer.rmsprop.epsilon=1e-9"]);
    assert_eq!(yaml, expected);
}

#[test]
fn what_is_written_gives_the_same_model() {
    let cases: &[(&str, &[&str])] = &[
        ("mnist", &["train.optimizer={adam: {epsilon: 1e-7, learning_rate: 1}}", "train.seed=0x10"]),
        ("mnist", &["name=yes", "layers.0.dense.name=no", "layers.1.dense.name='null'"]),
        ("mnist", &["name='a: b #c \"d\" e'", "train.validation_split=0.30000000000000004"]),
        ("lenet5", &["name=\"\u{1f980} \\u00e9 \u{a0}\"", "layers.1.max_pool2d.strides=[2, 2]", "train.metrics=[]"]),
        ("resnet_mini", &["layers.3.conv2d={filters: 8, kernel: [3, 3], padding: same, name: größe}"]),
        ("resnet_mini", &["train.optimizer={adamw: {weight_decay: 0}}", "layers.1.batch_norm.momentum=9.9e-1"]),
    ];
    for (name, set) in cases {
        let (model, again, yaml) = both(&model_text(name), set);
        assert_eq!(describe(&model.graph), describe(&again.graph), "{yaml}");
    }
}

#[test]
fn aliases_are_written_out() {
    let text = "input: 4\nlayers:\n  - dense: &body {units: 4, activation: relu}\n  - dense: {<<: *body, units: 3}\n";
    let (model, again, yaml) = both(text, &["layers.1.dense.units=2"]);
    assert_eq!(describe(&model.graph), describe(&again.graph));
    assert!(
        yaml.ends_with("  - dense: {units: 4, activation: relu}\n  - dense: {units: 2, activation: relu}\n"),
        "{yaml}"
    );
}
