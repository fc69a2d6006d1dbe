//! Work that is promised in the transaction that causes it and done after it.

use super::JobId;
use crate::time::UnixSeconds;

/// What there is to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum JobKind {
    /// Send a mail.
    Mail,
    /// Find out whose password was forgotten, and mail a link there.
    PasswordReset,
    /// Find out whose sign-in waits, and mail a notice there.
    Lock,
    /// Find out whose address is to be proved, and mail a link there.
    VerifyEmail,
    /// Find out who is to sign in, and mail a code there.
    EmailCode,
    /// Tell a client that a session has ended.
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

    /// The word kept in storage.
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

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A piece of work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Names it.
    pub id: JobId,
    /// What there is to do.
    pub kind: JobKind,
    /// With what: sealed under [`KeyPurpose::Job`](crate::secret::Purpose::Job) with the id as
    /// associated data, for a mail holds a link that opens an account.
    pub payload_sealed: Vec<u8>,
    /// Not before this.
    pub run_at: UnixSeconds,
    /// How often it was begun.
    pub attempts: u32,
    /// Until when whoever began it last may be at it.
    pub lease_until: Option<UnixSeconds>,
    /// When it was promised.
    pub created_at: UnixSeconds,
}
