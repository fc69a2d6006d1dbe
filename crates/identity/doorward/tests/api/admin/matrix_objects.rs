//! The objects of the authorization matrix, and their state before each call.

use std::collections::BTreeSet;

use doorward_domain::model::saml_client::{SamlClient, SamlSettings};
use doorward_domain::model::{
    Client, ClientId, ClientKind, Member, Resource, ScopeEntry, Site, SiteId, SubjectKind, UserId,
};
use doorward_store::{WriteTx, repo};

use super::world::World;

/// Creates a role and a permission to change, and a role without permissions that every owner has.
pub(super) async fn prepare(world: &mut World<'_>) {
    for name in ["clerk", "olga", "zoe"] {
        world.create_user(name).await;
    }
    world
        .let_hold("clerk", "clerk", &["users:read", "users:write"])
        .await;
    world
        .assign(SubjectKind::User, &world.id("olga"), "admin", Some("acme"))
        .await;
    let world = &*world;
    let tx = world.db.begin_write().await.unwrap();
    let permission = doorward_domain::model::Permission {
        codename: "spare:use".to_owned(),
        description: String::new(),
        audience: "https://bills.example/api".to_owned(),
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    let mut admin = repo::roles::find(&tx, "admin").await.unwrap().unwrap();
    admin.permissions.insert("spare:use".to_owned());
    repo::roles::upsert(&tx, &admin).await.unwrap();
    for name in ["spare", "mark"] {
        let role = doorward_domain::model::Role {
            name: name.to_owned(),
            description: String::new(),
            active: true,
            permissions: BTreeSet::new(),
        };
        repo::roles::upsert(&tx, &role).await.unwrap();
    }
    insert_definitions(&tx).await;
    // An administrator who changes a user must have each of the user's roles.
    let one = world.given(SubjectKind::User, &world.id("clerk"), "spare", None);
    repo::roles::assign(&tx, &one).await.unwrap();
    for (name, org) in [("mona", "acme"), ("bob", "zeta"), ("admin", "acme")] {
        for role in ["mark", "spare"] {
            let one = world.given(SubjectKind::User, &world.id(name), role, Some(org));
            repo::roles::assign(&tx, &one).await.unwrap();
        }
    }
    for (name, slug) in [
        ("admin", "acme"),
        ("carol", "acme"),
        ("olga", "acme"),
        ("zoe", "zeta"),
    ] {
        let member = member(world.people[name]);
        repo::organizations::put_member(&tx, slug, &member)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Inserts a profile field, a scope, a resource that nothing uses, a site, and a client that speaks SAML.
pub(super) async fn insert_definitions(tx: &WriteTx) {
    let field = super::profile_fields::spare();
    repo::profile_fields::upsert(tx, &field).await.unwrap();
    let scope = ScopeEntry {
        name: "spare:read".to_owned(),
        description: "Read what is spare".to_owned(),
        audience: None,
        created_at: 0,
    };
    repo::scopes::upsert(tx, &scope).await.unwrap();
    let resource = Resource::new("urn:spare".to_owned(), "Spare".to_owned(), 0);
    repo::resources::upsert(tx, &resource).await.unwrap();
    let site = Site {
        hosts: vec!["spare.example.com".to_owned()],
        ..Site::new(
            SiteId::from_uuid(uuid::Uuid::from_u128(7)),
            "spare".to_owned(),
            0,
        )
    };
    repo::sites::insert(tx, &site).await.unwrap();
    insert_saml_client(tx).await;
}

async fn insert_saml_client(tx: &WriteTx) {
    let id = ClientId::parse("spare-saml").unwrap();
    let client = Client {
        redirect_uris: vec!["https://spare.example.com/acs".to_owned()],
        ..Client::new(id.clone(), "Spare".to_owned(), ClientKind::Saml, 0)
    };
    repo::clients::insert(tx, &client).await.unwrap();
    let saml = SamlClient {
        client_id: id,
        entity_id: "https://spare.example.com".to_owned(),
        settings: SamlSettings::default(),
    };
    repo::saml_clients::insert(tx, &saml).await.unwrap();
}

/// Returns a member that is no owner.
pub(super) const fn member(user_id: UserId) -> Member {
    Member {
        user_id,
        is_owner: false,
        created_at: 0,
        expires_at: None,
    }
}

/// Restores what a permitted caller removed.
pub(super) async fn restore(world: &World<'_>) {
    let tx = world.db.begin_write().await.unwrap();
    let carol = member(world.people["carol"]);
    repo::organizations::put_member(&tx, "acme", &carol)
        .await
        .unwrap();
    for (slug, name) in [
        ("zeta", "helper"),
        ("", "carol"),
        ("acme", "carol"),
        ("acme", "helper"),
    ] {
        let user = world.people[name];
        if slug == "zeta" {
            repo::organizations::remove_member(&tx, slug, user)
                .await
                .unwrap();
        }
        repo::groups::remove_member(&tx, world.groups[slug], user)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}
