//! Tables of events with their reversals and obstacles.

use std::collections::HashSet;

use rstest::rstest;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use doorward_domain::model::{AuditId, AuditKind::OrganizationChanged, sample::NOW};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

/// Returns an event about `subject` with these details.
fn event(kind: AuditKind, subject: &str, detail: &Value) -> AuditEvent {
    AuditEvent {
        id: AuditId::from_uuid(Uuid::from_u128(1)),
        at: NOW,
        kind,
        actor: None,
        subject: Some(subject.to_owned()),
        client_id: None,
        ip: None,
        user_agent: None,
        success: true,
        detail: detail.as_object().cloned().unwrap_or_default(),
        request_id: None,
    }
}

fn obstacle(kind: AuditKind, subject: &str, detail: &Value) -> Option<UndoObstacle> {
    undo(&event(kind, subject, detail), NOW).err()
}

/// The obstacle of each kind for an event without details; a new kind must be added here.
const KINDS: &[(UndoObstacle, &[AuditKind])] = {
    use AuditKind as Kind;
    &[
        // These depend on the change.
        (
            UndoObstacle::Unsupported,
            &[
                Kind::UserChanged,
                Kind::RoleChanged,
                Kind::GroupChanged,
                Kind::OrganizationChanged,
            ],
        ),
        (
            UndoObstacle::Incomplete,
            &[Kind::ClientChanged, Kind::ProviderChanged],
        ),
        // These have one obstacle.
        (
            UndoObstacle::Secret,
            &[
                Kind::KeyChanged,
                Kind::RegistrationTokenChanged,
                Kind::ScimSourceChanged,
                Kind::ScimTargetChanged,
                Kind::PasswordReset,
                Kind::PasswordChanged,
                Kind::RecoveryCodesMade,
            ],
        ),
        (
            UndoObstacle::Ended,
            &[
                Kind::SessionEnded,
                Kind::LoggedOut,
                Kind::FactorRemoved,
                Kind::DeviceDistrusted,
                Kind::ConsentRevoked,
                Kind::ApiKeyRevoked,
                Kind::AppPasswordRevoked,
                Kind::TokenRevoked,
                Kind::AccountUnlinked,
            ],
        ),
        (UndoObstacle::Deleted, &[Kind::AccountDeleted]),
        (
            UndoObstacle::Created,
            &[
                Kind::UserRegistered,
                Kind::SetupCompleted,
                Kind::ApiKeyCreated,
                Kind::AppPasswordCreated,
                Kind::SupportCodeMade,
            ],
        ),
        (
            UndoObstacle::Unsupported,
            &[
                Kind::ResourceChanged,
                Kind::ScopeChanged,
                Kind::SiteChanged,
                Kind::ClaimChanged,
                Kind::ProfileFieldChanged,
                Kind::ClientPkceRequired,
                Kind::SystemChanged,
                Kind::FactorAdded,
                Kind::DeviceTrusted,
                Kind::ConsentGranted,
                Kind::AccountLinked,
                Kind::EmailVerified,
                Kind::EmailChanged,
                Kind::EmailChangeUndone,
                Kind::ProfileChanged,
                Kind::DeletionRequested,
                Kind::DeletionCancelled,
            ],
        ),
        (
            UndoObstacle::NotAChange,
            &[
                Kind::LoginSucceeded,
                Kind::LoginFailed,
                Kind::LoginLocked,
                Kind::FirstStepPassed,
                Kind::EmailCodeRequested,
                Kind::SteppedUp,
                Kind::FactorFailed,
                Kind::RecoveryCodeUsed,
                Kind::BackchannelLogout,
                Kind::ActivityDisowned,
                Kind::ConsentDenied,
                Kind::AccessDenied,
                Kind::ApiKeyFirstUsed,
                Kind::ApiKeyUsed,
                Kind::AppPasswordUsed,
                Kind::ApiKeyRefused,
                Kind::CodeReplayed,
                Kind::CodeMisused,
                Kind::RefreshReused,
                Kind::ProofReplayed,
                Kind::TokenAsserted,
                Kind::TokenExchanged,
                Kind::EmailChangeRequested,
                Kind::PasswordResetRequested,
                Kind::DataExported,
                Kind::AuditExported,
                Kind::UsersExported,
                Kind::SupportCodeUsed,
                Kind::ImpersonationStarted,
                Kind::ImpersonationUsed,
                Kind::ImpersonationEnded,
            ],
        ),
    ]
};

#[test]
fn each_kind_is_decided() {
    let mut known = HashSet::new();
    for (expected, kinds) in KINDS {
        for kind in *kinds {
            assert!(known.insert(*kind), "{kind:?} is listed twice");
            let found = obstacle(*kind, ID, &json!({}));
            assert_eq!(found, Some(*expected), "{kind:?}");
        }
    }
    for kind in &AuditKind::ALL {
        assert!(known.contains(kind), "{kind:?} is not listed");
    }
}

#[test]
fn failed_events_changed_nothing() {
    let detail =
        json!({ "change": "changed", "before": { "name": "a" }, "after": { "name": "b" } });
    let failed = AuditEvent {
        success: false,
        ..event(AuditKind::OrganizationChanged, "acme", &detail)
    };
    assert_eq!(undo(&failed, NOW).err(), Some(UndoObstacle::NotAChange));
}

#[test]
fn absent_object_is_not_as_after_event() {
    let reversal = Reversal {
        target: UndoTarget::User(UserId::parse(ID).unwrap()),
        values: vec![UndoValue {
            name: "expires_at".to_owned(),
            before: json!(7),
            after: Value::Null,
        }],
    };
    assert_eq!(reversal.check(&Value::Null), Err(UndoObstacle::Changed));
    assert_eq!(reversal.check(&json!({ "expires_at": null })), Ok(()));
}

#[test]
fn each_obstacle_has_own_sentence() {
    let sentences: HashSet<&str> = UndoObstacle::ALL.iter().map(|it| it.sentence()).collect();
    assert_eq!(sentences.len(), UndoObstacle::ALL.len());
}

/// Returns details with this change and these values before and after.
fn change(name: &str, before: &Value, after: &Value) -> Value {
    json!({ "change": name, "before": before, "after": after })
}

/// Returns the reversal of an event, as its target and its values `name: after -> before`.
#[track_caller]
fn reversed(kind: AuditKind, subject: &str, detail: &Value) -> (UndoTarget, Vec<String>) {
    let reversal = undo(&event(kind, subject, detail), NOW).expect("a reversal");
    let shown = |value: &UndoValue| format!("{}: {} -> {}", value.name, value.after, value.before);
    let values = reversal.values.iter().map(shown).collect();
    (reversal.target, values)
}

#[rstest]
#[case("changed", json!({ "email": "a@example.org" }), json!({ "email": "b@example.org" }))]
#[case("disabled", json!({ "disabled_at": null }), json!({ "disabled_at": 7 }))]
#[case("enabled", json!({ "disabled_at": 7 }), json!({ "disabled_at": null }))]
#[case("email verified", json!({ "email_verified": false }), json!({ "email_verified": true }))]
fn changes_of_user_are_reversed(#[case] name: &str, #[case] before: Value, #[case] after: Value) {
    let detail = change(name, &before, &after);
    let (target, values) = reversed(AuditKind::UserChanged, ID, &detail);
    assert_eq!(target, UndoTarget::User(UserId::parse(ID).unwrap()));
    assert_eq!(target.permission(), "users:write");
    let (member, was) = before.as_object().unwrap().iter().next().unwrap();
    assert_eq!(values, [format!("{member}: {} -> {was}", after[member])]);
}

#[rstest]
#[case(json!({ "change": "created" }), UndoObstacle::Created)]
#[case(json!({ "change": "deleted" }), UndoObstacle::Deleted)]
#[case(json!({ "change": "password set" }), UndoObstacle::Secret)]
#[case(json!({ "change": "password reset" }), UndoObstacle::Secret)]
#[case(json!({ "change": "passkey link mailed" }), UndoObstacle::Secret)]
#[case(json!({ "change": "recovered" }), UndoObstacle::Secret)]
#[case(json!({ "change": "unlocked" }), UndoObstacle::Ended)]
#[case(json!({ "change": "imported" }), UndoObstacle::Unsupported)]
#[case(json!({ "change": "changed", "before": {}, "after": {} }), UndoObstacle::Incomplete)]
#[case(
    json!({ "change": "changed", "before": { "password_changed_at": 1 },
            "after": { "password_changed_at": 2 } }),
    UndoObstacle::Incomplete
)]
// The address may be another one by now.
#[case(
    json!({ "change": "changed", "before": { "email_verified": true },
            "after": { "email_verified": false } }),
    UndoObstacle::Incomplete
)]
#[case(
    json!({ "change": "changed", "fields": ["team"], "before": { "email": "a" },
            "after": { "email": "b" } }),
    UndoObstacle::Incomplete
)]
#[case(
    json!({ "change": "changed", "profile": ["given_name"], "before": { "email": "a" },
            "after": { "email": "b" } }),
    UndoObstacle::Incomplete
)]
#[case(
    json!({ "change": "changed", "before": { "email": "a" }, "after": { "username": "b" } }),
    UndoObstacle::Incomplete
)]
fn other_changes_of_user_are_not(#[case] detail: Value, #[case] expected: UndoObstacle) {
    let found = obstacle(AuditKind::UserChanged, ID, &detail);
    assert_eq!(found, Some(expected));
}

#[test]
fn user_needs_id() {
    let detail = change(
        "changed",
        &json!({ "email": "a" }),
        &json!({ "email": "b" }),
    );
    let found = obstacle(AuditKind::UserChanged, "alice", &detail);
    assert_eq!(found, Some(UndoObstacle::Unsupported));
}

/// Returns details of an assignment with these values before and after.
fn assignment_detail(name: &str, before: &Value, after: &Value) -> Value {
    json!({
        "change": name, "before": before, "after": after,
        "role": "helper", "org": "acme", "holder": "user",
    })
}

#[rstest]
#[case::given("assigned", json!({ "active": null }), json!({ "active": true }), None)]
#[case::given_again(
    "assigned", json!({ "expires_at": NOW + 9 }), json!({ "expires_at": null }), None
)]
#[case::removed(
    "revoked",
    json!({ "active": true, "expires_at": NOW + 1 }),
    json!({ "active": null, "expires_at": null }),
    None
)]
#[case::end_has_passed(
    "revoked",
    json!({ "active": true, "expires_at": NOW }),
    json!({ "active": null, "expires_at": null }),
    Some(UndoObstacle::Past)
)]
#[case::changed(
    "assignment changed", json!({ "active": true }), json!({ "active": false }), None
)]
#[case::changed_end(
    "assignment changed",
    json!({ "expires_at": NOW - 1 }),
    json!({ "expires_at": NOW + 9 }),
    Some(UndoObstacle::Past)
)]
fn assignments_are_reversed(
    #[case] name: &str,
    #[case] before: Value,
    #[case] after: Value,
    #[case] expected: Option<UndoObstacle>,
) {
    let detail = assignment_detail(name, &before, &after);
    let found = undo(&event(AuditKind::RoleChanged, ID, &detail), NOW);
    assert_eq!(found.as_ref().err().copied(), expected);
    if let Ok(reversal) = found {
        let target = UndoTarget::Assignment {
            kind: SubjectKind::User,
            holder: ID.to_owned(),
            role: "helper".to_owned(),
            org: Some("acme".to_owned()),
        };
        assert_eq!(target.permission(), "roles:assign");
        assert_eq!(reversal.target, target);
        assert_eq!(reversal.check(&after), Ok(()));
    }
}

#[rstest]
#[case(json!({ "change": "created" }), UndoObstacle::Created)]
#[case(json!({ "change": "deleted", "before": { "active": true }, "after": { "active": null } }),
       UndoObstacle::Deleted)]
#[case(json!({ "change": "permission created" }), UndoObstacle::Created)]
#[case(json!({ "change": "permission deleted" }), UndoObstacle::Deleted)]
#[case(json!({ "change": "permission changed" }), UndoObstacle::Unsupported)]
#[case(json!({ "change": "taken", "role": "helper" }), UndoObstacle::Unsupported)]
// Former releases recorded no values of an assignment.
#[case(json!({ "change": "assigned", "role": "helper", "holder": "user", "active": true }),
       UndoObstacle::Incomplete)]
#[case(json!({ "change": "revoked", "role": "helper" }), UndoObstacle::Incomplete)]
fn other_changes_of_roles_are_not(#[case] detail: Value, #[case] expected: UndoObstacle) {
    let found = obstacle(AuditKind::RoleChanged, ID, &detail);
    assert_eq!(found, Some(expected));
}

#[test]
fn role_group_and_organization_are_reversed() {
    let detail = change(
        "changed",
        &json!({ "permissions": ["a:read"] }),
        &json!({ "permissions": [] }),
    );
    let (target, values) = reversed(AuditKind::RoleChanged, "helper", &detail);
    assert_eq!(target, UndoTarget::Role("helper".to_owned()));
    assert_eq!(target.permission(), "roles:write");
    assert_eq!(values, [r#"permissions: [] -> ["a:read"]"#]);

    let detail = change(
        "changed",
        &json!({ "path": "/a" }),
        &json!({ "path": "/b" }),
    );
    let (target, values) = reversed(AuditKind::GroupChanged, ID, &detail);
    assert_eq!(target, UndoTarget::Group(GroupId::parse(ID).unwrap()));
    assert_eq!(values, [r#"path: "/b" -> "/a""#]);

    let detail = change(
        "changed",
        &json!({ "active": true }),
        &json!({ "active": false }),
    );
    let (target, values) = reversed(AuditKind::OrganizationChanged, "acme", &detail);
    assert_eq!(target, UndoTarget::Organization("acme".to_owned()));
    assert_eq!(target.permission(), "organizations:write");
    assert_eq!(values, ["active: false -> true"]);
}

#[rstest]
#[case("member added", "member: true -> false")]
#[case("member removed", "member: false -> true")]
fn members_are_reversed(#[case] name: &str, #[case] expected: &str) {
    let detail = json!({ "change": name, "user": OTHER });
    let (target, values) = reversed(AuditKind::GroupChanged, ID, &detail);
    let user = UserId::parse(OTHER).unwrap();
    assert_eq!(
        target,
        UndoTarget::Member(GroupId::parse(ID).unwrap(), user)
    );
    assert_eq!(target.permission(), "groups:write");
    assert_eq!(values, [expected]);
    let unknown = json!({ "change": name });
    let found = obstacle(AuditKind::GroupChanged, ID, &unknown);
    assert_eq!(found, Some(UndoObstacle::Incomplete));
}

#[rstest]
#[case(AuditKind::GroupChanged, "created", UndoObstacle::Created)]
#[case(AuditKind::GroupChanged, "deleted", UndoObstacle::Deleted)]
#[case(AuditKind::OrganizationChanged, "created", UndoObstacle::Created)]
#[case(AuditKind::OrganizationChanged, "deleted", UndoObstacle::Deleted)]
#[case(OrganizationChanged, "member set", UndoObstacle::Unsupported)]
#[case(
    AuditKind::OrganizationChanged,
    "member removed",
    UndoObstacle::Unsupported
)]
#[case(AuditKind::ClientChanged, "created", UndoObstacle::Created)]
#[case(
    AuditKind::ClientChanged,
    "registered by itself",
    UndoObstacle::Created
)]
#[case(AuditKind::ClientChanged, "deleted", UndoObstacle::Deleted)]
#[case(AuditKind::ClientChanged, "secret rotated", UndoObstacle::Secret)]
#[case(AuditKind::ClientChanged, "former secret ended", UndoObstacle::Secret)]
#[case(AuditKind::ClientChanged, "logo", UndoObstacle::Incomplete)]
#[case(AuditKind::ClientChanged, "branding", UndoObstacle::Unsupported)]
#[case(AuditKind::ClientChanged, "its document", UndoObstacle::Incomplete)]
#[case(AuditKind::ProviderChanged, "created", UndoObstacle::Created)]
#[case(AuditKind::ProviderChanged, "removed", UndoObstacle::Deleted)]
#[case(AuditKind::ProviderChanged, "secret replaced", UndoObstacle::Secret)]
#[case(AuditKind::ProviderChanged, "changed", UndoObstacle::Incomplete)]
fn other_changes_are_not(
    #[case] kind: AuditKind,
    #[case] name: &str,
    #[case] expected: UndoObstacle,
) {
    assert_eq!(
        obstacle(kind, ID, &json!({ "change": name })),
        Some(expected)
    );
}

#[rstest]
#[case::name(json!({ "name": "Old" }), json!({ "name": "New" }), true)]
#[case::lists(json!({ "redirect_uris": [] }), json!({ "redirect_uris": ["https://a.example"] }), true)]
#[case::disabled(json!({ "disabled_at": null }), json!({ "disabled_at": 7 }), true)]
#[case::consent(json!({ "consent": { "publisher": "A" } }), json!({ "consent": {} }), true)]
#[case::keys(json!({ "jwks_sha256": "a" }), json!({ "jwks_sha256": "b" }), false)]
#[case::new_url_of_keys(json!({ "jwks_uri": null }), json!({ "jwks_uri": "https://a.example" }), false)]
#[case::both(
    json!({ "name": "Old", "jwks_sha256": "a" }),
    json!({ "name": "New", "jwks_sha256": "b" }),
    false
)]
fn settings_of_client_are_reversed_if_complete(
    #[case] before: Value,
    #[case] after: Value,
    #[case] is_complete: bool,
) {
    let detail = change("some", &before, &after);
    let found = undo(&event(AuditKind::ClientChanged, "web", &detail), NOW);
    assert_eq!(found.is_ok(), is_complete, "{found:?}");
    let obstacle = found.as_ref().err().copied();
    assert_eq!(obstacle, (!is_complete).then_some(UndoObstacle::Incomplete));
    if let Ok(reversal) = found {
        assert_eq!(reversal.target.permission(), "clients:write");
        assert_eq!(reversal.check(&after), Ok(()));
        assert_eq!(reversal.check(&before), Err(UndoObstacle::Changed));
        assert!(client_change(&reversal).is_some());
    }
}

#[rstest]
#[case("enabled", "active: true -> false")]
#[case("disabled", "active: false -> true")]
fn state_of_provider_is_reversed(#[case] name: &str, #[case] expected: &str) {
    let detail = json!({ "change": name });
    let (target, values) = reversed(AuditKind::ProviderChanged, "acme", &detail);
    let provider = ProviderId::parse("acme").unwrap();
    assert_eq!(target, UndoTarget::Provider(provider));
    assert_eq!(target.permission(), "providers:write");
    assert_eq!(values, [expected]);
}

#[test]
fn settings_of_provider_are_reversed() {
    for (member, is_known) in [("name", true), ("active", true), ("secret", false)] {
        let detail = change("changed", &json!({ member: 1 }), &json!({ member: 2 }));
        let found = obstacle(AuditKind::ProviderChanged, "acme", &detail);
        assert_eq!(found.is_none(), is_known, "{member}");
    }
}

#[test]
fn absent_object_has_no_values() {
    let (before, after) = (json!({ "active": true }), json!({ "active": null }));
    let detail = assignment_detail("revoked", &before, &after);
    let reversal = undo(&event(AuditKind::RoleChanged, ID, &detail), NOW).unwrap();
    assert_eq!(reversal.check(&Value::Null), Ok(()));
    let again = json!({ "active": true, "expires_at": null });
    assert_eq!(reversal.check(&again), Err(UndoObstacle::Changed));
    assert_eq!(reversal.restored("active"), Some(&json!(true)));
    assert_eq!(reversal.restored("expires_at"), None);
}
