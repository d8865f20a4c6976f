//! Numbers in pictures: two decimals are finer than any screen.

/// Rounded to two decimals, without negative zero, which would be written with its sign.
pub(super) fn rounded(value: f64) -> f64 {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// As text, without trailing zeros.
pub(super) fn number(value: f64) -> String {
    rounded(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, 12.345, -0.001].map(number), ["1", "0.5", "12.35", "0"]);
    }
}
