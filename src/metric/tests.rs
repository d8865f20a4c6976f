//! Every metric can be accumulated, and its names are its own.

use super::*;

#[test]
fn names_and_sums_are_used_once() {
    let plain: Vec<_> = MEASURED.iter().filter_map(|entry| entry.plain()).collect();
    let names: Vec<String> = plain.iter().map(|metric| metric.name()).collect();
    let sums: Vec<String> = plain.iter().flat_map(|metric| metric.sums()).collect();
    for list in [names, sums] {
        for (index, name) in list.iter().enumerate() {
            assert!(!list[..index].contains(name), "{name}");
            assert!(!["epoch", "samples", "seconds", "learning_rate"].contains(&name.as_str()), "{name}");
            assert!(!["val_", "test_"].iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
    }
}

#[test]
fn batches_can_be_split_anywhere() {
    let scores = [0.1, 0.7, 0.2, 0.5, 0.3, 0.2, 0.9, 0.0, 0.1, 0.2, 0.2, 0.6];
    let classes = [1, 2, 0, 1];
    for entry in METRICS.entries {
        let Some(metric) = entry.plain() else { continue };
        let sums = |cuts: &[usize]| {
            let mut sums = vec![0.0; metric.sums().len()];
            for cut in cuts.windows(2) {
                metric.add_batch(&scores[3 * cut[0]..3 * cut[1]], &classes[cut[0]..cut[1]], &mut sums);
            }
            sums
        };
        assert_eq!(sums(&[0, 4]), sums(&[0, 1, 4]), "{}", entry.name);
        let value = metric.value(&sums(&[0, 4]), 4.0);
        assert!(metric.range() != Range::Share || (0.0..=1.0).contains(&value), "{}: {value}", entry.name);
    }
}
