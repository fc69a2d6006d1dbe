use doorward_domain::model::{AuditId, SessionId};
use doorward_domain::time::UnixSeconds;
use rstest::rstest;

use super::*;
use AuditKind as Kind;
use SignalEvent as Signal;

const ALICE: &str = "0190e3c0-0000-7000-8000-00000000000a";
const ADMIN: &str = "0190e3c0-0000-7000-8000-00000000000b";
const NOW: UnixSeconds = 1_800_000_000;

fn event(kind: AuditKind, subject: &str, detail: Value) -> AuditEvent {
    let Value::Object(detail) = detail else {
        panic!("no object: {detail}");
    };
    AuditEvent {
        id: AuditId::from_uuid(SessionId::parse(ALICE).unwrap().as_uuid()),
        at: NOW,
        kind,
        actor: Some(ADMIN.to_owned()),
        subject: Some(subject.to_owned()),
        client_id: Some("web".to_owned()),
        ip: None,
        user_agent: None,
        success: true,
        detail,
        request_id: None,
    }
}

fn alice() -> SignalSubject {
    SignalSubject::User(UserId::parse(ALICE).unwrap().into())
}

fn web() -> ClientId {
    ClientId::parse("web").unwrap()
}

fn grant_of_web() -> SignalSubject {
    SignalSubject::Grant {
        user: UserId::parse(ALICE).unwrap().into(),
        client: web(),
    }
}

fn changed(name: &str, before: &Value, after: &Value) -> Value {
    json!({ "change": "changed", "before": { name: before }, "after": { name: after } })
}

/// Each row is a change by which a token loses something, or of which a receiver wants to know: the kind and the
/// subject of the event, its details, and the signal with its subject.
const CHANGES: &[(Kind, &str, &str, Signal, &str)] = &[
    (
        Kind::SteppedUp,
        "alice",
        "{}",
        Signal::AssuranceChanged,
        "alice",
    ),
    (
        Kind::FactorAdded,
        "alice",
        r#"{"factor":"passkey"}"#,
        Signal::CredentialChanged,
        "alice",
    ),
    (
        Kind::FactorRemoved,
        "alice",
        r#"{"change":"reset"}"#,
        Signal::CredentialChanged,
        "alice",
    ),
    (
        Kind::PasswordReset,
        "alice",
        "{}",
        Signal::CredentialChanged,
        "alice",
    ),
    (
        Kind::PasswordChanged,
        "alice",
        "{}",
        Signal::CredentialChanged,
        "alice",
    ),
    (
        Kind::SessionEnded,
        "alice",
        r#"{"which":"all","count":2}"#,
        Signal::SessionsRevoked,
        "alice",
    ),
    (
        Kind::SessionEnded,
        "alice",
        r#"{"change":"all ended","count":2}"#,
        Signal::SessionsRevoked,
        "alice",
    ),
    (
        Kind::SessionEnded,
        "all",
        r#"{"change":"all ended","count":2}"#,
        Signal::SessionRevoked,
        "everything",
    ),
    (
        Kind::UserChanged,
        "alice",
        r#"{"change":"deleted"}"#,
        Signal::AccountPurged,
        "alice",
    ),
    (
        Kind::UserChanged,
        "alice",
        r#"{"change":"changed","before":{"disabled_at":null},"after":{"disabled_at":1}}"#,
        Signal::AccountDisabled,
        "alice",
    ),
    (
        Kind::UserChanged,
        "alice",
        r#"{"change":"changed","before":{"disabled_at":1},"after":{"disabled_at":null}}"#,
        Signal::AccountEnabled,
        "alice",
    ),
    (
        Kind::UserChanged,
        "alice",
        r#"{"change":"changed","before":{"is_staff":true},"after":{"is_staff":false}}"#,
        Signal::ClaimsChanged,
        "alice",
    ),
    (
        Kind::UserChanged,
        "alice",
        r#"{"change":"changed","before":{"password_changed_at":null},"after":{"password_changed_at":1}}"#,
        Signal::CredentialChanged,
        "alice",
    ),
    (
        Kind::AccountDeleted,
        "alice",
        "{}",
        Signal::AccountPurged,
        "alice",
    ),
    (
        Kind::ConsentRevoked,
        "alice",
        "{}",
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::CodeReplayed,
        "alice",
        "{}",
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::CodeMisused,
        "alice",
        "{}",
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::RefreshReused,
        "alice",
        "{}",
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::ImpersonationEnded,
        "alice",
        r#"{"change":"ended"}"#,
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::TokenRevoked,
        "alice",
        r#"{"token":"refresh_token"}"#,
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::TokenRevoked,
        "alice",
        r#"{"change":"grants ended"}"#,
        Signal::SessionRevoked,
        "alice",
    ),
    (
        Kind::TokenRevoked,
        "alice",
        r#"{"change":"grants ended","of_client":"web"}"#,
        Signal::SessionRevoked,
        "grant",
    ),
    (
        Kind::TokenRevoked,
        "web",
        r#"{"change":"grants ended"}"#,
        Signal::SessionRevoked,
        "web",
    ),
    (
        Kind::TokenRevoked,
        "all",
        r#"{"change":"grants ended"}"#,
        Signal::SessionRevoked,
        "everything",
    ),
    (
        Kind::ClientChanged,
        "web",
        r#"{"change":"deleted"}"#,
        Signal::SessionRevoked,
        "web",
    ),
    (
        Kind::ClientChanged,
        "web",
        r#"{"change":"changed","before":{"disabled_at":null},"after":{"disabled_at":1}}"#,
        Signal::SessionRevoked,
        "web",
    ),
    (
        Kind::ClientChanged,
        "web",
        r#"{"change":"changed","before":{"scopes":"a b"},"after":{"scopes":"a"}}"#,
        Signal::ClaimsChanged,
        "web",
    ),
    (
        Kind::RoleChanged,
        "alice",
        r#"{"change":"revoked","role":"editor","holder":"user"}"#,
        Signal::ClaimsChanged,
        "alice",
    ),
    (
        Kind::RoleChanged,
        "alice",
        r#"{"change":"taken","role":"editor"}"#,
        Signal::ClaimsChanged,
        "alice",
    ),
    (
        Kind::RoleChanged,
        "web",
        r#"{"change":"revoked","role":"editor","holder":"client"}"#,
        Signal::ClaimsChanged,
        "web",
    ),
    (
        Kind::RoleChanged,
        "sales",
        r#"{"change":"revoked","role":"editor","holder":"group"}"#,
        Signal::ClaimsChanged,
        "role:editor",
    ),
    (
        Kind::RoleChanged,
        "editor",
        r#"{"change":"changed","before":{"permissions":["a","b"]},"after":{"permissions":["b","c"]}}"#,
        Signal::ClaimsChanged,
        "role:editor",
    ),
    (
        Kind::RoleChanged,
        "editor",
        r#"{"change":"changed","before":{"active":true},"after":{"active":false}}"#,
        Signal::ClaimsChanged,
        "role:editor",
    ),
    (
        Kind::RoleChanged,
        "editor",
        r#"{"change":"deleted"}"#,
        Signal::ClaimsChanged,
        "role:editor",
    ),
    (
        Kind::RoleChanged,
        "tasks:read",
        r#"{"change":"permission deleted"}"#,
        Signal::ClaimsChanged,
        "permission:tasks:read",
    ),
    (
        Kind::GroupChanged,
        "id",
        r#"{"change":"member removed","user":"ALICE"}"#,
        Signal::ClaimsChanged,
        "alice",
    ),
    (
        Kind::GroupChanged,
        "id",
        r#"{"change":"deleted","path":"/sales"}"#,
        Signal::ClaimsChanged,
        "group:/sales",
    ),
    (
        Kind::GroupChanged,
        "id",
        r#"{"change":"changed","before":{"path":"/sales"},"after":{"path":"/x"}}"#,
        Signal::ClaimsChanged,
        "group:/sales",
    ),
    (
        Kind::OrganizationChanged,
        "acme",
        r#"{"change":"member left","user":"ALICE"}"#,
        Signal::ClaimsChanged,
        "alice",
    ),
    (
        Kind::OrganizationChanged,
        "acme",
        r#"{"change":"deleted"}"#,
        Signal::SessionRevoked,
        "acme",
    ),
    (
        Kind::OrganizationChanged,
        "acme",
        r#"{"change":"changed","before":{"active":true},"after":{"active":false}}"#,
        Signal::SessionRevoked,
        "acme",
    ),
];

#[test]
fn changes_are_signals_of_what_they_end() {
    for (kind, subject, detail, expected, about) in CHANGES {
        let shown = format!("{} {subject} {detail}", kind.as_str());
        let detail = serde_json::from_str(&detail.replace("ALICE", ALICE)).expect(&shown);
        let subject = if *subject == "alice" { ALICE } else { subject };
        let found = draft(&event(*kind, subject, detail)).expect(&shown);
        let about = match *about {
            "alice" => alice(),
            "grant" => grant_of_web(),
            "web" => SignalSubject::Client(web()),
            "everything" => SignalSubject::Everything,
            "acme" => SignalSubject::Organization("acme".to_owned()),
            claim => SignalSubject::Claim(claim.to_owned()),
        };
        assert_eq!((found.event, found.subject), (*expected, about), "{shown}");
    }
}

/// A change that gives something, or that changes no token, reaches no receiver: each signal costs a refresh.
#[rstest]
#[case(AuditKind::SessionEnded, ALICE, json!({"change": "ended", "session": ALICE}))]
#[case(AuditKind::SessionEnded, ALICE, json!({"change": "all ended", "sessions": []}))]
#[case(AuditKind::SessionEnded, ALICE, json!({"which": "others", "count": 1}))]
#[case(AuditKind::UserChanged, ALICE, json!({"change": "created"}))]
#[case(AuditKind::UserChanged, ALICE, changed("email", &json!("a"), &json!("b")))]
#[case(AuditKind::UserChanged, ALICE, changed("is_staff", &json!(false), &json!(true)))]
#[case(AuditKind::TokenRevoked, ALICE, json!({"token": "access_token"}))]
#[case(AuditKind::ClientChanged, "web", json!({"change": "created"}))]
#[case(AuditKind::ClientChanged, "web", changed("scopes", &json!("a"), &json!("a b")))]
#[case(AuditKind::RoleChanged, ALICE, json!({"change": "assigned", "role": "editor", "holder": "user"}))]
#[case(AuditKind::RoleChanged, "editor", changed("permissions", &json!(["a"]), &json!(["a", "b"])))]
#[case(AuditKind::RoleChanged, "editor", json!({"change": "created"}))]
#[case(AuditKind::RoleChanged, "q3", json!({"change": "review closed"}))]
#[case(AuditKind::GroupChanged, "id", json!({"change": "member added", "user": ALICE}))]
#[case(AuditKind::GroupChanged, "id", changed("description", &json!("a"), &json!("b")))]
#[case(AuditKind::OrganizationChanged, "acme", json!({"change": "member set", "user": ALICE}))]
#[case(AuditKind::OrganizationChanged, "acme", changed("name", &json!("a"), &json!("b")))]
fn other_changes_are_none(#[case] kind: AuditKind, #[case] subject: &str, #[case] detail: Value) {
    assert_eq!(draft(&event(kind, subject, detail)), None);
}

/// A signal needs a subject that tokens name; an event with another one has none.
#[test]
fn subject_that_no_token_names_is_none() {
    for kind in AuditKind::ALL {
        let found = draft(&event(kind, "?", json!({})));
        assert_eq!(found, None, "{}", kind.as_str());
    }
}

#[test]
fn initiator_is_user_administrator_or_system() {
    let own = event(AuditKind::PasswordChanged, ADMIN, json!({}));
    assert_eq!(initiator(&own), "user");
    let other = event(AuditKind::UserChanged, ALICE, json!({"change": "disabled"}));
    assert_eq!(initiator(&other), "admin");
    assert_eq!(reason(&other), json!({ "en": "user.changed: disabled" }));
    let none = AuditEvent {
        actor: None,
        ..other
    };
    assert_eq!(initiator(&none), "system");
}
