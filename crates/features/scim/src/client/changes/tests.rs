use doorward_domain::model::{AuditId, AuditKind, AuditRecord, ClientId, GroupId, UserId};
use rstest::rstest;
use uuid::Uuid;

use super::{Audience, Changes, Effect, Watch, effect};

const USER: &str = "0190c5a8-0000-7000-8000-000000000001";
const GROUP: &str = "0190c5a8-0000-7000-8000-000000000002";

fn user() -> Effect {
    Effect::User(UserId::parse(USER).unwrap())
}

fn member() -> Effect {
    Effect::Member(UserId::parse(USER).unwrap(), GroupId::parse(GROUP).unwrap())
}

fn event(kind: AuditKind, subject: &str, detail: &str) -> AuditRecord {
    AuditRecord {
        id: AuditId::from_uuid(Uuid::nil()),
        at: 7,
        kind: kind.as_str().to_owned(),
        actor: None,
        subject: Some(subject.to_owned()),
        client_id: None,
        ip: None,
        user_agent: None,
        success: true,
        detail: detail.to_owned(),
        request_id: None,
    }
}

fn member_detail() -> String {
    format!(r#"{{"change":"member added","user":"{USER}"}}"#)
}

#[rstest]
#[case::profile("all", AuditKind::ProfileChanged, USER, "{}", user())]
#[case::deleted("all", AuditKind::AccountDeleted, USER, "{}", user())]
#[case::sign_in("all", AuditKind::LoginSucceeded, USER, "{}", Effect::Nothing)]
#[case::not_a_user("all", AuditKind::UserChanged, "all", "{}", Effect::Nothing)]
#[case::member("all", AuditKind::GroupChanged, GROUP, &member_detail(), member())]
#[case::group("all", AuditKind::GroupChanged, GROUP, "{}", Effect::Everything)]
#[case::role_of_all("all", AuditKind::RoleChanged, USER, "{}", Effect::Nothing)]
#[case::role("role:a", AuditKind::RoleChanged, USER, "{}", user())]
#[case::definition("role:a", AuditKind::RoleChanged, "a", "{}", Effect::Everything)]
#[case::organization(
    "organization:acme",
    AuditKind::OrganizationChanged,
    "acme",
    "{}",
    Effect::Everything
)]
#[case::its_member("organization:acme", AuditKind::OrganizationChanged, "acme", &member_detail(), user())]
#[case::other("organization:acme", AuditKind::OrganizationChanged, "zeta", &member_detail(), Effect::Nothing)]
#[case::client("all", AuditKind::ClientChanged, "wiki", "{}", Effect::Everything)]
#[case::other_client("all", AuditKind::ClientChanged, "mail", "{}", Effect::Nothing)]
fn event_has_effect(
    #[case] users: &str,
    #[case] kind: AuditKind,
    #[case] subject: &str,
    #[case] detail: &str,
    #[case] expected: Effect,
) {
    let (client, audience) = (
        ClientId::parse("wiki").unwrap(),
        Audience::parse(users).unwrap(),
    );
    let watch = Watch {
        client: &client,
        audience: &audience,
        has_groups: true,
    };
    let mut event = event(kind, subject, detail);
    assert_eq!(effect(&event, watch), expected);
    event.success = false;
    assert_eq!(effect(&event, watch), Effect::Nothing, "it has failed");
}

#[test]
fn groups_count_for_roles_without_groups() {
    let client = ClientId::parse("wiki").unwrap();
    let event = event(AuditKind::GroupChanged, GROUP, &member_detail());
    for (users, expected) in [("all", Effect::Nothing), ("role:a", user())] {
        let audience = Audience::parse(users).unwrap();
        let watch = Watch {
            client: &client,
            audience: &audience,
            has_groups: false,
        };
        assert_eq!(effect(&event, watch), expected, "{users}");
    }
}

#[test]
fn each_user_changes_once() {
    let mut changes = Changes::default();
    for effect in [user(), member(), member(), Effect::Nothing] {
        changes.add(effect);
    }
    assert_eq!((changes.users.len(), changes.members.len()), (1, 1));
    assert!(!changes.everything);
}
