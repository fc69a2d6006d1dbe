use doorward_domain::model::AuditKind;
use doorward_store::repo::audit;

use crate::fixtures::event;
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn every_kind_of_event_is_written_and_read_back() {
    on_both(async |db| {
        let mut written = Vec::new();
        for (number, kind) in (1..).zip(AuditKind::ALL) {
            let event = event(number, *kind);
            write!(db, audit::insert, &event);
            written.push(event);
        }
        written.reverse();
        assert_eq!(audit::list(db.read(), None, 100).await.unwrap(), written);
        let page = audit::list(db.read(), Some(written[1].id), 2)
            .await
            .unwrap();
        assert_eq!(page, written[2..4]);
    })
    .await;
}

#[tokio::test]
async fn event_is_rolled_back_with_transaction() {
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        audit::insert(&tx, &event(1, AuditKind::LoginFailed))
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(audit::list(db.read(), None, 10).await.unwrap(), []);
    })
    .await;
}
