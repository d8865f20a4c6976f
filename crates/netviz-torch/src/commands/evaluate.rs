//! `netviz evaluate`

use std::time::Instant;

use netviz::cli::trained::Trained;
use netviz::cli::{EvaluateArgs, Failure, ensure, files};
use serde_json::{Map, Value, json};

use super::memory;
use crate::network::{Footprint, Network};
use crate::observe::json::insert;
use crate::observe::test_line;
use crate::training;
use crate::training::Outcome;

pub(super) fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    let start = Instant::now();
    let Trained { model, program, weights } = Trained::open(&args.run, args.verify)?;
    let spec = model.graph.train().ok_or_else(super::no_train_section)?;
    let device = super::find_device(args.engine.device)?;
    super::use_threads(args.engine.threads.map(usize::from));
    let cache = ensure(spec.data.value, args.engine.offline, args.json)?;
    let batch = Footprint::of_use(&program, program.output()).evaluation_batch();
    memory::check_use("evaluation", &program, batch, memory::test_bytes(spec.data.value))?;
    let network = Network::with_weights(program, &weights)?.on(device)?;
    drop(weights);
    let (test, samples) = training::test(&network, spec, &cache)?;
    let measures = spec.measured().with_loss();
    if args.json {
        let mut object = Map::new();
        insert(&mut object, "test_", &test, &measures);
        object.insert("samples".into(), json!(samples));
        return files::print_data(&format!("{}\n", Value::Object(object)));
    }
    let outcome = Outcome { test, samples, elapsed: start.elapsed(), verdict: None };
    files::print(&format!("{}\n", test_line(&outcome, &measures)))
}
