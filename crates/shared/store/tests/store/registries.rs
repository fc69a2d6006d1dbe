//! Scopes, resources, settings, revoked tokens.

use doorward_domain::model::{AccessTokenType, Permission, Resource, ScopeEntry};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::db::entity;
use doorward_store::repo::{clients, grants, resources, revoked_tokens, roles, scopes, settings};
use doorward_store::{StoreError, WriteTx};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;

use crate::fixtures::{NOW, Scene};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn scopes_are_registered_and_changed() {
    on_both(async |db| {
        let mut read = ScopeEntry {
            name: "tasks:read".to_owned(),
            description: "See your tasks".to_owned(),
            audience: Some("https://tasks.example/api".to_owned()),
            created_at: NOW,
        };
        let openid = ScopeEntry {
            name: "openid".to_owned(),
            description: "Know who you are".to_owned(),
            audience: None,
            created_at: NOW,
        };
        write!(db, scopes::upsert, &read);
        write!(db, scopes::upsert, &openid);
        assert_eq!(
            scopes::list_all(db.read()).await.unwrap(),
            [openid.clone(), read.clone()]
        );
        read.description = "Read your tasks".to_owned();
        read.audience = None;
        write!(
            db,
            scopes::upsert,
            &ScopeEntry {
                created_at: NOW + 9,
                ..read.clone()
            }
        );
        assert_eq!(
            scopes::list_all(db.read()).await.unwrap(),
            [openid.clone(), read]
        );
        assert!(write!(db, scopes::delete, "tasks:read"));
        assert!(!write!(db, scopes::delete, "tasks:read"));
        assert_eq!(scopes::list_all(db.read()).await.unwrap(), [openid]);
    })
    .await;
}

#[tokio::test]
async fn resources_are_registered_and_changed() {
    on_both(async |db| {
        let identifier = "https://tasks.example/api".to_owned();
        let mut tasks = Resource::new(identifier, "Tasks".to_owned(), NOW);
        write!(db, resources::upsert, &tasks);
        tasks.name = "Tasks and projects".to_owned();
        tasks.token_type = AccessTokenType::Jwt;
        tasks.token_signing_alg = SigningAlg::EdDsa;
        tasks.token_claims.groups = true;
        tasks.access_token_ttl = Some(600);
        write!(
            db,
            resources::upsert,
            &Resource {
                created_at: NOW + 9,
                ..tasks.clone()
            }
        );
        assert_eq!(
            resources::list_all(db.read()).await.unwrap(),
            [tasks.clone()]
        );
        assert!(write!(db, resources::delete, &tasks.identifier));
        assert!(!write!(db, resources::delete, &tasks.identifier));
        assert_eq!(resources::list_all(db.read()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn resource_rename_updates_all_references() {
    on_both(async |db| {
        let (from, to) = ("https://tasks.example/api", "https://new.example/api");
        let mut scene = Scene::store(db).await;
        scene.client.serves = vec![from.to_owned()];
        scene.client.exchange.audiences = vec!["https://a.example".to_owned(), from.to_owned()];
        write!(db, clients::update, &scene.client);
        let resource = Resource {
            token_type: AccessTokenType::Jwt,
            token_signing_alg: SigningAlg::Es256,
            ..Resource::new(from.to_owned(), "Tasks".to_owned(), NOW)
        };
        write!(db, resources::upsert, &resource);
        let scope = ScopeEntry {
            name: "tasks:read".to_owned(),
            description: "See your tasks".to_owned(),
            audience: Some(from.to_owned()),
            created_at: NOW,
        };
        write!(db, scopes::upsert, &scope);
        let permission = Permission {
            codename: "tasks:read".to_owned(),
            description: String::new(),
            audience: from.to_owned(),
        };
        write!(db, roles::upsert_permission, &permission);
        write!(db, resources::rename, from, to);
        let read = db.read();
        let moved = resources::find(read, to).await.unwrap().unwrap();
        assert_eq!(
            (
                moved.name.as_str(),
                moved.token_type,
                moved.token_signing_alg
            ),
            ("Tasks", AccessTokenType::Jwt, SigningAlg::Es256)
        );
        assert_eq!(resources::find(read, from).await.unwrap(), None);
        let scopes = scopes::list_all(read).await.unwrap();
        assert_eq!(scopes[0].audience.as_deref(), Some(to));
        let permissions = roles::list_permissions(read).await.unwrap();
        assert_eq!(permissions[0].audience, to);
        let client = clients::find(read, &scene.client.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(client.serves, [to]);
        assert_eq!(client.exchange.audiences, ["https://a.example", to]);
        let grant = grants::find(read, scene.grant.id).await.unwrap().unwrap();
        assert_eq!(grant.resources, [to]);
    })
    .await;
}

/// Stores a setting unless it has a value: of concurrent callers, exactly one gets true.
async fn put_if_absent(tx: &WriteTx, key: &str, value: &str) -> Result<bool, StoreError> {
    let row = entity::settings::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
    };
    let unless_there = OnConflict::column(entity::settings::Column::Key)
        .do_nothing()
        .to_owned();
    let inserted = entity::settings::Entity::insert(row)
        .on_conflict(unless_there)
        .exec_without_returning(tx.conn());
    Ok(inserted.await? == 1)
}

#[tokio::test]
async fn settings_are_kept_and_first_of_many_wins() {
    on_both(async |db| {
        assert_eq!(settings::get(db.read(), "setup").await.unwrap(), None);
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..16 {
            let db = db.clone();
            tasks.spawn(async move {
                let value = number.to_string();
                write!(db, put_if_absent, "setup", &value).then_some(value)
            });
        }
        let winners: Vec<String> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(
            settings::get(db.read(), "setup").await.unwrap().as_ref(),
            winners.first()
        );
        write!(db, settings::put, "setup", "done");
        assert_eq!(
            settings::get(db.read(), "setup").await.unwrap().as_deref(),
            Some("done")
        );
        write!(db, settings::put, "other", "x");
        assert!(write!(db, settings::remove, "setup"));
        assert!(!write!(db, settings::remove, "setup"));
        assert_eq!(
            settings::get(db.read(), "other").await.unwrap().as_deref(),
            Some("x")
        );
    })
    .await;
}

#[tokio::test]
async fn revoked_token_is_stored_until_expiry() {
    on_both(async |db| {
        assert!(!revoked_tokens::exists(db.read(), "a").await.unwrap());
        assert!(write!(db, revoked_tokens::insert, "a", NOW + 10));
        assert!(!write!(db, revoked_tokens::insert, "a", NOW + 10));
        write!(db, revoked_tokens::insert, "b", NOW + 20);
        assert!(revoked_tokens::exists(db.read(), "a").await.unwrap());
        assert_eq!(write!(db, revoked_tokens::purge, NOW + 10, 1000), 0);
        assert_eq!(write!(db, revoked_tokens::purge, NOW + 11, 1000), 1);
        assert!(!revoked_tokens::exists(db.read(), "a").await.unwrap());
        assert!(revoked_tokens::exists(db.read(), "b").await.unwrap());
    })
    .await;
}
