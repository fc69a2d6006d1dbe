//! The single statement about a token returns the same as separate statements.

use doorward_domain::model::{
    FieldAudience, FieldEditor, FieldKind, GrantId, OrgScope, Organization, ProfileField, Role,
    SubjectKind,
};
use doorward_protocol::authorize::ClaimsRequest;
use doorward_store::Db;
use doorward_store::repo::access_token_status::{
    self, AccessTokenStatus, RequestedFacts, RolesNeeded, UserFacts,
};
use doorward_store::repo::{grants, organizations, profile_fields, revoked_tokens, roles, users};
use serde_json::json;
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, assignment, user};
use crate::harness::on_both;
use crate::write;

const JTI: &str = "0123.abc";

async fn status(db: &Db, grant: GrantId, facts: RequestedFacts) -> AccessTokenStatus {
    let found = access_token_status::find(db.read(), (JTI, grant), facts, NOW).await;
    found.unwrap()
}

async fn facts(db: &Db, grant: GrantId, requested: RequestedFacts) -> UserFacts {
    let AccessTokenStatus::Granted(context, facts) = status(db, grant, requested).await else {
        panic!("a token with a grant");
    };
    let separate = crate::fixtures::grant_context(db, grant).await;
    assert_eq!(Some(*context), separate.unwrap());
    *facts
}

#[tokio::test]
async fn revocation_is_read_with_grant() {
    on_both(async |db| {
        let Scene { grant, .. } = Scene::store(db).await;
        let none = RequestedFacts::default();
        assert_eq!(facts(db, grant.id, none).await, UserFacts::default());
        let unknown = GrantId::from_uuid(Uuid::new_v4());
        let without = AccessTokenStatus::WithoutGrant;
        assert_eq!(status(db, unknown, none).await, without);

        write!(db, revoked_tokens::insert, "another", NOW + 10);
        assert_eq!(facts(db, grant.id, none).await, UserFacts::default());
        write!(db, revoked_tokens::insert, JTI, NOW + 10);
        for grant in [grant.id, unknown] {
            assert_eq!(status(db, grant, none).await, AccessTokenStatus::Revoked);
        }
    })
    .await;
}

/// Stores an organization, roles in different places, and profile fields of the user.
async fn give_facts(db: &Db, scene: &Scene) {
    let bob = user("bob");
    write!(db, users::insert, &bob);
    let acme = Organization {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        active: true,
        domain: None,
        created_at: NOW,
        updated_at: NOW,
    };
    write!(db, organizations::insert, &acme);
    for (name, org) in [
        ("reader", None),
        ("owner", Some("acme")),
        ("guest", Some("zeta")),
    ] {
        let role = Role {
            name: name.to_owned(),
            description: String::new(),
            permissions: std::collections::BTreeSet::new(),
            active: true,
        };
        write!(db, roles::upsert, &role);
        let alice = scene.user.id.to_string();
        let mut given = assignment(SubjectKind::User, &alice, name);
        given.org = org.map(str::to_owned);
        write!(db, roles::assign, &given);
    }
    for (name, value, other) in [
        ("company", json!("Acme \"2\""), None),
        ("manager", json!(bob.id.to_string()), Some(bob.id)),
    ] {
        let field = ProfileField {
            name: name.to_owned(),
            label: name.to_owned(),
            kind: FieldKind::Text { max_length: 100 },
            editable_by: FieldEditor::Admin,
            visible_to: FieldAudience::User,
            created_at: NOW,
            updated_at: NOW,
        };
        write!(db, profile_fields::upsert, &field);
        write!(
            db,
            profile_fields::put_value,
            scene.user.id, name, &value, other
        );
    }
}

#[tokio::test]
async fn facts_about_user_are_read_if_requested() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        give_facts(db, &scene).await;
        let by_name = |claims: &str| ClaimsRequest::parse(claims).unwrap();
        for (org, claims, is_named) in [
            (None, "{}", false),
            (Some("acme"), r#"{"id_token":{"roles":null}}"#, true),
            (Some("acme"), r#"{"userinfo":{"groups":null}}"#, true),
            (
                Some("acme"),
                r#"{"userinfo":{"name":{"value":"roles"}}}"#,
                true,
            ),
        ] {
            let mut grant = scene.grant.clone();
            grant.id = GrantId::from_uuid(Uuid::new_v4());
            grant.org = org.map(str::to_owned);
            grant.claims = by_name(claims);
            write!(db, grants::insert, &grant);
            let held = async |scope| {
                let held = roles::effective_for_user_in(db.read(), scene.user.id, scope, NOW);
                held.await.unwrap()
            };
            let there = held(OrgScope::from_org(org)).await;
            assert_eq!(there.roles.len(), 1 + usize::from(org.is_some()));
            let anywhere = held(OrgScope::Any).await;
            let fields = profile_fields::of_user(db.read(), scene.user.id)
                .await
                .unwrap();
            assert_eq!((fields.values.len(), fields.references.len()), (2, 1));
            for (needed, expected) in [
                (RolesNeeded::Never, false),
                (RolesNeeded::IfNamed, is_named),
                (RolesNeeded::Always, true),
            ] {
                for others in [false, true] {
                    let requested = RequestedFacts {
                        roles: needed,
                        roles_anywhere: others,
                        fields: others,
                    };
                    let expected = UserFacts {
                        roles: expected.then(|| there.clone()),
                        roles_anywhere: others.then(|| anywhere.clone()),
                        org_name: org.map(|_| "Acme".to_owned()),
                        fields: others.then(|| fields.clone()),
                    };
                    let found = facts(db, grant.id, requested).await;
                    assert_eq!(found, expected, "{claims} {requested:?}");
                }
            }
        }
    })
    .await;
}
