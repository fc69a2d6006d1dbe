use super::*;

/// Returns the times of all attempts of a job that always fails.
fn attempts(kind: JobKind) -> Vec<UnixSeconds> {
    let mut times = vec![1_000];
    while let Some(next) = next_attempt(
        kind,
        1_000,
        times.len().try_into().unwrap(),
        *times.last().unwrap(),
    ) {
        assert!(times.len() < 100, "{kind:?} is never given up");
        times.push(next);
    }
    times
}

#[test]
fn waits_do_not_shrink_and_end() {
    for kind in JobKind::ALL {
        let times = attempts(kind);
        let waits: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(waits[0], 10);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert_eq!(
            next_attempt(kind, 1_000, 0, 1_000),
            None,
            "what was never begun never failed"
        );
    }
}

#[test]
fn mail_is_tried_for_three_days_and_clients_are_notified_while_it_helps() {
    for kind in JobKind::ALL {
        let times = attempts(kind);
        let span = times[times.len() - 1] - times[0];
        if kind == JobKind::Logout {
            assert_eq!((times.len(), span), (5, 2_170));
        } else if kind == JobKind::Ping {
            assert_eq!((times.len(), span), (4, 370));
        } else {
            assert!(
                (PERIOD - 10_800..=PERIOD).contains(&span),
                "{kind:?}: {span}"
            );
        }
    }
}

#[test]
fn mail_waits_no_longer_than_three_hours_for_server_that_is_back() {
    let times = attempts(JobKind::Mail);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 10_800));
}

#[test]
fn lease_covers_attempt_and_is_shorter_than_user_timeout() {
    assert!((60..600).contains(&LEASE));
}
