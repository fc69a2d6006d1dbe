//! The one-time address of the first administrator.

use doorward_accounts::setup_token::{self, TOKEN_TTL};
use doorward_config::{Config, Mode, SecretText};

use super::super::users::{self, NewUser};
use super::super::{setup, system};
use super::*;

#[tokio::test]
async fn setup_url_works_once_for_half_hour_without_administrator() {
    let world = World::new().await;
    let context = world.op();
    assert!(setup::is_needed(&context).await.unwrap());
    let old = setup::issue_token(&context, TOKEN_TTL).await.unwrap();
    let token = setup::issue_token(&context, TOKEN_TTL).await.unwrap();
    let valid = async |text: &str| {
        setup_token::is_valid(world.db.read(), text, world.clock.now())
            .await
            .unwrap()
    };
    let expiry = async || {
        setup_token::expiry(world.db.read(), world.clock.now())
            .await
            .unwrap()
    };
    assert_eq!(expiry().await, Some(world.clock.now() + TOKEN_TTL));
    assert!(!valid(old.expose()).await);
    assert!(!valid("").await);
    assert!(valid(token.expose()).await);
    world.later(TOKEN_TTL - 1);
    assert!(valid(token.expose()).await);
    world.later(1);
    assert!(!valid(token.expose()).await);
    assert_eq!(expiry().await, None);
    let token = setup::issue_token(&context, TOKEN_TTL).await.unwrap();
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
    let token = setup::issue_token(&context, TOKEN_TTL).await.unwrap();
    let admin = NewUser {
        roles: vec!["admin".to_owned()],
        ..person("root")
    };
    users::create(&context, admin).await.unwrap();
    assert!(!setup::is_needed(&context).await.unwrap());
    assert!(!valid(token.expose()).await);
}

#[tokio::test]
async fn progress_follows_from_data() {
    let world = World::new().await;
    let context = world.op();
    let mut config = Config::load(None, []).unwrap();
    let before = setup::progress(&context, &config).await.unwrap();
    assert!(!before.can_mail && !before.has_client);
    assert_eq!((before.test_mail_at, before.backup_at), (None, None));
    system::record_backup(&context).await.unwrap();
    world.later(60);
    system::record_backup(&context).await.unwrap();
    "https://id.example.org".clone_into(&mut config.issuer);
    let after = setup::progress(&context, &config).await.unwrap();
    assert!(after.is_https);
    assert_eq!(after.backup_at, Some(NOW + 60), "the latest");
}

#[test]
fn backup_command_names_configuration() {
    let command = |config: &Config| system::backup_command(config, "2026-11-24");
    let mut config = Config::load(None, []).unwrap();
    let rest = "--key-file backup.key doorward-2026-11-24.age";
    assert_eq!(command(&config), format!("doorward backup {rest}"));
    config.mode = Mode::Dev;
    let url = "sqlite:///srv/my site/identity.sqlite";
    config.database.url = SecretText::new(url);
    let expected = format!("doorward backup --data-dir '/srv/my site' {rest}");
    assert_eq!(command(&config), expected);

    let file = std::env::temp_dir().join(format!("doorward-setup-{}.toml", std::process::id()));
    std::fs::write(&file, "issuer = \"https://id.example.org\"\n").unwrap();
    let config = Config::load(Some(&file), []).unwrap();
    std::fs::remove_file(&file).unwrap();
    let expected = format!("doorward backup --config {} {rest}", file.display());
    assert_eq!(command(&config), expected);
}
