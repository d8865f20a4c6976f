//! Words of Keras, PyTorch and other tools, and their equivalents in netviz.
//!
//! There is one [`Vocabulary`] per kind of place. A word with the same meaning as one of netviz's is a synonym: the
//! reader reports it and continues as if the right word were there, so that one slip is one error. A word without a
//! single equivalent has advice instead.

/// Words that other tools use in one kind of place.
pub(crate) struct Vocabulary<'s> {
    /// Words of netviz, each with its synonyms.
    pub(crate) synonyms: &'s [(&'static str, &'static [&'static str])],
    /// Words without an equivalent, and what to do instead.
    pub(crate) advice: &'static [(&'static [&'static str], &'static str)],
}

/// The meaning of a foreign word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// A word of netviz.
    Word(&'a str),
    /// No single word; what to do instead.
    Advice(&'static str),
}

impl Vocabulary<'_> {
    /// No foreign words besides other spellings of the known ones.
    pub(crate) const NONE: Self = Self { synonyms: &[], advice: &[] };

    /// The meaning of `word` where only the `known` words are allowed. Case, `_`, `-`, spaces, a path such as `nn.` and
    /// arguments in parentheses are ignored.
    pub(crate) fn find<'a>(&self, word: &str, known: &[&'a str]) -> Option<Meaning<'a>> {
        let has = |words: &[&str]| words.iter().any(|other| same(other, word));
        let own = known.iter().copied().find(|own| same(own, word)).or_else(|| {
            let mut synonyms = self.synonyms.iter().filter(|(_, others)| has(others));
            synonyms.find_map(|(own, _)| known.iter().copied().find(|known| known == own))
        });
        let advice = || self.advice.iter().find(|(words, _)| has(words)).map(|&(_, advice)| Meaning::Advice(advice));
        own.map(Meaning::Word).or_else(advice)
    }
}

/// Whether two words differ only in spelling: `nn.MaxPool2d(2)`, `max_pool_2d` and `maxpool2d` are the same.
fn same(a: &str, b: &str) -> bool {
    plain(a).eq(plain(b))
}

/// The characters of a word that are compared, in lower case.
fn plain(word: &str) -> impl Iterator<Item = char> + '_ {
    let word = word.split('(').next().unwrap_or(word).trim();
    let word = word.rsplit('.').next().unwrap_or(word);
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase)
}

/// Layer kinds.
pub(crate) const KINDS: Vocabulary = Vocabulary {
    synonyms: &[
        ("dense", &["linear", "fc", "fully_connected", "inner_product", "lazy_linear", "gemm"]),
        ("conv2d", &["conv", "convolution", "convolution2d", "lazy_conv2d"]),
        ("max_pool2d", &["max_pooling2d", "max_pooling", "max_pool"]),
        ("avg_pool2d", &["average_pooling2d", "average_pooling", "avg_pooling2d", "average_pool2d", "avg_pool"]),
        (
            "global_avg_pool2d",
            &["global_average_pooling2d", "global_average_pool2d", "global_avg_pooling2d", "global_average_pool"],
        ),
        ("batch_norm", &["batch_normalization", "batch_norm1d", "batch_norm2d", "lazy_batch_norm2d", "bn"]),
        ("concat", &["concatenate", "cat", "depth_concat"]),
        ("reshape", &["view", "unflatten"]),
        ("dropout", &["drop"]),
        ("activation", &["nonlinearity"]),
    ],
    advice: &[
        (&["input", "input_layer"], "the input is not a layer: write its shape as `input: [784]` above `layers`"),
        (&["zero_padding2d", "zero_pad2d"], "there is no layer for padding: give the next layer `padding`"),
        (&["identity"], "leave it out: it changes nothing"),
        (&["sequential", "model", "module"], "list its layers one below the other, without it"),
        (&["adaptive_avg_pool2d"], "for an output size of 1, write `global_avg_pool2d`"),
        (&["depthwise_conv2d"], "write `conv2d` with as many `groups` as it has channels"),
        (
            &["separable_conv2d"],
            "write two layers: `conv2d` with as many `groups` as it has channels, then `conv2d` with `kernel: 1`",
        ),
        (&["log_softmax"], "write `activation: softmax`: the loss takes the logarithm"),
    ],
};

/// Keys: arguments of layers, optimizers and schedules, and the keys of a model and of its `train` section. A word may
/// be a synonym of several, of which only one is known in its place.
pub(crate) const KEYS: Vocabulary = Vocabulary {
    synonyms: &[
        // The model.
        ("name", &["model_name", "title", "id"]),
        ("input", &["input_shape", "batch_input_shape", "input_size", "input_dim", "inputs", "shape"]),
        ("vocabulary", &["vocab_size", "num_embeddings", "input_dim", "entries"]),
        ("layers", &["layer", "network", "architecture", "model"]),
        ("train", &["training", "fit", "trainer"]),
        // Layers.
        ("from", &["inputs", "input", "inbound_nodes", "bottom"]),
        ("kernel", &["kernel_size", "filter_size", "kernel_shape", "window"]),
        ("pool", &["pool_size", "kernel_size", "kernel", "window", "pool_shape"]),
        ("strides", &["stride", "subsample"]),
        ("dilation", &["dilation_rate", "dilations"]),
        ("filters", &["out_channels", "nb_filter", "num_filters", "n_filters", "num_output", "channels"]),
        ("groups", &["group"]),
        ("padding", &["pad", "pads", "border_mode"]),
        ("use_bias", &["bias", "bias_term"]),
        (
            "units",
            &[
                "out_features",
                "output_dim",
                "embedding_dim",
                "hidden_size",
                "num_output",
                "num_units",
                "n_units",
                "neurons",
                "size",
                "nodes",
            ],
        ),
        ("activation", &["act", "nonlinearity", "activation_fn", "activation_function"]),
        ("function", &["activation", "act", "type", "activation_fn"]),
        ("rate", &["p", "prob", "probability", "ratio", "dropout_ratio", "dropout_rate", "drop_prob"]),
        ("epsilon", &["eps"]),
        ("shape", &["target_shape", "new_shape", "size", "dims", "unflattened_size"]),
        ("axis", &["dim", "concat_dim"]),
        // Training.
        ("data", &["dataset", "data_set"]),
        ("optimizer", &["optim", "optimiser"]),
        ("schedule", &["lr_schedule", "lr_scheduler", "scheduler", "learning_rate_schedule"]),
        ("warm_up", &["warmup", "warmup_steps", "num_warmup_steps"]),
        ("early_stopping", &["early_stop"]),
        ("loss", &["criterion", "loss_fn", "loss_function", "objective"]),
        ("class_weights", &["class_weight", "weight"]),
        (
            "clip_norm",
            &["clipnorm", "global_clipnorm", "gradient_clip_val", "max_grad_norm", "grad_clip", "gradient_clipping"],
        ),
        ("metrics", &["metric"]),
        ("batch_size", &["batch", "bs", "batchsize", "mini_batch_size", "train_batch_size"]),
        ("epochs", &["epoch", "n_epochs", "nb_epoch", "num_epochs", "max_epochs", "num_train_epochs", "max_epoch"]),
        ("seed", &["random_seed", "random_state", "manual_seed"]),
        ("limit", &["max_samples", "num_samples", "limit_train_batches"]),
        ("validation_split", &["val_split", "validation_fraction", "val_fraction", "test_size"]),
        ("validation_data", &["val_data"]),
        ("share", &["fraction", "split", "ratio"]),
        ("mixed", &["shuffle", "random"]),
        // Optimizers.
        ("learning_rate", &["lr", "lr0", "eta", "base_lr", "learning_rate_init"]),
        ("weight_decay", &["wd", "l2", "l2_penalty"]),
        ("beta_1", &["beta1", "b1"]),
        ("beta_2", &["beta2", "b2"]),
        ("rho", &["alpha", "decay_rate"]),
        // Schedules.
        ("every", &["step_size", "period"]),
        ("factor", &["gamma", "decay"]),
    ],
    advice: &[
        (
            &["lr", "lr0", "eta", "base_lr", "learning_rate"],
            "it belongs to the optimizer: `optimizer: {adam: {learning_rate: 0.001}}`, or on the command line `--set \
             train.optimizer.learning_rate=0.001`",
        ),
        (&["momentum"], "it belongs to the optimizer: `optimizer: {sgd: {momentum: 0.9}}`"),
        (&["weight_decay", "wd"], "it belongs to the optimizer: `optimizer: {adamw: {weight_decay: 0.01}}`"),
        (&["betas"], "write them one by one: `beta_1: 0.9, beta_2: 0.999`"),
        (&["patience"], "it belongs to early stopping: `early_stopping: 3`"),
        (&["callbacks"], "write `early_stopping`, `schedule` or `clip_norm` in `train`"),
        (&["cos_lr"], "write `schedule: cosine`"),
        (&["warmup_epochs"], "write `warm_up` as a number of steps"),
        (&["t_max", "total_iters", "decay_steps"], "leave it out: the schedule ends with the last epoch"),
        (&["eta_min", "min_lr"], "write `minimum` as a fraction of the learning rate"),
        (&["min_delta"], "leave it out: every lower loss counts"),
        (&["restore_best_weights"], "leave it out: the best weights are always kept"),
        (&["mode"], "leave it out: a lower loss and a higher accuracy are better"),
        (
            &["in_channels", "in_features", "num_features", "input_channels", "in_planes", "nb_channel"],
            "leave it out: it follows from the layer before",
        ),
        (
            &["input_shape", "batch_input_shape", "batch_shape", "input_dim"],
            "it belongs to the model, above `layers`: `input: [784]`",
        ),
        (&["data_format", "dim_ordering"], "leave it out: images are always channels, height, width"),
        (&["keep_prob"], "write `rate`, the fraction that is dropped: 1 − `keep_prob`"),
        (&["negative_slope", "alpha"], "leave it out: the slope of `leaky_relu` is 0.2"),
        (
            &[
                "kernel_initializer",
                "bias_initializer",
                "depthwise_initializer",
                "init",
                "weight_filler",
                "bias_filler",
            ],
            "leave it out: weights start Glorot-uniform, biases at 0",
        ),
        (
            &["kernel_regularizer", "bias_regularizer", "activity_regularizer"],
            "write `weight_decay` in the optimizer: `optimizer: {adamw: {weight_decay: 0.01}}`",
        ),
        (&["verbose"], "it belongs to the command line: `--quiet`"),
        (&["workers", "num_workers", "n_jobs"], "it belongs to the command line: `--threads`"),
        (&["device", "gpus", "accelerator"], "it belongs to the command line: `--device`"),
        (&["shuffle"], "leave it out: training samples are shuffled in every epoch"),
        (&["imgsz", "img_size", "image_size"], "leave it out: the size follows from the model's `input`"),
        (
            &[
                "amsgrad",
                "centered",
                "maximize",
                "foreach",
                "fused",
                "capturable",
                "dampening",
                "ceil_mode",
                "padding_mode",
                "affine",
                "track_running_stats",
                "return_indices",
                "inplace",
                "axis",
                "start_dim",
                "end_dim",
                "trainable",
                "dtype",
                "kernel_constraint",
                "bias_constraint",
                "noise_shape",
                "count_include_pad",
            ],
            "leave it out: netviz has no such setting",
        ),
    ],
};

/// Activation functions.
pub(crate) const ACTIVATIONS: Vocabulary = Vocabulary {
    synonyms: &[
        ("linear", &["identity", "none", "null"]),
        ("leaky_relu", &["lrelu"]),
        ("silu", &["swish"]),
        ("sigmoid", &["logistic"]),
    ],
    advice: &[(&["log_softmax"], "write `softmax`: the loss takes the logarithm")],
};

/// Kinds of padding.
pub(crate) const PADDINGS: Vocabulary = Vocabulary {
    synonyms: &[("same", &["half", "same_upper"]), ("valid", &["none", "notset"])],
    advice: &[(&["causal", "full", "same_lower"], "write the number of pixels on every side, such as `padding: 1`")],
};

/// Element types.
pub(crate) const DTYPES: Vocabulary = Vocabulary {
    synonyms: &[("float32", &["float", "f32", "single"]), ("int64", &["int", "integer", "long", "i64", "int32"])],
    advice: &[],
};

/// Data sets.
pub(crate) const DATASETS: Vocabulary =
    Vocabulary { synonyms: &[("mnist", &["mnist_784", "mnist_digits"])], advice: &[] };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset;
    use crate::layer::{self, Activation};
    use crate::loss::LOSSES;
    use crate::metric::METRICS;
    use crate::optimizer::OPTIMIZERS;
    use crate::schedule::SCHEDULES;

    fn find<'a>(vocabulary: &Vocabulary, word: &str, known: &'a [&'a str]) -> Option<Meaning<'a>> {
        vocabulary.find(word, known)
    }

    #[test]
    fn spelling_does_not_matter() {
        let known = ["max_pool2d", "conv2d"];
        for word in ["MaxPool2d", "nn.MaxPool2d", "torch.nn.MaxPool2d()", "MaxPooling2D", "keras.layers.MaxPooling2D"] {
            assert_eq!(find(&KINDS, word, &known), Some(Meaning::Word("max_pool2d")), "{word}");
        }
        assert_eq!(find(&KINDS, "LSTM", &known), None);
    }

    #[test]
    fn a_word_means_what_is_known_in_its_place() {
        assert_eq!(find(&KEYS, "kernel_size", &["filters", "kernel"]), Some(Meaning::Word("kernel")));
        assert_eq!(find(&KEYS, "kernel_size", &["pool", "strides"]), Some(Meaning::Word("pool")));
        assert_eq!(find(&KEYS, "lr", &["learning_rate"]), Some(Meaning::Word("learning_rate")));
        assert!(matches!(find(&KEYS, "lr", &["data", "epochs"]), Some(Meaning::Advice(_))));
        assert_eq!(find(&KEYS, "kernel_size", &["units"]), None);
    }

    /// A synonym of an unknown word would never be found.
    #[test]
    fn every_synonym_leads_to_a_word_that_there_is() {
        let fields = layer::KINDS.iter().flat_map(|kind| kind.fields).chain(crate::spec::Train::fields());
        let fields = fields.chain(OPTIMIZERS.entries.iter().flat_map(|kind| kind.fields));
        let fields = fields.chain(SCHEDULES.entries.iter().flat_map(|kind| kind.fields));
        let fields = fields.chain(LOSSES.entries.iter().flat_map(|kind| kind.fields));
        let fields = fields.chain(METRICS.entries.iter().flat_map(|kind| kind.fields));
        let fields = fields.chain(crate::spec::ValidationSplit::fields()).map(|field| field.name);
        let keys: Vec<&str> = fields.chain(crate::spec::KEYS.iter().copied()).chain(["from"]).collect();
        let kinds: Vec<&str> = layer::KINDS.iter().map(|kind| kind.name).collect();
        for (vocabulary, known) in [(&KINDS, &kinds[..]), (&KEYS, &keys), (&PADDINGS, &["same", "valid"])] {
            for (own, _) in vocabulary.synonyms {
                assert!(known.contains(own), "{own}");
            }
        }
        assert!(ACTIVATIONS.synonyms.iter().all(|(own, _)| Activation::find(own).is_some()));
        assert!(DATASETS.synonyms.iter().all(|(own, _)| dataset::find(own).is_some()));
    }
}
