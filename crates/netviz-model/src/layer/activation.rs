//! `activation`: a function applied to every value; also the activation functions of other layers.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, LayerContext, read};
use crate::diagnostics::Problems;
use crate::ir::{self, Op, Scope, TensorType, ValueId};
use crate::schema::arguments::{ArgValue, Argument, Arguments, ToValue};
use crate::schema::values::{by_name, names};
use crate::schema::vocabulary;
use crate::yaml::Node;

pub(super) const KIND: Kind = Kind {
    name: "activation",
    category: Category::Activation,
    arity: Arity::One,
    doc: "Applies an activation function to every value.",
    fields: ActivationLayer::FIELDS,
    shorthand: Some("function"),
    example: "activation: tanh",
    example_inputs: &[&[16, 8, 8]],
    takes_integers: false,
    read: read::<ActivationLayer>,
};

layer_arguments! {
    /// An activation function as a separate layer.
    pub struct ActivationLayer {
        /// Activation function.
        function: Activation,
    }
}

/// An activation function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Activation {
    /// `x`.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// `x` if positive, otherwise `0.2 x`, as in Keras.
    LeakyRelu,
    /// `x` if positive, otherwise `eˣ − 1`.
    Elu,
    /// `x · sigmoid(x)`, also called swish.
    Silu,
    /// `max(0, min(6, x))`.
    Relu6,
    /// `x · Φ(x)`, where Φ is the distribution function of the normal distribution.
    Gelu,
    /// `x · hard_sigmoid(x)`.
    HardSwish,
    /// `max(0, min(1, x / 6 + 1 / 2))`.
    HardSigmoid,
    /// `1 / (1 + e⁻ˣ)`.
    Sigmoid,
    /// `ln(1 + eˣ)`.
    Softplus,
    /// Hyperbolic tangent.
    Tanh,
    /// Probabilities along the first dimension (the channels of an image).
    Softmax,
}

const ACTIVATIONS: [(&str, Activation); 13] = [
    ("linear", Activation::Linear),
    ("relu", Activation::Relu),
    ("leaky_relu", Activation::LeakyRelu),
    ("elu", Activation::Elu),
    ("silu", Activation::Silu),
    ("relu6", Activation::Relu6),
    ("gelu", Activation::Gelu),
    ("hard_swish", Activation::HardSwish),
    ("hard_sigmoid", Activation::HardSigmoid),
    ("sigmoid", Activation::Sigmoid),
    ("softplus", Activation::Softplus),
    ("tanh", Activation::Tanh),
    ("softmax", Activation::Softmax),
];

impl Activation {
    /// The name in a spec.
    pub fn name(self) -> &'static str {
        ACTIVATIONS.iter().find(|&&(_, activation)| activation == self).map_or("", |&(name, _)| name)
    }

    /// The function named `name`.
    pub fn find(name: &str) -> Option<Self> {
        ACTIVATIONS.iter().find(|&&(known, _)| known == name).map(|&(_, activation)| activation)
    }

    /// The function that netviz or another tool calls `name`.
    pub(crate) fn meant(name: &str) -> Option<Self> {
        match vocabulary::ACTIVATIONS.find(name, &ACTIVATIONS.map(|(name, _)| name)) {
            Some(vocabulary::Meaning::Word(name)) => Self::find(name),
            _ => None,
        }
    }

    /// Applies the function to a value.
    pub(super) fn lower(self, scope: &mut Scope, input: ValueId) -> Result<ValueId, Misfit> {
        let op: Op = match self {
            Self::Linear => return Ok(input),
            Self::Silu => {
                let gate = scope.push(ir::Sigmoid, &[input.into()])?;
                return scope.push(ir::Mul, &[input.into(), gate.into()]);
            }
            Self::Gelu => {
                let [root, one, half] = [std::f64::consts::FRAC_1_SQRT_2, 1.0, 0.5].map(|number| scope.number(number));
                let scaled = scope.push(ir::Mul, &[input.into(), root])?;
                let erf = scope.push(ir::Erf, &[scaled.into()])?;
                let doubled = scope.push(ir::Add, &[erf.into(), one])?;
                let weighted = scope.push(ir::Mul, &[input.into(), doubled.into()])?;
                return scope.push(ir::Mul, &[weighted.into(), half]);
            }
            Self::Relu => ir::Relu.into(),
            Self::Relu6 => ir::Clip { min: 0.0, max: 6.0 }.into(),
            Self::HardSwish => ir::HardSwish.into(),
            Self::HardSigmoid => ir::HardSigmoid { alpha: 1.0 / 6.0, beta: 0.5 }.into(),
            Self::LeakyRelu => ir::LeakyRelu { alpha: 0.2 }.into(),
            Self::Elu => ir::Elu { alpha: 1.0 }.into(),
            Self::Sigmoid => ir::Sigmoid.into(),
            Self::Softplus => ir::Softplus.into(),
            Self::Tanh => ir::Tanh.into(),
            Self::Softmax => ir::Softmax { axis: 1 }.into(),
        };
        scope.push(op, &[input.into()])
    }
}

impl Argument for Activation {
    fn expected() -> String {
        format!("an activation: {}", names(&ACTIVATIONS))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        by_name(node, "activation", &ACTIVATIONS, &vocabulary::ACTIVATIONS, problems)
    }
}

impl From<Activation> for ArgValue {
    fn from(activation: Activation) -> Self {
        Self::name(activation.name())
    }
}

impl ToValue for Activation {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::name(self.name()))
    }
}

impl Layer for ActivationLayer {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        Ok(vec![self.function.lower(scope, inputs[0])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        let lines = vec!["Activation Layer".into(), format!("Function: {}", self.function.name())];
        Glyph::Outline { outline: Outline::Octagon, lines }
    }

    fn activation(&self) -> Activation {
        self.function
    }

    fn lint(&self, context: &LayerContext) -> Option<Misfit> {
        let (name, before) = context.activated.filter(|_| self.function != Activation::Linear)?;
        let (before_name, function) = (before.name(), self.function.name());
        let remove = format!("remove this layer, or `activation: {before_name}` of `{name}`");
        let (message, hint) = match (self.function, before) {
            (Activation::Softmax, Activation::Softmax) => {
                // Inputs from 0 to 1: the largest result is e / (e + n − 1).
                let others =
                    context.input.sample().and_then(|sizes| sizes.first().copied()).unwrap_or(0).saturating_sub(1)
                        as f64;
                let most = 100.0 * std::f64::consts::E / (std::f64::consts::E + others);
                let reason = format!("no probability can then be above {most:.0} %");
                (format!("applies softmax a second time, after `{name}`"), format!("{remove}: {reason}"))
            }
            (Activation::Softmax, _) => (
                format!("applies softmax to logits that `{name}` limits with {before_name}"),
                format!("remove `activation: {before_name}` of `{name}`: scores may be any numbers"),
            ),
            (again, before) if again == before => (format!("applies {function} a second time, after `{name}`"), remove),
            _ => (format!("applies {function} to what `{name}` has already passed through {before_name}"), remove),
        };
        Some(Misfit::new(message).hint(hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_activation_has_its_name() {
        for &(name, activation) in &ACTIVATIONS {
            assert_eq!(activation.name(), name);
            assert_eq!(Activation::find(name), Some(activation));
        }
    }
}
