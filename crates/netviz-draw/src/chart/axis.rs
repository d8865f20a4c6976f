//! Axes with round numbers as ticks.

/// An axis from its first tick to its last, or slightly beyond both.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The value at the low end.
    pub low: f64,
    /// The value at the high end.
    pub high: f64,
    /// The values that have a tick with a label.
    pub ticks: Vec<f64>,
    /// Whether the scale is logarithmic.
    pub is_logarithmic: bool,
    /// Decimals of a tick's label.
    digits: usize,
}

impl Axis {
    /// A linear axis with at most about `most` steps that begins and ends with a tick.
    pub fn of_values(low: f64, high: f64, most: f64) -> Self {
        let step = step((high - low) / most);
        let count = |value: f64| value / step;
        // A value that differs from a tick only by rounding counts as that tick.
        let first = (count(low) + 1e-6).floor();
        let last = (count(high) - 1e-6).ceil().max(first + 1.0);
        Self::new([first * step, last * step], step, first, last)
    }

    /// An axis of the epochs from 1 to `last`. With a single epoch, it extends half a step to both sides.
    pub fn of_epochs(last: usize, most: f64) -> Self {
        let last = last.max(1) as f64;
        let step = step((last - 1.0) / most).max(1.0).ceil();
        let room = if last < 2.0 { 0.5 } else { 0.0 };
        let mut axis = Self::new([1.0 - room, last + room], step, 1.0, (last / step).floor());
        // Epochs begin with 1, which always gets a tick.
        if axis.ticks.first() != Some(&1.0) {
            axis.ticks.insert(0, 1.0);
        }
        axis
    }

    /// A logarithmic axis for positive values. Its ticks are powers of ten, in at most about `most` steps; if they span
    /// fewer than three decades, also twice and five times each power.
    pub fn of_decades(low: f64, high: f64, most: f64) -> Self {
        // The reciprocal of 1, 2 or 5 times a power of ten is such a number, too.
        let (low, high) = (step(1.0 / low).recip(), step(high));
        let [first, last] = [(low.log10() - 1e-9).ceil(), (high.log10() + 1e-9).floor()];
        let decades = ((last - first) / most).ceil().max(1.0);
        let (start, factors): (f64, &[f64]) =
            if last - first < 3.0 { (first - 1.0, &[1.0, 2.0, 5.0]) } else { (first, &[1.0]) };
        let exponents = std::iter::successors(Some(start), |exponent| Some(exponent + decades));
        let powers = exponents.take_while(|exponent| *exponent <= last).map(|exponent| 10_f64.powf(exponent));
        let ticks = powers.flat_map(|power| factors.iter().map(move |factor| factor * power));
        let fits = |tick: &f64| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(tick);
        let ticks = ticks.filter(fits).collect();
        Self { low, high, ticks, is_logarithmic: true, digits: 0 }
    }

    fn new([low, high]: [f64; 2], step: f64, first: f64, last: f64) -> Self {
        let ticks = std::iter::successors(Some(first), |tick| Some(tick + 1.0)).take_while(|tick| *tick <= last);
        let ticks = ticks.map(|tick| tick * step).collect();
        Self { low, high, ticks, is_logarithmic: false, digits: digits(step) }
    }

    /// Position of a value: 0 at the low end, 1 at the high end.
    pub fn place(&self, value: f64) -> f64 {
        let scaled = |value: f64| if self.is_logarithmic { value.log10() } else { value };
        (scaled(value) - scaled(self.low)) / (scaled(self.high) - scaled(self.low))
    }

    /// The label of a tick.
    pub fn label(&self, tick: f64) -> String {
        let digits = if self.is_logarithmic { digits(tick) } else { self.digits };
        if tick.abs() >= 1e6 || digits > 4 && self.is_logarithmic {
            format!("{tick:.0e}")
        } else {
            format!("{tick:.digits$}")
        }
    }
}

/// Number of decimals of the multiples of a step.
fn digits(number: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the digits of a number")]
    let digits = (-number.log10() - 1e-9).ceil().clamp(0.0, 17.0) as usize;
    digits
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `least`.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1e-12).log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|&tick| axis.label(tick)).collect()
    }

    #[test]
    fn values_lie_between_round_ticks() {
        assert_eq!(labels(&Axis::of_values(0.0, 0.2531, 5.0)), ["0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(labels(&Axis::of_values(0.926, 0.989, 5.0)), ["0.92", "0.94", "0.96", "0.98", "1.00"]);
        assert_eq!(labels(&Axis::of_values(0.0, 12_000.0, 5.0)), ["0", "5000", "10000", "15000"]);
        for (low, high) in [(0.0, 1e-9), (0.0, 1e30), (0.2, 0.200_001), (0.0, 7.0)] {
            let axis = Axis::of_values(low, high, 5.0);
            assert!(axis.low <= low + 1e-6 * (high - low) && axis.high >= high * (1.0 - 1e-6), "{axis:?}");
            assert!((2..=8).contains(&axis.ticks.len()), "{axis:?}");
        }
    }

    #[test]
    fn decades_lie_at_equal_distances() {
        let axis = Axis::of_decades(0.0313, 2.4, 5.0);
        assert_eq!(labels(&axis), ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5"]);
        assert!((axis.low - 0.02).abs() < 1e-9 && (axis.high - 5.0).abs() < 1e-9, "{axis:?}");
        let axis = Axis::of_decades(0.001, 10.0, 5.0);
        assert_eq!(labels(&axis), ["0.001", "0.01", "0.1", "1", "10"]);
        assert!((axis.place(0.1) - 0.5).abs() < 1e-9);
        assert_eq!(labels(&Axis::of_decades(2e-10, 3.0, 5.0)), ["1e-9", "1e-7", "1e-5", "0.001", "0.1"]);
        assert!(Axis::of_decades(1e-300, 1e300, 5.0).ticks.len() < 8);
    }

    #[test]
    fn epochs_are_whole_numbers_from_1_on() {
        assert_eq!(labels(&Axis::of_epochs(1, 8.0)), ["1"]);
        assert_eq!(labels(&Axis::of_epochs(5, 8.0)), ["1", "2", "3", "4", "5"]);
        assert_eq!(labels(&Axis::of_epochs(30, 8.0)), ["1", "5", "10", "15", "20", "25", "30"]);
        assert!((Axis::of_epochs(1, 8.0).place(1.0) - 0.5).abs() < 1e-9);
    }
}
