//! Histograms of values.

use super::proto::HistogramProto;

/// Maximum number of buckets, as in TensorFlow 2.
const BUCKETS: usize = 30;

/// The histogram of the finite values, in buckets of equal width from the smallest to the largest value, or in one
/// bucket if all are equal.
pub(super) fn histogram(values: &[f32]) -> HistogramProto {
    let finite = || values.iter().map(|&value| f64::from(value)).filter(|value| value.is_finite());
    let (min, max) =
        finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(value), max.max(value)));
    if min > max {
        return HistogramProto::default();
    }
    let buckets = if min < max { BUCKETS } else { 1 };
    let (width, mut bucket) = ((max - min) / buckets as f64, vec![0.0; buckets]);
    let (mut num, mut sum, mut sum_squares) = (0.0, 0.0, 0.0);
    for value in finite() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the number of buckets")]
        let index = if width > 0.0 { ((value - min) / width) as usize } else { 0 };
        bucket[index.min(buckets - 1)] += 1.0;
        num += 1.0;
        sum += value;
        sum_squares += value * value;
    }
    let limit = |index| if index == buckets { max } else { min + width * index as f64 };
    HistogramProto { min, max, num, sum, sum_squares, bucket_limit: (1..=buckets).map(limit).collect(), bucket }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_value_is_counted_once_between_the_ends() {
        let values: Vec<f32> = (0..=60).map(|value| value as f32 / 2.0).chain([f32::NAN, f32::INFINITY]).collect();
        let histogram = histogram(&values);
        assert_eq!((histogram.min, histogram.max, histogram.num, histogram.sum), (0.0, 30.0, 61.0, 915.0));
        // The largest value belongs to the last bucket.
        assert_eq!(histogram.bucket, [vec![2.0; 29], vec![3.0]].concat());
        assert_eq!(histogram.bucket_limit, (1..=30).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn equal_values_and_none_have_histograms_too() {
        let equal = histogram(&[-2.0; 7]);
        assert_eq!((equal.min, equal.max, equal.bucket, equal.bucket_limit), (-2.0, -2.0, vec![7.0], vec![-2.0]));
        assert_eq!(histogram(&[f32::NAN]), HistogramProto::default());
    }
}
