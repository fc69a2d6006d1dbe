use doorward_domain::model::signals::{
    KnownUser, Signal, SignalDetail, SignalEvent, SignalStream, SignalSubject, StreamSettings,
};
use doorward_domain::model::{ClientId, SessionId, SignalId, UserId};
use doorward_domain::secret::MasterKey;
use doorward_rules::subject::SubjectKey;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://id.example.org";
const ID: &str = "0190e3c0-0000-7000-8000-00000000000a";

fn stream() -> SignalStream {
    SignalStream {
        id: "one".to_owned(),
        client_id: ClientId::parse("guard").unwrap(),
        settings: StreamSettings::default(),
        authorization_sealed: None,
        position: 0,
        created_at: 0,
        used_at: 0,
        failures: 0,
        retry_at: None,
        last_error: None,
    }
}

fn signal(subject: SignalSubject) -> Signal {
    Signal {
        id: SignalId::parse(ID).unwrap(),
        position: 7,
        at: 1_800_000_000,
        event: SignalEvent::SessionRevoked,
        subject,
        detail: SignalDetail {
            members: [("initiating_entity".to_owned(), "admin".into())]
                .into_iter()
                .collect(),
            txn: Some("request".to_owned()),
        },
    }
}

fn key() -> SubjectKey {
    SubjectKey::derive(
        &MasterKey::from_base64("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=").unwrap(),
    )
}

fn claims_of(stream: &SignalStream, subject: SignalSubject) -> Option<Value> {
    let (key, signal) = (key(), signal(subject));
    let is_removed = is_removed(&key, stream, &signal);
    (!is_removed).then(|| claims(ISSUER, &key, stream, &signal, 1_800_000_001))
}

fn user() -> KnownUser {
    UserId::parse(ID).unwrap().into()
}

#[test]
fn token_has_claims_of_rfc_8417() {
    let found = claims_of(&stream(), SignalSubject::User(user())).unwrap();
    let event = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
    let expected = json!({
        "iss": ISSUER,
        "aud": "guard",
        "iat": 1_800_000_001,
        "jti": "0190e3c0000070008000" .to_owned() + "00000000000a.7",
        "txn": "request",
        "sub_id": { "format": "iss_sub", "iss": ISSUER, "sub": ID },
        "events": { event: { "event_timestamp": 1_800_000_000, "initiating_entity": "admin" } },
    });
    assert_eq!(found, expected);
}

/// The table of `docs/guides/signals.md`.
#[test]
fn each_subject_has_its_form() {
    let (session, client) = (
        SessionId::parse(ID).unwrap(),
        ClientId::parse("web").unwrap(),
    );
    let of_user = json!({ "format": "iss_sub", "iss": ISSUER, "sub": ID });
    let opaque = |id: &str| json!({ "format": "opaque", "id": id });
    let rows = [
        (
            SignalSubject::Session {
                user: user(),
                session,
            },
            json!({ "format": "complex", "user": of_user, "session": opaque(ID) }),
        ),
        (
            SignalSubject::Grant {
                user: user(),
                client: client.clone(),
            },
            json!({ "format": "complex", "user": of_user, "application": opaque("web") }),
        ),
        (
            SignalSubject::Client(client),
            json!({ "format": "complex", "application": opaque("web") }),
        ),
        (
            SignalSubject::Claim("role:editor".to_owned()),
            json!({ "format": "complex", "group": opaque("role:editor") }),
        ),
        (
            SignalSubject::Organization("acme".to_owned()),
            json!({ "format": "complex", "tenant": opaque("acme") }),
        ),
        (
            SignalSubject::Everything,
            json!({ "format": "uri", "uri": ISSUER }),
        ),
        (
            SignalSubject::Overflow("one".to_owned()),
            json!({ "format": "uri", "uri": ISSUER }),
        ),
        (SignalSubject::Stream("one".to_owned()), opaque("one")),
    ];
    for (subject, expected) in rows {
        let shown = format!("{subject:?}");
        let found = claims_of(&stream(), subject).unwrap();
        assert_eq!(found["sub_id"], expected, "{shown}");
    }
}

#[test]
fn pairwise_subject_and_removed_one() {
    let pairwise = KnownUser {
        sector: Some("shop.example.com".to_owned()),
        ..user()
    };
    let found = claims_of(&stream(), SignalSubject::User(pairwise.clone())).unwrap();
    let sub = found["sub_id"]["sub"].as_str().unwrap().to_owned();
    assert_eq!(sub.len(), 43);
    let mut stream = stream();
    stream.settings.removed.insert(ID.to_owned());
    assert_eq!(claims_of(&stream, SignalSubject::User(user())), None);
    assert!(claims_of(&stream, SignalSubject::User(pairwise.clone())).is_some());
    stream.settings.removed.insert(sub);
    assert_eq!(claims_of(&stream, SignalSubject::User(pairwise)), None);
    assert!(claims_of(&stream, SignalSubject::Everything).is_some());
}

/// A signal for one stream reaches no other one, and reaches it whatever events it has chosen.
#[test]
fn stream_takes_chosen_events_and_its_own() {
    let mut stream = stream();
    let of_user = signal(SignalSubject::User(user()));
    assert!(!stream.takes(&of_user));
    assert!(stream.takes(&signal(SignalSubject::Overflow("one".to_owned()))));
    let event = SignalEvent::SessionRevoked.as_str();
    stream.settings.requested.insert(event.to_owned());
    assert!(stream.takes(&of_user));
    assert!(!stream.takes(&signal(SignalSubject::Stream("other".to_owned()))));
}
