//! Odds into thousandths, in integers.

/// A thousand times `1 / (1 + exp(-x / 4))` for x from 0.
const LOGISTIC: [u16; 33] = [
    500, 562, 622, 679, 731, 777, 818, 852, 881, 905, 924, 940, 953, 963, 971, 977, 982, 986, 989, 991, 993, 995, 996,
    997, 998, 998, 998, 999, 999, 999, 999, 999, 999,
];

/// Gives the probability in thousandths of what scores `margin` more than its contrary; a margin below 0 counts as 0.
pub(super) fn probability(margin: i32, temperature: i32) -> u16 {
    let quarters = i64::from(margin.max(0)) * 1024 / i64::from(temperature.max(1));
    let at = usize::try_from(quarters).unwrap_or(usize::MAX);
    LOGISTIC.get(at).copied().unwrap_or(999)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_logistic_function() {
        for (at, entry) in LOGISTIC.iter().enumerate() {
            let exact = 1000.0 / (1.0 + f64::exp(-(at as f64) / 4.0));
            assert!((f64::from(*entry) - exact.min(999.0)).abs() <= 0.5, "{at}");
        }
    }

    #[test]
    fn more_margin_is_more_probable() {
        assert_eq!(probability(-5, 256), 500);
        assert_eq!(probability(4, 256), 982);
        assert_eq!(probability(i32::MAX, 1), 999);
    }
}
