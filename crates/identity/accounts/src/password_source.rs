//! Passwords of other systems: the opening for features that check them there (decision 166).

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use doorward_protocol::added::Added;
use doorward_rules::profile::Field;

use crate::prelude::*;

/// The result of a source, when it is ready.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// A counted attempt to sign in, before a password here is compared.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The active account that the login identifier names; `None` if there is none.
    pub user: Option<&'a User>,
    /// The user name or e-mail address, as typed.
    pub identifier: &'a str,
    pub password: &'a Secret<String>,
}

/// The answer of the system that has the password.
#[derive(Debug)]
pub enum SourceAnswer {
    /// The password is right. The account may be new.
    Right {
        user: Box<User>,
        /// Name of the system, for the audit log.
        source: String,
    },
    Denied(SourceDenial),
}

/// A rejection by the system that has the password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceDenial {
    /// Name of the system, for the audit log.
    pub source: String,
    pub rule: AttemptRule,
    /// The reason in words, for the audit log.
    pub reason: &'static str,
    /// Key of a text for the user, whose password is right; `None` for the uniform message.
    pub said: Option<&'static str>,
}

/// The parts of an account that another system decides, beside user name, e-mail address and password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Managed {
    pub fields: BTreeSet<Field>,
}

/// A system with passwords.
#[derive(Clone, Copy, Debug)]
pub struct PasswordSource {
    /// Checks a password; `None` if the system is not responsible for the user. Without an answer of the
    /// system it fails with [`ServerError::Unavailable`].
    pub check: for<'a> fn(&'a Context, Question<'a>) -> Asked<'a, Option<SourceAnswer>>,
    /// Returns the managed parts of an account; `None` if the system does not manage it.
    pub managed: for<'a> fn(&'a Core, UserId) -> Asked<'a, Option<Managed>>,
}

/// Beginning of the issuer of a link with an entry of a directory.
pub const DIRECTORY_ISSUER: &str = "urn:doorward:directory:";

/// The sources of features.
pub static ADDED: Added<PasswordSource> = Added::new();

/// Asks the sources in order, until one is responsible.
pub(crate) async fn ask(context: &Context, question: Question<'_>) -> Result<Option<SourceAnswer>> {
    if question.password.expose().is_empty() || question.user.is_some_and(|user| !user.is_active())
    {
        return Ok(None);
    }
    for source in ADDED.all() {
        if let Some(answer) = (source.check)(context, question).await? {
            return Ok(Some(answer));
        }
    }
    Ok(None)
}

/// Returns the parts of an account that another system decides; `None` if this server has all.
#[boxed(?Send)]
pub async fn managed(core: &Core, user: UserId) -> Result<Option<Managed>> {
    for source in ADDED.all() {
        if let Some(managed) = (source.managed)(core, user).await? {
            return Ok(Some(managed));
        }
    }
    Ok(None)
}
