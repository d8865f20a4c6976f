//! Matrix products.

use netviz_model::category::Category::Dense;

use super::call::product;
use super::{Call, Operator, Sizes};

/// A product whose inner dimension is the last one of this operand.
macro_rules! products {
    ($($name:literal $operand:literal;)+) => {
        pub(super) const OPERATORS: &[Operator] = &[
            $(Operator::new($name, Dense).macs(|call| sums(call, $operand)).defaults(SCALES).hidden(&["out_dtype"]),)+
            Operator::new("einsum", Dense).macs(einsum),
            Operator::new("bilinear", Dense).macs(bilinear),
            Operator::new("dot", Dense).macs(|call| product(call.tensor("self")?)),
            Operator::new("vdot", Dense).macs(|call| product(call.tensor("self")?)),
            Operator::new("_trilinear", Dense).macs(|_| None),
            Operator::new("chain_matmul", Dense).macs(|_| None),
            Operator::new("linalg_multi_dot", Dense).macs(|_| None),
            Operator::new("tensordot", Dense).macs(|_| None),
        ];
    };
}

/// The factors of a sum.
const SCALES: &[(&str, &str)] = &[("alpha", "1"), ("beta", "1")];

products! {
    "linear" "input";
    "addmm" "mat1";
    "mm" "self";
    "bmm" "self";
    "matmul" "self";
    "linalg_matmul" "self";
    "mv" "self";
    "addmv" "mat";
    "addbmm" "batch1";
    "baddbmm" "batch1";
    "outer" "self";
    "inner" "self";
    "kron" "self";
    "_int_mm" "self";
    "_scaled_mm" "self";
    "_weight_int8pack_mm" "self";
    "_weight_int4pack_mm" "self";
    "_weight_int4pack_mm_for_cpu" "self";
    "_addmm_activation" "mat1";
    "mkldnn_linear" "self";
}

/// A multiply-add for each output and each value of the inner dimension.
fn sums(call: &Call, operand: &str) -> Option<usize> {
    // Products of vectors, column by row, have no inner dimension.
    let inner = match call.tensor(operand)? {
        [_] if call.outputs.first()?.len() == 2 => 1,
        sizes => (*sizes.last()?)?,
    };
    Some(call.outputs.iter().try_fold(0_usize, |sum, sizes| Some(sum.saturating_add(product(sizes)?)))?.saturating_mul(inner))
}

/// A multiply-add for each output and each pair of values of the two inputs.
fn bilinear(call: &Call) -> Option<usize> {
    Some(call.values()?.saturating_mul(product(call.tensor("weight")?.get(1..)?)?))
}

/// A multiply-add for each combination of all letters of the equation, if there are two operands; none for one.
fn einsum(call: &Call) -> Option<usize> {
    let operands: Vec<&Sizes> = call.tensors("tensors")?.iter().map(Option::as_ref).collect::<Option<_>>()?;
    if operands.len() < 2 {
        return Some(0);
    }
    let equation: String = call.text("equation")?.split_whitespace().collect();
    let inputs = equation.split("->").next()?;
    let mut known: Vec<(char, usize)> = Vec::new();
    let mut rest = 1_usize;
    for (letters, sizes) in inputs.split(',').zip(operands) {
        let named = letters.chars().filter(|&letter| letter != '.').count();
        let unnamed = sizes.len().checked_sub(named)?;
        let (before, after) = letters.split_once("...").unwrap_or((letters, ""));
        let start = before.chars().count();
        let middle = sizes.get(start..start.checked_add(unnamed)?)?;
        // Dimensions without letters are those of the larger operand.
        rest = rest.max(product(middle)?);
        let own = sizes.get(..start)?.iter().chain(sizes.get(start + unnamed..)?);
        for (letter, size) in before.chars().chain(after.chars()).zip(own) {
            let size = (*size)?;
            match known.iter_mut().find(|(other, _)| *other == letter) {
                Some((_, most)) => *most = size.max(*most),
                None => known.push((letter, size)),
            }
        }
    }
    Some(known.iter().fold(rest, |product, (_, size)| product.saturating_mul(*size)))
}

#[cfg(test)]
mod tests {
    use netviz_model::schema::ArgValue;

    use super::super::Value;
    use super::*;

    #[test]
    fn equations_count_all_letters() {
        for (equation, operands, macs) in [
            ("ij,jk->ik", [vec![2, 3], vec![3, 5]], Some(30)),
            ("...ij, ...jk -> ...ik", [vec![7, 2, 3], vec![7, 3, 5]], Some(210)),
            ("bhqd,bkhd", [vec![1, 4, 8, 16], vec![1, 8, 4, 16]], Some(4 * 8 * 8 * 16)),
            ("ij,jk", [vec![2], vec![3, 5]], None),
        ] {
            let sizes = operands.map(|sizes| Some(sizes.into_iter().map(Some).collect()));
            let arguments = [
                ("equation", Value::Setting(ArgValue::name(equation))),
                ("tensors", Value::Tensors(sizes.to_vec())),
            ];
            assert_eq!(einsum(&Call { arguments: &arguments, outputs: &[] }), macs, "{equation}");
        }
    }
}
