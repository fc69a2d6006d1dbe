//! Mails: what they say ([`letter`]), and how they leave.
//!
//! Nothing is sent from a request: a flow promises a letter as a job in the transaction that causes
//! it ([`crate::jobs`]), and the worker sends it.

mod kept;
pub mod letter;
pub mod notice;
pub mod preview;
mod promise;
mod smtp;

use std::sync::Arc;

use async_trait::async_trait;
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_store::Db;
use lettre::message::Mailbox;

use crate::config::Config;

pub use promise::Letters;

/// A mail, ready to go.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names it on our own host (RFC 5322 §3.6.4), the same at every try.
    pub message_id: String,
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// When it is sent.
    pub sent_at: UnixSeconds,
}

/// Why a mail did not leave.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SendError {
    /// Trying again may help.
    #[error("not sent: {0}")]
    Later(String),
    /// Trying again cannot help.
    #[error("refused for good: {0}")]
    Never(String),
}

/// Hands mails on.
#[async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    /// Hands one mail on.
    async fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

/// Why mails cannot be sent with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// The address of the mail server.
    #[error("mail.smtp_url is not usable: {0}")]
    Server(String),
    /// The sender.
    #[error("mail.from is not an address that mails can come from")]
    Sender,
}

/// Whether mails can come from this address.
pub fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// The way out that the configuration names: the inbox of a development instance, a mail server, or
/// none.
///
/// # Errors
/// [`MailConfigError`] when the address of the server or of the sender cannot be used.
pub fn open(
    config: &Config,
    db: &Db,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn Mailer>, MailConfigError> {
    if config.keeps_mail() {
        return Ok(Arc::new(kept::KeptMailer::new(db.clone(), clock.clone())));
    }
    match config.mail.smtp_address() {
        Some(address) => Ok(Arc::new(smtp::SmtpMailer::open(
            &address,
            &config.mail_from(),
        )?)),
        None => Ok(Arc::new(Nowhere)),
    }
}

/// Whether this mail server takes our name and password; the error is for the operator.
///
/// # Errors
/// What the server, or the way there, has against it.
pub async fn greet(address: &str, from: &str) -> Result<(), String> {
    smtp::greet(address, from).await
}

/// No way out: nobody promises mails then, and what an earlier configuration promised waits.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Mailer for Nowhere {
    async fn send(&self, _: &Mail) -> Result<(), SendError> {
        Err(SendError::Later("mail.smtp_url is not set".to_owned()))
    }
}

#[cfg(test)]
mod tests;
