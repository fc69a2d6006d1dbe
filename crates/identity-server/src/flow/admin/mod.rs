//! Administration: what an operator does to clients, people, roles and keys, from the command line
//! or a page. Each verb is one write transaction with its line in the audit log.

pub mod clients;
pub mod keys;
pub mod passwords;
pub mod roles;
pub mod setup;
pub mod standard;
pub mod users;

#[cfg(test)]
mod tests;

use doorward_domain::credentials::password::PasswordProblem;
use doorward_domain::keys::KeyError;
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_store::{Db, StoreError};

use super::caller::{Caller, Describe as _};

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
    /// The remote end, where the operator came through a page.
    pub caller: Caller,
}

impl<'a> Operator<'a> {
    /// The command line.
    pub fn command_line(db: &'a Db, clock: &'a dyn Clock) -> Self {
        Self {
            db,
            clock,
            actor: None,
            caller: Caller::default(),
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
    /// A value that cannot be accepted.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which value, as a command line option is named.
        field: &'static str,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
    /// A password that cannot be accepted.
    #[error("password: {0}")]
    Password(PasswordProblem),
    /// The key could not be made or opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
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
            problem: problem.into(),
        }
    }
}
