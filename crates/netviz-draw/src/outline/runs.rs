//! Repeats in a sequence: runs of the same steps.

use netviz_model::limits;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

/// Copies of the same steps in sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) start: usize,
    /// Number of steps per copy.
    pub(super) period: usize,
    pub(super) copies: usize,
}

impl Run {
    fn end(self) -> usize {
        self.start + self.copies * self.period
    }
}

/// A stretch in which every step equals the one a period before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    /// How much is hidden if only one copy is drawn.
    hidden: usize,
    /// Ties go to the shortest period, then to the first stretch.
    period: std::cmp::Reverse<usize>,
    start: std::cmp::Reverse<usize>,
    end: usize,
}

impl Stretch {
    fn new(range: Range<usize>, period: usize, weight: impl Fn(Range<usize>) -> usize) -> Self {
        let copies = range.len() / period;
        let hidden = (copies - 1) * weight(range.start..range.start + period);
        Self { hidden, period: std::cmp::Reverse(period), start: std::cmp::Reverse(range.start), end: range.end }
    }
}

/// Runs that do not overlap, from the first to the last. They are chosen greedily: the run that hides the most layers
/// first, then the one that hides the most of the rest. Equal steps have equal numbers; a run hides at least `least` by
/// the steps' weights. If a run could start at several steps, it starts at the first of those with the lowest
/// `rank`, which is given the step and the number of steps of a copy.
pub(super) fn runs<R: Ord>(
    steps: &[usize],
    weights: &[usize],
    least: usize,
    rank: impl Fn(usize, usize) -> R,
) -> Vec<Run> {
    let sums: Vec<usize> = std::iter::once(0)
        .chain(weights.iter().scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        }))
        .collect();
    let weight = |range: Range<usize>| sums[range.end] - sums[range.start];
    let mut waiting: BinaryHeap<Stretch> = stretches(steps)
        .map(|(range, period)| Stretch::new(range, period, weight))
        .filter(|stretch| stretch.hidden >= least)
        .collect();
    let mut taken = BTreeMap::new();
    let mut runs = Vec::new();
    while let Some(stretch) = waiting.pop() {
        let (range, period) = (stretch.start.0..stretch.end, stretch.period.0);
        let free = free(&taken, &range);
        if free == [range.clone()] {
            let copies = range.len() / period;
            let rest = range.len() % period;
            let start = (0..=rest).map(|offset| range.start + offset).min_by_key(|&start| rank(start, period));
            let start = start.unwrap_or(range.start);
            let run = Run { start, period, copies };
            taken.insert(run.start, run.end());
            runs.push(run);
            continue;
        }
        let pieces = free.into_iter().filter(|piece| piece.len() >= 2 * period);
        let pieces = pieces.map(|piece| Stretch::new(piece, period, weight));
        waiting.extend(pieces.filter(|piece| piece.hidden >= least));
    }
    runs.sort_unstable();
    runs
}

/// Every maximal stretch that contains its period at least twice.
fn stretches(steps: &[usize]) -> impl Iterator<Item = (Range<usize>, usize)> + '_ {
    (1..=(steps.len() / 2).min(limits::FOLD_PERIOD)).flat_map(|period| {
        let mut found = Vec::new();
        let mut same = 0;
        for index in period..=steps.len() {
            if steps.get(index) == Some(&steps[index - period]) {
                same += 1;
                continue;
            }
            if same >= period {
                found.push((index - same - period..index, period));
            }
            same = 0;
        }
        found
    })
}

/// The parts of a range that belong to no run.
fn free(taken: &BTreeMap<usize, usize>, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut free = Vec::new();
    let mut from = taken.range(..range.start).next_back().map_or(range.start, |(_, &end)| end.max(range.start));
    for (&start, &end) in taken.range(range.clone()) {
        if from < start {
            free.push(from..start);
        }
        from = end;
    }
    if from < range.end {
        free.push(from..range.end);
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs of a text, each as `start: copies × steps`; capital letters are heads.
    fn found(text: &str) -> Vec<String> {
        let steps: Vec<usize> = text.bytes().map(usize::from).collect();
        let rank = |step: usize, _| !text.as_bytes()[step].is_ascii_uppercase();
        let runs = runs(&steps, &vec![1; steps.len()], 2, rank);
        runs.iter()
            .map(|run| format!("{}: {} × {}", run.start, run.copies, &text[run.start..run.start + run.period]))
            .collect()
    }

    #[test]
    fn what_hides_most_is_taken() {
        assert_eq!(found("xababy"), ["1: 2 × ab"]);
        assert_eq!(found("aaab aaab c"), ["0: 2 × aaab "]);
        assert_eq!(found("abaabaaba"), ["0: 3 × aba"]);
        assert_eq!(found("aaaaaa"), ["0: 6 × a"]);
        assert_eq!(found("cdcdcdaaaac"), ["0: 3 × cd", "6: 4 × a"]);
        assert_eq!(found("abcdef"), [""; 0]);
    }

    #[test]
    fn what_hides_too_little_is_left() {
        assert_eq!(found("aab"), [""; 0]);
    }

    #[test]
    fn a_copy_starts_at_a_head_where_that_hides_as_much() {
        assert_eq!(found("xArArArAy"), ["1: 3 × Ar"]);
        assert_eq!(found("xrArArAry"), ["2: 3 × Ar"]);
        assert_eq!(found("xrArArAy"), ["1: 3 × rA"]);
        assert_eq!(found("xrararay"), ["1: 3 × ra"]);
    }
}
