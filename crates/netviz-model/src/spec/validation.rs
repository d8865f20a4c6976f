//! `validation_split` and `validation_data`: the samples that validate each epoch.

use crate::dataset::Split;
use crate::diagnostics::Problems;
use crate::schema::arguments::{ArgValue, Argument, Arguments, Field, Reader, Settings, ToValue, arguments};
use crate::schema::values::{Fraction, by_name, name_in, names};
use crate::schema::vocabulary::Vocabulary;
use crate::yaml::{Node, Value};

arguments! {
    /// The validation split of the training data.
    pub struct ValidationSplit {
        /// Fraction of the training data kept for validation.
        share: Fraction,
        /// Whether to select the validation samples at random, by the seed, for sorted data; otherwise, the last ones.
        mixed: bool = false,
    }
}

impl ValidationSplit {
    /// No validation split.
    pub const NONE: Self = Self { share: Fraction(0.0), mixed: false };

    /// Number of validation samples out of a number of samples.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of a count is a count")]
    pub fn count(&self, samples: usize) -> usize {
        (samples as f64 * self.share.0) as usize
    }

    /// The keys.
    pub fn fields() -> &'static [Field] {
        <Self as Arguments>::FIELDS
    }
}

impl Argument for ValidationSplit {
    fn expected() -> String {
        "a number of at least 0 and below 1, or a mapping such as {share: 0.1, mixed: true}".into()
    }

    fn hint(node: &Node) -> Option<String> {
        Fraction::hint(node)
    }

    /// A bare number is the fraction.
    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            return Fraction::from_node(node, problems).map(|share| Self { share, mixed: false });
        };
        let known: Vec<&str> = Self::FIELDS.iter().map(|field| field.name).collect();
        Self::read(&mut Reader::new("`validation_split`", node.span, entries, &known, problems))
    }
}

impl ToValue for ValidationSplit {
    fn to_value(&self) -> Option<ArgValue> {
        if self.mixed { Some(ArgValue::arguments(self.settings())) } else { self.share.to_value() }
    }
}

/// The parts of a data set that can be used for validation.
const PARTS: &[(&str, Split)] = &[("test", Split::Test)];

impl Argument for Split {
    fn expected() -> String {
        format!("a part of the data: {}", names(PARTS))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        by_name(node, "part of the data", PARTS, &Vocabulary::NONE, problems)
    }
}

impl ToValue for Split {
    fn to_value(&self) -> Option<ArgValue> {
        name_in(self, PARTS)
    }
}
