use doorward_domain::model::SessionId;
use doorward_store::repo::interactions;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixtures::{NOW, interaction, scope};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn interaction_is_kept_changed_and_answered_once() {
    on_both(async |db| {
        let mut one = interaction('a');
        write!(db, interactions::insert, &one);
        write!(db, interactions::insert, &interaction('b'));
        assert_eq!(
            interactions::find(db.read(), &one.id).await.unwrap(),
            Some(one.clone())
        );
        let unknown = interaction('c').id;
        assert_eq!(interactions::find(db.read(), &unknown).await.unwrap(), None);

        one.session_id = Some(SessionId::from_uuid(Uuid::new_v4()));
        one.authenticated_at = Some(NOW + 3);
        one.account_chosen = true;
        one.consented = Some(scope("openid"));
        assert!(write!(db, interactions::update, &one));
        assert_eq!(
            interactions::find(db.read(), &one.id).await.unwrap(),
            Some(one.clone())
        );

        assert!(write!(db, interactions::complete, &one.id, NOW + 4));
        assert!(!write!(db, interactions::complete, &one.id, NOW + 5));
        assert!(!write!(db, interactions::update, &one));
        one.completed_at = Some(NOW + 4);
        assert_eq!(
            interactions::find(db.read(), &one.id).await.unwrap(),
            Some(one.clone())
        );

        assert_eq!(write!(db, interactions::purge, one.expires_at, 1000), 0);
        assert_eq!(write!(db, interactions::purge, one.expires_at + 1, 1000), 2);
        assert_eq!(interactions::find(db.read(), &one.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn of_32_concurrent_answers_only_first_wins() {
    on_both(async |db| {
        let one = interaction('a');
        write!(db, interactions::insert, &one);
        let mut tabs = JoinSet::new();
        for _ in 0..32 {
            let (db, id) = (db.clone(), one.id.clone());
            tabs.spawn(async move { write!(db, interactions::complete, &id, NOW) });
        }
        assert_eq!(
            tabs.join_all().await.into_iter().filter(|won| *won).count(),
            1
        );
    })
    .await;
}
