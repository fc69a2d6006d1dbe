use std::collections::BTreeSet;

use doorward_domain::model::{Assignment, EffectiveRoles, OrgScope, Permission, Role, SubjectKind};
use doorward_store::repo::roles;
use doorward_store::{Db, StoreError};

use crate::fixtures::{NOW, assignment, client_id, user};
use crate::harness::on_both;
use crate::{refused, write};

const TASKS: &str = "https://tasks.example/api";
const OTHER: &str = "https://other.example";

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn role(name: &str, permissions: &[&str]) -> Role {
    Role {
        name: name.to_owned(),
        description: format!("The {name}"),
        active: true,
        permissions: set(permissions),
    }
}

async fn store_standard(db: &Db) {
    for (codename, audience) in [
        ("tasks:read", TASKS),
        ("tasks:write", TASKS),
        ("bills:read", OTHER),
    ] {
        let permission = Permission {
            codename: codename.to_owned(),
            description: "May".to_owned(),
            audience: audience.to_owned(),
        };
        write!(db, roles::upsert_permission, &permission);
    }
    write!(
        db,
        roles::upsert,
        &role("developer", &["tasks:read", "tasks:write"])
    );
    write!(
        db,
        roles::upsert,
        &role("clerk", &["bills:read", "tasks:read"])
    );
    write!(db, roles::upsert, &role("guest", &[]));
}

#[tokio::test]
async fn roles_and_permissions_are_registered_and_changed() {
    on_both(async |db| {
        store_standard(db).await;
        let names = |roles: Vec<Role>| roles.into_iter().map(|r| r.name).collect::<Vec<_>>();
        assert_eq!(
            names(roles::list(db.read()).await.unwrap()),
            ["clerk", "developer", "guest"]
        );
        let mut clerk = role("clerk", &["bills:read", "tasks:read"]);
        assert_eq!(
            roles::find(db.read(), "clerk").await.unwrap(),
            Some(clerk.clone())
        );
        assert_eq!(roles::find(db.read(), "nobody").await.unwrap(), None);

        clerk.permissions = set(&["bills:read"]);
        clerk.active = false;
        clerk.description = "Counts".to_owned();
        write!(db, roles::upsert, &clerk);
        assert_eq!(roles::find(db.read(), "clerk").await.unwrap(), Some(clerk));
        let error = refused!(db, roles::upsert, &role("thief", &["all:steal"]));
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");

        let renamed = Permission {
            codename: "bills:read".to_owned(),
            description: "See bills".to_owned(),
            audience: TASKS.to_owned(),
        };
        write!(db, roles::upsert_permission, &renamed);
        let listed = roles::list_permissions(db.read()).await.unwrap();
        assert_eq!(listed.len(), 3);
        assert_eq!(listed[0], renamed);
        assert!(write!(db, roles::delete_permission, "bills:read"));
        assert!(!write!(db, roles::delete_permission, "bills:read"));
        let clerk = roles::find(db.read(), "clerk")
            .await
            .unwrap()
            .expect("it is there");
        assert_eq!(clerk.permissions, set(&[]));
        assert!(write!(db, roles::delete, "clerk", NOW));
        assert!(!write!(db, roles::delete, "clerk", NOW));
    })
    .await;
}

#[tokio::test]
async fn only_active_roles_of_active_unexpired_assignments_count() {
    on_both(async |db| {
        store_standard(db).await;
        let alice = user("Alice").id;
        let subject = alice.to_string();
        let held = async |now| {
            roles::effective_for_user(db.read(), alice, now)
                .await
                .unwrap()
        };
        let give = |role: &str| assignment(SubjectKind::User, &subject, role);
        assert_eq!(held(NOW).await, EffectiveRoles::default());

        write!(
            db,
            roles::assign,
            &Assignment {
                expires_at: Some(NOW + 9),
                ..give("developer")
            }
        );
        write!(db, roles::assign, &give("clerk"));
        write!(db, roles::assign, &give("guest"));
        let all = held(NOW + 8).await;
        assert_eq!(all.roles, set(&["clerk", "developer", "guest"]));
        assert_eq!(all.permissions[TASKS], set(&["tasks:read", "tasks:write"]));
        assert_eq!(all.permissions[OTHER], set(&["bills:read"]));
        assert_eq!(all.entitlements(&[OTHER.to_owned()]), set(&["bills:read"]));

        // The second of the expiry is excluded.
        let later = held(NOW + 9).await;
        assert_eq!(later.roles, set(&["clerk", "guest"]));
        assert_eq!(later.permissions[TASKS], set(&["tasks:read"]));

        write!(
            db,
            roles::upsert,
            &Role {
                active: false,
                ..role("clerk", &["bills:read"])
            }
        );
        assert_eq!(held(NOW).await.roles, set(&["developer", "guest"]));
        write!(
            db,
            roles::assign,
            &Assignment {
                active: false,
                ..give("guest")
            }
        );
        assert_eq!(held(NOW).await.roles, set(&["developer"]));
        let elsewhere = Assignment {
            org: Some("acme".to_owned()),
            ..give("guest")
        };
        assert!(write!(db, roles::assign, &elsewhere));
        assert_eq!(
            held(NOW).await.roles,
            set(&["developer"]),
            "an organization's role"
        );

        // A client with the same ID is another subject.
        let client = client_id(&subject);
        let of_client = roles::effective_for_client_in(db.read(), &client, OrgScope::Global, NOW)
            .await
            .unwrap();
        assert_eq!(of_client, EffectiveRoles::default());
        write!(
            db,
            roles::assign,
            &assignment(SubjectKind::Client, &subject, "developer")
        );
        let of_client = roles::effective_for_client_in(db.read(), &client, OrgScope::Global, NOW)
            .await
            .unwrap();
        assert_eq!(of_client.roles, set(&["developer"]));
    })
    .await;
}

#[tokio::test]
async fn role_is_assigned_once_per_organization() {
    on_both(async |db| {
        store_standard(db).await;
        let kind = SubjectKind::User;
        let first = assignment(kind, "u1", "developer");
        assert!(write!(db, roles::assign, &first));
        let renewed = Assignment {
            expires_at: Some(NOW + 5),
            assigned_by: None,
            ..assignment(kind, "u1", "developer")
        };
        assert!(!write!(db, roles::assign, &renewed));
        let org = Some("acme".to_owned());
        let elsewhere = Assignment {
            org,
            ..assignment(kind, "u1", "developer")
        };
        assert!(write!(db, roles::assign, &elsewhere));
        assert_eq!(
            roles::count_holders(db.read(), "developer").await.unwrap(),
            2
        );
        let stored = roles::assignments(db.read(), kind, "u1").await.unwrap();
        assert_eq!(stored.len(), 2);
        let everywhere = stored
            .iter()
            .find(|stored| stored.org.is_none())
            .expect("it is there");
        assert_eq!(
            everywhere,
            &Assignment {
                id: first.id,
                ..renewed
            }
        );
        let error = refused!(db, roles::assign, &assignment(kind, "u1", "emperor"));
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");

        assert!(write!(db, roles::unassign, kind, "u1", "developer", None));
        assert!(!write!(db, roles::unassign, kind, "u1", "developer", None));
        let stored = roles::assignments(db.read(), kind, "u1").await.unwrap();
        assert_eq!(stored, [elsewhere]);
        assert!(write!(
            db,
            roles::unassign,
            kind,
            "u1",
            "developer",
            Some("acme")
        ));
        write!(db, roles::assign, &assignment(kind, "u1", "guest"));
        write!(db, roles::assign, &assignment(kind, "u1", "clerk"));
        for role in ["guest", "clerk"] {
            assert!(write!(db, roles::unassign, kind, "u1", role, None));
        }
        assert_eq!(roles::assignments(db.read(), kind, "u1").await.unwrap(), []);
        write!(db, roles::assign, &assignment(kind, "u1", "guest"));
        assert!(write!(db, roles::delete, "guest", NOW));
        assert_eq!(roles::assignments(db.read(), kind, "u1").await.unwrap(), []);
    })
    .await;
}
