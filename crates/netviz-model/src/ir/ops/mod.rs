//! The operations, each declared once in the file of its family.
//!
//! A declaration is a struct of attributes that implements [`Operation`], and its name in [`declare!`] below. From these
//! come [`Op`], its methods and the table [`OPS`].

mod infer;
mod opaque;

pub use infer::{Misfit, Operands};
pub use opaque::Opaque;

use std::fmt;

use super::attribute::OnnxForm;
use super::types::TensorType;
use crate::category::Category;

/// The types of the operands of an operation, in order; absent ones are `None`.
pub type OperandTypes = Vec<Option<TensorType>>;

/// An operation: its attributes, and what follows from them.
pub trait Operation: Into<Op> {
    /// The name of the ONNX operator.
    const NAME: &'static str;
    /// The first opset of ONNX in which the operator has this meaning and form.
    const SINCE: i64;
    /// The category, which decides the colour.
    const CATEGORY: Category;
    /// Whether it draws random numbers in training.
    const IS_RANDOM: bool = false;
    /// Whether its result is probabilities, and its input the logits that a loss should use.
    const GIVES_PROBABILITIES: bool = false;

    /// The types of the outputs.
    ///
    /// # Errors
    /// Why the operands do not fit. It never panics, whatever the operands are.
    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit>;

    /// Floating-point operations for one sample in inference: a multiplication and an addition count as two; a
    /// comparison, or a function of one value such as `tanh`, as one. `None` if a size is not known.
    fn flops(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize>;

    /// Multiply-adds of matrix products and convolutions for one sample, each of which counts as one; none unless stated
    /// otherwise. `None` if a size is not known.
    fn macs(&self, _operands: &Operands, _outputs: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    /// Attributes and constant operands in ONNX.
    fn form(&self) -> OnnxForm;

    /// Reads what [`Self::form`] gives; `None` for a use of the operator that has no counterpart here.
    fn read(form: &OnnxForm) -> Option<Self>;

    /// Operations with the types of operands that fit them; tests run all of them.
    fn examples() -> Vec<(Self, OperandTypes)>;
}

/// The version of ONNX's operators whose meaning the operations have. It is described in ONNX's [changelog] up to this
/// number.
///
/// [changelog]: https://github.com/onnx/onnx/blob/v1.13.1/docs/Changelog.md
pub const OPSET: i64 = 18;

/// What is known about every operation of one kind.
#[non_exhaustive]
pub struct OpInfo {
    /// The name of the ONNX operator.
    pub name: &'static str,
    /// The first opset of ONNX in which the operator has this meaning and form.
    pub since: i64,
    /// The category, which decides the colour; `None` if it differs from one operation to another.
    pub category: Option<Category>,
    /// Whether it draws random numbers in training.
    pub is_random: bool,
    /// Whether its result is probabilities, and its first operand the logits that a loss should use.
    pub gives_probabilities: bool,
    /// Reads attributes and constant operands of ONNX; `None` for a use that has no counterpart here.
    pub read: fn(&OnnxForm) -> Option<Op>,
    /// Operations with the types of operands that fit them.
    pub examples: fn() -> Vec<(Op, OperandTypes)>,
}

impl OpInfo {
    const fn of<T: Operation>() -> Self {
        Self {
            name: T::NAME,
            since: T::SINCE,
            category: Some(T::CATEGORY),
            is_random: T::IS_RANDOM,
            gives_probabilities: T::GIVES_PROBABILITIES,
            read: |form| T::read(form).map(Into::into),
            examples: || T::examples().into_iter().map(|(op, operands)| (op.into(), operands)).collect(),
        }
    }
}

impl fmt::Debug for OpInfo {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("OpInfo").field(&self.name).finish()
    }
}

/// Declares the families, the enum [`Op`], its methods and the table [`OPS`].
macro_rules! declare {
    ($($family:ident: $($op:ident),+;)+) => {
        $(mod $family;)+
        $(pub use $family::{$($op),+};)+
        pub use convolution::{Axis, Window};

        /// An operation. The enum is closed: an engine matches on all variants.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Op {
            $($(
                #[doc = concat!("See [`", stringify!($op), "`](struct@", stringify!($op), ").")]
                $op($op),
            )+)+
            /// An operation that is shown and kept, but neither run nor trained.
            Opaque(Box<Opaque>),
        }

        $($(
            impl From<$op> for Op {
                fn from(op: $op) -> Self {
                    Self::$op(op)
                }
            }
        )+)+

        /// Every operation but [`Opaque`], in the order of declaration.
        pub const OPS: &[OpInfo] = &[$($(OpInfo::of::<$op>()),+),+];

        impl Op {
            /// What is known about every operation of this kind.
            pub fn info(&self) -> &'static OpInfo {
                match self {
                    $($(Self::$op(_) => const { &OpInfo::of::<$op>() },)+)+
                    Self::Opaque(_) => &opaque::INFO,
                }
            }

            /// The types of the outputs.
            ///
            /// # Errors
            /// Why the operands do not fit.
            pub fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
                match self {
                    $($(Self::$op(op) => op.infer(operands),)+)+
                    Self::Opaque(op) => Ok(op.outputs.clone()),
                }
            }

            /// See [`Operation::flops`].
            pub fn flops(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
                match self {
                    $($(Self::$op(op) => op.flops(operands, outputs),)+)+
                    Self::Opaque(op) => op.flops,
                }
            }

            /// See [`Operation::macs`].
            pub fn macs(&self, operands: &Operands, outputs: &[TensorType]) -> Option<usize> {
                match self {
                    $($(Self::$op(op) => op.macs(operands, outputs),)+)+
                    Self::Opaque(op) => op.macs,
                }
            }

            /// Attributes and constant operands in ONNX.
            pub fn form(&self) -> OnnxForm {
                match self {
                    $($(Self::$op(op) => op.form(),)+)+
                    Self::Opaque(_) => OnnxForm::default(),
                }
            }
        }
    };
}

declare! {
    linear: Gemm;
    convolution: Conv;
    pooling: MaxPool, AveragePool, GlobalAveragePool;
    normalization: BatchNormalization, LayerNormalization, Lrn;
    activation: Relu, LeakyRelu, Elu, Sigmoid, HardSigmoid, HardSwish, Softplus, Tanh, Erf, Clip, Softmax;
    random: Dropout;
    gather: Gather;
    recurrent: Lstm;
    elementwise: Add, Mul;
    shape: Flatten, Reshape, Concat, Split, Transpose;
}

impl Op {
    /// The category, which decides the colour; `None` if nothing is known about the operation.
    pub fn category(&self) -> Option<Category> {
        match self {
            Self::Opaque(op) => op.category,
            _ => self.info().category,
        }
    }

    /// The name of the operator.
    pub fn name(&self) -> &str {
        match self {
            Self::Opaque(op) => &op.name,
            _ => self.info().name,
        }
    }
}

#[cfg(test)]
mod tests;
