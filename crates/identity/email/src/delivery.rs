//! Mails, and their delivery.

use async_trait::async_trait;
use doorward_domain::model::job::SendError;
use doorward_domain::time::UnixSeconds;
use lettre::message::Mailbox;

#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The message id on this server's host (RFC 5322 §3.6.4), the same for every attempt.
    pub message_id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The picture in the HTML part.
    pub picture: Option<InlinePicture>,
    pub sent_at: UnixSeconds,
}

/// A PNG that is sent with a mail. The HTML part refers to it by its content ID (RFC 2392).
#[derive(Clone, PartialEq, Eq)]
pub struct InlinePicture {
    pub id: String,
    pub png: Vec<u8>,
}

#[async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    async fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    #[error("mail.smtp_url is not usable: {0}")]
    Server(String),
    #[error("mail.from is not a valid sender address")]
    Sender,
}

/// Returns true if mails can be sent from this address.
pub fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}
