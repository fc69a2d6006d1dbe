//! A passkey and a linked account of a user, for the tests of all pages.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{LinkId, LinkedAccount, Passkey, PasskeyId, UserId};
use doorward_store::repo;
use uuid::Uuid;

use crate::admin::world::World;

/// Issuer of the provider `acme`.
pub const ISSUER: &str = "https://login.acme.example";

/// Stores a passkey of a user, without a key that could sign, and returns its ID.
pub async fn insert_passkey(world: &World<'_>, user_id: UserId) -> PasskeyId {
    let id = PasskeyId::from_uuid(Uuid::now_v7());
    let passkey = Passkey {
        id,
        user_id,
        handle: None,
        credential_id: id.as_uuid().as_bytes().to_vec(),
        name: "Blue phone".to_owned(),
        credential: "{}".to_owned(),
        backup_eligible: true,
        backed_up: true,
        created_at: world.stack.clock.now(),
        last_used_at: None,
        suspected_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::passkeys::insert(&tx, &passkey).await.unwrap());
    tx.commit().await.unwrap();
    id
}

/// Stores a linked account of a user at the provider `acme`, which gave these roles, and returns its
/// ID.
pub async fn insert_link(world: &World<'_>, user_id: UserId, roles: &[&str]) -> LinkId {
    let id = LinkId::from_uuid(Uuid::now_v7());
    let link = LinkedAccount {
        id,
        user_id,
        issuer: ISSUER.to_owned(),
        subject: id.to_string(),
        label: "alice@work.example".to_owned(),
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
        created_at: world.stack.clock.now(),
        last_used_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::linked_accounts::insert(&tx, &link).await.unwrap());
    tx.commit().await.unwrap();
    id
}
