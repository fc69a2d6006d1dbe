use super::*;
use crate::testing;

const NOW: i64 = 1_800_000_000;

/// Creates a self-signed pair.
fn pair() -> PairBytes {
    let key = testing::key();
    let certificate = testing::certificate(&["id.example.org"], &key, None);
    PairBytes {
        certificate: certificate.to_pem().unwrap(),
        private_key: testing::pem(&key),
    }
}

/// Returns the name of a decision.
fn decide(reloader: &mut Reloader, found: Result<PairBytes, PairError>, now: i64) -> &'static str {
    match reloader.look(found, now) {
        Reload::Unchanged => "unchanged",
        Reload::Serve(_) => "serve",
        Reload::Broken(_) => "broken",
    }
}

#[test]
fn new_pair_is_served_once() {
    let (first, second) = (pair(), pair());
    let mut reloader = Reloader::default();
    let decisions = [&first, &first, &second, &second, &first]
        .map(|bytes| decide(&mut reloader, Ok(bytes.clone()), NOW));
    assert_eq!(
        decisions,
        ["serve", "unchanged", "serve", "unchanged", "serve"]
    );
}

#[test]
fn half_written_pair_is_not_reported() {
    let (first, second) = (pair(), pair());
    let half = PairBytes {
        certificate: second.certificate.clone(),
        ..first.clone()
    };
    let mut reloader = Reloader::default();
    let decisions = [&first, &half, &second, &second]
        .map(|bytes| decide(&mut reloader, Ok(bytes.clone()), NOW));
    assert_eq!(decisions, ["serve", "unchanged", "serve", "unchanged"]);
}

#[test]
fn broken_pair_is_reported_once_and_repaired() {
    let first = pair();
    let broken = PairBytes {
        certificate: b"nothing".to_vec(),
        ..first.clone()
    };
    let missing = || {
        Err(PairError::Unreadable {
            is_key: false,
            path: "tls.pem".to_owned(),
            cause: "it does not exist".to_owned(),
        })
    };
    let mut reloader = Reloader::default();
    let mut decide = |found| decide(&mut reloader, found, NOW);
    assert_eq!(decide(Ok(first.clone())), "serve");
    for expected in ["unchanged", "broken", "unchanged", "unchanged"] {
        assert_eq!(decide(Ok(broken.clone())), expected);
    }
    for expected in ["unchanged", "broken", "unchanged"] {
        assert_eq!(decide(missing()), expected);
    }
    // The former pair was served all the time.
    assert_eq!(decide(Ok(first)), "unchanged");
    // The same error later is reported again.
    for expected in ["unchanged", "broken"] {
        assert_eq!(decide(missing()), expected);
    }
}

#[test]
fn context_changes_every_day() {
    let first = pair();
    let mut reloader = Reloader::default();
    let mut decide = |now| decide(&mut reloader, Ok(first.clone()), now);
    assert_eq!(decide(NOW), "serve");
    assert_eq!(decide(NOW + RENEW_CONTEXT - 1), "unchanged");
    assert_eq!(decide(NOW + RENEW_CONTEXT), "serve");
    // A clock that was set back does not keep the tickets of the former context.
    assert_eq!(decide(NOW), "serve");
}
