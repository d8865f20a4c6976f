//! Operations that move values without changing them.

use super::{OperandTypes, Operation};
use super::infer::{Misfit, Operands, axis, product};
use crate::category::Category;
use crate::ir::attribute::{Attribute, ConstantValue, OnnxForm, ints, sizes, to_i64};
use crate::dtype::DType;
use crate::ir::types::{Dim, TensorType};

/// Flattens a tensor into two dimensions: those before an axis, and those from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flatten {
    /// The axis; the batch is axis 0.
    pub axis: i64,
}

/// Changes the shape and keeps the order of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reshape {
    /// The new sizes; 0 copies that of the input, and -1 is inferred.
    pub shape: Vec<i64>,
}

/// Joins tensors along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concat {
    /// The axis; the batch is axis 0, and negative numbers count from the end.
    pub axis: i64,
}

/// Splits a tensor along an axis into parts of these sizes, one output each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The axis; the batch is axis 0, and negative numbers count from the end.
    pub axis: i64,
    /// The sizes of the outputs along the axis.
    pub sizes: Vec<usize>,
}

/// Reorders the dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transpose {
    /// For each dimension of the output, that of the input.
    pub perm: Vec<usize>,
}

impl Operation for Flatten {
    const NAME: &'static str = "Flatten";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Shape;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.at(0)?;
        let Some(dims) = input.dims() else { return Ok(vec![input.with_dims([Dim::Unknown, Dim::Unknown])]) };
        // Unlike other axes, this one may also be the rank itself.
        let at = if usize::try_from(self.axis) == Ok(dims.len()) { dims.len() } else { axis(self.axis, dims.len())? };
        Ok(vec![input.with_dims([product(&dims[..at]), product(&dims[at..])])])
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("axis", Attribute::Int(self.axis))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        Some(Self { axis: form.int("axis", 1)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        vec![(Self { axis: 1 }, vec![Some(TensorType::batch(DType::Float32, &[3, 4, 5]))])]
    }
}

impl Operation for Reshape {
    const NAME: &'static str = "Reshape";
    const SINCE: i64 = 14;
    const CATEGORY: Category = Category::Shape;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.at(0)?;
        let mut rest: Vec<&Dim> = input.dims().unwrap_or_default().iter().collect();
        let mut dims = Vec::new();
        let mut known = Some(1_usize);
        let mut inferred = None;
        for (index, &size) in self.shape.iter().enumerate() {
            dims.push(match usize::try_from(size) {
                Ok(0) => match input.dims().map(|dims| dims.get(index)) {
                    None => Dim::Unknown,
                    Some(None) => return Err(Misfit::new(format!("copies dimension {index}, which {input} lacks"))),
                    Some(Some(dim)) => {
                        // Copied on both sides, so it does not matter how large it is.
                        if let Some(at) = rest.iter().position(|other| std::ptr::eq(*other, dim)) {
                            rest.remove(at);
                        }
                        dim.clone()
                    }
                },
                Ok(size) => {
                    known = known.and_then(|known| known.checked_mul(size));
                    Dim::Size(size)
                }
                Err(_) if size == -1 && inferred.is_none() => {
                    inferred = Some(index);
                    Dim::Unknown
                }
                Err(_) => return Err(Misfit::new(format!("cannot have a size of {size}"))),
            });
        }
        let sizes: Option<Vec<usize>> = rest.iter().map(|dim| dim.size()).collect();
        let elements = sizes.and_then(|sizes| sizes.iter().try_fold(1_usize, |sum, &size| sum.checked_mul(size)));
        if let (Some(_), Some(elements), Some(known)) = (input.dims(), elements, known) {
            let fits = if inferred.is_some() { known > 0 && elements.is_multiple_of(known) } else { elements == known };
            if !fits {
                let target: Vec<String> = self.shape.iter().map(i64::to_string).collect();
                return Err(Misfit::new(format!("cannot lay out {input} as {}", target.join("×"))));
            }
            if let Some(index) = inferred {
                dims[index] = Dim::Size(elements / known);
            }
        }
        Ok(vec![input.with_dims(dims)])
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    /// A 0 for the batch keeps its name in ONNX's shape inference, where -1 would lose it.
    fn form(&self) -> OnnxForm {
        OnnxForm::constant("shape", ConstantValue::Ints(self.shape.clone()))
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        match form.operand("shape") {
            Some(ConstantValue::Ints(shape)) if form.int("allowzero", 0)? == 0 => Some(Self { shape: shape.clone() }),
            _ => None,
        }
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let input = || vec![Some(TensorType::batch(DType::Float32, &[3, 4]))];
        vec![(Self { shape: vec![0, 2, 6] }, input()), (Self { shape: vec![0, -1] }, input())]
    }
}

impl Operation for Concat {
    const NAME: &'static str = "Concat";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Merge;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let types = operands.several()?;
        let first = types[0];
        let Some(all) = types.iter().map(|ty| ty.dims()).collect::<Option<Vec<_>>>() else {
            return Ok(vec![TensorType::unranked(first.dtype())]);
        };
        let mut dims = all[0].to_vec();
        let axis = axis(self.axis, dims.len())?;
        for (other, ty) in all[1..].iter().zip(&types[1..]) {
            let fits = other.len() == dims.len()
                && (0..dims.len()).all(|index| index == axis || dims[index].may_equal(&other[index]));
            if !fits {
                return Err(Misfit::new(format!("cannot join {first} and {ty} along axis {axis}")));
            }
            for (index, dim) in dims.iter_mut().enumerate() {
                *dim = if index == axis {
                    Dim::compute([dim, &other[index]], |[a, b]| a.checked_add(b))
                } else {
                    dim.or(&other[index]).clone()
                };
            }
        }
        Ok(vec![first.with_dims(dims)])
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("axis", Attribute::Int(self.axis))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        let is_given = form.attributes.iter().any(|(name, _)| *name == "axis");
        Some(Self { axis: form.int("axis", 0).filter(|_| is_given)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let batch = |sample: &[usize]| Some(TensorType::batch(DType::Float32, sample));
        let channels = vec![batch(&[3, 4]), batch(&[1, 4]), batch(&[2, 4])];
        vec![(Self { axis: 1 }, channels), (Self { axis: -1 }, vec![batch(&[3, 4]), batch(&[3, 2])])]
    }
}

impl Operation for Split {
    const NAME: &'static str = "Split";
    const SINCE: i64 = 18;
    const CATEGORY: Category = Category::Shape;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.at(0)?;
        let total = self.sizes.iter().try_fold(0_usize, |sum, &size| sum.checked_add(size));
        let Some(dims) = input.dims() else { return Ok(vec![TensorType::unranked(input.dtype()); self.sizes.len()]) };
        let axis = axis(self.axis, dims.len())?;
        if self.sizes.is_empty() || dims[axis].size().is_some_and(|size| Some(size) != total) {
            let sizes: Vec<String> = self.sizes.iter().map(usize::to_string).collect();
            return Err(Misfit::new(format!("cannot split {} into {}", dims[axis], sizes.join(" and "))));
        }
        let part = |&size: &usize| {
            let sizes = dims.iter().enumerate();
            input.with_dims(sizes.map(|(index, dim)| if index == axis { Dim::Size(size) } else { dim.clone() }))
        };
        Ok(self.sizes.iter().map(part).collect())
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    fn form(&self) -> OnnxForm {
        let sizes = ConstantValue::Ints(self.sizes.iter().map(|&size| to_i64(size)).collect());
        OnnxForm { attributes: vec![("axis", Attribute::Int(self.axis))], constants: vec![("split", sizes)] }
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        match form.operand("split") {
            Some(ConstantValue::Ints(values)) => Some(Self { axis: form.int("axis", 0)?, sizes: sizes(values)? }),
            _ => None,
        }
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let input = || vec![Some(TensorType::batch(DType::Float32, &[3, 4]))];
        let parameter = vec![Some(TensorType::sized(DType::Float32, &[6, 2]))];
        vec![
            (Self { axis: 1, sizes: vec![1, 2] }, input()),
            (Self { axis: -1, sizes: vec![4] }, input()),
            (Self { axis: 0, sizes: vec![2, 2, 2] }, parameter),
        ]
    }
}

impl Operation for Transpose {
    const NAME: &'static str = "Transpose";
    const SINCE: i64 = 13;
    const CATEGORY: Category = Category::Shape;

    fn infer(&self, operands: &Operands) -> Result<Vec<TensorType>, Misfit> {
        let input = operands.at(0)?;
        let rank = self.perm.len();
        let is_permutation = (0..rank).all(|dimension| self.perm.contains(&dimension));
        if !is_permutation || input.dims().is_some_and(|dims| dims.len() != rank) {
            return Err(Misfit::new(format!("cannot reorder the dimensions of {input} as {:?}", self.perm)));
        }
        let dims = self.perm.iter().map(|&from| input.dims().map_or(Dim::Unknown, |dims| dims[from].clone()));
        Ok(vec![input.with_dims(dims)])
    }

    fn flops(&self, _: &Operands, _: &[TensorType]) -> Option<usize> {
        Some(0)
    }

    fn form(&self) -> OnnxForm {
        OnnxForm::attributes([("perm", ints(self.perm.iter().copied()))])
    }

    fn read(form: &OnnxForm) -> Option<Self> {
        Some(Self { perm: sizes(form.ints("perm")?)? })
    }

    fn examples() -> Vec<(Self, OperandTypes)> {
        let input = vec![Some(TensorType::batch(DType::Float32, &[3, 4]))];
        vec![(Self { perm: vec![2, 0, 1] }, input)]
    }
}
