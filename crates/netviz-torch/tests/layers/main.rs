//! Layers compute what those of PyTorch do, and have the same gradients.

use netviz::Model;
use netviz::weights::{TensorData, Weights};
use netviz_torch::network::{Mode, Network};
use serde_json::Value;
use tch::{Kind, Tensor};

fn numbers(value: &Value) -> Vec<f32> {
    let numbers = value.as_array().expect("a list").iter();
    #[expect(clippy::cast_possible_truncation, reason = "they are single precision")]
    numbers.map(|number| number.as_f64().expect("a number") as f32).collect()
}

fn close(found: &Tensor, expected: &Value, what: &str) {
    let expected = Tensor::from_slice(&numbers(expected));
    let found = found.to_kind(Kind::Float).flatten(0, -1);
    assert_eq!(found.size(), expected.size(), "{what}");
    assert!(found.allclose(&expected, 1e-5, 1e-5, false), "{what}: {found} and {expected}");
}

#[test]
fn layers_compute_what_those_of_pytorch_do() {
    let stored: Value = serde_json::from_str(include_str!("values.json")).expect("JSON");
    for (kind, cases) in stored.as_object().expect("kinds") {
        for case in cases.as_array().expect("cases") {
            let what = format!("{kind}, {}", case["name"]);
            let model = Model::from_text(case["model"].as_str().expect("a model"));
            let program = model.unwrap_or_else(|problems| panic!("{what}: {problems}")).graph.program().clone();
            let parameters = case["parameters"].as_object().expect("parameters");
            assert_eq!(program.parameters().len(), parameters.len(), "{what}");
            let weights = program.parameters().iter().map(|parameter| {
                TensorData::Float(numbers(
                    parameters.get(&parameter.name).unwrap_or_else(|| panic!("{}", parameter.name)),
                ))
            });
            let weights = Weights::new(&program, weights.collect()).expect("values of every shape");
            let input = program.value(program.input());
            let sizes =
                input.ty.sample().expect("a sample").into_iter().map(|size| i64::try_from(size).expect("small"));
            let sizes: Vec<i64> = [case["batch"].as_i64().expect("a number")].into_iter().chain(sizes).collect();
            let kind = if input.ty.dtype().is_float() { Kind::Float } else { Kind::Int64 };
            let input = Tensor::from_slice(&numbers(&case["input"])).reshape(sizes).to_kind(kind);
            let output = program.output();

            let mut network = Network::with_weights(program.clone(), &weights).expect("memory");
            let found = network.forward(&input, output, Mode::Train).expect("an output");
            close(&found, &case["output"], &what);
            let direction = Tensor::from_slice(&numbers(&case["direction"])).reshape_as(&found);
            (found * direction).sum(Kind::Float).backward();
            for (parameter, tensor) in program.parameters().iter().zip(network.trainable()) {
                close(&tensor.grad(), &case["gradients"][&parameter.name], &format!("{what}, {}", parameter.name));
            }
        }
    }
}
