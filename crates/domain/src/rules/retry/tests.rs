use super::*;

#[test]
fn waits_grow_and_end() {
    let waits: Vec<i64> = (1..MAX_ATTEMPTS)
        .map(|n| next_attempt(n, 1000).unwrap())
        .collect();
    assert_eq!(waits[0], 1010);
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(next_attempt(MAX_ATTEMPTS, 1000), None);
    assert_eq!(next_attempt(MAX_ATTEMPTS + 1, 1000), None);
    assert_eq!(
        next_attempt(0, 1000),
        None,
        "what was never begun never failed"
    );
}

#[test]
fn lease_covers_attempt_and_is_shorter_than_user_timeout() {
    assert!((60..600).contains(&LEASE));
}
