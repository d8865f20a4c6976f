//! The contents of exported files, and checks that reading them back detects errors.

use netviz::exchange::Error;
use netviz::exchange::onnx::{self, output_name};
use netviz::exchange::safetensors::{self, state_dict};
use netviz::weights::{TensorData, Weights};

use crate::weights::made_up;
use crate::{GALLERY, program};

#[test]
fn the_same_weights_give_the_same_bytes() {
    for (name, text) in GALLERY {
        let (first, second) = (program(text), program(text));
        assert_eq!(onnx::write(&first, &made_up(&first)), onnx::write(&second, &made_up(&second)), "{name}");
        assert_eq!(state_dict(&first, &made_up(&first)), state_dict(&second, &made_up(&second)), "{name}");
    }
}

#[test]
fn what_was_written_reads_back_as_equal() {
    for (name, text) in GALLERY {
        let program = program(text);
        let weights = made_up(&program);
        assert_eq!(onnx::check(&onnx::write(&program, &weights), &program, &weights), Ok(()), "{name}");
        let bytes = safetensors::write(&program, &weights);
        assert_eq!(safetensors::check(&bytes, &program, &weights), Ok(()), "{name}");
        assert_eq!(safetensors::read(&bytes, &program).as_ref(), Ok(&weights), "{name}");
    }
}

#[test]
fn weights_that_are_not_numbers_are_exported_as_they_are() {
    let program = program("{input: [2], layers: [dense: {units: 1, use_bias: false}]}");
    let weights = Weights::new(&program, vec![TensorData::Float(vec![f32::NAN, f32::NEG_INFINITY])]).expect("two");
    assert_eq!(onnx::check(&onnx::write(&program, &weights), &program, &weights), Ok(()));
    assert_eq!(safetensors::check(&safetensors::write(&program, &weights), &program, &weights), Ok(()));
}

#[test]
fn only_a_softmax_at_the_end_makes_the_output_logits() {
    let name = |layers: &str| output_name(&program(&format!("{{input: [3], layers: [{layers}]}}"))).to_owned();
    assert_eq!(name("dense: {units: 2, activation: softmax}"), "logits");
    assert_eq!(name("dense: {units: 2, activation: sigmoid}"), "output");
    assert_eq!(name("activation: softmax"), "input");
}

#[test]
fn a_count_of_batches_stays_with_the_checkpoint() {
    let program = program("{input: [3], layers: [batch_norm]}");
    let weights = made_up(&program);
    let holds = |bytes: &[u8]| find(bytes, b"num_batches_tracked").is_some();
    assert!(holds(&state_dict(&program, &weights)));
    assert!(!holds(&onnx::write(&program, &weights)));
}

#[test]
fn one_other_bit_in_any_weight_is_noticed() {
    let program = program(GALLERY[2].1);
    let weights = made_up(&program);
    let (model, checkpoint) = (onnx::write(&program, &weights), safetensors::write(&program, &weights));
    for (parameter, tensor) in program.parameters().iter().zip(weights.tensors()) {
        let TensorData::Float(values) = tensor else { continue };
        let last: Vec<u8> = values[values.len().saturating_sub(2)..].iter().flat_map(|v| v.to_le_bytes()).collect();
        let flipped = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let place = find(&bytes, &last).expect("the values are in the file");
            bytes[place] ^= 1;
            bytes
        };
        let name = &parameter.name;
        let difference = onnx::check(&flipped(&model), &program, &weights).expect_err(name).to_string();
        assert_eq!(difference, format!("the file does not hold the weights of `{name}`"));
        let difference = safetensors::check(&flipped(&checkpoint), &program, &weights).expect_err(name).to_string();
        assert_eq!(difference, format!("the file has other values of `{name}`"));
    }
}

#[test]
fn a_file_that_is_cut_is_noticed() {
    let program = program("{input: [3], layers: [dense: 2]}");
    let weights = made_up(&program);
    let bytes = onnx::write(&program, &weights);
    for length in 0..bytes.len() {
        assert!(onnx::check(&bytes[..length], &program, &weights).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn another_network_with_the_same_weights_is_noticed() {
    let cases = [
        ("dense: 2", "dense: 2, activation: relu", "the file has another number of nodes"),
        (
            "dense: {units: 2, activation: relu}",
            "dense: {units: 2, activation: elu}",
            "the file has another node for `dense_1/Relu`",
        ),
        ("add: {from: [input, input]}", "concat: {from: [input, input]}", "the file has another node for `add_1/Add`"),
        (
            "batch_norm: {name: a}, concat: {from: [input, a]}",
            "batch_norm: {name: a}, concat: {from: [a, input]}",
            "the file has another node for `concat_1/Concat`",
        ),
        ("batch_norm", "batch_norm: {epsilon: 0.1}", "the file has another node for `batch_norm_1/BatchNormalization`"),
        ("dropout: 0.5", "dropout: 0.25", "the file has another node for `dropout_1/Dropout`"),
        ("reshape: [2, 2]", "reshape: [4, 1]", "the file has another node for `reshape_1/Reshape`"),
        ("dense: 2, activation: softmax", "dense: 2", "the file has values of another name or shape"),
    ];
    for (layers, other, message) in cases {
        let [program, other] = [layers, other].map(|layers| program(&format!("{{input: [4], layers: [{layers}]}}")));
        let bytes = onnx::write(&other, &made_up(&other));
        let difference = onnx::check(&bytes, &program, &made_up(&program)).expect_err(layers);
        assert_eq!(difference.to_string(), message, "{layers}");
    }
}

#[test]
fn another_name_is_noticed_wherever_it_stands() {
    let program = program("{input: [4], layers: [dense: {units: 4, name: a}, dense: {units: 4, name: b}, dense: 4]}");
    let weights = made_up(&program);
    let bytes = onnx::write(&program, &weights);
    let places: Vec<usize> = (0..bytes.len()).filter(|&place| bytes[place..].starts_with(b"b/Gemm")).collect();
    // A node's name and output, the input of the next, and the value's type.
    assert_eq!(places.len(), 4);
    for place in places {
        let mut bytes = bytes.clone();
        bytes[place] = b'a';
        assert!(onnx::check(&bytes, &program, &weights).is_err(), "renamed at byte {place}");
    }
}

#[test]
fn weights_of_another_model_are_refused_one_by_one() {
    let dense = program("{input: [4], layers: [dense: {units: 3, name: a}, dense: {units: 2, name: b}]}");
    let other = program("{input: [4], layers: [dense: {units: 5, name: a}, dense: {units: 2, name: c}]}");
    let error = safetensors::read(&state_dict(&other, &made_up(&other)), &dense).expect_err("other weights");
    let Error::Mismatch(differences) = error else { panic!("{error}") };
    let expected = [
        "`a.weight` is 5×4 of F32; expected 3×4 of F32",
        "`a.bias` is 5 of F32; expected 3 of F32",
        "`b.weight` is missing; expected 2×3 of F32",
        "`b.bias` is missing; expected 2 of F32",
        "`c.bias` is not part of the model",
        "`c.weight` is not part of the model",
    ];
    assert_eq!(differences, expected);
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[test]
fn files_say_what_the_network_expects_of_its_images() {
    let (_, text) = GALLERY[0];
    let trained = program(text);
    let weights = made_up(&trained);
    let other = program(text.split("train:").next().expect("the layers"));
    let holds = |bytes: &[u8]| bytes.windows(20).any(|window| window == b"netviz.preprocessing");
    for (with, without) in [
        (onnx::write(&trained, &weights), onnx::write(&other, &weights)),
        (safetensors::write(&trained, &weights), safetensors::write(&other, &weights)),
    ] {
        assert!(holds(&with) && !holds(&without));
    }
    assert!(onnx::check(&onnx::write(&other, &weights), &trained, &weights).is_err());
    assert!(safetensors::check(&safetensors::write(&other, &weights), &trained, &weights).is_err());
    assert_eq!(
        safetensors::write(&trained, &weights),
        safetensors::write(&trained, &weights),
        "the order of metadata is fixed"
    );
}
