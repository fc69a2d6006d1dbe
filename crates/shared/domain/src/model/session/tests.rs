use super::{Authentication, EndCause, EndReason, Session, SessionEnd};
use crate::model::{SessionId, UserId};
use crate::secret::TokenHash;

const BEGAN: i64 = 1_795_000_000;

fn session(ended: Option<(i64, EndReason)>, idle: i64, absolute: i64) -> Session {
    let mut rng = rand::rng();
    Session {
        id: SessionId::generate(BEGAN, &mut rng),
        token_hash: TokenHash::digest("a cookie"),
        user_id: UserId::generate(BEGAN, &mut rng),
        created_at: BEGAN,
        last_seen_at: BEGAN,
        idle_expires_at: BEGAN + idle,
        expires_at: BEGAN + absolute,
        authentication: Authentication {
            auth_time: BEGAN,
            acr: "urn:doorward:aal1".to_owned(),
            amr: vec!["pwd".to_owned()],
        },
        remember: false,
        user_agent: String::new(),
        ip: String::new(),
        ended_at: ended.map(|(at, _)| BEGAN + at),
        end_reason: ended.map(|(_, reason)| reason),
    }
}

#[test]
fn earliest_cause_ends_session() {
    use EndReason as Why;
    let written = |reason| EndCause::Reason(reason);
    let cases = [
        // (recorded, idle end, absolute end, now, expected)
        (None, 60, 600, 59, None),
        (None, 60, 600, 60, Some((60, EndCause::Idle))),
        (None, 60, 600, 700, Some((60, EndCause::Idle))),
        (None, 600, 600, 599, None),
        (None, 600, 600, 600, Some((600, written(Why::Expired)))),
        (
            Some((10, Why::Administrator)),
            60,
            600,
            10,
            Some((10, written(Why::Administrator))),
        ),
        // Recorded later than its end.
        (
            Some((600, Why::Expired)),
            60,
            600,
            900,
            Some((60, EndCause::Idle)),
        ),
        (
            Some((90, Why::PasswordChanged)),
            60,
            600,
            900,
            Some((60, EndCause::Idle)),
        ),
        (
            Some((600, Why::Expired)),
            600,
            600,
            900,
            Some((600, written(Why::Expired))),
        ),
        // At the exact second of its end, the recorded action takes precedence.
        (
            Some((60, Why::EndedByOwner)),
            60,
            600,
            60,
            Some((60, written(Why::EndedByOwner))),
        ),
    ];
    for (ended, idle, absolute, now, error) in cases {
        let found = session(ended, idle, absolute).ending(BEGAN + now);
        let error = error.map(|(at, cause)| SessionEnd {
            at: BEGAN + at,
            cause,
        });
        assert_eq!(found, error, "{ended:?}, {idle}, {absolute}, {now}");
    }
}

#[test]
fn each_end_reason_round_trips() {
    for reason in [
        EndReason::SignedOut,
        EndReason::Replaced,
        EndReason::PasswordChanged,
        EndReason::Administrator,
        EndReason::EndedByOwner,
        EndReason::FactorChanged,
        EndReason::Expired,
        EndReason::ReuseDetected,
        EndReason::TooMany,
    ] {
        assert_eq!(EndReason::parse(reason.as_str()), Some(reason));
    }
    assert_eq!(EndReason::parse("idle"), None);
}
