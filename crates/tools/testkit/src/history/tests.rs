use std::time::{Duration, Instant};

use super::FamilyAnswer::{Active, Done, Refused, Tokens};
use super::Operation::{EndSession, Introspect, Redeem, Refresh, Revoke};
use super::{Event, Family, FamilyAnswer, Operation, check};

/// Returns true if the events are possible; times in milliseconds, the second one is `None` without
/// an answer.
fn is_possible(events: &[(u64, Option<u64>, Operation, FamilyAnswer)]) -> bool {
    let zero = Instant::now();
    let at = |time: u64| zero + Duration::from_millis(time);
    let events: Vec<_> = events
        .iter()
        .map(|(requested, answered, operation, answer)| Event {
            asked: at(*requested),
            answered: answered.map(|time| (at(time), *answer)),
            operation: *operation,
        })
        .collect();
    check(&Family::default(), &events)
}

#[test]
fn sequential_operations_are_ordered() {
    let whole = [
        (0, Some(1), Introspect, Active(false)),
        (2, Some(3), Redeem, Tokens(1)),
        (4, Some(5), Refresh(1), Tokens(2)),
        (6, Some(7), Refresh(1), Tokens(2)),
        (8, Some(9), Refresh(2), Tokens(3)),
        (10, Some(11), Introspect, Active(true)),
        (12, Some(13), Refresh(1), Refused),
        (14, Some(15), Introspect, Active(false)),
        (16, Some(17), Refresh(3), Refused),
    ];
    assert!(is_possible(&whole));
    // Each of these answers belongs to another state.
    for (at, wrong) in [
        (0, Active(true)),
        (1, Refused),
        (2, Refused),
        (3, Tokens(4)),
        (3, Refused),
        (4, Tokens(2)),
        (4, Tokens(1)),
        (5, Active(false)),
        (6, Tokens(2)),
        (7, Active(true)),
        (8, Tokens(4)),
    ] {
        let mut broken = whole;
        broken[at].3 = wrong;
        assert!(!is_possible(&broken), "{at}: {wrong:?}");
    }
}

#[test]
fn code_is_redeemed_once_by_parallel_requests() {
    let mut events: Vec<_> = (0..16).map(|at| (at, Some(100), Redeem, Refused)).collect();
    assert!(!is_possible(&events), "somebody must have got tokens");
    events[7].3 = Tokens(1);
    assert!(is_possible(&events));
    events.push((110, Some(111), Introspect, Active(true)));
    assert!(!is_possible(&events), "a replayed code has no tokens");
    events.pop();
    events[3].3 = Tokens(2);
    assert!(!is_possible(&events), "redeemed twice");
}

#[test]
fn winner_may_start_later_but_not_after_response() {
    let race = [
        (0, Some(10), Redeem, Refused),
        (5, Some(15), Redeem, Tokens(1)),
    ];
    assert!(is_possible(&race));
    let later = [
        (0, Some(4), Redeem, Refused),
        (5, Some(15), Redeem, Tokens(1)),
    ];
    assert!(!is_possible(&later));
}

#[test]
fn unanswered_request_may_have_been_executed_or_not() {
    // The lost answer contained the tokens.
    let lost = (0, None, Redeem, Done);
    assert!(is_possible(&[lost, (5, Some(6), Redeem, Refused)]));
    assert!(is_possible(&[lost, (5, Some(6), Redeem, Tokens(1))]));
    assert!(is_possible(&[lost, (5, Some(6), Introspect, Active(true))]));
    // It may happen much later, but then the code is used twice.
    assert!(is_possible(&[
        lost,
        (5, Some(6), Redeem, Tokens(1)),
        (7, Some(8), Introspect, Active(true)),
        (9, Some(10), Introspect, Active(false)),
    ]));
    // Revoked tokens never become valid again.
    assert!(!is_possible(&[
        lost,
        (5, Some(6), Redeem, Tokens(1)),
        (7, Some(8), Introspect, Active(false)),
        (9, Some(10), Introspect, Active(true)),
    ]));
}

#[test]
fn lost_successor_is_returned_unchanged_by_repeat() {
    let events = [
        (0, Some(1), Redeem, Tokens(1)),
        (2, None, Refresh(1), Done),
        (4, Some(9), Refresh(1), Tokens(2)),
        (5, Some(9), Refresh(1), Tokens(2)),
        (10, Some(11), Refresh(2), Tokens(3)),
    ];
    assert!(is_possible(&events));
    let mut forked = events;
    forked[3].3 = Tokens(7);
    assert!(!is_possible(&forked), "two successors");
}

#[test]
fn end_of_session_and_revocation_are_kept() {
    for end in [EndSession, Revoke] {
        let ended = |answered, after| {
            is_possible(&[
                (0, Some(1), Redeem, Tokens(1)),
                (2, answered, end, Done),
                (4, Some(5), Refresh(1), after),
            ])
        };
        assert!(ended(Some(3), Refused));
        assert!(!ended(Some(3), Tokens(2)), "{end:?} was acknowledged");
        assert!(ended(None, Refused));
        assert!(ended(None, Tokens(2)));
        assert!(ended(Some(6), Tokens(2)), "at the same time");
    }
}

/// The worst case of the largest history here: all at the same time, and no order fits.
#[test]
fn search_ends_without_candidates() {
    let mut events = vec![(0, Some(1), Redeem, Tokens(0))];
    for at in 0..20 {
        events.push((2, None, Refresh(0), Done));
        events.push((2, Some(90), Refresh(0), Tokens(1 + at % 2)));
    }
    assert!(!is_possible(&events));
}
