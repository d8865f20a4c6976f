//! Arithmetic, comparisons and choices, value by value.

use std::cmp::Ordering;

use netviz_model::category::Category::{Activation, Merge};
use netviz_model::ir::{DType, TensorType};

use super::call::{Elements, Int, Known};
use super::common::{broadcast, broadcasts, compares, is_early, same, typed, with_dtype};
use super::{Call, Operator, Types};

const fn function(name: &'static str) -> Operator {
    Operator::plain(name, same).flops(1)
}

const fn arithmetic(name: &'static str, value: fn(&Call) -> Option<Known>) -> Operator {
    Operator::new(name, Merge, broadcasts).flops(1).value(value)
}

const fn comparison(name: &'static str, value: fn(&Call) -> Option<Known>) -> Operator {
    Operator::plain(name, compares).flops(1).value(value)
}

pub(super) const OPERATORS: &[Operator] = &[
    arithmetic("Add", |call| binary(call, i64::checked_add, |a, b| a + b, Some(0))),
    arithmetic("Sub", |call| binary(call, i64::checked_sub, |a, b| a - b, Some(0))),
    arithmetic("Mul", |call| binary(call, i64::checked_mul, |a, b| a * b, Some(1))),
    arithmetic("Div", |call| binary(call, i64::checked_div, |a, b| a / b, Some(1))),
    arithmetic("Mod", |call| binary(call, remainder, |a, b| a % b, None)),
    arithmetic("Pow", |call| binary(call, power, f64::powf, Some(1))),
    arithmetic("Max", |call| variadic(call, |a, b| Some(a.max(b)), f64::max)),
    arithmetic("Min", |call| variadic(call, |a, b| Some(a.min(b)), f64::min)),
    arithmetic("Sum", |call| variadic(call, i64::checked_add, |a, b| a + b)),
    Operator::new("Mean", Merge, broadcasts).flops(1),
    comparison("Equal", |call| compare(call, Ordering::is_eq)),
    comparison("Greater", |call| compare(call, Ordering::is_gt)),
    comparison("GreaterOrEqual", |call| compare(call, Ordering::is_ge)),
    comparison("Less", |call| compare(call, Ordering::is_lt)),
    comparison("LessOrEqual", |call| compare(call, Ordering::is_le)),
    comparison("And", |call| binary(call, |a, b| Some(a & b), |_, _| f64::NAN, None)),
    comparison("Or", |call| binary(call, |a, b| Some(a | b), |_, _| f64::NAN, None)),
    comparison("Xor", |call| binary(call, |a, b| Some(a ^ b), |_, _| f64::NAN, None)),
    Operator::plain("Not", compares)
        .flops(1)
        .value(|call| unary(call, |value| Some(i64::from(value == 0)), |_| f64::NAN)),
    Operator::plain("IsNaN", compares).flops(1),
    Operator::plain("IsInf", compares).flops(1),
    arithmetic("BitwiseAnd", |call| binary(call, |a, b| Some(a & b), |_, _| f64::NAN, None)),
    arithmetic("BitwiseOr", |call| binary(call, |a, b| Some(a | b), |_, _| f64::NAN, None)),
    arithmetic("BitwiseXor", |call| binary(call, |a, b| Some(a ^ b), |_, _| f64::NAN, None)),
    function("BitwiseNot"),
    Operator::plain("BitShift", broadcasts).flops(1),
    Operator::plain("Where", choice).flops(1).value(chosen),
    Operator::new("Clip", Activation, same).flops(2).settings(1),
    function("Abs").value(|call| unary(call, i64::checked_abs, f64::abs)),
    function("Neg").value(|call| unary(call, i64::checked_neg, |value| -value)),
    function("Sign"),
    function("Ceil").value(|call| unary(call, Some, f64::ceil)),
    function("Floor").value(|call| unary(call, Some, f64::floor)),
    function("Round").value(|call| unary(call, Some, f64::round_ties_even)),
    function("Reciprocal").value(|call| unary(call, |_| None, |value| 1.0 / value)),
    function("Sqrt").value(|call| unary(call, |_| None, f64::sqrt)),
    function("Exp"),
    function("Log"),
    function("Erf"),
    function("Sin"),
    function("Cos"),
    function("Tan"),
    function("Asin"),
    function("Acos"),
    function("Atan"),
    function("Sinh"),
    function("Cosh"),
    function("Asinh"),
    function("Acosh"),
    function("Atanh"),
    Operator::plain("Identity", same).value(|call| call.value(0).cloned()),
    Operator::plain("Cast", cast).value(casted),
    Operator::plain("CastLike", |call| Ok(vec![with_dtype(call.at(0)?, call.at(1)?.dtype())])),
    Operator::plain("BitCast", bit_cast),
    function("CumSum"),
    function("CumProd"),
    Operator::new("Dropout", netviz_model::category::Category::Regularization, dropout).settings(1),
];

fn remainder(a: i64, b: i64) -> Option<i64> {
    a.checked_rem_euclid(b)
}

fn power(a: i64, b: i64) -> Option<i64> {
    a.checked_pow(u32::try_from(b).ok()?)
}

fn cast(call: &Call) -> Types {
    let ty = call.at(0)?;
    Ok(vec![with_dtype(ty, call.dtype("to").unwrap_or(ty.dtype()))])
}

fn bit_cast(call: &Call) -> Types {
    cast(call)
}

fn dropout(call: &Call) -> Types {
    let input = call.at(0)?;
    // Before opset 10, the mask has the type of the input.
    let mask = if call.opset < 10 { input.clone() } else { with_dtype(input, DType::Bool) };
    Ok(vec![input.clone(), mask])
}

#[expect(clippy::cast_possible_truncation, reason = "as a cast of the operator does")]
fn casted(call: &Call) -> Option<Known> {
    let value = call.value(0)?;
    let to_float = call.dtype("to")?.is_float();
    Some(match &value.elements {
        Elements::Floats(floats) if !to_float => {
            let ints = floats.iter().map(|&value| Int::Known(value as i64)).collect();
            Known { shape: value.shape.clone(), elements: Elements::Ints(ints) }
        }
        Elements::Ints(ints) if to_float => match value.as_floats() {
            Some(floats) => Known { shape: value.shape.clone(), elements: Elements::Floats(floats) },
            // Symbols stay while they are numbers of any kind.
            None => Known { shape: value.shape.clone(), elements: Elements::Ints(ints.clone()) },
        },
        _ => value.clone(),
    })
}

fn choice(call: &Call) -> Types {
    let dims = broadcast(call.types.iter().flatten().map(TensorType::dims))?;
    Ok(vec![typed(call.at(1)?.dtype(), dims)])
}

fn chosen(call: &Call) -> Option<Known> {
    let [condition, yes, no] = [0, 1, 2].map(|index| call.value(index));
    let (condition, yes, no) = (condition?, yes?, no?);
    let shape = common_shape(&[&condition.shape, &yes.shape, &no.shape])?;
    let [condition, yes, no] = [condition, yes, no].map(|value| spread(value, &shape));
    let (Elements::Ints(condition), Elements::Ints(yes), Elements::Ints(no)) = (condition?, yes?, no?) else {
        return None;
    };
    let pick = |((condition, yes), no): ((&Int, &Int), &Int)| match condition.known() {
        Some(0) => no.clone(),
        Some(_) => yes.clone(),
        None if yes == no => yes.clone(),
        None => Int::Unknown,
    };
    Known::ints(shape, condition.iter().zip(&yes).zip(&no).map(pick).collect())
}

pub(super) fn unary(call: &Call, ints: fn(i64) -> Option<i64>, floats: fn(f64) -> f64) -> Option<Known> {
    let value = call.value(0)?;
    let elements = match &value.elements {
        Elements::Ints(values) => {
            let apply = |value: &Int| value.known().and_then(ints).map_or(Int::Unknown, Int::Known);
            Elements::Ints(values.iter().map(apply).collect())
        }
        Elements::Floats(values) => Elements::Floats(values.iter().map(|&value| floats(value)).collect()),
    };
    Some(Known { shape: value.shape.clone(), elements })
}

/// Two operands whose last dimensions belong together.
fn pair<'a>(call: &Call<'a>) -> Option<(&'a Known, &'a Known)> {
    if is_early(call) && call.maybe_int("axis").is_some() { None } else { Some((call.value(0)?, call.value(1)?)) }
}

/// A function of two operands. With the neutral number as the second one, symbols stay.
fn binary(
    call: &Call,
    ints: fn(i64, i64) -> Option<i64>,
    floats: fn(f64, f64) -> f64,
    neutral: Option<i64>,
) -> Option<Known> {
    let (a, b) = pair(call)?;
    combine(a, b, ints, floats, neutral)
}

fn combine(
    a: &Known,
    b: &Known,
    ints: fn(i64, i64) -> Option<i64>,
    floats: fn(f64, f64) -> f64,
    neutral: Option<i64>,
) -> Option<Known> {
    let shape = common_shape(&[&a.shape, &b.shape])?;
    let elements = match (spread(a, &shape)?, spread(b, &shape)?) {
        (Elements::Ints(a), Elements::Ints(b)) => {
            let apply = |(a, b): (&Int, &Int)| match (a, b) {
                (Int::Known(a), Int::Known(b)) => ints(*a, *b).map_or(Int::Unknown, Int::Known),
                (a, Int::Known(b)) if Some(*b) == neutral => a.clone(),
                _ => Int::Unknown,
            };
            Elements::Ints(a.iter().zip(&b).map(apply).collect())
        }
        (Elements::Floats(a), Elements::Floats(b)) => {
            Elements::Floats(a.iter().zip(&b).map(|(&a, &b)| floats(a, b)).collect())
        }
        _ => return None,
    };
    Some(Known { shape, elements })
}

fn variadic(call: &Call, ints: fn(i64, i64) -> Option<i64>, floats: fn(f64, f64) -> f64) -> Option<Known> {
    let mut values = (0..call.count()).map(|index| call.value(index));
    let first = values.next()??.clone();
    values.try_fold(first, |result, value| combine(&result, value?, ints, floats, None))
}

fn compare(call: &Call, holds: fn(Ordering) -> bool) -> Option<Known> {
    let (a, b) = pair(call)?;
    let shape = common_shape(&[&a.shape, &b.shape])?;
    let (a, b) = (spread(a, &shape)?, spread(b, &shape)?);
    let ints = match (&a, &b) {
        (Elements::Ints(a), Elements::Ints(b)) => {
            use std::cmp::Ordering::{Greater, Less};
            let apply = |(a, b): (&Int, &Int)| match (a.known(), b.known()) {
                (Some(a), Some(b)) => Int::Known(i64::from(holds(a.cmp(&b)))),
                // The size that a symbol stands for is not negative.
                (Some(number), None) if number < 0 && matches!(b, Int::Symbol(_)) => Int::Known(i64::from(holds(Less))),
                (None, Some(number)) if number < 0 && matches!(a, Int::Symbol(_)) => {
                    Int::Known(i64::from(holds(Greater)))
                }
                _ => Int::Unknown,
            };
            a.iter().zip(b).map(apply).collect()
        }
        (Elements::Floats(a), Elements::Floats(b)) => {
            let apply = |(a, b): (&f64, &f64)| Int::Known(i64::from(a.partial_cmp(b).is_some_and(holds)));
            a.iter().zip(b).map(apply).collect()
        }
        _ => return None,
    };
    Known::ints(shape, ints)
}

/// The sizes of small tensors that are broadcast together.
fn common_shape(shapes: &[&Vec<usize>]) -> Option<Vec<usize>> {
    let rank = shapes.iter().map(|shape| shape.len()).max()?;
    let at = |shape: &Vec<usize>, index: usize| (index + shape.len()).checked_sub(rank).map_or(1, |index| shape[index]);
    let mut common = Vec::with_capacity(rank);
    for index in 0..rank {
        let sizes: Vec<usize> = shapes.iter().map(|shape| at(shape, index)).collect();
        let size = sizes.iter().copied().find(|&size| size != 1).unwrap_or(1);
        if sizes.iter().any(|&other| other != 1 && other != size) {
            return None;
        }
        common.push(size);
    }
    let count = common.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    (count <= super::MOST).then_some(common)
}

/// Elements broadcast to a shape.
pub(super) fn spread(value: &Known, shape: &[usize]) -> Option<Elements> {
    let count: usize = shape.iter().product();
    let missing = shape.len().checked_sub(value.shape.len())?;
    let place = |mut index: usize| {
        let (mut place, mut step) = (0, 1);
        for axis in (0..shape.len()).rev() {
            let at = index % shape[axis];
            index /= shape[axis];
            if let Some(&size) = axis.checked_sub(missing).map(|axis| &value.shape[axis]) {
                place += if size == 1 { 0 } else { at * step };
                step *= size;
            }
        }
        place
    };
    Some(match &value.elements {
        Elements::Ints(ints) => {
            Elements::Ints((0..count).map(|index| ints.get(place(index)).cloned()).collect::<Option<_>>()?)
        }
        Elements::Floats(floats) => {
            Elements::Floats((0..count).map(|index| floats.get(place(index)).copied()).collect::<Option<_>>()?)
        }
    })
}
