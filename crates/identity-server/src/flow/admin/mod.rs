//! Administration: what an operator does to clients, people, roles, groups, organizations and keys,
//! from the command line or by the API. Each verb is one write transaction with its line in the
//! audit log; whoever comes by the API is held to what they may ([`authority`]).

pub mod alone;
pub mod api_keys;
pub mod assignments;
pub mod authority;
pub mod bearer;
pub mod care;
pub mod clients;
pub mod decisions;
mod group_managers;
pub mod groups;
pub mod invitations;
pub mod keys;
pub mod once;
pub mod organizations;
pub mod passwords;
pub mod providers;
pub mod recover;
pub mod registration_tokens;
pub mod remedy;
pub mod resources;
pub mod roles;
pub mod scopes;
pub mod sessions;
pub mod setup;
pub mod staff;
pub mod standard;
pub mod tasks_resource;
pub mod users;

#[cfg(test)]
mod tests;

use doorward_domain::credentials::password::PasswordProblem;
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_domain::rules::grants::Denial;
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_store::{Db, StoreError, WriteTx};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::caller::{Caller, Describe as _};
use super::throttle::Budget;
use crate::fault::Fault;
use crate::mail::Letters;

/// The name of the lock that changes of administration hold.
pub(crate) const ADMINISTRATION: &str = "administration";

/// How many rows a list reads at once.
const PAGE: u64 = 100;

/// Who administers, and on what.
#[derive(Debug)]
pub struct Operator<'a> {
    /// The store, beside or inside a running server.
    pub db: &'a Db,
    /// Where time comes from.
    pub clock: &'a dyn Clock,
    /// The user id of the administrator; none for the command line.
    pub actor: Option<String>,
    /// The remote end, where the operator came through a page or the API.
    pub caller: Caller,
    /// What the administrator may; none for the command line, which may everything.
    pub authority: Option<authority::Authority>,
    /// The versions of the thing to change that the administrator has seen, as `If-Match` lists
    /// them (RFC 9110 §13.1.1).
    pub seen: Option<String>,
    /// The creation that must happen once, where the administrator has a key for it.
    pub once: Option<once::Once>,
    /// How people are told what was done to their accounts; none where nobody can be.
    pub letters: Option<Letters<'a>>,
}

impl<'a> Operator<'a> {
    /// The command line.
    pub fn command_line(db: &'a Db, clock: &'a dyn Clock) -> Self {
        Self {
            db,
            clock,
            actor: None,
            caller: Caller::default(),
            authority: None,
            seen: None,
            once: None,
            letters: None,
        }
    }

    /// The same, who can tell people what was done to their accounts.
    #[must_use]
    pub fn with_letters(self, letters: Letters<'a>) -> Self {
        Self {
            letters: Some(letters),
            ..self
        }
    }

    /// Commits a change, and sends what was promised in it.
    async fn commit(&self, tx: WriteTx) -> Result<(), AdminError> {
        tx.commit().await?;
        if let Some(letters) = &self.letters {
            letters.wake();
        }
        Ok(())
    }

    /// Begins a change. Administration is rare and its rules look at many rows, so changes wait for
    /// each other.
    pub(crate) async fn begin(&self) -> Result<WriteTx, StoreError> {
        self.db.begin_write_alone(ADMINISTRATION).await
    }

    /// Refuses to change what is no longer as the administrator has seen it. Asked after everything
    /// that they may not: whoever has no power over something learns nothing of its state (RFC 9110
    /// §13.2.1).
    fn unchanged(&self, current: &impl std::fmt::Debug) -> Result<(), AdminError> {
        match &self.seen {
            Some(seen) if seen.trim() == "*" => Ok(()),
            Some(seen) => {
                let current = format!("\"{}\"", version(current));
                let is_current = seen.split(',').any(|one| one.trim() == current);
                is_current.then_some(()).ok_or(AdminError::Changed)
            }
            None => Ok(()),
        }
    }

    fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// A line of the audit log about `subject`; `change` says what was done.
    fn event(&self, kind: AuditKind, subject: impl ToString, change: &str) -> AuditEvent {
        let event = self
            .caller
            .event(kind, true, self.now())
            .about(subject)
            .with("change", change);
        match &self.actor {
            Some(actor) => event.by(actor),
            None => event,
        }
    }
}

/// A name for the state of something: another state has another one.
pub fn version(thing: &impl std::fmt::Debug) -> String {
    use base64::Engine as _;
    let digest = Sha256::digest(format!("{thing:?}"));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..16])
}

/// What a change was from and to, of the facts that differ; null for what was not there. Facts are
/// made to be kept: never a secret among them.
fn difference(event: AuditEvent, before: &Value, after: &Value) -> AuditEvent {
    let (mut old, mut new) = (Map::new(), Map::new());
    let names = [before, after].map(|side| side.as_object().into_iter().flatten());
    for (name, _) in names.into_iter().flatten() {
        if before.get(name) != after.get(name) {
            old.insert(name.clone(), before.get(name).cloned().unwrap_or_default());
            new.insert(name.clone(), after.get(name).cloned().unwrap_or_default());
        }
    }
    event.with("before", old).with("after", new)
}

/// Why an administrator's wish was not carried out. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// There is no such thing.
    #[error("there is no {what} {name:?}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// The name that was given.
        name: String,
    },
    /// There already is one.
    #[error("there already is a {what} {name:?}")]
    Taken {
        /// The kind of thing.
        what: &'static str,
        /// The name that was given.
        name: String,
    },
    /// It was done already; nothing is left to do.
    #[error("{0}")]
    Already(String),
    /// A value that cannot be accepted.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which value, as a command line option is named.
        field: &'static str,
        /// The position in the list, if the value is one of a list.
        at: Option<usize>,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
    /// It is not as the administrator has seen it.
    #[error("it was changed meanwhile; look again")]
    Changed,
    /// Another request with the same key has taken over; this one has made nothing.
    #[error("another request with the same key is at work")]
    Overtaken,
    /// It would leave something without anybody who looks after it.
    #[error("{0}")]
    Last(&'static str),
    /// The administrator may not do it.
    #[error("not allowed: {}", .0.rule.as_str())]
    Denied(Denial),
    /// A password that cannot be accepted.
    #[error("password: {0}")]
    Password(PasswordProblem),
    /// Too many were mailed within the hour.
    #[error("too many mails within an hour; try again in {} seconds", .0.reset)]
    TooMany(Budget),
    /// The installation sends no mail.
    #[error("mail is not configured, so that nobody can be mailed a link")]
    NoMail,
    /// The letter to the owner could not be promised, or another part of the server failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denial> for AdminError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl AdminError {
    fn not_found(what: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::NotFound {
            what,
            name: name.to_string(),
        }
    }

    fn taken(what: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::Taken {
            what,
            name: name.to_string(),
        }
    }

    fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: None,
            problem: problem.into(),
        }
    }

    /// The same for one value of a list.
    fn invalid_at(field: &'static str, at: usize, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: Some(at),
            problem: problem.into(),
        }
    }
}
