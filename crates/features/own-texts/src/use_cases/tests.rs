//! Tests of own texts of the deployment.

use doorward_domain::model::{AuditKind, OwnText, TextOwner};
use doorward_i18n::Lang;
use doorward_i18n::own_texts::editable;
use serde_json::json;

use doorward_admin::testing::World;

use super::*;

const OWNER: TextOwner = TextOwner::Deployment;

#[tokio::test]
async fn changes_are_recorded_with_former_text() {
    let world = World::new().await;
    let op = world.op();
    for text in ["Guten Tag", "Hallo { $name }"] {
        let stored = set(&op, &OWNER, Lang::De, "mail-greeting", text).await;
        assert_eq!(stored.unwrap().text, text);
    }
    let listed = list(&op, &OWNER, Lang::De).await.unwrap();
    assert_eq!(listed.len(), 1);
    let french = list(&op, &OWNER, Lang::Fr).await.unwrap();
    assert_eq!(french, Vec::<OwnText>::new());
    remove(&op, &OWNER, Lang::De, "mail-greeting")
        .await
        .unwrap();
    let again = remove(&op, &OWNER, Lang::De, "mail-greeting").await;
    assert!(matches!(again, Err(AdminError::NotFound { .. })));
    let events = repo::audit::list(world.db.read(), None, 10).await.unwrap();
    let events = events.into_iter();
    let changes: Vec<_> = events
        .filter(|event| event.kind == AuditKind::SystemChanged)
        .map(|event| {
            (
                event.detail["before"].clone(),
                event.detail["after"].clone(),
            )
        })
        .collect();
    let name = "mail-greeting (de)";
    assert_eq!(changes.len(), 3);
    assert!(changes.contains(&(
        json!({ name: "Guten Tag" }),
        json!({ name: "Hallo { $name }" })
    )));
    assert!(changes.contains(&(json!({ name: "Hallo { $name }" }), json!({ name: null }))));
}

#[tokio::test]
async fn number_of_texts_is_bounded() {
    let world = World::new().await;
    let op = world.op();
    let keys = editable(Lang::En, "");
    let mut keys = keys.iter();
    let tx = world.db.begin_write().await.unwrap();
    for _ in 0..MAX_TEXTS {
        let text = OwnText {
            language: "de".to_owned(),
            key: keys.next().unwrap().key.to_owned(),
            text: "Hallo".to_owned(),
        };
        repo::own_texts::put(&tx, &OWNER, &text, 0).await.unwrap();
    }
    tx.commit().await.unwrap();
    let last = keys.next().unwrap().key;
    let more = set(&op, &OWNER, Lang::De, last, "Hallo").await;
    assert!(matches!(
        more,
        Err(AdminError::Invalid { field: "key", .. })
    ));
    let first = editable(Lang::En, "")[0].key;
    let known = set(&op, &OWNER, Lang::De, first, "Guten Tag").await;
    assert!(known.is_ok(), "{known:?}");
}
