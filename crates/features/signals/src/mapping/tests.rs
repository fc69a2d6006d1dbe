use doorward_domain::model::{AuditId, SessionId};
use doorward_domain::time::UnixSeconds;
use rstest::rstest;

use super::*;

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

fn of_role(name: &str) -> SignalSubject {
    SignalSubject::Claim(format!("role:{name}"))
}

fn changed(name: &str, before: Value, after: Value) -> Value {
    json!({ "change": "changed", "before": { name: before }, "after": { name: after } })
}

/// Each row is a change by which a token loses something, or of which a receiver wants to know.
#[test]
fn changes_are_signals_of_what_they_end() {
    use AuditKind as Kind;
    use SignalEvent as Signal;
    let organization = SignalSubject::Organization("acme".to_owned());
    let rows = [
        (
            Kind::SteppedUp,
            ALICE,
            json!({}),
            Signal::AssuranceChanged,
            alice(),
        ),
        (
            Kind::FactorAdded,
            ALICE,
            json!({"factor": "passkey"}),
            Signal::CredentialChanged,
            alice(),
        ),
        (
            Kind::FactorRemoved,
            ALICE,
            json!({"change": "reset"}),
            Signal::CredentialChanged,
            alice(),
        ),
        (
            Kind::PasswordReset,
            ALICE,
            json!({}),
            Signal::CredentialChanged,
            alice(),
        ),
        (
            Kind::PasswordChanged,
            ALICE,
            json!({}),
            Signal::CredentialChanged,
            alice(),
        ),
        (
            Kind::SessionEnded,
            ALICE,
            json!({"which": "all", "count": 2}),
            Signal::SessionsRevoked,
            alice(),
        ),
        (
            Kind::SessionEnded,
            ALICE,
            json!({"change": "all ended", "count": 2}),
            Signal::SessionsRevoked,
            alice(),
        ),
        (
            Kind::SessionEnded,
            "all",
            json!({"change": "all ended", "count": 2}),
            Signal::SessionRevoked,
            SignalSubject::Everything,
        ),
        (
            Kind::UserChanged,
            ALICE,
            json!({"change": "deleted"}),
            Signal::AccountPurged,
            alice(),
        ),
        (
            Kind::UserChanged,
            ALICE,
            changed("disabled_at", Value::Null, json!(NOW)),
            Signal::AccountDisabled,
            alice(),
        ),
        (
            Kind::UserChanged,
            ALICE,
            changed("disabled_at", json!(NOW), Value::Null),
            Signal::AccountEnabled,
            alice(),
        ),
        (
            Kind::UserChanged,
            ALICE,
            changed("is_staff", json!(true), json!(false)),
            Signal::ClaimsChanged,
            alice(),
        ),
        (
            Kind::UserChanged,
            ALICE,
            changed("password_changed_at", Value::Null, json!(NOW)),
            Signal::CredentialChanged,
            alice(),
        ),
        (
            Kind::AccountDeleted,
            ALICE,
            json!({}),
            Signal::AccountPurged,
            alice(),
        ),
        (
            Kind::ConsentRevoked,
            ALICE,
            json!({}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::CodeReplayed,
            ALICE,
            json!({}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::CodeMisused,
            ALICE,
            json!({}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::RefreshReused,
            ALICE,
            json!({}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::ImpersonationEnded,
            ALICE,
            json!({"change": "ended"}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::TokenRevoked,
            ALICE,
            json!({"token": "refresh_token"}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::TokenRevoked,
            ALICE,
            json!({"change": "grants ended"}),
            Signal::SessionRevoked,
            alice(),
        ),
        (
            Kind::TokenRevoked,
            ALICE,
            json!({"change": "grants ended", "of_client": "web"}),
            Signal::SessionRevoked,
            grant_of_web(),
        ),
        (
            Kind::TokenRevoked,
            "web",
            json!({"change": "grants ended"}),
            Signal::SessionRevoked,
            SignalSubject::Client(web()),
        ),
        (
            Kind::TokenRevoked,
            "all",
            json!({"change": "grants ended"}),
            Signal::SessionRevoked,
            SignalSubject::Everything,
        ),
        (
            Kind::ClientChanged,
            "web",
            json!({"change": "deleted"}),
            Signal::SessionRevoked,
            SignalSubject::Client(web()),
        ),
        (
            Kind::ClientChanged,
            "web",
            changed("disabled_at", Value::Null, json!(NOW)),
            Signal::SessionRevoked,
            SignalSubject::Client(web()),
        ),
        (
            Kind::ClientChanged,
            "web",
            changed("scopes", json!("a b"), json!("a")),
            Signal::ClaimsChanged,
            SignalSubject::Client(web()),
        ),
        (
            Kind::RoleChanged,
            ALICE,
            json!({"change": "revoked", "role": "editor", "holder": "user"}),
            Signal::ClaimsChanged,
            alice(),
        ),
        (
            Kind::RoleChanged,
            ALICE,
            json!({"change": "taken", "role": "editor"}),
            Signal::ClaimsChanged,
            alice(),
        ),
        (
            Kind::RoleChanged,
            "web",
            json!({"change": "revoked", "role": "editor", "holder": "client"}),
            Signal::ClaimsChanged,
            SignalSubject::Client(web()),
        ),
        (
            Kind::RoleChanged,
            "sales",
            json!({"change": "revoked", "role": "editor", "holder": "group"}),
            Signal::ClaimsChanged,
            of_role("editor"),
        ),
        (
            Kind::RoleChanged,
            "editor",
            changed("permissions", json!(["a", "b"]), json!(["b", "c"])),
            Signal::ClaimsChanged,
            of_role("editor"),
        ),
        (
            Kind::RoleChanged,
            "editor",
            changed("active", json!(true), json!(false)),
            Signal::ClaimsChanged,
            of_role("editor"),
        ),
        (
            Kind::RoleChanged,
            "editor",
            json!({"change": "deleted"}),
            Signal::ClaimsChanged,
            of_role("editor"),
        ),
        (
            Kind::RoleChanged,
            "tasks:read",
            json!({"change": "permission deleted"}),
            Signal::ClaimsChanged,
            SignalSubject::Claim("permission:tasks:read".to_owned()),
        ),
        (
            Kind::GroupChanged,
            "id",
            json!({"change": "member removed", "user": ALICE}),
            Signal::ClaimsChanged,
            alice(),
        ),
        (
            Kind::GroupChanged,
            "id",
            json!({"change": "deleted", "path": "/sales"}),
            Signal::ClaimsChanged,
            SignalSubject::Claim("group:/sales".to_owned()),
        ),
        (
            Kind::GroupChanged,
            "id",
            changed("path", json!("/sales"), json!("/x")),
            Signal::ClaimsChanged,
            SignalSubject::Claim("group:/sales".to_owned()),
        ),
        (
            Kind::OrganizationChanged,
            "acme",
            json!({"change": "member left", "user": ALICE}),
            Signal::ClaimsChanged,
            alice(),
        ),
        (
            Kind::OrganizationChanged,
            "acme",
            json!({"change": "deleted"}),
            Signal::SessionRevoked,
            organization.clone(),
        ),
        (
            Kind::OrganizationChanged,
            "acme",
            changed("active", json!(true), json!(false)),
            Signal::SessionRevoked,
            organization,
        ),
    ];
    for (kind, subject, detail, expected, about) in rows {
        let shown = format!("{} {subject} {detail}", kind.as_str());
        let found = draft(&event(kind, subject, detail)).expect(&shown);
        assert_eq!((found.event, found.subject), (expected, about), "{shown}");
    }
}

/// What gives something, or changes no token, reaches no receiver: each signal costs a refresh.
#[rstest]
#[case(AuditKind::SessionEnded, ALICE, json!({"change": "ended", "session": ALICE}))]
#[case(AuditKind::SessionEnded, ALICE, json!({"change": "all ended", "sessions": []}))]
#[case(AuditKind::SessionEnded, ALICE, json!({"which": "others", "count": 1}))]
#[case(AuditKind::UserChanged, ALICE, json!({"change": "created"}))]
#[case(AuditKind::UserChanged, ALICE, changed("email", json!("a"), json!("b")))]
#[case(AuditKind::UserChanged, ALICE, changed("is_staff", json!(false), json!(true)))]
#[case(AuditKind::TokenRevoked, ALICE, json!({"token": "access_token"}))]
#[case(AuditKind::ClientChanged, "web", json!({"change": "created"}))]
#[case(AuditKind::ClientChanged, "web", changed("scopes", json!("a"), json!("a b")))]
#[case(AuditKind::RoleChanged, ALICE, json!({"change": "assigned", "role": "editor", "holder": "user"}))]
#[case(AuditKind::RoleChanged, "editor", changed("permissions", json!(["a"]), json!(["a", "b"])))]
#[case(AuditKind::RoleChanged, "editor", json!({"change": "created"}))]
#[case(AuditKind::RoleChanged, "q3", json!({"change": "review closed"}))]
#[case(AuditKind::GroupChanged, "id", json!({"change": "member added", "user": ALICE}))]
#[case(AuditKind::GroupChanged, "id", changed("description", json!("a"), json!("b")))]
#[case(AuditKind::OrganizationChanged, "acme", json!({"change": "member set", "user": ALICE}))]
#[case(AuditKind::OrganizationChanged, "acme", changed("name", json!("a"), json!("b")))]
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
