//! "Did you mean …?"

/// Number of letters of a word that are compared.
const LETTERS: usize = 64;

/// The candidate nearest to `word` by edit distance, if it is near enough for a typo.
///
/// # Complexity
/// Linear in the candidates' letters, times at most `LETTERS` of the word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(LETTERS).collect();
    let mut letters = Vec::new();
    let mut best = None;
    // The largest distance that still improves on the best candidate.
    let mut most = usize::MAX;
    for candidate in candidates {
        letters.clear();
        letters.extend(candidate.chars());
        let Some(all) = letters.len().checked_sub(1) else { continue };
        let near = (letters.len() / 3).max(1).min(all);
        if let Some(distance) = distance(&word, &letters, most.min(near)) {
            best = Some(candidate);
            let Some(nearer) = distance.checked_sub(1) else { break };
            most = nearer;
        }
    }
    best
}

/// The hint for an unknown `word`: the nearest candidate, or the whole list.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    nearest(word, candidates.clone()).map_or_else(
        || {
            let all: Vec<String> = candidates.into_iter().map(|candidate| format!("`{candidate}`")).collect();
            if all.is_empty() { "remove it".to_owned() } else { format!("known here: {}", all.join(", ")) }
        },
        |candidate| format!("did you mean `{candidate}`?"),
    )
}

/// The Damerau–Levenshtein distance (optimal string alignment), in which a swap of neighbours counts once; `None` if it
/// is more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let far = most + 1;
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let (mut row, mut before_last) = (vec![far; b.len() + 1], Vec::new());
    for i in 1..=a.len() {
        // Cells more than `most` off the diagonal have a distance of more than `most`.
        let from = i.saturating_sub(most).max(1);
        row.fill(far);
        row[0] = i;
        for j in from..=(i + most).min(b.len()) {
            let substitute = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitute.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row[j] = best.min(far);
        }
        before_last.clone_from(&last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[b.len()]).filter(|&distance| distance <= most)
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

    #[test]
    fn a_distance_is_found_up_to_the_one_that_is_of_interest() {
        let chars = |word: &str| word.chars().collect::<Vec<_>>();
        let words = ["", "a", "ab", "ba", "abcd", "acbd", "xabcd", "badc", "abcdefgh", "hgfedcba"];
        for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (chars(a), chars(b)))) {
            let exact = distance(&a, &b, 100).expect("it is less than the words' length");
            for most in 0..10 {
                assert_eq!(distance(&a, &b, most), (exact <= most).then_some(exact), "{a:?} {b:?} {most}");
            }
        }
        assert_eq!(distance(&chars("badc"), &chars("abcd"), 9), Some(2));
        assert_eq!(distance(&chars("kitten"), &chars("sitting"), 9), Some(3));
    }
}
