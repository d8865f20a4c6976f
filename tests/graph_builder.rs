//! Networks built from Rust, without a model file.

use netviz::Model;
use netviz::exchange::onnx;
use netviz::formats;
use netviz::graph::{Graph, GraphBuilder, Output};
use netviz::ir::{self, Opaque, Operand, TensorType};
use netviz::layer;
use netviz::picture::Options;
use netviz::schema::ArgValue;
use netviz::views::VIEWS;
use netviz::weights::{TensorData, Weights};

fn relu(units: usize) -> [(&'static str, ArgValue); 2] {
    [("units", units.into()), ("activation", "relu".into())]
}

/// A skip connection.
fn built() -> Graph {
    let mut graph = GraphBuilder::new("skip");
    let input = graph.input("input", &[16]).expect("an input");
    let dense = || layer::dense().units(8).activation("relu");
    let first = graph.add("first", dense(), &[input]).expect("a layer");
    let second = graph.add("second", dense().units(4).units(8), &[first]).expect("a layer");
    let sum = graph.add("sum", layer::add(), &[first, second]).expect("a layer");
    graph.finish(&[sum]).expect("a graph")
}

#[test]
fn a_network_from_rust_is_the_one_from_yaml() {
    let text = "name: skip
input: [16]
layers:
  - dense: {name: first, units: 8, activation: relu}
  - dense: {name: second, units: 8, activation: relu}
  - add: {name: sum, from: [first, second]}
";
    let (built, read) = (built(), Model::from_text(text).expect("a model").graph);
    assert_eq!(built.program(), read.program());
    for view in VIEWS {
        let svg = |graph: &Graph| {
            formats::svg(
                netviz::picture(graph, None, &Options { view: Some(view), ..Options::default() })
                    .scene()
                    .expect("small"),
            )
        };
        assert_eq!(svg(&built), svg(&read), "{}", view.name);
    }
    assert_eq!(netviz::graph::differences(&built, &read), []);
}

#[test]
fn an_operation_is_drawn_in_every_view_and_format() {
    let mut graph = GraphBuilder::new("operations");
    let input = graph.input("input", &[3, 8, 8]).expect("an input");
    let pooled = graph.operation("pooled", ir::MaxPool(ir::Window::new(&[2, 2])), &[input]).expect("an operation");
    let tanh = graph.operation("tanh", ir::Tanh, &[pooled]).expect("an operation");
    let joined = graph.operation("joined", ir::Concat { axis: 1 }, &[pooled, tanh]).expect("an operation");
    let graph = graph.finish(&[joined]).expect("a graph");
    assert_eq!(graph.output_type(graph.output()).to_string(), "6×7×7");
    assert!(graph.runnable().is_ok());
    for view in VIEWS {
        for format in formats::FORMATS {
            let options = Options { view: Some(view), ..Options::default() };
            let bytes = (format.write)(&netviz::picture(&graph, None, &options)).expect("a picture").bytes;
            assert!(!bytes.is_empty(), "{} of {}", format.name, view.name);
        }
    }
}

#[test]
fn what_does_not_fit_is_an_error_with_advice() {
    let mut graph = GraphBuilder::new("wrong");
    let input = graph.input("input", &[4]).expect("an input");
    let error = |result: Result<Output, netviz::diagnostics::Diagnostic>| result.expect_err("an error").to_string();
    let dense = |graph: &mut GraphBuilder, name: &str, arguments: &[(&str, ArgValue)]| {
        graph.layer(name, "dense", arguments, &[input])
    };
    assert_eq!(error(graph.layer("a", "denze", &[], &[input])), "unknown layer `denze`\nhelp: did you mean `dense`?");
    assert_eq!(
        error(dense(&mut graph, "a", &[("unit", 3.into())])),
        "unknown key `unit` in `dense`\nhelp: did you mean `units`?"
    );
    assert!(error(dense(&mut graph, "a", &[("units", 0.into())])).starts_with("`units`: expected a whole number"));
    assert!(error(graph.add("a", layer::dense(), &[input])).starts_with("missing key `units` in `dense`"));
    let tanhh = layer::dense().units(1).activation("tanhh");
    assert!(error(graph.add("a", tanhh, &[input])).contains("did you mean `tanh`?"));
    assert!(error(dense(&mut graph, "a", &[])).starts_with("missing key `units` in `dense`"));
    assert!(error(dense(&mut graph, "a/b", &relu(1))).starts_with("`a/b` is not a name"));
    assert!(error(dense(&mut graph, "input", &relu(1))).starts_with("only an input can be named `input`"));
    assert!(
        error(graph.layer("a", "conv2d", &[("filters", 1.into()), ("kernel", 1.into())], &[input]))
            .starts_with("`a` needs an image")
    );
    assert!(error(graph.layer("a", "add", &[], &[input])).starts_with("`a` (add) needs two inputs or more"));
    assert!(error(graph.input("input", &[3])).starts_with("duplicate name `input`"));
    assert!(error(graph.input("again", &[3, 0])).starts_with("a sample has 1 to"));
    assert!(error(graph.output(input, 1)).starts_with("`input` has no output 1"));
    assert!(error(graph.input("logits", &[3])).starts_with("an input cannot be named `logits`"));
    // What failed has left nothing behind.
    let a = dense(&mut graph, "a", &relu(2)).expect("a layer");
    let unused = dense(&mut graph, "b", &relu(2)).expect("a layer");
    let finished = graph.finish(&[a]).expect_err("an error").to_string();
    assert!(finished.starts_with("`b` is not used"), "{finished} {unused:?}");
    let mut nothing = GraphBuilder::new("nothing");
    let input = nothing.input("input", &[4]).expect("an input");
    let split = ir::Split { axis: 1, sizes: vec![0, 4] };
    let none = nothing.operation("split", split, &[input]).expect("an operation");
    assert!(error(nothing.add("a", layer::dense().units(1), &[none])).contains("sizes of at least 1"));
    let empty = GraphBuilder::new("empty");
    assert!(empty.finish(&[a]).expect_err("an error").to_string().starts_with("the network has no input"));
}

#[test]
fn everything_that_cannot_be_run_is_named() {
    let mut graph = GraphBuilder::new("strange");
    let input = graph.input("input", &[4]).expect("an input");
    let strange = |name: &str| Opaque {
        domain: "com.example".into(),
        name: name.into(),
        outputs: vec![TensorType::batch(ir::DType::Float32, &[4])],
        ..Opaque::default()
    };
    let first = graph.operation("a", ir::Op::Opaque(Box::new(strange("Frob"))), &[input]).expect("an operation");
    let second = graph.operation("b", ir::Op::Opaque(Box::new(strange("Twiddle"))), &[first]).expect("an operation");
    let graph = graph.finish(&[second]).expect("a graph");
    let obstacles = graph.runnable().expect_err("two operations");
    let messages: Vec<&str> = obstacles.iter().map(|obstacle| obstacle.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`a/Frob` uses the operation `Frob`, which netviz cannot run",
            "`b/Twiddle` uses the operation `Twiddle`, which netviz cannot run",
        ]
    );
    assert_eq!(graph.program().instructions()[1].inputs, [Operand::Value(graph.program().instructions()[0].output())]);
    assert!(!formats::svg(netviz::picture(&graph, None, &Options::default()).scene().expect("small")).is_empty());
}

/// Two inputs, one of a length that is known by name only, and two outputs.
fn several() -> Graph {
    let mut graph = GraphBuilder::new("several");
    let image = graph.input("image", &[3, 8, 8]).expect("an input");
    let length = ir::Dim::Symbol("length".into());
    let text = TensorType::new(ir::DType::Float32, [ir::Dim::BATCH, length, 4.into()]);
    let text = graph.input_with_type("text", text).expect("an input");
    let pooled = graph.operation("pooled", ir::GlobalAveragePool, &[image]).expect("an operation");
    let flat = graph.layer("flat", "flatten", &[], &[pooled]).expect("a layer");
    let other = graph.operation("tanh", ir::Tanh, &[text]).expect("an operation");
    graph.finish(&[flat, other]).expect("a graph")
}

#[test]
fn several_inputs_and_outputs_and_sizes_that_are_not_known_are_drawn() {
    let graph = several();
    assert_eq!(graph.inputs().len(), 2);
    assert_eq!(graph.outputs().len(), 2);
    let obstacles = graph.runnable().expect_err("two inputs");
    let messages: Vec<&str> = obstacles.iter().map(|obstacle| obstacle.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the network has 2 inputs: `image`, `text`",
            "the network has 2 outputs: `flat`, `tanh`",
            "`text` is float32 N×length×4, of which not every size is known",
            "`tanh/Tanh` is float32 N×length×4, of which not every size is known",
        ]
    );
    for view in VIEWS {
        for format in formats::FORMATS {
            let options = Options { view: Some(view), ..Options::default() };
            let bytes = (format.write)(&netviz::picture(&graph, None, &options)).expect("a picture").bytes;
            assert!(!bytes.is_empty(), "{} of {}", format.name, view.name);
        }
        let picture = netviz::draw(&graph, None, &Options { view: Some(view), ..Options::default() });
        let svg = picture.expect("a picture").svg();
        assert!(svg.contains("length×4"), "{}", view.name);
    }
}

/// Probabilities that something else needs stay in the file.
#[test]
fn probabilities_are_exported_where_the_network_needs_them() {
    let network = |needed: bool| {
        let mut graph = GraphBuilder::new("probabilities");
        let input = graph.input("x", &[4]).expect("an input");
        let first = graph.add("first", layer::dense().units(3).activation("softmax"), &[input]).expect("a layer");
        let second = graph.add("second", layer::dense().units(2), &[if needed { first } else { input }]);
        graph.finish(&[first, second.expect("a layer")]).expect("a graph")
    };
    for (needed, name) in [(true, "output"), (false, "logits")] {
        let graph = network(needed);
        let program = graph.program();
        let tensors = program.parameters().iter().map(|parameter| TensorData::Float(vec![0.5; parameter.elements()]));
        let weights = Weights::new(program, tensors.collect()).expect("one for each parameter");
        let bytes = onnx::write(program, &weights);
        assert_eq!(onnx::check(&bytes, program, &weights), Ok(()));
        assert_eq!(onnx::output_name(program), name);
    }
}

#[test]
fn weights_of_another_network_are_refused() {
    let (graph, other) = (built(), several());
    let weights = Weights::new(other.program(), Vec::new()).expect("a network without parameters");
    let options = Options { view: Some(&VIEWS[0]), ..Options::default() };
    let refused = netviz::draw(&graph, Some(&weights), &options).expect_err("other weights").to_string();
    assert!(refused.starts_with("skip has 4 parameter tensors, not 0"), "{refused}");
    let mut wrong: Vec<TensorData> = vec![TensorData::Float(vec![0.0; 3])];
    wrong.extend((0..3).map(|_| TensorData::Float(Vec::new())));
    let refused = Weights::new(graph.program(), wrong).expect_err("too few values").to_string();
    assert!(refused.starts_with("the values of `first.weight` are not those of its shape"), "{refused}");
}

#[test]
fn only_a_batch_can_be_trained() {
    let mut graph = GraphBuilder::new("constant");
    let ty = TensorType::sized(ir::DType::Float32, &[4]);
    let input = graph.input_with_type("input", ty).expect("an input");
    let tanh = graph.operation("tanh", ir::Tanh, &[input]).expect("an operation");
    assert!(graph.input("empty", &[]).is_err() && graph.input("zero", &[3, 0]).is_err());
    let obstacles = graph.finish(&[tanh]).expect("a graph").runnable().expect_err("no batch");
    assert_eq!(obstacles[0].message, "`input` is float32 4, not a batch of samples");
}

#[test]
fn an_output_is_named_once_and_a_changed_input_is_a_difference() {
    let network = |size: usize| {
        let mut graph = GraphBuilder::new("two");
        let inputs = [4, size].map(|size| graph.input(&format!("in{size}"), &[size]).expect("an input"));
        let [a, b] = inputs.map(|input| input);
        (graph, a, b)
    };
    let (graph, a, b) = network(3);
    assert!(graph.finish(&[a, b, a]).expect_err("twice").to_string().starts_with("`in4` is an output twice"));
    let [before, after] = [3, 5].map(|size| {
        let (graph, a, b) = network(size);
        graph.finish(&[a, b]).expect("a graph")
    });
    assert!(!netviz::graph::differences(&before, &after).is_empty());
    let (mut graph, a, _) = network(3);
    let reshaped = graph.add("reshaped", layer::reshape().shape([-1, 2]), &[a]);
    assert!(reshaped.is_ok(), "{reshaped:?}");
}
