//! The inbox of a development instance: mails are kept in the database and shown at `/dev/mail`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use doorward_domain::time::Clock;
use doorward_store::repo::dev_mail::KeptMail;
use doorward_store::{Db, StoreError, repo};
use rand::Rng as _;

use super::{Mail, Mailer, SendError};

/// How long a mail is kept, in seconds.
const KEEP: i64 = 7 * 24 * 60 * 60;

/// Keeps mails.
#[derive(Debug)]
pub(super) struct KeptMailer {
    db: Db,
    clock: Arc<dyn Clock>,
    // Orders the mails of one second.
    count: AtomicU64,
}

impl KeptMailer {
    pub(super) fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        let count = AtomicU64::new(0);
        Self { db, clock, count }
    }

    async fn keep(&self, mail: &Mail) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tail = [0_u8; 10];
        rand::rng().fill_bytes(&mut tail);
        let place = self.count.fetch_add(1, Ordering::Relaxed) % 1000;
        let millis = u64::try_from(now).unwrap_or(0).saturating_mul(1000) + place;
        let kept = KeptMail {
            id: uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid(),
            recipient: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            sent_at: mail.sent_at,
        };
        let tx = self.db.begin_write().await?;
        repo::dev_mail::insert(&tx, &kept).await?;
        repo::dev_mail::purge(&tx, now - KEEP).await?;
        tx.commit().await
    }
}

#[async_trait]
impl Mailer for KeptMailer {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let kept = self.keep(mail).await;
        kept.map_err(|error| SendError::Later(error.to_string()))
    }
}
