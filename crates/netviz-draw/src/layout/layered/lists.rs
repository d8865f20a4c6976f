//! Many short lists in contiguous memory.

/// A list of numbers for each of `0..count`. They are stored contiguously, because with a million nodes, one allocation
/// per node would cost more than the work on it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lists {
    /// Start of each list in `items`, followed by the end of the last one.
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    /// Appends each pair's second number to the list of its first, in the order of the pairs.
    pub(super) fn new(count: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0; count + 2];
        for (list, _) in pairs.clone() {
            starts[list + 2] += 1;
        }
        for list in 2..starts.len() {
            starts[list] += starts[list - 1];
        }
        // `starts[list + 1]` is the start of a list until filling moves it to the end of the list, where the next one
        // starts.
        let mut items = vec![0; starts[count + 1]];
        for (list, item) in pairs {
            items[starts[list + 1]] = item;
            starts[list + 1] += 1;
        }
        starts.pop();
        Self { starts, items }
    }

    /// Total length of all lists.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Number of lists.
    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The list with this index.
    pub(super) fn of(&self, list: usize) -> &[usize] {
        &self.items[self.starts[list]..self.starts[list + 1]]
    }
}
