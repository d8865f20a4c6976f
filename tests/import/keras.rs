//! Files of Keras, which `files/keras/make.py` makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use netviz::Model;
use netviz::diagnostics::Diagnostics;
use netviz::exchange::Bytes;
use netviz::exchange::import::{Dims, File, Imported, Nothing, Tensor};
use netviz::exchange::reader_of;
use netviz::graph::{Graph, Source};
use netviz::ir::{Dim, Role};
use netviz::picture::Options;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/keras")
}

fn json(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).expect("a file of the folder");
    serde_json::from_str(&text).expect("JSON")
}

fn open(name: &str) -> Model {
    Model::from_path(folder().join(name)).unwrap_or_else(|problems| panic!("{name}: {problems:?}"))
}

fn read(bytes: impl Into<Bytes>, dims: &[(&str, usize)]) -> Result<Imported, Diagnostics> {
    let dims: BTreeMap<String, usize> = dims.iter().map(|&(name, size)| (name.to_owned(), size)).collect();
    let bytes = bytes.into();
    let reader = reader_of(&bytes, "keras").expect("a format that is read");
    assert_eq!(reader.name, "Keras");
    (reader.read)(&File { name: "model", bytes: &bytes, beside: &Nothing, dims: &Dims::new(dims) })
}

fn read_json(model: &Value, dims: &[(&str, usize)]) -> Result<Imported, Diagnostics> {
    read(model.to_string().into_bytes(), dims)
}

/// The message and the hint of the only problem.
fn problem(result: Result<Imported, Diagnostics>) -> String {
    let problems: Vec<_> = result.expect_err("an error").into_iter().collect();
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    format!("{}: {}", problem.message, problem.hint.as_deref().expect("a hint"))
}

/// Shapes and element types of the outputs, as Keras writes them.
fn outputs(graph: &Graph) -> Value {
    let output = |&source: &Source| {
        let ty = graph.ty(source);
        let dims: Option<Vec<Value>> = ty.dims().map(|dims| dims.iter().map(|dim| json!(dim.size())).collect());
        json!([dims, ty.dtype().name()])
    };
    graph.outputs().iter().map(output).collect()
}

/// Whether something is as expected, where Keras may know less.
fn agree(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| agree(found, expected))
        }
        (_, expected) => expected.is_null() || found == expected,
    }
}

/// The first and the last value.
fn ends(tensor: &Tensor) -> [f64; 2] {
    let values = tensor.floats(usize::MAX).expect("values");
    [values[0], values[values.len() - 1]]
}

#[test]
fn every_layer_gives_the_shapes_and_weights_that_keras_says() {
    let cases = json("layers.json");
    let cases = cases.as_array().expect("a list");
    assert!(cases.len() > 170);
    let mut wrong = Vec::new();
    for case in cases {
        let imported = match read_json(&case["model"], &[]) {
            Ok(imported) => imported,
            Err(problems) => {
                wrong.push(format!("{problems:?}: {case}"));
                continue;
            }
        };
        let parameters = imported.graph.parameters();
        let found = json!({"parameters": parameters.total(), "trainable": parameters.trainable});
        let outputs = outputs(&imported.graph);
        let fits = found["parameters"] == case["parameters"] && found["trainable"] == case["trainable"];
        if !imported.warnings.is_empty() || !fits || !agree(&outputs, &case["outputs"]) {
            wrong.push(format!("{found}, {outputs}, {:?}: {case}", imported.warnings));
        }
        let model = Model { graph: imported.graph, warnings: Vec::new(), source: None };
        if model.draw(&Options::default()).is_err() {
            wrong.push(format!("not drawn: {case}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "the weights are single")]
fn weights_are_those_of_the_layers() {
    let expected = json("weights.json");
    for name in [
        "nested.keras",
        "nested.h5",
        "shared.keras",
        "shared.h5",
        "packed.h5",
        "sequence.keras",
        "frames.keras",
        "quantized.keras",
    ] {
        let model = open(name);
        assert_eq!(model.warnings, [], "{name}");
        let stem = if name == "packed.h5" { "shared" } else { name.split('.').next().expect("a stem") };
        let expected = &expected[stem];
        assert_eq!(json!(model.graph.parameters().total()), expected["parameters"], "{name}");
        assert_eq!(json!(model.graph.parameters().trainable), expected["trainable"], "{name}");
        let parameters = model.graph.program().parameters();
        let tensors = &model.source.as_ref().expect("a foreign file").tensors;
        assert_eq!(parameters.len(), tensors.len());
        let weights = expected["weights"].as_array().expect("a list");
        assert_eq!(parameters.len(), weights.len(), "{name}");
        for weight in weights {
            let path = weight[0].as_str().expect("a path");
            // Keras' names have those of some models in front.
            let is_own =
                |own: &str| path.ends_with(&format!("/{own}")) || own.ends_with(&format!("/{path}")) || own == path;
            let found = parameters.iter().position(|parameter| is_own(&parameter.name));
            let index = found.unwrap_or_else(|| panic!("{name} has no {path}, but {parameters:#?}"));
            assert_eq!(json!(parameters[index].shape), weight[1], "{name}: {path}");
            // Single precision, whatever the digits of the JSON file are read as.
            let single = |number: &Value| number.as_f64().map(|number| number as f32);
            let found = json!(ends(&tensors[index]));
            let [first, last] = [single(&weight[2]), single(&weight[3])];
            assert_eq!([single(&found[0]), single(&found[1])], [first, last], "{name}: {path}");
        }
    }
}

#[test]
fn a_file_says_where_it_comes_from() {
    let about = |name: &str| {
        let origin = open(name).source.expect("a foreign file").origin;
        assert_eq!(origin.format, "Keras");
        assert!(origin.producer.starts_with("Keras 3."), "{}", origin.producer);
        (origin.version, origin.metadata.into_iter().map(|(_, value)| value).next_back().unwrap_or_default())
    };
    assert_eq!(about("nested.keras"), ("archive".to_owned(), "channels last".to_owned()));
    assert_eq!(about("shared.h5"), ("HDF5".to_owned(), String::new()));
}

#[test]
fn a_model_inside_a_model_is_a_group() {
    let model = open("nested.keras");
    let names: Vec<&str> = model.graph.order().map(|index| model.graph.node(index).name.as_str()).collect();
    let inside = |group: &str| names.iter().filter(|name| name.starts_with(&format!("{group}."))).count();
    // The second call of a model is a group of its own.
    assert_eq!([inside("block"), inside("residual"), inside("residual_call_2")], [3, 2, 2], "{names:?}");
    assert_eq!(
        ["block", "residual", "residual_call_2"].map(|group| model.graph.class(group)),
        [Some("Sequential"), Some("Functional"), Some("Functional")]
    );
}

#[test]
fn a_shared_layer_is_a_node_for_each_call_and_counts_once() {
    let model = open("shared.keras");
    let node = |name: &str| {
        let found = model.graph.order().find(|&index| model.graph.node(index).name == name);
        model.graph.node(found.unwrap_or_else(|| panic!("no {name}")))
    };
    assert_eq!([node("tower"), node("tower_call_2")].map(|node| node.parameters.total()), [35, 0]);
    assert_eq!([node("tower"), node("tower_call_2")].map(|node| node.macs), [Some(30); 2]);
    assert_eq!([node("frozen").parameters.trainable, node("frozen").parameters.total()], [0, 35]);
    assert_eq!([model.graph.inputs().len(), model.graph.outputs().len()], [2, 2]);
}

#[test]
fn a_model_for_each_step_is_counted_for_all() {
    let model = open("frames.keras");
    let node =
        |name: &str| model.graph.order().find(|&index| model.graph.node(index).name.contains(name)).expect("a node");
    let separable = node("separable_conv2d");
    // 16 places of 9 + 2 products, in 3 frames.
    assert_eq!(model.graph.node(separable).macs, Some(16 * (9 + 2) * 3));
    assert_eq!(model.graph.output_type(separable).to_string(), "3×4×4×2");
    assert_eq!(model.graph.output_type(node("lstm")).to_string(), "3");
}

#[test]
fn quantized_weights_are_not_trained() {
    let model = open("quantized.keras");
    let roles = model.graph.program().parameters().iter().map(|it| (it.name.as_str(), it.dtype.name(), it.role));
    let expected = [
        ("scale/mean", "float32", Role::Statistic),
        ("scale/variance", "float32", Role::Statistic),
        ("scale/count", "int64", Role::Statistic),
        ("dense/kernel", "int8", Role::Frozen),
        ("dense/bias", "float32", Role::Trainable),
        ("dense/kernel_scale", "float32", Role::Frozen),
    ];
    assert_eq!(roles.collect::<Vec<_>>(), expected);
}

/// A functional model of Keras 3 with an input of these sizes.
fn functional(sizes: &Value, layers: &[Value], output: &str) -> Value {
    let input = json!({"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": sizes}, "inbound_nodes": []});
    let layers: Vec<&Value> = std::iter::once(&input).chain(layers).collect();
    json!({"class_name": "Functional", "config": {"name": "model", "layers": layers, "input_layers": [["x", 0, 0]],
        "output_layers": [[output, 0, 0]]}})
}

/// A layer in the form of Keras 2, which reads others.
fn layer(class: &str, name: &str, config: &Value, reads: &[&str]) -> Value {
    let mut config = config.clone();
    config["name"] = json!(name);
    let node: Vec<Value> = reads.iter().map(|read| json!([read, 0, 0, {}])).collect();
    json!({"class_name": class, "name": name, "config": config, "inbound_nodes": if node.is_empty() { json!([]) } else { json!([node]) }})
}

#[test]
fn sizes_that_are_not_known_have_names_and_can_be_set() {
    let conv = layer(
        "Conv2D",
        "conv",
        &json!({"filters": 4, "kernel_size": [3, 3], "padding": "same", "strides": [2, 2]}),
        &["x"],
    );
    let model = functional(&json!([null, null, null, 3]), &[conv], "conv");
    let unknown = read_json(&model, &[]).expect("a model");
    let ty = |imported: &Imported, index: usize| {
        let nodes: Vec<_> = imported.graph.order().collect();
        imported.graph.output_type(nodes[index]).to_string()
    };
    assert_eq!([ty(&unknown, 0), ty(&unknown, 1)], ["H×W×3", "?×?×4"]);
    assert_eq!(unknown.graph.node(unknown.graph.output()).macs, None);
    let set = read_json(&model, &[("H", 9), ("W", 8)]).expect("a model");
    assert_eq!([ty(&set, 0), ty(&set, 1)], ["9×8×3", "5×4×4"]);
    assert_eq!(set.graph.macs(), 5 * 4 * 4 * 27);
}

#[test]
fn a_fixed_batch_is_the_batch() {
    let model = functional(&json!([32, 5]), &[layer("Dense", "dense", &json!({"units": 3}), &["x"])], "dense");
    let imported = read_json(&model, &[]).expect("a model");
    assert_eq!(*imported.graph.batch(), Dim::Size(32));
    assert_eq!(imported.graph.macs(), 15);
    assert_eq!(imported.graph.output_type(imported.graph.output()).signature(), "float32 N×3");
}

#[test]
fn sequences_of_early_versions_are_read() {
    for config in [
        json!([{"class_name": "Dense", "config": {"name": "d", "units": 10, "activation": "softmax", "batch_input_shape": [null, 784]}}]),
        json!({"name": "s", "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 10, "batch_input_shape": [null, 784]}}]}),
    ] {
        let model =
            json!({"class_name": "Sequential", "config": config, "keras_version": "2.4.0", "backend": "tensorflow"});
        let imported = read_json(&model, &[]).expect("a model");
        assert_eq!(imported.origin.producer, "Keras 2.4.0 with tensorflow");
        assert_eq!(imported.graph.parameters().total(), 7850);
    }
}

#[test]
fn functions_of_tensorflow_are_operations() {
    let call = |function: &str, name: &str, node: Value| json!({"class_name": "TFOpLambda", "name": name, "config": {"name": name, "function": function}, "inbound_nodes": [node]});
    let model = functional(
        &json!([null, 4, 6]),
        &[
            call("math.multiply", "tf.math.multiply", json!(["x", 0, 0, {"y": 0.5}])),
            call("__operators__.add", "tf.add", json!(["tf.math.multiply", 0, 0, {"y": ["x", 0, 0]}])),
            call("math.reduce_mean", "tf.mean", json!(["tf.add", 0, 0, {"axis": 1, "keepdims": true}])),
            call("reshape", "tf.reshape", json!(["tf.mean", 0, 0, {"shape": [-1, 3, 2]}])),
        ],
        "tf.reshape",
    );
    let imported = read_json(&model, &[]).expect("a model");
    assert_eq!(imported.warnings, []);
    let nodes: Vec<_> = imported.graph.order().skip(1).map(|index| imported.graph.node(index).name.clone()).collect();
    assert_eq!(nodes, ["tf_math_multiply", "tf_add", "tf_mean", "tf_reshape"]);
    let types: Vec<_> = imported.graph.order().map(|index| imported.graph.output_type(index).to_string()).collect();
    assert_eq!(types, ["4×6", "4×6", "4×6", "1×6", "3×2"]);
    let category =
        |index: usize| imported.graph.order().nth(index).and_then(|it| imported.graph.node(it).content.category());
    assert!(category(1).is_none() && category(2).is_some(), "a constant joins nothing");
}

#[test]
fn a_class_of_somebody_else_is_drawn_and_said() {
    let own = layer("Mine", "mine", &json!({"factor": 3, "mode": "fast"}), &["x"]);
    let model =
        functional(&json!([null, 5]), &[own, layer("Dense", "dense", &json!({"units": 3}), &["mine"])], "dense");
    let imported = read_json(&model, &[]).expect("a model");
    let messages: Vec<_> = imported.warnings.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`mine` is of the class `Mine`, which is not one of Keras' own",
            "the sizes of some weights of `dense` are not known"
        ]
    );
    let mine = imported.graph.order().nth(1).expect("a node");
    let settings: Vec<_> = imported.graph.settings(mine).iter().map(|it| format!("{} {}", it.name, it.value)).collect();
    assert_eq!(settings, ["factor 3", "mode fast"]);
    assert_eq!(imported.graph.node(mine).macs, None);
}

#[test]
fn damaged_models_are_errors() {
    let dense = |name: &str, reads: &[&str]| layer("Dense", name, &json!({"units": 3}), reads);
    let sizes = json!([null, 5]);
    let cases = [
        (functional(&sizes, &[dense("a", &["b"]), dense("b", &["a"])], "b"), "`a` depends on itself: "),
        (functional(&sizes, &[dense("a", &["a"])], "a"), "`a` depends on itself: "),
        (functional(&sizes, &[dense("a", &["z"])], "a"), "`a` reads `z`, which nothing gives: "),
        (functional(&sizes, &[dense("a", &["x"])], "z"), "`model` reads `z`, which nothing gives: "),
        (
            functional(&sizes, &[layer("Dense", "a", &json!({"units": 3}), &[])], "a"),
            "`model` reads `a`, which nothing gives: ",
        ),
        (json!({"class_name": "Sequential", "config": {"name": "s", "layers": []}}), "the model `s` has no layers: "),
        (json!({"class_name": "Net", "config": {"units": 3}}), "`Net` is no model whose layers are in the file: "),
    ];
    for (model, start) in cases {
        let problem = problem(read_json(&model, &[]));
        assert!(problem.starts_with(start), "{problem}");
    }
}

#[test]
fn huge_and_negative_numbers_do_no_harm() {
    for number in
        [json!(i64::MAX), json!(u64::MAX), json!(-1), json!(0), json!(1e300), json!(null), json!("3"), json!([[]])]
    {
        for (class, config) in [
            ("Dense", json!({"units": number})),
            (
                "Conv2D",
                json!({"filters": number, "kernel_size": [number, number], "strides": number, "groups": number}),
            ),
            (
                "SeparableConv2D",
                json!({"filters": 2, "kernel_size": 1, "depth_multiplier": number, "dilation_rate": number}),
            ),
            ("Conv2DTranspose", json!({"filters": 2, "kernel_size": 2, "strides": number, "output_padding": number})),
            ("MaxPooling2D", json!({"pool_size": number, "strides": number})),
            ("ZeroPadding2D", json!({"padding": number})),
            ("UpSampling2D", json!({"size": number})),
            ("Reshape", json!({"target_shape": [number, number]})),
            ("Permute", json!({"dims": [number, 1, 2]})),
            ("BatchNormalization", json!({"axis": number})),
            ("TimeDistributed", json!({"layer": {"class_name": "LSTM", "config": {"units": number}}})),
            ("ConvLSTM1D", json!({"filters": number, "kernel_size": number})),
            ("MultiHeadAttention", json!({"num_heads": number, "key_dim": number, "attention_axes": number})),
            ("EinsumDense", json!({"equation": "a…b,bc->ac…", "output_shape": number, "bias_axes": "zz"})),
            ("STFTSpectrogram", json!({"frame_length": number, "frame_step": number})),
        ] {
            let model = functional(&json!([null, 7, 6, 4]), &[layer(class, "it", &config, &["x"])], "it");
            let imported = read_json(&model, &[]).unwrap_or_else(|problems| panic!("{problems:?}: {model}"));
            let model = Model { graph: imported.graph, warnings: Vec::new(), source: None };
            let _ = model.draw(&Options::default());
        }
    }
}

#[test]
fn models_that_call_each_other_repeatedly_are_limited() {
    let mut model = functional(&json!([null, 2]), &[layer("Dense", "it", &json!({"units": 2}), &["x"])], "it");
    for _ in 0..14 {
        let mut inner = model;
        inner["name"] = json!("inner");
        let calls: Vec<Value> =
            ["x", "inner", "inner", "inner"].iter().enumerate().map(|(n, from)| json!([[from, n, 0, {}]])).collect();
        inner["inbound_nodes"] = json!(calls);
        model = functional(&json!([null, 2]), &[inner], "inner");
        model["config"]["output_layers"] = json!([["inner", 4, 0]]);
    }
    assert!(problem(read_json(&model, &[])).starts_with("the network has more than 100,000 layers: "));
}

#[test]
fn weights_alone_are_refused_with_advice() {
    let archive = fs::read(folder().join("shared.keras")).expect("a file");
    let start = archive.windows(8).position(|part| part == b"\x89HDF\r\n\x1a\n").expect("an HDF5 file inside");
    let problem = problem(read(archive[start..].to_vec(), &[]));
    assert!(problem.starts_with("the HDF5 file holds no model") && problem.contains("model.save("), "{problem}");
}

#[test]
fn a_circle_of_groups_is_an_error() {
    let circle = fs::read(folder().join("circle.h5")).expect("a file");
    let problem = problem(read(circle, &[]));
    assert!(problem.starts_with("the groups of the HDF5 file are nested more than 64 deep: "), "{problem}");
}

#[test]
fn every_cut_or_changed_file_is_read_or_refused() {
    for name in ["shared.keras", "shared.h5", "packed.h5", "sequence.keras", "quantized.keras"] {
        let whole = fs::read(folder().join(name)).expect("a file");
        let reader = reader_of(&whole, "keras").expect("a format");
        let attempt = |bytes: Vec<u8>| {
            let bytes = Bytes::from(bytes);
            let file = File { name, bytes: &bytes, beside: &Nothing, dims: &Dims::default() };
            if let Ok(imported) = (reader.read)(&file) {
                for tensor in &imported.tensors {
                    let _ = tensor.bytes();
                }
            }
        };
        for length in (0..whole.len()).step_by(whole.len() / 60) {
            attempt(whole[..length].to_vec());
        }
        for place in (0..whole.len()).step_by(whole.len() / 200) {
            for value in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[place] = value;
                attempt(bytes);
            }
        }
    }
}

/// A layer or an operation in the form of Keras 3, which is given the input and constants.
fn called(class: &str, config: &Value, constants: &[Value]) -> Value {
    let mut layer = layer(class, "it", config, &[]);
    let input = json!({"class_name": "__keras_tensor__", "config": {"dtype": "float32", "keras_history": ["x", 0, 0]}});
    let arguments: Vec<&Value> = std::iter::once(&input).chain(constants).collect();
    layer["inbound_nodes"] = json!([{"args": arguments, "kwargs": {}}]);
    layer
}

#[test]
fn parts_of_tensors_have_known_shapes() {
    let operation = |class: &str, config: &Value, arguments: &Value| {
        let mut layer = called(class, config, arguments.as_array().expect("a list"));
        layer["module"] = json!("keras.src.ops.numpy");
        layer
    };
    let slice = |start: Value, stop: Value| json!({"class_name": "__slice__", "config": {"start": start, "stop": stop, "step": null}});
    let ellipsis = json!({"class_name": "__ellipsis__", "config": {}});
    let array = json!({"class_name": "__numpy__", "config": {"value": [[1, 2, 3], [1, 2, 3]], "dtype": "float32"}});
    let cases = [
        ("Split", json!({"indices_or_sections": 2, "axis": 1}), json!([]), json!([null, 3, 4, 2])),
        ("Split", json!({"indices_or_sections": [1, 4], "axis": -2}), json!([]), json!([null, 6, 1, 2])),
        ("Moveaxis", json!({"source": 1, "destination": -1}), json!([]), json!([null, 4, 2, 6])),
        ("OneHot", json!({"num_classes": 7, "axis": -1}), json!([]), json!([null, 6, 4, 2, 7])),
        ("Pad", json!({"pad_width": [[0, 0], [1, 2], [0, 0], [3, 0]]}), json!([]), json!([null, 9, 4, 5])),
        ("Repeat", json!({"repeats": 3, "axis": 2}), json!([]), json!([null, 6, 12, 2])),
        ("Tile", json!({"repeats": [2, 1]}), json!([]), json!([null, 6, 8, 2])),
        ("Take", json!({"axis": 1}), json!([[0, 2]]), json!([null, 2, 4, 2])),
        ("TopK", json!({"k": 1}), json!([]), json!([null, 6, 4, 1])),
        ("BroadcastTo", json!({"shape": [5, 6, 4, 2]}), json!([]), json!([5, 6, 4, 2])),
        ("Matmul", json!({}), json!([array]), json!([null, 6, 4, 3])),
        ("GetItem", json!({}), json!([[ellipsis, slice(json!(1), json!(null))]]), json!([null, 6, 4, 1])),
        ("GetItem", json!({}), json!([[slice(json!(null), json!(null)), -1]]), json!([null, 4, 2])),
    ];
    for (class, config, arguments, expected) in cases {
        let model = functional(&json!([null, 6, 4, 2]), &[operation(class, &config, &arguments)], "it");
        let imported = read_json(&model, &[]).unwrap_or_else(|problems| panic!("{class}: {problems:?}"));
        assert_eq!(outputs(&imported.graph)[0][0], expected, "{class} {config}");
    }
}

/// HDF5 files do not have the modules of layers.
#[test]
fn layers_that_cannot_be_trained_are_no_operations() {
    for (class, config) in [("SpatialDropout2D", json!({"rate": 0.2})), ("Pipeline", json!({"layers": []}))] {
        let model = functional(&json!([null, 6, 4, 2]), &[called(class, &config, &[])], "it");
        let imported = read_json(&model, &[]).expect("a model");
        assert_eq!(outputs(&imported.graph)[0][0], json!([null, 6, 4, 2]), "{class}");
    }
}

#[test]
fn the_batch_that_statistics_come_from_is_not_that_of_the_network() {
    let mut layer = layer("Normalization", "it", &json!({"axis": [-1], "mean": null, "variance": null}), &["x"]);
    layer["build_config"] = json!({"input_shape": [20, 4]});
    let imported = read_json(&functional(&json!([null, 4]), &[layer], "it"), &[]).expect("a model");
    assert_eq!(outputs(&imported.graph)[0][0], json!([null, 4]));
}

#[test]
fn weights_of_4_bits_count_one_by_one() {
    let config = json!({"units": 8, "dtype": {"class_name": "Int4DTypePolicy",
        "config": {"mode": "int4/128", "source_name": "float32"}},
        "quantization_config": {"class_name": "Int4QuantizationConfig", "config": {"block_size": 128}}});
    let model = functional(&json!([null, 16]), &[layer("Dense", "it", &config, &["x"])], "it");
    let imported = read_json(&model, &[]).expect("a model");
    let parameters = imported.graph.parameters();
    assert_eq!((parameters.trainable, parameters.fixed), (8, 16 * 8 + 8 + 8 + 16));
    let bits: Vec<usize> = imported.tensors.iter().map(|tensor| tensor.dtype.bits()).collect();
    assert_eq!(bits, [4, 32, 32, 8, 32]);
}

#[test]
fn matrices_of_low_rank_are_trained_in_place_of_what_they_add_to() {
    for (class, config, [trainable, frozen]) in [
        ("Dense", json!({"units": 5, "lora_rank": 2}), [5 + 4 * 2 + 2 * 5, 4 * 5]),
        ("Embedding", json!({"input_dim": 9, "output_dim": 3, "lora_rank": 2}), [9 * 2 + 2 * 3, 9 * 3]),
    ] {
        let model = functional(&json!([null, 4]), &[layer(class, "it", &config, &["x"])], "it");
        let parameters = read_json(&model, &[]).expect("a model").graph.parameters();
        assert_eq!([parameters.trainable, parameters.fixed], [trainable, frozen], "{class}");
    }
}
