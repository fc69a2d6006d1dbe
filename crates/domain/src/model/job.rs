//! Jobs: work enqueued in the transaction that causes it and done afterwards.

use super::JobId;
use crate::time::UnixSeconds;

/// The kind of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum JobKind {
    /// Sends an e-mail message.
    Mail,
    /// Looks up the account of a password reset request and mails it a link.
    PasswordReset,
    /// Looks up the account of a lockout and notifies its user.
    Lock,
    /// Looks up the account whose address is to be verified and mails it a link.
    VerifyEmail,
    /// Looks up the account of a sign-in by e-mail and mails it a code.
    EmailCode,
    /// Notifies a client that a session has ended.
    Logout,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Mail,
        Self::PasswordReset,
        Self::Lock,
        Self::VerifyEmail,
        Self::EmailCode,
        Self::Logout,
    ];

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::PasswordReset => "password_reset",
            Self::Lock => "lock",
            Self::VerifyEmail => "verify_email",
            Self::EmailCode => "email_code",
            Self::Logout => "logout",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A job in the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// The identifier.
    pub id: JobId,
    /// The kind of work.
    pub kind: JobKind,
    /// The payload, sealed under [`KeyPurpose::Job`](crate::secret::KeyPurpose::Job) with the id as
    /// associated data, because a message may hold a link that gives access to an account.
    pub payload_sealed: Vec<u8>,
    /// The earliest time to run it.
    pub run_at: UnixSeconds,
    /// The number of times it was started.
    pub attempts: u32,
    /// The time until which the worker that started it last holds the lease.
    pub lease_until: Option<UnixSeconds>,
    /// The time at which it was enqueued.
    pub created_at: UnixSeconds,
}
