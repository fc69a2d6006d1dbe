use super::*;

#[test]
fn waits_grow_and_end() {
    for kind in JobKind::ALL {
        let max = max_attempts(kind);
        let waits: Vec<i64> = (1..max)
            .map(|n| next_attempt(kind, n, 1000).unwrap())
            .collect();
        assert_eq!(waits[0], 1010);
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(next_attempt(kind, max, 1000), None);
        assert_eq!(next_attempt(kind, max + 1, 1000), None);
        assert_eq!(
            next_attempt(kind, 0, 1000),
            None,
            "what was never begun never failed"
        );
    }
}

#[test]
fn notifications_end_earlier_than_mail() {
    let last = |kind| next_attempt(kind, max_attempts(kind) - 1, 0);
    assert_eq!(last(JobKind::Logout), Some(1_800));
    assert_eq!(last(JobKind::Mail), Some(43_200));
}

#[test]
fn lease_covers_attempt_and_is_shorter_than_user_timeout() {
    assert!((60..600).contains(&LEASE));
}
