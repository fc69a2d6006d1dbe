//! Tests of passwords that are withdrawn, and of the data of users.

use doorward_config::Config;
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_services::jobs::Jobs;
use doorward_services::outbox::MailOutbox;

use super::*;
use crate::operator::{AdminContext, AdminError};
use crate::personal_data::{self, Document};
use crate::users;

const PHC: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA";

fn config() -> Config {
    let mut config = Config::defaults().unwrap();
    config.capture_mail = true;
    "https://id.example.org".clone_into(&mut config.issuer);
    config
}

#[tokio::test]
async fn withdrawn_password_is_kept_and_signs_in_nowhere() {
    let (world, config) = (World::new().await, config());
    let jobs = Jobs::new(&MasterKey::generate(&mut rand::rng()), Random::default());
    let new = users::NewUser {
        password_hash: Some(PHC.to_owned()),
        ..person("dora")
    };
    let dora = users::create(&world.op(), new).await.unwrap();
    let required = users::require_new_password(&world.op(), dora.id, (true, true)).await;
    assert!(
        matches!(required, Err(AdminError::MailDisabled)),
        "{required:?}"
    );
    let context = AdminContext {
        outbox: Some(MailOutbox::for_background(&config, &jobs)),
        ..world.op()
    };
    users::require_new_password(&context, dora.id, (false, true))
        .await
        .unwrap();
    let found = users::get(&world.op(), "dora").await.unwrap();
    assert_eq!(found.password_hash.as_deref(), Some(PHC));
    assert_eq!(found.password_withdrawn_at, Some(NOW));
    assert!(!found.has_password());
    let read = world.db.read();
    assert_eq!(repo::jobs::count_waiting_up_to(read, 9).await.unwrap(), 1);
    // The user sets another one.
    let tx = world.db.begin_write().await.unwrap();
    let confirmed = repo::users::confirm_password_hash(&tx, dora.id, PHC, PHC).await;
    assert!(!confirmed.unwrap());
    repo::users::update_password(&tx, dora.id, "$argon2id$other", NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(
        users::get(&world.op(), "dora")
            .await
            .unwrap()
            .has_password()
    );
    let changes = world.changes(AuditKind::UserChanged).await;
    assert_eq!(changes, ["created", "new password required"]);
}

#[tokio::test]
async fn data_are_one_document_in_parts() {
    let (world, config) = (World::new().await, config());
    let dora = world.user("dora").await;
    let context = world.op().with_config(&config);
    let (mut text, mut document) = (String::new(), Document::new(dora.clone()));
    while let Some(part) = personal_data::next(&context, &mut document).await.unwrap() {
        text.push_str(&part);
    }
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["account"]["id"], dora.id.to_string());
    assert_eq!(found["issuer"], "https://id.example.org");
    assert_eq!(found["sessions"], serde_json::json!([]));
    personal_data::record(&context, &dora).await.unwrap();
    let changes = world.changes(AuditKind::DataExported).await;
    assert_eq!(changes, ["data exported"]);
}
