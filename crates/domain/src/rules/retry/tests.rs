use super::*;

#[test]
fn waits_grow_and_end() {
    let waits: Vec<i64> = (1..TRIES).map(|n| next_try(n, 1000).unwrap()).collect();
    assert_eq!(waits[0], 1010);
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(next_try(TRIES, 1000), None);
    assert_eq!(next_try(TRIES + 1, 1000), None);
    assert_eq!(next_try(0, 1000), None, "what was never begun never failed");
}

#[test]
fn a_lease_is_longer_than_a_try_and_shorter_than_the_patience_of_people() {
    assert!((60..600).contains(&LEASE));
}
