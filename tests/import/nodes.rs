//! The models with which onnx tests its own operators.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use netviz::Model;
use netviz::ir::{Container, Dim, TensorType};
use netviz::picture::Options;
use serde_json::Value;

/// Models whose results have sizes that only a run gives, although small inputs are known.
const DEPENDS_ON_VALUES: &[&str] = &[
    // How many boxes are left, and how many different values or words there are.
    "test_nonmaxsuppression",
    "test_nonzero",
    "test_string_split",
    "test_strnorm",
    "test_unique",
    // The size of a slice from the number of the iteration on.
    "test_loop11",
    // The shape of a variable whose type the loop does not state.
    "test_range_bfloat16_type_positive_delta_expanded",
    "test_range_float16_type_positive_delta_expanded",
    // What a list has that is empty at first.
    "test_sequence_map",
];

/// A model without the types of its results.
struct Case {
    path: PathBuf,
    operators: BTreeSet<String>,
    outputs: Vec<Value>,
}

/// The models of a folder of onnx's package, or of the one in `NETVIZ_ONNX_DATA`, stripped of the types of their results.
fn cases(family: &str) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make test` makes it from tests/requirements.txt", python.display());
    let run = |arguments: &[&Path]| {
        let output = Command::new(&python).args(arguments).output().expect("python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let data = std::env::var("NETVIZ_ONNX_DATA").unwrap_or_else(|_| {
        let script = "import onnx.backend.test, os; print(os.path.dirname(onnx.backend.test.__file__) + '/data')";
        run(&[Path::new("-c"), Path::new(script)]).trim().to_owned()
    });
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("onnx").join(family);
    let text = run(&[&root.join("tests/onnx_strip.py"), &out, &Path::new(&data).join(family)]);
    let case = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a line of JSON");
        let texts = |key: &str| value[key].as_array().expect("a list").iter();
        Case {
            path: value["path"].as_str().expect("a path").into(),
            operators: texts("operators").map(|text| text.as_str().expect("a name").to_owned()).collect(),
            outputs: value["outputs"].as_array().expect("a list").clone(),
        }
    };
    text.lines().map(case).collect()
}

/// What became of a result.
#[derive(Debug, PartialEq)]
enum Outcome {
    Equal,
    Unknown,
    Wrong,
}

/// Compares an inferred type with a stated one, of which sizes may be unknown.
fn compare(found: &TensorType, stated: &Value, batch: &Dim) -> Outcome {
    let containers = found.containers().iter().map(|container| match container {
        Container::Sequence => 's',
        Container::Optional => 'o',
        Container::Map(_) => 'm',
    });
    if stated[2] != containers.collect::<String>() {
        return Outcome::Wrong;
    }
    let same_dtype = stated[0] == found.dtype().name();
    let (Some(dims), Some(sizes)) = (found.dims(), stated[1].as_array()) else {
        let is_known = stated[1].is_null();
        return if !same_dtype {
            Outcome::Wrong
        } else if is_known {
            Outcome::Equal
        } else {
            Outcome::Unknown
        };
    };
    if !same_dtype || dims.len() != sizes.len() {
        return Outcome::Wrong;
    }
    let one = |dim: &Dim, size: &Value| match (dim, size.as_u64()) {
        (_, None) => Outcome::Equal,
        (Dim::Size(found), Some(size)) if *found as u64 == size => Outcome::Equal,
        (Dim::Size(_), Some(_)) => Outcome::Wrong,
        // A leading batch of one is shown as `N`.
        (dim, Some(1)) if *dim == Dim::BATCH && *batch == Dim::Size(1) => Outcome::Equal,
        _ => Outcome::Unknown,
    };
    let outcomes: Vec<Outcome> = dims.iter().zip(sizes).map(|(dim, size)| one(dim, size)).collect();
    let worst = [Outcome::Wrong, Outcome::Unknown].into_iter().find(|worst| outcomes.contains(worst));
    worst.unwrap_or(Outcome::Equal)
}

/// Reads and draws all models of a family, and compares the inferred types of their results with the stated ones.
fn check(family: &str, least: usize) {
    let cases = cases(family);
    assert!(cases.len() >= least, "only {} models", cases.len());
    let mut problems = Vec::new();
    let [mut equal, mut unknown] = [0, 0];
    for case in &cases {
        let name = case.path.file_stem().expect("a name").to_string_lossy().into_owned();
        let model = match Model::from_path(&case.path) {
            Ok(model) => model,
            Err(errors) => {
                problems.extend(errors.into_iter().map(|error| format!("{name}: {}", error.message)));
                continue;
            }
        };
        let graph = model.graph.detailed();
        assert_eq!(graph.outputs().len(), case.outputs.len(), "{name}");
        for (&output, stated) in graph.outputs().iter().zip(&case.outputs) {
            let found = graph.ty(output);
            match compare(found, stated, graph.batch()) {
                Outcome::Equal => equal += 1,
                Outcome::Unknown if name.rsplit('.').next() == Some("plain") => unknown += 1,
                Outcome::Unknown if DEPENDS_ON_VALUES.iter().any(|it| name.starts_with(it)) => unknown += 1,
                outcome => {
                    let found = found.signature();
                    problems.push(format!("{name}: {outcome:?}: {found}, not {stated} ({:?})", case.operators));
                }
            }
        }
        for warning in &model.warnings {
            problems.push(format!("{name}: {}", warning.message));
        }
        // A panic must not hide the problems of other models.
        match catch_unwind(AssertUnwindSafe(|| model.draw(&Options::default()).map(drop))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => problems.push(format!("{name} is not drawn: {}", error.message)),
            Err(_) => problems.push(format!("{name} cannot be drawn without a panic")),
        }
    }
    let summary = format!("{family}: {} models, {equal} results inferred, {unknown} unknown", cases.len());
    assert!(problems.is_empty(), "{summary}\n{}", problems.join("\n"));
    assert!(equal > unknown, "{summary}");
}

#[test]
fn node() {
    check("node", 1500);
}

#[test]
fn simple() {
    check("simple", 1);
}

#[test]
fn light() {
    check("light", 9);
}

#[test]
fn pytorch_converted() {
    check("pytorch-converted", 50);
}

#[test]
fn pytorch_operator() {
    check("pytorch-operator", 20);
}
