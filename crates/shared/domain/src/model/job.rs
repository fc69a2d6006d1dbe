//! Jobs: work enqueued in the transaction that causes it and done afterwards.

use serde::Serialize;

use super::JobId;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    #[derive(Serialize)]
    pub enum JobKind {
        /// An e-mail message that a user waits for: a link or a code.
        Mail = "mail",
        /// An e-mail message that no user waits for.
        Notification = "notification",
        /// Looks up the account of a password reset request and mails it a link.
        PasswordReset = "password_reset",
        /// Looks up the account of a lockout and notifies its user.
        Lock = "lock",
        /// Looks up the account whose address is to be verified and mails it a link.
        VerifyEmail = "verify_email",
        /// Looks up the account of a sign-in by e-mail and mails it a code.
        EmailCode = "email_code",
        /// Notifies a client that a session has ended.
        Logout = "logout",
        /// Notifies a client that a user has answered its authentication request.
        Ping = "ping",
    }
}

impl JobKind {
    /// The kinds that are e-mail messages.
    pub const MAILS: [Self; 2] = [Self::Mail, Self::Notification];
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    /// The payload, sealed under [`KeyPurpose::Job`](crate::secret::KeyPurpose::Job) with the id as
    /// associated data, because a message may hold a link that gives access to an account.
    pub payload_sealed: Vec<u8>,
    /// The earliest time to run it.
    pub run_at: UnixSeconds,
    pub attempts: u32,
    /// The time until which the worker that started it last holds the lease.
    pub lease_until: Option<UnixSeconds>,
    pub created_at: UnixSeconds,
    /// The host that it calls, or the domain of the recipient.
    pub destination: Option<String>,
}

doorward_protocol::words! {
    pub enum JobState {
        /// Not started, or due for another attempt.
        Waiting = "waiting",
        /// Leased by a worker.
        Running = "running",
        Done = "done",
        /// Failed, without a further attempt.
        Failed = "failed",
    }
}

/// A job without its payload, for administrators.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct JobSummary {
    pub id: JobId,
    pub kind: JobKind,
    pub run_at: UnixSeconds,
    pub attempts: u32,
    pub lease_until: Option<UnixSeconds>,
    pub done_at: Option<UnixSeconds>,
    pub failed_at: Option<UnixSeconds>,
    pub last_error: Option<String>,
    pub created_at: UnixSeconds,
}

impl JobSummary {
    pub fn state(&self, now: UnixSeconds) -> JobState {
        if self.failed_at.is_some() {
            JobState::Failed
        } else if self.done_at.is_some() {
            JobState::Done
        } else if self.lease_until.is_some_and(|until| until > now) {
            JobState::Running
        } else {
            JobState::Waiting
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SendError {
    /// A temporary failure: another attempt may succeed.
    #[error("not sent: {0}")]
    Later(String),
    /// No response in time: another attempt may succeed.
    #[error("no answer: {0}")]
    Unanswered(String),
    #[error("rejected permanently: {0}")]
    Never(String),
    /// The link was used or replaced, or the request has expired: nothing is left to send.
    #[error("no longer needed")]
    Useless,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn state_follows_times() {
        let waiting = JobSummary {
            id: JobId::from_uuid(Uuid::nil()),
            kind: JobKind::Mail,
            run_at: 10,
            attempts: 1,
            lease_until: None,
            done_at: None,
            failed_at: None,
            last_error: None,
            created_at: 10,
        };
        assert_eq!(waiting.state(20), JobState::Waiting);
        let leased = JobSummary {
            lease_until: Some(20),
            ..waiting.clone()
        };
        assert_eq!(leased.state(19), JobState::Running);
        assert_eq!(leased.state(20), JobState::Waiting, "the lease has ended");
        let done = JobSummary {
            done_at: Some(20),
            ..waiting.clone()
        };
        assert_eq!(done.state(20), JobState::Done);
        let failed = JobSummary {
            failed_at: Some(20),
            ..waiting
        };
        assert_eq!(failed.state(20), JobState::Failed);
    }
}
