//! Denials are stored for a limited time and in a limited number.

use doorward_domain::model::{DenialId, DenialRecord};
use doorward_store::repo::denials;
use serde_json::{Map, json};
use uuid::Uuid;

use crate::fixtures::NOW;
use crate::harness::on_both;
use crate::write;

fn refusal(at: i64) -> DenialRecord {
    let mut detail = Map::new();
    detail.insert("attempt".to_owned(), json!("GET /api/auth/profile"));
    DenialRecord {
        id: DenialId::from_uuid(Uuid::new_v4()),
        at,
        rule: "invalid-token".to_owned(),
        actor: None,
        client_id: Some("app".to_owned()),
        detail,
    }
}

#[tokio::test]
async fn denials_are_found_and_purged() {
    on_both(async |db| {
        let (old, new) = (refusal(NOW - 10), refusal(NOW));
        for item in [&old, &new] {
            write!(db, denials::insert, item);
        }
        assert_eq!(
            denials::find(db.read(), old.id).await.unwrap().as_ref(),
            Some(&old)
        );
        assert_eq!(write!(db, denials::purge, NOW - 5, 100, 1000), 1);
        assert_eq!(denials::find(db.read(), old.id).await.unwrap(), None);
        assert_eq!(
            denials::find(db.read(), new.id).await.unwrap().as_ref(),
            Some(&new)
        );
        for second in 1..=5 {
            write!(db, denials::insert, &refusal(NOW + second));
        }
        assert_eq!(write!(db, denials::purge, 0, 4, 1000), 2);
        assert_eq!(write!(db, denials::purge, 0, 4, 1000), 0);
        assert_eq!(denials::find(db.read(), new.id).await.unwrap(), None);
    })
    .await;
}
