//! Types of values, in which the batch is `N`.

use netviz_model::ir::{DType, Dim, TensorType};

use super::{Frame, Walker};
use crate::pytorch::dtype;
use crate::pytorch::operators::Sizes;
use crate::pytorch::schema::{Argument, ExportedProgram, InputSpec, Size, TensorMeta};
use crate::pytorch::symbols::Expression;

impl Walker<'_> {
    /// The type of a tensor as pictures show it: without a leading batch of 1.
    pub(super) fn shown(&self, meta: &TensorMeta) -> TensorType {
        let dims: Vec<Dim> = meta.sizes.iter().map(|size| self.dim(size)).collect();
        let dtype = dtype(meta.dtype).unwrap_or(DType::Undefined);
        match (&self.batch, &dims[..]) {
            (Dim::Size(1), [Dim::Size(1), rest @ ..]) if !rest.is_empty() => {
                TensorType::new(dtype, std::iter::once(Dim::BATCH).chain(rest.iter().cloned()))
            }
            _ => TensorType::new(dtype, dims),
        }
    }

    /// A size as a number, a symbol, or a formula with symbols.
    fn dim(&self, size: &Size) -> Dim {
        let expression = match size {
            Size::Int(_) => return size.known().map_or(Dim::Unknown, Dim::Size),
            Size::Expression(expression) => expression.expr_str.as_ref(),
            Size::Other(_) => return Dim::Unknown,
        };
        let Some(expression) = Expression::parse(expression) else { return Dim::Unknown };
        let given = |name: &str| self.given(name);
        if let Some(size) = expression.value(&given).and_then(|value| usize::try_from(value).ok()) {
            return Dim::Size(size);
        }
        match expression.renamed(&|name| self.renamed(name)) {
            Expression::Symbol(name) if name == "N" => Dim::BATCH,
            Expression::Symbol(name) => Dim::Symbol(name.into()),
            // In parentheses, since other sizes follow.
            formula => Dim::Symbol(format!("({formula})").into()),
        }
    }

    /// The size that a symbol is given on the command line, also as it is shown.
    fn given(&self, name: &str) -> Option<i64> {
        let size = self.file.dims.get(name).or_else(|| self.file.dims.get(&self.renamed(name.to_owned())))?;
        i64::try_from(*size).ok()
    }

    /// The name of a symbol in pictures.
    fn renamed(&self, name: String) -> String {
        match &self.batch {
            Dim::Symbol(batch) if *batch == name => "N".into(),
            // Only the batch is `N`.
            _ if name == "N" => "N_2".into(),
            _ => name,
        }
    }

    /// The text of a computed size.
    pub(super) fn size(&self, name: &str, frame: &Frame) -> String {
        frame.graph.sym_int_values.get(name).map_or_else(|| "?".into(), |size| self.dim(size).to_string())
    }

    /// The sizes of a tensor, where the batch is 1.
    pub(super) fn sizes(&self, meta: &TensorMeta) -> Sizes {
        let symbol = |name: &str| match &self.batch {
            Dim::Symbol(batch) if *batch == name => Some(self.given(name).unwrap_or(1)),
            _ => self.given(name),
        };
        let size = |size: &Size| match size {
            Size::Expression(expression) => {
                usize::try_from(Expression::parse(&expression.expr_str)?.value(&symbol)?).ok()
            }
            Size::Int(_) | Size::Other(_) => size.known(),
        };
        meta.sizes.iter().map(size).collect()
    }
}

/// The batch of a network: the symbol that its first input starts with, or 1 if all inputs start with that.
pub(super) fn batch(program: &ExportedProgram) -> Dim {
    let module = &program.graph_module;
    let tensor = |spec: &InputSpec| match spec {
        InputSpec::User(user) => match &user.arg {
            Argument::Tensor(tensor) => module.graph.tensor_values.get(tensor.name.as_ref()),
            _ => None,
        },
        _ => None,
    };
    let inputs: Vec<&TensorMeta> = module.signature.input_specs.iter().filter_map(tensor).collect();
    let is_one = |meta: &&TensorMeta| meta.sizes.len() < 2 || meta.sizes.first().and_then(Size::known) == Some(1);
    match inputs.iter().find_map(|meta| meta.sizes.first()) {
        Some(Size::Expression(expression)) => match Expression::parse(&expression.expr_str) {
            Some(Expression::Symbol(name)) => Dim::Symbol(name.into()),
            _ => Dim::BATCH,
        },
        Some(Size::Int(1)) if inputs.iter().all(is_one) => Dim::Size(1),
        _ => Dim::BATCH,
    }
}
