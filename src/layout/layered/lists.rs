//! Many short lists in one piece of memory.

/// A list of numbers for each of `0..count`: a graph of a million nodes is read from end to end, so that
/// a list of its own for each would cost more than the work on it.
pub(super) struct Lists {
    /// Where each list begins in `items`, and where the last one ends.
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    /// Puts each pair's second number into the list of its first, in the order of the pairs.
    pub(super) fn new(count: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0; count + 2];
        for (list, _) in pairs.clone() {
            starts[list + 2] += 1;
        }
        for list in 2..starts.len() {
            starts[list] += starts[list - 1];
        }
        // Filling a list moves its start, which is one place behind until then, to its end.
        let mut items = vec![0; starts[count + 1]];
        for (list, item) in pairs {
            items[starts[list + 1]] = item;
            starts[list + 1] += 1;
        }
        starts.pop();
        Self { starts, items }
    }

    /// How many numbers all lists hold together.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The list of this number.
    pub(super) fn of(&self, list: usize) -> &[usize] {
        &self.items[self.starts[list]..self.starts[list + 1]]
    }
}
