//! Names of classes and directories in Keras' files.

use std::collections::HashMap;

/// The name of a class in the form of variables: `conv2d_transpose`, `re_lu`. It is that of `keras.src.utils.naming`.
pub(super) fn snake_case(class: &str) -> String {
    let letters: Vec<char> = class.chars().filter(|it| it.is_alphanumeric() || *it == '_').collect();
    let upper = |index: usize| letters.get(index).is_some_and(char::is_ascii_uppercase);
    let lower = |index: usize| letters.get(index).is_some_and(char::is_ascii_lowercase);
    let mut split = String::with_capacity(class.len() + 4);
    let mut index = 0;
    // A word of one capital and small letters starts a part of its own, unless it is the first.
    while let Some(&letter) = letters.get(index) {
        split.push(letter);
        index += 1;
        if upper(index) && lower(index + 1) {
            split.push('_');
            split.push(letters[index]);
            index += 1;
            while lower(index) {
                split.push(letters[index]);
                index += 1;
            }
        }
    }
    let mut name = String::with_capacity(split.len() + 2);
    let mut before = '_';
    for letter in split.chars() {
        if before.is_ascii_lowercase() && letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
        before = letter;
    }
    name
}

/// Gives the layers of a model the names of their groups in a file of Keras 3: those of their classes, numbered.
#[derive(Debug, Default)]
pub(super) struct Directories(HashMap<String, usize>);

impl Directories {
    /// The group of the next layer.
    pub(super) fn next(&mut self, class: &str) -> String {
        let name = snake_case(class);
        let count = self.0.entry(name.clone()).and_modify(|count| *count += 1).or_insert(0);
        if *count == 0 { name } else { format!("{name}_{count}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_keras() {
        for (class, name) in [
            ("Dense", "dense"),
            ("ReLU", "re_lu"),
            ("PReLU", "p_re_lu"),
            ("LeakyReLU", "leaky_re_lu"),
            ("ELU", "elu"),
            ("LSTMCell", "lstm_cell"),
            ("GRU", "gru"),
            ("Conv2DTranspose", "conv2d_transpose"),
            ("GlobalAveragePooling2D", "global_average_pooling2d"),
            ("StackedRNNCells", "stacked_rnn_cells"),
            ("ConvLSTM2D", "conv_lstm2d"),
            ("SimpleRNN", "simple_rnn"),
            ("STFTSpectrogram", "stft_spectrogram"),
            ("TFOpLambda", "tf_op_lambda"),
            ("RMSNormalization", "rms_normalization"),
            ("MyNet2", "my_net2"),
        ] {
            assert_eq!(snake_case(class), name);
        }
    }

    #[test]
    fn layers_of_a_class_are_numbered() {
        let mut directories = Directories::default();
        let given = ["Dense", "ReLU", "Dense", "Dense"].map(|class| directories.next(class));
        assert_eq!(given, ["dense", "re_lu", "dense_1", "dense_2"]);
    }
}
