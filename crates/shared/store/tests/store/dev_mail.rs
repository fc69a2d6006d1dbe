//! The inbox of a development instance deletes old messages only.

use doorward_store::repo::dev_mail::{self, StoredMail};
use uuid::{Builder, Uuid};

use crate::fixtures::NOW;
use crate::harness::on_both;
use crate::write;

/// Returns an ID of this second, with `place` in it.
fn id(second: i64, place: u64) -> Uuid {
    let millis = u64::try_from(second).unwrap() * 1000 + place;
    Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid()
}

#[tokio::test]
async fn messages_before_time_are_deleted() {
    on_both(async |db| {
        for (second, place) in [(NOW - 1, 999), (NOW, 0), (NOW + 1, 0)] {
            let stored = StoredMail {
                id: id(second, place),
                recipient: "alice@example.org".to_owned(),
                subject: String::new(),
                text: String::new(),
                html: String::new(),
                sent_at: second,
            };
            write!(db, dev_mail::insert, &stored);
        }
        let tx = db.begin_write().await.unwrap();
        assert_eq!(dev_mail::purge(&tx, NOW, 10).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let remaining = dev_mail::list(db.read(), 10).await.unwrap();
        let times: Vec<i64> = remaining.iter().map(|stored| stored.sent_at).collect();
        assert_eq!(times, [NOW + 1, NOW]);
    })
    .await;
}
