//! Inputs that the fuzz targets have found: those that reach code which no other does, and those of faults that are mended.

#[path = "../../fuzz/src/lib.rs"]
#[allow(dead_code, unreachable_pub, reason = "the fuzz targets take the rest")]
mod targets;

use std::path::Path;
use std::time::{Duration, Instant};

/// For one input, in a debug build.
const MOST: Duration = Duration::from_secs(10);

#[test]
fn every_input_that_was_found_is_read_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/corpus");
    for (target, run) in targets::TARGETS {
        let folder = std::fs::read_dir(corpus.join(target)).expect(target);
        let inputs: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
        assert!(inputs.len() > 10, "{target} has {} inputs", inputs.len());
        for path in inputs {
            let bytes = std::fs::read(&path).expect("an input");
            let start = Instant::now();
            let outcome = std::panic::catch_unwind(|| run(&bytes));
            assert!(outcome.is_ok(), "{} panics", path.display());
            assert!(start.elapsed() < MOST, "{} takes {:?}", path.display(), start.elapsed());
        }
    }
}
