//! The configured mailer: a mail server, none, or the inbox of a development instance, which stores
//! messages in the database and shows them at `/dev/mail`.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use doorward_store::repo::dev_mail::StoredMail;
use rand::Rng as _;

use doorward_domain::model::job::SendError;
use doorward_email::delivery::{Mail, MailConfigError};
use doorward_email::smtp::SmtpMailer;
use doorward_rules::mail_recipient::is_listed;

use crate::prelude::*;

/// Seconds for which a message is stored.
const RETENTION: i64 = 7 * 24 * 60 * 60;

/// Maximum number of old messages that one new message deletes.
const MAX_DELETED: u64 = 100;

/// Opens the configured mailer, unless the address of the server or of the sender is not valid. The mailer of
/// a copy, and one with `mail.only_to`, sends only to the listed recipients.
pub fn open(
    config: &Config,
    db: &Db,
    clock: &Arc<dyn Clock>,
    random: &Random,
    is_copy: bool,
) -> Result<Arc<dyn Mailer>, MailConfigError> {
    if config.stores_mail() {
        return Ok(Arc::new(InboxMailer {
            db: db.clone(),
            clock: clock.clone(),
            random: random.clone(),
            count: AtomicU64::new(0),
        }));
    }
    match config.mail.smtp_address() {
        Some(address) => {
            let (from, hello) = (config.mail_from(), config.mail_hello_name());
            let mailer = SmtpMailer::open(&address, &from, &hello)?;
            let listed = &config.mail.only_to;
            if listed.is_empty() && !is_copy {
                return Ok(Arc::new(mailer));
            }
            Ok(Arc::new(ListedOnly {
                mailer,
                listed: listed.clone(),
            }))
        }
        None => Ok(Arc::new(Nowhere)),
    }
}

/// A mailer without a server: new messages are not enqueued, and those already enqueued wait.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Mailer for Nowhere {
    async fn send(&self, _: &Mail) -> Result<(), SendError> {
        Err(SendError::Later("mail.smtp_url is not set".to_owned()))
    }
}

/// A mailer that drops messages to recipients without an entry in `mail.only_to`.
#[derive(Debug)]
struct ListedOnly {
    mailer: SmtpMailer,
    listed: Vec<String>,
}

#[async_trait]
impl Mailer for ListedOnly {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        if is_listed(&self.listed, &mail.to) {
            return self.mailer.send(mail).await;
        }
        let domain = mail.to.rsplit('@').next().unwrap_or_default();
        tracing::info!(
            domain,
            "message dropped: its recipient is not in mail.only_to"
        );
        Ok(())
    }
}

#[derive(Debug)]
struct InboxMailer {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Random,
    // Orders the messages of one second.
    count: AtomicU64,
}

impl InboxMailer {
    async fn store_mail(&self, mail: &Mail) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tail = [0_u8; 10];
        self.random.rng().fill_bytes(&mut tail);
        let place = self.count.fetch_add(1, Ordering::Relaxed) % 1000;
        let millis = u64::try_from(now).unwrap_or(0).saturating_mul(1000) + place;
        let kept = StoredMail {
            id: uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid(),
            recipient: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            sent_at: mail.sent_at,
        };
        let tx = self.db.begin_write().await?;
        repo::dev_mail::insert(&tx, &kept).await?;
        repo::dev_mail::purge(&tx, now - RETENTION, MAX_DELETED).await?;
        tx.commit().await
    }
}

#[async_trait]
impl Mailer for InboxMailer {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let kept = self.store_mail(mail).await;
        kept.map_err(|error| SendError::Later(error.to_string()))
    }
}
