//! The one-time address of the first administrator.

use doorward_services::setup_token::{self, TOKEN_TTL};

use super::super::setup;
use super::super::users::{self, NewUser};
use super::*;

#[tokio::test]
async fn setup_url_works_once_for_half_hour_without_administrator() {
    let world = World::new().await;
    let context = world.op();
    assert!(setup::is_needed(&context).await.unwrap());
    let old = setup::issue_token(&context).await.unwrap();
    let token = setup::issue_token(&context).await.unwrap();
    let valid = async |text: &str| {
        setup_token::is_valid(world.db.read(), text, world.clock.now())
            .await
            .unwrap()
    };
    assert!(!valid(old.expose()).await);
    assert!(!valid("").await);
    assert!(valid(token.expose()).await);
    world.later(TOKEN_TTL - 1);
    assert!(valid(token.expose()).await);
    world.later(1);
    assert!(!valid(token.expose()).await);
    let token = setup::issue_token(&context).await.unwrap();
    let tx = world.db.begin_write().await.unwrap();
    assert!(
        setup_token::consume(&tx, token.expose(), world.clock.now())
            .await
            .unwrap()
    );
    assert!(
        !setup_token::consume(&tx, token.expose(), world.clock.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(!valid(token.expose()).await);
    let token = setup::issue_token(&context).await.unwrap();
    let admin = NewUser {
        roles: vec!["admin".to_owned()],
        ..person("root")
    };
    users::create(&context, admin).await.unwrap();
    assert!(!setup::is_needed(&context).await.unwrap());
    assert!(!valid(token.expose()).await);
}
