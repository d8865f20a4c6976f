//! Values of a file as views of the values of a model file.
//!
//! Exporters reshape and transpose values for operators that want other forms than layers do. None of this is a
//! layer: a view notes how the value of the file follows from that of the model file, and only what a layer cannot
//! be given as it is becomes a `reshape`, `permute` or `flatten`.

use super::source::Source;

/// A value of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// The output of a layer, or the input.
    pub(super) source: Source,
    /// Sizes of one sample, in the order of the source's values; together as many values as the source has, but
    /// perhaps of more dimensions. Dimension 0 is the batch, these count from 1.
    pub(super) sizes: Vec<usize>,
    /// For each dimension of the file, the dimensions of which it consists; none if its size is 1.
    pub(super) axes: Vec<Vec<usize>>,
}

impl View {
    /// A value as it is.
    pub(super) fn whole(source: Source, sizes: &[usize]) -> Self {
        Self { source, sizes: sizes.to_vec(), axes: (0..=sizes.len()).map(|axis| vec![axis]).collect() }
    }

    /// A vector as one dimension of a value of the file, of which the others but the batch have the size 1.
    pub(super) fn vector(source: Source, size: usize, rank: usize, [batch, place]: [usize; 2]) -> Self {
        let mut axes = vec![Vec::new(); rank];
        axes[batch] = vec![0];
        axes[place] = vec![1];
        Self { source, sizes: vec![size], axes }
    }

    /// The same view of another value of the same shape.
    pub(super) fn of(&self, source: Source) -> Self {
        Self { source, ..self.clone() }
    }

    /// The number of dimensions in the file.
    pub(super) fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The size of a dimension of the file; that of the batch counts as 1.
    pub(super) fn size(&self, axis: usize) -> usize {
        self.axes[axis].iter().fold(1, |product, &own| product.saturating_mul(self.own_size(own)))
    }

    fn own_size(&self, own: usize) -> usize {
        own.checked_sub(1).map_or(1, |index| self.sizes[index])
    }

    /// Which dimension of the file the batch is.
    pub(super) fn batch(&self) -> Option<usize> {
        self.axes.iter().position(|own| *own == [0])
    }

    /// The dimensions of the file in another order.
    pub(super) fn permuted(&self, perm: &[usize]) -> Option<Self> {
        let axes = perm.iter().map(|&axis| self.axes.get(axis).cloned()).collect::<Option<_>>()?;
        (perm.len() == self.rank()).then(|| Self { axes, ..self.clone() })
    }

    /// The dimensions that matter, in the order of the file: those of size 1 are left out.
    pub(super) fn order(&self, axes: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let own = axes.into_iter().flat_map(|axis| self.axes[axis].iter().copied());
        own.filter(|&own| own == 0 || self.own_size(own) != 1).collect()
    }

    /// Whether each dimension of the file is at most one that matters.
    pub(super) fn is_unmerged(&self) -> bool {
        (0..self.rank()).all(|axis| self.order([axis]).len() <= 1)
    }

    /// The value in another shape; `None` if a new dimension is no product of whole old ones or their parts. `None`
    /// among the sizes is the batch, which in a file may also have the size `batch`.
    pub(super) fn regrouped(&self, sizes: &[Option<usize>], batch: Option<usize>) -> Option<Self> {
        // What is left: dimensions with their sizes. The batch has none.
        let mut rest: std::collections::VecDeque<(usize, usize)> =
            self.axes.iter().flatten().map(|&own| (own, self.own_size(own))).collect();
        let mut view = Self { axes: Vec::new(), ..self.clone() };
        for &size in sizes {
            let mut group = Vec::new();
            let is_batch = rest.front().is_some_and(|(own, _)| *own == 0);
            match size {
                _ if is_batch && (size.is_none() || size == batch) => {
                    group.push(0);
                    rest.pop_front();
                }
                None => return None,
                Some(1) => {}
                Some(mut left) => {
                    while left > 1 {
                        let (own, own_size) = rest.pop_front().filter(|(own, _)| *own != 0)?;
                        if left.is_multiple_of(own_size) {
                            left /= own_size;
                            group.push(own);
                        } else if own_size.is_multiple_of(left) {
                            view.split(own, left, own_size / left);
                            let moved = |other: usize| if other > own { other + 1 } else { other };
                            for (other, _) in &mut rest {
                                *other = moved(*other);
                            }
                            group = group.into_iter().map(moved).collect();
                            group.push(own);
                            rest.push_front((own + 1, own_size / left));
                            left = 1;
                        } else {
                            return None;
                        }
                    }
                }
            }
            view.axes.push(group);
        }
        // What is left over has the size 1.
        if rest.iter().any(|&(own, size)| own == 0 || size != 1) {
            return None;
        }
        if let Some(last) = view.axes.iter_mut().skip(1).next_back() {
            last.extend(rest.into_iter().map(|(own, _)| own));
        }
        Some(view)
    }

    /// Makes two dimensions of one.
    fn split(&mut self, own: usize, first: usize, second: usize) {
        self.sizes[own - 1] = first;
        self.sizes.insert(own, second);
        for other in self.axes.iter_mut().flatten().filter(|other| **other > own) {
            *other += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_channels_are_a_view() {
        let value = View::whole(Source::INPUT, &[6, 4, 5]);
        let split = value.regrouped(&[None, Some(3), Some(2), Some(4), Some(5)], None).expect("parts of the channels");
        assert_eq!((split.sizes.as_slice(), split.axes.len()), (&[3, 2, 4, 5][..], 5));
        let turned = split.permuted(&[0, 2, 1, 3, 4]).expect("five dimensions");
        let joined = turned.regrouped(&[None, Some(6), Some(4), Some(5)], None).expect("the parts again");
        assert_eq!(joined.axes, [vec![0], vec![2, 1], vec![3], vec![4]]);
    }

    #[test]
    fn dimensions_of_size_one_come_and_go() {
        let value = View::whole(Source::INPUT, &[1, 5]);
        assert_eq!(value.regrouped(&[None, Some(5)], None).map(|view| view.order([0, 1])), Some(vec![0, 2]));
        let more = value.regrouped(&[Some(1), None, Some(5), Some(1)], None).expect("the same values");
        assert_eq!((more.batch(), more.order(0..4)), (Some(1), vec![0, 2]));
        let fixed = value.regrouped(&[Some(1), Some(1), Some(5), Some(1)], Some(1)).expect("a batch of one");
        assert_eq!(fixed.batch(), Some(0));
        assert_eq!(value.regrouped(&[None, Some(3)], None), None);
    }
}
