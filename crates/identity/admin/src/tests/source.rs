//! Changes by the file of another system.

use doorward_domain::model::{AuditEvent, SubjectKind, UserId};
use doorward_rules::profile::{Field, ProfileEdit};
use doorward_store::repo::imports::ImportedRecord;

use super::super::source_change::{self, Mode, SetChange, SourceChange};
use super::super::user_change::UserChange;
use super::super::users;
use super::*;
use crate::assignments;
use crate::operator::{AdminError, Result};
use crate::role_rules::Subject;
use crate::roles::NewAssignment;

fn record(id: UserId) -> ImportedRecord {
    ImportedRecord {
        source: "hr".to_owned(),
        kind: "user".to_owned(),
        old_id: "7".to_owned(),
        new_id: id.to_string(),
        imported_at: NOW,
        applied: None,
    }
}

fn added(role: &str) -> SetChange {
    SetChange {
        added: [role.to_owned()].into(),
        ..SetChange::default()
    }
}

impl World {
    async fn apply(&self, id: UserId, change: &SourceChange, is_dry: bool) -> Result<()> {
        let context = self.op().with_source("hr");
        let after = ImportedRecord {
            applied: Some("{}".to_owned()),
            ..record(id)
        };
        let mut former = Vec::new();
        let mode = if is_dry {
            Mode::Check(&mut former)
        } else {
            Mode::Apply(&after)
        };
        source_change::apply(&context, id, change, mode).await
    }

    async fn import(&self, username: &str) -> UserId {
        let id = self.user(username).await.id;
        let tx = self.db.begin_write().await.unwrap();
        repo::imports::insert(&tx, &[record(id)]).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn stored(&self, id: UserId) -> User {
        let found = repo::users::find_by_id(self.db.read(), id).await;
        found.unwrap().unwrap()
    }

    async fn roles_of(&self, id: UserId) -> Vec<String> {
        let (read, id) = (self.db.read(), id.to_string());
        let held = repo::roles::assignments(read, SubjectKind::User, &id).await;
        held.unwrap().into_iter().map(|held| held.role).collect()
    }

    async fn remembered(&self) -> Option<String> {
        let found = repo::imports::find(self.db.read(), "hr", "user", ["7"]).await;
        found.unwrap()["7"].applied.clone()
    }

    async fn of_source(&self) -> Vec<AuditEvent> {
        let events = repo::audit::list(self.db.read(), None, 100).await.unwrap();
        let of_source = events.into_iter();
        of_source
            .filter(|event| event.detail.get("source").is_some_and(|name| name == "hr"))
            .collect()
    }

    async fn make_admin(&self, id: UserId) {
        let new = NewAssignment {
            subject: Subject::User(id),
            role: "admin".to_owned(),
            org: None,
            expires_at: None,
            active: true,
        };
        assignments::create(&self.op(), new).await.unwrap();
    }
}

#[tokio::test]
async fn row_is_applied_with_events_and_memory() {
    let world = World::new().await;
    let id = world.import("anna").await;
    let change = SourceChange {
        account: UserChange {
            username: Some("ann".to_owned()),
            email: Some("ann@example.com".to_owned()),
            email_verified: Some(true),
            ..UserChange::default()
        },
        profile: ProfileEdit::default().with(Field::Locality, "Kyiv"),
        picture: Some(Some("https://x.example/a".to_owned())),
        roles: added("editor"),
        ..SourceChange::default()
    };
    world.apply(id, &change, true).await.unwrap();
    assert_eq!(world.stored(id).await.username, "anna");
    assert_eq!(world.remembered().await, None);
    assert!(world.of_source().await.is_empty());

    world.apply(id, &change, false).await.unwrap();
    let ann = world.stored(id).await;
    assert_eq!((ann.username.as_str(), ann.email_verified), ("ann", true));
    assert_eq!(
        ann.profile.address.unwrap().locality.as_deref(),
        Some("Kyiv")
    );
    assert_eq!(world.roles_of(id).await, ["editor"]);
    assert_eq!(world.remembered().await.as_deref(), Some("{}"));
    let events = world.of_source().await;
    assert_eq!(events.len(), 2);
    let of_kind = |kind| events.iter().find(|event| event.kind == kind).unwrap();
    assert_eq!(of_kind(AuditKind::RoleChanged).detail["role"], "editor");
    let detail = serde_json::to_string(&of_kind(AuditKind::UserChanged).detail).unwrap();
    assert!(detail.contains("[\"locality\",\"picture\"]"), "{detail}");
    assert!(
        !detail.contains("Kyiv"),
        "values are personal data: {detail}"
    );

    let back = SourceChange {
        roles: SetChange {
            removed: ["editor".to_owned(), "absent".to_owned()].into(),
            ..SetChange::default()
        },
        ..SourceChange::default()
    };
    world.apply(id, &back, false).await.unwrap();
    assert!(world.roles_of(id).await.is_empty());
    assert_eq!(world.of_source().await.len(), 3, "the account is unchanged");
}

#[tokio::test]
async fn conflict_changes_nothing_of_row() {
    let world = World::new().await;
    world.user("bert").await;
    let id = world.import("anna").await;
    let change = SourceChange {
        account: UserChange {
            email: Some("bert@example.com".to_owned()),
            ..UserChange::default()
        },
        roles: added("editor"),
        ..SourceChange::default()
    };
    let error = world.apply(id, &change, false).await.unwrap_err();
    assert!(matches!(error, AdminError::Taken { .. }), "{error:?}");
    let change = SourceChange {
        account: UserChange {
            email: Some("ann@example.com".to_owned()),
            ..UserChange::default()
        },
        roles: added("nonsense"),
        ..SourceChange::default()
    };
    let error = world.apply(id, &change, false).await.unwrap_err();
    assert!(matches!(error, AdminError::NotFound { .. }), "{error:?}");
    assert_eq!(world.stored(id).await.email, "anna@example.com");
    assert!(world.roles_of(id).await.is_empty());
    assert_eq!(world.remembered().await, None);
}

#[tokio::test]
async fn leaver_is_disabled_unless_last_administrator() {
    let world = World::new().await;
    let id = world.import("anna").await;
    // Without any administrator, none is taken away.
    world
        .apply(id, &SourceChange::leave(), false)
        .await
        .unwrap();
    assert!(!world.stored(id).await.is_active());
    users::enable(&world.op(), id).await.unwrap();

    world.make_admin(id).await;
    let unpowered = SourceChange {
        roles: SetChange {
            removed: ["admin".to_owned()].into(),
            ..SetChange::default()
        },
        ..SourceChange::default()
    };
    for change in [SourceChange::leave(), unpowered] {
        for is_dry in [true, false] {
            let error = world.apply(id, &change, is_dry).await.unwrap_err();
            assert!(matches!(error, AdminError::LastHolder(_)), "{error:?}");
        }
    }
    assert!(world.stored(id).await.is_active());
    assert_eq!(world.roles_of(id).await, ["admin"]);

    let other = world.user("bert").await.id;
    world.make_admin(other).await;
    // In a dry run, earlier changes of the file count.
    let (context, leave) = (world.op().with_source("hr"), SourceChange::leave());
    let mut former = Vec::new();
    for (leaver, is_last) in [(id, false), (other, true)] {
        let mode = Mode::Check(&mut former);
        let done = source_change::apply(&context, leaver, &leave, mode).await;
        let is_rejected = matches!(done, Err(AdminError::LastHolder(_)));
        assert_eq!(is_rejected, is_last, "{done:?}");
    }
    assert_eq!(former, [id]);
    world
        .apply(id, &SourceChange::leave(), false)
        .await
        .unwrap();
    assert!(!world.stored(id).await.is_active());
}
