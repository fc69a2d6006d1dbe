use doorward_https::acme::ChallengeKind;
use rstest::rstest;

use super::*;

const NOW: UnixSeconds = 1_800_000_000;
const DIRECTORY: &str = "https://ca.example/directory";

fn order(hosts: &[&str]) -> Order {
    Order {
        directory: DIRECTORY.to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        kind: ChallengeKind::Http01,
        contacts: Vec::new(),
        external: None,
        replaces: None,
    }
}

fn facts() -> CertificateFacts {
    CertificateFacts {
        names: vec!["id.example.org".to_owned()],
        not_before: NOW,
        not_after: NOW + 90 * DAY,
        out_of_order: None,
    }
}

fn issued() -> State {
    State {
        issuer: Some(DIRECTORY.to_owned()),
        requested: fingerprint(&order(&["id.example.org"])),
        ..State::default()
    }
}

fn failed(next_attempt: UnixSeconds) -> State {
    let failure = Failure {
        at: NOW,
        count: 1,
        next_attempt,
        text: "no answer".to_owned(),
        remediation: "wait".to_owned(),
    };
    State {
        failure: Some(failure),
        ..issued()
    }
}

#[rstest]
#[case::fresh(issued(), 0, &["id.example.org"], false)]
#[case::due(issued(), 60, &["id.example.org"], true)]
#[case::new_host(issued(), 0, &["id.example.org", "acme.example.org"], true)]
#[case::waits_after_failure(failed(NOW + 60 * DAY + 60), 60, &["id.example.org"], false)]
#[case::attempts_again(failed(NOW + 60 * DAY), 60, &["id.example.org"], true)]
#[case::changed_after_failure(failed(NOW + 60), 0, &["id.example.org", "acme.example.org"], true)]
#[case::revoked(State { window: Some((NOW, NOW + 1)), ..issued() }, 1, &["id.example.org"], true)]
#[case::other_authority(State { issuer: Some("other".to_owned()), ..issued() }, 0, &["id.example.org"], true)]
fn certificate_is_due(
    #[case] state: State,
    #[case] days: i64,
    #[case] hosts: &[&str],
    #[case] due: bool,
) {
    let now = NOW + days * DAY;
    let found = state.is_due(&order(hosts), Some(&facts()), 0, true, now);
    assert_eq!(found, due);
}

#[test]
fn first_certificate_is_due_at_once() {
    let order = order(&["id.example.org"]);
    assert!(State::default().is_due(&order, None, 0, true, NOW));
    assert!(!failed(NOW + 60).is_due(&order, None, 0, true, NOW));
}

#[rstest]
#[case::other_hosts(issued(), Some(facts()), false)]
#[case::other_authority(State { issuer: Some("other".to_owned()), ..issued() }, Some(facts()), false)]
#[case::waits_after_failure(failed(NOW + 60), None, false)]
#[case::attempts_again(failed(NOW), None, true)]
#[case::window(State { window: Some((NOW - 2, NOW - 1)), ..issued() }, Some(facts()), true)]
fn second_attempt_needs_more_than_another_configuration(
    #[case] state: State,
    #[case] facts: Option<CertificateFacts>,
    #[case] due: bool,
) {
    let order = order(&["id.example.org", "acme.example.org"]);
    assert_eq!(state.is_due(&order, facts.as_ref(), 0, false, NOW), due);
}

#[rstest]
#[case(NOW, true)]
#[case(NOW + 1, false)]
#[case(NOW + 2 * DAY, false)]
#[case(NOW + 2 * DAY + 1, true)]
fn clock_that_was_ahead_does_not_stop_questions(#[case] ask_at: UnixSeconds, #[case] asks: bool) {
    let certificate = Certificate {
        chain: String::new(),
        private_key: Sealed(vec![1]),
    };
    let state = State {
        certificate: Some(certificate),
        ask_at,
        ..issued()
    };
    assert_eq!(state.asks_at(NOW), asks);
}

#[test]
fn state_is_stored_without_losses_and_read_from_older_release() {
    let challenge = Challenge {
        kind: ChallengeKind::TlsAlpn01,
        host: "id.example.org".to_owned(),
        token: "token".to_owned(),
        key_authorization: "token.thumbprint".to_owned(),
    };
    let state = State {
        account_key: Some(Sealed(vec![0, 255])),
        challenges: vec![OpenChallenge::of(&challenge)],
        ..failed(NOW)
    };
    let text = serde_json::to_string(&state).unwrap();
    let again: State = serde_json::from_str(&text).unwrap();
    assert_eq!(again, state);
    assert_eq!(again.challenges[0].read(), Some(challenge));
    let older: State = serde_json::from_str(r#"{"number":3}"#).unwrap();
    assert_eq!(older.number, 3);
}
