use rstest::rstest;

use super::*;

const NOW: i64 = 1_800_000_000;

/// Returns the lockout after each of so many failures, each attempt made as soon as possible.
fn ladder(multiplier: f64, attempts: usize) -> Vec<i64> {
    let (mut now, mut failures) = (NOW, None);
    let mut waits = Vec::new();
    for _ in 0..attempts {
        let after = after_failure(failures.as_ref(), now, multiplier);
        let wait = after.wait(now).unwrap_or(0);
        waits.push(wait);
        now += wait;
        failures = Some(after);
    }
    waits
}

#[test]
fn lockout_delay_grows_to_one_hour() {
    assert_eq!(
        ladder(1.0, 10),
        [0, 0, 0, 0, 60, 300, 900, 3600, 3600, 3600]
    );
    assert_eq!(ladder(0.2, 5), [60, 300, 900, 3600, 3600]);
    assert!(ladder(2.0, 9).iter().all(|wait| *wait == 0));
    assert_eq!(ladder(2.0, 10)[9], 60);
}

#[test]
fn lockout_ends_to_second() {
    let failures = Failures {
        count: 5,
        locked_until: Some(NOW + 60),
        updated_at: NOW,
    };
    assert_eq!(failures.wait(NOW), Some(60));
    assert_eq!(failures.wait(NOW + 59), Some(1));
    assert_eq!(failures.wait(NOW + 60), None);
    assert_eq!(failures.wait(i64::MAX), None);
}

#[test]
fn concurrent_failures_raise_delay_once() {
    let waiting = Failures {
        count: 5,
        locked_until: Some(NOW + 60),
        updated_at: NOW,
    };
    assert_eq!(after_failure(Some(&waiting), NOW, 1.0), waiting);
    assert_eq!(after_failure(Some(&waiting), NOW + 59, 1.0), waiting);
    let next = after_failure(Some(&waiting), NOW + 60, 1.0);
    assert_eq!((next.count, next.wait(NOW + 60)), (6, Some(300)));
}

#[test]
fn failures_are_forgotten_day_after_last_wait() {
    let old = Failures {
        count: 8,
        locked_until: Some(NOW),
        updated_at: NOW - 3600,
    };
    assert_eq!(
        after_failure(Some(&old), NOW + RESET_AFTER - 1, 1.0).count,
        9
    );
    let fresh = after_failure(Some(&old), NOW + RESET_AFTER, 1.0);
    assert_eq!((fresh.count, fresh.locked_until), (1, None));
}

#[rstest]
#[case(0, None)]
#[case(4, None)]
#[case(5, Some(60))]
#[case(9, Some(60))]
#[case(10, Some(300))]
#[case(14, Some(300))]
#[case(15, Some(900))]
#[case(20, Some(3600))]
#[case(99, Some(3600))]
#[case(u32::MAX, Some(3600))]
fn lockout_delay_grows_with_failures(#[case] failures: u32, #[case] expected: Option<i64>) {
    assert_eq!(Tolerance::times(1.0).wait_after(failures), expected);
}

#[rstest]
#[case(1.0, (5, 10, 100))]
#[case(2.5, (13, 25, 250))]
#[case(0.1, (1, 1, 10))]
#[case(0.0, (1, 1, 1))]
#[case(-3.0, (1, 1, 1))]
#[case(f64::NAN, (0, 0, 0))]
#[case(1e12, (u32::MAX / 2, u32::MAX / 2, u32::MAX / 2))]
fn multiplier_scales_all_limits(#[case] factor: f64, #[case] expected: (u32, u32, u32)) {
    let Tolerance {
        before_wait,
        per_sign_in,
        in_all,
    } = Tolerance::times(factor);
    assert_eq!((before_wait, per_sign_in, in_all), expected);
}

#[test]
fn invalid_multiplier_locks_out_immediately() {
    let tolerance = Tolerance::times(f64::NAN);
    assert_eq!(tolerance.wait_after(0), Some(60));
    assert_eq!(tolerance.wait_after(3), Some(3600));
}
