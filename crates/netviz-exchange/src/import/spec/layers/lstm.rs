//! `lstm`
//!
//! netviz has PyTorch's weights: the gates are input, forget, cell and output, and there are two biases.

use netviz_model::limits;
use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::source::Source;
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] =
    &[onnx(&["LSTM"], of_onnx), aten(&["lstm"], of_aten), keras(&["LSTM"], of_keras), keras(&["Bidirectional"], both)];

/// The weights of one direction.
struct Direction {
    /// Gates × features.
    input: Weight,
    /// Gates × units.
    state: Weight,
    biases: [Weight; 2],
}

/// Adds the layer to a sequence (steps × features), and returns it with its steps.
fn push(call: &mut Call, source: Source, directions: Vec<Direction>) -> Result<(Source, usize, usize), Reason> {
    let &[steps, features] = call.draft.sizes(source) else { return Err(Reason::because("its input is no sequence")) };
    let units = directions.first().and_then(|first| first.state.shape().last().copied()).unwrap_or(0);
    let (count, rows) = (directions.len(), units.saturating_mul(4));
    let fits = |direction: &Direction| {
        *direction.input.shape() == [rows, features]
            && *direction.state.shape() == [rows, units]
            && direction.biases.iter().all(|bias| *bias.shape() == [rows])
    };
    if units == 0 || !(1..=2).contains(&count) || !directions.iter().all(fits) {
        return Err(Reason::because("its weights are not those of an LSTM"));
    }
    let names = [
        ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"],
        ["weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse"],
    ];
    let weights = directions.into_iter().zip(names).flat_map(|(direction, names)| {
        let [first, second] = direction.biases;
        names.into_iter().zip([direction.input, direction.state, first, second])
    });
    let weights = weights.collect();
    let arguments = vec![("units", ArgValue::int(units)), ("bidirectional", ArgValue::Bool(count == 2))];
    let wide = units * count;
    let source = call.push("lstm", arguments, vec![source], weights, vec![vec![steps, wide], vec![wide], vec![wide]]);
    Ok((source, steps, units))
}

fn port(source: Source, port: usize) -> Source {
    Source { port, ..source }
}

/// Whether an operand is omitted, or nothing but zeros.
fn is_zero(call: &Call, index: usize) -> bool {
    match call.operand(index) {
        Known::Absent => true,
        Known::Filled(value) => *value == 0.0,
        Known::Weight(weight) => weight.values().is_ok_and(|values| values.iter().all(|&value| value == 0.0)),
        Known::View(_) | Known::Stack(_) | Known::Size | Known::Lost => false,
    }
}

fn check(is_right: bool, reason: &str) -> Result<(), Reason> {
    if is_right { Ok(()) } else { Err(Reason::because(reason)) }
}

/// Input, output, forget and cell; the sequence has the steps first.
fn of_onnx(call: &mut Call) -> Mapped {
    let view = call.view(0)?;
    let (input, state, bias) = (call.weight(1)?, call.weight(2)?, call.optional(3)?);
    let direction = call.text("direction").unwrap_or("forward").to_owned();
    check(direction != "reverse", "it reads the steps from the end alone")?;
    check(call.int("input_forget", 0) == 0 && call.setting("clip").is_none(), "it limits or couples its gates")?;
    check(matches!(call.operand(4), Known::Absent), "its sequences have different lengths")?;
    check(is_zero(call, 5) && is_zero(call, 6), "it begins with a state")?;
    check(matches!(call.operand(7), Known::Absent), "it has peepholes")?;
    let functions = call.setting("activations").map(|functions| functions.to_string().to_lowercase());
    check(functions.is_none_or(|it| it.starts_with("sigmoid, tanh, tanh")), "it has other activations")?;
    let &[count, rows, units] = state.shape() else {
        return Err(Reason::because("its weights are not those of an LSTM"));
    };
    check(units <= limits::ELEMENTS / 4, "it has too many units")?;
    let gates: Vec<usize> = [0, 2, 3, 1].iter().flat_map(|gate| gate * units..(gate + 1) * units).collect();
    check(rows == units * 4 && view.rank() == 3, "its weights are not those of an LSTM")?;
    let one = |weight: &Weight, index: usize, from: usize| {
        let shape = weight.shape().to_vec();
        let rows = gates.iter().map(|row| from + row).collect();
        weight.taken(0, vec![index]).reshaped(&shape[1..]).map(|weight| weight.taken(0, rows))
    };
    let directions = (0..count).map(|index| {
        let bias = |from| match &bias {
            Some(bias) => one(bias, index, from),
            None => Some(Weight::filled(&[rows], 0.0)),
        };
        let biases = [bias(0)?, bias(rows)?];
        Some(Direction { input: one(&input, index, 0)?, state: one(&state, index, 0)?, biases })
    });
    let directions = directions.collect::<Option<Vec<_>>>().ok_or_else(|| Reason::because("it has no weights"))?;
    let batch_first = call.int("layout", 0) == 1;
    let order = if batch_first { [0, 1, 2] } else { [1, 0, 2] };
    let source = call.draft.arranged(&view, &order)?;
    let (source, steps, units) = push(call, source, directions)?;
    // Both directions are dimensions of their own.
    let (own, sizes) = if count == 2 { (vec![2], vec![steps, 2, units]) } else { (Vec::new(), vec![steps, units]) };
    let last = vec![sizes.len()];
    let axes = if batch_first { vec![vec![0], vec![1], own, last] } else { vec![vec![1], own, vec![0], last] };
    let all = View { source, sizes, axes };
    let (own, sizes) = if count == 2 { (vec![1], vec![2, units]) } else { (Vec::new(), vec![units]) };
    let last = vec![sizes.len()];
    let axes = if batch_first { vec![vec![0], own, last] } else { vec![own, vec![0], last] };
    let end = |number| View { source: port(source, number), sizes: sizes.clone(), axes: axes.clone() };
    Ok(vec![Known::View(all), Known::View(end(1)), Known::View(end(2))])
}

/// Several layers one after the other.
fn of_aten(call: &mut Call) -> Mapped {
    let view = call.view(0)?;
    check(is_zero(call, 1) && is_zero(call, 2), "it begins with a state")?;
    let count = usize::try_from(call.int("num_layers", 1)).unwrap_or(1);
    let directions = if call.flag("bidirectional", false) { 2 } else { 1 };
    let has_biases = call.flag("has_biases", true);
    let batch_first = call.flag("batch_first", false);
    check(view.rank() == 3, "its input is no batch of sequences")?;
    let order = if batch_first { [0, 1, 2] } else { [1, 0, 2] };
    let mut source = call.draft.arranged(&view, &order)?;
    let (mut next, name) = (3, call.name.clone());
    let (mut states, mut steps_units) = ([Vec::new(), Vec::new()], (0, 0));
    for layer in 0..count {
        let mut own = Vec::new();
        for _ in 0..directions {
            let (input, state) = (call.weight(next)?, call.weight(next + 1)?);
            let rows = input.shape()[0];
            let biases = if has_biases {
                [call.weight(next + 2)?, call.weight(next + 3)?]
            } else {
                [Weight::filled(&[rows], 0.0), Weight::filled(&[rows], 0.0)]
            };
            next += if has_biases { 4 } else { 2 };
            own.push(Direction { input, state, biases });
        }
        if count > 1 {
            call.name = name.as_ref().map(|name| format!("{name}_{layer}"));
        }
        let (made, steps, units) = push(call, source, own)?;
        (source, steps_units) = (made, (steps, units));
        for (number, states) in states.iter_mut().enumerate() {
            let state = port(made, number + 1);
            states.push(View::whole(state, &[units * directions]));
        }
    }
    let (steps, units) = steps_units;
    let axes = if batch_first { vec![vec![0], vec![1], vec![2]] } else { vec![vec![1], vec![0], vec![2]] };
    let all = View { source, sizes: vec![steps, units * directions], axes };
    let [hidden, cell] = states.map(|states| match &states[..] {
        [only] if directions == 1 => Known::View(View { axes: vec![Vec::new(), vec![0], vec![1]], ..only.clone() }),
        [only] => Known::View(View { sizes: vec![2, units], axes: vec![vec![1], vec![0], vec![2]], ..only.clone() }),
        _ if directions == 1 => Known::Stack(states),
        _ => Known::Lost,
    });
    Ok(vec![Known::View(all), hidden, cell])
}

/// The weights of a layer of Keras from an operand on, and how many operands they are.
fn keras_direction(call: &Call, first: usize) -> Result<Direction, Reason> {
    let [input, state] = [call.weight(first)?, call.weight(first + 1)?];
    check(input.shape().len() == 2 && state.shape().len() == 2, "its weights are not those of an LSTM")?;
    let rows = input.shape()[1];
    let bias = if call.flag("use_bias", true) { call.weight(first + 2)? } else { Weight::filled(&[rows], 0.0) };
    let biases = [bias, Weight::filled(&[rows], 0.0)];
    Ok(Direction { input: input.transposed(&[1, 0]), state: state.transposed(&[1, 0]), biases })
}

fn check_keras(call: &Call) -> Result<(), Reason> {
    check(call.text("activation").is_none_or(|it| it == "tanh"), "its `activation` is not tanh")?;
    let recurrent = call.text("recurrent_activation").is_none_or(|it| it == "sigmoid");
    check(recurrent, "its `recurrent_activation` is not sigmoid")?;
    check(!call.flag("go_backwards", false), "it reads the steps from the end alone")
}

fn of_keras(call: &mut Call) -> Mapped {
    check_keras(call)?;
    let view = call.view(0)?;
    let weights = keras_direction(call, 1)?;
    outputs(call, &view, vec![weights])
}

fn both(call: &mut Call) -> Mapped {
    check(call.text("layer") == Some("LSTM"), "the layer inside is no LSTM")?;
    check(call.text("merge_mode").is_none_or(|it| it == "concat"), "its directions are not joined behind each other")?;
    call.without(&["backward_layer"])?;
    check_keras(call)?;
    check(!call.flag("return_state", false), "it returns the states of both directions")?;
    let view = call.view(0)?;
    let count = if call.flag("use_bias", true) { 3 } else { 2 };
    let weights = vec![keras_direction(call, 1)?, keras_direction(call, 1 + count)?];
    outputs(call, &view, weights)
}

fn outputs(call: &mut Call, view: &View, directions: Vec<Direction>) -> Mapped {
    check(view.rank() == 3, "its input is no sequence")?;
    let source = call.draft.arranged(view, &[0, 1, 2])?;
    let count = directions.len();
    let (source, steps, units) = push(call, source, directions)?;
    let state = |number| Known::View(View::whole(port(source, number), &[units * count]));
    let result = if call.flag("return_sequences", false) {
        Known::View(View::whole(source, &[steps, units * count]))
    } else {
        state(1)
    };
    Ok(if call.flag("return_state", false) { vec![result, state(1), state(2)] } else { vec![result] })
}
