use std::time::Duration;

use rstest::rstest;

use super::next_limit;

#[rstest]
#[case::slow(1000, 25, 500)]
#[case::very_slow(1, 900, 1)]
#[case::fitting(500, 15, 500)]
#[case::quick(500, 2, 1000)]
#[case::largest(2000, 0, 2000)]
fn batch_follows_its_duration(#[case] limit: u32, #[case] took: u64, #[case] next: u32) {
    assert_eq!(next_limit(limit, Duration::from_millis(took)), next);
}
