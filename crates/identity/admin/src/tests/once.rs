//! A creation and its stored response are one transaction.

use doorward_domain::derived_keys::OnceKey;
use doorward_domain::secret::{MasterKey, TokenHash};
use doorward_store::repo::idempotency::{IdempotencyRecord, IdempotencyState, begin, remove};

use super::super::idempotency::{IdempotentRequest, StoredResponse};
use super::super::organizations;
use super::*;
use crate::operator::{AdminContext, AdminError};

fn claim(at: i64) -> IdempotencyRecord {
    IdempotencyRecord {
        key: TokenHash::digest("key"),
        fingerprint: TokenHash::digest("fingerprint"),
        created_at: at,
    }
}

async fn begun(world: &World, row: &IdempotencyRecord) -> IdempotencyState {
    let tx = world.db.begin_write().await.unwrap();
    let state = begin(&tx, row, row.created_at - 60).await.unwrap();
    tx.commit().await.unwrap();
    state
}

fn once_key() -> OnceKey {
    let master = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    OnceKey::derive(&MasterKey::from_base64(master).unwrap())
}

fn op<'a>(world: &'a World, row: &IdempotencyRecord) -> AdminContext<'a> {
    AdminContext {
        once: Some(IdempotentRequest {
            claim: row.clone(),
            others: Vec::new(),
            secret: once_key(),
        }),
        ..world.op()
    }
}

#[tokio::test]
async fn response_is_stored_with_created_resource() {
    let world = World::new().await;
    let row = claim(NOW);
    assert_eq!(begun(&world, &row).await, IdempotencyState::New);
    assert_eq!(begun(&world, &row).await, IdempotencyState::Running);
    let context = op(&world, &row);
    organizations::create(&context, "acme", "Acme", None)
        .await
        .unwrap();
    let IdempotencyState::Done(sealed) = begun(&world, &row).await else {
        panic!("the response is stored");
    };
    let stored = StoredResponse {
        id: "acme".to_owned(),
        secret: None,
    };
    let once = context.once.as_ref().unwrap();
    assert_eq!(once.open(&sealed), Some(stored));
    // Removing the reservation afterwards does not remove the response.
    let tx = world.db.begin_write().await.unwrap();
    remove(&tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(
        begun(&world, &row).await,
        IdempotencyState::Done(_)
    ));
}

#[tokio::test]
async fn overtaken_request_creates_nothing() {
    let world = World::new().await;
    let (slow, next) = (claim(NOW), claim(NOW + 61));
    assert_eq!(begun(&world, &slow).await, IdempotencyState::New);
    assert_eq!(
        begun(&world, &next).await,
        IdempotencyState::New,
        "the reservation expired after a minute"
    );
    // The slow request finishes after all, and creates nothing.
    let late = organizations::create(&op(&world, &slow), "acme", "Acme", None).await;
    assert!(matches!(late, Err(AdminError::Overtaken)), "{late:?}");
    assert!(organizations::get(&world.op(), "acme").await.is_err());
    let tx = world.db.begin_write().await.unwrap();
    remove(&tx, &slow).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        begun(&world, &claim(NOW + 61)).await,
        IdempotencyState::Running
    );
    organizations::create(&op(&world, &next), "acme", "Acme", None)
        .await
        .unwrap();
    assert!(matches!(
        begun(&world, &next).await,
        IdempotencyState::Done(_)
    ));
    let twice = organizations::create(&op(&world, &next), "other", "Other", None).await;
    assert!(matches!(twice, Err(AdminError::Overtaken)), "{twice:?}");
}

#[tokio::test]
async fn failed_request_frees_key() {
    let world = World::new().await;
    let row = claim(NOW);
    assert_eq!(begun(&world, &row).await, IdempotencyState::New);
    let bad = organizations::create(&op(&world, &row), "A", "Acme", None).await;
    assert!(bad.is_err());
    let tx = world.db.begin_write().await.unwrap();
    remove(&tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(begun(&world, &row).await, IdempotencyState::New);
}
