use doorward_domain::model::AuditKind;
use rstest::rstest;

use super::{AuditEvent, AuditId, Map, group, json, repeats};

fn event(kind: AuditKind, change: &str) -> AuditEvent {
    let change = ("change".to_owned(), json!(change));
    AuditEvent {
        id: AuditId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
        at: 0,
        kind,
        actor: None,
        subject: None,
        client_id: None,
        ip: None,
        user_agent: None,
        success: true,
        detail: Map::from_iter([change]),
        request_id: None,
    }
}

#[test]
fn equal_changes_in_row_are_joined() {
    let imported = event(AuditKind::UserChanged, "imported");
    let changed = event(AuditKind::UserChanged, "name");
    let by_other = AuditEvent {
        actor: Some("admin".to_owned()),
        ..imported.clone()
    };
    let events = [
        (&imported, false),
        (&imported, false),
        (&imported, false),
        (&changed, false),
        (&changed, false),
        (&imported, false),
        (&imported, true),
        (&imported, true),
        (&by_other, false),
        (&by_other, false),
        (&by_other, false),
    ];
    let counts = |least, has_more| {
        let groups = group(&events, least, has_more).into_iter();
        let counts = groups.map(|group| (group.count, group.is_cut));
        counts.collect::<Vec<_>>()
    };
    let one = (1, false);
    let expected = [(3, false), one, one, one, one, one, (3, true)];
    assert_eq!(counts(3, true), expected);
    assert_eq!(counts(usize::MAX, false), [one; 11]);
    assert!(group(&[], 3, true).is_empty());
}

#[rstest]
#[case(AuditKind::RoleChanged, "changed", true)]
#[case(AuditKind::SessionEnded, "ended", true)]
#[case(AuditKind::ApiKeyRevoked, "revoked", true)]
#[case(AuditKind::ClientChanged, "", true)]
#[case(AuditKind::SessionEnded, "all ended", false)]
#[case(AuditKind::RoleChanged, "created", false)]
#[case(AuditKind::RoleChanged, "permission changed", false)]
fn change_repeats_kind(#[case] kind: AuditKind, #[case] change: &str, #[case] expected: bool) {
    assert_eq!(repeats(kind, change), expected);
}
