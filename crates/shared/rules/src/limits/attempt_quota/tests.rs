use serde_json::Map;

use super::*;
use doorward_domain::model::{AttemptStep, SignInAttemptId};

const NOW: i64 = 1_800_000_000;

fn attempt(outcome: AttemptOutcome, user: Option<u8>, network: &str) -> SignInAttempt {
    let mut rng = rand::rng();
    SignInAttempt {
        id: SignInAttemptId::generate(NOW, &mut rng),
        at: NOW,
        step: AttemptStep::Password,
        outcome,
        rule: "wrong_password".to_owned(),
        reason: "the password is wrong".to_owned(),
        user_id: user.map(|number| UserId::from_uuid(uuid::Uuid::from_u128(number.into()))),
        name_hash: None,
        client_id: None,
        request_id: None,
        address: Some(network.to_owned()),
        detail: Map::new(),
    }
}

fn failed(user: u8, network: &str) -> SignInAttempt {
    attempt(AttemptOutcome::Failed, Some(user), network)
}

fn rejected(client: &str, network: &str) -> SignInAttempt {
    SignInAttempt {
        client_id: Some(client.to_owned()),
        ..attempt(AttemptOutcome::Rejected, None, network)
    }
}

fn count(quotas: &mut AttemptQuotas, attempts: impl Iterator<Item = SignInAttempt>) -> u32 {
    let admitted = attempts.filter(|attempt| quotas.admits(attempt));
    u32::try_from(admitted.count()).unwrap()
}

/// Each row floods the log from one source; attempts of others are stored afterwards.
#[test]
fn no_source_displaces_others() {
    let by_user = |user| SignInAttempt {
        user_id: failed(user, "").user_id,
        ..rejected("app", "10.0.0.1")
    };
    let floods: [(&str, Vec<SignInAttempt>); 5] = [
        ("requests of a signed-in user", vec![by_user(1)]),
        ("requests of a network", vec![rejected("app", "10.0.0.1")]),
        (
            "requests of a client",
            (0..100)
                .map(|net| rejected("app", &format!("10.0.0.{net}")))
                .collect(),
        ),
        ("passwords of a user", vec![failed(1, "10.0.0.1")]),
        (
            "passwords of many users from a network",
            (0..200).map(|user| failed(user, "10.0.0.1")).collect(),
        ),
    ];
    for (name, flood) in floods {
        let mut quotas = AttemptQuotas::default();
        for number in 0..52_000 {
            let mut attempt = flood[number % flood.len()].clone();
            // Over an hour, so that the bound of a minute is not what holds.
            attempt.at += i64::try_from(number / 20).unwrap();
            quotas.admits(&attempt);
        }
        let mut others = [
            failed(250, "192.0.2.7"),
            rejected("other", "192.0.2.7"),
            attempt(AttemptOutcome::Failed, None, "192.0.2.7"),
            attempt(AttemptOutcome::Succeeded, Some(1), "10.0.0.1"),
        ];
        for other in &mut others {
            other.at += 7200;
            assert!(quotas.admits(other), "{name}: {other:?}");
        }
    }
}

#[test]
fn rejected_requests_displace_no_failed_sign_in() {
    let mut quotas = AttemptQuotas::default();
    let clients = (0..60_000).map(|number| {
        let user = failed(u8::try_from(number % 250).unwrap(), "").user_id;
        let network = format!("net-{}", number % 100);
        SignInAttempt {
            user_id: user,
            ..rejected(&format!("client-{}", number % 100), &network)
        }
    });
    assert_eq!(count(&mut quotas, clients), REJECTED_PER_DAY);
    assert!(!quotas.admits(&rejected("new", "new")));
    assert!(quotas.admits(&failed(251, "192.0.2.7")));
}

#[test]
fn client_does_not_count_failures_of_its_users() {
    let mut quotas = AttemptQuotas::default();
    let through = |number: u32| SignInAttempt {
        client_id: Some("app".to_owned()),
        ..failed(u8::try_from(number % 20).unwrap(), &format!("net-{number}"))
    };
    let admitted = count(&mut quotas, (0..OF_CLIENT + 100).map(through));
    assert_eq!(admitted, OF_CLIENT + 100);
}

#[test]
fn unknown_users_share_minute() {
    let unknown = |net: u32| attempt(AttemptOutcome::Failed, None, &format!("net-{net}"));
    let mut quotas = AttemptQuotas::default();
    assert_eq!(
        count(&mut quotas, (0..500).map(|_| unknown(0))),
        UNKNOWN_OF_NETWORK
    );
    assert!(quotas.admits(&unknown(1)), "another network");
    let all = count(&mut quotas, (0..500).map(unknown));
    assert_eq!(all, UNKNOWN_PER_MINUTE - UNKNOWN_OF_NETWORK - 1);
    let mut later = unknown(0);
    later.at += 60;
    assert!(quotas.admits(&later));
}

#[test]
fn days_are_counted_separately() {
    let mut quotas = AttemptQuotas::default();
    assert_eq!(
        count(&mut quotas, (0..1_200).map(|_| failed(1, "net"))),
        OF_ACCOUNT
    );
    let mut later = failed(1, "net");
    later.at += DAY;
    assert!(quotas.admits(&later));
}

#[test]
fn memory_is_bounded() {
    let mut quotas = AttemptQuotas::default();
    for number in 0..30_000 {
        quotas.admits(&failed(1, &format!("net-{number}")));
        quotas.admits(&failed(
            u8::try_from(number % 250).unwrap(),
            &format!("n-{number}"),
        ));
    }
    assert!(
        quotas.sources.len() <= MAX_SOURCES + 3,
        "{}",
        quotas.sources.len()
    );
}
