//! `embedding`: a trained vector for each of a number of values.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{Gather, Initializer, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::Size;
use crate::text::thousands;

pub(super) const KIND: Kind = Kind {
    name: "embedding",
    category: Category::Embedding,
    arity: Arity::One,
    doc: "Replaces each whole number by a trained vector. Its input is `input: {shape: [64], dtype: int64}`.",
    fields: Embedding::FIELDS,
    shorthand: None,
    example: "embedding: {vocabulary: 256, units: 8}",
    example_inputs: &[&[64]],
    takes_integers: true,
    read: read::<Embedding>,
};

layer_arguments! {
    /// An embedding.
    pub struct Embedding {
        /// Number of different values, which count from 0.
        vocabulary: Size,
        /// Length of the vectors.
        units: Size,
    }
}

impl Layer for Embedding {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let shape = [self.vocabulary.get(), self.units.get()];
        let weight = scope.trainable("weight", &shape, Initializer::Embedding);
        let vectors = scope.push(Gather { axis: 0 }, &[weight, inputs[0].into()]);
        let hint = "only the input can be whole numbers: `input: {shape: [64], dtype: int64}`";
        Ok(vec![vectors.map_err(|misfit| misfit.hint(hint))?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        let size = format!("{}×{}", thousands(self.vocabulary.get()), thousands(self.units.get()));
        Glyph::Outline { outline: Outline::Rectangle, lines: vec!["Embedding".into(), size] }
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::DType;
    use crate::layer::tests::{apply, apply_to};

    const EMBEDDING: &str = "embedding: {vocabulary: 256, units: 8}";

    #[test]
    fn every_value_has_a_vector() {
        assert_eq!(apply_to(DType::Int64, EMBEDDING, &[&[64]]), Ok(("64×8".into(), 2048)));
        assert_eq!(apply_to(DType::Int64, EMBEDDING, &[&[3, 5]]), Ok(("3×5×8".into(), 2048)));
    }

    #[test]
    fn values_are_whole_numbers() {
        assert_eq!(apply(EMBEDDING, &[&[64]]), Err("needs whole numbers (int64), but gets float32".into()));
    }
}
