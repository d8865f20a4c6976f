//! "Did you mean …?"

/// The candidate nearest to `word` by edit distance, if it is near enough to be a slip of the hand.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.chars().collect::<Vec<_>>()), candidate))
        .filter(|&(distance, candidate)| {
            let length = candidate.chars().count();
            distance <= (length / 3).max(1) && distance < length
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The hint for an unknown `word`: the nearest candidate, or the whole list.
pub(crate) fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    nearest(word, candidates.clone()).map_or_else(
        || {
            let all: Vec<String> = candidates.into_iter().map(|candidate| format!("`{candidate}`")).collect();
            format!("known here: {}", all.join(", "))
        },
        |candidate| format!("did you mean `{candidate}`?"),
    )
}

/// The Damerau–Levenshtein distance (optimal string alignment): a swap of neighbours counts once.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let substitute = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitute.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_corrected_and_a_stranger_is_not() {
        let words = ["units", "activation", "use_bias"];
        assert_eq!(nearest("unit", words), Some("units"));
        assert_eq!(nearest("untis", words), Some("units"));
        assert_eq!(nearest("Activation", words), Some("activation"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest("c", ["a", "b"]), None);
        assert_eq!(nearest("c3", ["c1", "s2"]), Some("c1"));
    }
}
