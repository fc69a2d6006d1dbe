//! A statistical test of whether two samples have the same distribution.

pub fn median(values: &[f64]) -> f64 {
    let mut all = values.to_vec();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Returns the two-sided probability that samples of one distribution differ as much in their ranks
/// (Mann and Whitney 1947, by the normal approximation; latencies have no relevant ties).
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub fn mann_whitney(item: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = item.iter().map(|&value| (value, true)).collect();
    all.extend(other.iter().map(|&value| (value, false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ranks = all.iter().zip(1_usize..).filter(|((_, ours), _)| *ours);
    let ranks: f64 = ranks.map(|(_, rank)| rank as f64).sum();
    let (n, m) = (item.len() as f64, other.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    erfc((u - n * m / 2.0).abs() / deviation / std::f64::consts::SQRT_2)
}

/// Returns the complementary error function (Abramowitz and Stegun 7.1.26), for x ≥ 0, with seven
/// correct digits.
fn erfc(x: f64) -> f64 {
    let t = 1.0 / 0.327_591_1_f64.mul_add(x, 1.0);
    let terms = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = terms
        .iter()
        .fold(0.0, |sum: f64, term| sum.mul_add(t, *term));
    sum * t * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_test_separates_distributions() {
        let at = |offset: f64| {
            (0..500)
                .map(|n| f64::from(n % 97) + offset)
                .collect::<Vec<_>>()
        };
        assert!(mann_whitney(&at(0.0), &at(0.001)) > 0.5);
        assert!(mann_whitney(&at(0.0), &at(10.0)) < 1e-4);
        assert!((median(&at(2.0)) - 50.0).abs() < 3.0);
        // 5 % of a normal distribution is beyond a deviate of 1.96.
        assert!((erfc(1.959_964 / std::f64::consts::SQRT_2) - 0.05).abs() < 1e-6);
        assert!((erfc(0.0) - 1.0).abs() < 1e-6);
    }
}
