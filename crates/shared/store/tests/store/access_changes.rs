//! Tests of writers beside a change of access.

use std::sync::{Mutex, PoisonError};

use doorward_domain::model::{AuditEvent, AuditKind, EndReason, SessionId};
use doorward_store::repo::access_changes::{self, AccessChange, Writer};
use doorward_store::repo::{audit, sessions};
use doorward_store::{Db, StoreError, WriteTx};

use crate::fixtures::{NOW, Scene, event};
use crate::harness::on_both;

/// Subject of an event that the writer refuses.
const REFUSED: &str = "refused-by-writer";
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

const WRITER: Writer = |_, change| {
    Box::pin(async move {
        let seen: Vec<String> = match change {
            AccessChange::SessionsEnded(ended) => ended.iter().map(SessionId::to_string).collect(),
            AccessChange::Recorded(events) => {
                events.iter().map(|event| event.id.to_string()).collect()
            }
        };
        SEEN.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(seen);
        let is_refused = |event: &AuditEvent| event.subject.as_deref() == Some(REFUSED);
        match change {
            AccessChange::Recorded(events) if events.iter().any(is_refused) => {
                Err(StoreError::ReadOnly)
            }
            _ => Ok(()),
        }
    })
};

fn has_seen(id: &str) -> bool {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.iter().any(|other| other == id)
}

async fn in_write<T>(
    db: &Db,
    change: impl AsyncFn(&WriteTx) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let tx = db.begin_write().await?;
    let done = change(&tx).await?;
    tx.commit().await?;
    Ok(done)
}

#[tokio::test]
async fn writers_see_each_change_and_can_refuse_it() {
    access_changes::ADDED.add([WRITER]);
    on_both(async |db| {
        let Scene { session, .. } = Scene::store(db).await;
        let id = session.id;
        let ended = in_write(db, async |tx| {
            sessions::end(tx, id, EndReason::SignedOut, NOW).await
        });
        assert!(ended.await.unwrap());
        assert!(has_seen(&id.to_string()));
        for (number, subject, is_written) in [(701, "alice", true), (702, REFUSED, false)] {
            let event = AuditEvent {
                subject: Some(subject.to_owned()),
                ..event(number, AuditKind::RoleChanged)
            };
            let written = in_write(db, async |tx| audit::insert(tx, &event).await).await;
            assert_eq!(written.is_ok(), is_written, "{subject}");
            assert!(has_seen(&event.id.to_string()), "{subject}");
            let stored = audit::find(db.read(), event.id).await.unwrap();
            assert_eq!(stored.is_some(), is_written, "{subject}");
        }
    })
    .await;
}
