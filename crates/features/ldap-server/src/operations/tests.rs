use doorward_admin::testing::{NOW, World};
use doorward_domain::credentials::app_password::AppPasswordText;

use super::*;

async fn password(world: &World, user: &User, name: &str) -> AppPassword {
    let text = AppPasswordText::generate(&mut world.op().rng());
    let password = AppPassword {
        id: AppPasswordId::generate(NOW, &mut world.op().rng()),
        user_id: user.id,
        hash: text.hash(&[7; 32], user.id),
        name: name.to_owned(),
        created_at: NOW,
        last_used_at: None,
        last_used_from: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::app_passwords::insert(&tx, &password).await.unwrap();
    tx.commit().await.unwrap();
    password
}

#[tokio::test]
async fn passwords_are_listed_and_revoked() {
    let world = World::new().await;
    let [alice, bob] = [world.user("alice").await, world.user("bob").await];
    let mail = password(&world, &alice, "Mail").await;
    let wiki = password(&world, &alice, "Wiki").await;
    password(&world, &bob, "Mail").await;
    let revoke = |id: &str| Revoke { id: id.to_owned() };
    revoke(&mail.id.to_string()).run(&world.op()).await.unwrap();
    let again = revoke(&mail.id.to_string()).run(&world.op()).await;
    assert!(
        matches!(again, Err(AdminError::NotFound { .. })),
        "{again:?}"
    );
    let left = repo::app_passwords::list(world.db.read(), alice.id, MAX)
        .await
        .unwrap();
    assert_eq!(left, [wiki]);
    assert_eq!(
        world.changes(AuditKind::AppPasswordRevoked).await,
        ["revoked"]
    );
}

#[tokio::test]
async fn passwords_end_with_user() {
    let world = World::new().await;
    let alice = world.user("alice").await;
    let mail = password(&world, &alice, "Mail").await;
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::users::delete(&tx, alice.id, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let found = repo::app_passwords::find_by_id(world.db.read(), mail.id).await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn number_is_given_once_and_never_again() {
    let world = World::new().await;
    let [alice, bob] = [world.user("alice").await, world.user("bob").await];
    let [first, second] = [alice.id, bob.id].map(|id| id.as_uuid());
    let tx = world.db.begin_write().await.unwrap();
    repo::posix_numbers::give(&tx, &[first]).await.unwrap();
    repo::posix_numbers::give(&tx, &[first, second])
        .await
        .unwrap();
    let found = repo::posix_numbers::of_objects(&tx, &[first, second])
        .await
        .unwrap();
    let (of_alice, of_bob) = (found[&first], found[&second]);
    assert!(of_alice < of_bob);
    assert_eq!(
        repo::posix_numbers::find(&tx, of_bob).await.unwrap(),
        Some(second)
    );
    assert!(repo::users::delete(&tx, bob.id, NOW).await.unwrap());
    let carol = uuid::Uuid::from_u128(7);
    repo::posix_numbers::give(&tx, &[carol]).await.unwrap();
    let found = repo::posix_numbers::of_objects(&tx, &[second, carol])
        .await
        .unwrap();
    assert!(found[&carol] > of_bob && found.len() == 1, "{found:?}");
    tx.commit().await.unwrap();
}
