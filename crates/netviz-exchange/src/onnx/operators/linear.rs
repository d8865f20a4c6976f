//! Matrix products.

use netviz_model::category::Category::Dense;
use netviz_model::ir::Role::{Constant, Frozen, Trainable};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::common::{broadcast, size, typed, volume};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("Gemm", Dense, gemm).macs(gemm_macs).roles(&[Trainable; 3]).defaults(&[
        ("alpha", "1"),
        ("beta", "1"),
        ("transA", "0"),
        ("transB", "0"),
        ("transB", "1"),
    ]),
    Operator::new("MatMul", Dense, |call| product(call, [0, 1], None)).macs(mat_mul_macs).roles(&[Trainable; 2]),
    Operator::new("MatMulInteger", Dense, |call| product(call, [0, 1], Some(DType::Int32)))
        .macs(mat_mul_macs)
        .roles(&[Frozen, Frozen, Constant, Constant]),
    Operator::new("QLinearMatMul", Dense, quantized)
        .macs(|call, outputs| sums(call.get(0)?, outputs))
        .roles(&[Frozen, Constant, Constant, Frozen, Constant, Constant, Constant, Constant]),
    Operator::new("Einsum", Dense, einsum).macs(einsum_macs).roles(&[Trainable; 2]),
];

pub(super) fn gemm(call: &Call) -> Types {
    let matrix = |index: usize, transposed: bool| -> Result<[Dim; 2], Misfit> {
        match call.dims(index)? {
            Some([a, b]) if transposed => Ok([b.clone(), a.clone()]),
            Some([a, b]) => Ok([a.clone(), b.clone()]),
            None => Ok([Dim::Unknown, Dim::Unknown]),
            Some(dims) => Err(Misfit::new(format!("needs matrices, but gets {} dimensions", dims.len()))),
        }
    };
    let [rows, inner] = matrix(0, call.int("transA", 0) != 0)?;
    let [other, columns] = matrix(1, call.int("transB", 0) != 0)?;
    if !inner.may_equal(&other) {
        return Err(Misfit::new(format!("multiplies {inner} columns with {other} rows")));
    }
    Ok(vec![TensorType::new(call.at(0)?.dtype(), [rows, columns])])
}

pub(super) fn gemm_macs(call: &Call, outputs: &[TensorType]) -> Option<usize> {
    let dims = call.get(0)?.dims()?;
    let inner = dims.get(usize::from(call.int("transA", 0) == 0))?;
    Some(outputs.first()?.elements()?.saturating_mul(size(inner)?))
}

/// The product of two operands as `numpy.matmul` defines it.
pub(super) fn product(call: &Call, [a, b]: [usize; 2], dtype: Option<DType>) -> Types {
    let dtype = dtype.unwrap_or(call.at(a)?.dtype());
    let (Some(a), Some(b)) = (call.dims(a)?, call.dims(b)?) else { return Ok(vec![TensorType::unranked(dtype)]) };
    Ok(vec![TensorType::new(dtype, multiplied(a, b)?)])
}

/// The dimensions of a product of stacks of matrices.
pub(super) fn multiplied(a: &[Dim], b: &[Dim]) -> Result<Vec<Dim>, Misfit> {
    let scalar = || Misfit::new("multiplies a scalar");
    let (inner, other) = (a.last().ok_or_else(scalar)?, &b[b.len().saturating_sub(2)..]);
    let other = other.first().ok_or_else(scalar)?;
    if !inner.may_equal(other) {
        return Err(Misfit::new(format!("multiplies {inner} columns with {other} rows")));
    }
    let stack = |dims: &[Dim]| dims[..dims.len().saturating_sub(2)].to_vec();
    let (first, second) = (stack(a), stack(b));
    let mut dims = broadcast([Some(&first[..]), Some(&second[..])])?.unwrap_or_default();
    dims.extend(a.len().checked_sub(2).map(|row| a[row].clone()));
    dims.extend((b.len() > 1).then(|| b[b.len() - 1].clone()));
    Ok(dims)
}

fn mat_mul_macs(call: &Call, outputs: &[TensorType]) -> Option<usize> {
    sums(call.get(0)?, outputs)
}

/// A multiply-add for each output and each value of the last dimension of an operand.
pub(super) fn sums(operand: &TensorType, outputs: &[TensorType]) -> Option<usize> {
    Some(outputs.first()?.elements()?.saturating_mul(size(operand.dims()?.last()?)?))
}

fn quantized(call: &Call) -> Types {
    let dtype = call.get(7).map_or(DType::UInt8, TensorType::dtype);
    product(call, [0, 3], Some(dtype))
}

/// The letters of an equation: those of each operand, and those of the output.
fn equation(call: &Call) -> Option<(Vec<Vec<char>>, Vec<char>)> {
    let text: String = call.text("equation", "").chars().filter(|letter| !letter.is_whitespace()).collect();
    let (inputs, output) = match text.split_once("->") {
        Some((inputs, output)) => (inputs.to_owned(), Some(output.to_owned())),
        None => (text, None),
    };
    // An ellipsis becomes one letter.
    let letters = |text: &str| -> Vec<char> { text.replace("...", "…").chars().collect() };
    let inputs: Vec<Vec<char>> = inputs.split(',').map(letters).collect();
    let output = output.map_or_else(
        || {
            let all: Vec<char> = inputs.concat();
            let is_once = |letter: &char| all.iter().filter(|other| *other == letter).count() == 1;
            let mut once: Vec<char> = all.iter().copied().filter(|letter| *letter != '…' && is_once(letter)).collect();
            once.sort_unstable();
            all.iter().copied().find(|&letter| letter == '…').into_iter().chain(once).collect()
        },
        |output| letters(&output),
    );
    (inputs.len() == call.count()).then_some((inputs, output))
}

/// The dimension that each letter stands for.
fn letters(call: &Call, inputs: &[Vec<char>]) -> Option<Vec<(char, Vec<Dim>)>> {
    let mut known: Vec<(char, Vec<Dim>)> = Vec::new();
    for (index, letters) in inputs.iter().enumerate() {
        let dims = call.get(index)?.dims()?;
        let ellipsis = dims.len().checked_sub(letters.iter().filter(|&&letter| letter != '…').count())?;
        let mut rest = dims;
        for &letter in letters {
            let count = if letter == '…' { ellipsis } else { 1 };
            let (own, after) = rest.split_at_checked(count)?;
            rest = after;
            match known.iter_mut().find(|(other, _)| *other == letter) {
                Some((_, dims)) => *dims = broadcast([Some(&dims[..]), Some(own)]).ok()??,
                None => known.push((letter, own.to_vec())),
            }
        }
    }
    Some(known)
}

fn einsum(call: &Call) -> Types {
    let dtype = call.at(0)?.dtype();
    let dims = equation(call).and_then(|(inputs, output)| {
        let known = letters(call, &inputs)?;
        let of = |letter: &char| known.iter().find(|(other, _)| other == letter).map(|(_, dims)| dims.clone());
        Some(output.iter().map(of).collect::<Option<Vec<_>>>()?.concat())
    });
    Ok(vec![typed(dtype, dims)])
}

/// A multiply-add for each combination of all letters, if there are two operands; none for one.
fn einsum_macs(call: &Call, _: &[TensorType]) -> Option<usize> {
    if call.count() < 2 {
        return Some(0);
    }
    let (inputs, _) = equation(call)?;
    let known = letters(call, &inputs)?;
    volume(known.iter().flat_map(|(_, dims)| dims))
}
