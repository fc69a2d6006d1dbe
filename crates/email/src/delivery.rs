//! Mails, and what hands them on.

use async_trait::async_trait;
use doorward_domain::time::UnixSeconds;
use lettre::message::Mailbox;

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
